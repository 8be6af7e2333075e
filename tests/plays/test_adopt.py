# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role and playbook adopt: addresses of existing hosts get into the ledger, and nobody loses one."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.given_facts import GIVE, interface, write_facts
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Run

pytestmark = pytest.mark.stores("sqlite")

MACS = [f"52:54:00:00:00:{number:02}" for number in range(8)]


@pytest.fixture
def lan(project: Project) -> Project:
    project.store.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.9"])
    project.store.subnet(name="dmz", cidr="10.1.0.0/24")
    project.store.subnet(name="six", cidr="2001:db8::/64")
    return project


def records(project: Project) -> dict[str, tuple[str, str, str | None]]:
    """Name, interface and MAC address by address."""
    found = project.store.address_info()["addresses"]
    return {one["address"]: (one["name"], one["interface"], one["mac"]) for one in found}


def report(run: Run) -> list[t.Any]:
    name = "netledger.ipam.adopt : Show it"
    (shown,) = run.by_host(name).values()
    return t.cast("list[t.Any]", shown["msg"])


def test_from_the_inventory(lan: Project) -> None:
    """No host is contacted. All conflicts are reported together, after everybody else was adopted."""
    lan.store.address(name="db", subnet="lan", address="10.0.0.20")
    lan.store.address(name="moved", subnet="lan", address="10.0.0.30")
    lan.hosts(
        "router ansible_host=10.0.0.1",
        "printer ansible_host=10.0.0.9",
        "six ansible_host=2001:DB8::5/64",
        "bridge ansible_host=10.1.0.8/24",
        "typo ansible_host=10.0.0.300",
        "10.1.0.7",
        "intruder ansible_host=10.0.0.20",
        "moved ansible_host=10.0.0.31",
        "twin ansible_host=10.0.0.9",
        "network ansible_host=10.1.0.0",
        "elsewhere ansible_host=192.0.2.7",
        "named ansible_host=named.example.com",
    )
    before = records(lan)
    dry = lan.run(BIN / "ansible-playbook", "netledger.ipam.adopt", "--check", "--forks=1", "-eadopt_conflicts=report")
    assert records(lan) == before
    run = lan.run(BIN / "ansible-playbook", "netledger.ipam.adopt", "--forks=1")
    assert run.code != 0
    adopted = {
        "10.0.0.1": ("router", "", None),
        "10.0.0.9": ("printer", "", None),
        "2001:db8::5": ("six", "", None),
        "10.1.0.7": ("10.1.0.7", "", None),
        "10.1.0.8": ("bridge", "", None),
    }
    assert records(lan) == before | adopted
    lines = report(run)
    assert report(dry.ok()) == lines
    assert sorted(line for line in lines if line.startswith("adopted")) == [
        "adopted: 10.0.0.1 of router in subnet lan",
        "adopted: 10.0.0.9 of printer in subnet lan",
        "adopted: 10.1.0.7 of 10.1.0.7 in subnet dmz",
        "adopted: 10.1.0.8 of bridge in subnet dmz",
        "adopted: 2001:db8::5 of six in subnet six",
    ]
    conflicts = [line for line in lines if line.startswith("conflict")]
    assert len(conflicts) == 5
    assert "conflict: typo: adopt_address '10.0.0.300' is not an IPv4 or IPv6 address." in conflicts
    assert "conflict: 10.0.0.20 on intruder is held by db." in conflicts
    for host, other in (("twin", "printer"), ("moved", "10.0.0.30"), ("network", "10.1.0.0")):
        (said,) = [line for line in conflicts if line.startswith(f"conflict: {host}: ")]
        assert other in said
    assert "in no subnet: 192.0.2.7 of elsewhere" in lines
    assert "no address in the inventory: named: named.example.com is a name, not an address" in lines
    (failed,) = run.by_host("netledger.ipam.adopt : There are no conflicts").values()
    assert all(name in failed["msg"] for name in ("intruder", "moved:", "twin:", "network:", "typo:"))
    again = lan.run(BIN / "ansible-playbook", "netledger.ipam.adopt", "-eadopt_conflicts=report").ok()
    assert again.changed == 0
    assert [line for line in report(again) if line.startswith("adopted")] == []


def test_from_facts(lan: Project) -> None:
    """Each address with its interface and MAC address, also several of an interface. In batches."""
    lan.hosts("[web]", "web01", "web02", "web03")
    lan.store.address(name="web01", subnet="lan", address="10.0.0.20")
    lan.store.address(name="vip", subnet="lan", address="10.0.0.200")
    write_facts(
        lan,
        "web01",
        eth0=interface(MACS[1], "10.0.0.20", "10.0.0.21", "10.0.0.200", "fe80::1", "2001:db8::20"),
        eth1=interface(MACS[2], "10.1.0.20", "172.17.0.1"),
    )
    write_facts(lan, "web02", eth0=interface(MACS[3], "10.0.0.22", "10.0.0.200"))
    play = {
        "hosts": "web",
        "gather_facts": False,
        "vars": {"adopt_source": "facts", "adopt_subnets": ["lan", "six"], "adopt_shared": ["vip"]},
        "roles": ["netledger.ipam.adopt"],
    }
    run = lan.play([GIVE, {**play, "serial": 1}], "--limit=web01,web02").ok()
    expected = {
        "10.0.0.20": ("web01", "", None),
        "10.0.0.21": ("web01", "eth0:10.0.0.21", MACS[1]),
        "2001:db8::20": ("web01", "eth0", MACS[1]),
        "10.0.0.22": ("web02", "eth0", MACS[3]),
        "10.0.0.200": ("vip", "", None),
    }
    assert records(lan) == expected
    lines = [task["result"]["msg"] for task in run.tasks if task["task"] == "netledger.ipam.adopt : Show it"]
    assert "in no subnet: 172.17.0.1 of web01" in lines[0]
    assert lines[1] == ["adopted: 10.0.0.22 of web02 in subnet lan"]
    # web03 has no facts: it fails, and the others do not.
    again = lan.play([GIVE, play])
    assert again.code != 0
    compared = again.by_host("netledger.ipam.adopt : Compare what the host has with the ledger")
    assert "Gather facts of the host before" in compared["web03"]["msg"]
    assert [again.stats[host]["failures"] for host in ("web01", "web02", "web03")] == [0, 0, 1]
    # What was set by the test is no change of the ledger.
    assert [task["task"] for task in again.tasks if task["result"].get("changed")] == []
    assert records(lan) == expected


@pytest.mark.parametrize("playbook", ["adopt", "audit"])
def test_a_pattern_that_fits_no_host_is_not_green(lan: Project, playbook: str) -> None:
    run = lan.run(BIN / "ansible-playbook", f"netledger.ipam.{playbook}", f"-e{playbook}_hosts=wbe")
    assert run.code != 0
    assert run["The hosts are in the inventory"]["msg"].startswith("No host of the inventory fits 'wbe'.")


def test_a_store_that_is_missing_is_no_conflict(project: Project) -> None:
    project.hosts("web01 ansible_host=10.0.0.1")
    run = project.run(BIN / "ansible-playbook", "netledger.ipam.adopt", "-eadopt_conflicts=report")
    assert run.code != 0
    assert run.tasks[-1]["result"]["reason"] == "store_missing"
