# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that a task names: in which spelling, in which subnet, and held by whom."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    return ledger


def held(ledger: Ledger) -> dict[str, str]:
    return {one["name"]: one["address"] for one in ledger.address_info()["addresses"]}


SPELLINGS = [
    "10.0.0.27",
    "10.0.0.27/24",
    "10.0.0.27/32",
    "10.0.0.27/255.255.255.0",
    "10.0.0.27/255.255.255.255",
    "::ffff:10.0.0.27",
    "::ffff:a00:1b",
    "::ffff:a00:1b/128",
    "::ffff:a00:1b/120",
    "::FFFF:10.0.0.27/120",
]


@pytest.mark.parametrize("subnet", ["lan", None])
@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_an_address_of_the_subnet(lan: Ledger, text: str, subnet: str | None) -> None:
    assert lan.address(name="web", subnet=subnet, address=text)["address"] == "10.0.0.27"
    assert lan.address(name="web", subnet=subnet, address="10.0.0.27")["changed"] is False
    assert lan.address(name="web", subnet=subnet, address=text)["changed"] is False
    assert [one["name"] for one in lan.address_info(address=text)["addresses"]] == ["web"]
    assert lan.address(subnet=subnet, address=text, state="absent")["changed"] is True


@pytest.mark.parametrize("text", ["10.0.0.27/25", "10.0.0.27/255.255.0.0", "::ffff:a00:1b/112", "::ffff:a00:1b/119"])
def test_another_prefix_length_is_a_mistake(lan: Ledger, text: str) -> None:
    lan.refused(address.TASK, "bad_request", name="web", subnet="lan", address=text)


@pytest.mark.parametrize("text", ["10.0.0.27/255.0.255.0", "10.0.0.27/0.0.0.255", "010.0.0.27", "10.27", "10.0.0.27/"])
def test_what_is_no_address_is_refused(lan: Ledger, text: str) -> None:
    lan.refused(address.TASK, "bad_request", name="web", subnet="lan", address=text)


# IPv4-mapped addresses of an IPv6 subnet


@pytest.mark.parametrize("cidr", ["::/0", "::ffff:0:0/95", "::/64"])
@pytest.mark.parametrize("text", ["::ffff:10.0.0.1", "::ffff:a00:1/128"])
def test_a_mapped_address_is_found_and_freed_in_the_ipv6_subnet_around_it(ledger: Ledger, cidr: str, text: str) -> None:
    ledger.subnet(name="six", cidr=cidr)
    made = ledger.address(name="web", subnet="six", address=text)
    assert made["version"] == 6
    for asked in (text, made["address"]):
        assert [one["name"] for one in ledger.address_info(address=asked)["addresses"]] == ["web"]
    assert ledger.address(name="web", address=text)["changed"] is False
    freed = ledger.address(address=text, state="absent")
    assert [one["name"] for one in freed["addresses"]] == ["web"]
    assert held(ledger) == {}
    ledger.check()


# Moving


def swap(*places: str) -> dict[str, t.Any]:
    entries = [{"name": name, "address": f"10.0.0.{place}"} for name, place in zip("abcd", places, strict=False)]
    return {"subnet": "lan", "addresses": entries}


@pytest.mark.parametrize("places", ["21", "231", "2143"], ids=["two", "three in a ring", "two pairs"])
def test_holders_swap_addresses_in_one_task(lan: Ledger, places: str) -> None:
    lan.address(names=list("abcd")[: len(places)], subnet="lan")
    lan.refused(address.TASK, "address_differs", **swap(*places))
    result = lan.address(**swap(*places), force=True)
    assert result["changed"] is True
    assert [one["address"] for one in result["addresses"]] == [f"10.0.0.{place}" for place in places]
    assert held(lan) == {name: f"10.0.0.{place}" for name, place in zip("abcd", places, strict=False)}
    lan.check()
    assert lan.address(**swap(*places), force=True)["changed"] is False


def test_notes_move_with_their_holder(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan", description="first", tags=["x"])
    lan.address(name="b", subnet="lan", description="second")
    lan.address(**swap("2", "1"), force=True)
    found = {one["name"]: (one["description"], one["tags"]) for one in lan.address_info()["addresses"]}
    assert found == {"a": ("first", ["x"]), "b": ("second", [])}


def test_a_newcomer_gets_what_its_holder_leaves(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan")
    entries = [{"name": "new", "address": "10.0.0.1"}, {"name": "a", "address": "10.0.0.9"}]
    lan.address(subnet="lan", addresses=entries, force=True)
    assert held(lan) == {"new": "10.0.0.1", "a": "10.0.0.9"}
    lan.check()


def test_who_does_not_move_is_not_moved_by_force(lan: Ledger) -> None:
    lan.address(names=["a", "b", "c"], subnet="lan")
    entries = [{"name": "a", "address": "10.0.0.2"}, {"name": "b", "address": "10.0.0.3"}]
    lan.refused(address.TASK, "address_conflict", subnet="lan", addresses=entries, force=True)


def test_the_advice_on_a_conflict_frees_that_address_and_no_other(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan")
    lan.address(name="a", subnet="lan", interface="eth1")
    message = lan.refused(address.TASK, "address_conflict", name="b", subnet="lan", address="10.0.0.2/24")["msg"]
    assert "address=10.0.0.2 state=absent" in message
    lan.address(address="10.0.0.2", state="absent")
    assert lan.address(name="b", subnet="lan", address="10.0.0.2/24")["changed"] is True
    assert held(lan) == {"a": "10.0.0.1", "b": "10.0.0.2"}
