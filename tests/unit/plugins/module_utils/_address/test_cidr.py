# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress

import netaddr
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import cidr
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range


def number(text: str) -> int:
    return int(ipaddress.ip_address(text))


def network(text: str) -> Network:
    parsed = ipaddress.ip_network(text)
    return Network(parsed.version, int(parsed.network_address), parsed.prefixlen)


def span(first: str, last: str) -> Range:
    return Range(number(first), number(last))


# RFC 5952: 4.1 leading zeros, 4.2.1 shorten as much as possible, 4.2.2 not one group only, 4.2.3 the longest run and
# the first of equal ones, 4.3 lower case.
TEXTS = [
    (0x20010DB8_00000000_00000000_00000001, 6, "2001:db8::1"),
    (0x20010DB8_00000000_00000000_00020001, 6, "2001:db8::2:1"),
    (0x20010DB8_00000001_00010001_00010001, 6, "2001:db8:0:1:1:1:1:1"),
    (0x20010000_00000001_00000000_00000001, 6, "2001:0:0:1::1"),
    (0x20010DB8_00000000_00010000_00000001, 6, "2001:db8::1:0:0:1"),
    (0x20010DB8_0000AAAA_BBBBCCCC_DDDDEEEE, 6, "2001:db8:0:aaaa:bbbb:cccc:dddd:eeee"),
    (1, 6, "::1"),
    (0, 6, "::"),
    (1, 4, "0.0.0.1"),
    (0xFFFFFFFF, 4, "255.255.255.255"),
]

