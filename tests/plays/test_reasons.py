# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be done fails with a reason of its own and a message that names what stands in the way."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

SETUP = """
- netledger.ipam.subnet:
    name: lan
    cidr: 10.0.0.0/24
    gateway: 10.0.0.1
    reserved: [10.0.0.7, 10.0.0.20-10.0.0.29]
    hold_down: 1h
    pools: [{name: p, start: 10.0.0.100, end: 10.0.0.109}]
- netledger.ipam.subnet: {name: six, cidr: 2001:db8::/64, gateway: 2001:db8::1}
- netledger.ipam.subnet: {name: child, cidr: 10.0.0.64/29}
- netledger.ipam.subnet: {name: tiny, cidr: 10.9.0.0/30, pools: []}
- netledger.ipam.subnet: {name: full, cidr: 10.8.0.0/30, gateway: 10.8.0.1}
- netledger.ipam.address: {name: holder, subnet: full}
- netledger.ipam.address: {name: holder, subnet: lan, address: 10.0.0.100}
- netledger.ipam.address: {name: gone, subnet: lan, address: 10.0.0.101}
- netledger.ipam.address: {name: gone, state: absent}
"""


class Case(t.NamedTuple):
    """A task that has to fail, its reason, and words of its message."""

    reason: str
    module: str
    options: Result
    words: t.Sequence[str]


def address(reason: str, asked: str, *words: str, subnet: str = "lan", **options: t.Any) -> Case:
    return Case(reason, "address", {"name": "new", "subnet": subnet, "address": asked, **options}, words)


CASES = {
    "held by another": address("address_conflict", "10.0.0.100", "10.0.0.100", "holder", "'lan'"),
    "held by another, with force": address("address_conflict", "10.0.0.100", "holder", force=True),
    "held by another, any spelling": address("address_conflict", "::ffff:a00:64", "holder"),
    "outside": address("address_outside_subnet", "10.0.1.5", "10.0.1.5", "'lan'", "10.0.0.0/24"),
    "outside, of the other version": address("address_outside_subnet", "2001:db8::5", "'lan'", "10.0.0.0/24"),
    "outside of every subnet": Case(
        "address_outside_subnet", "address", {"name": "new", "address": "192.0.2.9"}, ["192.0.2.9", "'default'"]
    ),
    "network address": address("network_address", "10.0.0.0", "10.0.0.0", "network address"),
    "broadcast address": address("broadcast_address", "10.0.0.255", "10.0.0.255", "broadcast"),
    "subnet-router address": address(
        "subnet_router_address", "2001:DB8::", "2001:db8::", "subnet-router", subnet="six"
    ),
    "gateway": address("gateway_address", "10.0.0.1", "10.0.0.1", "gateway"),
    "IPv6 gateway": address("gateway_address", "2001:db8::1", "gateway", subnet="six"),
    "reserved": address("address_reserved", "10.0.0.7", "10.0.0.7", "reserved"),
    "in a reserved range": address("address_reserved", "10.0.0.29", "10.0.0.20-10.0.0.29"),
    "in a child": address("address_in_child", "10.0.0.66", "10.0.0.66", "'child'", "10.0.0.64/29"),
    "on hold": address("address_on_hold", "10.0.0.101", "10.0.0.101", "gone"),
    "another address": Case(
        "address_differs",
        "address",
        {"name": "holder", "subnet": "lan", "address": "10.0.0.102"},
        ["holder", "10.0.0.100", "10.0.0.102", "force"],
    ),
    "a prefix length that is not the subnet's": address("bad_request", "10.0.0.5/16", "10.0.0.5/16", "10.0.0.0/24"),
    "no pools": Case("pool_missing", "address", {"name": "new", "subnet": "tiny"}, ["'tiny'", "no pool"]),
    "no such pool": Case("pool_missing", "address", {"name": "new", "subnet": "lan", "pool": "q"}, ["'q'", "p"]),
    "no such subnet": Case("subnet_missing", "address", {"name": "new", "subnet": "lam"}, ["'lam'", "'lan'"]),
    "no such vrf": Case(
        "subnet_missing", "address", {"name": "new", "subnet": "lan", "vrf": "red"}, ["'red'", "default"]
    ),
    "no such parent": Case(
        "subnet_missing", "subnet", {"name": "new", "parent": "lam", "prefix_length": 28}, ["'lam'", "'lan'"]
    ),
    "nothing to make it of": Case("subnet_missing", "subnet", {"name": "new"}, ["'new'", "cidr", "prefix_length"]),
    "pool of no subnet": Case(
        "subnet_missing", "pool", {"subnet": "lam", "start": "10.0.0.2", "size": 2}, ["'lam'", "'lan'"]
    ),
    "info of no subnet": Case("subnet_missing", "address_info", {"subnet": "lam"}, ["'lam'"]),
    "the same network twice": Case(
        "overlap", "subnet", {"name": "new", "cidr": "10.0.0.9/24"}, ["'lan'", "10.0.0.0/24"]
    ),
    "another cidr": Case(
        "subnet_differs", "subnet", {"name": "lan", "cidr": "10.7.0.0/25"}, ["'lan'", "10.0.0.0/24", "10.7.0.0/25"]
    ),
    "another prefix length": Case(
        "subnet_differs", "subnet", {"name": "child", "parent": "lan", "prefix_length": 28}, ["'child'", "/28"]
    ),
    "another parent": Case("subnet_differs", "subnet", {"name": "child", "parent": "tiny"}, ["'child'", "'tiny'"]),
    "a child over held addresses": Case(
        "subnet_in_use", "subnet", {"cidr": "10.0.0.96/28"}, ["10.0.0.100 (holder)", "10.0.0.101 (on hold)"]
    ),
    "a child over the gateway": Case("subnet_in_use", "subnet", {"cidr": "10.0.0.0/28"}, ["10.0.0.1", "gateway"]),
    "removal of what is in use": Case(
        "subnet_in_use", "subnet", {"name": "lan", "state": "absent"}, ["10.0.0.100 (holder)", "child (10.0.0.64/29)"]
    ),
    "no room for a child": Case(
        "parent_exhausted", "subnet", {"name": "new", "parent": "full", "prefix_length": 31}, ["'full'", "/31"]
    ),
    "a child larger than its parent": Case(
        "bad_request", "subnet", {"name": "new", "parent": "lan", "prefix_length": 24}, ["prefix_length", "25", "32"]
    ),
    "a pool over the gateway": Case(
        "gateway_in_pool", "pool", {"subnet": "lan", "name": "q", "start": "10.0.0.1", "size": 5}, ["'q'", "10.0.0.1"]
    ),
    "a pool outside": Case(
        "pool_outside_subnet", "pool", {"subnet": "lan", "name": "q", "start": "10.0.1.1", "end": "10.0.1.9"}, ["'q'"]
    ),
    "a pool over the broadcast address": Case(
        "pool_outside_subnet",
        "pool",
        {"subnet": "lan", "name": "q", "start": "10.0.0.250", "size": 6},
        ["10.0.0.1-10.0.0.254"],
    ),
    "pools that overlap": Case(
        "pool_overlap",
        "pool",
        {"subnet": "lan", "name": "q", "start": "10.0.0.90", "end": "10.0.0.100"},
        ["'p'", "'q'"],
    ),
    "a pool that ends before it starts": Case(
        "bad_request",
        "pool",
        {"subnet": "lan", "name": "q", "start": "10.0.0.9", "end": "10.0.0.5"},
        ["end", "10.0.0.9"],
    ),
    "a gateway that is held": Case(
        "address_conflict", "subnet", {"name": "lan", "gateway": "10.0.0.100"}, ["gateway", "10.0.0.100", "holder"]
    ),
    "a gateway of the other version": Case(
        "version_mismatch", "subnet", {"name": "lan", "gateway": "2001:db8::1"}, ["gateway", "IPv6", "'lan'"]
    ),
    "reserved outside": Case(
        "bad_request", "subnet", {"name": "lan", "reserved": ["10.0.1.0/30"]}, ["reserved", "10.0.1.0-10.0.1.3"]
    ),
    "a name twice in one task": Case(
        "bad_request", "address", {"names": ["x", "y", "x"], "subnet": "lan"}, ["names", "'x'", "twice"]
    ),
    "nobody to give it to": Case("bad_request", "address", {"addresses": [{"name": ""}], "subnet": "lan"}, ["name"]),
    "free without a subnet": Case("bad_request", "address_info", {"free": 3}, ["free", "subnet"]),
}


