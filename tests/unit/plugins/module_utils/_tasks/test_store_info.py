# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store_info: what there is to tell of a store, whatever state it is in."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import tempfile
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite_look
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import store_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.apart import as_nobody
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded

Result = dict[str, t.Any]
BACKENDS = {"sqlite": "sqlite", "file": "file", "postgresql": "postgresql", "mariadb": "mariadb", "galera": "mariadb"}
UNLOCKED = {"held": False, "holder": None}
UNKNOWN = {"held": None, "holder": None}


def asked(ledger: Ledger, plan: Plan | None = None) -> Result:
    result = succeeded(ledger.run(store_info.TASK, plan, store=ledger.store))
    assert result["changed"] is False
    return result


def shown(ledger: Ledger, plan: Plan | None = None) -> Result:
    result = asked(ledger, plan)
    assert "warnings" not in result
    return t.cast(Result, result["store"])


def seen_by(ledger: Ledger, user: str) -> Ledger:
    """The same ledger on a server for another user."""
    return Ledger(ledger.store.replace("ipam@", f"{user}@"), ledger.lock_timeout)


def database_of(ledger: Ledger) -> str:
    return parse_server(ledger.store, "").database


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> Ledger:
    """a holds 10.0.0.10 for ever and c 10.0.0.12 for a minute, 10.0.0.11 waits for b for an hour."""
    pool = {"name": "servers", "start": "10.0.0.10", "end": "10.0.0.19"}
    ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="1h", pools=[pool])
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="blue")
    ledger.address(names=["a", "b"], subnet="lan")
    ledger.address(name="c", subnet="lan", lease="1m")
    ledger.address(name="b", subnet="lan", state="absent")
    return ledger


def test_nothing_is_there_and_nothing_is_made(ledger: Ledger, store_kind: str, tmp_path: Path) -> None:
    store = shown(ledger)
    assert (store["backend"], store["exists"]) == (BACKENDS[store_kind], False)
    assert (store["schema_version"], store["schema_current"], store["counts"]) == (None, False, None)
    assert (store["size"], store["journal_mode"], store["history_retention"]) == (None, None, None)
    assert store["lock"] == (UNKNOWN if "maria" in store["backend"] else UNLOCKED)
    assert ledger.content() is None
    assert os.listdir(tmp_path) == []


def test_a_ledger(lan: Ledger, store_kind: str) -> None:
    before = lan.content()
    store = shown(lan)
    assert lan.content() == before
    assert (store["backend"], store["exists"]) == (BACKENDS[store_kind], True)
    assert (store["schema_version"], store["schema_current"]) == (VERSION, True)
    assert store["location"] == lan.store
    assert store["counts"] == {
        "vrfs": 2,
        "subnets": 2,
        "pools": 2,  # servers, and the generated one of the other subnet
        "addresses": 2,
        "on_hold": 1,
        "free_ranges": 3,  # below 10.0.0.10, above 10.0.0.12, and all of the other subnet
        "history": 6,  # two subnets, three addresses given and one freed
    }
    assert store["history_retention"] is None


def test_the_engine(lan: Ledger, store_kind: str) -> None:
    store = shown(lan)
    if store_kind in ("sqlite", "file"):
        assert store["engine_version"] == sqlite3.sqlite_version
    else:
        assert int(store["engine_version"].split(".")[0]) >= 10
    assert store["journal_mode"] == ("wal" if store_kind == "sqlite" else None)
    assert store["size"] == (lan.path.stat().st_size if store_kind in ("sqlite", "file") else None)
    in_cluster = store_kind == "galera"
    assert (store["cluster_size"], store["cluster_status"]) == ((3, "Primary") if in_cluster else (None, None))


def test_what_has_ended_is_not_counted(lan: Ledger, clock: t.Any) -> None:
    clock.now += 59
    assert shown(lan)["counts"]["addresses"] == 2
    clock.now += 1
    assert (shown(lan)["counts"]["addresses"], shown(lan)["counts"]["on_hold"]) == (1, 1)
    clock.now += 3600
    assert (shown(lan)["counts"]["addresses"], shown(lan)["counts"]["on_hold"]) == (1, 0)


