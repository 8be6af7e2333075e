# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a subnet allows its children, with the numbers of the rules of OpenStack Neutron's subnet pools."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger

LIMITS = {"min_prefix_length": 24, "default_prefix_length": 26, "max_prefix_length": 28}


@pytest.fixture
def site(ledger: Ledger) -> Ledger:
    ledger.subnet(name="site", cidr="10.0.0.0/16", **LIMITS)
    return ledger


def test_rule_76_the_default_length_of_the_parent_is_taken(site: Ledger) -> None:
    made = site.subnet(name="kid", parent="site")["subnet"]
    assert made["cidr"] == "10.0.0.0/26"
    assert site.subnet(name="kid", parent="site")["changed"] is False
    site.check()


def test_rule_76_without_a_default_the_shortest_length_is_taken(site: Ledger) -> None:
    site.subnet(name="site", default_prefix_length=-1)
    assert site.subnet(name="kid", parent="site")["subnet"]["cidr"] == "10.0.0.0/24"


def test_rule_76_without_either_the_length_is_missed(site: Ledger) -> None:
    site.subnet(name="site", default_prefix_length=-1, min_prefix_length=-1)
    result = site.refused(subnet.TASK, "bad_request", name="kid", parent="site")
    assert result["msg"] == (
        "prefix_length: is missing, and parent 'site' (10.0.0.0/16) has neither default_prefix_length nor "
        "min_prefix_length to take its place."
    )
    assert result["option"] == "prefix_length"


BOUNDS: list[tuple[dict[str, int], str]] = [
    ({"min_prefix_length": 27}, "min_prefix_length"),  # above the default
    ({"max_prefix_length": 25}, "default_prefix_length"),
    ({"default_prefix_length": 23}, "min_prefix_length"),
    ({"default_prefix_length": 29}, "default_prefix_length"),
    ({"max_prefix_length": 33}, "max_prefix_length"),
    ({"min_prefix_length": -2}, "min_prefix_length"),
    ({"max_prefix_length": 129}, "max_prefix_length"),
    ({"default_prefix_length": -1, "max_prefix_length": 23}, "min_prefix_length"),
]


@pytest.mark.parametrize(("options", "named"), BOUNDS)
def test_rule_76_bounds_are_in_order(site: Ledger, options: dict[str, int], named: str) -> None:
    result = site.refused(subnet.TASK, "bad_request", name="site", **options)
    assert result["msg"].startswith(f"{named}:")


def test_rule_76_the_message_has_the_rule(site: Ledger) -> None:
    result = site.refused(subnet.TASK, "bad_request", name="site", max_prefix_length=33)
    assert result["msg"] == "max_prefix_length: 33 is longer than an IPv4 prefix, 32."
    assert site.subnet(name="site", max_prefix_length=32)["subnet"]["max_prefix_length"] == 32
    result = site.refused(subnet.TASK, "bad_request", name="site", min_prefix_length=27)
    assert result["msg"] == "min_prefix_length: 27 is longer than default_prefix_length, 26."
    assert result["option"] == "min_prefix_length"
    assert site.subnet(name="site", min_prefix_length=26)["subnet"]["min_prefix_length"] == 26


def test_rule_76_limits_are_shown_and_cleared(site: Ledger) -> None:
    site.subnet(name="site", quota=9)
    (shown,) = site.subnet_info(name="site")
    assert {**LIMITS, "quota": 9}.items() <= shown.items()
    cleared: dict[str, t.Any] = {**dict.fromkeys(LIMITS, -1), "quota": 0}
    assert site.subnet(name="site", **cleared)["changed"] is True
    assert site.subnet(name="site", **cleared)["changed"] is False
    (shown,) = site.subnet_info(name="site")
    assert [shown[key] for key in cleared] == [None] * 4


@pytest.mark.parametrize("length", [23, 29])
def test_rule_77_a_length_out_of_bounds_is_refused(site: Ledger, length: int) -> None:
    result = site.refused(subnet.TASK, "prefix_length_refused", name="kid", parent="site", prefix_length=length)
    assert (result["parent"], result["prefix_length"]) == ("site", length)
    assert f"/{24 if length == 23 else 28}" in result["msg"]
    site.refused(subnet.TASK, "prefix_length_refused", name="kid", cidr=f"10.0.64.0/{length}")


