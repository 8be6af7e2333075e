# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured: one transaction each, on an open store, with the lock of the subnet and its row read under it."""

from __future__ import annotations

import itertools
import random
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.bench.ledgers import AFFINITY, Cell, holder, lengthen_log, the_subnet

Work = t.Callable[[Transaction], t.Any]
RUN: t.Final = 16
LEASE: t.Final = 3600

# Numbers of hosts that no layout has: names stay unique up to 2^32.
_NEW = itertools.count(1 << 28)


class Bench:
    """An open ledger that stays as it was built: what a measured transaction did is undone by another."""

    def __init__(self, cell: Cell, source: random.Random) -> None:
        self.cell = cell
        self.source = source
        self.store = open_store(cell.ledger.place, Terms("bench", 20, AFFINITY), create=False)
        if cell.kind == "sqlite":
            lengthen_log(cell.path)
        self.subnet: Subnet = self.store.run(the_subnet, Access.READ)

    def write(self, work: Work) -> t.Any:
        if self.cell.kind == "file":
            self.store.close()  # as a task does, which finds no ledger in memory
        return self.store.run(work, Access.WRITE)

    def acquiring(self, **wish: t.Any) -> Work:
        request = Request(**{"name": holder(next(_NEW)), **wish})
        return lambda tx: addresses.acquire(tx, find.locked(tx, self.subnet), [request])

    def take(self, **wish: t.Any) -> Address:
        changes: list[Change] = self.write(self.acquiring(**wish))
        return t.cast(Address, changes[0].after)

    def give_back(self, changes: list[Change]) -> None:
        def work(tx: Transaction) -> None:
            subnet = find.locked(tx, self.subnet)
            for change in changes:
                if change.after:
                    addresses.release(tx, subnet, change.after)

        self.write(work)

    def free_near(self) -> str:
        """The text of a free address among the held ones, or just behind them."""
        reach = max(2 * self.cell.held, 1000)
        while True:
            value = self.subnet.network.first + self.source.randrange(1, reach)
            if self.at(value) is None:
                return self.subnet.text(value)

    def held_one(self) -> Address | None:
        """Any of the addresses that the layout holds."""
        if not self.cell.offsets:
            return None
        return self.at(self.subnet.network.first + self.source.choice(self.cell.offsets))

    def at(self, value: int) -> Address | None:
        return self.store.run(lambda tx: address.at(tx, self.subnet, value), Access.READ)


class Step(t.NamedTuple):
    """A transaction to measure, and what makes it undone with its result."""

    work: Work
    undo: t.Callable[[t.Any], None]


class Operation(t.NamedTuple):
    """``rows`` is how many addresses it gives: a bare insert of as many is what it is compared with."""

    name: str
    rows: int
    prepare: t.Callable[[Bench], Step]


def _acquire(**wish: t.Any) -> t.Callable[[Bench], Step]:
    return lambda bench: Step(bench.acquiring(**wish), bench.give_back)


def _specific(bench: Bench) -> Step:
    return Step(bench.acquiring(address=bench.free_near()), bench.give_back)


def _release(bench: Bench) -> Step:
    present = bench.held_one()
    held = present or bench.take()

    def work(tx: Transaction) -> Change | None:
        subnet = find.locked(tx, bench.subnet)
        found = address.at(tx, subnet, held.value)
        return addresses.release(tx, subnet, found) if found else None

    def undo(change: Change | None) -> None:
        if change is None:
            raise AssertionError("there was nothing to release")
        if present:
            bench.take(name=held.name, address=bench.subnet.text(held.value))

    return Step(work, undo)


def _renew(bench: Bench) -> Step:
    held = bench.take(lease=LEASE)
    return Step(bench.acquiring(name=held.name, lease=4 * LEASE), bench.give_back)


OPERATIONS: t.Final = (
    Operation("lowest", 1, _acquire()),
    Operation("highest", 1, _acquire(strategy="highest")),
    Operation("random", 1, _acquire(strategy="random")),
    Operation("rotate", 1, _acquire(strategy="rotate")),
    Operation("specific", 1, _specific),
    Operation("release", 1, _release),
    Operation(f"run of {RUN}", RUN, _acquire(amount=RUN, contiguous=True)),
    Operation("renew", 1, _renew),
)
