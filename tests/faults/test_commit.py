# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection that breaks: whatever had happened by then, the task is carried out, and once."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store, subnet
from ansible_collections.netledger.ipam.tests.faults.raw import connected
from ansible_collections.netledger.ipam.tests.faults.wire import Act, Wire, cut_after, cut_before, first
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded
from ansible_collections.netledger.ipam.tests.services.access import Database

CUTS = [pytest.param(cut_before, id="not committed"), pytest.param(cut_after, id="committed")]


def through(wire: Wire, database: Database) -> Ledger:
    """The ledger as one sees it through the wire."""
    port = database.server.ports[0]
    return Ledger(database.url().replace(f":{port}/", f":{wire.port}/"))


def entries(ledger: Ledger, name: str) -> int:
    """How often the history says something about a holder."""
    ((count,),) = ledger.rows("SELECT count(*) FROM history WHERE name = ?", name)
    return int(count)


@pytest.fixture
def lan(lan: Ledger) -> Ledger:
    """Its connections are the test's own."""
    idle.close_all()
    return lan


@pytest.mark.parametrize("cut", CUTS)
def test_an_address_is_given_once(lan: Ledger, database: Database, cut: Act) -> None:
    with Wire(database.server.ports[0]) as wire:
        wire.at("COMMIT", cut)
        result = through(wire, database).address(name="a", subnet="lan")
        assert wire.sprung == 1
    assert (result["changed"], result["address"]) == (True, "10.0.0.1")
    assert [one["address"] for one in lan.address_info()["addresses"]] == ["10.0.0.1"]
    assert entries(lan, "a") == 1
    assert lan.address(name="b", subnet="lan")["address"] == "10.0.0.2"
    lan.check()


@pytest.mark.parametrize("cut", CUTS)
def test_many_addresses_are_given_once(lan: Ledger, database: Database, cut: Act) -> None:
    with Wire(database.server.ports[0]) as wire:
        wire.at("COMMIT", cut, times=3)
        result = through(wire, database).address(names=["a", "b", "c"], subnet="lan", count=5)
        assert wire.sprung == (1 if cut is cut_after else 3)
    assert (result["changed"], len(result["addresses"])) == (True, 15)
    assert lan.rows("SELECT count(*), count(DISTINCT addr) FROM address") == [(15, 15)]
    lan.check()


@pytest.mark.parametrize("cut", CUTS)
def test_somebody_takes_the_next_address_meanwhile(lan: Ledger, database: Database, cut: Act) -> None:
    """What was not committed is looked for again, what was committed stays."""

    taken = threading.Event()

    def act(link: object) -> None:
        cut(link)  # type: ignore[arg-type]
        lan.address(name="other", subnet="lan")
        taken.set()

    with Wire(database.server.ports[0]) as wire:
        wire.at("COMMIT", act)
        result = through(wire, database).address(name="a", subnet="lan")
        assert taken.wait(30)  # what was committed needs no second try, so the answer may be there before
    assert result["changed"] is True
    held = {one["name"]: one["address"] for one in lan.address_info()["addresses"]}
    assert held["a"] == result["address"]
    assert set(held.values()) == {"10.0.0.1", "10.0.0.2"}
    lan.check()


@pytest.mark.parametrize("cut", CUTS)
def test_what_is_freed_is_freed_once(lan: Ledger, database: Database, cut: Act) -> None:
    lan.address(names=["a", "b"], subnet="lan")
    idle.close_all()
    with Wire(database.server.ports[0]) as wire:
        wire.at("COMMIT", cut)
        result = through(wire, database).address(name="a", subnet="lan", state="absent")
        assert wire.sprung == 1
    assert result["changed"] is True
    assert [one["name"] for one in lan.address_info()["addresses"]] == ["b"]
    assert entries(lan, "a") == 2
    lan.check()


@pytest.mark.parametrize("cut", CUTS)
def test_a_subnet_is_renamed_and_removed_once(lan: Ledger, database: Database, cut: Act) -> None:
    for options in ({"name": "lan", "new_name": "office"}, {"name": "office", "state": "absent"}):
        idle.close_all()
        with Wire(database.server.ports[0]) as wire:
            wire.at("COMMIT", cut)
            assert succeeded(through(wire, database).run(subnet.TASK, None, **options))["changed"] is True
            assert wire.sprung == 1
    assert lan.subnet_info() == []


@pytest.mark.parametrize("cut", CUTS)
def test_a_ledger_is_made_once(database: Database, cut: Act) -> None:
    with Wire(database.server.ports[0]) as wire:
        # MariaDB commits what makes a table by itself; the ledger is there with its version.
        wire.at("COMMIT" if database.server.scheme == "postgresql" else "UPDATE meta", cut)
        made = through(wire, database)
        assert succeeded(made.run(store.TASK, store=made.store))["changed"] is True
        assert wire.sprung == 1
    assert Ledger(database.url()).subnet_info() == []


def kill_all(database: Database) -> None:
    """End the connections of the ledger as an administrator would."""
    if database.server.scheme == "postgresql":
        database.admin(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'netledger.ipam'"
        )
        return
    for (number,) in database.admin(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND user = 'ipam'"
    ):
        database.admin(f"KILL {number}")


@pytest.mark.parametrize(
    "statement", ["BEGIN", "INSERT INTO address", "UPDATE extent", "INSERT INTO history", "COMMIT"]
)
def test_an_administrator_ends_the_connection(lan: Ledger, database: Database, statement: str) -> None:
    """The whole transaction is run again on another connection."""
    if database.server.scheme == "mariadb":
        statement = statement.replace("BEGIN", "START TRANSACTION")
    lan.address(name="before", subnet="lan")
    idle.close_all()
    with Wire(database.server.ports[0]) as wire:
        wire.at(statement, first(lambda: kill_all(database)))
        result = through(wire, database).address(name="a", subnet="lan")
        assert wire.sprung == 1
    assert (result["changed"], result["address"]) == (True, "10.0.0.2")
    assert entries(lan, "a") == 1
    lan.check()


def test_a_connection_that_waited_too_long_is_replaced(lan: Ledger, database: Database) -> None:
    """As when the server was started again between two tasks of a loop."""
    lan.address(name="a", subnet="lan")
    kill_all(database)
    assert lan.address(name="b", subnet="lan")["address"] == "10.0.0.2"
    kill_all(database)
    assert lan.run(address.TASK, name="b", state="absent")["changed"] is True


def test_a_commit_whose_end_nobody_learns(lan: Ledger, database: Database) -> None:
    """The message does not say that nothing was changed."""
    with Wire(database.server.ports[0]) as wire:
        ledger = through(wire, database).impatient(1)

        def act(link: object) -> None:
            wire.close()
            cut_after(link)  # type: ignore[arg-type]

        wire.at("COMMIT", act)
        result = ledger.run(address.TASK, name="a", subnet="lan")
    assert result["reason"] == "store_unreachable"
    assert "may have been made" in result["msg"]
    again = lan.address(name="a", subnet="lan")
    assert (again["changed"], again["address"]) == (False, "10.0.0.1")


def test_work_of_somebody_else_is_left_alone(lan: Ledger, database: Database) -> None:
    """A connection that broke leaves no lock behind."""
    with Wire(database.server.ports[0]) as wire:
        wire.at("INSERT INTO address", cut_before)
        assert through(wire, database).address(name="a", subnet="lan")["address"] == "10.0.0.1"
    with connected(database) as run:
        run("UPDATE subnet SET rev = rev + 1")
    lan.check()
