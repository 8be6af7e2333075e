# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store with a ledger as a whole: copies, backups, access, schema, history, and its end."""

from __future__ import annotations

import itertools
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store import open as stores
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info, store
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded
from ansible_collections.netledger.ipam.tests.services.access import Access

DAY = 86400
Users = dict[str, tuple[str, Ledger]]
_NUMBERS = itertools.count(1)


def run(ledger: Ledger, plan: Plan | None = None, **options: t.Any) -> Result:
    return ledger.run(store.TASK, plan, store=ledger.store, **options)


def done(ledger: Ledger, **options: t.Any) -> Result:
    return succeeded(run(ledger, **options))


def names(ledger: Ledger) -> list[str]:
    return [one["name"] for one in ledger.address_info()["addresses"]]


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="1h")
    ledger.address(names=["a", "b", "c"], subnet="lan")
    ledger.address(name="b", subnet="lan", state="absent")
    return ledger


@pytest.fixture
def other(tmp_path: Path) -> Ledger:
    """A ledger in a SQLite file that has something else."""
    ledger = Ledger(tmp_path / "other" / "other.db")
    ledger.path.parent.mkdir()
    ledger.subnet(name="dmz", cidr="2001:db8::/64")
    ledger.address(name="x", subnet="dmz")
    return ledger


def name_of(ledger: Ledger) -> str:
    return stores.name_of(ledger.place)


# Its end


def test_a_ledger_ends_only_by_its_name(lan: Ledger) -> None:
    before = lan.content()
    for confirm in (None, "", "yes", name_of(lan).upper()):
        refused = run(lan, state="absent", confirm=confirm)
        assert (refused["reason"], refused["changed"]) == ("bad_request", False)
        assert f"confirm: {name_of(lan)}" in refused["msg"]
    assert lan.content() == before
    dry = run(lan, Plan(), state="absent", confirm=name_of(lan))
    assert dry["changed"] is True
    assert lan.content() == before
    ended = done(lan, state="absent", confirm=name_of(lan))
    assert (ended["changed"], ended["diff"]["after"]) == (True, None)
    assert lan.content() is None
    assert done(lan, state="absent", confirm=name_of(lan))["changed"] is False
    assert lan.run(address_info.TASK)["reason"] == "store_missing"


def test_what_was_ended_can_begin_again(lan: Ledger) -> None:
    done(lan, state="absent", confirm=name_of(lan))
    lan.subnet(name="lan", cidr="10.0.0.0/24")
    assert names(lan) == []
    lan.check()


def test_in_a_dry_run_nothing_is_there_after_its_end(lan: Ledger) -> None:
    end = {"task": "store", "options": {"store": lan.store, "state": "absent", "confirm": name_of(lan)}}
    assert lan.run(address_info.TASK, Plan([end]))["addresses"] == []
    assert names(lan) == ["a", "c"]


@pytest.mark.parametrize("option", ["verify", "repair", "reap", "copy_from", "backup", "restore", "readers", "writers"])
def test_what_has_no_meaning_at_the_end(lan: Ledger, option: str) -> None:
    value: t.Any = [True] if option in ("readers", "writers") else "x"
    assert run(lan, state="absent", confirm=name_of(lan), **{option: value})["reason"] == "bad_request"
    assert names(lan) == ["a", "c"]


# Copies


def test_a_copy_is_the_same_ledger_and_twice_is_once(ledger: Ledger, other: Ledger) -> None:
    dry = run(ledger, Plan(), copy_from=other.store)
    assert (dry["changed"], dry["copied"]["address"]) == (True, 1)
    assert ledger.content() is None
    first, second = done(ledger, copy_from=other.store), done(ledger, copy_from=other.store)
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["copied"] == {"vrf": 1, "subnet": 1, "pool": 1, "address": 1, "hold": 0, "extent": 2, "history": 2}
    assert second["copied"] == {}
    assert ledger.address(name="x", subnet="dmz")["changed"] is False
    assert ledger.address(name="y", subnet="dmz")["address"] == "2001:db8::2"
    done(ledger, verify=True)
    ledger.check()


def test_no_copy_mixes_two_ledgers(lan: Ledger, other: Ledger) -> None:
    before = lan.content()
    refused = run(lan, copy_from=other.store)
    assert refused["reason"] == "store_not_empty"
    assert lan.store in refused["msg"]
    assert lan.content() == before


def test_a_source_that_is_not_there(ledger: Ledger, tmp_path: Path) -> None:
    refused = run(ledger, copy_from=str(tmp_path / "none.db"))
    assert refused["reason"] == "store_missing"
    assert "none.db" in refused["msg"]
    assert refused["msg"].endswith("Correct copy_from: it has to name a ledger that is there.")
    assert refused["store"] == str(tmp_path / "none.db")
    assert ledger.content() is None


