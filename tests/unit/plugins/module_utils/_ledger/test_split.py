# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet becomes equal parts, and everything in it goes to the part in which it lies."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import subnet
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

SETTINGS: dict[str, t.Any] = {
    "dns_servers": ["9.9.9.9"],
    "domain": "example.com",
    "vlan_id": 7,
    "mtu": 9000,
    "hold_down": "1h",
    "strategy": "highest",
    "min_prefix_length": 27,
    "default_prefix_length": 28,
    "max_prefix_length": 29,
    "quota": 64,
    "tags": ["a"],
    "labels": {"rack": "r1"},
    "description": "text",
}


def cidrs(result: Result) -> dict[str, str]:
    return {one["name"]: one["cidr"] for one in result["subnets"]}


def pools(result: Result) -> list[list[tuple[str, str, str]]]:
    return [[(one["name"], one["start"], one["end"]) for one in part["pools"]] for part in result["subnets"]]


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", **SETTINGS)
    return ledger


def test_two_halves(lan: Ledger) -> None:
    lan.subnet(name="lan", reserved=["10.0.0.120-10.0.0.140"])
    lan.subnet(name="kid", cidr="10.0.0.160/28")
    lan.subnet(name="deep", cidr="10.0.0.164/30")
    for name, asked in (("low", "10.0.0.9"), ("high", "10.0.0.200"), ("gone", "10.0.0.201")):
        lan.address(name=name, subnet="lan", address=asked)
    lan.address(name="gone", state="absent")
    (site,) = lan.subnet_info(name="site")
    options = {"name": "lan", "split": 2}
    predicted = lan.rehearse(subnet.TASK, **options)
    result = lan.subnet(**options)
    assert result == predicted
    assert result["changed"] is True
    assert cidrs(result) == {"lan-1": "10.0.0.0/25", "lan-2": "10.0.0.128/25"}
    one, two = result["subnets"]
    assert [part["parent"] for part in (one, two)] == ["site", "site"]
    assert (one["gateway"], two["gateway"]) == ("10.0.0.1", None)
    assert (one["reserved"], two["reserved"]) == (["10.0.0.120-10.0.0.127"], ["10.0.0.128-10.0.0.140"])
    assert (one["children"], two["children"]) == ([], ["kid"])
    assert [(part["used"], part["held_down"], part["in_children"]) for part in (one, two)] == [(1, 0, 0), (1, 1, 16)]
    assert pools(result) == [[("default", "10.0.0.2", "10.0.0.126")], [("default", "10.0.0.129", "10.0.0.254")]]
    for part in (one, two):
        assert {**SETTINGS, "hold_down": 3600}.items() <= part.items()
    assert {one["name"]: one["parent"] for one in lan.subnet_info(parent="kid")} == {"deep": "kid"}
    (after,) = lan.subnet_info(name="site")
    assert after == {**site, "children": ["lan-1", "lan-2"]}
    lan.check()
    kept = lan.address(name="high", subnet="lan-2")
    assert (kept["changed"], kept["cidr"]) == (False, "10.0.0.200/25")
    assert lan.address(name="gone", subnet="lan-2")["address"] == "10.0.0.201"  # it waited for its last holder
    lan.check()


def test_again_nothing_changes(lan: Ledger) -> None:
    lan.subnet(name="lan", split=4)
    before = lan.content()
    result = lan.subnet(name="lan", split=4)
    assert (result["changed"], len(result["subnets"])) == (False, 4)
    assert result["diff"]["before"] == result["diff"]["after"]
    assert lan.content() == before


HISTORY: list[tuple[dict[str, t.Any], list[tuple[str, str | None, str | None]]]] = [
    (
        {},
        [
            ("lan", "10.0.0.0/24", None),
            ("lan-1", None, "10.0.0.0/25"),
            ("lan-2", None, "10.0.0.128/25"),
        ],
    ),
    # A part that keeps the name is the subnet as it goes on.
    (
        {"split_names": ["lan", "new"]},
        [
            ("lan", "10.0.0.0/24", "10.0.0.0/25"),
            ("new", None, "10.0.0.128/25"),
        ],
    ),
]


