# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Others who work in the same tables: one waits for them, or says who they are."""

from __future__ import annotations

import contextlib
import threading
import time
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.faults.background import Background
from ansible_collections.netledger.ipam.tests.faults.raw import Run, connected
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result
from ansible_collections.netledger.ipam.tests.services.access import Database
from ansible_collections.netledger.ipam.tests.services.processes import HOST, wait_until

BOTH: dict[str, t.Any] = {"name": "a", "subnet": ["four", "six"], "dual_stack": True}


def begin(run: Run) -> None:
    run("BEGIN")


def waiting(database: Database) -> bool:
    """Whether the ledger waits for a lock."""
    if database.server.scheme == "postgresql":
        sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    else:
        sql = (
            "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
            "ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()"
        )
    return database.admin(sql) == [("1",)]


def wait_for_it(database: Database) -> None:
    wait_until(lambda: waiting(database), "the ledger waits", seconds=30, log=str)


@pytest.mark.parametrize("statement", ["UPDATE subnet SET rev = rev + 1", "DELETE FROM address"])
def test_somebody_holds_the_subnet_for_a_moment(lan: Ledger, database: Database, statement: str) -> None:
    lan.address(name="before", subnet="lan")
    with connected(database) as run:
        begin(run)
        run(statement)
        task = Background(lan, name="before", state="absent")
        wait_for_it(database)
        run("ROLLBACK")
        assert task.result()["changed"] is True
    lan.check()


def test_somebody_holds_the_subnet_too_long(lan: Ledger, database: Database) -> None:
    """The message names who that is, as an administrator of the server knows him."""
    slow, watcher = (user(database, name) for name in ("slow", "watcher"))
    ledger = Ledger(database.url(watcher), lock_timeout=1)
    with connected(database, slow) as run:
        begin(run)
        run("UPDATE subnet SET rev = rev + 1")
        number = run("SELECT pg_backend_pid()" if database.server.scheme == "postgresql" else "SELECT CONNECTION_ID()")
        started = time.monotonic()
        result = ledger.run(address.TASK, name="a", subnet="lan")
        assert 0.9 < time.monotonic() - started < 15
    assert (result["reason"], result["changed"]) == ("lock_timeout", False)
    assert f"stayed locked by {result['holder']} for 1 seconds" in result["msg"]
    assert f"user {slow} from {HOST}" in result["holder"]
    assert f" {HOST}/" not in result["holder"]
    assert f" {number[0][0]})" in result["holder"]
    assert ledger.address(name="a", subnet="lan")["address"] == "10.0.0.1"
    lan.check()


def user(database: Database, role: str) -> str:
    """A user who may change the database; and see what others do on the server, which servers tell not to everybody."""
    name = f"{database.name}_{role}"
    database.server.create_user(name)
    if database.server.scheme == "postgresql":
        database.admin(f"GRANT ipam, pg_read_all_stats TO {name}")
    else:
        account = f"{name}@'{HOST}'"
        database.admin(f"GRANT ALL ON {database.name}.* TO {account}; GRANT PROCESS ON *.* TO {account}")
    return name


def test_somebody_of_whom_nothing_is_told(mariadb_database: Database) -> None:
    ledger = Ledger(mariadb_database.url(), lock_timeout=1)
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    with connected(mariadb_database) as run:
        begin(run)
        run("UPDATE subnet SET rev = rev + 1")
        result = ledger.run(address.TASK, name="a", subnet="lan")
    assert result["reason"] == "lock_timeout"
    assert "stayed locked for 1 seconds" in result["msg"]
    assert "holder" not in result


def test_readers_wait_for_nobody(lan: Ledger, database: Database) -> None:
    lan.address(name="a", subnet="lan")
    with connected(database) as run:
        begin(run)
        run("UPDATE subnet SET rev = rev + 1")
        run("DELETE FROM address")
        assert [one["name"] for one in lan.impatient(1).address_info()["addresses"]] == ["a"]


def test_a_deadlock_is_tried_again(database: Database) -> None:
    """Two who lock the same two subnets in opposite orders; the server ends ours."""
    ledger = Ledger(database.url())
    ledger.subnet(name="four", cidr="10.0.0.0/24")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    four, six = (number for (number,) in ledger.rows("SELECT id FROM subnet ORDER BY name"))
    lose(database)
    with connected(database) as run:
        begin(run)
        win(run, database)
        run(f"UPDATE subnet SET rev = rev + 1 WHERE id = {six}")
        task = Background(ledger, **BOTH)
        wait_for_it(database)
        run(f"UPDATE subnet SET rev = rev + 1 WHERE id = {four}")
        run("COMMIT")
        result = task.result()
    assert result["changed"] is True
    assert [one["address"] for one in result["addresses"]] == ["10.0.0.1", "2001:db8::1"]
    assert deadlocks(database)
    assert ledger.rows("SELECT count(*) FROM history WHERE name = 'a'") == [(2,)]
    ledger.check()