# Usable addresses: RFC 1122 3.2.1.3 (network and broadcast), RFC 3021 (/31), RFC 4291 2.6.1 (subnet-router anycast; no
# broadcast, 2), RFC 6164 (/127). /32 and /128 are one host.
USABLE = [
    ("10.0.0.0/24", "10.0.0.1", "10.0.0.254"),
    ("10.0.0.0/30", "10.0.0.1", "10.0.0.2"),
    ("10.0.0.0/31", "10.0.0.0", "10.0.0.1"),
    ("10.0.0.7/32", "10.0.0.7", "10.0.0.7"),
    ("0.0.0.0/0", "0.0.0.1", "255.255.255.254"),
    ("2001:db8::/64", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
    ("2001:db8::/126", "2001:db8::1", "2001:db8::3"),
    ("2001:db8::/127", "2001:db8::", "2001:db8::1"),
    ("2001:db8::7/128", "2001:db8::7", "2001:db8::7"),
]

UNUSABLE = [
    ("10.0.0.0/24", "10.0.0.0", "network_address"),
    ("10.0.0.0/24", "10.0.0.255", "broadcast_address"),
    ("10.0.0.0/24", "10.0.0.1", None),
    ("10.0.0.0/24", "10.0.1.0", "address_outside_subnet"),
    ("10.0.0.0/31", "10.0.0.0", None),
    ("10.0.0.0/31", "10.0.0.1", None),
    ("10.0.0.0/31", "10.0.0.2", "address_outside_subnet"),
    ("10.0.0.9/32", "10.0.0.9", None),
    ("2001:db8::/64", "2001:db8::", "subnet_router_address"),
    ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", None),
    ("2001:db8::/127", "2001:db8::", None),
    ("2001:db8::9/128", "2001:db8::9", None),
]

# The rules of OpenStack Neutron's pool generation (its numbers in brackets), but with /127 as RFC 6164 has it.
DEFAULT_POOLS: list[tuple[str, str | None, list[tuple[str, str]]]] = [
    ("10.0.0.0/24", None, [("10.0.0.1", "10.0.0.254")]),  # 16
    ("10.0.0.0/31", None, [("10.0.0.0", "10.0.0.1")]),  # 17
    ("10.0.0.9/32", None, [("10.0.0.9", "10.0.0.9")]),  # 18
    ("10.0.0.9/32", "10.0.0.9", [("10.0.0.9", "10.0.0.9")]),  # 18: the gateway is not removed
    ("2001:db8::9/128", "2001:db8::9", [("2001:db8::9", "2001:db8::9")]),  # 18
    ("2001:db8::/64", None, [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),  # 19
    ("10.0.0.0/24", "10.0.0.77", [("10.0.0.1", "10.0.0.76"), ("10.0.0.78", "10.0.0.254")]),  # 20
    ("10.0.0.0/24", "10.0.0.1", [("10.0.0.2", "10.0.0.254")]),  # 21
    ("10.0.0.0/24", "10.0.0.254", [("10.0.0.1", "10.0.0.253")]),  # 21
    ("10.0.0.0/24", "10.0.1.1", [("10.0.0.1", "10.0.0.254")]),  # 22
    ("2001:db8::/64", "fe80::1", [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),  # 22
    ("2001:db8::/64", "2001:db8::", [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),  # 22
    ("::/64", None, [("::1", "::ffff:ffff:ffff:ffff")]),  # 23
    ("2001:db8::/127", None, [("2001:db8::", "2001:db8::1")]),  # RFC 6164
    ("2001:db8::/127", "2001:db8::1", [("2001:db8::", "2001:db8::")]),
    ("10.0.0.0/31", "10.0.0.0", [("10.0.0.1", "10.0.0.1")]),
    ("10.0.0.0/30", "10.0.0.1", [("10.0.0.2", "10.0.0.2")]),
]

# RFC 1035, 3.5 and RFC 3596, 2.5: the examples given there.
REVERSE = [
    ("10.2.0.52", "52.0.2.10.in-addr.arpa"),
    ("4321:0:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"),
    ("::1", "1." + "0." * 31 + "ip6.arpa"),
]

NETMASKS = [
    ("10.0.0.0/24", "255.255.255.0"),
    ("10.0.0.0/31", "255.255.255.254"),
    ("0.0.0.0/0", "0.0.0.0"),
    ("10.0.0.9/32", "255.255.255.255"),
    ("2001:db8::/64", "ffff:ffff:ffff:ffff::"),
]


@pytest.mark.parametrize(("value", "version", "text"), TEXTS)
def test_format_address(value: int, version: int, text: str) -> None:
    assert cidr.format_address(value, version) == text


@pytest.mark.parametrize(("block", "first", "last"), USABLE)
def test_usable(block: str, first: str, last: str) -> None:
    assert cidr.usable(network(block)) == span(first, last)


@pytest.mark.parametrize(("block", "address", "reason"), UNUSABLE)
def test_unusable_reason(block: str, address: str, reason: str | None) -> None:
    assert cidr.unusable_reason(network(block), number(address)) == reason


@pytest.mark.parametrize(("block", "gateway", "expected"), DEFAULT_POOLS)
def test_default_pools(block: str, gateway: str | None, expected: list[tuple[str, str]]) -> None:
    pools = cidr.default_pools(network(block), None if gateway is None else number(gateway))
    assert pools == [span(*pair) for pair in expected]


@pytest.mark.parametrize(("address", "name"), REVERSE)
def test_reverse_pointer(address: str, name: str) -> None:
    assert cidr.reverse_pointer(number(address), ipaddress.ip_address(address).version) == name


@pytest.mark.parametrize(("block", "mask"), NETMASKS)
def test_netmask(block: str, mask: str) -> None:
    assert cidr.netmask(network(block)) == mask


def test_a_network_knows_its_size_and_text() -> None:
    slash64 = network("2001:db8::/64")
    assert slash64.size == 2**64
    assert slash64.last == slash64.first + 2**64 - 1
    assert str(slash64) == "2001:db8::/64"
    assert str(Network(4, 0, 32)) == "0.0.0.0/32"
    assert str(Network(6, 0, 128)) == "::/128"


def test_a_range_of_one_is_written_as_an_address() -> None:
    assert cidr.format_range(span("10.0.0.5", "10.0.0.5"), 4) == "10.0.0.5"
    assert cidr.format_range(span("::5", "::a"), 6) == "::5-::a"


@pytest.mark.parametrize(
    "value", [0, 1, 0xFFFF_0A00_0001, 0xA00_0001, 0x64_FF9B << 96 | 0xC000_0221, 1 << 127, (1 << 128) - 1]
)
def test_texts_of_ipv6_are_those_of_netaddr(value: int) -> None:
    address = netaddr.IPAddress(value, 6)
    assert cidr.format_address(value, 6) == str(address)
    assert f"{cidr.reverse_pointer(value, 6)}." == address.reverse_dns


@pytest.mark.parametrize("value", [0, 1, 0xA00_0001, 0xC000_0221, (1 << 32) - 1])
def test_texts_of_ipv4_are_those_of_netaddr(value: int) -> None:
    address = netaddr.IPAddress(value, 4)
    assert cidr.format_address(value, 4) == str(address)
    assert f"{cidr.reverse_pointer(value, 4)}." == address.reverse_dns
