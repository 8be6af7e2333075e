# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of a host, as facts of different systems have them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.plugin_utils._observed import observed

MAC = "52:54:00:00:00:01"


def one(address: str, interface: str, mac: str | None = MAC) -> dict[str, t.Any]:
    return {"address": address, "interface": interface, "mac": mac}


LINUX = {
    "interfaces": ["lo", "eth0", "br-lan", "sit0", "ib0", "gone"],
    "lo": {"device": "lo", "ipv4": {"address": "127.0.0.1"}, "ipv6": [{"address": "::1", "prefix": "128"}]},
    "eth0": {
        "device": "eth0",
        "macaddress": "52:54:00:00:00:01",
        "ipv4": {"address": "10.0.0.10", "prefix": "24"},
        "ipv4_secondaries": [{"address": "10.0.0.11"}, {"address": "10.0.0.12"}],
        "ipv6": [{"address": "2001:db8::10", "prefix": "64", "scope": "global"}],
    },
    "br_lan": {"device": "br-lan", "macaddress": "52:54:00:00:00:02", "ipv4": {"address": "10.1.0.10"}},
    "sit0": {"device": "sit0", "macaddress": "0.0.0.0", "ipv4": {"address": "10.2.0.10"}},
    "ib0": {
        "macaddress": "80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:3b",
        "ipv4": {"address": "10.3.0.1"},
    },
    "all_ipv4_addresses": ["10.0.0.10", "10.0.0.11", "10.0.0.12", "10.1.0.10", "10.2.0.10", "10.3.0.1", "10.4.0.1"],
    "all_ipv6_addresses": ["2001:db8::10"],
}
OF_LINUX = [
    one("127.0.0.1", "lo", None),
    one("::1", "lo", None),
    one("10.0.0.10", "eth0"),
    one("10.0.0.11", "eth0"),
    one("10.0.0.12", "eth0"),
    one("2001:db8::10", "eth0"),
    one("10.1.0.10", "br-lan", "52:54:00:00:00:02"),
    one("10.2.0.10", "sit0", None),
    one("10.3.0.1", "ib0", None),
    {"address": "10.4.0.1"},
]
MACOS = {
    "interfaces": ["lo0", "en0"],
    "lo0": {"macaddress": "00:00:00:00:00:00", "ipv4": [{"address": "127.0.0.1"}]},
    "en0": {
        "macaddress": "52:54:00:00:00:01",
        "ipv4": [{"address": "10.0.0.10", "netmask": "255.255.255.0"}, {"address": "10.0.0.11"}],
        "ipv6": [{"address": "fe80::1%en0", "prefix": "64", "scope": "0x6"}],
    },
    "all_ipv6_addresses": ["fe80::1%en0"],
}
OF_MACOS = [
    one("127.0.0.1", "lo0", None),
    one("10.0.0.10", "en0"),
    one("10.0.0.11", "en0"),
    one("fe80::1", "en0"),
]
WINDOWS = {
    "interfaces": [
        {
            "connection_name": "Ethernet",
            "interface_name": "Some Adapter",
            "macaddress": "52-54-00-00-00-01",
            "ipv4": {"address": "10.0.0.10", "prefix": "24"},
        },
        {"connection_name": "Ethernet 2", "macaddress": "52-54-00-00-00-02"},
    ],
    "ip_addresses": ["10.0.0.10", "10.0.0.11"],
}
ROUTER = {
    "net_interfaces": {
        "GigabitEthernet0/1": {"macaddress": "5254.0000.0001", "ipv4": [{"address": "10.0.0.10", "subnet": "24"}]},
        "Ethernet1": {"macaddress": None, "ipv4": {"address": "10.1.0.10", "masklen": 24}},
        "Tunnel0": {"ipv4": []},
    },
    "net_all_ipv4_addresses": ["10.0.0.10", "10.1.0.10"],
}
FACTS: list[tuple[dict[str, t.Any], list[dict[str, t.Any]]]] = [
    (LINUX, OF_LINUX),
    (MACOS, OF_MACOS),
    (WINDOWS, [one("10.0.0.10", "Ethernet"), {"address": "10.0.0.11"}]),
    (ROUTER, [one("10.0.0.10", "GigabitEthernet0/1"), one("10.1.0.10", "Ethernet1", None)]),
    ({"all_ipv4_addresses": ["10.0.0.10"]}, [{"address": "10.0.0.10"}]),
    ({"interfaces": []}, []),
]


@pytest.mark.parametrize(("facts", "expected"), FACTS, ids=["linux", "macos", "windows", "router", "list", "nothing"])
def test_facts(facts: dict[str, t.Any], expected: list[dict[str, t.Any]]) -> None:
    assert observed(facts) == expected


ODD: list[dict[str, t.Any]] = [
    {"ip_addresses": "10.0.0.1"},
    {"all_ipv4_addresses": 7},
    {"all_ipv4_addresses": [7, None, {"address": "10.0.0.1"}, ["10.0.0.1"]]},
    {"all_ipv4_addresses": {"eth0": "10.0.0.1"}},
    {"interfaces": "eth0", "e": {"ipv4": {"address": "10.0.0.1"}}},
    {"interfaces": 5},
    {"interfaces": ["eth0"], "eth0": {"ipv4": "10.0.0.1"}},
    {"interfaces": ["eth0"], "eth0": {"ipv4": [{"address": 167772161}, {"address": ["10.0.0.1"]}]}},
    {"interfaces": ["eth0"], "eth0": ["10.0.0.1"]},
    {"net_interfaces": ["eth0"]},
]


@pytest.mark.parametrize("facts", ODD)
def test_facts_of_another_shape_say_nothing(facts: dict[str, t.Any]) -> None:
    assert observed(facts) == []


def test_no_facts_of_addresses_are_not_the_same_as_no_addresses() -> None:
    assert observed({"distribution": "Debian"}) is None
