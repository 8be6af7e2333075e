# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPv4 and IPv6 in one store, and networks of every special size."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run


def test_the_same_number_is_two_addresses_in_two_versions(project: Project) -> None:
    """``::1`` and ``0.0.0.1`` are both the number 1."""
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: four, cidr: 0.0.0.0/24}
        - netledger.ipam.subnet: {name: six, cidr: "::/120"}
        - name: one in four
          netledger.ipam.address: {name: a, address: 0.0.0.1}
        - name: one in six
          netledger.ipam.address: {name: b, address: "::1"}
        - name: both
          netledger.ipam.address: {name: c, addresses: ~, subnet: "{{ item }}"}
          loop: [four, six]
        - name: free one in six
          netledger.ipam.address: {address: "0:0::1", state: absent}
        - name: left
          netledger.ipam.address_info:
        - name: who has 0.0.0.1
          netledger.ipam.address_info: {address: 0.0.0.1}
        - name: lookups
          ansible.builtin.debug:
            msg: "{{ lookup('netledger.ipam.address', 'c', version=4) }}
              {{ lookup('netledger.ipam.address', 'c', version=6) }}
              {{ lookup('netledger.ipam.subnet', '0.0.0.1').name }} {{ lookup('netledger.ipam.subnet', '::1').name }}"
        """
    ).ok()
    assert run["one in four"]["cidr"] == "0.0.0.1/24"
    assert run["one in six"]["cidr"] == "::1/120"
    assert [one["address"] for one in run["both"]["results"]] == ["0.0.0.2", "::2"]
    assert [one["address"] for one in run["free one in six"]["addresses"]] == ["::1"]
    assert [one["address"] for one in run["left"]["addresses"]] == ["0.0.0.1", "0.0.0.2", "::2"]
    assert [one["name"] for one in run["who has 0.0.0.1"]["addresses"]] == ["a"]
    assert run["lookups"]["msg"] == "0.0.0.2 ::2 four six"
    assert project.held() == {"0.0.0.1": "a", "0.0.0.2": "c", "::2": "c"}


class Size(t.NamedTuple):
    """What is known by hand about a network: its size for hosts, its first pool, and its facts."""

    cidr: str
    size: int
    pool: tuple[str, str]
    first_given: t.Sequence[str]
    facts: dict[str, t.Any]
    refused: dict[str, str]


SIZES = [
    Size(
        "192.0.2.0/30",
        2,
        ("192.0.2.1", "192.0.2.2"),
        ["192.0.2.1", "192.0.2.2"],
        {"netmask": "255.255.255.252", "broadcast": "192.0.2.3"},
        {"192.0.2.0": "network_address", "192.0.2.3": "broadcast_address"},
    ),
    Size(
        "192.0.2.0/31",  # RFC 3021: both are hosts, and there is no broadcast address
        2,
        ("192.0.2.0", "192.0.2.1"),
        ["192.0.2.0", "192.0.2.1"],
        {"netmask": "255.255.255.254", "broadcast": None},
        {"192.0.2.2": "address_outside_subnet"},
    ),
    Size(
        "192.0.2.7/32",
        1,
        ("192.0.2.7", "192.0.2.7"),
        ["192.0.2.7"],
        {"netmask": "255.255.255.255", "broadcast": None},
        {"192.0.2.8": "address_outside_subnet"},
    ),
    Size(
        "2001:db8::/126",  # RFC 4291: the first address is the subnet-router anycast address; no broadcast in IPv6
        3,
        ("2001:db8::1", "2001:db8::3"),
        ["2001:db8::1", "2001:db8::2", "2001:db8::3"],
        {"broadcast": None},
        {"2001:db8::": "subnet_router_address"},
    ),
    Size(
        "2001:db8::/127",  # RFC 6164: both are hosts
        2,
        ("2001:db8::", "2001:db8::1"),
        ["2001:db8::", "2001:db8::1"],
        {"netmask": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "broadcast": None},
        {"2001:db8::2": "address_outside_subnet"},
    ),
    Size(
        "2001:db8::7/128",
        1,
        ("2001:db8::7", "2001:db8::7"),
        ["2001:db8::7"],
        {"broadcast": None},
        {"2001:db8::8": "address_outside_subnet"},
    ),
    Size(
        "2001:db8::/64",
        2**64 - 1,
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
        ["2001:db8::1", "2001:db8::2", "2001:db8::3"],
        {"netmask": "ffff:ffff:ffff:ffff::", "broadcast": None},
        {"2001:db8::": "subnet_router_address", "2001:db8:0:1::": "address_outside_subnet"},
    ),
    Size(
        "0.0.0.0/0",
        2**32 - 2,
        ("0.0.0.1", "255.255.255.254"),
        ["0.0.0.1", "0.0.0.2"],
        {"netmask": "0.0.0.0", "broadcast": "255.255.255.255"},
        {"0.0.0.0": "network_address", "255.255.255.255": "broadcast_address"},
    ),
]


@pytest.fixture(scope="module")
def sizes(new_project: t.Callable[[], Project]) -> Run:
    """Each network in a VRF of its own: made, its forbidden addresses asked for, filled, overfilled, looked at."""
    tasks: list[dict[str, t.Any]] = []
    for size in SIZES:
        common = {"vrf": size.cidr, "subnet": size.cidr}
        names = [f"h{number}" for number in range(len(size.first_given))]
        asked = [{"name": "x", "address": one, "subnet": size.cidr, "vrf": size.cidr} for one in size.refused]
        tasks += [
            {"name": f"made {size.cidr}", "netledger.ipam.subnet": {"cidr": size.cidr, "vrf": size.cidr}},
            *(
                {"name": f"{size.cidr} {one['address']}", "netledger.ipam.address": one, "ignore_errors": True}
                for one in asked
            ),
            {"name": f"given {size.cidr}", "netledger.ipam.address": {"names": names, **common}},
            {
                "name": f"one more {size.cidr}",
                "netledger.ipam.address": {"name": "more", **common},
                "ignore_errors": True,
            },
        ]
    return new_project().tasks(tasks).ok()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.cidr)
def test_the_addresses_of_a_network_of_each_size(sizes: Run, size: Size) -> None:
    subnet = sizes[f"made {size.cidr}"]["subnet"]
    assert {name: subnet[name] for name in size.facts} == size.facts
    assert subnet["size"] == subnet["free"] == size.size
    assert [(pool["start"], pool["end"], pool["size"]) for pool in subnet["pools"]] == [(*size.pool, size.size)]
    for address, reason in size.refused.items():
        assert sizes[f"{size.cidr} {address}"].get("reason") == reason
    assert [one["address"] for one in sizes[f"given {size.cidr}"]["addresses"]] == size.first_given
    assert sizes[f"one more {size.cidr}"].get("reason") == ("pool_exhausted" if size.size < 4 else None)


def test_gateways_of_point_to_point_links(project: Project) -> None:
    """On a /31 or /127 the gateway leaves one address; a single address can be host and gateway; so can one outside."""
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: "{{ item.name }}", cidr: "{{ item.cidr }}", gateway: "{{ item.gateway }}"}
          loop:
            - {name: p4, cidr: 192.0.2.0/31, gateway: 192.0.2.0}
            - {name: p6, cidr: 2001:db8::/127, gateway: "2001:db8::"}
            - {name: s4, cidr: 192.0.2.9/32, gateway: 192.0.2.9}
            - {name: outside, cidr: 198.51.100.0/29, gateway: 192.0.2.1}
        - name: hosts
          netledger.ipam.address: {name: h, subnet: "{{ item }}"}
          loop: [p4, p6, s4, outside]
        """
    ).ok()
    assert [(one["address"], one["gateway"]) for one in run["hosts"]["results"]] == [
        ("192.0.2.1", "192.0.2.0"),
        ("2001:db8::1", "2001:db8::"),
        ("192.0.2.9", "192.0.2.9"),
        ("198.51.100.1", "192.0.2.1"),
    ]
