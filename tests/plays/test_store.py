# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays make, check and repair a ledger, and free what has ended in it."""

from __future__ import annotations

import sqlite3
import sys

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION
from ansible_collections.netledger.ipam.tests.plays.project import Project

pytestmark = pytest.mark.stores("sqlite")

LEDGER = """
- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
- netledger.ipam.address: {names: [a, b, c], subnet: lan}
"""
VERIFY = "[{name: verify, netledger.ipam.store: {verify: true}}]"
REPAIR = "[{name: repair, netledger.ipam.store: {repair: true}}]"
# 10.0.0.2 is held by b, and now free as well; 10.0.0.9 is not free any more, and nobody holds it.
WRONG_SPACE = (
    "UPDATE extent SET first = '0a00000a', run_key = '00000001070a0000ff' WHERE last = '0a0000ff'",
    "INSERT INTO extent (subnet_id, last, first, run_key) VALUES (1, '0a000002', '0a000002', '00000001000a000002')",
    "INSERT INTO extent (subnet_id, last, first, run_key) VALUES (1, '0a000008', '0a000004', '00000001020a000008')",
)
OUTSIDE = "UPDATE address SET addr = '0a000105' WHERE name = 'a'"


def sql(project: Project, *statements: str) -> None:
    connection = sqlite3.connect(project.folder / "ipam.db")
    for statement in statements:
        assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()


@pytest.fixture
def ledger(project: Project) -> Project:
    project.tasks(LEDGER).ok()
    return project


def test_an_empty_ledger(project: Project) -> None:
    """It is made once, in check mode not at all, and with what the settings say."""
    tasks = """
    - name: make
      netledger.ipam.store:
    - name: again
      netledger.ipam.store: {state: present}
    - name: info
      netledger.ipam.subnet_info:
    """
    dry = project.tasks(tasks, "--check").ok()
    assert [name for name in project.files() if "ipam" in name] == []
    real = project.tasks(tasks).ok()
    for run in (dry, real):
        assert [run[task]["changed"] for task in ("make", "again")] == [True, False]
        assert run["make"]["store"] == {
            "location": str(project.folder / "ipam.db"),
            "schema_version": VERSION,
            "backend": "sqlite",
        }
        assert run["info"]["subnets"] == []
    assert project.tasks(tasks).ok().changed == 0


def test_a_sound_ledger(ledger: Project) -> None:
    before = ledger.files()
    run = ledger.tasks(VERIFY).ok()
    ledger.playbook("play.yml", before["play.yml"].decode())
    assert (run["verify"]["changed"], run["verify"]["differences"]) == (False, [])
    assert ledger.files() == before


def test_a_check_says_what_is_wrong_and_what_to_do(ledger: Project) -> None:
    sql(ledger, *WRONG_SPACE)
    run = ledger.tasks(VERIFY)
    assert run.code == 2
    assert run["verify"]["reason"] == "ledger_inconsistent"
    said = (
        f"The ledger {ledger.folder}/ipam.db has 2 differences from what its rules say. "
        "Subnet lan (10.0.0.0/24): free and not stored as free: 10.0.0.9. "
        "Subnet lan (10.0.0.0/24): stored as free and not free: 10.0.0.2. "
        "All of it can be derived again: set repair: true."
    )
    assert run["verify"]["msg"] == said
    assert said in run.output
    assert run["verify"]["differences"][0] == {
        "kind": "free_missing",
        "vrf": "default",
        "subnet": "lan",
        "text": "Subnet lan (10.0.0.0/24): free and not stored as free: 10.0.0.9.",
        "repairable": True,
    }
    assert "Traceback" not in run.output


def test_a_repair_and_its_dry_run(ledger: Project) -> None:
    sql(ledger, *WRONG_SPACE)
    files = ledger.files()
    dry = ledger.tasks(REPAIR, "--check", "--diff").ok()
    assert {**ledger.files(), "play.yml": b""} == {**files, "play.yml": b""}
    assert '"Subnet lan (10.0.0.0/24): stored as free and not free: 10.0.0.2."' in dry.output
    real = ledger.tasks(REPAIR).ok()
    for run in (dry, real):
        assert run["repair"]["changed"] is True
        assert [one["kind"] for one in run["repair"]["repaired"]] == ["free_missing", "free_surplus"]
    assert ledger.tasks(REPAIR).ok().changed == 0
    ledger.tasks(VERIFY).ok()
    given = ledger.tasks("- netledger.ipam.address: {names: [d, e, f, g, h, i], subnet: lan}").ok()
    assert [one["address"] for one in given.only["addresses"]] == [f"10.0.0.{number}" for number in range(4, 10)]


