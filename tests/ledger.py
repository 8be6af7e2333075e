# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger as tests see it: tasks run on it, its content, and its free space counted by other means."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, Secret, kind_of
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, is_missing, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import TABLES
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
    """Runs tasks on one ledger; ``path`` is its file, if it is kept in one."""

    def __init__(self, store: Path | str, lock_timeout: float = 20, password: str = "") -> None:
        self.store = str(store)
        self.path = Path(store)
        self.lock_timeout = lock_timeout
        self.place = Place(self.store, "the test", Secret(password))

    def impatient(self, seconds: float) -> Ledger:
        """The same ledger for somebody who waits so long."""
        return Ledger(self.store, seconds, str(self.place.password))

    def run(self, task: Task, plan: Plan | None = None, **options: t.Any) -> Result:
        return run_task(task, options, Context(self.place, self.lock_timeout, "tester", plan, tell=self.tell))

    def tell(self, table: str, done: int, total: int) -> None:
        """What a long copy reports goes nowhere."""

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

    def content(self) -> t.Any:
        """Everything that stands in it: the bytes of its file once nobody has it open, or all rows of a server."""
        if kind_of(self.store) in ("sqlite", "file"):
            return self.path.read_bytes() if self.path.exists() else None
        if is_missing(self.place, self._terms):
            return None
        return self.read(lambda tx: {table: sorted(tx.all(f"SELECT * FROM {table}"), key=repr) for table in TABLES})

    def traces(self) -> list[str]:
        """What there is of it: files, or tables. Nothing where it was never made."""
        if kind_of(self.store) in ("sqlite", "file"):
            return sorted(path.name for path in self.path.parent.iterdir())
        return [] if is_missing(self.place, self._terms) else list(TABLES)

    def read(self, work: t.Callable[[Transaction], T]) -> T:
        return self._in_store(work, Access.READ)

    def write(self, work: t.Callable[[Transaction], T]) -> T:
        return self._in_store(work, Access.WRITE)

    def rows(self, sql: str, *parameters: t.Any) -> list[tuple[t.Any, ...]]:
        return self.read(lambda tx: tx.all(sql, *parameters))

    def check(self) -> None:
        """The stored free space is what the truth leaves, in maximal ranges, and a SQLite file is sound."""
        if kind_of(self.store) == "sqlite":
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
        self.read(check_free_space)

    def _in_store(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        store = open_store(self.place, self._terms, create=False)
        try:
            return store.run(work, access)
        finally:
            store.close()

    @property
    def _terms(self) -> Terms:
        return Terms("tester", self.lock_timeout)


def succeeded(result: Result) -> Result:
    assert not result.get("failed"), result
    return result


def check_free_space(tx: Transaction) -> None:
    """Compare the stored free space of every subnet with what raw rows say, by interval arithmetic of its own."""
    for number, first, last in tx.all("SELECT id, first, last FROM subnet"):
        stored = tx.all("SELECT first, last FROM extent WHERE subnet_id = ? ORDER BY last", number)
        width = len(first)
        assert all(len(key) == width for pair in stored for key in pair)
        assert [(int(low, 16), int(high, 16)) for low, high in stored] == _left(
            int(first, 16), int(last, 16), _taken(tx, number)
        )


def _taken(tx: Transaction, number: int) -> list[tuple[int, int]]:
    """What the truth says is not free in a subnet."""
    spans = [
        (int(key, 16), int(key, 16))
        for table in ("address", "hold")
        for (key,) in tx.all(f"SELECT addr FROM {table} WHERE subnet_id = ?", number)
    ]
    spans += [
        (int(first, 16), int(last, 16))
        for first, last in tx.all("SELECT first, last FROM subnet WHERE parent_id = ?", number)
    ]
    ((gateway, first, last, reserved),) = tx.all(
        "SELECT gateway, first, last, reserved FROM subnet WHERE id = ?", number
    )
    spans += [(int(low, 16), int(high, 16)) for low, high in json.loads(reserved)]
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


def take_many(store: str, prefix: str, count: int, log: str | None = None, password: str = "") -> None:
    """Take addresses one by one, each in a transaction of its own, and note those that were new."""
    ledger = Ledger(store, lock_timeout=100, password=password)
    changed = []
    for number in range(count):
        result = ledger.address(name=f"{prefix}-{number}", subnet="lan")
        changed += [result["address"]] if result["changed"] else []
    if log:
        Path(log).write_text("\n".join(changed))