@pytest.mark.parametrize(("options", "expected"), HISTORY)
def test_history_says_what_went_and_what_came(
    lan: Ledger, options: dict[str, t.Any], expected: list[tuple[str, str | None, str | None]]
) -> None:
    ((newest,),) = lan.rows("SELECT max(id) FROM history")
    lan.subnet(name="lan", split=2, **options)
    rows = lan.rows("SELECT name, old, new FROM history WHERE id > ? ORDER BY id", newest)
    told = [(name, *((one and json.loads(one)["cidr"]) for one in sides)) for name, *sides in rows]
    assert told == expected


def test_names_may_be_given_and_one_may_stay(lan: Ledger) -> None:
    options: dict[str, t.Any] = {"name": "lan", "split": 2, "split_names": ["new", "lan"]}
    assert cidrs(lan.subnet(**options)) == {"new": "10.0.0.0/25", "lan": "10.0.0.128/25"}
    assert lan.subnet(**options)["changed"] is False
    lan.check()


def test_a_subnet_named_by_its_cidr_has_parts_named_by_theirs(ledger: Ledger) -> None:
    ledger.subnet(cidr="2001:db8::/63")
    result = ledger.subnet(name="2001:db8::/63", split=2)
    assert cidrs(result) == {"2001:db8::/64": "2001:db8::/64", "2001:db8:0:1::/64": "2001:db8:0:1::/64"}
    assert ledger.subnet(name="2001:db8::/63", split=2)["changed"] is False
    assert pools(result)[1] == [("default", "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff")]
    ledger.check()