@pytest.mark.parametrize("length", [24, 28])
def test_rule_77_the_bounds_themselves_are_allowed(site: Ledger, length: int) -> None:
    assert site.subnet(name="kid", parent="site", prefix_length=length)["changed"] is True
    assert site.subnet(name="other", cidr=f"10.0.64.0/{length}")["changed"] is True


def test_what_is_there_may_break_a_new_limit(site: Ledger) -> None:
    site.subnet(name="kid", parent="site", prefix_length=24)
    site.subnet(name="site", min_prefix_length=26, quota=1)
    assert site.subnet(name="kid", parent="site", mtu=1400)["changed"] is True
    site.refused(subnet.TASK, "prefix_length_refused", name="new", parent="site", prefix_length=24)


def test_rule_81_a_quota_counts_ipv4_addresses(ledger: Ledger) -> None:
    """64 + 128 of 200: 8 are left."""
    ledger.subnet(name="site", cidr="10.0.0.0/16", quota=200)
    ledger.subnet(name="a", parent="site", prefix_length=26)
    ledger.subnet(name="b", cidr="10.0.9.0/25")
    result = ledger.refused(subnet.TASK, "quota_exceeded", name="c", parent="site", prefix_length=28)
    assert (result["parent"], result["used"], result["asked"], result["quota"]) == ("site", 192, 16, 200)
    assert result["msg"].startswith(
        "quota: a /28 would take 16 more addresses of subnet 'site' (10.0.0.0/16), whose children use 192 of a quota "
        "of 200. "
    )
    ledger.refused(subnet.TASK, "quota_exceeded", name="c", cidr="10.0.77.0/28")
    ledger.subnet(name="c", parent="site", prefix_length=29)
    ledger.refused(subnet.TASK, "quota_exceeded", name="d", parent="site", prefix_length=32)
    ledger.subnet(name="a", state="absent")
    ledger.subnet(name="d", parent="site", prefix_length=26)
    ledger.check()


def test_rule_81_a_quota_counts_64s_of_ipv6(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="2001:db8::/48", quota=2)
    ledger.subnet(name="a", parent="site", prefix_length=64)
    result = ledger.refused(subnet.TASK, "quota_exceeded", name="b", parent="site", prefix_length=63)
    assert (result["used"], result["asked"], result["quota"]) == (1, 2, 2)
    ledger.subnet(name="b", parent="site", prefix_length=64)
    ledger.refused(subnet.TASK, "quota_exceeded", name="c", parent="site", prefix_length=128)


def test_rule_81_longer_ipv6_prefixes_are_parts_of_a_64(ledger: Ledger) -> None:
    """Two halves are one; after these a single address is too much."""
    ledger.subnet(name="site", cidr="2001:db8::/48", quota=1)
    ledger.subnet(name="a", parent="site", prefix_length=65)
    result = ledger.refused(subnet.TASK, "quota_exceeded", name="b", parent="site", prefix_length=64)
    assert (result["used"], result["asked"]) == (0.5, 1)
    assert "a /64 would take 1 more networks of length 64 of" in result["msg"]
    assert "whose children use 0.5 of a quota of 1." in result["msg"]
    ledger.subnet(name="b", parent="site", prefix_length=65)
    ledger.refused(subnet.TASK, "quota_exceeded", name="c", parent="site", prefix_length=128)


