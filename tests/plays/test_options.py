# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong options: all of them are reported at once, and no value that may be a secret is shown."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run

pytestmark = pytest.mark.stores("sqlite")

SECRET = "hunter2-do-not-show"
TASKS = """
- name: a typo and all else that is wrong
  netledger.ipam.address:
    nmae: hunter2-do-not-show
    subnt: hunter2-do-not-show
    address: 10.0.0.256
    mac: 52:54:00:12:34:56
    labels: 5
    state: gone
    lock_timeout: soon
- name: a typo alone
  netledger.ipam.address: {nmae: web01, name: x, subnet: lan}
- name: like nothing known
  netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.2, end: 10.0.0.9, qqqqqq: hunter2-do-not-show}
- name: inside of a list
  netledger.ipam.subnet:
    name: lan
    cidr: 10.0.0.0/99
    gatewy: hunter2-do-not-show
    gateway: nowhere
    pools:
      - {start: here, ends: hunter2-do-not-show}
      - {start: 10.0.0.5, end: there}
    vlan: 5000
    mtu: 9
    prefix_length: lots
    hold_down: forever
    dns_servers: [resolver]
    domain: -bad-
- name: types
  netledger.ipam.address: {name: [a, b], subnet: {x: y}, force: perhaps, tags: 5}
- name: types inside
  netledger.ipam.address: {addresses: [{name: {x: y}}], names: [a, [b]], subnet: lan, description: []}
- name: two ways to name somebody
  netledger.ipam.address: {name: a, names: [b], addresses: [{name: c}], subnet: lan}
- name: no name and no cidr
  netledger.ipam.subnet: {gateway: 10.0.0.1}
- name: an option and its alias
  netledger.ipam.subnet: {name: lan, vlan_id: 5, vlan: 6}
- name: no such state
  netledger.ipam.subnet: {name: lan, state: query}
- name: no subnet
  netledger.ipam.address: {name: a}
- name: no bounds
  netledger.ipam.pool: {subnet: lan}
- name: info
  netledger.ipam.address_info: {nam: a, free: many, address: nine}
- name: addresses
  netledger.ipam.address:
    subnet: lan
    addresses: [{name: a, adress: 10.0.0.5}, {name: b, mac: nine}, {interface: eth0}]
"""
EXPECTED = {
    "a typo and all else that is wrong": [
        "nmae: is not an option of netledger.ipam.address. Did you mean name?",
        "subnt: is not an option of netledger.ipam.address. Did you mean subnet?",
        "'10.0.0.256'",
        "is not a MAC address",
        "in quotes",
        "labels",
        "gone",
        "'soon'",
    ],
    "a typo alone": ["nmae: is not an option of netledger.ipam.address. Did you mean name?"],
    "like nothing known": ["qqqqqq: is not an option of netledger.ipam.pool. It has: ", "lock_timeout", "start"],
    "inside of a list": [
        "gatewy: is not an option",
        "Did you mean gateway?",
        "'10.0.0.0/99'",
        "'nowhere'",
        "pools[0].ends: is not an option of netledger.ipam.subnet. Did you mean end?",
        "'here'",
        "'there'",
        "5000",
        "mtu: 9 ",
        "'prefix_length' is of type",
        "'forever'",
        "'resolver'",
        "'-bad-'",
    ],
    "types": ["name: is a list", "'subnet' is of type", "perhaps"],
    "types inside": ["addresses[0].name: is a dict", "names[1]: is a list", "description: is a list"],
    "two ways to name somebody": ["name|names|addresses"],
    "no name and no cidr": ["name, cidr"],
    "an option and its alias": ["is the same option as vlan"],
    "no such state": ["query", "present", "absent"],
    "no subnet": ["subnet: is missing"],
    "no bounds": ["start", "end", "size"],
    "info": ["nam: is not an option", "Did you mean name?", "'free' is of type", "'nine'"],
    "addresses": ["addresses[0].adress: is not an option", "Did you mean address?", "'nine'", "name"],
}


@pytest.fixture(scope="module")
def refused(new_project: t.Callable[[], Project]) -> Run:
    return (
        new_project()
        .play(
            "- hosts: localhost\n  gather_facts: false\n  ignore_errors: true\n  tasks:\n"
            + "".join(f"    {line}\n" for line in TASKS.splitlines()),
            "-vvvv",
        )
        .ok()
    )


@pytest.mark.parametrize("task", EXPECTED)
def test_every_error_of_a_task_is_in_one_message(refused: Run, task: str) -> None:
    result = refused[task]
    assert result["failed"] is True
    assert result["reason"] == "bad_request"
    assert [words for words in EXPECTED[task] if words not in result["msg"]] == [], result["msg"]


@pytest.mark.parametrize("task", EXPECTED)
def test_no_result_shows_the_value_of_an_option_that_is_not_known(refused: Run, task: str) -> None:
    assert SECRET not in json.dumps(refused[task])


def test_what_ansible_prints_shows_it_only_where_it_quotes_the_playbook(refused: Run) -> None:
    """ansible-core 2.19 and later print the lines of the playbook around an error, whatever stands in them."""
    quoted = [line for line in refused.output.splitlines() if SECRET in line]
    assert [line for line in quoted if not line.split(" ", 1)[0].isdigit()] == []


def test_a_password_in_the_store_setting_is_starred_out_everywhere(project: Project) -> None:
    """Nobody answers at the URL. It comes from a variable, as a vaulted one would."""
    project.write(
        "group_vars/all.yml",
        f"netledger_ipam_store: postgresql://ipam:{SECRET}@127.0.0.1:1/ipam\nsecret: {SECRET}\n",
    )
    run = project.tasks(
        """
        - name: task
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
          ignore_errors: true
        - name: option
          netledger.ipam.address: {name: a, subnet: lan, store: "mysql://u:{{ secret }}@127.0.0.1:1/d"}
          ignore_errors: true
        - name: delegated
          netledger.ipam.address: {name: a, subnet: lan}
          delegate_to: mgmt
          vars: {ansible_connection: local}
          ignore_errors: true
        - name: lookup
          ansible.builtin.debug:
            msg: "{{ lookup('netledger.ipam.address', 'a') }}"
          ignore_errors: true
        """,
        "-vvvv",
    )
    assert run["task"]["reason"] == run["option"]["reason"] == run["delegated"]["reason"] == "store_unreachable"
    assert "postgresql://ipam:***@127.0.0.1:1/ipam" in run["task"]["msg"]
    assert "mysql://u:***@127.0.0.1:1/d" in run["option"]["msg"]
    assert "postgresql://ipam:***@127.0.0.1:1/ipam" in run["lookup"]["msg"]
    assert SECRET not in json.dumps(run.tasks)
    assert SECRET not in run.output


def test_async_is_refused(project: Project) -> None:
    run = project.tasks(
        """
        - name: later
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
          async: 60
          poll: 0
        """
    )
    assert run.code != 0
    assert "async" in run["later"]["msg"]
    assert "ipam.db" not in project.files()
