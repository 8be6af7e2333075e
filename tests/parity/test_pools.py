# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gateways and pools: rules 7 to 33 and 46 of docs/parity.md, for every prefix length where that matters."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

Span = tuple[str, str]


def bounds(result: Result) -> list[Span]:
    return [(one["start"], one["end"]) for one in result["subnet"]["pools"]]


def spans(*pairs: Span) -> list[dict[str, str]]:
    return [{"start": start, "end": end} for start, end in pairs]


def network(version: int, length: int) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(
        (f"10.20.30.40/{length}" if version == 4 else f"2001:db8:20::40/{length}"), strict=False
    )


def made(ledger: Ledger, version: int, length: int, **options: t.Any) -> list[Span]:
    """The pools of a network of that length, alone in its VRF."""
    return bounds(ledger.subnet(vrf=f"v{version}-{length}", name="n", cidr=str(network(version, length)), **options))


# What is read


@pytest.mark.parametrize("gateway", ["10.0.0", "10.0.0.256", "10.0.0.1/24", "router", "010.0.0.1", "10.0.0.1 "])
def test_rule_7_a_gateway_is_an_address(ledger: Ledger, gateway: str) -> None:
    assert "gateway" in ledger.refused(subnet.TASK, "bad_request", cidr="10.0.0.0/24", gateway=gateway)["msg"]


def test_rule_8_pools_are_listed_by_address_and_not_joined(ledger: Ledger) -> None:
    pools = spans(("10.0.0.20", "10.0.0.29"), ("10.0.0.2", "10.0.0.9"), ("10.0.0.10", "10.0.0.19"))
    assert bounds(ledger.subnet(cidr="10.0.0.0/24", pools=pools)) == [
        ("10.0.0.2", "10.0.0.9"),
        ("10.0.0.10", "10.0.0.19"),
        ("10.0.0.20", "10.0.0.29"),
    ]


def test_rule_8_an_empty_list_is_not_the_same_as_no_list(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=[])
    assert bounds(ledger.subnet(name="lan", mtu=1400)) == []
    assert bounds(ledger.subnet(name="other", cidr="10.0.1.0/24")) == [("10.0.1.1", "10.0.1.254")]


def test_rule_9_pools_lie_in_the_cidr_and_leave_out_the_gateway(ledger: Ledger) -> None:
    """The reference lets a gateway and the first and last address be in pools here, and refuses them elsewhere."""
    wish = {"cidr": "10.0.0.0/24", "gateway": "10.0.0.1"}
    for pair, reason in (
        (("10.0.0.200", "10.0.1.5"), "pool_outside_subnet"),
        (("10.0.0.1", "10.0.0.5"), "gateway_in_pool"),
        (("10.0.0.0", "10.0.0.0"), "pool_outside_subnet"),
        (("10.0.0.250", "10.0.0.255"), "pool_outside_subnet"),
    ):
        ledger.refused(subnet.TASK, reason, **wish, pools=spans(pair))


INSIDE: list[tuple[str, str, str | None]] = [
    ("10.0.0.0/24", "10.0.0.0", "bad_request"),
    ("10.0.0.0/24", "10.0.0.255", "bad_request"),
    ("10.0.0.0/30", "10.0.0.3", "bad_request"),
    ("10.0.0.0/24", "10.9.9.9", None),  # on the link, but outside
    ("10.0.0.0/24", "10.0.1.0", None),
    ("2001:db8::/64", "2001:db8::", None),  # a router may have the subnet-router anycast address
    ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", None),
    ("2001:db8::/64", "fe80::1", None),
]


@pytest.mark.parametrize(("cidr", "gateway", "reason"), INSIDE)
def test_rule_10_which_gateways_can_be(ledger: Ledger, cidr: str, gateway: str, reason: str | None) -> None:
    if reason:
        ledger.refused(subnet.TASK, reason, cidr=cidr, gateway=gateway)
        return
    assert ledger.subnet(cidr=cidr, gateway=gateway)["subnet"]["gateway"] == gateway
    ledger.check()


