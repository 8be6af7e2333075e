# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two ansible-playbook processes at once on one ledger, 40 forks each."""

from __future__ import annotations

import ipaddress

from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Run

SUBNET = {"name": "lan", "cidr": "10.0.0.0/24", "gateway": "10.0.0.1"}
PLAY = """
- hosts: "{{ who }}"
  gather_facts: false
  tasks:
    - name: reserve
      netledger.ipam.address:
        subnet: lan
"""


def run_both(project: Project, first: str, second: str) -> tuple[Run, Run]:
    project.hosts("[web]", "web[001:080]", "[db]", "db[001:080]")
    project.tasks([{"netledger.ipam.subnet": SUBNET}]).ok()
    command = BIN / "ansible-playbook", project.playbook("play.yml", PLAY), "--forks=40"
    started = [project.start(*command, f"--extra-vars=who={group}") for group in (first, second)]
    one, other = [process.end().ok() for process in started]
    return one, other


def given(run: Run) -> dict[str, str]:
    return {host: result["address"] for host, result in run.by_host("reserve").items()}


def test_the_same_80_hosts_get_80_addresses_each_changed_once_in_total(project: Project) -> None:
    one, other = run_both(project, "web", "web")
    assert given(one) == given(other)
    assert len(given(one)) == len(set(given(one).values())) == 80
    for host in given(one):
        assert [run.stats[host]["changed"] for run in (one, other)] in ([0, 1], [1, 0]), host
    assert project.held() == {address: host for host, address in given(one).items()}


def test_two_sets_of_80_hosts_get_160_addresses(project: Project) -> None:
    one, other = run_both(project, "web", "db")
    both = given(one) | given(other)
    assert len(both) == len(set(both.values())) == 160
    assert one.changed == other.changed == 80
    assert project.held() == {address: host for host, address in both.items()}
    # The lowest free ones: nothing was skipped, and the gateway was not given.
    lowest = {str(ipaddress.ip_address("10.0.0.2") + number) for number in range(160)}
    assert set(both.values()) == lowest