def test_rule_81_d1_all_children_count_whoever_asked(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16", quota=64)
    ledger.subnet(name="a", parent="site", prefix_length=27, labels={"owner": "red"})
    ledger.subnet(name="b", parent="site", prefix_length=27, labels={"owner": "blue"})
    for owner in ("red", "blue", "green"):
        options = {"parent": "site", "prefix_length": 32, "labels": {"owner": owner}}
        ledger.refused(subnet.TASK, "quota_exceeded", name="c", **options)


def test_rule_81_only_direct_children_count(ledger: Ledger) -> None:
    """A new child between the parent and its children counts instead of these."""
    ledger.subnet(name="site", cidr="10.0.0.0/16", quota=256)
    ledger.subnet(name="inner", cidr="10.0.0.0/26")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.refused(subnet.TASK, "quota_exceeded", name="more", parent="site", prefix_length=32)
    ledger.subnet(name="more", parent="lan", prefix_length=32)
    ledger.check()


def test_d6_small_children_with_a_gateway(ledger: Ledger) -> None:
    """The reference fails for a /31 and puts the gateway of a /32 outside of it."""
    ledger.subnet(name="site", cidr="10.0.0.0/24")
    made = ledger.subnet(name="link", parent="site", prefix_length=31, gateway="first")["subnet"]
    assert (made["cidr"], made["gateway"], made["free"]) == ("10.0.0.0/31", "10.0.0.0", 1)
    made = ledger.subnet(name="loop", parent="site", prefix_length=32, gateway="first")["subnet"]
    assert (made["cidr"], made["gateway"], made["free"]) == ("10.0.0.2/32", "10.0.0.2", 1)
    ledger.check()


def test_d6_a_shortest_length_of_0_is_a_limit_like_others(ledger: Ledger) -> None:
    ledger.subnet(name="world", cidr="0.0.0.0/0", min_prefix_length=0)
    assert ledger.subnet_info()[0]["min_prefix_length"] == 0
    result = ledger.refused(subnet.TASK, "bad_request", name="kid", parent="world")
    assert "from 1 to 32" in result["msg"]
    assert ledger.subnet(name="kid", parent="world", prefix_length=1)["subnet"]["cidr"] == "0.0.0.0/1"


def test_d6_no_space_is_a_reason_of_its_own(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/30")
    ledger.address(name="web", subnet="site")
    ledger.subnet(name="kid", parent="site", prefix_length=31)
    ledger.refused(subnet.TASK, "parent_exhausted", name="more", parent="site", prefix_length=31)


def test_rule_79_the_smallest_fitting_block_the_lowest_among_equals(ledger: Ledger) -> None:
    """Children at .64/26 and .128/27 leave .0/26, .160/27, .192/26."""
    ledger.subnet(name="site", cidr="10.0.0.0/24")
    ledger.subnet(name="x", cidr="10.0.0.64/26")
    ledger.subnet(name="y", cidr="10.0.0.128/27")
    made = [ledger.subnet(name=f"kid{length}", parent="site", prefix_length=length) for length in (28, 27, 26)]
    assert [one["subnet"]["cidr"] for one in made] == ["10.0.0.160/28", "10.0.0.0/27", "10.0.0.192/26"]
    ledger.check()


@pytest.mark.parametrize("cidr", ["10.0.0.0/25", "10.0.0.32/27", "10.0.0.0/24"])
def test_rule_80_a_certain_child_may_not_overlap(ledger: Ledger, cidr: str) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="kid", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="kid", address="10.0.0.40")
    reason = "overlap" if cidr == "10.0.0.0/24" else "subnet_in_use"
    result = ledger.refused(subnet.TASK, reason, name="other", cidr=cidr)
    if reason == "overlap":
        assert result["msg"] == "10.0.0.0/24 is subnet 'kid' of VRF 'default' already."
        assert result["subnet"] == "kid"
    ledger.refused(subnet.TASK, "subnet_differs" if reason != "overlap" else reason, name="x", cidr=cidr, parent="site")


@pytest.mark.parametrize("taken", ["10.0.0.8", "10.0.0.9", "10.0.0.11"])
def test_a_parent_gives_nothing_inside_a_child(ledger: Ledger, taken: str) -> None:
    """Neither its network address nor a host's nor its broadcast address."""
    ledger.subnet(name="site", cidr="10.0.0.0/28")
    ledger.subnet(name="kid", cidr="10.0.0.8/30")
    ledger.refused(address.TASK, "address_in_child", name="web", subnet="site", address=taken)
    given = ledger.address(names=[f"h{number}" for number in range(10)], subnet="site")["addresses"]
    assert [one["address"] for one in given] == [f"10.0.0.{number}" for number in (1, 2, 3, 4, 5, 6, 7, 12, 13, 14)]
    ledger.refused(address.TASK, "pool_exhausted", name="more", subnet="site")
    ledger.check()
