# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking for subnets: rules 11 to 15 and 75 to 88 of docs/parity.md."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger

# What a task says


@pytest.mark.parametrize(
    ("cidr", "length"), [("10.0.0.0/16", 33), ("10.0.0.0/16", -1), ("10.0.0.0/16", 16), ("2001:db8::/48", 129)]
)
def test_rule_11_the_length_fits_version_and_parent(ledger: Ledger, cidr: str, length: int) -> None:
    ledger.subnet(name="site", cidr=cidr)
    result = ledger.refused(subnet.TASK, "bad_request", name="lan", parent=["site"], prefix_length=length)
    assert result["msg"].startswith(f"prefix_length: {length} ")


@pytest.mark.parametrize("options", [{"prefix_length": 24}, {"gateway": "10.0.0.1"}, {"pools": []}, {}])
def test_rule_12_a_new_subnet_has_a_cidr_or_a_parent(ledger: Ledger, options: dict[str, t.Any]) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    result = ledger.refused(subnet.TASK, "subnet_missing", name="lan", **options)
    assert "cidr" in result["msg"]
    assert "parent" in result["msg"]


def test_rule_14_what_is_given_says_which_subnet_it_is(ledger: Ledger) -> None:
    """A CIDR that one, a parent any of it; by the address of its router a subnet is written as a CIDR."""
    ledger.subnet(name="site", cidr="10.0.0.0/16", default_prefix_length=26)
    assert ledger.subnet(name="any", parent=["site"])["subnet"]["cidr"] == "10.0.0.0/26"
    assert ledger.subnet(name="long", parent=["site"], prefix_length=30)["subnet"]["cidr"] == "10.0.0.64/30"
    router = ledger.subnet(cidr="10.0.7.1/24", gateway="10.0.7.1")["subnet"]
    assert (router["name"], router["cidr"]) == ("10.0.7.0/24", "10.0.7.0/24")  # called by its CIDR without a name
    assert ledger.subnet(cidr="10.0.7.0/24", gateway="")["subnet"]["gateway"] is None


