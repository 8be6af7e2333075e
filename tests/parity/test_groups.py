# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several subnets, both IP versions, and several addresses at once: rules 58 and 61 to 71 of docs/parity.md."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

BOTH = ["small", "large"]


@pytest.fixture
def lans(ledger: Ledger) -> Ledger:
    """One subnet of two addresses, a larger one, and one of IPv6."""
    ledger.subnet(name="small", cidr="10.0.0.0/30", tags=["front"])
    ledger.subnet(name="large", cidr="10.0.1.0/24", tags=["front", "big"])
    ledger.subnet(name="six", cidr="2001:db8::/64", labels={"kind": "ipv6"})
    return ledger


def given(result: Result) -> list[str]:
    return [one["address"] for one in result["addresses"]]


# Several subnets


def test_rule_61_rule_67_where_all_are_full_each_says_why(lans: Ledger) -> None:
    lans.subnet(name="bare", cidr="10.0.2.0/24", pools=[])
    lans.address(names=["a", "b"], subnet="small")
    result = lans.refused(address.TASK, "pool_exhausted", name="more", subnet=["small", "bare"])
    assert [(one["subnet"], one["reason"]) for one in result["subnets"]] == [
        ("small", "pool_exhausted"),
        ("bare", "pool_missing"),
    ]
    for words in ("'small' (10.0.0.0/30)", "2 used", "'bare' has no pools"):
        assert words in result["msg"]


def test_rule_61_a_subnet_that_is_not_there_stops_it(lans: Ledger) -> None:
    """A misspelt name is no full subnet."""
    lans.refused(address.TASK, "subnet_missing", name="web", subnet=["smal", "large"])
    lans.refused(address.TASK, "subnet_missing", name="web", subnet=["large", "smal"])


# Both IP versions


def test_rule_62_one_of_each_version(lans: Ledger) -> None:
    result = lans.address(name="web", subnet=[*BOTH, "six"], dual_stack=True)
    assert (result["ipv4"], result["ipv6"]) == ("10.0.0.1", "2001:db8::1")
    result = lans.address(
        name="eui", subnet=["small", "six"], dual_stack=True, strategy="eui64", mac="34-56-78-9A-BC-DE"
    )
    assert (result["ipv4"], result["ipv6"]) == ("10.0.0.2", "2001:db8::3656:78ff:fe9a:bcde")
    lans.refused(address.TASK, "pool_exhausted", name="more", subnet=["small", "six"], dual_stack=True)
    assert given(lans.address(name="more", subnet=["large", "six"], dual_stack=True)) == ["10.0.1.1", "2001:db8::2"]
    lans.check()


def test_rule_63_who_names_an_address_is_served_before_who_names_none(lans: Ledger) -> None:
    wishes = [{"name": "any"}, {"name": "certain", "address": "10.0.1.1"}]
    assert given(lans.address(addresses=wishes, subnet="large")) == ["10.0.1.2", "10.0.1.1"]


def test_rule_64_address_and_subnet_find_each_other_or_say_so(lans: Ledger) -> None:
    assert lans.address(name="a", address="10.0.1.5")["subnet"] == "large"
    lans.refused(address.TASK, "address_outside_subnet", name="b", subnet="small", address="10.0.1.6")
    lans.refused(address.TASK, "address_outside_subnet", name="b", address="192.0.2.1")
    lans.refused(address.TASK, "subnet_missing", name="b", subnet="nowhere", address="10.0.1.6")
    lans.refused(address.TASK, "bad_request", name="b")
    lans.subnet(name="inner", cidr="10.0.1.128/25")
    assert lans.address(name="c", address="10.0.1.200")["subnet"] == "inner"  # the smallest around it


SELECTED: list[tuple[dict[str, t.Any], str]] = [
    ({"subnet_tags": ["front"]}, "small"),
    ({"subnet_tags": ["front", "big"]}, "large"),
    ({"subnet_labels": {"kind": "ipv6"}}, "six"),
    ({"subnet_tags": ["front"], "version": 4}, "small"),
]


@pytest.mark.parametrize(("options", "name"), SELECTED)
def test_rule_66_tags_and_labels_select_subnets(lans: Ledger, options: dict[str, t.Any], name: str) -> None:
    assert lans.address(name="web", **options)["subnet"] == name


@pytest.mark.parametrize(
    "options",
    [{"subnet_tags": ["back"]}, {"subnet_tags": ["front"], "version": 6}, {"subnet_labels": {"kind": "other"}}],
)
def test_rule_66_none_that_fits_is_not_a_full_one(lans: Ledger, options: dict[str, t.Any]) -> None:
    lans.refused(address.TASK, "subnet_missing", name="web", **options)


def test_rule_66_a_subnet_in_use_is_not_removed(lans: Ledger) -> None:
    lans.address(name="web", subnet="small")
    assert lans.refused(subnet.TASK, "subnet_in_use", name="small", state="absent")["addresses"] == ["10.0.0.1"]


