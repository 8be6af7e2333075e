# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An IPv4 and an IPv6 address in one task, also with the same host part."""

from __future__ import annotations

import typing as t

import netaddr
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

BOTH = ["four", "six"]
DUAL: dict[str, t.Any] = {"subnet": BOTH, "dual_stack": True}
SAME: dict[str, t.Any] = {"subnet": BOTH, "same_host_part": True}


@pytest.fixture
def lan(ledger: Ledger) -> t.Iterator[Ledger]:
    ledger.subnet(name="four", cidr="10.0.0.0/24", gateway="10.0.0.1", tags=["office"])
    ledger.subnet(name="six", cidr="2001:db8::/64", tags=["office"])
    ledger.subnet(name="four2", cidr="10.0.2.0/30")
    ledger.subnet(name="six2", cidr="2001:db8:2::/126")
    yield ledger
    ledger.check()


def given(result: dict[str, t.Any]) -> list[str]:
    return [one["address"] for one in result["addresses"]]


def host_parts(result: dict[str, t.Any]) -> list[int]:
    """How far each address lies behind the first one of its subnet."""
    return [
        int(netaddr.IPAddress(one["address"])) - netaddr.IPNetwork(one["cidr"]).first for one in result["addresses"]
    ]


class TestDualStack:
    def test_one_of_each(self, lan: Ledger) -> None:
        predicted = lan.rehearse(address.TASK, name="a", **DUAL)
        made = lan.address(name="a", **DUAL)
        assert made == predicted
        assert given(made) == ["10.0.0.2", "2001:db8::1"]
        assert (made["ipv4"], made["ipv6"], made["address"]) == ("10.0.0.2", "2001:db8::1", "10.0.0.2")
        again = lan.address(name="a", **DUAL)
        assert (again["changed"], again["addresses"]) == (False, made["addresses"])
        assert (again["ipv4"], again["ipv6"]) == ("10.0.0.2", "2001:db8::1")

    def test_in_any_order_of_the_list(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", subnet=["six", "four"], dual_stack=True)) == ["10.0.0.2", "2001:db8::1"]

    def test_by_tags(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", subnet_tags=["office"], dual_stack=True)) == ["10.0.0.2", "2001:db8::1"]

    def test_what_is_held_stays_and_the_other_one_is_added(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="six", address="2001:db8::77")
        made = lan.address(name="a", **DUAL)
        assert (made["changed"], given(made)) == (True, ["10.0.0.2", "2001:db8::77"])
        assert made["diff"]["after"]["address"] == "10.0.0.2"

    def test_force_moves_one_of_them(self, lan: Ledger) -> None:
        lan.address(name="a", **DUAL)
        lan.refused(address.TASK, "address_differs", name="a", **DUAL, address="10.0.0.50")
        moved = lan.address(name="a", **DUAL, address="10.0.0.50", force=True)
        assert given(moved) == ["10.0.0.50", "2001:db8::1"]

    def test_all_or_nothing(self, lan: Ledger) -> None:
        lan.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::2")
        lan.address(names=["x", "y"], subnet="six")
        lan.refused(address.TASK, "pool_exhausted", name="a", **DUAL)
        lan.refused(address.TASK, "pool_exhausted", names=["a", "b"], **DUAL)
        assert lan.address_info(subnet="four")["addresses"] == []

    def test_each_family_spills_over_by_itself(self, lan: Ledger) -> None:
        wish = {"subnet": ["four2", "six2", "four", "six"], "dual_stack": True}
        made = lan.address(names=list("abcd"), **wish)
        assert given(made) == [
            "10.0.2.1", "10.0.2.2", "10.0.0.2", "10.0.0.3",
            "2001:db8:2::1", "2001:db8:2::2", "2001:db8:2::3", "2001:db8::1",
        ]  # fmt: skip
        assert lan.address(names=list("abcd"), **wish)["changed"] is False

    def test_a_certain_address_of_one(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", **DUAL, address="10.0.0.50")) == ["10.0.0.50", "2001:db8::1"]
        assert given(lan.address(name="b", **DUAL, address="2001:db8::50")) == ["10.0.0.2", "2001:db8::50"]
        lan.refused(address.TASK, "gateway_address", name="c", **DUAL, address="10.0.0.1")
        lan.refused(address.TASK, "address_outside_subnet", name="c", **DUAL, address="2001:db8:9::1")

    def test_a_strategy_of_ipv6_leaves_ipv4_to_the_pool(self, lan: Ledger) -> None:
        wish = {**DUAL, "strategy": "eui64", "mac": "34:56:78:9a:bc:de"}
        made = lan.address(name="a", **wish)
        assert given(made) == ["10.0.0.2", "2001:db8::3656:78ff:fe9a:bcde"]
        assert [one["mac"] for one in made["addresses"]] == ["34:56:78:9a:bc:de"] * 2
        assert lan.address(name="a", **wish)["changed"] is False

    def test_other_strategies_are_for_both(self, lan: Ledger) -> None:
        made = lan.address(name="a", **DUAL, strategy="highest")
        assert given(made) == ["10.0.0.254", "2001:db8::ffff:ffff:ffff:ffff"]

    def test_counts(self, lan: Ledger) -> None:
        made = lan.address(name="a", **DUAL, count=2)
        assert given(made) == ["10.0.0.2", "10.0.0.3", "2001:db8::1", "2001:db8::2"]
        assert (made["ipv4"], made["ipv6"]) == ("10.0.0.2", "2001:db8::1")
        assert lan.address(name="a", **DUAL, count=2)["changed"] is False

    def test_both_are_freed(self, lan: Ledger) -> None:
        lan.address(name="a", **DUAL)
        assert given(lan.address(name="a", state="absent", **DUAL)) == ["10.0.0.2", "2001:db8::1"]

    def test_partial_takes_both_or_none(self, lan: Ledger) -> None:
        lan.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::2")
        made = lan.address(names=list("abc"), **DUAL, partial=True)
        assert sorted(given(made)) == ["10.0.0.2", "10.0.0.3", "2001:db8::1", "2001:db8::2"]
        assert [one["name"] for one in made["failures"]] == ["c"]

    @pytest.mark.parametrize("option", ["dual_stack", "same_host_part"])
    @pytest.mark.parametrize("wish", [
        {"subnet": ["four"]}, {"subnet": ["six", "six2"]}, {}, {"address": "10.0.0.50"}, {"subnet": BOTH, "version": 4},
    ])  # fmt: skip
    def test_what_lacks_a_family(self, lan: Ledger, option: str, wish: dict[str, t.Any]) -> None:
        lan.refused(address.TASK, "bad_request", name="a", **wish, **{option: True})

    @pytest.mark.parametrize("option", ["dual_stack", "same_host_part"])
    def test_ipv4_comes_first_for_many_names_too(self, lan: Ledger, option: str) -> None:
        made = lan.address(names=["a", "b"], subnet=BOTH, **{option: True})
        assert [(one["version"], one["name"]) for one in made["addresses"]] == [
            (4, "a"), (4, "b"), (6, "a"), (6, "b"),
        ]  # fmt: skip


class TestSameHostPart:
    def test_the_lowest_that_both_have(self, lan: Ledger) -> None:
        lan.address(name="x", subnet="four", address="10.0.0.2")
        lan.address(name="y", subnet="six", address="2001:db8::3")
        predicted = lan.rehearse(address.TASK, name="a", **SAME)
        made = lan.address(name="a", **SAME)
        assert made == predicted
        assert given(made) == ["10.0.0.4", "2001:db8::4"]
        assert (made["ipv4"], made["ipv6"]) == ("10.0.0.4", "2001:db8::4")
        again = lan.address(name="a", **SAME)
        assert (again["changed"], again["addresses"]) == (False, made["addresses"])

    def test_it_is_a_distance_and_no_text(self, lan: Ledger) -> None:
        """As in the documentation: .26 of 10.20.0.0/24 is ::1a."""
        lan.subnet(name="ten", cidr="10.20.0.0/24")
        lan.subnet(name="ten6", cidr="2001:db8:20::/64")
        wish = {"subnet": ["ten", "ten6"], "same_host_part": True, "address": "10.20.0.26"}
        assert given(lan.address(name="a", **wish)) == ["10.20.0.26", "2001:db8:20::1a"]

    @pytest.mark.parametrize(
        ("first", "cidr", "address4", "address6"),
        [
            ("10.0.4.128/25", "2001:db8:4::/64", "10.0.4.129", "2001:db8:4::1"),
            ("10.0.4.128/25", "2001:db8:4::8000/113", "10.0.4.129", "2001:db8:4::8001"),
            ("10.0.4.0/31", "2001:db8:4::/127", "10.0.4.0", "2001:db8:4::"),
            ("10.0.4.0/30", "2001:db8:4::/127", "10.0.4.1", "2001:db8:4::1"),
        ],
    )
    def test_networks_of_any_size(self, lan: Ledger, first: str, cidr: str, address4: str, address6: str) -> None:
        lan.subnet(name="x", cidr=first)
        lan.subnet(name="x6", cidr=cidr)
        wish = {"subnet": ["x", "x6"], "same_host_part": True}
        assert given(lan.address(name="a", **wish)) == [address4, address6]

    def test_the_one_that_is_held_decides(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="six", address="2001:db8::77")
        made = lan.address(name="a", **SAME)
        assert (made["changed"], given(made)) == (True, ["10.0.0.119", "2001:db8::77"])
        lan.address(name="b", subnet="four", address="10.0.0.33")
        assert given(lan.address(name="b", **SAME)) == ["10.0.0.33", "2001:db8::21"]

    def test_the_one_that_goes_with_it_cannot_be_had(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="six", address="2001:db8::1")
        lan.refused(address.TASK, "gateway_address", name="a", **SAME)
        lan.address(name="b", subnet="four", address="10.0.0.33")
        lan.address(name="x", subnet="six", address="2001:db8::21")
        lan.refused(address.TASK, "address_conflict", name="b", **SAME)
        lan.address(name="c", subnet="six", address="2001:db8::1:0")
        lan.refused(address.TASK, "address_outside_subnet", name="c", **SAME)

    def test_both_held_with_other_host_parts_stay(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="four", address="10.0.0.9")
        lan.address(name="a", subnet="six", address="2001:db8::7")
        again = lan.address(name="a", **SAME)
        assert (again["changed"], given(again)) == (False, ["10.0.0.9", "2001:db8::7"])

    def test_a_certain_address_decides(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", **SAME, address="2001:db8::77")) == ["10.0.0.119", "2001:db8::77"]
        assert given(lan.address(name="b", **SAME, address="10.0.0.33")) == ["10.0.0.33", "2001:db8::21"]
        assert lan.address(name="b", **SAME, address="10.0.0.33")["changed"] is False

    def test_another_one_has_the_same_host_part_too(self, lan: Ledger) -> None:
        lan.address(name="x", subnet="four", address="10.0.0.33")
        made = lan.address(name="a", **SAME, address="10.0.0.33", fallback="next")
        assert host_parts(made)[0] == host_parts(made)[1]

    def test_the_one_that_is_held_decides_with_fallback_too(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="four", address="10.0.0.33")
        lan.address(name="x", subnet="six", address="2001:db8::21")
        lan.refused(address.TASK, "address_conflict", name="a", **SAME, fallback="next")

    @pytest.mark.parametrize("strategy", ["eui64", "stable"])
    def test_a_strategy_that_names_an_address_contradicts_it(self, lan: Ledger, strategy: str) -> None:
        """Such an address has no counterpart in an IPv4 subnet; it is not ignored without a word."""
        wish = {**SAME, "strategy": strategy, "mac": "34:56:78:9a:bc:de", "secret_key": "0123456789abcdef"}
        result = lan.run(address.TASK, name="a", **wish)
        assert (result.get("failed"), result.get("reason")) in ((True, "bad_request"), (True, "address_outside_subnet"))

    def test_highest(self, lan: Ledger) -> None:
        made = lan.address(name="a", **SAME, strategy="highest")
        assert given(made) == ["10.0.0.254", "2001:db8::fe"]

    def test_random(self, lan: Ledger) -> None:
        """Any of the 253 that both have free; ten draws of one and the same would be no accident."""
        drawn = [lan.rehearse(address.TASK, name="a", **SAME, strategy="random") for _ in range(10)]
        assert all(host_parts(one)[0] == host_parts(one)[1] for one in drawn)
        assert all(2 <= host_parts(one)[0] <= 254 for one in drawn)
        assert len({host_parts(one)[0] for one in drawn}) > 1

    def test_random_from_ranges_that_are_apart(self, lan: Ledger) -> None:
        """Two host parts are left. That forty draws miss one of them happens once in 2**39 times."""
        lan.pool(subnet="four", name="default", start="10.0.0.2", end="10.0.0.4")
        lan.address(name="between", subnet="four", address="10.0.0.3")
        drawn = [lan.rehearse(address.TASK, name="a", **SAME, strategy="random") for _ in range(40)]
        assert {tuple(host_parts(one)) for one in drawn} == {(2, 2), (4, 4)}

    @pytest.mark.parametrize("way", ["request", "pool"])
    def test_rotate_goes_on_behind_the_last_one(self, lan: Ledger, columns: t.Any, way: str) -> None:
        wish: dict[str, t.Any] = {**SAME, "strategy": "rotate"} if way == "request" else SAME
        if way == "pool":
            for subnet in BOTH:
                columns.subnet(subnet, strategy="rotate")
        assert host_parts(lan.address(name="a", **wish)) == [2, 2]
        lan.address(name="a", state="absent")
        assert host_parts(lan.address(name="b", **wish)) == [3, 3]

    def test_pools_on_both_sides(self, lan: Ledger) -> None:
        lan.pool(subnet="four", name="default", start="10.0.0.2", end="10.0.0.99")
        lan.pool(subnet="four", name="high", start="10.0.0.100", end="10.0.0.109")
        lan.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::3f")
        lan.pool(subnet="six", name="high", start="2001:db8::69", end="2001:db8::ff")
        assert host_parts(lan.address(name="a", **SAME, pool="high")) == [105, 105]
        assert host_parts(lan.address(name="b", **SAME)) == [2, 2]

    def test_subnets_without_the_pool_are_passed_over(self, lan: Ledger) -> None:
        lan.pool(subnet="four", name="default", start="10.0.0.2", end="10.0.0.99")
        lan.pool(subnet="four", name="high", start="10.0.0.100", end="10.0.0.109")
        lan.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::3f")
        lan.pool(subnet="six", name="high", start="2001:db8::69", end="2001:db8::ff")
        made = lan.address(name="a", subnet=["four2", "four", "six2", "six"], same_host_part=True, pool="high")
        assert given(made) == ["10.0.0.105", "2001:db8::69"]

    def test_no_host_part_is_free_in_both(self, lan: Ledger) -> None:
        lan.pool(subnet="six", name="default", start="2001:db8::1000", end="2001:db8::1fff")
        result = lan.refused(address.TASK, "pool_exhausted", name="a", **SAME)
        assert "host part" in result["msg"]
        assert host_parts(lan.address(name="a", subnet=[*BOTH, "six2"], same_host_part=True)) == [2, 2]

    def test_many(self, lan: Ledger) -> None:
        lan.address(name="x", subnet="six", address="2001:db8::3")
        made = lan.address(names=list("abc"), **SAME)
        assert sorted(host_parts(made)) == [2, 2, 4, 4, 5, 5]
        assert lan.address(names=list("abc"), **SAME)["changed"] is False

    def test_rule_63_certain_addresses_first(self, lan: Ledger) -> None:
        """What any would take is left for the one that names it."""
        wishes = [{"name": "a"}, {"name": "b", "address": "10.0.0.2"}]
        made = lan.address(addresses=wishes, **SAME)
        assert {one["name"]: one["address"] for one in made["addresses"] if one["version"] == 4} == {
            "a": "10.0.0.3", "b": "10.0.0.2",
        }  # fmt: skip

    @pytest.mark.parametrize("option", ["dual_stack", "same_host_part"])
    def test_the_same_key_twice(self, lan: Ledger, option: str) -> None:
        wishes = [{"name": "a"}, {"name": "a"}]
        lan.refused(address.TASK, "bad_request", addresses=wishes, subnet=BOTH, **{option: True})

    def test_a_later_failure_undoes_the_earlier_ones(self, lan: Ledger) -> None:
        wishes = [{"name": "a"}, {"name": "b", "address": "10.0.0.1"}]
        lan.refused(address.TASK, "gateway_address", addresses=wishes, **SAME)


class TestHolds:
    @pytest.fixture
    def held(self, lan: Ledger, clock: t.Any) -> Ledger:
        for subnet in BOTH:
            lan.subnet(name=subnet, hold_down="1h")
        return lan

    @pytest.mark.parametrize("wish", [DUAL, SAME])
    def test_both_come_back(self, held: Ledger, wish: dict[str, t.Any]) -> None:
        held.address(name="x", **wish)
        first = given(held.address(name="a", **wish))
        held.address(names=["a", "x"], state="absent")
        assert given(held.address(name="a", **wish)) == first
        assert held.address(name="new", **wish)["address"] == "10.0.0.4"

    def test_not_from_another_pool(self, held: Ledger) -> None:
        held.pool(subnet="four", name="default", start="10.0.0.2", end="10.0.0.99")
        held.pool(subnet="four", name="high", start="10.0.0.100", end="10.0.0.109")
        held.pool(subnet="six", name="high", start="2001:db8::1", end="2001:db8::ffff", force=True)
        held.pool(subnet="six", name="default", state="absent", force=True)
        held.pool(subnet="six", name="high", start="2001:db8::1", end="2001:db8::ffff")
        assert host_parts(held.address(name="a", **SAME, address="10.0.0.50")) == [50, 50]
        held.address(name="a", state="absent")
        assert host_parts(held.address(name="a", **SAME, pool="high")) == [100, 100]

    def test_the_hold_of_one_side_alone(self, held: Ledger) -> None:
        """Only the IPv6 one waits; the IPv4 one that goes with it is free."""
        held.subnet(name="four", hold_down="0")
        held.address(name="x", **SAME)
        first = given(held.address(name="a", **SAME))
        held.address(name="a", state="absent")
        held.address(name="x", state="absent")
        assert given(held.address(name="a", **SAME)) == first

    def test_ended_ones_are_free_however_many(self, held: Ledger, clock: t.Any) -> None:
        """More than one task frees on its way, and those that ended last are the ones asked for."""
        held.pool(subnet="four", name="default", start="10.0.0.2", end="10.0.0.149")
        held.pool(subnet="four", name="high", start="10.0.0.150", end="10.0.0.159")
        held.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::ff", force=True)
        held.pool(subnet="six", name="high", start="2001:db8::100", end="2001:db8::fff")
        held.pool(subnet="six", name="default", start="2001:db8::1", end="2001:db8::7f")
        held.pool(subnet="six", name="high", start="2001:db8::80", end="2001:db8::fff")
        held.address(name="low", subnet="four", pool="default", count=148)
        held.address(name="low", state="absent")
        clock.now += 1
        held.address(name="high", subnet="four", pool="high", count=10)
        held.address(name="high", state="absent")
        clock.now += 3600
        assert host_parts(held.address(name="a", **SAME, pool="high")) == [150, 150]
