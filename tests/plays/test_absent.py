# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Freeing addresses by name, interface, address and pool, and removing subnets."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.tests.plays.project import Project, Result

LEDGER = """
- netledger.ipam.subnet:
    name: lan
    cidr: 10.0.0.0/24
    pools: [{name: p, start: 10.0.0.10, end: 10.0.0.19}, {name: q, start: 10.0.0.50, end: 10.0.0.59}]
- netledger.ipam.subnet: {name: six, cidr: 2001:db8::/64}
- netledger.ipam.address:
    subnet: lan
    addresses:
      - {name: a}
      - {name: a, interface: eth1}
      - {name: a, interface: eth2, pool: q}
      - {name: b}
      - {name: c}
- netledger.ipam.address: {names: [a, b], subnet: six}
"""


def freed(result: Result) -> tuple[bool, list[str]]:
    return result["changed"], [one["address"] for one in result["addresses"]]


def test_addresses_are_freed_by_name_interface_address_pool_and_subnet(project: Project) -> None:
    """10.0.0.10, .11 and .50 are a's, .12 b's, .13 c's; ::1 is a's and ::2 b's."""
    run = project.tasks(
        LEDGER
        + """
- name: by interface
  netledger.ipam.address: {name: a, interface: eth1, state: absent}
- name: by interface again
  netledger.ipam.address: {name: a, interface: eth1, state: absent}
- name: by pool
  netledger.ipam.address: {name: a, pool: q, state: absent}
- name: by subnet
  netledger.ipam.address: {name: b, subnet: "2001:DB8::/64", state: absent}
- name: by address
  netledger.ipam.address: {address: 10.0.0.13/24, state: absent}
- name: by address again
  netledger.ipam.address: {address: 10.0.0.13, state: absent}
- name: of somebody else by now
  netledger.ipam.address: {name: a, address: 10.0.0.12, state: absent}
- name: by name
  netledger.ipam.address: {name: a, state: absent}
- name: by name again
  netledger.ipam.address: {name: a, state: absent}
- name: nobody
  netledger.ipam.address: {names: [x, y], state: absent}
- name: outside
  netledger.ipam.address: {address: 192.0.2.1, state: absent}
- name: no such subnet
  netledger.ipam.address: {name: b, subnet: lam, state: absent}
- name: several
  netledger.ipam.address: {names: [x, b, c], state: absent}
- name: the lowest is free again
  netledger.ipam.address: {name: new, subnet: lan}
"""
    ).ok()
    assert freed(run["by interface"]) == (True, ["10.0.0.11"])
    assert freed(run["by interface again"]) == (False, [])
    assert freed(run["by pool"]) == (True, ["10.0.0.50"])
    assert freed(run["by subnet"]) == (True, ["2001:db8::2"])
    assert freed(run["by address"]) == (True, ["10.0.0.13"])
    assert freed(run["by address again"]) == (False, [])
    assert freed(run["of somebody else by now"]) == (False, [])
    assert any("held by b" in warning for warning in run["of somebody else by now"]["warnings"])
    assert freed(run["by name"]) == (True, ["10.0.0.10", "2001:db8::1"])
    for task in ("by name again", "nobody", "outside", "no such subnet"):
        assert freed(run[task]) == (False, []), task
    assert "lam" in run["no such subnet"]["warnings"][0]
    assert freed(run["several"]) == (True, ["10.0.0.12"])
    assert run["the lowest is free again"]["address"] == "10.0.0.10"
    assert project.held() == {"10.0.0.10": "new"}


def test_each_host_of_a_play_frees_its_own(project: Project) -> None:
    project.hosts("[web]", "web[1:3]")
    project.tasks([{"netledger.ipam.subnet": {"name": "lan", "cidr": "10.0.0.0/24"}}]).ok()
    tasks: t.Any = [{"netledger.ipam.address": {"subnet": "lan"}}]
    project.tasks(tasks, hosts="web").ok()
    run = project.tasks([{"netledger.ipam.address": {"state": "absent"}}], "--limit=web1,web3", hosts="web").ok()
    assert run.changed == 2
    assert list(project.held().values()) == ["web2"]


