# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/stores.md does as it says where that takes a server, and names what there is."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import OPTIONS, TLS, parse_server
from ansible_collections.netledger.ipam.tests.plays.project import HERE, Project
from ansible_collections.netledger.ipam.tests.services.mariadb import MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer

GUIDE = (HERE.parents[1] / "docs/stores.md").read_text(encoding="utf-8")
EXAMPLE = "postgresql://ipam_owner@db.example.com/ipam"
SERVERS: dict[str, type[PostgresServer | MariadbServer]] = {"PostgreSQL": PostgresServer, "MariaDB": MariadbServer}
LAN = "[{name: lan, netledger.ipam.subnet: {name: lan, cidr: 10.20.0.0/24}}]"
READ = "[{name: read, netledger.ipam.subnet_info: {}}]"


def block(language: str, beginning: str) -> str:
    (found,) = re.findall(rf"^```{language}\n({re.escape(beginning)}\n.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return t.cast(str, found)


@pytest.mark.stores("sqlite")
@pytest.mark.parametrize("kind", SERVERS)
def test_a_shared_ledger_is_set_up_as_described(project: Project, kind: str) -> None:
    """What the administrator does, what the owner does, and then what each of the users may do."""
    with SERVERS[kind]() as server:
        server.admin("DROP DATABASE ipam")  # every server of the tests has one
        for statement in block("sql", f"-- {kind}").partition("\n")[2].splitlines():
            server.admin(statement)
        setup = block("yaml", "---\n- name: Set up the shared ledger")
        assert setup.count(EXAMPLE) == 1
        run = project.play(setup.replace(EXAMPLE, server.url("ipam", "ipam_owner"))).ok()
        assert run["Tables and rights"]["changed"] is True

        def as_user(tasks: str, user: str, password: str) -> t.Any:
            store = server.url("ipam", user)
            return project.tasks(tasks, env={"NETLEDGER_IPAM_STORE_PASSWORD": password, "NETLEDGER_IPAM_STORE": store})

        project.write("ansible.cfg", (project.folder / "ansible.cfg").read_text().partition("[netledger.ipam]")[0])
        assert as_user(LAN, "ipam_reports", "third secret")["lan"]["reason"] == "access_denied"
        assert as_user(LAN, "ipam_plays", "second secret").ok()["lan"]["changed"] is True
        (read,) = as_user(READ, "ipam_reports", "third secret").ok()["read"]["subnets"]
        assert read["name"] == "lan"
        if kind == "MariaDB":  # the other one lets everybody in
            assert as_user(READ, "ipam_reports", "second secret")["read"]["reason"] == "login_failed"


def test_the_urls_can_be_read() -> None:
    urls = [url for url in re.findall(r"(?:postgresql|mariadb|mysql)://[^\s`]+", GUIDE) if "option=" not in url]
    assert len(urls) > 8
    for url in urls:
        assert parse_server(url, "").database in ("ipam", "database")


def test_the_table_of_options_is_complete() -> None:
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|.*\|.*\|$", GUIDE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert {name for options in OPTIONS.values() for name in options} <= named
    (row,) = re.findall(r"^\| `tls` \|.*$", GUIDE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {"tls", *TLS}


@pytest.mark.stores("sqlite")
def test_the_views_have_the_columns_listed(project: Project) -> None:
    project.tasks(LAN).ok()
    rows = re.findall(r"^\| `(v_\w+)` \| (.*) \|$", GUIDE, re.MULTILINE)
    with project.ledger() as connection:
        views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name").fetchall()
        assert sorted(view for view, _columns in rows) == [name for (name,) in views]
        for view, columns in rows:
            present = [row[1] for row in connection.execute(f"PRAGMA table_info({view})")]
            assert re.findall(r"`(\w+)`", columns) == present
