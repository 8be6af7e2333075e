# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet may be named by its CIDR, and by no other one's."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    return ledger


def names(ledger: Ledger) -> list[str]:
    return [one["name"] for one in ledger.subnet_info()]


def rename(ledger: Ledger, name: str) -> None:
    """Give lan a name that it could not get by a task."""
    ledger.write(lambda tx: tx.execute("UPDATE subnet SET name = ? WHERE name = 'lan'", name))


@pytest.mark.parametrize("cidr", ["10.1.0.0/24", "10.1.0.9/255.255.255.0"])
def test_what_only_is_named_like_a_network_is_not_removed_for_it(lan: Ledger, cidr: str) -> None:
    rename(lan, "10.1.0.0/24")
    for force in (False, True):
        assert lan.subnet(cidr=cidr, state="absent", force=force)["changed"] is False
    assert names(lan) == ["10.1.0.0/24"]


def test_the_network_itself_is_removed_whatever_others_are_called(lan: Ledger) -> None:
    rename(lan, "10.1.0.0/24")
    lan.subnet(name="other", cidr="10.1.0.0/24")
    assert lan.subnet(cidr="10.1.0.0/24", state="absent")["removed"]["subnets"] == ["other"]
    assert names(lan) == ["10.1.0.0/24"]


def test_a_name_is_not_removed_for_another_network(lan: Ledger) -> None:
    assert lan.subnet(name="lan", cidr="10.1.0.0/24", state="absent")["changed"] is False
    assert lan.subnet(name="lan", cidr="10.0.0.0/24", state="absent")["changed"] is True


MISLEADING: list[dict[str, t.Any]] = [
    {"name": "10.1.0.0/24", "cidr": "10.2.0.0/24"},
    {"name": "10.2.0.0/25", "cidr": "10.2.0.0/24"},
    {"name": "10.1.0.0/255.255.255.0", "cidr": "10.2.0.0/24"},
    {"name": "10.1.0.7/24", "cidr": "10.2.0.0/24"},
    {"name": "2001:DB8::/64", "cidr": "10.2.0.0/24"},
    {"name": "10.0.0.128/28", "parent": "lan", "prefix_length": 28},
]


@pytest.mark.parametrize("options", MISLEADING)
def test_no_subnet_is_named_by_the_cidr_of_another(lan: Ledger, options: dict[str, t.Any]) -> None:
    result = lan.refused(subnet.TASK, "bad_request", **options)
    assert f"'{options['name']}'" in result["msg"]
    assert lan.rehearse(subnet.TASK, **options)["reason"] == "bad_request"


OWN = [
    ("10.2.0.0/24", "10.2.0.0/24"),
    ("10.2.0.9/24", "10.2.0.0/24"),
    ("10.2.0.0/255.255.255.0", "10.2.0.0/24"),
    ("2001:DB8:0::/64", "2001:db8::/64"),
    ("a/b", "10.2.0.0/24"),
    ("10.2.0.0", "10.3.0.0/24"),
    ("floor 3/24", "10.2.0.0/24"),
]


@pytest.mark.parametrize(("name", "cidr"), OWN)
def test_its_own_cidr_in_any_spelling_is_a_name(lan: Ledger, name: str, cidr: str) -> None:
    assert lan.subnet(name=name, cidr=cidr)["subnet"]["name"] == name
    assert lan.subnet(name=name, cidr=cidr)["changed"] is False
    assert lan.subnet(cidr=cidr, state="absent")["removed"]["subnets"] == [name]


@pytest.mark.parametrize("name", ["10.0.0.0/24", "10.0.0.7/24", "::ffff:10.0.0.0/120"])
def test_a_name_that_is_a_cidr_finds_the_subnet_of_it(lan: Ledger, name: str) -> None:
    made = lan.subnet(name=name, mtu=1400)
    assert (made["changed"], made["subnet"]["name"], made["subnet"]["mtu"]) == (True, "lan", 1400)
    assert lan.subnet(name=name, mtu=1400)["changed"] is False
    assert lan.pool(subnet=name, start="10.0.0.1", end="10.0.0.9")["pool"]["subnet"] == "lan"
    assert lan.subnet(name=name, state="absent")["removed"]["subnets"] == ["lan"]


# What cannot be made makes no store either


@pytest.mark.parametrize(
    "options",
    [
        {"name": "lan"},
        {"name": "lan", "mtu": 1400},
        {"name": "10.0.0.0/24"},
        {"name": "lan", "cidr": ""},
        {"name": "lan", "parent": "top"},
        {"name": "lan", "prefix_length": 24},
        {"cidr": "10.0.0.0/24", "state": "absent"},
    ],
)
def test_a_subnet_that_says_too_little_makes_no_store(ledger: Ledger, options: dict[str, t.Any]) -> None:
    for result in (ledger.run(subnet.TASK, **options), ledger.rehearse(subnet.TASK, **options)):
        assert (result["reason"], result["changed"]) == ("store_missing", False)
    assert ledger.traces() == []


def test_a_pool_makes_no_store(ledger: Ledger) -> None:
    ledger.refused(pool.TASK, "store_missing", subnet="lan", start="10.0.0.1", size=9)
    assert ledger.traces() == []
