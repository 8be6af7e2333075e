# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A single dry task of a real run stands alone; the tasks of a dry run build on each other."""

from __future__ import annotations

import os

import pytest
import yaml
from ansible_collections.netledger.ipam.tests.plays.project import CONFIG, Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

DRY = """
- name: first
  netledger.ipam.address: {name: a, subnet: lan}
- name: same again
  netledger.ipam.address: {name: a, subnet: lan}
- name: somebody else
  netledger.ipam.address: {name: b, subnet: lan}
- name: who
  netledger.ipam.address_info:
- name: lookup
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.address', 'a', default='nobody') }}"
- name: lookups
  ansible.builtin.debug:
    msg: "{{ query('netledger.ipam.addresses') | count }}
      {{ lookup('netledger.ipam.subnet', 'lan').used }}"
- name: free
  netledger.ipam.address: {name: held, state: absent}
- name: held by
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.address', 'held', default='nobody') }}"
- name: free again
  netledger.ipam.address: {name: held, state: absent}
- name: keep
  netledger.ipam.address: {name: held, subnet: lan}
- name: subnet
  netledger.ipam.subnet: {name: new, cidr: 10.9.0.0/24}
- name: in it
  netledger.ipam.address: {name: a, subnet: new}
  ignore_errors: true
"""


def tasks(check_mode: bool | None = None) -> list[Result]:
    own = {} if check_mode is None else {"check_mode": check_mode}
    return [{**one, **own} for one in yaml.safe_load(DRY)]


@pytest.fixture(scope="module")
def runs(new_project: object) -> tuple[Run, Run]:
    """The same tasks, each dry by its own keyword in a real run, and all of them in a dry run."""
    project = new_project()  # type: ignore[operator]
    project.tasks(
        """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
        - netledger.ipam.address: {name: held, subnet: lan}
        """
    ).ok()
    runs = project.tasks(tasks(check_mode=True)).ok(), project.tasks(tasks(), "--check").ok()
    assert project.held() == {"10.0.0.1": "held"}
    return runs


def told(run: Run, key: str, *names: str) -> list[object]:
    return [run[name].get(key) for name in names]


def test_a_dry_task_of_a_real_run_leaves_nothing_to_the_next(runs: tuple[Run, Run]) -> None:
    alone, _together = runs
    who = "first", "same again", "somebody else"
    assert told(alone, "address", *who) == ["10.0.0.2"] * 3
    assert told(alone, "changed", *who) == [True] * 3
    assert [one["name"] for one in alone["who"]["addresses"]] == ["held"]
    assert told(alone, "msg", "lookup", "lookups", "held by") == ["nobody", "1 1", "10.0.0.1"]
    assert told(alone, "changed", "free", "free again", "keep", "subnet") == [True, True, False, True]
    assert alone["in it"]["reason"] == "subnet_missing"


def test_the_tasks_of_a_dry_run_build_on_each_other(runs: tuple[Run, Run]) -> None:
    _alone, together = runs
    who = "first", "same again", "somebody else"
    assert told(together, "address", *who) == ["10.0.0.2", "10.0.0.2", "10.0.0.3"]
    assert told(together, "changed", *who) == [True, False, True]
    assert sorted(one["name"] for one in together["who"]["addresses"]) == ["a", "b", "held"]
    assert told(together, "msg", "lookup", "lookups", "held by") == ["10.0.0.2", "3 3", "nobody"]
    assert told(together, "changed", "free", "free again", "keep", "subnet") == [True, False, True, True]
    assert together["in it"]["address"] == "10.9.0.1"


def test_dry_tasks_before_real_ones(project: Project) -> None:
    """What a dry task would do is not part of what the others really do, and the other way round it is."""
    run = project.tasks(
        """
        - name: no ledger yet
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
          check_mode: true
        - name: still none
          netledger.ipam.address: {name: a, subnet: lan}
          check_mode: true
          ignore_errors: true
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
        - name: dry
          netledger.ipam.address: {name: a, subnet: lan}
          check_mode: true
        - name: real
          netledger.ipam.address: {name: b, subnet: lan}
        - name: dry after real
          netledger.ipam.address: {name: a, subnet: lan}
          check_mode: true
        - name: lookup
          ansible.builtin.debug:
            msg: "{{ lookup('netledger.ipam.address', 'a', default='nobody') }}"
          check_mode: true
        """
    ).ok()
    assert run["no ledger yet"]["changed"] is True
    assert run["still none"]["reason"] == "store_missing"
    assert told(run, "address", "dry", "real", "dry after real") == ["10.0.0.1", "10.0.0.1", "10.0.0.2"]
    assert run["lookup"]["msg"] == "nobody"
    assert project.held() == {"10.0.0.1": "b"}


@pytest.mark.parametrize("there", [True, False], ids=["a ledger", "no ledger"])
def test_every_spelling_of_the_store_leads_to_one_plan(project: Project, there: bool) -> None:
    """Also before the file is there: a link that leads nowhere yet, a folder's other name."""
    (project.folder / "real").mkdir()
    (project.folder / "folder").symlink_to("real")
    (project.folder / "link.db").symlink_to(os.path.join("real", "ipam.db"))
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nstore = real/ipam.db\n")
    subnet = "- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}\n"
    if there:
        project.tasks(subnet).ok()
    run = project.tasks(
        subnet
        + """
- name: a
  netledger.ipam.address: {name: a, subnet: lan, store: link.db}
- name: b
  netledger.ipam.address: {name: b, subnet: lan, store: folder/ipam.db}
- name: c
  netledger.ipam.address: {name: c, subnet: lan, store: folder/../real/./ipam.db}
- name: lookups
  ansible.builtin.debug:
    msg: "{{ query('netledger.ipam.addresses') | count }}
      {{ query('netledger.ipam.addresses', store='link.db') | count }}"
""",
        "--check",
    ).ok()
    assert told(run, "address", "a", "b", "c") == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert run["lookups"]["msg"] == "3 3"
    assert (project.folder / "real" / "ipam.db").exists() is there