@pytest.mark.parametrize("gateway", ["10.0.0.0", "10.0.0.1"])
def test_rule_10_d4_both_ends_of_a_31_can_be_the_gateway(ledger: Ledger, gateway: str) -> None:
    """RFC 3021; the reference refuses both."""
    (other,) = {"10.0.0.0", "10.0.0.1"} - {gateway}
    result = ledger.subnet(name="link", cidr="10.0.0.0/31", gateway=gateway)
    assert bounds(result) == [(other, other)]
    assert ledger.address(name="peer", subnet="link")["address"] == other
    ledger.refused(address.TASK, "pool_exhausted", name="more", subnet="link")
    ledger.check()


# Rules 16 to 24: the pools of a subnet for which none are named


def test_rule_16_all_but_network_and_broadcast_address(ledger: Ledger) -> None:
    for length in range(31):
        block = network(4, length)
        assert made(ledger, 4, length) == [(str(block[1]), str(block[-2]))], block
    ledger.check()


def test_rule_17_both_addresses_of_a_31(ledger: Ledger) -> None:
    assert made(ledger, 4, 31) == [("10.20.30.40", "10.20.30.41")]
    assert [one["address"] for one in ledger.address(names=["a", "b"], vrf="v4-31", subnet="n")["addresses"]] == [
        "10.20.30.40",
        "10.20.30.41",
    ]


@pytest.mark.parametrize(("version", "length", "only"), [(4, 32, "10.20.30.40"), (6, 128, "2001:db8:20::40")])
@pytest.mark.parametrize("gateway", [False, True])
def test_rule_18_a_single_address_is_a_hosts_even_if_it_is_the_gateway(
    ledger: Ledger, version: int, length: int, only: str, gateway: bool
) -> None:
    options = {"gateway": only} if gateway else {}
    assert made(ledger, version, length, **options) == [(only, only)]
    assert ledger.address(name="web", vrf=f"v{version}-{length}", subnet="n")["address"] == only
    ledger.check()


def test_rule_19_all_but_the_subnet_router_address(ledger: Ledger) -> None:
    """The last address is a host's: IPv6 has no broadcast."""
    for length in range(127):
        block = network(6, length)
        assert made(ledger, 6, length) == [(str(block[1]), str(block[-1]))], block
    ledger.check()


def test_rule_19_d5_both_addresses_of_a_127(ledger: Ledger) -> None:
    """RFC 6164, where the reference gives one, and none beside a gateway."""
    assert made(ledger, 6, 127) == [("2001:db8:20::40", "2001:db8:20::41")]
    assert made(ledger, 6, 127, gateway="2001:db8:20::41") == [("2001:db8:20::40", "2001:db8:20::40")]
    assert made(ledger, 6, 127, gateway="2001:db8:20::40") == [("2001:db8:20::41", "2001:db8:20::41")]
    ledger.check()


def test_rule_20_a_gateway_parts_the_pool_in_two(ledger: Ledger) -> None:
    for version, length in [(4, one) for one in range(30)] + [(6, one) for one in range(126)]:
        block = network(version, length)
        last = block[-2] if version == 4 else block[-1]
        at = block[1] + (int(last) - int(block[1])) // 2
        assert made(ledger, version, length, gateway=str(at)) == [
            (str(block[1]), str(at - 1)),
            (str(at + 1), str(last)),
        ], block
    ledger.check()


def test_rule_21_a_gateway_at_an_end_shortens_the_pool(ledger: Ledger) -> None:
    for version, length in [(4, one) for one in range(31)] + [(6, one) for one in range(127)]:
        block = network(version, length)
        last = block[-2] if version == 4 else block[-1]
        assert made(ledger, version, length, gateway=str(block[1])) == [(str(block[2]), str(last))], block
        assert made(ledger, version, length, gateway=str(last)) == [(str(block[1]), str(last - 1))], block
    ledger.check()