def test_how_long_the_history_is_kept(lan: Ledger) -> None:
    lan.write(lambda tx: history.set_retention(tx, 86400))
    assert shown(lan)["history_retention"] == 86400


# Check mode


def test_check_mode_shows_the_store_as_it_is(lan: Ledger) -> None:
    assert shown(lan, Plan()) == shown(lan)


def test_check_mode_shows_no_store_that_would_be_made(ledger: Ledger) -> None:
    plan = Plan([{"task": "subnet", "options": {"name": "lan", "cidr": "10.0.0.0/24"}}])
    assert shown(ledger, plan)["exists"] is False
    assert ledger.content() is None


# Another schema


@pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")
@pytest.mark.parametrize(("version", "way_out"), [(VERSION - 1, "Upgrade it with"), (VERSION + 1, "a newer one")])
def test_another_schema(lan: Ledger, version: int, way_out: str) -> None:
    lan.write(lambda tx: tx.execute("UPDATE meta SET schema_version = ?", version))
    result = asked(lan)
    store = result["store"]
    assert (store["exists"], store["schema_version"], store["schema_current"]) == (True, version, False)
    assert (store["counts"], store["history_retention"]) == (None, None)
    assert store["engine_version"]
    (warning,) = result["warnings"]
    assert f"has schema {version}" in warning
    assert way_out in warning


@pytest.mark.stores("file")
def test_a_newer_format(lan: Ledger) -> None:
    text = lan.path.read_text()
    assert text.count('"format": 1') == 1
    lan.path.write_text(text.replace('"format": 1', '"format": 7'))
    result = asked(lan)
    store = result["store"]
    assert (store["exists"], store["schema_version"], store["schema_current"]) == (True, None, False)
    assert "has format 7" in result["warnings"][0]


# Locks


def while_somebody_writes(ledger: Ledger, watcher: Ledger) -> Result:
    """What is shown while a transaction has written a row."""

    def work(tx: Transaction) -> Result:
        assert tx.lock("UPDATE subnet SET rev = rev + 1 WHERE name = 'lan'")
        return t.cast(Result, shown(watcher)["lock"])

    return ledger.write(work)


@pytest.mark.stores("sqlite", "file")
def test_who_has_the_lock_of_a_file(lan: Ledger) -> None:
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    assert while_somebody_writes(lan, lan) == {"held": True, "holder": holder}
    assert shown(lan)["lock"] == UNLOCKED


@pytest.mark.stores("postgresql")
def test_who_has_locks_in_postgresql(lan: Ledger) -> None:
    lock = while_somebody_writes(lan, lan)
    assert lock["held"] is True
    assert lock["holder"].startswith("user ipam from 127.0.0.1 (netledger.ipam ")
    assert shown(lan)["lock"] == UNLOCKED


@pytest.mark.stores("mariadb")
def test_who_has_locks_in_mariadb(lan: Ledger, mariadb_server: t.Any) -> None:
    """Only users with a privilege of their own are told; they need not be allowed to write."""
    assert while_somebody_writes(lan, lan) == UNKNOWN
    mariadb_server.create_user("ipam_watcher")
    mariadb_server.admin("GRANT PROCESS ON *.* TO ipam_watcher@'127.0.0.1'")
    mariadb_server.admin(f"GRANT SELECT ON {database_of(lan)}.* TO ipam_watcher@'127.0.0.1'")
    watcher = seen_by(lan, "ipam_watcher")
    lock = while_somebody_writes(lan, watcher)
    assert lock["held"] is True
    assert lock["holder"].startswith("user ipam from 127.0.0.1:")
    time.sleep(0.3)  # what InnoDB tells may be a tenth of a second old
    assert shown(watcher)["lock"] == UNLOCKED


# Who may only read


