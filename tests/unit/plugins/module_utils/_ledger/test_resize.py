# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet grows around what it was and shrinks into it, and everybody keeps the address."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger


def bounds(ledger: Ledger, name: str) -> list[tuple[str, str, str]]:
    (shown,) = ledger.subnet_info(name=name)
    return [(one["name"], one["start"], one["end"]) for one in shown["pools"]]


def row(ledger: Ledger, name: str) -> int:
    ((number,),) = ledger.rows("SELECT id FROM subnet WHERE name = ?", name)
    return int(number)


def test_growing_keeps_row_addresses_and_history(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/25", gateway="10.0.0.1")
    held = ledger.address(names=["a", "b"], subnet="lan")["addresses"]
    number = row(ledger, "lan")
    (before,) = ledger.rows("SELECT count(*) FROM history")[0]
    predicted = ledger.rehearse(subnet.TASK, name="lan", cidr="10.0.0.0/24")
    result = ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert result == predicted
    assert (result["changed"], result["subnet"]["cidr"], result["subnet"]["free"]) == (True, "10.0.0.0/24", 251)
    assert (result["diff"]["before"]["cidr"], result["diff"]["after"]["cidr"]) == ("10.0.0.0/25", "10.0.0.0/24")
    assert row(ledger, "lan") == number
    assert bounds(ledger, "lan") == [("default", "10.0.0.2", "10.0.0.254")]
    again = ledger.address(names=["a", "b"], subnet="lan")
    assert again["changed"] is False
    assert [one["address"] for one in again["addresses"]] == [one["address"] for one in held]
    assert {one["prefix_length"] for one in again["addresses"]} == {24}
    rows = ledger.rows("SELECT object, name, old, new FROM history ORDER BY id")[before:]
    assert [(one[0], one[1], json.loads(one[2])["cidr"], json.loads(one[3])["cidr"]) for one in rows] == [
        ("subnet", "lan", "10.0.0.0/25", "10.0.0.0/24")
    ]
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is False
    ledger.check()


@pytest.mark.parametrize(
    ("old", "new"),
    [("10.0.0.128/25", "10.0.0.0/24"), ("10.0.0.64/26", "10.0.0.0/23"), ("2001:db8:0:1::/64", "2001:db8::/62")],
)
def test_growing_takes_space_from_the_parent_and_shrinking_gives_it_back(ledger: Ledger, old: str, new: str) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16" if "." in old else "2001:db8::/48")
    ledger.subnet(name="lan", cidr=old)
    (site,) = ledger.subnet_info(name="site")
    for cidr in (new, old):
        assert ledger.subnet(name="lan", cidr=cidr)["changed"] is True
        ledger.check()
    assert ledger.subnet_info(name="site") == [site]


def test_shrinking_keeps_what_fits(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.subnet(name="kid", cidr="10.0.0.64/28")
    ledger.address(name="a", subnet="lan", address="10.0.0.126")
    ledger.subnet(name="lan", reserved=["10.0.0.4", "10.0.0.120-10.0.0.140"])
    number = row(ledger, "lan")
    made = ledger.subnet(name="lan", cidr="10.0.0.0/25")["subnet"]
    assert made["reserved"] == ["10.0.0.4", "10.0.0.120-10.0.0.127"]
    assert bounds(ledger, "lan") == [("default", "10.0.0.2", "10.0.0.126")]
    assert (made["children"], row(ledger, "lan")) == (["kid"], number)
    kept = ledger.address(name="a", subnet="lan")
    assert (kept["changed"], kept["cidr"]) == (False, "10.0.0.126/25")
    ledger.check()


def test_shrinking_names_all_that_loses_its_place(ledger: Ledger, clock: Clock) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.254", hold_down="60")
    ledger.subnet(name="kid", cidr="10.0.0.160/28")
    for name, asked in (("edge", "10.0.0.127"), ("out", "10.0.0.200"), ("gone", "10.0.0.201"), ("in", "10.0.0.9")):
        ledger.address(name=name, subnet="lan", address=asked)
    ledger.address(name="gone", state="absent")
    result = ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.0/25")
    assert result["stranded"] == [{"address": "10.0.0.127", "name": "edge"}, {"address": "10.0.0.200", "name": "out"}]
    assert result["on_hold"] == [{"address": "10.0.0.201", "name": "gone"}]
    assert result["children"] == ["kid"]
    assert result["msg"].startswith("Subnet 'lan' (10.0.0.0/24) cannot become 10.0.0.0/25, which would leave no place")
    for words in ("10.0.0.127 (edge)", "10.0.0.200 (out)", "10.0.0.201 (on hold for gone)", "kid (10.0.0.160/28)"):
        assert words in result["msg"]
    assert "10.0.0.254 (the gateway)" in result["msg"]
    assert "10.0.0.9" not in result["msg"]
    assert ledger.rehearse(subnet.TASK, name="lan", cidr="10.0.0.0/25")["reason"] == "shrink_in_use"


def test_a_prefix_length_alone_is_no_new_network(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    result = ledger.refused(subnet.TASK, "subnet_differs", name="lan", prefix_length=25)
    assert result["msg"].startswith("Subnet 'lan' of VRF 'default' is 10.0.0.0/24 and cannot become a /25. ")
    assert result["subnet"] == "lan"


def test_another_parent_is_no_new_network(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="site", cidr="10.1.0.0/16")
    result = ledger.refused(subnet.TASK, "subnet_differs", name="lan", parent="site")
    assert result["msg"].endswith(", and 10.0.0.0/24 does not lie in 'site' (10.1.0.0/16).")
    assert result["subnet"] == "lan"


def test_shrinking_from_both_sides_names_the_holds_of_both(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="1h")
    for name, asked in (("low", "10.0.0.10"), ("high", "10.0.0.200")):
        ledger.address(name=name, subnet="lan", address=asked)
        ledger.address(name=name, state="absent")
    result = ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.64/26")
    assert result["on_hold"] == [{"address": "10.0.0.10", "name": "low"}, {"address": "10.0.0.200", "name": "high"}]


def test_the_router_keeps_the_address_of_the_gateway(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/25", gateway="10.0.0.1")
    ledger.address(name="router", subnet="lan", address="10.0.0.1", adopt=True)
    for cidr in ("10.0.0.0/24", "10.0.0.0/25"):
        assert ledger.subnet(name="lan", cidr=cidr)["subnet"]["gateway"] == "10.0.0.1"
        ledger.check()
    assert ledger.address(name="router", subnet="lan")["address"] == "10.0.0.1"


def test_force_ends_holds_and_never_frees_an_address(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/23")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="1h")
    for name, asked in (("gone", "10.0.0.127"), ("far", "10.0.0.200"), ("kept", "10.0.0.20")):
        ledger.address(name=name, subnet="lan", address=asked)
        if name != "far":
            ledger.address(name=name, state="absent")
    assert (
        "force" not in ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.0/25", force=True)["msg"]
    )
    ledger.subnet(name="lan", hold_down="0")
    ledger.address(name="far", state="absent")
    assert "force" in ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.0/25")["msg"]
    made = ledger.subnet(name="lan", cidr="10.0.0.0/25", force=True)["subnet"]
    assert (made["held_down"], made["free"]) == (1, 125)
    ledger.check()


def test_what_has_ended_is_not_in_the_way(ledger: Ledger, clock: Clock) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="60")
    ledger.address(name="gone", subnet="lan", address="10.0.0.200")
    ledger.address(name="gone", state="absent")
    ledger.address(name="leased", subnet="lan", address="10.0.0.201", lease="60")
    clock.now += 120
    assert ledger.subnet(name="lan", cidr="10.0.0.0/25")["changed"] is True
    ledger.check()


GROWTH: list[tuple[str, str]] = [
    ("10.0.0.0/22", "overlap"),  # over the sibling beside it
    ("10.0.0.0/16", "subnet_differs"),  # as large as its parent
    ("10.0.0.0/8", "subnet_differs"),
    ("10.9.0.0/24", "subnet_differs"),
    ("2001:db8::/64", "subnet_differs"),
]


@pytest.mark.parametrize(("cidr", "reason"), GROWTH)
def test_what_cannot_grow(ledger: Ledger, cidr: str, reason: str) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="next", cidr="10.0.2.0/24")
    result = ledger.refused(subnet.TASK, reason, name="lan", cidr=cidr)
    assert ("next (10.0.2.0/24)" in result["msg"]) is (reason == "overlap")
    assert result["subnet"] == ("next" if reason == "overlap" else "lan")


def test_top_level_subnets_do_not_grow_over_each_other(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="next", cidr="10.0.1.0/25")
    ledger.subnet(name="other", cidr="10.0.1.128/25", vrf="red")
    result = ledger.refused(subnet.TASK, "overlap", name="lan", cidr="10.0.0.0/23")
    assert "next (10.0.1.0/25)" in result["msg"]
    ledger.subnet(name="next", state="absent")
    assert ledger.subnet(name="lan", cidr="10.0.0.0/23")["changed"] is True
    ledger.check()


def test_growing_stops_at_what_the_parent_gave_away(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16", gateway="10.0.1.1", hold_down="1h")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    for name, asked in (("web", "10.0.1.9"), ("gone", "10.0.1.10")):
        ledger.address(name=name, subnet="site", address=asked)
    ledger.address(name="gone", state="absent")
    result = ledger.refused(subnet.TASK, "subnet_in_use", name="lan", cidr="10.0.0.0/23")
    for words in ("10.0.1.9 (web)", "10.0.1.10 (on hold)", "10.0.1.1 (the gateway)"):
        assert words in result["msg"]
    assert result["parent"] == "site"


def test_rule_77_rule_81_growing_and_shrinking_keep_the_limits(ledger: Ledger) -> None:
    """The quota leaves out what the subnet has already: 256 + 64 are 320."""
    ledger.subnet(name="site", cidr="10.0.0.0/16", min_prefix_length=23, max_prefix_length=26, quota=320)
    ledger.subnet(name="lan", cidr="10.0.0.0/25")
    ledger.subnet(name="next", cidr="10.0.2.0/26")
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is True
    result = ledger.refused(subnet.TASK, "quota_exceeded", name="lan", cidr="10.0.0.0/23")
    assert (result["used"], result["asked"]) == (64, 512)
    ledger.subnet(name="site", quota=0)
    ledger.subnet(name="next", state="absent")
    ledger.refused(subnet.TASK, "prefix_length_refused", name="lan", cidr="10.0.0.0/22")
    ledger.refused(subnet.TASK, "prefix_length_refused", name="lan", cidr="10.0.0.0/27")
    assert ledger.subnet(name="lan", cidr="10.0.0.0/23")["changed"] is True
    ledger.check()


def test_what_would_become_an_edge_stops_growing(ledger: Ledger) -> None:
    """Both addresses of a /31 are hosts' (RFC 3021); in a /30 the first is the network address."""
    ledger.subnet(name="link", cidr="10.0.0.0/31")
    ledger.address(names=["a", "b"], subnet="link")
    result = ledger.refused(subnet.TASK, "subnet_in_use", name="link", cidr="10.0.0.0/30")
    assert result["stranded"] == [{"address": "10.0.0.0", "name": "a"}]
    ledger.address(name="a", state="absent")
    ledger.subnet(name="link", gateway="10.0.0.0")
    result = ledger.refused(subnet.TASK, "subnet_in_use", name="link", cidr="10.0.0.0/30")
    assert "10.0.0.0 (the gateway)" in result["msg"]
    made = ledger.subnet(name="link", cidr="10.0.0.0/30", gateway="last")["subnet"]
    assert (made["gateway"], made["used"], made["free"]) == ("10.0.0.2", 1, 0)
    ledger.check()


def test_the_host_of_a_32_is_not_made_its_gateway_by_growing(ledger: Ledger) -> None:
    ledger.subnet(name="loop", cidr="10.0.0.7/32", gateway="10.0.0.7")
    ledger.address(name="web", subnet="loop")
    ledger.refused(subnet.TASK, "address_conflict", name="loop", cidr="10.0.0.6/31")
    ledger.refused(subnet.TASK, "address_conflict", name="loop", cidr="10.0.0.6/31", gateway="10.0.0.7")
    assert ledger.subnet(name="loop", cidr="10.0.0.6/31", gateway="10.0.0.6")["changed"] is True
    ledger.check()


def test_an_on_link_gateway_may_come_to_lie_inside(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/25", gateway="10.0.0.200")
    made = ledger.subnet(name="lan", cidr="10.0.0.0/24")["subnet"]
    assert (made["gateway"], made["reserved_count"]) == ("10.0.0.200", 1)
    assert bounds(ledger, "lan") == [
        ("default", "10.0.0.1", "10.0.0.199"),
        ("default-2", "10.0.0.201", "10.0.0.254"),
    ]
    ledger.refused(address.TASK, "gateway_address", name="web", subnet="lan", address="10.0.0.200")
    ledger.check()
    ledger.subnet(name="up", cidr="10.1.0.0/25", gateway="10.1.0.255")
    ledger.refused(subnet.TASK, "subnet_in_use", name="up", cidr="10.1.0.0/24")


@pytest.mark.parametrize(
    ("gateway", "kept"),
    [("10.0.0.1", "10.0.0.1"), ("", None), ("first", "10.0.0.129"), ("last", "10.0.0.254"), ("10.9.9.9", "10.9.9.9")],
)
def test_a_gateway_given_with_the_cidr_counts(ledger: Ledger, gateway: str, kept: str | None) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.128/25")
    options = {"name": "lan", "cidr": "10.0.0.128/25", "gateway": gateway}
    assert ledger.subnet(**options)["subnet"]["gateway"] == kept
    assert ledger.subnet(**options)["changed"] is False
    ledger.check()


def test_named_pools_have_to_fit(ledger: Ledger) -> None:
    pools = [{"name": "p", "start": "10.0.0.100", "end": "10.0.0.140"}]
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=pools)
    result = ledger.refused(subnet.TASK, "pool_outside_subnet", name="lan", cidr="10.0.0.0/25")
    assert "'p' (10.0.0.100-10.0.0.140)" in result["msg"]
    ledger.subnet(name="lan", cidr="10.0.0.0/25", pools=[{**pools[0], "end": "10.0.0.126"}])
    assert bounds(ledger, "lan") == [("p", "10.0.0.100", "10.0.0.126")]
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert bounds(ledger, "lan") == [("p", "10.0.0.100", "10.0.0.126")]
    ledger.check()


def test_reserved_may_be_given_with_the_cidr(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/25", reserved=["10.0.0.5"])
    made = ledger.subnet(name="lan", cidr="10.0.0.0/24", reserved=["10.0.0.128/25"])["subnet"]
    assert (made["reserved"], made["free"]) == (["10.0.0.128-10.0.0.255"], 127)
    ledger.check()


def test_a_child_cannot_be_swallowed_by_shrinking_onto_it(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="kid", cidr="10.0.0.0/25")
    assert ledger.refused(subnet.TASK, "shrink_in_use", name="lan", cidr="10.0.0.0/25")["children"] == ["kid"]


def test_a_subnet_called_by_its_cidr_needs_a_new_name(ledger: Ledger) -> None:
    ledger.subnet(cidr="10.0.0.0/24")
    ledger.refused(subnet.TASK, "bad_request", name="10.0.0.0/24", cidr="10.0.0.0/23")
    wish = {"name": "10.0.0.0/24", "cidr": "10.0.0.0/23", "new_name": "lan"}
    assert ledger.subnet(**wish)["subnet"]["name"] == "lan"
    assert ledger.subnet(**wish)["changed"] is False


def test_the_parent_may_be_named_with_the_new_cidr(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", parent="site")
    wish: dict[str, t.Any] = {"name": "lan", "cidr": "10.0.0.0/23", "parent": ["site"]}
    assert [ledger.subnet(**wish)["changed"] for _time in range(2)] == [True, False]
    ledger.subnet(name="inner", cidr="10.0.0.0/25")
    ledger.refused(subnet.TASK, "subnet_differs", name="lan", cidr="10.0.0.0/24", parent="inner")