def test_a_gateway_outside_serves_all_parts(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:db8::/62", gateway="fe80::1")
    assert {part["gateway"] for part in ledger.subnet(name="six", split=4)["subnets"]} == {"fe80::1"}


def test_rule_10_a_router_may_have_the_first_address_of_an_ipv6_part(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:db8::/63", gateway="2001:db8:0:1::")
    one, two = ledger.subnet(name="six", split=2)["subnets"]
    assert (one["gateway"], two["gateway"]) == (None, "2001:db8:0:1::")
    ledger.check()


def test_named_pools_are_cut_at_the_borders(ledger: Ledger) -> None:
    ledger.subnet(
        name="lan",
        cidr="10.0.0.0/24",
        pools=[
            {"name": "low", "start": "10.0.0.10", "end": "10.0.0.19", "strategy": "random"},
            {"name": "wide", "start": "10.0.0.100", "end": "10.0.0.199", "hold_down": "60"},
            {"start": "10.0.0.64", "end": "10.0.0.64"},
            {"start": "10.0.0.200", "end": "10.0.0.254"},
        ],
    )
    result = ledger.subnet(name="lan", split=4)
    assert pools(result) == [
        [("low", "10.0.0.10", "10.0.0.19")],
        [("wide", "10.0.0.100", "10.0.0.126")],  # not the new broadcast address; .64 is a network address now
        [("wide", "10.0.0.129", "10.0.0.190")],
        [("wide", "10.0.0.193", "10.0.0.199"), ("10.0.0.200-10.0.0.254", "10.0.0.200", "10.0.0.254")],
    ]
    assert [pool["strategy"] for pool in result["subnets"][0]["pools"]] == ["random"]
    assert [pool["hold_down"] for pool in result["subnets"][3]["pools"]] == [60, None]
    ledger.check()


def test_a_pool_called_after_its_range_is_called_after_what_is_left(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=[{"start": "10.0.0.100", "end": "10.0.0.199"}])
    assert pools(ledger.subnet(name="lan", split=2)) == [
        [("10.0.0.100-10.0.0.126", "10.0.0.100", "10.0.0.126")],
        [("10.0.0.129-10.0.0.199", "10.0.0.129", "10.0.0.199")],
    ]


def test_no_pools_stay_none(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", pools=[])
    assert pools(ledger.subnet(name="lan", split=2)) == [[], []]


def test_what_is_used_by_a_generated_pool_stays_said(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.pool(subnet="lan", strategy="rotate")
    ledger.address(names=["a", "b"], subnet="lan")
    ledger.address(name="a", state="absent")
    ledger.subnet(name="lan", split=2)
    assert ledger.address(name="c", subnet="lan-1")["address"] == "10.0.0.3"  # goes on rotating
    assert ledger.address(name="c", subnet="lan-2")["address"] == "10.0.0.129"


def test_what_loses_its_place_is_named(lan: Ledger, clock: Clock) -> None:
    lan.subnet(name="lan", gateway="10.0.0.64")
    for name, asked in (("bcast", "10.0.0.127"), ("net", "10.0.0.128"), ("fine", "10.0.0.129"), ("gone", "10.0.0.191")):
        lan.address(name=name, subnet="lan", address=asked)
    lan.address(name="gone", state="absent")
    lan.subnet(name="large", cidr="10.0.0.192/27")
    lan.subnet(name="equal", cidr="10.0.0.0/27")
    result = lan.refused(subnet.TASK, "split_impossible", name="lan", split=8)
    assert [one["name"] for one in result["stranded"]] == ["bcast", "net"]
    assert [one["name"] for one in result["on_hold"]] == ["gone"]
    assert result["children"] == ["equal", "large"]
    for words in ("10.0.0.127 (bcast)", "10.0.0.128 (net)", "10.0.0.191 (on hold for gone)", "10.0.0.64 (the gateway)"):
        assert words in result["msg"]
    assert "equal (10.0.0.0/27)" in result["msg"]
    result = lan.refused(subnet.TASK, "split_impossible", name="lan", split=2, force=True)
    assert [one["name"] for one in result["stranded"]] == ["bcast", "net"]
    assert result["children"] == []


def test_force_ends_holds_in_the_way_and_time_does(lan: Ledger, clock: Clock) -> None:
    lan.address(name="gone", subnet="lan", address="10.0.0.127")
    lan.address(name="gone", state="absent")
    assert "force" in lan.refused(subnet.TASK, "split_impossible", name="lan", split=2)["msg"]
    assert lan.rehearse(subnet.TASK, name="lan", split=2, force=True)["changed"] is True
    clock.now += 3600
    assert lan.subnet(name="lan", split=2)["changed"] is True
    lan.check()


def test_force_really_ends_them(lan: Ledger) -> None:
    lan.address(name="gone", subnet="lan", address="10.0.0.127")
    lan.address(name="gone", state="absent")
    lan.subnet(name="lan", split=2, force=True)
    assert lan.rows("SELECT * FROM hold") == []
    lan.check()


def test_subnet_router_addresses_of_parts_are_nobodys(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:db8::/63")
    ledger.address(name="web", subnet="six", address="2001:db8:0:1::")
    result = ledger.refused(subnet.TASK, "split_impossible", name="six", split=2)
    assert "2001:db8:0:1:: (web)" in result["msg"]


IMPOSSIBLE: list[tuple[str, int]] = [
    ("10.0.0.0/31", 4),
    ("10.0.0.0/32", 2),
    ("2001:db8::/127", 4),
    ("10.0.0.0/24", 512),
]


@pytest.mark.parametrize(("cidr", "count"), IMPOSSIBLE)
def test_too_few_addresses(ledger: Ledger, cidr: str, count: int) -> None:
    ledger.subnet(name="lan", cidr=cidr)
    result = ledger.refused(subnet.TASK, "split_impossible", name="lan", split=count)
    assert str(count) in result["msg"]
    assert result["subnet"] == "lan"


def test_down_to_single_addresses(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/30", gateway="10.0.0.1")
    ledger.address(name="web", subnet="lan")
    parts = ledger.subnet(name="lan", split=4)["subnets"]
    assert [(part["cidr"], part["gateway"], part["used"], part["free"]) for part in parts] == [
        ("10.0.0.0/32", None, 0, 1),
        ("10.0.0.1/32", "10.0.0.1", 0, 1),
        ("10.0.0.2/32", None, 1, 0),
        ("10.0.0.3/32", None, 0, 1),
    ]
    ledger.check()


def test_a_taken_name_is_named(lan: Ledger) -> None:
    lan.subnet(name="lan-2", cidr="10.9.0.0/24")
    result = lan.refused(subnet.TASK, "split_impossible", name="lan", split=2)
    assert "'lan-2' (10.9.0.0/24)" in result["msg"]
    lan.refused(subnet.TASK, "split_impossible", name="lan", split=2, split_names=["a", "site"])
    lan.subnet(name="lan-2", cidr="10.0.0.0/24", vrf="red")  # another space
    assert lan.subnet(name="lan", split=2, split_names=["a", "b"])["changed"] is True


def test_a_part_is_not_called_by_the_cidr_of_another(lan: Ledger) -> None:
    names = ["10.0.0.128/25", "10.0.0.0/25"]
    result = lan.refused(subnet.TASK, "bad_request", name="lan", split=2, split_names=names)
    assert result["msg"].startswith("split_names: ")
    assert lan.subnet(name="lan", split=2, split_names=names[::-1])["changed"] is True


def test_rule_77_parts_are_new_children(lan: Ledger) -> None:
    lan.subnet(name="site", max_prefix_length=25, quota=256)
    lan.refused(subnet.TASK, "prefix_length_refused", name="lan", split=4)
    assert lan.subnet(name="lan", split=2)["changed"] is True  # and use no more of the quota than before


def test_parts_that_only_look_so_are_no_split(ledger: Ledger) -> None:
    """The right names and sizes, in another order or not side by side."""
    for first, second in (
        ("10.0.1.0/24", "10.0.0.0/24"),
        ("10.0.1.0/24", "10.0.2.0/24"),
        ("10.0.0.0/24", "10.0.1.0/25"),
    ):
        ledger.subnet(name="lan-1", cidr=first)
        ledger.subnet(name="lan-2", cidr=second)
        ledger.refused(subnet.TASK, "subnet_missing", name="lan", split=2)
        for name in ("lan-1", "lan-2"):
            ledger.subnet(name=name, state="absent")


WRONG: list[tuple[dict[str, t.Any], str]] = [
    ({"split": 3}, "power of two"),
    ({"split": 1}, "split"),
    ({"split": 0}, "split"),
    ({"split": -2}, "split"),
    ({"split": 131072}, "65536"),
    ({"split": 2, "split_names": ["a"]}, "1 names for 2 parts"),
    ({"split": 2, "split_names": ["a", "a"]}, "twice"),
    ({"split_names": ["a", "b"]}, "needs split"),
    ({"split": 2, "mtu": 1400}, "mtu: does not go with split"),
    ({"split": 2, "cidr": "10.0.0.0/24"}, "cidr: does not go with split"),
    ({"split": 2, "merge": ["a", "b"]}, "merge: does not go with split"),
    ({"split": 2, "state": "absent"}, "state=absent"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_what_is_no_split(lan: Ledger, options: dict[str, t.Any], words: str) -> None:
    assert words in lan.refused(subnet.TASK, "bad_request", **{"name": "lan", **options})["msg"]


def test_empty_options_beside_it_are_none(lan: Ledger) -> None:
    nothing = {"parent": [], "gateway": "", "domain": "", "new_name": "", "cidr": "", "merge": []}
    assert lan.subnet(name="lan", split=2, split_names=[], **nothing)["changed"] is True
