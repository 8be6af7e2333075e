# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers through TLS: who they are is checked unless they are on this machine, and nothing goes on without it."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.faults.wire import Wire, cut_after
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import DATABASE, PASSWORD, PASSWORD_USER, Database
from ansible_collections.netledger.ipam.tests.services.mariadb import MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import HOST, Account
from ansible_collections.netledger.ipam.tests.services.tls import Authority

Server = PostgresServer | MariadbServer
CERTIFIED = "ipam_certified"
CAREFUL = "ipam_careful"


@pytest.fixture(scope="module", params=[PostgresServer, MariadbServer], ids=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> t.Iterator[Server]:
    """A server in whose database the subnet lan is; one user has to use TLS, another one a certificate."""
    made: Server = request.param(durable=False, tls=True)
    if isinstance(made, PostgresServer):
        made.settings["ssl_ca_file"] = authority(made)
    with made:
        made.create_user(CAREFUL, tls=True)
        if isinstance(made, PostgresServer):
            made.create_user(CERTIFIED)
            rules = made.data / "pg_hba.conf"
            rules.write_text(f"hostssl all {CERTIFIED} {HOST}/32 cert\n" + rules.read_text())
            made.admin(f"GRANT ipam TO {CAREFUL}, {CERTIFIED}; SELECT pg_reload_conf()")
        else:
            made.admin(f"CREATE USER {CERTIFIED}@'{HOST}' REQUIRE SUBJECT '/CN={CERTIFIED}'")
            for user in (CAREFUL, CERTIFIED):
                made.admin(f"GRANT ALL ON {DATABASE}.* TO {user}@'{HOST}'")
        Ledger(made.url()).subnet(name="lan", cidr="10.0.0.0/16")
        yield made
    idle.close_all()


def authority(server: Server) -> str:
    assert server.authority
    return str(server.authority.certificate)


def reason(url: str, password: str = "") -> str:
    """Why a task is refused; empty where it is not. Whoever is refused learns it from readers and writers alike."""
    ledger = Ledger(url, lock_timeout=10, password=password)
    result = ledger.run(address.TASK, name=f"n{os.urandom(8).hex()}", subnet="lan")
    made = ledger.run(subnet.TASK, name="lan", cidr="10.0.0.0/16")
    assert result.get("reason") == made.get("reason"), (result, made)
    return str(result.get("reason", ""))


def test_a_server_of_a_trusted_authority(server: Server) -> None:
    assert reason(server.url(None, CAREFUL, tls="verify", tls_ca=authority(server))) == ""
    assert reason(server.url(None, PASSWORD_USER, tls="verify", tls_ca=authority(server)), PASSWORD) == ""
    assert reason(server.url(None, CAREFUL, tls="off")) == "login_failed"


def test_a_server_of_an_unknown_authority(server: Server, tmp_path: Path) -> None:
    other = str(Authority(tmp_path / "other").certificate)
    for options in ({"tls": "verify"}, {"tls": "verify", "tls_ca": other}, {"tls": "verify", "tls_ca": "/no/file"}):
        assert reason(server.url(None, CAREFUL, **options)) == "tls_failed"
    assert reason(server.url(None, CAREFUL, tls="encrypt")) == ""


def test_a_server_elsewhere_is_verified_unless_one_says_otherwise(server: Server) -> None:
    """This spelling of the name is not taken for this machine."""
    elsewhere = server.url(None, CAREFUL).replace(HOST, "LOCALHOST")
    assert reason(elsewhere) == "tls_failed"
    assert reason(f"{elsewhere}?tls_ca={authority(server)}") == ""
    assert reason(f"{elsewhere}?tls=encrypt") == ""


def test_a_server_with_another_name(server: Server) -> None:
    """Its certificate is for 127.0.0.1 and localhost."""
    with Wire(server.port, "127.0.0.2") as wire:
        url = server.url(None, CAREFUL).replace(f"{HOST}:{server.port}", f"127.0.0.2:{wire.port}")
        assert reason(f"{url}?tls=verify&tls_ca={authority(server)}") == "tls_failed"
        assert reason(f"{url}?tls=encrypt") == ""


def test_a_certificate_that_has_ended(server: Server) -> None:
    safe = {"tls": "verify", "tls_ca": authority(server)}
    for days, expected in ((-1, "tls_failed"), (2, "")):
        show_certificate(server, days)
        assert reason(server.url(None, CAREFUL, **safe)) == expected
        assert reason(server.url(None, CAREFUL, tls="encrypt")) == ""


def show_certificate(server: Server, days: int) -> None:
    """Have the server show a new certificate of its authority to whoever connects from now on."""
    assert server.authority
    server.authority.issue("server", server.account, days=days)
    server.admin("SELECT pg_reload_conf()" if isinstance(server, PostgresServer) else "FLUSH SSL")
    idle.close_all()


def test_a_server_that_does_not_speak_tls(database: Database) -> None:
    ledger = Ledger(database.url())
    ledger.subnet(name="lan", cidr="10.0.0.0/16")
    for tls in ("verify", "encrypt"):
        assert reason(database.url(tls=tls)) == "tls_failed"
        assert reason(database.url(PASSWORD_USER, tls=tls), PASSWORD) == "tls_failed"
    assert reason(database.url(tls="off")) == ""


def test_a_certificate_of_the_client(server: Server, tmp_path: Path) -> None:
    assert server.authority
    mine = Account(os.geteuid(), os.getegid())
    certificate, key = server.authority.issue(CERTIFIED, mine)
    other, its_key = server.authority.issue("somebody", mine)
    safe = {"tls": "verify", "tls_ca": authority(server)}
    assert reason(server.url(None, CERTIFIED, **safe, tls_cert=str(certificate), tls_key=str(key))) == ""
    assert reason(server.url(None, CERTIFIED, **safe, tls_cert=str(other), tls_key=str(its_key))) == "login_failed"
    assert reason(server.url(None, CERTIFIED, **safe)) in ("login_failed", "tls_failed")
    assert reason(server.url(None, CERTIFIED, **safe, tls_cert=str(certificate), tls_key="/no/key")) == "tls_failed"


def test_a_connection_that_breaks_is_no_matter_of_trust(server: Server) -> None:
    """Drivers tell of it in words of TLS."""
    safe = {"tls": "verify", "tls_ca": authority(server)}
    url = server.url(None, CAREFUL, **safe)
    with Wire(server.port) as wire:
        ledger = Ledger(url.replace(f":{server.port}/", f":{wire.port}/"))
        ledger.address(name="before", subnet="lan")
        # What is said cannot be read on the way: the one after the next three is somewhere in the transaction.
        for number in range(4, 9):
            wire.after(number, cut_after)
            assert ledger.address(name=f"broken{number}", subnet="lan")["changed"] is True
        assert wire.sprung == 5
    idle.close_all()
    Ledger(url).check()