@pytest.fixture(scope="module")
def refused(new_project: t.Callable[[], Project]) -> tuple[Run, dict[str, bytes], dict[str, bytes]]:
    """A run of all of them, and the files before and after."""
    project = new_project()
    project.tasks(SETUP).ok()
    tasks = [
        {"name": name, f"netledger.ipam.{case.module}": case.options, "ignore_errors": True}
        for name, case in CASES.items()
    ]
    project.playbook("play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    before = project.files()
    run = project.tasks(tasks).ok()
    return run, before, project.files()


@pytest.mark.parametrize("name", CASES)
def test_the_reason_and_the_message(refused: tuple[Run, object, object], name: str) -> None:
    run, case = refused[0], CASES[name]
    result = run[name]
    assert result["failed"] is True
    assert result["changed"] is False
    assert result["reason"] == case.reason, result["msg"]
    assert [word for word in case.words if word not in result["msg"]] == [], result["msg"]


def test_what_is_refused_leaves_the_ledger_as_it_was(refused: tuple[Run, dict[str, bytes], dict[str, bytes]]) -> None:
    _run, before, after = refused
    assert after == before


def test_a_play_can_act_on_the_reason(project: Project) -> None:
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, pools: [{name: a, start: 10.0.0.5, end: 10.0.0.5}]}
        - netledger.ipam.address: {name: first, subnet: lan}
        - name: next
          netledger.ipam.address: {name: second, subnet: lan}
          register: tried
          failed_when: tried.failed and tried.reason != 'pool_exhausted'
        - name: grown
          netledger.ipam.pool: {subnet: lan, name: a, start: 10.0.0.5, size: 2}
          when: tried.reason | default('') == 'pool_exhausted'
        - name: again
          netledger.ipam.address: {name: second, subnet: lan}
        """
    ).ok()
    assert run["again"]["address"] == "10.0.0.6"


def test_half_of_a_bulk_request_is_never_kept(project: Project) -> None:
    """The third of three entries is impossible, in another subnet than the first two."""
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
        - netledger.ipam.subnet: {name: six, cidr: 2001:db8::/64, gateway: 2001:db8::1}
        - name: bulk
          netledger.ipam.address:
            addresses:
              - {name: a, address: 10.0.0.5}
              - {name: b, address: 2001:db8::5}
              - {name: c, address: 2001:db8::1}
        """
    )
    assert run.code != 0
    assert run["bulk"]["reason"] == "gateway_address"
    assert project.held() == {}