def test_rule_15_what_is_shown_can_be_sent_back(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(
        name="lan",
        cidr="10.0.0.0/24",
        gateway="10.0.0.77",
        reserved=["10.0.0.2-10.0.0.9"],
        dns_servers=["10.0.0.2", "2001:db8::53"],
        hold_down="1h",
        strategy="rotate",
        quota=64,
        tags=["front"],
        labels={"owner": "red"},
    )
    (shown,) = ledger.subnet_info(name="lan")
    pools = [{key: one[key] for key in ("name", "start", "end")} for one in shown["pools"]]
    options = [
        *("name", "cidr", "gateway", "reserved", "dns_servers", "strategy", "quota", "tags", "labels", "description")
    ]
    again = {key: shown[key] for key in options}
    wish = {**again, "pools": pools, "hold_down": str(shown["hold_down"]), "parent": [shown["parent"]]}
    assert ledger.subnet(**wish)["changed"] is False


# Subnets out of subnets


def test_rule_75_several_prefixes_are_several_parents(ledger: Ledger) -> None:
    """In the order given, of one version; siblings that touch become one by merge."""
    for name, cidr in (("a", "10.0.0.0/24"), ("b", "10.0.1.0/24"), ("six", "2001:db8::/48")):
        ledger.subnet(name=name, cidr=cidr)
    made = [ledger.subnet(name=f"kid{n}", parent=["b", "a"], prefix_length=25)["subnet"]["cidr"] for n in range(4)]
    assert made == ["10.0.1.0/25", "10.0.1.128/25", "10.0.0.0/25", "10.0.0.128/25"]
    ledger.refused(subnet.TASK, "parent_exhausted", name="kid4", parent=["b", "a"], prefix_length=25)
    ledger.refused(subnet.TASK, "version_mismatch", name="kid4", parent=["a", "six"], prefix_length=25)
    whole = ledger.subnet(name="both", merge=["a", "b"])["subnet"]
    assert (whole["cidr"], whole["children"]) == ("10.0.0.0/23", ["kid2", "kid3", "kid0", "kid1"])
    ledger.check()


@pytest.mark.parametrize("length", [24, 25, 30, 31, 32])
def test_rule_79_d6_a_block_of_any_length_with_its_gateway(ledger: Ledger, length: int) -> None:
    """The first host of the block: its only address in a /32, where the reference puts it outside."""
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    made = ledger.subnet(name="lan", parent=["site"], prefix_length=length, gateway="first")["subnet"]
    assert (made["cidr"], made["gateway"]) == (f"10.0.0.0/{length}", "10.0.0.1" if length < 31 else "10.0.0.0")
    ledger.check()


def test_rule_82_by_cidr_or_as_a_block_and_not_both(ledger: Ledger) -> None:
    """The argument spec says so; of the version nobody has to say anything, as the parent has one."""
    assert ["cidr", "prefix_length"] in subnet.TASK.arguments["mutually_exclusive"]
    ledger.subnet(name="site", cidr="2001:db8::/48")
    assert ledger.subnet(name="lan", parent=["site"], prefix_length=64)["subnet"]["version"] == 6


def test_rule_83_a_parent_grows_and_shrinks_only_around_its_children(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/23")
    ledger.subnet(name="kid", cidr="10.0.1.0/25")
    result = ledger.refused(subnet.TASK, "shrink_in_use", name="site", cidr="10.0.0.0/24")
    assert result["children"] == ["kid"]
    assert ledger.subnet(name="site", cidr="10.0.0.0/16")["subnet"]["children"] == ["kid"]
    assert ledger.subnet(name="site", cidr="10.0.1.0/24")["subnet"]["children"] == ["kid"]
    assert ledger.subnet(name="site", cidr="10.0.1.0/24")["changed"] is False
    ledger.refused(subnet.TASK, "subnet_differs", name="site", cidr="10.0.2.0/24")  # neither in it nor around it
    ledger.check()


def test_rule_84_subnets_that_are_there_become_children(ledger: Ledger) -> None:
    """What the reference calls onboarding: a parent made around them takes them over, and knows what is left."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="web", subnet="lan")
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    assert ledger.subnet_info(name="lan")[0]["parent"] == "site"
    assert ledger.subnet(name="new", parent=["site"], prefix_length=24)["subnet"]["cidr"] == "10.0.1.0/24"
    assert ledger.address_info(name="web")["addresses"][0]["address"] == "10.0.0.1"
    ledger.check()


def test_rule_85_a_vrf_is_where_addresses_are_unique(ledger: Ledger) -> None:
    """Networks of one VRF never overlap, those of two may, and none moves to another."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="red")
    ledger.refused(subnet.TASK, "overlap", name="again", cidr="10.0.0.0/24", vrf="red")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="blue")
    for vrf in ("red", "blue"):
        assert ledger.address(name="web", vrf=vrf, subnet="lan")["address"] == "10.0.0.1"
    result = ledger.refused(subnet.TASK, "vrf_differs", name="lan", vrf="green", mtu=1400)
    assert result["vrfs"] == ["blue", "red"]
    ledger.check()


ODD = ["0.0.0.0/0", "::/0", "127.0.0.0/8", "224.0.0.0/4", "ff00::/8", "::/64", "0.0.0.0/8"]


@pytest.mark.parametrize("cidr", ODD)
def test_rule_87_networks_that_no_host_is_in_can_be_written_down(ledger: Ledger, cidr: str) -> None:
    """The reference has DHCP in mind. A ledger may say what the whole address space is for."""
    assert ledger.subnet(name="odd", cidr=cidr)["subnet"]["cidr"] == cidr
    ledger.check()


def test_rule_88_a_held_gateway_can_be_left_and_nobody_loses_an_address(ledger: Ledger) -> None:
    """The reference refuses to change the gateway while a router's port has it. Here the router keeps its address."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.address(name="router", subnet="lan", address="10.0.0.1", adopt=True)
    ledger.address(name="web", subnet="lan")
    result = ledger.refused(subnet.TASK, "address_conflict", name="lan", gateway="10.0.0.2")
    assert result["holder"] == "web"
    assert ledger.subnet(name="lan", gateway="10.0.0.1")["changed"] is False
    ledger.subnet(name="lan", gateway="10.0.0.254")
    assert ledger.address_info(name="router")["addresses"][0]["address"] == "10.0.0.1"
    ledger.check()