@pytest.mark.parametrize(
    ("cidr", "gateway", "pools"),
    [
        ("10.0.0.0/24", "10.0.1.1", [("10.0.0.1", "10.0.0.254")]),
        ("10.0.0.0/24", "", [("10.0.0.1", "10.0.0.254")]),
        ("2001:db8::/64", "fe80::1", [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),
        ("2001:db8::/64", "2001:db8::", [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),
    ],
)
def test_rule_22_a_gateway_elsewhere_takes_nothing(ledger: Ledger, cidr: str, gateway: str, pools: list[Span]) -> None:
    assert bounds(ledger.subnet(cidr=cidr, gateway=gateway)) == pools
    ledger.check()


def test_rule_23_small_numbers_stay_ipv6(ledger: Ledger) -> None:
    """The numbers of ::1 and 0.0.0.1 are the same."""
    assert bounds(ledger.subnet(name="six", cidr="::/64")) == [("::1", "::ffff:ffff:ffff:ffff")]
    assert bounds(ledger.subnet(name="four", cidr="0.0.0.0/24")) == [("0.0.0.1", "0.0.0.254")]
    assert ledger.address(name="web", subnet="six")["address"] == "::1"
    assert ledger.address(name="web", subnet="four")["address"] == "0.0.0.1"
    ledger.check()


def test_rule_24_host_bits_mean_nothing(ledger: Ledger) -> None:
    assert bounds(ledger.subnet(cidr="10.0.0.77/24")) == [("10.0.0.1", "10.0.0.254")]
    assert bounds(ledger.subnet(cidr="2001:db8::77/126")) == [("2001:db8::75", "2001:db8::77")]


@pytest.mark.parametrize(("cidr", "lowest"), [("10.0.0.0/24", "10.0.0.1"), ("2001:db8::/64", "2001:db8::1")])
def test_rule_25_without_a_word_there_is_no_gateway(ledger: Ledger, cidr: str, lowest: str) -> None:
    """The reference makes up one; here somebody has to ask, by address or by gateway: first."""
    assert ledger.subnet(name="lan", cidr=cidr)["subnet"]["gateway"] is None
    assert ledger.address(name="web", subnet="lan")["address"] == lowest


# Rules 26 to 33: pools that cannot be


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.pool(subnet="lan", name="low", start="10.0.0.10", end="10.0.0.19")
    return ledger


@pytest.mark.parametrize(
    ("start", "end"),
    [("10.0.0.30", "10.0.0.29"), ("10.0.0.30", "x"), ("10.0.0", "10.0.0.9"), ("10.0.0.30", "10.0.0.300")],
)
def test_rule_26_a_pool_is_two_addresses_in_order(lan: Ledger, start: str, end: str) -> None:
    lan.refused(pool.TASK, "bad_request", subnet="lan", name="p", start=start, end=end)
    lan.refused(subnet.TASK, "bad_request", name="lan", pools=spans((start, end)))


@pytest.mark.parametrize(("start", "end"), [("::1", "::5"), ("10.0.0.30", "::5"), ("::5", "10.0.0.30")])
def test_rule_28_a_pool_is_of_the_version_of_its_subnet(lan: Ledger, start: str, end: str) -> None:
    lan.refused(pool.TASK, "version_mismatch", subnet="lan", name="p", start=start, end=end)
    lan.refused(subnet.TASK, "version_mismatch", name="lan", pools=spans((start, end)))


def test_rule_29_the_error_names_pool_and_cidr(lan: Ledger) -> None:
    for start, end in (("10.0.0.240", "10.0.1.4"), ("9.255.255.250", "10.0.0.5"), ("10.1.0.1", "10.1.0.9")):
        result = lan.refused(pool.TASK, "pool_outside_subnet", subnet="lan", name="p", start=start, end=end)
        assert [word for word in ("'p'", f"{start}-{end}", "10.0.0.0/24") if word not in result["msg"]] == []


@pytest.mark.parametrize("pair", [("10.0.0.19", "10.0.0.25"), ("10.0.0.5", "10.0.0.10"), ("10.0.0.12", "10.0.0.12")])
def test_rule_30_one_common_address_is_too_much_and_both_pools_are_named(lan: Ledger, pair: Span) -> None:
    result = lan.refused(pool.TASK, "pool_overlap", subnet="lan", name="p", start=pair[0], end=pair[1])
    assert "'low'" in result["msg"]
    assert "'p'" in result["msg"]


def test_rule_31_d5_what_is_generated_can_be_sent_back(ledger: Ledger) -> None:
    """In every length of both versions. The reference refuses that for a /128."""
    for version, length in [(4, one) for one in range(33)] + [(6, one) for one in range(129)]:
        pools = made(ledger, version, length)
        assert made(ledger, version, length, pools=spans(*pools)) == pools, (version, length)


@pytest.mark.parametrize(
    ("cidr", "pair"),
    [
        ("10.0.0.0/24", ("10.0.0.0", "10.0.0.5")),
        ("10.0.0.0/30", ("10.0.0.2", "10.0.0.3")),
        ("2001:db8::/126", ("2001:db8::", "2001:db8::3")),
        ("10.0.0.0/31", ("10.0.0.0", "10.0.0.2")),
        ("2001:db8::/127", ("2001:db8::1", "2001:db8::2")),
    ],
)
def test_rule_31_what_no_host_can_have_is_no_pool(ledger: Ledger, cidr: str, pair: Span) -> None:
    ledger.refused(subnet.TASK, "pool_outside_subnet", cidr=cidr, pools=spans(pair))


def test_rule_32_a_pool_over_the_gateway_is_refused_both_ways(lan: Ledger) -> None:
    result = lan.refused(pool.TASK, "gateway_in_pool", subnet="lan", name="p", start="10.0.0.1", end="10.0.0.5")
    assert [word for word in ("'p'", "10.0.0.1-10.0.0.5", "10.0.0.1,", "'lan'") if word not in result["msg"]] == []
    result = lan.refused(subnet.TASK, "gateway_in_pool", name="lan", gateway="10.0.0.15")
    assert "'low'" in result["msg"]


def test_rule_32_generated_pools_give_way_to_a_gateway(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    assert bounds(ledger.subnet(name="lan", gateway="10.0.0.9")) == [
        ("10.0.0.1", "10.0.0.8"),
        ("10.0.0.10", "10.0.0.254"),
    ]


@pytest.mark.parametrize(
    ("pools", "reason"),
    [
        ([("10.0.0.1", "10.0.0.9"), ("10.0.1.1", "10.0.1.9")], "pool_outside_subnet"),
        ([("10.0.0.1", "10.0.0.9"), ("10.0.0.5", "10.0.0.19")], "pool_overlap"),
    ],
)
def test_rule_33_pools_by_themselves_are_looked_at_before_the_gateway(
    lan: Ledger, pools: list[Span], reason: str
) -> None:
    lan.refused(subnet.TASK, reason, name="lan", pools=spans(*pools))


def test_rule_6_d13_pools_are_used_by_address_or_as_asked(ledger: Ledger) -> None:
    pools = [
        {"name": name, "start": f"10.0.0.{first}", "end": f"10.0.0.{first}"}
        for name, first in (("c", 30), ("a", 20), ("b", 10))
    ]
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=pools)
    asked = ledger.address(names=["h1", "h2"], subnet="lan", pool=["a", "c"])["addresses"]
    assert [one["pool"] for one in asked] == ["a", "c"]
    ledger.address(names=["h1", "h2"], state="absent")
    given = ledger.address(names=["h1", "h2", "h3"], subnet="lan")["addresses"]
    assert [one["address"] for one in given] == ["10.0.0.10", "10.0.0.20", "10.0.0.30"]
