#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure all that the collection has bars for, on every kind of store (``make bench``; docs/benchmark.md).

Everything is measured in turns with what it is compared with. Servers are started for it, and are durable.
"""

from __future__ import annotations

import argparse
import sys
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import (
    allocation,
    contention,
    figures,
    inventory,
    measuring,
    memory,
    places,
    plays,
    report,
    results,
    side_by_side,
    steps,
    widths,
)


class Size(t.NamedTuple):
    """How much is measured."""

    processes: tuple[int, ...]
    seconds: float
    hosts: tuple[int, ...]
    rounds: int
    inventory: int
    inventory_rounds: int
    held: int
    widths: int


QUICK: t.Final = Size((1, 8), 0.7, (30,), 1, 500, 1, 10_000, 4)
FULL: t.Final = Size(contention.PROCESSES, contention.SECONDS, plays.HOSTS, plays.ROUNDS, 10_000, 3, memory.HELD, 100)


class Found(t.NamedTuple):
    """What was measured of allocations, and of all else."""

    allocation: list[report.Line]
    figures: list[figures.Figure]


def main() -> int:
    options = _options()
    machine, began = results.machine(), time.monotonic()
    found = Found([], [])
    python = _neutron(options.folder) if options.neutron else None
    try:
        with places.found(options.stores.split(","), options.folder) as stores:
            for store in stores:
                measure(store, options, found)
                if python and store.kind in side_by_side.KINDS:
                    size = side_by_side.QUICK if options.quick else side_by_side.FULL
                    found.figures.extend(side_by_side.measure([store], size, python))
        places.tell("done")
    finally:
        parts = {"machine": machine, "quick": options.quick, "seconds": time.monotonic() - began, **found._asdict()}
        _show(found, options, parts)
    worse = figures.failing(found.figures)
    for one in worse:
        print(f"worse than its bar: {one}")
    return int(options.strict and bool(worse))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small ledgers and few samples, two minutes")
    parser.add_argument("--strict", action="store_true", help="fail where a figure that is the same anywhere is worse")
    parser.add_argument("--realtime", action=measuring.Realtime)
    parser.add_argument("--neutron", action="store_true", help="also Neutron's driver, in an environment of its own")
    places.add_options(parser)
    return parser.parse_args()


def _neutron(folder: Path) -> Path | None:
    try:
        return side_by_side.environment(folder)
    except side_by_side.NeutronMissing as error:
        places.tell(str(error))
        return None


def _show(found: Found, options: argparse.Namespace, parts: dict[str, t.Any]) -> None:
    """Also what there is of a run that came to no end."""
    print(
        report.table(found.allocation), "", report.worst(found.allocation), "", figures.table(found.figures), sep="\n"
    )
    path = options.json or options.folder / ("bench-quick.json" if options.quick else "bench.json")
    results.written(path, parts)


def measure(store: places.Store, options: argparse.Namespace, found: Found) -> None:
    """All of one store. Tasks, lookups and inventories are those of SQLite: what Ansible does takes most of them."""
    size = QUICK if options.quick else FULL
    scope = allocation.scope_of(store.kind, quick=options.quick)._replace(realtime=options.realtime)
    found.allocation.extend(allocation.measure(store, scope))
    found.figures.extend(steps.measure(store))
    found.figures.extend(contention.measure(store, size.processes, size.seconds))
    if store.kind == "sqlite" or not options.quick:
        found.figures.extend(memory.of_tasks(store, size.held))
    if store.kind == "sqlite":
        _widths(store, options, size, found)
        found.figures.extend(plays.measure(store, size.hosts, size.rounds))
        found.figures.extend(_inventories(store, size))


def _widths(store: places.Store, options: argparse.Namespace, size: Size, found: Found) -> None:
    places.tell("the widest subnet and the narrowest")
    with measuring.realtime(wanted=options.realtime):
        measured = widths.measure(store.folder(), size.widths)
    found.allocation.extend(report.of_widths(measured))
    found.figures.extend(report.of_memory(measured))


def _inventories(store: places.Store, size: Size) -> list[figures.Figure]:
    project = inventory.prepared(store.folder() / "project", size.inventory)
    costs = inventory.measure(project, size.inventory_rounds)
    found = inventory.to_figures(size.inventory, costs)
    return found if size is QUICK else found + memory.of_inventories(size.inventory, store.folder())


if __name__ == "__main__":
    sys.exit(main())
