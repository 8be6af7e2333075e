# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that take no changes: standbys, and those that are set so."""

from __future__ import annotations

import contextlib
import threading
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.faults.wire import Wire, first
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Database
from ansible_collections.netledger.ipam.tests.services.mariadb import MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import HOST, wait_until


@pytest.fixture(scope="module")
def mariadb() -> t.Iterator[MariadbServer]:
    with MariadbServer(durable=False) as server:
        yield server


@pytest.fixture(params=["postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> t.Iterator[Database]:
    """A database of a server of which this test may say whether it takes changes."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_database")
    else:
        server: MariadbServer = request.getfixturevalue("mariadb")
        with server.empty_database("ipam_own") as made:
            yield made
        server.admin("SET GLOBAL read_only = 0")
    idle.close_all()


def set_read_only(database: Database, value: bool) -> None:
    if database.server.scheme == "postgresql":
        setting = f"default_transaction_read_only = {'on' if value else 'off'}"
        database.server.admin(f"ALTER DATABASE {database.name} SET {setting}")
    else:
        database.admin(f"SET GLOBAL read_only = {int(value)}")


def test_the_only_server_is_read_only(lan: Ledger, database: Database) -> None:
    """Readers are served."""
    lan.address(name="a", subnet="lan")
    set_read_only(database, True)
    idle.close_all()
    ledger = lan.impatient(1)
    result = ledger.run(address.TASK, name="b", subnet="lan")
    assert (result["reason"], result["changed"]) == ("store_readonly", False)
    assert "takes no changes" in result["msg"]
    assert [one["name"] for one in ledger.address_info()["addresses"]] == ["a"]
    set_read_only(database, False)
    assert lan.address(name="b", subnet="lan")["address"] == "10.0.0.2"


def test_a_server_becomes_read_only_before_the_commit(mariadb: MariadbServer) -> None:
    """And takes changes again a moment later, as where a standby takes over behind one address."""
    lan = Ledger(mariadb.url())
    lan.subnet(name="lan", cidr="10.0.0.0/24")
    later = threading.Timer(1.5, mariadb.admin, ("SET GLOBAL read_only = 0",))

    def set_for_a_moment() -> None:
        mariadb.admin("SET GLOBAL read_only = 1")
        later.start()

    with Wire(mariadb.port) as wire:
        wire.at("INSERT INTO address", first(set_for_a_moment))
        result = Ledger(mariadb.url().replace(f":{mariadb.port}/", f":{wire.port}/")).address(name="a", subnet="lan")
        later.join()
    assert result["address"] == "10.0.0.1"
    assert lan.rows("SELECT count(*) FROM history WHERE name = 'a'") == [(1,)]


def test_the_first_server_is_set_read_only(postgres_database: Database) -> None:
    """By a setting, as while it is being moved; it is no standby."""
    name = postgres_database.name
    with PostgresServer(durable=False) as frozen:
        frozen.create_database(name)
        frozen.admin(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        url = postgres_database.url().replace("@", f"@{HOST}:{frozen.port},")
        ledger = Ledger(url)
        ledger.subnet(name="lan", cidr="10.0.0.0/24")
        assert ledger.address(name="a", subnet="lan")["address"] == "10.0.0.1"
        idle.close_all()
    assert [one["name"] for one in Ledger(postgres_database.url()).address_info()["addresses"]] == ["a"]


def test_of_two_servers_the_other_one_takes_changes() -> None:
    """Readers go there too: the standby may lag behind."""
    with PostgresServer(durable=False) as primary, contextlib.closing(primary.standby()) as standby:
        primary.ports = [standby.port, primary.port]
        url = primary.url()
        primary.ports = [primary.port]
        ledger = Ledger(url)
        ledger.subnet(name="lan", cidr="10.0.0.0/24")
        for name in ("a", "b", "c"):
            ledger.address(name=name, subnet="lan")
        ((there,),) = primary.admin("SELECT pg_current_wal_insert_lsn()")
        done = f"SELECT pg_last_wal_replay_lsn() >= '{there}'"
        wait_until(lambda: standby.admin(done) == [("t",)], "the standby has them", seconds=30, log=standby.tail)
        standby.admin("SELECT pg_wal_replay_pause()")
        ledger.address(name="late", subnet="lan")
        for _ in range(2):
            idle.close_all()
            assert [one["name"] for one in ledger.address_info()["addresses"]] == ["a", "b", "c", "late"]
        primary.stop()
        assert [one["name"] for one in ledger.address_info()["addresses"]] == ["a", "b", "c"]
        result = ledger.impatient(1).run(address.TASK, name="x", subnet="lan")
        assert result["reason"] == "store_unreachable"
        assert "standby" in result["msg"]
        assert str(primary.port) in result["msg"]
    idle.close_all()