@pytest.mark.stores("postgresql")
def test_who_may_only_read_in_postgresql(lan: Ledger, postgres_server: t.Any) -> None:
    postgres_server.create_user("ipam_looker")
    schema = parse_server(lan.store, "").options.get("schema", "public")
    postgres_server.admin(
        f"GRANT USAGE ON SCHEMA {schema} TO ipam_looker; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO ipam_looker",
        database_of(lan),
    )
    assert shown(seen_by(lan, "ipam_looker"))["counts"] == shown(lan)["counts"]


@pytest.fixture
def public(lan: Ledger) -> t.Iterator[Ledger]:
    """A copy of a ledger file that everybody may read and nobody write, nor its folder."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(lan.path, folder)
    (folder / lan.path.name).chmod(0o444)
    folder.chmod(0o555)
    yield Ledger(folder / lan.path.name)
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.stores("sqlite", "file")
def test_who_may_only_read_a_file(lan: Ledger, public: Ledger) -> None:
    before = public.content()
    store = as_nobody(lambda: shown(public))
    assert (store["counts"], store["schema_current"]) == (shown(lan)["counts"], True)
    assert store["lock"] == UNLOCKED
    assert public.content() == before
    assert os.listdir(public.path.parent) == [public.path.name]


@pytest.mark.stores("sqlite", "file")
def test_who_may_not_read_a_file(public: Ledger) -> None:
    public.path.chmod(0)
    result = as_nobody(lambda: public.run(store_info.TASK, store=public.store))
    assert (result["failed"], result["reason"]) == (True, "access_denied")


@pytest.mark.stores("sqlite", "file")
def test_who_may_not_look_at_the_lock(lan: Ledger, public: Ledger) -> None:
    public.path.parent.chmod(0o755)
    Path(f"{public.path}.lock").touch(mode=0o600)
    public.path.parent.chmod(0o555)
    assert as_nobody(lambda: shown(public))["lock"] == UNKNOWN


@pytest.mark.stores("sqlite")
def test_a_change_while_it_is_read_without_a_lock(public: Ledger) -> None:
    """What was read then is not to be trusted."""

    def read_while_it_changes() -> str:
        states = iter([(1, 90112, 1), (1, 90112, 2)])
        sqlite_look._state = lambda path: next(states)
        with pytest.raises(LedgerError) as caught:
            sqlite_look.look(public.store, lambda connection: 0, place="here", lock_timeout=1)
        return caught.value.reason

    assert as_nobody(read_while_it_changes) == "access_denied"


# What stays an error


@pytest.mark.stores("sqlite", "file")
@pytest.mark.parametrize("content", [b"Dear diary\n", b"SQLite format 3\0" + bytes(4080)])
def test_a_file_that_is_no_ledger(ledger: Ledger, content: bytes) -> None:
    ledger.path.write_bytes(content)
    ledger.refused(store_info.TASK, "not_a_ledger")


@pytest.mark.stores("sqlite")
def test_the_database_of_another_program(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    connection.execute("CREATE TABLE meta (schema_version INTEGER)")
    connection.close()
    ledger.refused(store_info.TASK, "not_a_ledger")


def test_a_server_that_does_not_answer() -> None:
    ledger = Ledger("postgresql://ipam:s3cret@127.0.0.1:1/ipam", lock_timeout=1)
    result = ledger.run(store_info.TASK, store=ledger.store)
    assert (result["failed"], result["reason"]) == (True, "store_unreachable")
    assert "s3cret" not in str(result)


@pytest.mark.stores("postgresql", "mariadb", "galera")
def test_a_server_without_the_database(ledger: Ledger) -> None:
    url, mark, query = ledger.store.partition("?")
    store = shown(Ledger(f"{url}_nowhere{mark}{query}"))
    assert (store["exists"], store["engine_version"], store["lock"]) == (False, None, UNLOCKED)


@pytest.mark.stores("postgresql", "mariadb", "galera")
def test_a_password_is_not_shown(lan: Ledger) -> None:
    result = Ledger(lan.store.replace("ipam@", "ipam:s3cret@")).run(store_info.TASK, store=lan.store)
    assert "s3cret" not in str(result)
