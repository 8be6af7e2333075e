#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure side by side with the database IPAM driver of OpenStack Neutron, on SQLite and PostgreSQL.

    python -m ansible_collections.netledger.ipam.tests.bench.side_by_side

Neutron is installed into an environment of its own in the folder. Both sides take an address in a transaction, with
all in memory that a service keeps there, in turns, from subnets that hold as much.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import multiprocessing.synchronize
import random
import statistics
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.bench import costs, ledgers, places
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.operations import Bench, Work
from ansible_collections.netledger.ipam.tests.bench.results import written
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.services.processes import HOST

KINDS: t.Final = ("sqlite", "postgresql")
BULK: t.Final = 1000
NARROW: t.Final = "10.0.0.0/24"
_HERE: t.Final = Path(__file__).parent
_REQUIREMENTS: t.Final = _HERE.parents[1] / "requirements" / "neutron.txt"


class Size(t.NamedTuple):
    """Addresses held, samples of each, processes that empty a subnet, and seconds after which they give up."""

    held: tuple[int, ...]
    samples: int
    processes: int
    seconds: float


QUICK: t.Final = Size((0, 1000), 2, 2, 20)
FULL: t.Final = Size((0, 1000, 10_000, 60_000), 7, 8, 300)


class Emptied(t.NamedTuple):
    """What processes took of a subnet until nothing was left."""

    counts: list[int]
    errors: int
    longest: float
    elapsed: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few held, two processes")
    places.add_options(parser, default=",".join(KINDS))
    options = parser.parse_args()
    with places.found(options.stores.split(","), options.folder) as stores:
        figures = measure(stores, QUICK if options.quick else FULL)
    print(table(figures))
    written(options.json, {"neutron": figures})
    return 0


def measure(stores: t.Sequence[places.Store], size: Size) -> list[Figure]:
    """On those of the stores that Neutron has a driver of Python for."""
    figures: list[Figure] = []
    for store in stores:
        if store.kind in KINDS:
            python = environment(store.folder().parents[1])
            for held in size.held:
                figures += _taking(python, store, held, size.samples)
            figures.append(_emptying(python, store, size))
    return figures


def environment(folder: Path) -> Path:
    """The Python of an environment that has Neutron; made once, and made anew where other requirements are."""
    place = folder / "neutron"
    python, stamp = place / "bin" / "python", place / "requirements.txt"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        places.tell("installing Neutron")
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "-r", _REQUIREMENTS], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


class Neutron:
    """A process with Neutron's driver."""

    def __init__(self, python: Path, url: str, cidr: str) -> None:
        command = [str(python), "-P", "-W", "ignore", str(_HERE / "neutron_driver.py"), url, cidr]
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  # until close
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, cwd="/"
        )

    def ask(self, *command: t.Any) -> t.Any:
        self.tell(*command)
        return self.answer()

    def tell(self, *command: t.Any) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def answer(self) -> t.Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"Neutron's driver ended\n{self._log.read()}")
        return json.loads(line)

    def close(self) -> None:
        self._process.communicate(timeout=60)
        self._log.close()


@contextlib.contextmanager
def database(store: places.Store) -> t.Iterator[str]:
    """An empty database for Neutron, as SQLAlchemy names it."""
    if store.server is None:
        yield f"sqlite:///{store.folder() / 'neutron.db'}"
        return
    server: Access = store.server
    with server.empty_database("ipam_neutron") as found:
        yield f"postgresql+psycopg2://{server_user(found.url())}@{HOST}:{server.ports[0]}/{found.name}"


def server_user(url: str) -> str:
    return url.partition("://")[2].partition("@")[0]


def _taking(python: Path, store: places.Store, held: int, samples: int) -> list[Figure]:
    """One address and many, in turns with Neutron; each is given back."""
    places.tell(f"{store.kind}, beside Neutron, {held:,} held")
    figures = []
    with database(store) as url, store.fresh() as place:
        cell = ledgers.build_in(place, store.kind, 4, "dense", held)
        bench, theirs = Bench(cell, random.Random()), Neutron(python, url, ledgers.NETWORKS[4])
        theirs.ask("make", held)
        for count in (1, BULK):
            both = [(_taken(bench, count), theirs.ask("allocate", count) / 1e6) for _sample in range(samples + 1)]
            ours, others = ([pair[side] for pair in both[1:]] for side in (0, 1))  # the first one opens and imports
            what = f"{'one address' if count == 1 else f'{count:,} at once'}, {held:,} held"
            middle, against = statistics.median(ours), statistics.median(others)
            value = middle / against
            figures.append(
                Figure("neutron", what, store.kind, "ms", middle, costs.p95(ours), "/ Neutron", against, value)
            )
        theirs.close()
        bench.store.close()
    return figures