def test_what_is_not_derived_is_not_repaired(ledger: Project) -> None:
    sql(ledger, *WRONG_SPACE, OUTSIDE)
    held = ledger.held()
    for arguments in ([], ["--check"]):
        run = ledger.tasks(REPAIR, *arguments)
        assert run.code == 2
        assert run["repair"]["changed"] is False
        assert {one["kind"]: one["repairable"] for one in run["repair"]["differences"]} == {
            "address_outside_subnet": False,
            "free_missing": True,
            "free_surplus": True,
        }
        assert "nothing was repaired" in run["repair"]["msg"]
    assert ledger.held() == held


def test_a_play_can_go_on_after_a_failed_check(ledger: Project) -> None:
    sql(ledger, *WRONG_SPACE)
    ledger.tasks(
        """
        - block:
            - netledger.ipam.store: {verify: true}
          rescue:
            - netledger.ipam.store: {repair: true}
              when: ansible_failed_result.reason == 'ledger_inconsistent'
              failed_when: false
        - netledger.ipam.store: {verify: true}
        """
    ).ok()


def test_what_has_ended_is_freed(project: Project) -> None:
    tasks = """
    - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, hold_down: 1h}
    - netledger.ipam.address: {names: [a, b, c, d], subnet: lan}
    - netledger.ipam.address: {names: [a, b, c], subnet: lan, state: absent}
    """
    project.tasks(tasks).ok()
    sql(project, "UPDATE hold SET until = 1 WHERE name = 'a'", "UPDATE hold SET until = 1 WHERE name = 'b'")
    reap = "[{name: reap, netledger.ipam.store: {reap: true, verify: true}}]"
    runs = [project.tasks(reap, "--check").ok(), project.tasks(reap).ok(), project.tasks(reap).ok()]
    assert [(run["reap"]["changed"], run["reap"]["reaped"]) for run in runs] == [(True, 2), (True, 2), (False, 0)]
    with project.ledger() as connection:
        assert connection.execute("SELECT name FROM hold").fetchall() == [("c",)]


def test_on_another_host(project: Project) -> None:
    """The module does what the action does; its store is a file of that host."""
    project.hosts("localhost", f"mgmt ansible_connection=local ansible_python_interpreter='{sys.executable}'")
    project.tasks(LEDGER).ok()
    sql(project, *WRONG_SPACE)
    run = project.tasks(
        """
        - name: verify
          netledger.ipam.store: {verify: true}
          delegate_to: mgmt
          ignore_errors: true
        - name: repair
          netledger.ipam.store: {repair: true, reap: true}
          delegate_to: mgmt
        """
    ).ok()
    assert (run["verify"]["reason"], run["verify"]["count"]) == ("ledger_inconsistent", 2)
    assert len(run["repair"]["repaired"]) == 2
    assert run["repair"]["store"]["location"] == str(project.folder / "ipam.db")


def test_a_vrf_that_is_set_for_all_modules_does_no_harm(ledger: Project) -> None:
    sql(ledger, *WRONG_SPACE)
    run = ledger.play(
        [
            {
                "hosts": "localhost",
                "gather_facts": False,
                "module_defaults": {"group/netledger.ipam.all": {"vrf": "red"}},
                "tasks": [{"netledger.ipam.store": {"verify": True}}],
            }
        ]
    )
    assert run.only["count"] == 2


def test_a_wrong_option_is_named(project: Project) -> None:
    run = project.tasks("[{netledger.ipam.store: {check: true, state: absent, verify: maybe}}]")
    for words in ("check: is not an option of netledger.ipam.store", "state", "maybe"):
        assert words in run.only["msg"]
    assert run.only["reason"] == "bad_request"
