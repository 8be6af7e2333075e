# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that are not there, or do not let one in: which reason, how soon, and what the message says."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result
from ansible_collections.netledger.ipam.tests.services.access import PASSWORD, PASSWORD_USER, Database
from ansible_collections.netledger.ipam.tests.services.processes import HOST, free_port

SCHEMES = ["postgresql", "mariadb"]
AT_ONCE = 3  # seconds, of a machine that has much else to do


def asked(ledger: Ledger) -> tuple[Result, float]:
    """What a task answers, and after how many seconds."""
    started = time.monotonic()
    return ledger.run(address.TASK, name="a", subnet="lan"), time.monotonic() - started


def refused(url: str, reason: str, password: str = "") -> str:
    """The message of a task that is refused at once, for writers and readers."""
    ledger = Ledger(url, password=password)
    result, seconds = asked(ledger)
    assert (result["reason"], result["changed"]) == (reason, False), result
    assert seconds < AT_ONCE
    assert ledger.run(store.TASK, store=url, verify=True)["reason"] == reason
    assert ledger.run(subnet.TASK, name="lan", cidr="10.0.0.0/24")["reason"] == reason
    assert not password or password not in str(result)
    return str(result["msg"])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_that_is_not_there(scheme: str) -> None:
    """It may be about to start: that takes a few seconds."""
    port = free_port()
    result, seconds = asked(Ledger(f"{scheme}://ipam@{HOST}:{port}/ipam", lock_timeout=30))
    assert result["reason"] == "store_unreachable"
    assert str(port) in result["msg"]
    assert "does not answer. Check the host, the port and that the server runs" in result["msg"]
    assert 4 < seconds < 20


@pytest.mark.parametrize("scheme", SCHEMES)
def test_servers_of_which_none_is_there(scheme: str) -> None:
    """Another one may be about to take over: that may take as long as the task waits for others."""
    ports = [free_port() for _ in range(3)]
    hosts = ",".join(f"{HOST}:{port}" for port in ports)
    result, seconds = asked(Ledger(f"{scheme}://ipam@{hosts}/ipam", lock_timeout=2))
    assert result["reason"] == "store_unreachable"
    assert [port for port in ports if str(port) not in result["msg"]] == []
    assert 1.5 < seconds < 15


def test_a_server_that_comes_late(database: Database) -> None:
    port = free_port()
    hosts = f"{HOST}:{port}"
    ledger = Ledger(database.url().replace(f"{HOST}:{database.server.ports[0]}", hosts))
    Ledger(database.url()).subnet(name="lan", cidr="10.0.0.0/24")
    started = threading.Timer(1.5, forward, (port, database.server.ports[0]))
    started.start()
    result, seconds = asked(ledger)
    started.join()
    assert result["address"] == "10.0.0.1"
    assert seconds > 1


def forward(port: int, target: int) -> None:
    """Begin to listen on a port, and pass on what comes for as long as the process lives."""
    listener = socket.create_server((HOST, port))

    def serve() -> None:
        while True:
            client, _address = listener.accept()
            server = socket.create_connection((HOST, target))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=copy, args=(source, sink), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while said := source.recv(65536):
            sink.sendall(said)


def test_the_first_host_is_not_there(database: Database) -> None:
    url = database.url().replace("@", f"@{HOST}:{free_port()},")
    assert Ledger(url).run(subnet.TASK, name="lan", cidr="10.0.0.0/24")["changed"] is True
    result, seconds = asked(Ledger(url))
    assert result["address"] == "10.0.0.1"
    assert seconds < AT_ONCE


def test_the_first_host_says_nothing(database: Database) -> None:
    """A server that hangs: the system answers for it, it does not."""
    Ledger(database.url()).subnet(name="lan", cidr="10.0.0.0/24")
    with socket.create_server((HOST, 0)) as silent:
        url = database.url().replace("@", f"@{HOST}:{silent.getsockname()[1]},")
        result, seconds = asked(Ledger(url))
    assert result["address"] == "10.0.0.1"
    assert seconds < 15


def test_a_wrong_password(database: Database) -> None:
    url = database.url(PASSWORD_USER)
    message = refused(url, "login_failed", "secret1234")
    assert "Check the user, and store_password" in message
    refused(url, "login_failed")
    ledger = Ledger(url, password=PASSWORD)
    assert ledger.run(subnet.TASK, name="lan", cidr="10.0.0.0/24")["changed"] is True


def test_an_unknown_user(database: Database) -> None:
    assert "nobody_knows" in refused(database.url("nobody_knows"), "login_failed")


def test_a_user_who_may_not_come_that_way(database: Database) -> None:
    name = f"{database.name}_careful"
    database.server.create_user(name, tls=True)
    assert name in refused(database.url(name), "login_failed")


def test_an_unknown_database(database: Database) -> None:
    message = refused(database.server.url(f"{database.name}_gone"), "store_missing")
    assert "Create the database first" in message
    assert f"{database.name}_gone" in message


def test_a_database_of_others(database: Database) -> None:
    name = f"{database.name}_other"
    database.server.create_user(name)
    if database.server.scheme == "postgresql":
        database.admin(f"REVOKE CONNECT ON DATABASE {database.name} FROM public")
    assert name in refused(database.url(name), "access_denied")


def test_a_database_in_which_one_may_make_nothing(database: Database) -> None:
    name = f"{database.name}_guest"
    database.server.create_user(name)
    if database.server.scheme == "mariadb":
        database.admin(f"GRANT SELECT ON {database.name}.* TO {name}@'{HOST}'")
    ledger = Ledger(database.url(name))
    assert ledger.run(subnet.TASK, name="lan", cidr="10.0.0.0/24")["reason"] == "access_denied"
    assert ledger.run(address.TASK, name="a", subnet="lan")["reason"] == "store_missing"


def test_a_schema_that_was_made_for_one(postgres_database: Database) -> None:
    """Who may not make schemas can have a ledger in one that is there."""
    name = f"{postgres_database.name}_tenant"
    postgres_database.server.create_user(name)
    postgres_database.admin(f"CREATE SCHEMA tenant AUTHORIZATION {name}")
    ledger = Ledger(postgres_database.url(name, schema="tenant"))
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is True
    other = Ledger(postgres_database.url(name, schema="another"))
    assert other.run(subnet.TASK, name="lan", cidr="10.0.0.0/24")["reason"] == "access_denied"


def test_a_database_that_has_no_room(postgres_database: Database) -> None:
    """Others will leave: it is asked again."""
    ledger = Ledger(postgres_database.url())
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    idle.close_all()
    limit = f"ALTER DATABASE {postgres_database.name} CONNECTION LIMIT"
    postgres_database.admin(f"{limit} 0")
    later = threading.Timer(1.5, postgres_database.admin, (f"{limit} -1",))
    later.start()
    result, seconds = asked(ledger)
    later.join()
    assert result["address"] == "10.0.0.1"
    assert seconds > 1