def lose(database: Database) -> None:
    """Let the ledger be the one that finds out about a deadlock, and so the one that is ended."""
    if database.server.scheme == "postgresql":
        database.admin(f"ALTER DATABASE {database.name} SET deadlock_timeout = '2s'")
        database.admin("GRANT SET ON PARAMETER deadlock_timeout TO ipam")


def win(run: Run, database: Database) -> None:
    """MariaDB ends the one of two who has changed less."""
    if database.server.scheme == "postgresql":
        run("SET LOCAL deadlock_timeout = '60s'")
    else:
        run("INSERT INTO vrf (name, rev) " + " UNION ".join(f"SELECT 'x{number}', 0" for number in range(50)))


def deadlocks(database: Database) -> bool:
    """Whether there was one; the server may count a moment later."""
    if database.server.scheme == "mariadb":
        return "LATEST DETECTED DEADLOCK" in str(database.admin("SHOW ENGINE INNODB STATUS"))
    sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    wait_until(lambda: database.admin(sql) == [("1",)], "the deadlock is counted", seconds=20, log=str)
    return True


CONFLICTS = {
    "postgresql": "DO $$ BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$",
    "mariadb": "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'",
}
"""What servers say to who lost against another transaction."""


def test_who_is_always_ended_gives_up_in_time(lan: Ledger, database: Database) -> None:
    """More often than ten times, as in a busy cluster: up to the time limit, and then it says so."""
    tried = 0

    def work(tx: Transaction) -> None:
        nonlocal tried
        tried += 1
        if tried < 20:
            tx.lock(CONFLICTS[database.server.scheme])

    lan.write(work)
    assert tried == 20
    tried = -1000
    started = time.monotonic()
    with pytest.raises(LedgerError, match="stayed locked for 2 seconds") as caught:
        lan.impatient(2).write(work)
    assert caught.value.reason == "lock_timeout"
    assert 1.5 < time.monotonic() - started < 15


@pytest.mark.parametrize("noticed", [True, False])
def test_a_transaction_that_the_server_ends_within_a_savepoint_is_tried_again(
    mariadb_database: Database, noticed: bool
) -> None:
    """Who loses against a writer of another node of Galera has no savepoint any more to go back to."""
    ledger = Ledger(mariadb_database.url())
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    tried = 0

    def work(tx: Transaction) -> int:
        nonlocal tried
        tried += 1
        with contextlib.suppress(LedgerError), tx.savepoint():
            if tried == 1:
                tx.lock("ROLLBACK")  # what the server does by itself
                if noticed:
                    tx.lock(CONFLICTS["mariadb"])
                raise LedgerError("pool_exhausted", "The next subnet will do.")
        return tx.lock("UPDATE subnet SET rev = rev + 1")

    assert ledger.write(work) == 1
    assert tried == 2


def test_a_subnet_is_made_twice_at_once(lan: Ledger, database: Database) -> None:
    """Nobody can lock what is not there yet: the second finds a row that the first has just made."""
    with connected(database) as run:
        begin(run)
        run("INSERT INTO vrf (name, rev) VALUES ('new', 0)")
        done: list[Result] = []
        maker = threading.Thread(
            target=lambda: done.append(lan.run(subnet.TASK, name="lan", vrf="new", cidr="10.0.0.0/24"))
        )
        maker.start()
        wait_for_it(database)
        run("COMMIT")
        maker.join(60)
    assert done[0]["changed"] is True
    assert lan.read(lambda tx: tx.all("SELECT count(*) FROM vrf WHERE name = 'new'")) == [(1,)]


def test_a_reader_sees_one_moment(lan: Ledger, database: Database) -> None:
    """What others commit in between does not show."""
    lan.address(name="a", subnet="lan")

    def work(tx: Transaction) -> list[t.Any]:
        first = tx.all("SELECT count(*) FROM address")
        lan.address(name="b", subnet="lan")
        return [first, tx.all("SELECT count(*) FROM address")]

    store = open_store(lan.place, Terms("tester", 20), create=False)
    try:
        assert store.run(work, Access.READ) == [[(1,)], [(1,)]]
    finally:
        store.close()
