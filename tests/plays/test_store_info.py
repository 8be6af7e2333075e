# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays look at a store: on the controller, on another host, in check mode, and where there is none."""

from __future__ import annotations

import sqlite3
import sys

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project

INFO = "[{name: info, netledger.ipam.store_info: {}}]"
LEDGER = "[{name: lan, netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}}]"
pytestmark = pytest.mark.stores("sqlite")


def test_there_is_none(project: Project) -> None:
    for arguments in ([], ["--check"]):
        run = project.tasks(INFO, *arguments).ok()
        assert (run["info"]["changed"], run["info"]["store"]["exists"]) == (False, False)
        assert [name for name in project.files() if "ipam" in name] == []


def test_here_and_there(project: Project) -> None:
    """The module on another host says the same of the same file as the action."""
    project.tasks(LEDGER).ok()
    here = project.tasks(INFO).ok()["info"]["store"]
    assert (here["location"], here["counts"]["subnets"]) == (str(project.folder / "ipam.db"), 1)
    project.hosts(f"mgmt ansible_connection=local ansible_python_interpreter='{sys.executable}'")
    there = project.tasks("[{name: info, netledger.ipam.store_info: {}, delegate_to: mgmt}]").ok()
    assert there["info"]["store"] == here


def test_a_newer_schema_is_a_warning(project: Project) -> None:
    project.tasks(LEDGER).ok()
    connection = sqlite3.connect(project.folder / "ipam.db")
    connection.execute("UPDATE meta SET schema_version = 99")
    connection.commit()
    connection.close()
    run = project.tasks(INFO).ok()
    assert (run["info"]["store"]["schema_version"], run["info"]["store"]["schema_current"]) == (99, False)
    assert "has schema 99" in " ".join(run.output.split())


def test_an_unknown_option(project: Project) -> None:
    run = project.tasks("[{name: info, netledger.ipam.store_info: {name: lan}}]")
    assert (run.code, run["info"]["reason"]) == (2, "bad_request")