def test_a_copy_tells_how_far_it_is(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Ledger(tmp_path / "source.db")
    source.subnet(name="lan", cidr="10.0.0.0/16")
    source.address(names=[f"h{number}" for number in range(10_500)], subnet="lan")
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(ledger, "tell", lambda *step: told.append(step))
    done(ledger, copy_from=source.store)
    assert ("address", 10_000, 10_500) in told
    assert ("history", 10_000, 10_501) in told


# Backups


@pytest.mark.parametrize("name", ["backup.db", "backup.yml", "backup.json"])
def test_back_to_a_backup(lan: Ledger, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert run(lan, Plan(), backup=str(path))["changed"] is True
    assert not path.exists()
    assert done(lan, backup=str(path))["changed"] is True
    assert done(lan, backup=str(path))["changed"] is False
    lan.address(name="late", subnet="lan")
    assert run(lan, backup=str(path))["reason"] == "store_not_empty"
    assert names(Ledger(path)) == ["a", "c"]
    back, again = done(lan, restore=str(path)), done(lan, restore=str(path))
    assert (back["changed"], again["changed"]) == (True, False)
    assert names(lan) == ["a", "c"]
    assert lan.run(address.TASK, name="z", subnet="lan", address="10.0.0.2")["reason"] == "address_on_hold"
    lan.check()


def test_a_backup_of_nothing_is_none(ledger: Ledger, tmp_path: Path) -> None:
    assert run(ledger, backup=str(tmp_path / "backup.db"))["reason"] == "store_missing"
    assert not (tmp_path / "backup.db").exists()
    assert ledger.content() is None


# How long the history is kept


def test_the_history_is_kept_as_long_as_asked(clock: Clock, lan: Ledger) -> None:
    def entries() -> int:
        return int(lan.rows("SELECT count(*) FROM history")[0][0])

    before = entries()
    first, second = done(lan, history_retention="30d"), done(lan, history_retention=str(30 * DAY))
    assert (first["changed"], second["changed"]) == (True, False)
    clock.now += 29 * DAY
    lan.address(name="d", subnet="lan")
    done(lan, reap=True)
    kept = entries()
    assert kept == before + 1
    clock.now += 2 * DAY
    done(lan, reap=True)
    assert entries() == 1
    assert done(lan, history_retention="0")["changed"] is True
    clock.now += 900 * DAY
    done(lan, reap=True)
    assert entries() == 1


# Access


@pytest.mark.stores("sqlite", "file")
@pytest.mark.parametrize("option", ["readers", "writers"])
def test_users_are_those_of_a_server(lan: Ledger, option: str) -> None:
    options: dict[str, t.Any] = {option: ["joe"]}
    refused = run(lan, **options)
    assert refused["reason"] == "bad_request"
    assert option in refused["msg"]


@pytest.fixture
def users(store_server: Access | None, lan: Ledger) -> t.Iterator[Users]:
    """Users who may log in and have no rights yet, by their names in SQL, each with the ledger as they reach it."""
    assert store_server is not None
    is_postgres = store_server.scheme == "postgresql"
    if not is_postgres:
        store_server.admin("GRANT ALL ON `ipam%`.* TO ipam@'127.0.0.1' WITH GRANT OPTION")
        idle.close_all()  # MariaDB looks at rights on a database when a connection begins
    found: Users = {}
    for number in range(2):
        name = f"ipam_user{next(_NUMBERS)}_{store_server.database}"
        store_server.create_user(name)
        reached = Ledger(lan.store.replace("//ipam@", f"//{name}@"), lock_timeout=10)
        found[("reader", "writer")[number]] = (name if is_postgres else f"{name}@127.0.0.1", reached)
    yield found
    for name, _reached in found.values():
        removal = f"DROP OWNED BY {name}; DROP ROLE {name}" if is_postgres else f"DROP USER {name}"
        store_server.admin(removal, store_server.database)


@pytest.mark.stores("postgresql", "mariadb", "galera")
def test_readers_read_and_writers_write(lan: Ledger, users: Users) -> None:
    (reads, reader), (writes, writer) = users["reader"], users["writer"]
    assert reader.run(address_info.TASK)["reason"] in ("access_denied", "store_missing")
    granted = done(lan, readers=[reads], writers=[writes])
    assert granted["access_changed"] == [reads, writes]
    assert names(reader) == names(writer) == ["a", "c"]
    denied = reader.run(address.TASK, name="d", subnet="lan")
    assert denied["reason"] == "access_denied"
    assert writer.address(name="d", subnet="lan")["changed"] is True
    assert writer.address(name="d", state="absent", subnet="lan")["changed"] is True
    for statement in ("UPDATE history SET actor = 'me'", "DELETE FROM history", "UPDATE meta SET schema_version = 1"):
        with pytest.raises(Exception, match=r"denied|allow"):
            writer.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]
    assert writer.run(store.TASK, store=writer.store, state="absent", confirm=name_of(lan))["reason"] == "access_denied"
    turned = done(lan, readers=[writes])
    assert turned["changed"] is True
    assert writer.run(address.TASK, name="e", subnet="lan")["reason"] == "access_denied"


@pytest.mark.stores("postgresql", "mariadb", "galera")
@pytest.mark.usefixtures("users")
def test_nobody_is_made_by_a_right(lan: Ledger) -> None:
    assert run(lan, readers=["ipam_nobody"])["reason"] == "bad_request"
    assert run(lan, readers=["ipam'; DROP TABLE address; --"])["reason"] == "bad_request"
    assert names(lan) == ["a", "c"]
