# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools and gateways: the numbered rules of OpenStack Neutron's IPAM and what it does wrong."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool, subnet
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

Span = tuple[str, str]


def bounds(result: Result) -> list[Span]:
    return [(one["start"], one["end"]) for one in result["subnet"]["pools"]]


# Rules 16 to 23: what is generated

GENERATED: list[tuple[str, str, str, list[Span]]] = [
    ("rule_16", "10.0.0.0/24", "", [("10.0.0.1", "10.0.0.254")]),
    ("rule_16", "10.0.0.0/30", "", [("10.0.0.1", "10.0.0.2")]),
    ("rule_17", "10.0.0.0/31", "", [("10.0.0.0", "10.0.0.1")]),
    ("rule_18", "10.0.0.7/32", "10.0.0.7", [("10.0.0.7", "10.0.0.7")]),
    ("rule_18", "2001:db8::7/128", "2001:db8::7", [("2001:db8::7", "2001:db8::7")]),
    ("rule_19", "2001:db8::/126", "", [("2001:db8::1", "2001:db8::3")]),
    ("rule_19_d5", "2001:db8::/127", "", [("2001:db8::", "2001:db8::1")]),
    ("rule_19_d5", "2001:db8::/127", "2001:db8::1", [("2001:db8::", "2001:db8::")]),
    ("rule_20", "10.0.0.0/24", "10.0.0.77", [("10.0.0.1", "10.0.0.76"), ("10.0.0.78", "10.0.0.254")]),
    ("rule_21", "10.0.0.0/24", "10.0.0.1", [("10.0.0.2", "10.0.0.254")]),
    ("rule_21", "10.0.0.0/24", "10.0.0.254", [("10.0.0.1", "10.0.0.253")]),
    ("rule_22", "10.0.0.0/24", "10.9.9.9", [("10.0.0.1", "10.0.0.254")]),
    ("rule_22", "2001:db8::/126", "2001:db8::", [("2001:db8::1", "2001:db8::3")]),
    ("rule_23", "::/64", "", [("::1", "::ffff:ffff:ffff:ffff")]),
    ("rule_24", "10.0.0.99/24", "", [("10.0.0.1", "10.0.0.254")]),
]


@pytest.mark.parametrize(
    ("cidr", "gateway", "pools"),
    [case[1:] for case in GENERATED],
    ids=[f"{case[0]}-{case[1]}-{case[2]}" for case in GENERATED],
)
def test_generated_pools(ledger: Ledger, cidr: str, gateway: str, pools: list[Span]) -> None:
    assert bounds(ledger.subnet(cidr=cidr, gateway=gateway)) == pools
    again = [{"start": start, "end": end} for start, end in pools]
    assert bounds(ledger.subnet(cidr=cidr, pools=again)) == pools  # d5: what is generated may be sent back
    ledger.check()


# Rule 25: first and last

