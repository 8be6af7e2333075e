#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure how many addresses several processes take at once, on one subnet and on many.

    python -m ansible_collections.netledger.ipam.tests.bench.contention

Each process does one task ``address`` after the other for some seconds. To a server it keeps its connection meanwhile,
as tasks in a loop do. Each is to get its share: the table has the fewest and the most tasks of a process, and the
longest that one task took. What failed is counted. In the end no address may have been given twice, and what was given
has to be there.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.bench import at_once, places
from ansible_collections.netledger.ipam.tests.bench.costs import p95
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.results import written
from ansible_collections.netledger.ipam.tests.ledger import Ledger

PROCESSES: t.Final = (1, 8, 50)
SECONDS: t.Final = 10.0


class Taken(t.NamedTuple):
    """What one process did: the addresses it got, the seconds of each task, and the reasons of those that failed."""

    addresses: list[tuple[str, str]]
    times: list[float]
    errors: list[str]
    elapsed: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", default=",".join(map(str, PROCESSES)), help="with commas")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    places.add_options(parser)
    options = parser.parse_args()
    figures = []
    with places.found(options.stores.split(","), options.folder) as stores:
        for store in stores:
            figures += measure(store, [int(number) for number in options.processes.split(",")], options.seconds)
    print(table(figures))
    written(options.json, {"contention": figures})
    return 0


def measure(store: places.Store, processes: t.Sequence[int], seconds: float) -> list[Figure]:
    """One process first, asked for or not: its rate is what the others are compared with, and it has but one subnet."""
    figures: list[Figure] = []
    alone: float | None = None
    for number in (1, *(several for several in processes if several > 1)):
        for subnets in (1, number)[: 1 if number == 1 else 2]:
            places.tell(f"{store.kind}, {number} processes on {subnets} subnets")
            with store.fresh() as ledger:
                found = together(ledger, number, subnets, seconds)
                check(ledger, found)
            figures.append(figure(store.kind, number, subnets, found, alone))
            alone = alone or figures[0].median
    return figures


def together(ledger: Ledger, processes: int, subnets: int, seconds: float) -> list[Taken]:
    """Let processes take addresses at the same time; each starts once all are there."""
    for number in range(subnets):
        ledger.subnet(name=f"lan{number}", cidr=f"10.{number}.0.0/16")
    each = [(ledger.store, f"p{number}", f"lan{number % subnets}", seconds) for number in range(processes)]
    return at_once.run(take, each, seconds + 2 * at_once.PATIENCE)


def take(start: at_once.Start, store: str, name: str, subnet: str, seconds: float) -> Taken:
    """What one process does: as many tasks as it gets done in so many seconds."""
    ledger = Ledger(store, lock_timeout=at_once.PATIENCE)
    taken = Taken([], [], [], 0)
    ledger.subnet_info()  # what is imported and connected once is not what is measured
    start()
    began = now = time.perf_counter()
    while now < began + seconds:
        result = ledger.run(address.TASK, name=f"{name}-{len(taken.times)}", subnet=subnet)
        before, now = now, time.perf_counter()
        taken.times.append(now - before)
        if result.get("failed"):
            taken.errors.append(result["reason"])
        else:
            taken.addresses.append((result["address"], result["name"]))
    return taken._replace(elapsed=now - began)


def check(ledger: Ledger, found: t.Sequence[Taken]) -> None:
    """Nothing was given twice, and the ledger has exactly what was given to whom."""
    given = [pair for one in found for pair in one.addresses]
    at_once.refuse_twice([text for text, _name in given])
    held = {(one["address"], one["name"]) for one in ledger.address_info()["addresses"]}
    if held != set(given):
        raise AssertionError(f"{len(held)} addresses are held, and {len(given)} were given")


def figure(kind: str, processes: int, subnets: int, found: t.Sequence[Taken], alone: float | None) -> Figure:
    """Addresses a second, against those of one process."""
    counts = [len(one.addresses) for one in found]
    rate = sum(counts) / max(one.elapsed for one in found)
    times = [seconds for one in found for seconds in one.times]
    errors = collections.Counter(reason for one in found for reason in one.errors)
    failed = ", ".join(f"{number} {reason}" for reason, number in sorted(errors.items())) or "no errors"
    note = f"{min(counts)}..{max(counts)} each, {failed}, longest {max(times):.2f} s, p95 {p95(times):.3f} s"
    what = f"{processes} at once, {'one subnet' if subnets == 1 else f'{subnets} subnets'}"
    compared, value = ("/ 1 process", rate / alone) if alone else ("", None)
    return Figure("contention", what, kind, "1/s", rate, None, compared, alone, value, note=note)


if __name__ == "__main__":
    sys.exit(main())
