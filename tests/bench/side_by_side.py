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
from ansible_collections.netledger.ipam.tests.bench import at_once, costs, ledgers, places
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.operations import Bench, Work
from ansible_collections.netledger.ipam.tests.bench.results import written
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.services.processes import HOST

KINDS: t.Final = ("sqlite", "postgresql")
BULK: t.Final = 1000
NARROW: t.Final = "10.0.0.0/24"
IN_NARROW: t.Final = 254  # addresses
_HERE: t.Final = Path(__file__).parent
_REQUIREMENTS: t.Final = _HERE.parents[1] / "requirements" / "neutron.txt"
_PATIENCE: t.Final = 60.0  # seconds that Neutron's driver has to end


class NeutronMissing(RuntimeError):  # noqa: N818
    """Neutron cannot be installed here."""


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
    try:
        python = environment(options.folder)
    except NeutronMissing as missing:
        places.tell(str(missing))
        return 1
    with places.found(options.stores.split(","), options.folder) as stores:
        figures = measure(stores, QUICK if options.quick else FULL, python)
    print(table(figures))
    written(options.json, {"neutron": figures})
    return 0


def measure(stores: t.Iterable[places.Store], size: Size, python: Path) -> list[Figure]:
    """On those of the stores that Neutron has a driver of Python for; ``python`` is that of ``environment``."""
    figures: list[Figure] = []
    for store in stores:
        if store.kind in KINDS:
            for held in size.held:
                figures += _taking(python, store, held, size.samples)
            figures.append(_emptying(python, store, size))
    return figures


def environment(folder: Path) -> Path:
    """The Python of an environment that has Neutron; made once, and made anew where other requirements are.

    NeutronMissing where that fails. Only what was made to its end has the stamp.
    """
    place = folder.resolve() / "neutron"
    python, stamp = place / "bin" / "python", place / "requirements.txt"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not python.exists() or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        places.tell("installing Neutron")
        stamp.unlink(missing_ok=True)
        _installing(sys.executable, "-m", "venv", "--clear", place)
        _installing(python, "-m", "pip", "install", "-qq", "-r", _REQUIREMENTS)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _installing(*command: str | Path) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        said = done.stdout.split("\n")
        last = next((line for line in reversed(said) if line.strip()), f"exit code {done.returncode}")
        raise NeutronMissing(f"Neutron is left out: {last.strip()}")


class Neutron:
    """A process with Neutron's driver, for as long as the context lasts."""

    def __init__(self, python: Path, url: str, cidr: str) -> None:
        command = [str(python), "-P", "-W", "ignore", str(_HERE / "neutron_driver.py"), url, cidr]
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  # until the end of the context
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, cwd="/"
        )

    def __enter__(self) -> Neutron:
        return self

    def __exit__(self, *_failure: object) -> None:
        try:
            self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        finally:
            self._log.close()

    def ask(self, *command: t.Any) -> t.Any:
        self.tell(*command)
        return self.answer()

    def tell(self, *command: t.Any) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended: answer() tells with what words
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()

    def answer(self) -> t.Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"Neutron's driver ended\n{self._log.read()}")
        return json.loads(line)


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
    with (
        database(store) as url,
        store.fresh() as place,
        Neutron(python, url, ledgers.NETWORKS[4]) as theirs,
    ):
        bench = Bench(ledgers.build_in(place, store.kind, 4, "dense", held), random.Random())
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
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(Neutron(python, url, NARROW)) for _process in range(size.processes)]
        number = processes[0].ask("make", 0)
        for process in processes:
            process.ask("use", number)
            process.ask("allocate", 1)
        for process in processes:
            process.tell("empty", size.seconds)
        answers = [process.answer() for process in processes]
    return emptied([(one["addresses"], one["errors"], one["longest"], one["elapsed"]) for one in answers])


def emptied_by_us(place: Ledger, size: Size) -> Emptied:
    place.subnet(name=ledgers.SUBNET, cidr=NARROW)
    each = [(place.store, f"p{number}", size.seconds) for number in range(size.processes)]
    return emptied(at_once.run(_empty, each, size.seconds + 2 * at_once.PATIENCE))


_Took = tuple[list[str], int, float, float]  # addresses, errors, seconds of the longest, seconds of all


def emptied(answers: t.Sequence[_Took]) -> Emptied:
    """AssertionError where an address was given twice, or addresses are left."""
    given = [text for taken, _errors, _longest, _elapsed in answers for text in taken]
    at_once.refuse_twice(given)
    counts, errors, longest, elapsed = zip(*((len(one[0]), *one[1:]) for one in answers), strict=True)
    if len(given) != IN_NARROW:
        raise AssertionError(f"{len(given)} of {IN_NARROW} addresses were taken, with {sum(errors)} errors")
    return Emptied(list(counts), sum(errors), max(longest), max(elapsed))


def _empty(start: at_once.Start, store: str, name: str, seconds: float) -> _Took:
    """What one process of ours does."""
    ledger = Ledger(store, lock_timeout=at_once.PATIENCE)
    ledger.subnet_info()
    taken: list[str] = []
    errors, longest = 0, 0.0
    start()
    began = before = time.perf_counter()
    while before - began < seconds:
        result = ledger.run(address.TASK, name=f"{name}-{len(taken) + errors}", subnet=ledgers.SUBNET)
        if result.get("reason") == "pool_exhausted":
            break
        if result.get("failed"):
            errors += 1
        else:
            taken.append(result["address"])
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    return taken, errors, longest, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
