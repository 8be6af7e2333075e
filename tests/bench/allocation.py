#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what an allocation costs, and that this does not depend on what is held.

    python -m ansible_collections.netledger.ipam.tests.bench.allocation

Each ratio has both its sides from the same run, measured in turns, in milliseconds:

/bare   median against the median of the least that anybody does who keeps addresses in the same place by himself: an
        INSERT and COMMIT of as many rows, into an empty table with the columns and keys of the ledger's, on the same
        disk or server, through the same driver, as durable. For a text file, writing a file of as many bytes anew
/empty  median against the median of the same work on an empty subnet
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import bulk, ledgers, measuring, places, report, results
from ansible_collections.netledger.ipam.tests.bench.places import tell


class Scope(t.NamedTuple):
    """What is measured; each round takes some samples of everything."""

    sizes: tuple[int, ...]
    layouts: tuple[str, ...]
    versions: tuple[int, ...]
    rounds: int
    bulk: int = bulk.COUNT
    bulk_rounds: int = 3
    analyze: bool = True
    realtime: bool = False


QUICK: t.Final = Scope((10_000,), ("churn",), (4,), 2, bulk=2000, bulk_rounds=1, analyze=False)
FULL: t.Final = Scope((10_000, 100_000, 1_000_000), ledgers.LAYOUTS, tuple(ledgers.NETWORKS), 15)
SERVERS: t.Final = FULL._replace(layouts=("dense", "churn"), versions=(4,), rounds=8)
# Servers are filled much more slowly than files, and a text file is not meant for more.
SCOPES: t.Final = {
    "sqlite": FULL,
    "postgresql": SERVERS,
    "mariadb": SERVERS,
    "galera": SERVERS._replace(sizes=(10_000, 100_000)),
    "file": SERVERS._replace(sizes=(1000, 10_000), layouts=("churn",), rounds=2),
}


def main() -> int:
    options = _options()
    lines = []
    with places.found(options.stores.split(","), options.folder) as stores:
        for store in stores:
            lines += measure(store, _scope(options, store.kind))
    print(report.table(lines), "", report.worst(lines), sep="\n")
    results.written(options.json, {"allocation": lines})
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one layout of IPv4, up to 10,000 held addresses")
    parser.add_argument("--sizes", help="held addresses besides none, with commas")
    parser.add_argument("--layouts", help=f"with commas, of {','.join(ledgers.LAYOUTS)}")
    parser.add_argument("--rounds", type=int, help=f"each takes {measuring.VISIT} samples of everything")
    parser.add_argument("--realtime", action=measuring.Realtime)
    places.add_options(parser)
    return parser.parse_args()


def _scope(options: argparse.Namespace, kind: str) -> Scope:
    scope = scope_of(kind, quick=options.quick)._replace(realtime=options.realtime)
    if options.sizes:
        scope = scope._replace(sizes=tuple(int(size) for size in options.sizes.split(",")))
    if options.layouts:
        scope = scope._replace(layouts=tuple(options.layouts.split(",")))
    return scope._replace(rounds=options.rounds or scope.rounds)


def scope_of(kind: str, *, quick: bool) -> Scope:
    if quick:
        return QUICK._replace(sizes=(1000,), rounds=1, bulk=1000) if kind == "file" else QUICK
    return SCOPES[kind]


def measure(store: places.Store, scope: Scope) -> list[report.Line]:
    lines: list[report.Line] = []
    for version in scope.versions:
        for layout in scope.layouts:
            if store.kind == "sqlite":
                lines += _in_files(store.folder(), version, layout, scope)
            else:
                lines += _in_places(store, version, layout, scope)
    for version in scope.versions:
        tell(f"{store.kind}, {scope.bulk} addresses at once, IPv{version}")
        with measuring.realtime(wanted=scope.realtime):
            lines += report.of_bulk(bulk.measure(store, version, scope.bulk_rounds, scope.bulk))
    return lines


def _in_files(folder: Path, version: int, layout: str, scope: Scope) -> list[report.Line]:
    """All sizes of one layout, to be measured in turns; the files of more layouts would not stay in memory."""
    with tempfile.TemporaryDirectory(dir=folder) as group:
        cells = []
        for held in (0, *scope.sizes):
            tell(f"sqlite, building IPv{version}, {layout}, {held:,} held")
            cells += ledgers.build(Path(group), version, layout, held)
        return _measured([cell for cell in cells if scope.analyze or not cell.analyzed], scope)


def _in_places(store: places.Store, version: int, layout: str, scope: Scope) -> list[report.Line]:
    """The same elsewhere. Servers are measured once more when they were asked for statistics."""
    with contextlib.ExitStack() as stack:
        cells = []
        for held in (0, *scope.sizes):
            tell(f"{store.kind}, building IPv{version}, {layout}, {held:,} held")
            place = stack.enter_context(store.fresh())
            cells.append(ledgers.build_in(place, store.kind, version, layout, held))
        lines = _measured(cells, scope)
        if store.server is None or not scope.analyze:
            return lines
        for cell in cells:
            ledgers.analyze(cell)
        return lines + _measured([cell._replace(analyzed=True) for cell in cells], scope)


def _measured(cells: t.Sequence[ledgers.Cell], scope: Scope) -> list[report.Line]:
    tell("measuring")
    with measuring.realtime(wanted=scope.realtime):
        return report.of_pairs(measuring.measure(cells, scope.rounds))


if __name__ == "__main__":
    sys.exit(main())
