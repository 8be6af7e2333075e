# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that are there and say nothing, or too much: empty settings, all VRFs, numbers out of range, dates as keys."""

from __future__ import annotations

import os
import re
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import CONFIG, Project, Result

pytestmark = pytest.mark.stores("sqlite")

LEDGER = """
- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, pools: [{name: p, start: 10.0.0.1, end: 10.0.0.9}]}
- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, vrf: red}
- netledger.ipam.subnet: {name: all, cidr: "::/0", vrf: six}
- netledger.ipam.address: {names: [a, b], subnet: lan}
- netledger.ipam.address: {name: a, subnet: lan, vrf: red, address: 10.0.0.77}
- netledger.ipam.address: {name: a, subnet: all, vrf: six, address: "::ffff:10.0.0.7"}
"""

# Lookups, and what they yield or how their error ends.
YIELDS: dict[str, t.Any] = {
    "lookup('address', 'a', subnet='')": "10.0.0.1",
    "query('addresses', subnet='', pool='') | map(attribute='name')": ["a", "b"],
    "query('addresses', 'a', subnet='lan', pool='') | map(attribute='address')": ["10.0.0.1"],
    "query('addresses', subnet='', pool='p') | map(attribute='name')": ["a", "b"],
    "query('addresses', vrf='*') | map(attribute='address')": ["10.0.0.1", "10.0.0.2", "10.0.0.77", "::ffff:10.0.0.7"],
    "query('addresses', 'a', subnet='lan', vrf='*') | map(attribute='vrf')": ["default", "red"],
    "lookup('subnet', '::ffff:10.0.0.7', vrf='six').name": "all",
    "lookup('subnet', '::ffff:10.0.0.7').name": "lan",
}
FAIL = {
    "lookup('address', 'a', vrf='*')": "bad_request",
    "lookup('address', 'nobody', vrf='*', default='none')": "bad_request",
    "lookup('subnet', 'lan', vrf='*')": "bad_request",
    "query('addresses', subnet='lan', pool='nope')": "pool_missing",
    "query('addresses', 'a', subnet='lan', pool='nope')": "pool_missing",
    "lookup('subnet', '10.0.0.0/23')": "subnet_missing",
    "lookup('subnet', '010.0.0.1')": "subnet_missing",
}


def full(expression: str) -> str:
    return re.sub(r"(lookup|query)\('", r"\1('netledger.ipam.", expression)


def test_lookups_with_values_that_say_nothing_or_too_much(project: Project) -> None:
    project.tasks(LEDGER).ok()
    run = project.tasks(
        [
            {"name": one, "ansible.builtin.debug": {"msg": f"{{{{ {full(one)} }}}}"}, "ignore_errors": True}
            for one in (*YIELDS, *FAIL)
        ]
    ).ok()
    assert {one: run[one]["msg"] for one in YIELDS} == YIELDS
    assert {one: run[one]["msg"].rpartition("(reason: ")[2].rstrip(".").rstrip(")") for one in FAIL} == FAIL


SUBNET = {"name": "subnet", "netledger.ipam.subnet": {"cidr": "10.0.0.0/24"}}
LOOKUP = {
    "name": "lookup",
    "ansible.builtin.debug": {"msg": "{{ lookup('netledger.ipam.subnet', '10.0.0.0/24').vrf }}"},
}
NAMES = ("NETLEDGER_IPAM_STORE", "NETLEDGER_IPAM_VRF", "NETLEDGER_IPAM_LOCK_TIMEOUT")
EMPTY = dict.fromkeys(NAMES, "")


@pytest.mark.parametrize(
    ("config", "store", "vrf"),
    [("", "ipam.db", "default"), ("[netledger.ipam]\nstore = config.db\nvrf = config\n", "config.db", "config")],
    ids=["the default", "ansible.cfg"],
)
@pytest.mark.parametrize("where", ["process", "task"])
def test_empty_environment_variables_count_as_not_set(
    project: Project, where: str, config: str, store: str, vrf: str
) -> None:
    project.write("ansible.cfg", CONFIG + config)
    if where == "process":
        run = project.tasks([SUBNET, LOOKUP], env=EMPTY).ok()
    else:
        run = project.tasks([{**SUBNET, "environment": EMPTY}, LOOKUP]).ok()
    assert {name for name in project.files() if name.endswith(".db")} == {store}
    assert run["subnet"]["subnet"]["vrf"] == run["lookup"]["msg"] == vrf


def test_empty_settings_of_ansible_cfg_count_as_not_set(project: Project) -> None:
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nstore =\nvrf =\n")
    run = project.tasks([SUBNET, LOOKUP]).ok()
    assert (project.folder / "ipam.db").exists()
    assert run["lookup"]["msg"] == "default"


