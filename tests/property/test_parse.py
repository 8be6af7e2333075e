# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every spelling that Python's own ipaddress writes is read as the same value, and written in one way."""

from __future__ import annotations

import ipaddress
import string

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    Network,
    format_address,
    reverse_pointer,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from hypothesis import given
from hypothesis import strategies as st

# Many addresses with runs of zeros, which is where spellings of IPv6 differ.
GROUPS = st.lists(st.sampled_from([0, 0, 0, 1, 0xA, 0xDB8, 0xFFFF]) | st.integers(0, 0xFFFF), min_size=8, max_size=8)
IPV6 = (
    GROUPS.map(lambda groups: int("".join(f"{group:04x}" for group in groups), 16))
    .map(ipaddress.IPv6Address)
    .filter(lambda address: address.ipv4_mapped is None)
)
IPV4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)


@given(IPV6)
def test_spellings_of_ipv6(address: ipaddress.IPv6Address) -> None:
    spellings = [str(address), str(address).upper(), address.exploded, address.exploded.upper()]
    for text in spellings:
        assert parse.parse_address(text, "address") == (6, int(address))
        assert parse.parse_address(parse.canonical_address(text, "address"), "address") == (6, int(address))
    assert len({parse.canonical_address(text, "address") for text in spellings}) == 1


@given(IPV4)
def test_spellings_of_ipv4(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for text in (str(address), f"::ffff:{address}", f"::FFFF:{number >> 16:x}:{number & 0xFFFF:X}"):
        assert parse.parse_address(text, "address") == (4, number)
        assert parse.canonical_address(text, "address") == str(address)
    assert parse.parse_address(f"::ffff:{address}", "address", 6) == (6, (0xFFFF << 32) + number)


@given(IPV4 | IPV6, st.integers(0, 128))
def test_networks_lose_their_host_bits(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> None:
    length = min(length, address.max_prefixlen)
    expected = ipaddress.ip_network(f"{address}/{length}", strict=False)
    found = parse.parse_network(f"{address}/{length}", "cidr")
    assert found == Network(address.version, int(expected.network_address), length)
    assert found.last == int(expected.broadcast_address)
    assert parse.parse_network(str(found), "cidr") == found


@given(IPV4 | IPV6)
def test_reverse_pointers(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert reverse_pointer(int(address), address.version) == address.reverse_pointer


@given(st.integers(0, 2**128 - 1))
def test_ipv6_text_is_as_short_as_rfc_5952_wants(value: int) -> None:
    address = ipaddress.IPv6Address(value)
    if value >> 32:  # below, an IPv4 address may be embedded in the text (RFC 5952, 5)
        assert format_address(value, 6) == str(address)


@given(st.integers(0, 2**48 - 1), st.sampled_from([":", "-", ".", ""]), st.booleans())
def test_spellings_of_a_mac(number: int, separator: str, upper: bool) -> None:
    digits = f"{number:012x}"
    text = separator.join(digits[at : at + 2] for at in range(0, 12, 2))
    expected = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    assert parse.parse_mac(text.upper() if upper else text, "mac") == expected
    assert parse.parse_mac(expected, "mac") == expected


@given(st.text(alphabet=string.digits + string.ascii_letters + ":./-% \n", max_size=24))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (parse.parse_address, parse.parse_network, parse.parse_mac, parse.parse_domain, parse.parse_duration):
        refusal = None
        try:
            read(text, "option")
        except LedgerError as error:
            refusal = error
        assert refusal is None or (refusal.reason == "bad_request" and refusal.message.startswith("option: "))
