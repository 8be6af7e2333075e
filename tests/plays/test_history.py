# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history as its users ask it: who, from which play and host, when, and who had an address last Tuesday."""

from __future__ import annotations

import datetime
import getpass
import socket
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import HERE, Project
from ansible_collections.netledger.ipam.tests.plays.test_readme import commands, files

DOCUMENT = HERE.parents[1] / "docs/history.md"
WHO = f"{getpass.getuser()}@{socket.gethostname()}"
DAY = 86400

PLAYS = """
- name: Give addresses
  hosts: web
  gather_facts: false
  tasks:
    - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
      run_once: true
    - netledger.ipam.address: {subnet: lan, address: "10.0.0.{{ number }}"}
"""


def days_later(project: Project, days: int) -> None:
    """Let so many days go by for the ledger: what it has noted is so much older."""
    project.store.write(lambda tx: tx.execute("UPDATE history SET at = at - ?", days * DAY))


@pytest.fixture(scope="module")
def project(new_project: t.Callable[[], Project]) -> Project:
    """Ten days ago a play gave addresses to two hosts, three days ago a command freed one, today it went to another."""
    project = new_project()
    project.hosts("localhost ansible_connection=local", "[web]", "web01 number=5", "web02 number=6")
    project.play(PLAYS, "--forks=1").ok()
    days_later(project, 7)
    project.adhoc("localhost -m netledger.ipam.address -a 'name=web01 state=absent'").ok()
    days_later(project, 3)
    project.adhoc("localhost -m netledger.ipam.address -a 'name=new subnet=lan address=10.0.0.5'").ok()
    return project


QUESTIONS = """
- name: all
  netledger.ipam.history_info:
- name: one
  netledger.ipam.history_info: {address: "::ffff:10.0.0.5", since: 5d}
- name: date
  netledger.ipam.history_info: {address: 10.0.0.5, until: 2000-01-01}
- name: eight days ago
  netledger.ipam.history_info: {address: 10.0.0.5, at: 8d}
- name: two days ago
  netledger.ipam.history_info: {address: 10.0.0.5, at: 2d}
- name: now
  netledger.ipam.history_info: {subnet: lan, at: "{{ now(utc=true).isoformat() }}"}
- name: date then
  netledger.ipam.history_info: {address: 10.0.0.5, at: 2000-01-01}
- name: long name
  netledger.ipam.history_info: {sinze: 5d}
  ignore_errors: true
- name: both
  netledger.ipam.history_info: {since: 5d, at: 3d}
  ignore_errors: true
"""


def test_who_from_which_play_and_host_and_when(project: Project) -> None:
    before = project.files()
    run = project.tasks(QUESTIONS).ok()
    told = [(one["action"], one["name"], one["actor"]) for one in run["all"]["entries"]]
    assert told == [
        ("created", "lan", f"{WHO}, play Give addresses, host web01"),
        ("given", "web01", f"{WHO}, play Give addresses, host web01"),
        ("given", "web02", f"{WHO}, play Give addresses, host web02"),
        ("freed", "web01", f"{WHO}, play Ansible Ad-Hoc, host localhost"),
        ("given", "new", f"{WHO}, play Ansible Ad-Hoc, host localhost"),
    ]
    ages = [datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(one["time"])
            for one in run["all"]["entries"]]  # fmt: skip
    assert [age.days for age in ages] == [10, 10, 10, 3, 0]
    assert [one["name"] for one in run["one"]["entries"]] == ["web01", "new"]
    assert [one["name"] for one in run["eight days ago"]["held"]] == ["web01"]
    assert run["two days ago"]["held"] == run["date then"]["held"] == run["date"]["entries"] == []
    assert [one["name"] for one in run["now"]["held"]] == ["new", "web02"]
    assert run.changed == 0
    assert "sinze: is not an option of netledger.ipam.history_info. Did you mean since?" in run["long name"]["msg"]
    assert run["both"]["reason"] == "bad_request"
    after = project.files()
    assert {name: after[name] for name in before if name != "play.yml"} == {
        name: text for name, text in before.items() if name != "play.yml"
    }


def test_check_mode_shows_what_would_be_noted(project: Project) -> None:
    run = project.tasks(
        """
        - netledger.ipam.address: {name: dry, subnet: lan, address: 10.0.0.9}
        - name: noted
          netledger.ipam.history_info: {address: 10.0.0.9}
        """,
        "--check",
    ).ok()
    assert [(one["action"], one["name"]) for one in run["noted"]["entries"]] == [("given", "dry")]
    assert project.tasks("- netledger.ipam.history_info: {name: dry}\n").ok().only["entries"] == []


def test_a_delegated_module_answers_the_same(project: Project) -> None:
    run = project.tasks(
        """
        - name: here
          netledger.ipam.history_info:
        - name: there
          netledger.ipam.history_info:
          delegate_to: mgmt
        - name: then
          netledger.ipam.history_info: {at: 8d}
          delegate_to: mgmt
        """,
        "-i",
        "mgmt,localhost,",
        "-e",
        "ansible_connection=local",
    ).ok()
    assert run["there"]["entries"] == run["here"]["entries"]
    assert [one["name"] for one in run["then"]["held"]] == ["web01", "web02"]


def test_who_had_it_last_tuesday_as_the_document_asks(project: Project) -> None:
    """web01 had it until three days ago; which day that was depends on today."""
    (name, text), *others = files(DOCUMENT).items()
    assert others == []
    project.write(name, text.replace("web01", "new"))  # who has it today
    run = project.run("sh", "-c", commands(DOCUMENT)[0]).ok()
    tuesday = (datetime.datetime.now(datetime.UTC).weekday() - 1) % 7 or 7
    answer = "web01" if tuesday > 3 else "nobody"
    assert run["Show the answer"]["msg"] == f"{answer} had 10.0.0.5 last Tuesday"
    happened = [one["action"] for one in run["What happened to it since then"]["entries"]]
    assert happened == (["freed", "given"] if tuesday > 3 else ["given"])
