# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks subnet_info and address_info: what fits the question, in the order of addresses, and nothing is changed."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address_info, subnet_info
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def plan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="site", cidr="10.0.0.0/16", tags=["site"], labels={"town": "Bern"})
    ledger.subnet(name="lan", cidr="10.0.9.0/24", tags=["office", "wired"], labels={"town": "Bern", "floor": 2})
    ledger.subnet(name="dmz", cidr="10.0.10.0/24", tags=["wired"])
    ledger.subnet(name="six", cidr="2001:db8::/64", tags=["wired"])
    ledger.subnet(name="lan", cidr="10.0.9.0/24", vrf="blue")
    ledger.pool(subnet="lan", name="p", start="10.0.9.100", end="10.0.9.109")
    ledger.address(name="web", subnet="lan", mac="525400000001", tags=["prod", "www"], labels={"os": "debian"})
    ledger.address(name="web", subnet="dmz", interface="eth1", tags=["prod"])
    ledger.address(name="web", subnet="six")
    ledger.address(name="db", subnet="lan", address="10.0.9.9", tags=["prod"])
    ledger.address(name="db", subnet="lan", vrf="blue")
    return ledger


SUBNETS: list[tuple[dict[str, t.Any], list[str]]] = [
    ({}, ["site", "lan", "dmz", "six"]),
    ({"vrf": "*"}, ["lan", "site", "lan", "dmz", "six"]),
    ({"vrf": "blue"}, ["lan"]),
    ({"vrf": "none"}, []),
    ({"name": "lan"}, ["lan"]),
    ({"name": "10.0.9.77/24"}, ["lan"]),
    ({"name": "2001:DB8::/64"}, ["six"]),
    ({"name": "lan", "vrf": "*"}, ["lan", "lan"]),
    ({"name": "nothing"}, []),
    ({"name": "not/a/cidr"}, []),
    ({"parent": "site"}, ["lan", "dmz"]),
    ({"parent": "10.0.0.0/16"}, ["lan", "dmz"]),
    ({"parent": "nothing"}, []),
    ({"tags": ["wired"]}, ["lan", "dmz", "six"]),
    ({"tags": ["wired", "office"]}, ["lan"]),
    ({"labels": {"town": "Bern"}}, ["site", "lan"]),
    ({"labels": {"floor": 2}}, ["lan"]),
    ({"parent": "site", "tags": ["wired"], "labels": {"town": "Bern"}}, ["lan"]),
]

ADDRESSES: list[tuple[dict[str, t.Any], list[str]]] = [
    ({}, ["10.0.9.9", "10.0.9.100", "10.0.10.1", "2001:db8::1"]),
    ({"vrf": "*"}, ["10.0.9.1", "10.0.9.9", "10.0.9.100", "10.0.10.1", "2001:db8::1"]),
    ({"vrf": "blue"}, ["10.0.9.1"]),
    ({"name": "web"}, ["10.0.9.100", "10.0.10.1", "2001:db8::1"]),
    ({"name": "db", "vrf": "*"}, ["10.0.9.1", "10.0.9.9"]),
    ({"name": "web", "interface": "eth1"}, ["10.0.10.1"]),
    ({"name": "web", "interface": ""}, ["10.0.9.100", "2001:db8::1"]),
    ({"name": "web", "pool": "p"}, ["10.0.9.100"]),
    ({"name": "db", "pool": "p"}, []),
    ({"subnet": "lan"}, ["10.0.9.9", "10.0.9.100"]),
    ({"subnet": "lan", "vrf": "*"}, ["10.0.9.1", "10.0.9.9", "10.0.9.100"]),
    ({"subnet": "lan", "pool": "p"}, ["10.0.9.100"]),
    ({"pool": "p"}, ["10.0.9.100"]),
    ({"pool": "none"}, []),
    ({"address": "10.0.9.9"}, ["10.0.9.9"]),
    ({"address": "::ffff:10.0.9.9"}, ["10.0.9.9"]),
    ({"address": "10.0.9.9/24"}, ["10.0.9.9"]),
    ({"address": "2001:DB8:0:0::1"}, ["2001:db8::1"]),
    ({"address": "10.0.9.9", "name": "web"}, []),
    ({"address": "10.0.9.9", "subnet": "six"}, []),
    ({"address": "192.0.2.1"}, []),
    ({"mac": "52-54-00-00-00-01"}, ["10.0.9.100"]),
    ({"tags": ["prod"]}, ["10.0.9.9", "10.0.9.100", "10.0.10.1"]),
    ({"tags": ["prod", "www"]}, ["10.0.9.100"]),
    ({"labels": {"os": "debian"}}, ["10.0.9.100"]),
    ({"name": "nobody"}, []),
]

FREE: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"subnet": "lan", "free": 2}, ["10.0.9.101", "10.0.9.102"]),
    ({"subnet": "lan", "pool": "p", "free": 100}, [f"10.0.9.{number}" for number in range(101, 110)]),
    ({"subnet": "six", "free": 2}, ["2001:db8::2", "2001:db8::3"]),
    ({"subnet": "lan", "free": 0}, []),
]


@pytest.mark.parametrize(("question", "names"), SUBNETS)
def test_subnets(plan: Ledger, question: dict[str, t.Any], names: list[str]) -> None:
    before = plan.content()
    assert [one["name"] for one in plan.subnet_info(**question)] == names
    assert plan.content() == before


@pytest.mark.parametrize(("question", "expected"), ADDRESSES)
def test_addresses(plan: Ledger, question: dict[str, t.Any], expected: list[str]) -> None:
    before = plan.content()
    result = plan.address_info(**question)
    assert [one["address"] for one in result["addresses"]] == expected
    assert result["changed"] is False
    assert plan.content() == before


@pytest.mark.parametrize(("question", "expected"), FREE)
def test_a_preview_reserves_nothing_and_is_what_comes(
    plan: Ledger, question: dict[str, t.Any], expected: list[str]
) -> None:
    before = plan.content()
    assert plan.address_info(**question)["free"] == expected
    assert plan.content() == before
    names = [f"new{number}" for number in range(len(expected))]
    given = plan.address(names=names, subnet=question["subnet"], pool=question.get("pool"))
    assert [one["address"] for one in given["addresses"]] == expected


def test_dry_runs_answer_the_same(plan: Ledger) -> None:
    assert plan.rehearse(subnet_info.TASK)["subnets"] == plan.subnet_info()
    assert plan.rehearse(address_info.TASK) == plan.address_info()


def test_what_is_missing(plan: Ledger) -> None:
    said = plan.refused(address_info.TASK, "subnet_missing", subnet="lam", free=1)
    assert "Did you mean 'lan'?" in said["msg"]
    said = plan.refused(address_info.TASK, "subnet_missing", subnet="xyzzy")
    assert "It has: site, lan, dmz, six." in said["msg"]
    said = plan.refused(address_info.TASK, "subnet_missing", subnet="lan", vrf="green")
    assert "There are subnets in VRF blue, default" in said["msg"]
    plan.refused(address_info.TASK, "pool_missing", subnet="lan", pool="none", free=1)