ENDS: list[tuple[str, str, str]] = [
    ("10.0.0.0/24", "10.0.0.1", "10.0.0.254"),
    ("10.0.0.0/30", "10.0.0.1", "10.0.0.2"),
    ("10.0.0.0/31", "10.0.0.0", "10.0.0.1"),
    ("10.0.0.7/32", "10.0.0.7", "10.0.0.7"),
    ("2001:db8::/64", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
    ("2001:db8::/127", "2001:db8::", "2001:db8::1"),
]


@pytest.mark.parametrize(("cidr", "first", "last"), ENDS)
def test_rule_25_the_gateway_may_be_the_first_or_last_host(ledger: Ledger, cidr: str, first: str, last: str) -> None:
    for word, gateway in (("first", first), ("last", last)):
        assert ledger.subnet(cidr=cidr, gateway=word)["subnet"]["gateway"] == gateway
        assert ledger.subnet(cidr=cidr, gateway=word)["changed"] is False
        assert ledger.subnet(cidr=cidr, gateway=gateway)["changed"] is False
        ledger.check()


def test_rule_25_of_a_child_that_is_carved_out(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    for name, gateway in (("a", "10.0.0.1"), ("b", "10.0.0.65")):
        made = ledger.subnet(name=name, parent="site", prefix_length=26, gateway="first")["subnet"]
        assert made["gateway"] == gateway


def test_rule_25_no_other_word_is_an_address(ledger: Ledger) -> None:
    for word in ("First", "second", "none"):
        ledger.refused(subnet.TASK, "bad_request", cidr="10.0.0.0/24", gateway=word)


def test_rule_25_the_first_host_is_not_taken_from_its_holder(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="lan")
    assert ledger.refused(subnet.TASK, "address_conflict", name="lan", gateway="first")["holder"] == "web"


@pytest.mark.parametrize("gateway", ["10.0.0.0", "10.0.0.255"])
def test_rule_10_no_edge_of_ipv4_is_a_gateway(ledger: Ledger, gateway: str) -> None:
    ledger.refused(subnet.TASK, "bad_request", cidr="10.0.0.0/24", gateway=gateway)


@pytest.mark.parametrize(("cidr", "gateway"), [("10.0.0.0/24", "2001:db8::1"), ("2001:db8::/64", "10.0.0.1")])
def test_d15_rule_8_the_gateway_is_of_the_version_of_the_subnet(ledger: Ledger, cidr: str, gateway: str) -> None:
    """With pools and without, when the subnet is made and later."""
    more: list[dict[str, t.Any]] = [{}, {"pools": []}]
    for also in more:
        result = ledger.refused(subnet.TASK, "version_mismatch", cidr=cidr, gateway=gateway, **also)
        assert "gateway" in result["msg"]
    ledger.subnet(cidr=cidr)
    ledger.refused(subnet.TASK, "version_mismatch", cidr=cidr, gateway=gateway)


# Rules 26 to 33: what cannot be, each with its own reason

REFUSED: list[tuple[str, list[tuple[str, str]], str, list[str]]] = [
    ("rule_26", [("10.0.0.9", "10.0.0.2")], "bad_request", ["10.0.0.9"]),
    ("rule_26", [("10.0.0", "10.0.0.2")], "bad_request", ["pools[0].start"]),
    ("rule_28", [("2001:db8::1", "2001:db8::9")], "version_mismatch", ["start", "IPv6", "10.0.0.0/24"]),
    ("rule_28", [("10.0.0.2", "2001:db8::9")], "version_mismatch", ["end", "IPv6"]),
    ("rule_28", [("10.0.0.2", "10.0.0.9"), ("::1", "::2")], "version_mismatch", ["IPv6"]),
    ("rule_29", [("10.0.1.2", "10.0.1.9")], "pool_outside_subnet", ["10.0.1.2-10.0.1.9", "10.0.0.0/24"]),
    ("rule_30", [("10.0.0.2", "10.0.0.9"), ("10.0.0.9", "10.0.0.12")], "pool_overlap", ["10.0.0.2-10.0.0.9"]),
    ("rule_31", [("10.0.0.0", "10.0.0.9")], "pool_outside_subnet", ["10.0.0.1-10.0.0.254"]),
    ("rule_31", [("10.0.0.200", "10.0.0.255")], "pool_outside_subnet", ["10.0.0.1-10.0.0.254"]),
    ("rule_32", [("10.0.0.1", "10.0.0.9")], "gateway_in_pool", ["10.0.0.1-10.0.0.9", "10.0.0.1,"]),
]


@pytest.mark.parametrize(
    ("pools", "reason", "words"), [case[1:] for case in REFUSED], ids=[f"{case[0]}-{case[1]}" for case in REFUSED]
)
def test_pools_that_cannot_be(ledger: Ledger, pools: list[Span], reason: str, words: list[str]) -> None:
    wish: dict[str, t.Any] = {"pools": [{"start": start, "end": end} for start, end in pools]}
    ledger.refused(subnet.TASK, reason, name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", **wish)
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    result = ledger.refused(subnet.TASK, reason, name="lan", **wish)
    assert [word for word in words if word not in result["msg"]] == []


def bare(cidr: str) -> Subnet:
    return Subnet(id=1, vrf_id=1, vrf="default", parent_id=0, name="lan", network=parse_network(cidr, "cidr"))


def test_rule_28_an_ipv4_mapped_bound_is_of_the_version_of_the_subnet() -> None:
    read = pools.parse_pool(bare("::/64"), "::ffff:10.0.0.1", "::ffff:10.0.0.9")
    assert read.span == Range(0xFFFF_0A00_0001, 0xFFFF_0A00_0009)


def test_a_pool_without_a_name_is_called_after_its_range() -> None:
    assert pools.parse_pool(bare("10.0.0.0/24"), "10.0.0.1", "10.0.0.9").name == "10.0.0.1-10.0.0.9"


def test_of_clipped_pools_the_usable_addresses_are_left() -> None:
    """10.0.0.127 is the broadcast address. A pool called after its range is called after what is left."""
    first = 0x0A00_0000
    span, left = Range(first + 100, first + 200), Range(first + 100, first + 126)
    present = [Pool("10.0.0.100-10.0.0.200", span), Pool("p", span), Pool("far", Range(first + 127, first + 210))]
    assert pools.clipped(bare("10.0.0.0/25"), present) == [Pool("10.0.0.100-10.0.0.126", left), Pool("p", left)]


def test_two_pools_of_one_name(ledger: Ledger) -> None:
    wish = [{"name": "p", "start": f"10.0.0.{number}", "end": f"10.0.0.{number}"} for number in (2, 9)]
    result = ledger.refused(subnet.TASK, "bad_request", cidr="10.0.0.0/24", pools=wish)
    assert (result["msg"], result["option"]) == ("pools: 'p' names two pools.", "pools")


BOUNDS: list[tuple[tuple[str, str, str], str, str]] = [
    (("10.0.0.9", "10.0.0.2", ""), "end", "end: '10.0.0.2' comes before the start of the pool, 10.0.0.9."),
    (("10.0.0", "10.0.0.2", ""), "start", "start: '10.0.0' "),
    (("10.0.0.1", "x", ""), "end", "end: 'x' "),
    (("10.0.0.1", "10.0.0.2", "x" * 300), "pools.name", "pools.name: "),
    (
        ("10.0.0.1", "::9", ""),
        "end",
        "end: '::9' is IPv6, and subnet 'lan' (10.0.0.0/24) is IPv4. Give both bounds of a pool in that version.",
    ),
]


@pytest.mark.parametrize(("texts", "option", "message"), BOUNDS)
def test_what_is_wrong_with_a_pool_is_said_with_the_option(
    texts: tuple[str, str, str], option: str, message: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        pools.parse_pool(bare("10.0.0.0/24"), *texts)
    assert caught.value.message.startswith(message)
    assert caught.value.details["option"] == option


def test_rule_8_adjacent_pools_stay_two(ledger: Ledger) -> None:
    pools = [{"start": "10.0.0.2", "end": "10.0.0.9"}, {"start": "10.0.0.10", "end": "10.0.0.19"}]
    assert len(bounds(ledger.subnet(cidr="10.0.0.0/24", pools=pools))) == 2


def test_rule_27_pools_are_read_where_the_parent_chose_the_cidr(ledger: Ledger) -> None:
    """The reference refuses pools with a subnet out of a pool; here they only have to fit."""
    ledger.subnet(name="site", cidr="10.0.0.0/24")
    wish = {"name": "kid", "parent": "site", "prefix_length": 26}
    ledger.refused(subnet.TASK, "pool_outside_subnet", **wish, pools=[{"start": "10.0.0.70", "end": "10.0.0.79"}])
    assert len(bounds(ledger.subnet(**wish, pools=[{"start": "10.0.0.7", "end": "10.0.0.9"}]))) == 1


def test_rule_32_the_pools_given_count_and_not_those_there(ledger: Ledger) -> None:
    low = [{"name": "p", "start": "10.0.0.2", "end": "10.0.0.9"}]
    high = [{"name": "p", "start": "10.0.0.12", "end": "10.0.0.19"}]
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", pools=low)
    ledger.refused(subnet.TASK, "gateway_in_pool", name="lan", gateway="10.0.0.5")
    assert ledger.subnet(name="lan", gateway="10.0.0.5", pools=high)["changed"] is True
    ledger.refused(subnet.TASK, "gateway_in_pool", name="lan", gateway="10.0.0.15")


# Rules 13, 35 and 36: none at all, and the same ones


def test_rule_8_rule_13_no_pools_from_the_start(ledger: Ledger) -> None:
    """The reference generates pools there, and empties them only when the subnet is changed."""
    assert bounds(ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=[])) == []
    ledger.refused(address.TASK, "pool_missing", name="web", subnet="lan")
    assert ledger.address(name="web", subnet="lan", address="10.0.0.9")["changed"] is True


def test_rule_35_no_pools_stay_none_whatever_else_changes(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert bounds(ledger.subnet(name="lan", pools=[])) == []
    changes: list[dict[str, t.Any]] = [{"gateway": "first"}, {"gateway": ""}, {"cidr": "10.0.0.0/23"}, {"mtu": 1400}]
    for change in changes:
        assert bounds(ledger.subnet(name="lan", **change)) == []
    assert ledger.subnet(name="lan", pools=[])["changed"] is False


THREE = [{"start": f"10.0.0.{first}", "end": f"10.0.0.{first + 5}", "name": f"p{first}"} for first in (10, 20, 30)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_rule_36_d13_pools_are_a_set_of_values(ledger: Ledger, order: tuple[int, ...]) -> None:
    """In whatever order and spelling, they are the same, and used by address."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=THREE)
    before = ledger.content()
    spelled = [{**THREE[number], "start": f"::ffff:{THREE[number]['start']}"} for number in order]
    result = ledger.subnet(name="lan", pools=spelled)
    assert (result["changed"], [one["name"] for one in result["subnet"]["pools"]]) == (False, ["p10", "p20", "p30"])
    assert ledger.content() == before


def test_rule_37_d11_who_would_be_left_outside_is_named(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="lan")
    result = ledger.refused(subnet.TASK, "shrink_in_use", name="lan", pools=THREE)
    assert result["stranded"] == [{"address": "10.0.0.1", "name": "web"}]


def test_rule_37_whose_time_is_over_is_not_left_outside(ledger: Ledger, clock: Clock) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="lan", lease="60")
    assert "10.0.0.1 (web)" in ledger.refused(subnet.TASK, "shrink_in_use", name="lan", pools=THREE)["msg"]
    clock.now += 60
    assert ledger.subnet(name="lan", pools=THREE)["changed"] is True


def test_rule_4_d10_a_subnet_is_made_once(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is False
    ledger.refused(subnet.TASK, "overlap", name="again", cidr="10.0.0.0/24")
    assert ledger.rows("SELECT count(*) FROM subnet") == [(1,)]


def test_rule_39_the_cidr_changes_and_the_pools_follow(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="first")
    assert bounds(ledger.subnet(name="lan", cidr="10.0.0.0/25", gateway="first")) == [("10.0.0.2", "10.0.0.126")]


def test_rule_82_host_bits_are_cut_and_half_a_request_is_none(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.7.9/16")
    assert ledger.subnet_info()[0]["cidr"] == "10.0.0.0/16"
    ledger.refused(subnet.TASK, "bad_request", name="kid", parent="site")
    ledger.refused(subnet.TASK, "subnet_missing", name="kid", prefix_length=24)


def test_rule_84_a_parent_with_children_is_not_removed(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="kid", parent="site", prefix_length=24)
    assert ledger.refused(subnet.TASK, "subnet_in_use", name="site", state="absent")["children"] == ["kid"]


def test_rule_87_a_subnet_is_made_around_others_or_beside_them(ledger: Ledger) -> None:
    ledger.subnet(name="kid", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="kid", address="10.0.0.5")
    ledger.refused(subnet.TASK, "subnet_in_use", name="over", cidr="10.0.0.0/25")
    assert ledger.subnet(name="around", cidr="10.0.0.0/16")["subnet"]["children"] == ["kid"]


def test_rule_88_the_same_gateway_again_is_no_change(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.address(name="web", subnet="lan")
    assert ledger.subnet(name="lan", gateway="10.0.0.1")["changed"] is False


# How addresses are given out of a pool


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", strategy="highest", hold_down="1h")
    return ledger


def own(ledger: Ledger) -> dict[str, tuple[str | None, int | None]]:
    return {one["name"]: (one["strategy"], one["hold_down"]) for one in ledger.subnet_info()[0]["pools"]}


def test_the_subnet_has_a_strategy(lan: Ledger) -> None:
    assert lan.subnet_info()[0]["strategy"] == "highest"
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.254"
    assert lan.subnet(name="lan", strategy="lowest")["changed"] is True
    assert lan.subnet(name="lan", strategy="lowest")["changed"] is False
    assert lan.address(name="db", subnet="lan")["address"] == "10.0.0.1"


def test_a_pool_has_its_own_until_it_is_cleared(lan: Ledger) -> None:
    made = lan.pool(subnet="lan", name="p", start="10.0.0.10", size=10, strategy="lowest", hold_down="0")["pool"]
    assert (made["strategy"], made["hold_down"]) == ("lowest", 0)
    assert lan.pool(subnet="lan", name="p", start="10.0.0.10", size=10)["changed"] is False  # left out, it stays
    assert lan.pool(subnet="lan", name="p", start="10.0.0.10", size=11)["pool"]["strategy"] == "lowest"
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.10"
    lan.address(name="web", state="absent")
    assert lan.rows("SELECT * FROM hold") == []
    result = lan.pool(subnet="lan", name="p", strategy="", hold_down="")
    assert (result["changed"], result["pool"]["strategy"], result["pool"]["hold_down"]) == (True, None, None)
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.20"
    lan.check()


def test_without_bounds_only_its_use_changes(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="p", start="10.0.0.10", size=10)
    for wish in ({"strategy": "rotate"}, {"hold_down": "2h"}):
        predicted = lan.rehearse(pool.TASK, subnet="lan", name="p", **wish)
        result = lan.pool(subnet="lan", name="p", **wish)
        assert result == predicted
        assert (result["changed"], result["pool"]["start"], result["pool"]["end"]) == (True, "10.0.0.10", "10.0.0.19")
        assert lan.pool(subnet="lan", name="p", **wish)["changed"] is False
    assert own(lan) == {"p": ("rotate", 7200)}
    assert lan.rows("SELECT count(*) FROM history WHERE object = 'subnet'") == [(4,)]


def test_a_generated_pool_stays_generated(lan: Ledger) -> None:
    """What is said of it holds for the pool that has its name when pools follow gateway and CIDR."""
    lan.pool(subnet="lan", strategy="rotate")
    lan.subnet(name="lan", gateway="10.0.0.100")
    assert own(lan) == {"default": ("rotate", None), "default-2": (None, None)}
    lan.pool(subnet="lan", name="default-2", hold_down="60")
    result = lan.subnet(name="lan", cidr="10.0.0.0/23")
    assert bounds(result) == [("10.0.0.1", "10.0.0.99"), ("10.0.0.101", "10.0.1.254")]
    assert own(lan) == {"default": ("rotate", None), "default-2": (None, 60)}
    lan.subnet(name="lan", gateway="first")
    assert own(lan) == {"default": ("rotate", None)}
    lan.check()


def test_in_the_list_of_a_subnet(lan: Ledger) -> None:
    entry = {"name": "p", "start": "10.0.0.10", "end": "10.0.0.19"}
    lan.subnet(name="lan", pools=[{**entry, "strategy": "random", "hold_down": "1m"}])
    assert own(lan) == {"p": ("random", 60)}
    assert lan.subnet(name="lan", pools=[entry])["changed"] is False  # left out, it stays
    assert lan.subnet(name="lan", pools=[{**entry, "strategy": ""}])["changed"] is True
    assert own(lan) == {"p": (None, 60)}
    lan.subnet(name="lan", pools=[{**entry, "name": "q"}])
    assert own(lan) == {"q": (None, None)}


WRONG: list[dict[str, t.Any]] = [
    {"strategy": "fastest"},
    {"strategy": "eui64"},
    {"hold_down": "soon"},
    {"strategy": "lowest", "end": "10.0.0.9"},
    {"strategy": "lowest", "size": 9},
    {},
]


@pytest.mark.parametrize("options", WRONG)
def test_what_says_nothing_about_a_pool(lan: Ledger, options: dict[str, t.Any]) -> None:
    result = lan.refused(pool.TASK, "bad_request", subnet="lan", **options)
    if options.get("strategy") == "fastest":
        assert result["msg"] == "strategy: 'fastest' is not one of lowest, highest, random, rotate."


@pytest.mark.parametrize("options", [{"strategy": "fastest"}, {"hold_down": "soon"}])
def test_wrong_use_of_a_pool_in_a_list_is_said_with_its_place(lan: Ledger, options: dict[str, str]) -> None:
    entry = {"name": "p", "start": "10.0.0.10", "end": "10.0.0.19", **options}
    assert lan.refused(subnet.TASK, "bad_request", name="lan", pools=[entry])["msg"].startswith("pools[0].")


def test_a_pool_that_is_not_there_needs_bounds(lan: Ledger) -> None:
    result = lan.refused(pool.TASK, "pool_missing", subnet="lan", name="p", strategy="lowest")
    assert "'p'" in result["msg"]
