# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees: differences that can be read, results with all that a host needs, a history."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run

TASKS = """
- name: subnet
  netledger.ipam.subnet:
    name: lan
    cidr: 10.0.0.0/24
    gateway: 10.0.0.1
    dns_servers: [10.0.0.2, 10.0.0.3]
    domain: example.com
    vlan_id: 120
    mtu: 9000
    hold_down: 10m
    reserved: [10.0.0.2-10.0.0.9]
    pools: [{name: servers, start: 10.0.0.10, end: 10.0.0.19}]
    tags: [prod]
    labels: {site: a}
    description: Servers
- name: create
  netledger.ipam.address: {name: web01, subnet: lan, mac: 525400ab0001, tags: [x], labels: {u: 1}, description: first}
- name: same
  netledger.ipam.address: {name: web01, subnet: lan, description: first}
- name: change
  netledger.ipam.address: {name: web01, subnet: lan, description: second}
- name: several
  netledger.ipam.address: {names: [web01, web02, web03], subnet: lan}
- name: dotted
  netledger.ipam.address: {name: db.example.org, subnet: lan}
- name: own fqdn
  netledger.ipam.address: {name: web02, subnet: lan, fqdn: www.example.net}
- name: resize
  netledger.ipam.pool: {subnet: lan, name: servers, start: 10.0.0.10, size: 20}
- name: subnet change
  netledger.ipam.subnet: {name: lan, vlan_id: 0, mtu: 0, gateway: "", domain: "", description: "", dns_servers: []}
- name: remove
  netledger.ipam.address: {name: web01, state: absent}
- name: remove subnet
  netledger.ipam.subnet: {name: lan, state: absent, force: true}
"""


@pytest.fixture(scope="module")
def project(new_project: t.Callable[[], Project]) -> Project:
    return new_project()


@pytest.fixture(scope="module")
def run(project: Project) -> Run:
    return project.tasks(TASKS, "--diff", "-v").ok()


def part(run: Run, task: str) -> str:
    """What was printed about a task."""
    return run.output.partition(f"TASK [{task}]")[2].partition("\nTASK [")[0]


def test_a_reserved_address_comes_with_all_that_its_host_needs(run: Run) -> None:
    facts = {
        "address": "10.0.0.10",
        "cidr": "10.0.0.10/24",
        "prefix_length": 24,
        "netmask": "255.255.255.0",
        "network": "10.0.0.0",
        "version": 4,
        "gateway": "10.0.0.1",
        "dns_servers": ["10.0.0.2", "10.0.0.3"],
        "domain": "example.com",
        "vlan_id": 120,
        "mtu": 9000,
        "fqdn": "web01.example.com",
        "reverse_pointer": "10.0.0.10.in-addr.arpa",
        "name": "web01",
        "interface": "",
        "subnet": "lan",
        "vrf": "default",
        "pool": "servers",
        "mac": "52:54:00:ab:00:01",
        "tags": ["x"],
        "labels": {"u": "1"},
        "description": "first",
        "status": "active",
        "expires": None,
    }
    assert {name: run["create"][name] for name in facts} == facts
    assert run["create"]["addresses"] == [facts]
    assert run["dotted"]["fqdn"] == "db.example.org"
    assert run["own fqdn"]["fqdn"] == "www.example.net"
    assert [one["name"] for one in run["several"]["addresses"]] == ["web01", "web02", "web03"]
    assert "address" not in run["several"]


def test_a_subnet_comes_with_what_follows_from_it_and_how_full_it_is(run: Run) -> None:
    """A /24 has 254 addresses for hosts; the gateway and eight more are nobody's."""
    pool = {"name": "servers", "start": "10.0.0.10", "end": "10.0.0.19", "size": 10, "used": 0, "held_down": 0}
    facts = {
        "name": "lan",
        "vrf": "default",
        "cidr": "10.0.0.0/24",
        "version": 4,
        "network": "10.0.0.0",
        "netmask": "255.255.255.0",
        "prefix_length": 24,
        "broadcast": "10.0.0.255",
        "parent": None,
        "children": [],
        "gateway": "10.0.0.1",
        "dns_servers": ["10.0.0.2", "10.0.0.3"],
        "domain": "example.com",
        "vlan_id": 120,
        "mtu": 9000,
        "hold_down": 600,
        "reserved": ["10.0.0.2-10.0.0.9"],
        "pools": [
            {
                **pool,
                "reserved": 0,
                "in_children": 0,
                "free": 10,
                "strategy": None,
                "hold_down": None,
                "warn_below": None,
            }
        ],
        "strategy": "lowest",
        "min_prefix_length": None,
        "max_prefix_length": None,
        "default_prefix_length": None,
        "quota": None,
        "size": 254,
        "used": 0,
        "held_down": 0,
        "reserved_count": 9,
        "free": 245,
        "tags": ["prod"],
        "labels": {"site": "a"},
        "description": "Servers",
    }
    assert {name: run["subnet"]["subnet"][name] for name in facts} == facts


def test_differences_show_the_record_before_and_after(run: Run) -> None:
    assert run["create"]["diff"]["before"] is None
    created = part(run, "create")
    assert "+++ after: address of web01" in created
    assert '+    "address": "10.0.0.10"' in created
    changed = part(run, "change")
    lines = [line for line in changed.splitlines() if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    assert lines == ['-    "description": "first",', '+    "description": "second",']
    assert '-    "address": "10.0.0.10"' in part(run, "remove")
    assert run["remove"]["diff"]["after"] is None
    assert set(run["several"]["diff"]["after"]) == {"lan: web02", "lan: web03"}
    resized = part(run, "resize")
    assert '-    "end": "10.0.0.19"' in resized
    assert '+    "end": "10.0.0.29"' in resized
    emptied = run["subnet change"]["diff"]["after"]
    assert [emptied[name] for name in ("vlan_id", "mtu", "gateway", "domain", "description", "dns_servers")] == [
        None,
        None,
        None,
        None,
        "",
        [],
    ]
    assert '-    "cidr": "10.0.0.0/24"' in part(run, "remove subnet")


def test_what_did_not_change_has_no_difference(run: Run) -> None:
    assert run["same"]["changed"] is False
    assert "@@" not in part(run, "same")
    assert run["same"]["diff"]["before"] == run["same"]["diff"]["after"]


def test_every_change_is_in_the_history_with_who_made_it(run: Run, project: Project) -> None:
    rows = project.store.rows("SELECT actor, object, name, old, new FROM history ORDER BY id")
    assert all(actor.endswith(", host localhost") and "@" in actor for actor, *_rest in rows)
    changes = [(kind, name, before is None, after is None) for _actor, kind, name, before, after in rows]
    assert changes[:4] == [
        ("subnet", "lan", True, False),
        ("address", "web01", True, False),
        ("address", "web01", False, False),
        ("address", "web02", True, False),
    ]
    assert changes[-1] == ("subnet", "lan", False, True)
    assert json.loads(rows[2][4])["description"] == "second"
    assert len(rows) == 14
