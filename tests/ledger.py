# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger file as tests see it: tasks run on it, its bytes, and its free space counted by other means."""

from __future__ import annotations

import sqlite3
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    address_info,
    pool,
    subnet,
    subnet_info,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, run_task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task

T = t.TypeVar("T")
Result = dict[str, t.Any]


class Ledger:
    """Runs tasks on one ledger file."""

    def __init__(self, path: Path, lock_timeout: float = 20) -> None:
        self.path = path
        self.lock_timeout = lock_timeout

    def run(self, task: Task, plan: Plan | None = None, **options: t.Any) -> Result:
        return run_task(task, options, Context(Place(str(self.path), "the test"), self.lock_timeout, "tester", plan))

    def subnet(self, **options: t.Any) -> Result:
        return succeeded(self.run(subnet.TASK, **options))

    def pool(self, **options: t.Any) -> Result:
        return succeeded(self.run(pool.TASK, **options))

    def address(self, **options: t.Any) -> Result:
        return succeeded(self.run(address.TASK, **options))

    def subnet_info(self, **options: t.Any) -> list[Result]:
        return t.cast("list[Result]", succeeded(self.run(subnet_info.TASK, **options))["subnets"])

    def address_info(self, **options: t.Any) -> Result:
        return succeeded(self.run(address_info.TASK, **options))

    def rehearse(self, task: Task, **options: t.Any) -> Result:
        return self.run(task, Plan(), **options)

    def refused(self, task: Task, reason: str, **options: t.Any) -> Result:
        """Run a task that must fail for this reason and leave every byte as it was."""
        before = self.content()
        result = self.run(task, **options)
        assert (result.get("failed"), result.get("reason")) == (True, reason), result
        assert result["changed"] is False
        assert self.content() == before
        return result

    def content(self) -> bytes | None:
        """What stands in the file once nobody has it open."""
        return self.path.read_bytes() if self.path.exists() else None

    def read(self, work: t.Callable[[Transaction], T]) -> T:
        store = SqliteStore(str(self.path), place="the test", lock_timeout=self.lock_timeout, actor="tester")
        try:
            return store.run(work, Access.READ)
        finally:
            store.close()

    def rows(self, sql: str, *parameters: t.Any) -> list[tuple[t.Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def check(self) -> None:
        """The stored free space is what the truth leaves, in maximal ranges, and the file is sound."""
        connection = sqlite3.connect(self.path)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            check_free_space(connection)
        finally:
            connection.close()


def succeeded(result: Result) -> Result:
    assert not result.get("failed"), result
    return result


def check_free_space(connection: sqlite3.Connection) -> None:
    """Compare the stored free space of every subnet with what raw rows say, by interval arithmetic of its own."""
    for number, first, last in connection.execute("SELECT id, first, last FROM subnet").fetchall():
        stored = connection.execute(
            "SELECT first, last FROM extent WHERE subnet_id = ? ORDER BY last", (number,)
        ).fetchall()
        width = len(first)
        assert all(len(key) == width for pair in stored for key in pair)
        assert [(int(low, 16), int(high, 16)) for low, high in stored] == _left(
            int(first, 16), int(last, 16), _taken(connection, number)
        )


def _taken(connection: sqlite3.Connection, number: int) -> list[tuple[int, int]]:
    """What the truth says is not free in a subnet."""
    spans = [
        (int(key, 16), int(key, 16))
        for table in ("address", "hold")
        for (key,) in connection.execute(f"SELECT addr FROM {table} WHERE subnet_id = ?", (number,))
    ]
    spans += [
        (int(first, 16), int(last, 16))
        for first, last in connection.execute("SELECT first, last FROM subnet WHERE parent_id = ?", (number,))
    ]
    spans += [
        (int(pair[0], 16), int(pair[1], 16))
        for pair in connection.execute(
            "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
            "FROM subnet, json_each(subnet.reserved) WHERE subnet.id = ?",
            (number,),
        )
    ]
    ((gateway, first, last),) = connection.execute("SELECT gateway, first, last FROM subnet WHERE id = ?", (number,))
    if gateway is not None and first <= gateway <= last and first != last:
        spans.append((int(gateway, 16), int(gateway, 16)))
    return spans


def _left(first: int, last: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    free = []
    for low, high in sorted(taken):
        if low > first:
            free.append((first, low - 1))
        first = max(first, high + 1)
    return [*free, (first, last)] if first <= last else free


def take_many(path: str, prefix: str, count: int, log: str | None = None) -> None:
    """Take addresses one by one, each in a transaction of its own, and note those that were new."""
    ledger = Ledger(Path(path), lock_timeout=100)
    changed = []
    for number in range(count):
        result = ledger.address(name=f"{prefix}-{number}", subnet="lan")
        changed += [result["address"]] if result["changed"] else []
    if log:
        Path(log).write_text("\n".join(changed))
