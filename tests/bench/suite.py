#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure all that the collection has bars for, on every kind of store (``make bench``; docs/benchmark.md).

Everything is measured in turns with what it is compared with. Servers are started for it, and are durable.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import (
    allocation,
    contention,
    curves,
    figures,
    inventory,
    memory,
    places,
    plays,
    report,
    results,
    side_by_side,
)


class Size(t.NamedTuple):
    """How much is measured."""

    processes: tuple[int, ...]
    seconds: float
    hosts: tuple[int, ...]
    rounds: int
    inventory: int
    held: int


QUICK: t.Final = Size((1, 8), 1.0, (50,), 1, 500, 10_000)
FULL: t.Final = Size(contention.PROCESSES, contention.SECONDS, (50, 200), 7, 10_000, memory.HELD)


class Found(t.NamedTuple):
    """What was measured of allocations, and of all else."""

    allocation: list[report.Line]
    figures: list[figures.Figure]

    @property
    def worse(self) -> list[str]:
        """What fails a strict run."""
        lines = [f"{line.store}: {line.what}, {line.layout} {line.held:,}" for line in self.allocation if line.is_worse]
        return lines + [f"{one.store}: {one.what}" for one in figures.failing(self.figures)]


def main() -> int:
    options = _options()
    began = time.monotonic()
    options.folder.mkdir(parents=True, exist_ok=True)
    with places.found(options.stores.split(","), options.folder) as stores:
        found = measure(stores, options)
    print(
        report.table(found.allocation), "", report.worst(found.allocation), "", figures.table(found.figures), sep="\n"
    )
    parts = {"quick": options.quick, "seconds": time.monotonic() - began, **found._asdict()}
    results.written(options.json or options.folder / "bench.json", parts)
    if options.svg:
        text = curves.drawn([line._asdict() for line in found.allocation], results.said(results.machine()))
        options.svg.write_text(text, encoding="utf-8")
    places.tell("done")
    for what in found.worse:
        print(f"worse than its bar: {what}")
    return int(options.strict and bool(found.worse))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small ledgers and few samples, two minutes")
    parser.add_argument("--strict", action="store_true", help="fail where a ratio that is the same anywhere is worse")
    parser.add_argument("--realtime", action="store_true", help="measure allocations before all others, as root")
    parser.add_argument("--svg", type=Path, help="draw the curves of allocations here")
    parser.add_argument("--neutron", action="store_true", help="also Neutron's driver, in an environment of its own")
    places.add_options(parser)
    return parser.parse_args()


def measure(stores: t.Sequence[places.Store], options: argparse.Namespace) -> Found:
    size = QUICK if options.quick else FULL
    found = Found([], [])
    for store in stores:
        scope = allocation.scope_of(store.kind, quick=options.quick)._replace(realtime=options.realtime)
        found.allocation.extend(allocation.measure(store, scope))
        found.figures.extend(contention.measure(store, size.processes, size.seconds))
        if store.kind == "sqlite" or not options.quick:
            found.figures.extend(memory.of_tasks(store, size.held))
        if store.kind == "sqlite":
            found.figures.extend(plays.measure(store, size.hosts, size.rounds))
            found.figures.extend(_inventories(size))
    if options.neutron:
        found.figures.extend(side_by_side.measure(stores, side_by_side.QUICK if options.quick else side_by_side.FULL))
    return found


def _inventories(size: Size) -> list[figures.Figure]:
    with tempfile.TemporaryDirectory(prefix="inventory-") as folder:
        project = inventory.prepared(Path(folder) / "project", size.inventory)
        costs = inventory.measure(project, max(1, size.rounds - 2))
    return inventory.to_figures(size.inventory, costs) + memory.of_inventories(size.inventory)


if __name__ == "__main__":
    sys.exit(main())
