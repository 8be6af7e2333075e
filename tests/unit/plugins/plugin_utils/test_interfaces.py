# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.plugin_utils._interfaces import interfaces

Record = dict[str, t.Any]


def held(interface: str, last: int = 10, **more: t.Any) -> Record:
    return {
        "address": f"10.20.0.{last}",
        "cidr": f"10.20.0.{last}/24",
        "version": 4,
        "interface": interface,
        "status": "active",
        "gateway": None,
        "dns_servers": [],
        "domain": None,
        "vlan_id": None,
        "mtu": None,
        **more,
    }


def six(interface: str, **more: t.Any) -> Record:
    return held(interface, address="2001:db8::a", cidr="2001:db8::a/64", version=6, **more)


def by_name(addresses: list[Record], **options: t.Any) -> dict[str, Record]:
    return {one["name"]: one for one in interfaces(addresses, **options)["interfaces"]}


def test_all_that_an_interface_needs() -> None:
    lan: Record = {"dns_servers": ["10.20.0.2", "10.20.0.3"], "domain": "example.com", "mtu": 9000}
    more: Record = {"dns_servers": ["10.20.0.3", "10.20.0.4"], "domain": "example.com", "mtu": 1500}
    found = by_name(
        [held("eth0", gateway="10.20.0.1", **lan), held("eth0", 11, **more), six("eth0", gateway="fe80::1")]
    )
    assert found == {
        "eth0": {
            "name": "eth0",
            "link": None,
            "vlan_id": None,
            "vlans": [],
            "addresses": ["10.20.0.10/24", "10.20.0.11/24", "2001:db8::a/64"],
            "dhcp4": False,
            "dhcp6": False,
            "accept_ra": False,
            "gateways": ["10.20.0.1", "fe80::1"],
            "dns_servers": ["10.20.0.2", "10.20.0.3", "10.20.0.4"],
            "domains": ["example.com"],
            "mtu": 1500,
        }
    }


def test_there_is_one_default_route_for_each_version() -> None:
    addresses = [held("eth1", gateway="10.20.0.1"), held("eth0", gateway="10.20.0.2"), six("eth1", gateway="fe80::1")]
    assert {name: one["gateways"] for name, one in by_name(addresses).items()} == {
        "eth0": ["10.20.0.2"],
        "eth1": ["fe80::1"],
    }
    assert {name: one["gateways"] for name, one in by_name(addresses, gateway_interface="eth1").items()} == {
        "eth0": [],
        "eth1": ["10.20.0.1", "fe80::1"],
    }
    four = addresses[:1]
    assert [one["gateways"] for one in by_name([*four, six("eth2")], gateway_interface="eth2").values()] == [[], []]


def test_default_routes_over_an_interface_that_is_not_there_are_refused() -> None:
    with pytest.raises(LedgerError) as caught:
        by_name([held("eth1", gateway="10.20.0.1"), held("eth0"), held("")], gateway_interface="eth2")
    assert caught.value.message == "gateway_interface: 'eth2' is none of the interfaces: eth0, eth1."
    assert caught.value.reason == "bad_request"
    assert by_name([held("")], gateway_interface="eth2") == {}


def test_the_vlan_of_a_link_is_called_by_it() -> None:
    found = by_name([held("eth0.120", vlan_id=120), held("bond0.7", vlan_id=8), held("eth0.121", vlan_id=121)])
    assert {name: (one["link"], one["vlan_id"], one["vlans"]) for name, one in found.items()} == {
        "bond0.7": (None, None, []),
        "eth0": (None, None, ["eth0.120", "eth0.121"]),
        "eth0.120": ("eth0", 120, []),
        "eth0.121": ("eth0", 121, []),
    }


def test_what_comes_by_itself_is_not_written_down() -> None:
    rest: Record = {"gateway": "10.20.0.1", "dns_servers": ["10.20.0.2"], "domain": "example.com", "mtu": 1500}
    found = by_name(
        [held("eth0", status="dhcp", **rest), six("eth1", status="slaac", **rest), six("eth2", status="dhcp", **rest)]
    )
    assert {name: (one["dhcp4"], one["dhcp6"], one["accept_ra"]) for name, one in found.items()} == {
        "eth0": (True, False, False),
        "eth1": (False, False, True),
        "eth2": (False, True, False),
    }
    for one in found.values():
        assert [one[key] for key in ("addresses", "gateways", "dns_servers", "domains", "mtu")] == [
            [],
            [],
            [],
            [],
            None,
        ]


def test_other_words_of_the_status_say_nothing_about_the_way() -> None:
    found = by_name([held("eth0", status="reserved"), held("eth0", 11, status="slaac")])
    assert found["eth0"]["addresses"] == ["10.20.0.10/24", "10.20.0.11/24"]


@pytest.mark.parametrize(
    "name", ["", "..", ".eth0", "../x", "a b", "eth0/1", "eth*", "a\nb", "e" * 16, "{{ 1 }}", "eth0,1"]
)
def test_an_address_without_a_usable_interface_is_left_out(name: str) -> None:
    assert interfaces([held(name), held("eth0", 11)])["left_out"] == ["10.20.0.10"]
    assert list(by_name([held(name), held("eth0", 11)])) == ["eth0"]


def test_an_address_without_an_interface_can_get_one() -> None:
    assert by_name([held("")], unnamed="ens3")["ens3"]["addresses"] == ["10.20.0.10/24"]
