# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SQLite store under fire: killed at any statement, replaced while open, locked by others, used by many at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import typing as t
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.apart import FORK, SPAWN
from ansible_collections.netledger.ipam.tests.ledger import Ledger, take_many


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/16")
    return ledger


@pytest.fixture
def store(lan: Ledger) -> t.Iterator[SqliteStore]:
    store = SqliteStore(str(lan.path), place="the test", lock_timeout=5, actor="tester")
    yield store
    store.close()


def names(ledger: Ledger) -> list[str]:
    return [name for (name,) in ledger.rows("SELECT name FROM vrf ORDER BY name")]


# One transaction


def test_what_fails_is_undone(lan: Ledger, store: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        vrf.insert(tx, "blue")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.run(work, Access.WRITE)
    assert names(lan) == ["default"]
    store.run(lambda tx: vrf.insert(tx, "red"), Access.WRITE)  # the lock is free again
    assert names(lan) == ["default", "red"]


def test_a_rehearsal_is_undone(lan: Ledger, store: SqliteStore) -> None:
    assert store.run(lambda tx: (vrf.insert(tx, "blue"), tx.one("SELECT count(*) FROM vrf")), Access.REHEARSE)[1] == (
        2,
    )
    assert names(lan) == ["default"]


def test_a_task_without_change_writes_nothing(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan")
    before = lan.content(), lan.rows("SELECT rev FROM subnet")
    assert lan.address(name="web", subnet="lan")["changed"] is False
    assert lan.address(names=["web"], subnet="lan")["changed"] is False
    assert lan.subnet(name="lan", cidr="10.0.0.0/16")["changed"] is False
    assert lan.address(name="nobody", state="absent")["changed"] is False
    assert (lan.content(), lan.rows("SELECT rev FROM subnet")) == before


def test_the_clock_and_the_actor_are_the_stores(store: SqliteStore) -> None:
    before = int(time.time())
    now, actor = store.run(lambda tx: (tx.now, tx.actor), Access.READ)
    assert before <= now <= time.time()
    assert actor == "tester"


def test_every_commit_is_synced(store: SqliteStore) -> None:
    """WAL with synchronous=FULL (2) is what survives a power cut: sqlite.org/pragma.html#pragma_synchronous."""
    pragmas = store.run(
        lambda tx: [tx.one(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")], Access.READ
    )
    assert pragmas == [("wal",), (2,), (1,)]


def test_a_writer_has_the_database_locked_before_it_reads(lan: Ledger, store: SqliteStore) -> None:
    """Else what it read may have changed when it writes, even by a program that knows nothing of the side lock."""

    def work(_tx: Transaction) -> str:
        other = sqlite3.connect(lan.path, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            other.close()
        return "nobody had it locked"

    assert store.run(work, Access.WRITE) == store.run(work, Access.REHEARSE) == "database is locked"
    assert store.run(work, Access.READ) == "nobody had it locked"


# The file goes away under it


def replace_by_another(path: Path) -> None:
    other = Ledger(path.parent / "other.db")
    other.subnet(name="other", cidr="10.7.0.0/24")
    os.replace(other.path, path)


GONE: list[t.Callable[[Path], object]] = [replace_by_another, Path.unlink, lambda path: path.rename(f"{path}.away")]


@pytest.mark.parametrize("happen", GONE, ids=["replaced", "removed", "moved away"])
def test_nothing_is_committed_into_a_file_that_went_away(
    lan: Ledger, store: SqliteStore, happen: t.Callable[[Path], object]
) -> None:
    def work(tx: Transaction) -> None:
        vrf.insert(tx, "blue")
        happen(lan.path)

    with pytest.raises(LedgerError, match="was replaced or removed while it was open") as caught:
        store.run(work, Access.WRITE)
    assert caught.value.reason == "store_replaced"


# Locked by others


def test_another_program_has_the_database_locked(lan: Ledger) -> None:
    """One that knows nothing of the side lock, such as the sqlite3 shell."""
    other = sqlite3.connect(lan.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = Ledger(lan.path, lock_timeout=0.2).run(address.TASK, name="web", subnet="lan")
    assert (result["reason"], result["changed"]) == ("lock_timeout", False)
    assert "locked by another program" in result["msg"]
    assert len(lan.subnet_info()) == 1  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    assert lan.address(name="web", subnet="lan")["changed"] is True


def sit_on_it(path: Path, ready: Connection) -> None:
    def wait(_tx: Transaction) -> None:
        ready.send(os.getpid())
        time.sleep(60)

    SqliteStore(str(path), place="the test", lock_timeout=5, actor="other").run(wait, Access.WRITE)


def test_a_task_that_waits_in_vain_names_the_holder(lan: Ledger) -> None:
    ours, theirs = FORK.Pipe(duplex=False)
    other = FORK.Process(target=sit_on_it, args=(lan.path, theirs))
    other.start()
    pid = ours.recv()
    result = Ledger(lan.path, lock_timeout=0.3).refused(address.TASK, "lock_timeout", name="web", subnet="lan")
    assert f"process {pid} on " in result["msg"]
    assert result["holder"].startswith(f"process {pid} on ")
    assert len(lan.subnet_info()) == 1  # reading needs no lock
    other.kill()
    other.join()
    assert lan.address(name="web", subnet="lan")["changed"] is True


# Killed


def kill_self_after(writes: int) -> t.Callable[..., t.Any]:
    """Make this process die instead of its write number ``writes``."""
    left = [writes]

    def counted(method: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        def call(*arguments: t.Any) -> t.Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return method(*arguments)

        return call

    for name in ("execute", "insert", "many", "lock"):
        setattr(Transaction, name, counted(getattr(Transaction, name)))
    return counted


def die_at_write(path: Path, writes: int, task: str, options: dict[str, t.Any]) -> None:
    kill_self_after(writes)
    Ledger(path).run({"address": address.TASK, "subnet": subnet.TASK}[task], **options)


KILLED: list[tuple[str, dict[str, t.Any]]] = [
    ("address", {"name": "new", "subnet": "lan"}),
    ("address", {"name": "new", "subnet": "lan", "address": "10.0.7.7"}),
    ("address", {"names": [f"new{number}" for number in range(40)], "subnet": "lan"}),
    ("address", {"name": "web", "subnet": "lan", "address": "10.0.9.9", "force": True}),
    ("address", {"name": "db", "state": "absent"}),
    ("subnet", {"name": "kid", "parent": "lan", "prefix_length": 24}),
    ("subnet", {"name": "around", "cidr": "10.0.0.0/8", "gateway": "10.255.0.1"}),
    ("subnet", {"name": "lan", "cidr": "10.0.0.0/16", "reserved": ["10.0.0.100-10.0.1.7"], "gateway": "10.0.8.1"}),
    ("subnet", {"name": "lan", "state": "absent", "force": True}),
]


@pytest.mark.parametrize(("task", "options"), KILLED)
def test_killed_at_every_single_write(lan: Ledger, task: str, options: dict[str, t.Any]) -> None:
    """Until the process lives to the end, every kill leaves the ledger as it was before."""
    lan.address(names=["web", "db"], subnet="lan")
    lan.subnet(name="inner", cidr="10.0.4.0/24")
    before = dump(lan)
    for writes in range(200):
        child = FORK.Process(target=die_at_write, args=(lan.path, writes, task, options))
        child.start()
        child.join(30)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        lan.check()
        assert dump(lan) == before
    assert writes >= 3
    lan.check()
    assert dump(lan) != before


def dump(ledger: Ledger) -> list[str]:
    connection = sqlite3.connect(ledger.path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


CREATION = ["_build", "migrate", "_connect", "sync_folder", "os.replace"]


def die_in_creation(path: Path, where: str, after: bool) -> None:
    owner, name = (os, "replace") if where == "os.replace" else (sqlite, where)
    original = getattr(owner, name)

    def die(*arguments: t.Any) -> None:
        if after:
            original(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, die)
    Ledger(path).run(subnet.TASK, name="lan", cidr="10.0.0.0/24")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("where", CREATION)
def test_killed_while_the_store_is_made(ledger: Ledger, where: str, after: bool) -> None:
    child = FORK.Process(target=die_in_creation, args=(ledger.path, where, after))
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    ledger.run(address.TASK, name="web", subnet="lan")  # store_missing, or an empty ledger
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is True
    ledger.check()
    assert {path.name for path in ledger.path.parent.iterdir()} == {"ipam.db", "ipam.db.lock"}


# Many at once


@pytest.mark.parametrize(("start", "processes", "each"), [(FORK, 16, 25), (SPAWN, 4, 25)], ids=["fork", "spawn"])
def test_many_processes_take_addresses(lan: Ledger, start: t.Any, processes: int, each: int) -> None:
    workers = [start.Process(target=take_many, args=(str(lan.path), f"w{number}", each)) for number in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * processes
    taken = [one["address"] for one in lan.address_info()["addresses"]]
    expected = [f"10.0.{number // 256}.{number % 256}" for number in range(1, processes * each + 1)]
    assert taken == expected  # all different, none lost, no hole
    lan.check()


def test_many_processes_ask_for_the_same(lan: Ledger, tmp_path: Path) -> None:
    """Each address is reported changed exactly once, whoever was first."""
    workers = [
        FORK.Process(target=take_many, args=(str(lan.path), "same", 20, str(tmp_path / f"log{number}")))
        for number in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    lines = [line for number in range(8) for line in (tmp_path / f"log{number}").read_text().split()]
    assert len(lines) == len(set(lines)) == 20
    assert len(lan.address_info()["addresses"]) == 20
    lan.check()


def mix(path: str, seed: int) -> None:
    ledger = Ledger(Path(path))
    for number in range(20):
        ledger.address(names=[f"m{seed}-{number}-{one}" for one in range(5)], subnet="lan")
        ledger.run(address.TASK, name=f"m{seed}-s{number}", subnet="lan", address=f"10.0.{seed}.{number * 7 + 1}")
        ledger.address(name=f"m{seed}-{number}-2", state="absent")
        if number % 5 == 0:
            ledger.run(subnet.TASK, name=f"kid{seed}-{number}", parent="lan", prefix_length=26)
        if number % 10 == 5:
            ledger.run(subnet.TASK, name=f"kid{seed}-{number - 5}", state="absent", force=True)
        ledger.subnet(name="lan", reserved=[f"10.0.200.{seed}", f"10.0.201.{number}"])


def test_many_processes_do_everything(lan: Ledger) -> None:
    workers = [FORK.Process(target=mix, args=(str(lan.path), seed)) for seed in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 8
    lan.check()
    held = lan.address_info()["addresses"]
    assert len({one["address"] for one in held}) == len(held)
    assert {one["name"] for one in held} >= {
        f"m{seed}-{n}-{i}" for seed in range(8) for n in range(20) for i in (0, 1, 3, 4)
    }


def create_it(path: str, number: int, pipe: Connection) -> None:
    result = Ledger(Path(path)).run(subnet.TASK, name="lan", cidr="10.0.0.0/24")
    other = Ledger(Path(path)).run(subnet.TASK, name=f"n{number}", cidr=f"10.1.{number}.0/24")
    pipe.send((result["changed"], other["changed"]))


def test_many_processes_make_the_store(ledger: Ledger) -> None:
    ours, theirs = FORK.Pipe(duplex=False)
    workers = [FORK.Process(target=create_it, args=(str(ledger.path), number, theirs)) for number in range(12)]
    for worker in workers:
        worker.start()
    answers = [ours.recv() for _worker in workers]
    for worker in workers:
        worker.join(60)
    assert sorted(first for first, _second in answers) == [False] * 11 + [True]
    assert all(second for _first, second in answers)
    assert len(ledger.subnet_info()) == 13
    ledger.check()


def test_a_disk_that_gets_full_within_a_savepoint(tmp_path: Path) -> None:
    """SQLite ends the whole transaction then, and the savepoint is gone: that is not what is told."""
    ledger = Ledger(tmp_path / "ipam.db")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")

    def work(tx: Transaction) -> None:
        tx.one("PRAGMA max_page_count = 1")  # which stands for as many as there are
        with tx.savepoint():
            for number in range(1000):
                vrf.insert(tx, f"{number:0190}")

    with pytest.raises(LedgerError, match="the disk is full") as caught:
        ledger.write(work)
    assert caught.value.reason == "store_full"
    assert ledger.rows("SELECT count(*) FROM vrf") == [(1,)]