# The time to wait, and which setting said it

PLACES: dict[str, Result] = {
    "the option lock_timeout": {"args": {"lock_timeout": -1}},
    "the variable netledger_ipam_lock_timeout": {"vars": {"netledger_ipam_lock_timeout": 86401}},
    "the task's environment variable NETLEDGER_IPAM_LOCK_TIMEOUT": {
        "environment": {"NETLEDGER_IPAM_LOCK_TIMEOUT": "99999999999999999999"}
    },
}


def test_a_time_out_of_range_is_refused_by_the_name_of_its_place(project: Project) -> None:
    tasks: list[Result] = [
        {"name": place, **{key: value for key, value in SUBNET.items() if key != "name"}, "ignore_errors": True, **more}
        for place, more in PLACES.items()
    ]
    lookup = {"msg": "{{ lookup('netledger.ipam.address', 'a', lock_timeout=86401) }}"}
    tasks.append({"name": "lookup", "ansible.builtin.debug": lookup, "ignore_errors": True})
    run = project.tasks(tasks).ok()
    for place in PLACES:
        assert run[place]["reason"] == "bad_request"
        assert "lock_timeout: " in run[place]["msg"]
        assert f"from {place} is not a number of seconds" in run[place]["msg"]
    assert "from the option lock_timeout is not a number" in run["lookup"]["msg"]
    env = {"NETLEDGER_IPAM_LOCK_TIMEOUT": "-1"}
    message = project.tasks([{**SUBNET, "ignore_errors": True}], env=env).ok()["subnet"]["msg"]
    assert "from the environment variable NETLEDGER_IPAM_LOCK_TIMEOUT is not a number" in message
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nlock_timeout = 86401\n")
    message = project.tasks([{**SUBNET, "ignore_errors": True}]).ok()["subnet"]["msg"]
    assert f"from {project.folder / 'ansible.cfg'} is not a number" in message
    assert not list(project.folder.glob("*.db*"))


# What YAML makes of keys


def test_label_keys_that_yaml_reads_as_dates_and_numbers_are_text(project: Project) -> None:
    labels = "{2026-01-02: bought, 7: unit, 1.5: weight, plain: 2026-01-02, 2026-01-02 03:04:05: time}"
    project.tasks(f"- netledger.ipam.subnet: {{name: lan, cidr: 10.0.0.0/24, labels: {labels}}}\n", "--check").ok()
    tasks = f"""
    - name: subnet
      netledger.ipam.subnet: {{name: lan, cidr: 10.0.0.0/24, labels: {labels}}}
    - name: address
      netledger.ipam.address: {{names: [a], subnet: lan, labels: {labels}}}
    - name: found
      netledger.ipam.address_info: {{labels: {{2026-01-02: bought, 7: unit}}}}
    """
    run = project.tasks(tasks).ok()
    expected = {
        "2026-01-02": "bought",
        "7": "unit",
        "1.5": "weight",
        "plain": "2026-01-02",
        "2026-01-02 03:04:05": "time",
    }
    assert run["subnet"]["subnet"]["labels"] == expected
    assert run["address"]["addresses"][0]["labels"] == expected
    assert [one["name"] for one in run["found"]["addresses"]] == ["a"]
    assert project.tasks(tasks).ok().changed == 0


# Paths that are none


def odd_paths(folder: Path) -> dict[str, str]:
    (folder / "around.db").symlink_to("back.db")
    (folder / "back.db").symlink_to("around.db")
    os.mkfifo(folder / "pipe.db")
    return {
        "around.db": "bad_request",
        "x" * 300: "bad_request",
        "a\0b": "bad_request",
        "pipe.db": "not_a_ledger",
        "ansible.cfg": "not_a_ledger",
    }


@pytest.mark.parametrize("check", [[], ["--check"]], ids=["real", "dry"])
def test_a_store_that_is_no_file_has_a_reason(project: Project, check: list[str]) -> None:
    reasons = odd_paths(project.folder)
    run = project.tasks(
        [
            {**task, "name": f"{task['name']} {reason} {number}", "ignore_errors": True,
             "vars": {"netledger_ipam_store": store}}
            for task in (SUBNET, LOOKUP)
            for number, (store, reason) in enumerate(reasons.items())
        ],
        *check,
    ).ok()  # fmt: skip
    for number, reason in enumerate(reasons.values()):
        subnet, lookup = (run[f"{kind} {reason} {number}"] for kind in ("subnet", "lookup"))
        assert (subnet.get("reason"), subnet["changed"]) == (reason, False), subnet
        assert f"(reason: {reason})" in lookup["msg"]
    assert "Traceback" not in run.output
    assert stat.S_ISFIFO((project.folder / "pipe.db").lstat().st_mode)