def test_a_subnet_with_something_in_it_is_removed_only_by_force(project: Project) -> None:
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: top, cidr: 10.0.0.0/16}
        - netledger.ipam.subnet: {name: mid, cidr: 10.0.0.0/20}
        - netledger.ipam.subnet: {name: low, cidr: 10.0.1.0/24}
        - netledger.ipam.subnet: {name: empty, cidr: 10.0.2.0/24}
        - netledger.ipam.address: {names: [a, b], subnet: low}
        - netledger.ipam.address: {name: c, subnet: mid}
        - name: an empty one
          netledger.ipam.subnet: {name: empty, state: absent}
        - name: that is gone
          netledger.ipam.subnet: {name: empty, state: absent}
        - name: another of that name
          netledger.ipam.subnet: {name: low, cidr: 10.9.0.0/24, state: absent}
        - name: with addresses
          netledger.ipam.subnet: {cidr: 10.0.1.99/24, state: absent}
          ignore_errors: true
        - name: with addresses and children
          netledger.ipam.subnet: {name: mid, state: absent}
          ignore_errors: true
        - name: by force
          netledger.ipam.subnet: {name: mid, state: absent, force: true}
        - name: left
          netledger.ipam.subnet_info:
        - name: its space is the parent's again
          netledger.ipam.address: {name: d, address: 10.0.1.5}
        - name: the rest
          netledger.ipam.subnet: {name: top, state: absent, force: true}
        """
    ).ok()
    assert run["an empty one"]["removed"] == {"subnets": ["empty"], "addresses": []}
    assert [run[task]["changed"] for task in ("an empty one", "that is gone", "another of that name")] == [
        True,
        False,
        False,
    ]
    refused = run["with addresses"]
    assert (refused["reason"], refused["addresses"]) == ("subnet_in_use", ["10.0.1.1", "10.0.1.2"])
    assert "10.0.1.1 (a)" in refused["msg"]
    refused = run["with addresses and children"]
    assert (refused["reason"], refused["addresses"], refused["children"]) == ("subnet_in_use", ["10.0.0.1"], ["low"])
    assert "low (10.0.1.0/24)" in refused["msg"]
    removed = run["by force"]["removed"]
    assert removed["subnets"] == ["mid", "low"]
    assert sorted(removed["addresses"]) == ["10.0.0.1", "10.0.1.1", "10.0.1.2"]
    assert [(one["name"], one["used"], one["free"]) for one in run["left"]["subnets"]] == [("top", 0, 65534)]
    assert run["its space is the parent's again"]["subnet"] == "top"
    assert project.held() == {}


def test_absent_makes_no_ledger(project: Project) -> None:
    """Where no ledger is, nobody can say that it was freed: a wrong store setting must not go unnoticed."""
    run = project.tasks(
        """
        - name: subnet
          netledger.ipam.subnet: {name: lan, state: absent}
          ignore_errors: true
        - name: address
          netledger.ipam.address: {name: a, state: absent}
          ignore_errors: true
        - name: present
          netledger.ipam.address: {name: a, subnet: lan}
          ignore_errors: true
        - name: pool
          netledger.ipam.pool: {subnet: lan, start: 10.0.0.1, size: 1}
          ignore_errors: true
        - name: info
          netledger.ipam.subnet_info:
          ignore_errors: true
        """
    ).ok()
    for task in ("subnet", "address", "present", "pool", "info"):
        assert run[task]["reason"] == "store_missing"
        assert str(project.folder / "ipam.db") in run[task]["msg"]
        assert str(project.folder / "ansible.cfg") in run[task]["msg"]
    assert not [name for name in project.files() if name.startswith("ipam.db")]