# What is held already


def test_rule_68_who_holds_an_address_in_one_of_the_subnets_keeps_it(lans: Ledger) -> None:
    lans.address(name="web", subnet="large", address="10.0.1.9")
    wishes: list[dict[str, t.Any]] = [
        {"subnet": "large"},
        {"subnet": BOTH},
        {"subnet": [*BOTH, "six"], "version": 4},
        {"subnet": "large", "strategy": "highest"},
        {"subnet": "large", "address": "10.0.1.9"},
    ]
    for wish in wishes:
        result = lans.address(name="web", **wish)
        assert (result["changed"], result["address"]) == (False, "10.0.1.9")


def test_rule_68_what_is_left_is_free_for_who_comes_in_the_same_task(lans: Ledger) -> None:
    """Removals come before additions, so two holders can swap."""
    lans.address(names=["a", "b"], subnet="small")
    lans.refused(address.TASK, "address_differs", name="a", subnet="small", address="10.0.0.2")
    swap = [{"name": "a", "address": "10.0.0.2"}, {"name": "b", "address": "10.0.0.1"}]
    assert given(lans.address(addresses=swap, subnet="small", force=True)) == ["10.0.0.2", "10.0.0.1"]
    lans.check()


# All or nothing


def test_rule_58_rule_69_what_is_left_out_leaves_nothing(lans: Ledger) -> None:
    """With partial, each name is undone by itself, inside of the one transaction."""
    wishes = [
        {"name": "a", "count": 1},
        {"name": "b", "count": 2},
        {"name": "c", "count": 1},
        {"name": "d", "count": 1},
    ]
    result = lans.address(addresses=wishes, subnet="small", partial=True)
    assert [(one["name"], one["address"]) for one in result["addresses"]] == [("a", "10.0.0.1"), ("c", "10.0.0.2")]
    assert [(one["name"], one["reason"]) for one in result["failures"]] == [
        ("b", "pool_exhausted"),
        ("d", "pool_exhausted"),
    ]
    assert lans.rows("SELECT count(*) FROM address") == [(2,)]
    lans.check()


def test_rule_69_rule_71_many_names_get_all_or_nothing(lans: Ledger) -> None:
    """The error is the one that stopped it; refused() has compared every byte."""
    lans.address(name="holder", subnet="large", address="10.0.1.4")
    wishes = [
        {"name": "a"},
        {"name": "b", "address": "10.0.1.3"},
        {"name": "c", "address": "10.0.1.4"},
        {"name": "d", "address": "10.0.1.5"},
    ]
    result = lans.refused(address.TASK, "address_conflict", addresses=wishes, subnet="large")
    assert (result["holder"], result["address"]) == ("holder", "10.0.1.4")
    names = [f"h{number}" for number in range(253)]
    assert (
        "only 253 of the 254"
        in lans.refused(address.TASK, "pool_exhausted", names=[*names, "one-more"], subnet="large")["msg"]
    )
    assert len(given(lans.address(names=names, subnet="large"))) == 253


def test_rule_69_rule_70_a_subnet_that_cannot_be_leaves_nothing(ledger: Ledger) -> None:
    """Not even a ledger; the place of a child stays with its parent."""
    wrong = [{"start": "10.0.9.1", "end": "10.0.9.9"}]
    ledger.refused(subnet.TASK, "pool_outside_subnet", name="lan", cidr="10.0.0.0/24", pools=wrong)
    assert ledger.content() is None
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.refused(subnet.TASK, "pool_outside_subnet", name="lan", cidr="10.0.0.0/24", pools=wrong)
    ledger.refused(subnet.TASK, "pool_outside_subnet", name="lan", parent="site", prefix_length=26, pools=wrong)
    assert ledger.rows("SELECT name FROM subnet") == [("site",)]
    ledger.check()


def test_rule_5_what_is_in_a_subnet_goes_with_it(lans: Ledger) -> None:
    """To remove one that is not there is fine, as everything else that is done already; the reference fails."""
    lans.subnet(name="large", hold_down="1h", pools=[{"name": "p", "start": "10.0.1.1", "end": "10.0.1.99"}])
    lans.address(names=["a", "b"], subnet="large")
    lans.address(name="b", state="absent")
    result = lans.subnet(name="large", state="absent", force=True)
    assert result["removed"] == {"subnets": ["large"], "addresses": ["10.0.1.1"]}
    for table in ("pool", "address", "hold", "extent"):
        assert lans.rows(f"SELECT count(*) FROM {table} WHERE subnet_id NOT IN (SELECT id FROM subnet)") == [(0,)]
    assert lans.subnet(name="large", state="absent")["changed"] is False
    lans.refused(address.TASK, "subnet_missing", name="a", subnet="large")