def _taken(bench: Bench, count: int) -> float:
    """Milliseconds of a transaction that takes so many addresses, which are given back."""
    work = _asking(bench, count)
    began = time.perf_counter()
    changes = bench.write(work)
    passed = 1000 * (time.perf_counter() - began)
    bench.give_back(changes)
    return passed


def _asking(bench: Bench, count: int) -> Work:
    requests = [Request(f"new{number}") for number in range(count)]
    return lambda tx: addresses.acquire(tx, find.locked(tx, bench.subnet), requests)


def _emptying(python: Path, store: places.Store, size: Size) -> Figure:
    """Seconds in which processes take the last address of a subnet that has 254."""
    places.tell(f"{store.kind}, {size.processes} processes empty a /24, beside Neutron")
    with store.fresh() as place:
        ours = emptied_by_us(place, size)
    with database(store) as url:
        theirs = _emptied_by_neutron(python, url, size)
    what = f"{size.processes} processes empty a /24"
    note = f"ours {_said(ours)}; Neutron {_said(theirs)}"
    value = ours.elapsed / theirs.elapsed
    return Figure("neutron", what, store.kind, "s", ours.elapsed, None, "/ Neutron", theirs.elapsed, value, note=note)


def _said(found: Emptied) -> str:
    counts = f"{sum(found.counts)} taken, {min(found.counts)}..{max(found.counts)} each"
    return f"{counts}, {found.errors} errors, longest {found.longest:.2f} s"


def _emptied_by_neutron(python: Path, url: str, size: Size) -> Emptied:
    processes = [Neutron(python, url, NARROW) for _process in range(size.processes)]
    number = processes[0].ask("make", 0)
    for process in processes:
        process.ask("use", number)
        process.ask("allocate", 1)
    for process in processes:
        process.tell("empty", size.seconds)
    answers = [process.answer() for process in processes]
    for process in processes:
        process.close()
    return emptied(
        [(one["addresses"], one["errors"], one["longest"], one["elapsed"]) for one in answers],
    )


def emptied_by_us(place: Ledger, size: Size) -> Emptied:
    place.subnet(name=ledgers.SUBNET, cidr=NARROW)
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(size.processes)
    found: multiprocessing.Queue[_Took] = context.Queue()
    workers = [
        context.Process(target=_empty, args=(place.store, f"p{number}", barrier, found))
        for number in range(size.processes)
    ]
    for worker in workers:
        worker.start()
    answers = [found.get(timeout=size.seconds) for _worker in workers]
    for worker in workers:
        worker.join()
    return emptied(answers)


_Took = tuple[list[str], int, float, float]  # addresses, errors, seconds of the longest, seconds of all


def emptied(answers: t.Sequence[_Took]) -> Emptied:
    given = [text for taken, _errors, _longest, _elapsed in answers for text in taken]
    if len(set(given)) != len(given):
        raise AssertionError("an address was given twice")
    counts, errors, longest, elapsed = zip(*((len(one[0]), *one[1:]) for one in answers), strict=True)
    return Emptied(list(counts), sum(errors), max(longest), max(elapsed))


def _empty(
    store: str, name: str, barrier: multiprocessing.synchronize.Barrier, found: multiprocessing.Queue[_Took]
) -> None:
    """What one process of ours does."""
    ledger = Ledger(store, lock_timeout=60)
    ledger.subnet_info()
    taken: list[str] = []
    errors, longest = 0, 0.0
    barrier.wait(60)
    began = before = time.perf_counter()
    while True:
        result = ledger.run(address.TASK, name=f"{name}-{len(taken) + errors}", subnet=ledgers.SUBNET)
        if result.get("reason") == "pool_exhausted":
            break
        if result.get("failed"):
            errors += 1
        else:
            taken.append(result["address"])
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    found.put((taken, errors, longest, time.perf_counter() - began))


if __name__ == "__main__":
    sys.exit(main())
