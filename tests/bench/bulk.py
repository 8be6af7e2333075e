# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many addresses in one call, against the same rows written at once (``executemany``, COPY on PostgreSQL)."""

from __future__ import annotations

import contextlib
import functools
import random
import shutil
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.garbage import uncollected
from ansible_collections.netledger.ipam.tests.bench import bare, ledgers
from ansible_collections.netledger.ipam.tests.bench.measuring import Times
from ansible_collections.netledger.ipam.tests.bench.operations import Bench
from ansible_collections.netledger.ipam.tests.bench.places import Store
from ansible_collections.netledger.ipam.tests.ledger import Ledger

COUNT: t.Final = 65_536
IN_FILE: t.Final = 10_000  # what a text file is meant to hold
_WRITTEN = {"address": "subnet_id > 0", "history": "object = 'address'"}  # which rows of which tables


class Rows(t.NamedTuple):
    """Rows of one table; the engine gives their numbers."""

    table: str
    columns: list[str]
    rows: list[tuple[t.Any, ...]]


class Bulk(t.NamedTuple):
    """Of ``amount`` addresses: ``ours`` is a transaction, ``task`` all that a task does, from options to result.

    ``same`` wrote exactly the rows of ``ours`` into the same tables, ``bare`` those of addresses into a bare one.
    """

    kind: str
    version: int
    amount: int
    ours: Times
    task: Times
    same: Times
    bare: Times


def measure(store: Store, version: int, rounds: int, count: int = COUNT) -> Bulk:
    """All sides in each round, in one order and then in the other. Where there are several, one more is not counted."""
    count = min(count, IN_FILE) if store.kind == "file" else count
    sides = Sides(store, version, count)
    result = Bulk(store.kind, version, count, Times(), Times(), Times(), Times())
    turns = [(sides.ours, result.ours), (sides.same, result.same), (sides.task, result.task), (sides.bare, result.bare)]
    for side, _times in turns if rounds > 1 else ():
        side(Times())
    for number in range(rounds):
        for side, times in turns[:: -1 if number % 2 else 1]:
            side(times)
    return result


class Sides:
    """What is measured, each time in a new ledger. What is written at once is made before its time starts."""

    def __init__(self, store: Store, version: int, count: int) -> None:
        self._store = store
        self._version = version
        self._names = [ledgers.holder(number) for number in range(count)]
        self._rows: list[Rows] = []
        self._file: Path | None = None

    def ours(self, times: Times) -> None:
        """Goes first: the others write what it wrote."""
        with _opened(self._store, self._version) as (ledger, bench):
            give(bench, self._names, times)
            self._rows = ledger.read(written)
            if self._store.kind == "file":
                self._file = shutil.copyfile(bench.cell.path, self._store.folder() / bench.cell.path.name)

    def same(self, times: Times) -> None:
        with _opened(self._store, self._version) as (_ledger, bench):
            write = functools.partial(_write, moved(self._rows, bench.subnet))
            times.measure(functools.partial(bench.write, write))

    def task(self, times: Times) -> None:
        with _opened(self._store, self._version) as (ledger, _bench):
            times.measure(functools.partial(ledger.address, names=self._names, subnet=ledgers.SUBNET))

    def bare(self, times: Times) -> None:
        """Beside a text file that holds the addresses, or any other empty ledger."""
        with _opened(self._store, self._version) as (_ledger, bench):
            table = bare.beside(bench.cell._replace(path=self._file or bench.cell.path))
            times.measure(functools.partial(table.insert, table.rows(len(self._names))))
            table.close()


@contextlib.contextmanager
def _opened(store: Store, version: int) -> t.Iterator[tuple[Ledger, Bench]]:
    """A new ledger. It stays open beside a task, too, so that the log of a SQLite file keeps its length."""
    with store.fresh() as ledger:
        bench = Bench(ledgers.build_in(ledger, store.kind, version, "dense", 0), random.Random())
        yield ledger, bench
        bench.store.close()


def give(bench: Bench, names: list[str], times: Times) -> None:
    def work(tx: Transaction) -> t.Any:
        return addresses.acquire(tx, find.locked(tx, bench.subnet), [Request(name) for name in names])

    with uncollected():  # as every task
        given = times.measure(lambda: bench.write(work))
    if len(given) != len(names):
        raise AssertionError(f"{len(given)} addresses")


def written(tx: Transaction) -> list[Rows]:
    found = []
    for table, condition in _WRITTEN.items():
        cursor = tx._connection.execute(f"SELECT * FROM {table} WHERE {condition} LIMIT 1")
        columns = [column[0] for column in cursor.description if column[0] != "id"]
        found.append(Rows(table, columns, tx.all(f"SELECT {', '.join(columns)} FROM {table} WHERE {condition}")))
    return found


def moved(tables: t.Sequence[Rows], subnet: Subnet) -> list[Rows]:
    """The same rows for the subnet of another ledger, which may have another number."""
    numbers = {"subnet_id": subnet.id, "vrf_id": subnet.vrf_id}
    return [
        table._replace(
            rows=[
                tuple(numbers.get(name, value) for name, value in zip(table.columns, row, strict=True))
                for row in table.rows
            ]
        )
        for table in tables
    ]


def _write(tables: t.Sequence[Rows], tx: Transaction) -> None:
    for table, columns, rows in tables:
        tx.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
