# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import dns
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network

LABEL = "a" * 63
LONGEST = ".".join([LABEL, LABEL, LABEL, "b" * 61])  # 253 characters

# RFC 1123 2.1: letters, digits, hyphens, which are not at the ends. RFC 1035 2.3.4: labels of 63, names of 255 octets
# on the wire, which are 253 characters.
HOST_NAMES = [
    ("web01", "web01"),
    ("Web01.Example.COM", "web01.example.com"),
    ("web01.example.com.", "web01.example.com"),
    ("3com.com", "3com.com"),
    ("x", "x"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    (LONGEST, LONGEST),
]
NO_HOST_NAMES = [
    "",
    ".",
    "..",
    "web 01",
    "web_01",
    "web/01",
    "-web",
    "web-",
    "a..b",
    ".web",
    "web..",
    "*.example.com",
    "@",
    "web01;",
    'web"01',
    "web01\n",
    "web01\n10.0.0.1 evil",
    "web,01",
    "{{ 1 }}",
    "web#1",
    "büro",
    "\N{KELVIN SIGN}iosk",  # its lower case is an ASCII k
    "١٢",  # digits, but not those of ASCII
    "10.20.0.10",
    "7",
    "localhost",
    "LocalHost.",
    "web.localhost",
    "a" * 64,
    LONGEST + "b",
]

# By hand, from RFC 1035 3.5 and RFC 3596 2.5. One zone for each label that has no end of its own in the network.
REVERSE = [
    ("10.20.0.0/24", "", ["0.20.10.in-addr.arpa"]),
    ("10.20.0.0/16", "", ["20.10.in-addr.arpa"]),
    ("10.20.0.0/22", "", [f"{third}.20.10.in-addr.arpa" for third in range(4)]),
    ("10.20.0.0/15", "", ["20.10.in-addr.arpa", "21.10.in-addr.arpa"]),
    ("10.0.0.0/7", "", ["10.in-addr.arpa", "11.in-addr.arpa"]),
    ("10.20.0.64/26", "", ["0.20.10.in-addr.arpa"]),
    ("10.20.0.7/32", "", ["0.20.10.in-addr.arpa"]),
    ("10.20.0.64/26", "/", ["64/26.0.20.10.in-addr.arpa"]),
    ("10.20.0.64/26", "-", ["64-26.0.20.10.in-addr.arpa"]),
    ("10.20.0.0/24", "/", ["0.20.10.in-addr.arpa"]),
    ("2001:db8:20::/64", "", ["0.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]),
    ("2001:db8:20::/64", "/", ["0.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]),
    ("2001:db8::/32", "", ["8.b.d.0.1.0.0.2.ip6.arpa"]),
    ("2001:db8:20::/62", "", [f"{last}.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa" for last in range(4)]),
    ("2001:db8:20::4/126", "/", ["0.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]),
    ("2000::/3", "", ["2.ip6.arpa", "3.ip6.arpa"]),
]


@pytest.mark.parametrize(("text", "name"), HOST_NAMES)
def test_a_host_name_has_one_form(text: str, name: str) -> None:
    assert dns.host_name(text) == name


@pytest.mark.parametrize("text", NO_HOST_NAMES)
def test_other_text_is_no_host_name(text: str) -> None:
    assert dns.host_name(text) is None


@pytest.mark.parametrize(("cidr", "classless", "zones"), REVERSE)
def test_reverse_zones_of_a_network(cidr: str, classless: str, zones: list[str]) -> None:
    assert dns.reverse_zones(parse_network(cidr, "cidr"), classless) == zones


@pytest.mark.parametrize(("cidr", "count"), [("0.0.0.0/0", 256), ("10.0.0.0/9", 128), ("::/0", 16)])
def test_a_network_has_not_many_zones(cidr: str, count: int) -> None:
    assert len(set(dns.reverse_zones(parse_network(cidr, "cidr")))) == count


def test_only_the_outermost_zones_are_kept() -> None:
    zones = ["b.example", "a.b.example", "x.a.b.example", "ab.example", "b.example", "c.test"]
    assert dns.outermost(zones) == ["ab.example", "b.example", "c.test"]


def test_a_name_lies_in_the_innermost_zone() -> None:
    zones = {"example.com", "lab.example.com"}
    names = ["example.com", "web.example.com", "x.lab.example.com", "lab.example.com", "notexample.com", "com", ""]
    assert [dns.zone_of(name, zones) for name in names] == [
        "example.com",
        "example.com",
        "lab.example.com",
        "lab.example.com",
        None,
        None,
        None,
    ]
    assert [dns.parent_of(zone, zones) for zone in sorted(zones)] == [None, "example.com"]


def test_the_name_of_a_zone() -> None:
    assert dns.checked_zone("Example.COM.", "zones") == "example.com"
    assert dns.checked_zone("64/26.0.20.10.in-addr.arpa", "zones") == "64/26.0.20.10.in-addr.arpa"


@pytest.mark.parametrize("text", ["", ".", "a b", "a..b", "../x", 'a"', "a;b", "a\nb", "b" * 64, LONGEST + "b"])
def test_what_is_no_name_of_a_zone_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="zones") as caught:
        dns.checked_zone(text, "zones")
    assert caught.value.reason == "bad_request"
