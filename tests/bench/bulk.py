# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many addresses in one call, against the same rows written with ``executemany``."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.bench.ledgers import Bare, Cell, holder, lengthen_log
from ansible_collections.netledger.ipam.tests.bench.measuring import Times
from ansible_collections.netledger.ipam.tests.bench.operations import Bench

COUNT: t.Final = 65_536
_WRITTEN = {"address": "1", "history": "object = 'address'"}  # which rows of which tables


class Bulk(t.NamedTuple):
    """``same`` wrote exactly the rows of ``ours`` into the same tables, ``bare`` those of addresses into a bare one."""

    cell: Cell
    ours: Times
    same: Times
    bare: Times


def measure(empty: Cell, rounds: int) -> Bulk:
    """In turn, each time into new files. What ``executemany`` writes is made before its time starts."""
    result = Bulk(empty, Times(), Times(), Times())
    for number in range(rounds):
        path = empty.path.with_suffix(f".bulk-{number}.db")
        ours, same, bare = (path.with_suffix(f".{kind}.db") for kind in ("ours", "same", "bare"))
        _ours(empty, ours, result.ours)
        _same(empty, ours, same, result.same)
        _bare(empty, bare, result.bare)
        for left in path.parent.glob(f"{path.stem}.*"):
            left.unlink()
    return result


def _ours(empty: Cell, path: Path, times: Times) -> None:
    shutil.copyfile(empty.path, path)
    bench = Bench(empty._replace(path=path), random.Random())
    names = [holder(number) for number in range(COUNT)]

    def work(tx: Transaction) -> t.Any:
        return addresses.acquire(tx, find.locked(tx, bench.subnet), [Request(name) for name in names])

    given = times.measure(lambda: bench.write(work))
    if len(given) != COUNT:
        raise AssertionError(f"{len(given)} addresses")
    bench.store.close()


def _same(empty: Cell, written: Path, path: Path, times: Times) -> None:
    with contextlib.closing(sqlite3.connect(written)) as connection:
        rows = {
            table: connection.execute(f"SELECT * FROM {table} WHERE {condition}").fetchall()
            for table, condition in _WRITTEN.items()
        }
    shutil.copyfile(empty.path, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        lengthen_log(path)
        times.measure(lambda: _write(connection, rows))


def _write(connection: sqlite3.Connection, rows: dict[str, list[tuple[t.Any, ...]]]) -> None:
    for table, some in rows.items():
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)
    connection.commit()


def _bare(empty: Cell, path: Path, times: Times) -> None:
    bare = Bare(path, empty.path, empty.version)
    rows = bare.rows(COUNT)
    times.measure(lambda: bare.insert(rows))
    bare.close()
