# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts whose ansible_host is a lookup in group_vars, from before they have an address."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project

PLAYS = """
- hosts: localhost
  gather_facts: false
  tasks:
    - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
- hosts: web
  gather_facts: false
  tasks:
    - name: reserve
      netledger.ipam.address: {subnet: lan, name: "{{ inventory_hostname }}"}
    - name: reached at
      ansible.builtin.debug: {var: ansible_host}
"""
HELD = {"10.0.0.1", "10.0.0.2"}


def looked_up(project: Project, arguments: str) -> None:
    lookup = f"lookup('netledger.ipam.address', inventory_hostname, {arguments})"
    project.write("group_vars/web.yml", f'ansible_host: "{{{{ {lookup} }}}}"\n')
    project.hosts("[web]", "web1", "web2")


@pytest.mark.parametrize("arguments", ["default=inventory_hostname", "missing='reserve', subnet='lan'"])
def test_a_host_is_reached_where_the_ledger_says(project: Project, arguments: str) -> None:
    looked_up(project, arguments)
    dry = project.play(PLAYS, "--check").ok().by_host("reached at")
    assert {result["ansible_host"] for result in dry.values()} == HELD
    assert not project.files().keys() & {"ipam.db"}
    run = project.play(PLAYS).ok()
    assert {name: result["ansible_host"] for name, result in run.by_host("reached at").items()} == {
        name: address for address, name in project.held().items()
    }
    assert set(project.held()) == HELD
    assert project.play(PLAYS).ok().changed == 0


def test_without_a_default_the_message_says_the_way_out(project: Project) -> None:
    looked_up(project, "vrf='default'")
    run = project.play(PLAYS)
    assert run.code != 0
    assert "web1 holds no address in VRF 'default'" in run.output
    assert "give the lookup a default" in run.output
