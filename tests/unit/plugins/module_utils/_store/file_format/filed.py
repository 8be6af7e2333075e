# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger in a file as tests see it: tasks run on it, and all of its tables without the numbers of rows."""

from __future__ import annotations

import sqlite3
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store import file
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import memory
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task

Table = list[dict[str, t.Any]]


class Filed:
    """Runs tasks on one ledger file, each on a store of its own, as tasks of a play do."""

    def __init__(self, path: Path, lock_timeout: float = 20) -> None:
        self.path = path
        self.lock_timeout = lock_timeout
        if not file.exists(str(path), place=str(path)):
            file.create(str(path), place=str(path), lock_timeout=lock_timeout)

    def open(self) -> file.FileStore:
        return file.FileStore(str(self.path), place=str(self.path), lock_timeout=self.lock_timeout, actor="tester")

    def run(self, task: Task, **options: t.Any) -> dict[str, t.Any]:
        store = self.open()
        try:
            return store.run(lambda tx: task.perform(tx, task.read(options)), Access.WRITE)
        finally:
            store.close()

    def subnet(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run(subnet.TASK, **options)

    def pool(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run(pool.TASK, **options)

    def address(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run(address.TASK, **options)

    def rows(self, sql: str, *parameters: t.Any) -> list[t.Any]:
        store = self.open()
        try:
            return store.run(lambda tx: tx.all(sql, *parameters), Access.READ)
        finally:
            store.close()

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def tables(self) -> dict[str, Table]:
        return tables_in(self.path.read_bytes(), as_json=file.is_json(str(self.path)))


def take_many(path: Path, prefix: str, count: int) -> None:
    """Take addresses one by one, each in a transaction of its own."""
    filed = Filed(path, lock_timeout=300)
    for number in range(count):
        filed.address(name=f"{prefix}-{number}", subnet="lan")


def tables_in(content: bytes, *, as_json: bool) -> dict[str, Table]:
    ledger = memory.read(content, as_json=as_json, place="the test")
    try:
        return tables(ledger)
    finally:
        ledger.close()


def tables(connection: sqlite3.Connection) -> dict[str, Table]:
    """Every row of every table, with names and networks where it has numbers of other rows.

    ``rev`` is left out: it is written for nothing but its lock.
    """
    vrfs = dict(connection.execute("SELECT id, name FROM vrf").fetchall())
    networks: dict[int, t.Any] = {0: None}
    for number, vrf, first, length in connection.execute("SELECT id, vrf_id, first, prefix_length FROM subnet"):
        networks[number] = (vrfs[vrf], first, length)
    found: dict[str, Table] = {}
    for table in ("meta", "vrf", "subnet", "pool", "address", "hold", "extent", "history"):
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        rows = [_named(dict(zip(names, row, strict=True)), table, vrfs, networks) for row in cursor.fetchall()]
        found[table] = sorted(rows, key=repr)
    return found


def _named(row: dict[str, t.Any], table: str, vrfs: dict[int, str], networks: dict[int, t.Any]) -> dict[str, t.Any]:
    row.pop("rev", None)
    if table in ("vrf", "subnet"):
        del row["id"]
    if "vrf_id" in row:
        row["vrf_id"] = vrfs[row["vrf_id"]]
    for column in ("subnet_id", "parent_id"):
        if column in row:
            row[column] = networks[row[column]]
    if "run_key" in row:
        row["run_key"] = row["run_key"][8:]  # begins with the number of the subnet
    return row
