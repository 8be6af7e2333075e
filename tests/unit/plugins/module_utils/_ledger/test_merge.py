# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sibling subnets become one, and everything that is in them stays."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool, subnet
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger

MERGE: dict[str, t.Any] = {"name": "lan", "merge": ["lan-1", "lan-2"]}


def bounds(ledger: Ledger, name: str = "lan") -> list[tuple[str, str, str]]:
    (shown,) = ledger.subnet_info(name=name)
    return [(one["name"], one["start"], one["end"]) for one in shown["pools"]]


@pytest.fixture
def halves(ledger: Ledger) -> Ledger:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan-1", cidr="10.0.0.0/25", hold_down="1h", tags=["a"], description="first")
    ledger.subnet(name="lan-2", cidr="10.0.0.128/25", hold_down="2h", tags=["b"], reserved=["10.0.0.250"])
    return ledger


def test_two_halves(halves: Ledger) -> None:
    halves.subnet(name="lan-1", gateway="10.0.0.1", reserved=["10.0.0.2"])
    halves.subnet(name="kid", cidr="10.0.0.160/28")
    halves.subnet(name="deep", cidr="10.0.0.164/30")
    for name, where, asked in (
        ("a", "lan-1", "10.0.0.9"),
        ("b", "lan-2", "10.0.0.200"),
        ("gone", "lan-2", "10.0.0.201"),
    ):
        halves.address(name=name, subnet=where, address=asked, mac="52:54:00:12:34:56", tags=[name])
    halves.address(name="gone", state="absent")
    (site,) = halves.subnet_info(name="site")
    predicted = halves.rehearse(subnet.TASK, **MERGE)
    result = halves.subnet(**MERGE)
    assert result == predicted
    made = result["subnet"]
    assert (result["changed"], made["cidr"], made["parent"], made["children"]) == (True, "10.0.0.0/24", "site", ["kid"])
    assert (made["hold_down"], made["tags"], made["description"]) == (3600, ["a"], "first")
    assert (made["gateway"], made["reserved"]) == ("10.0.0.1", ["10.0.0.2", "10.0.0.250"])
    assert (made["used"], made["held_down"], made["in_children"]) == (2, 1, 16)
    assert bounds(halves) == [("default", "10.0.0.2", "10.0.0.254")]
    assert [one["name"] for one in halves.subnet_info(parent="kid")] == ["deep"]
    assert sorted(result["diff"]["before"]) == ["lan-1", "lan-2"]
    (after,) = halves.subnet_info(name="site")
    assert after == {**site, "children": ["lan"]}
    halves.check()
    kept = halves.address(name="b", subnet="lan")
    assert (kept["changed"], kept["cidr"], kept["mac"], kept["tags"]) == (
        False, "10.0.0.200/24", "52:54:00:12:34:56", ["b"],
    )  # fmt: skip
    assert halves.address(name="gone", subnet="lan")["address"] == "10.0.0.201"


def test_again_nothing_changes_but_what_is_told(halves: Ledger) -> None:
    halves.subnet(**MERGE)
    before = halves.content()
    result = halves.subnet(**MERGE)
    assert (result["changed"], result["subnet"]["name"]) == (False, "lan")
    assert halves.content() == before
    result = halves.subnet(**MERGE, mtu=1400)
    assert (result["changed"], result["subnet"]["mtu"]) == (True, 1400)


def test_history_says_what_went_and_what_came(halves: Ledger) -> None:
    ((newest,),) = halves.rows("SELECT max(id) FROM history")
    halves.subnet(**MERGE)
    rows = halves.rows("SELECT name, old, new FROM history WHERE id > ? ORDER BY id", newest)
    told = [(name, *((one and json.loads(one)["cidr"]) for one in sides)) for name, *sides in rows]
    assert told == [
        ("lan-1", "10.0.0.0/25", None),
        ("lan-2", "10.0.0.128/25", None),
        ("lan", None, "10.0.0.0/24"),
    ]


def test_the_first_one_named_gives_its_settings_wherever_it_lies(halves: Ledger) -> None:
    made = halves.subnet(name="lan", merge=["lan-2", "lan-1"])["subnet"]
    assert (made["cidr"], made["hold_down"], made["tags"]) == ("10.0.0.0/24", 7200, ["b"])
    halves.check()


@pytest.mark.parametrize("name", ["lan-1", "lan-2"])
def test_the_name_may_be_that_of_a_part(halves: Ledger, name: str) -> None:
    halves.address(name="web", subnet="lan-2")
    wish = {"name": name, "merge": ["lan-1", "lan-2"]}
    assert halves.subnet(**wish)["subnet"]["cidr"] == "10.0.0.0/24"
    assert halves.subnet(**wish)["changed"] is False
    assert halves.address(name="web", subnet=name)["address"] == "10.0.0.129"
    halves.check()


def test_what_is_told_counts_more_than_what_the_parts_have(halves: Ledger) -> None:
    halves.subnet(name="lan-1", gateway="10.0.0.1")
    halves.subnet(name="lan-2", gateway="10.0.0.129")
    wish = {**MERGE, "gateway": "last", "reserved": ["10.0.0.3"], "tags": ["c"], "hold_down": "0"}
    made = halves.subnet(**wish)["subnet"]
    assert (made["gateway"], made["reserved"], made["tags"], made["hold_down"]) == (
        "10.0.0.254", ["10.0.0.3"], ["c"], 0,
    )  # fmt: skip
    assert halves.subnet(**wish)["changed"] is False
    halves.check()


def test_parts_of_several_sizes_and_by_cidr(ledger: Ledger) -> None:
    ledger.subnet(name="c", cidr="2001:db8:0:2::/63")
    ledger.subnet(name="a", cidr="2001:db8::/64", gateway="fe80::1")
    ledger.subnet(name="b", cidr="2001:db8:0:1::/64")
    ledger.address(name="web", subnet="b")
    wish = {"name": "six", "merge": ["a", "2001:db8:0:1::/64", "c"]}
    made = ledger.subnet(**wish)["subnet"]
    assert (made["cidr"], made["gateway"], made["used"]) == ("2001:db8::/62", "fe80::1", 1)
    assert ledger.subnet(**wish)["changed"] is False
    ledger.check()


def test_splitting_and_merging_is_no_change(ledger: Ledger) -> None:
    """Also for a pool over the border, which loses two addresses to the edges of the halves and gets them back."""
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.100-10.0.0.140"], strategy="highest",
        pools=[{"name": "p", "start": "10.0.0.20", "end": "10.0.0.200", "strategy": "lowest"}],
    )  # fmt: skip
    ledger.address(names=["a", "b"], subnet="lan")
    (before,) = ledger.subnet_info()
    ledger.subnet(name="lan", split=2)
    ledger.subnet(**MERGE)
    assert ledger.subnet_info() == [before]
    ledger.check()


# Pools


def named(ledger: Ledger, where: str, *pools: tuple[str, str, str]) -> None:
    ledger.subnet(name=where, pools=[{"name": name, "start": start, "end": end} for name, start, end in pools])


def test_pools_of_both_stay(halves: Ledger) -> None:
    named(halves, "lan-1", ("p", "10.0.0.10", "10.0.0.19"))
    named(halves, "lan-2", ("q", "10.0.0.130", "10.0.0.139"))
    halves.subnet(**MERGE)
    assert bounds(halves) == [("p", "10.0.0.10", "10.0.0.19"), ("q", "10.0.0.130", "10.0.0.139")]


def test_a_generated_pool_beside_named_ones_is_a_named_one(halves: Ledger) -> None:
    named(halves, "lan-2", ("q", "10.0.0.130", "10.0.0.139"))
    halves.subnet(**MERGE, gateway="10.0.0.140")
    assert bounds(halves) == [("default", "10.0.0.1", "10.0.0.126"), ("q", "10.0.0.130", "10.0.0.139")]


def test_pools_of_one_name_join_where_they_touch(halves: Ledger) -> None:
    """Between .126 and .129 lie only the edges of the halves."""
    named(halves, "lan-1", ("p", "10.0.0.10", "10.0.0.126"))
    named(halves, "lan-2", ("p", "10.0.0.129", "10.0.0.139"))
    halves.subnet(**MERGE)
    assert bounds(halves) == [("p", "10.0.0.10", "10.0.0.139")]


def test_pools_of_one_name_apart_are_refused(halves: Ledger) -> None:
    named(halves, "lan-1", ("p", "10.0.0.10", "10.0.0.126"))
    named(halves, "lan-2", ("p", "10.0.0.130", "10.0.0.139"))
    result = halves.refused(subnet.TASK, "merge_impossible", **MERGE)
    for words in ("'p'", "10.0.0.10-10.0.0.126", "10.0.0.130-10.0.0.139", "pools"):
        assert words in result["msg"]
    halves.subnet(**MERGE, pools=[{"name": "p", "start": "10.0.0.50", "end": "10.0.0.60"}])
    assert bounds(halves) == [("p", "10.0.0.50", "10.0.0.60")]


@pytest.mark.parametrize(("holder", "where"), [("low", "lan-1"), ("high", "lan-2")])
def test_new_pools_cover_the_holders_of_every_part(halves: Ledger, holder: str, where: str) -> None:
    named(halves, "lan-1", ("p", "10.0.0.10", "10.0.0.19"))
    named(halves, "lan-2", ("p", "10.0.0.130", "10.0.0.139"))
    halves.address(name=holder, subnet=where)
    new = [{"name": "p", "start": "10.0.0.50", "end": "10.0.0.60"}]
    result = halves.refused(subnet.TASK, "shrink_in_use", **MERGE, pools=new)
    assert [one["name"] for one in result["stranded"]] == [holder]
    assert halves.subnet(**MERGE, pools=new, force=True)["subnet"]["used"] == 1
    halves.check()


# What cannot be


def test_different_gateways_are_named(halves: Ledger) -> None:
    halves.subnet(name="lan-1", gateway="10.0.0.1")
    halves.subnet(name="lan-2", gateway="10.0.0.254")
    result = halves.refused(subnet.TASK, "merge_impossible", **MERGE)
    for words in ("10.0.0.1 of 'lan-1'", "10.0.0.254 of 'lan-2'", "Give gateway"):
        assert words in result["msg"]


@pytest.mark.parametrize("second", ["10.0.0.1", "10.9.9.9"])
def test_the_gateway_that_lies_inside_is_that_of_all(halves: Ledger, second: str) -> None:
    """Whichever of the two is named first."""
    halves.subnet(name="lan-1", gateway="10.0.0.1")
    halves.subnet(name="lan-2", gateway=second)
    assert halves.subnet(name="lan", merge=["lan-2", "lan-1"])["subnet"]["gateway"] == "10.0.0.1"
    halves.check()


def test_a_gateway_of_one_held_in_another_is_refused(halves: Ledger) -> None:
    halves.subnet(name="lan-1", gateway="10.0.0.200")
    halves.address(name="web", subnet="lan-2", address="10.0.0.200")
    assert halves.refused(subnet.TASK, "address_conflict", **MERGE)["holder"] == "web"


def test_a_holder_in_two_parts_is_named(halves: Ledger) -> None:
    for where in ("lan-1", "lan-2"):
        halves.address(name="web", subnet=where)
        halves.address(name="db", subnet=where, interface="eth1")
        halves.address(name="vip", subnet=where, interface=where)  # another key in each
    result = halves.refused(subnet.TASK, "merge_impossible", **MERGE)
    assert result["holders"] == [{"name": "db", "interface": "eth1"}, {"name": "web", "interface": ""}]
    assert "db (eth1), web" in result["msg"]
    for name in ("web", "db"):
        halves.address(name=name, subnet="lan-2", state="absent")
    assert halves.subnet(**MERGE)["subnet"]["used"] == 4
    halves.check()


def test_a_holder_whose_time_is_over_is_none(halves: Ledger, clock: Clock) -> None:
    halves.address(name="web", subnet="lan-1")
    halves.address(name="web", subnet="lan-2", lease="60")
    clock.now += 60
    assert halves.subnet(**MERGE)["subnet"]["used"] == 1
    halves.check()


def test_what_would_become_an_edge_is_named(ledger: Ledger) -> None:
    """Of two /31, all four addresses are hosts'; of a /30 the first and the last are not."""
    ledger.subnet(name="lan-1", cidr="10.0.0.0/31", gateway="10.0.0.0")
    ledger.subnet(name="lan-2", cidr="10.0.0.2/31", hold_down="1h")
    for name, asked in (("web", "10.0.0.2"), ("db", "10.0.0.3")):
        ledger.address(name=name, subnet="lan-2", address=asked)
    result = ledger.refused(subnet.TASK, "merge_impossible", **MERGE)
    assert result["stranded"] == [{"address": "10.0.0.3", "name": "db"}]
    assert "10.0.0.0 (the gateway)" in result["msg"]
    ledger.address(name="db", state="absent")
    result = ledger.refused(subnet.TASK, "merge_impossible", **MERGE, gateway="10.0.0.1")
    assert result["on_hold"] == [{"address": "10.0.0.3", "name": "db"}]
    made = ledger.subnet(**MERGE, gateway="10.0.0.1", force=True)["subnet"]
    assert (made["used"], made["held_down"], made["free"]) == (1, 0, 0)
    ledger.check()


PARTS: list[tuple[list[str], str]] = [
    (["lan-1", "b"], "no CIDR"),  # not side by side
    (["lan-2", "c"], "no CIDR"),  # side by side across a border
    (["lan-1", "lan-2", "c"], "no CIDR"),
    (["lan-1", "kid"], "siblings"),
    (["lan-1", "top"], "siblings"),
    (["lan-1", "six"], "siblings"),
    (["lan-1", "site"], "siblings"),
]


@pytest.mark.parametrize(("parts", "words"), PARTS)
def test_what_is_no_network_together(halves: Ledger, parts: list[str], words: str) -> None:
    halves.subnet(name="b", cidr="10.0.1.128/25")
    halves.subnet(name="c", cidr="10.0.1.0/25")
    halves.subnet(name="kid", cidr="10.0.0.128/26")
    halves.subnet(name="top", cidr="10.1.0.0/25")
    halves.subnet(name="six", cidr="2001:db8::/64")
    result = halves.refused(subnet.TASK, "merge_impossible", name="lan", merge=parts)
    assert words in result["msg"]
    assert all(f"'{part}'" in result["msg"] for part in parts)


def test_children_that_are_all_of_their_parent_stay(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/24")
    ledger.subnet(name="lan-1", cidr="10.0.0.0/25")
    ledger.subnet(name="lan-2", cidr="10.0.0.128/25")
    assert "'site'" in ledger.refused(subnet.TASK, "merge_impossible", **MERGE)["msg"]


def test_another_subnet_of_that_name_is_named(halves: Ledger) -> None:
    halves.subnet(name="lan", cidr="10.9.0.0/24")
    assert "'lan' (10.9.0.0/24)" in halves.refused(subnet.TASK, "merge_impossible", **MERGE)["msg"]
    assert "'site'" in halves.refused(subnet.TASK, "merge_impossible", **{**MERGE, "name": "site"})["msg"]


def test_a_part_that_is_not_there_is_missing(halves: Ledger) -> None:
    for parts in (["lan-1", "lan-3"], ["lan-3", "lan-4"]):
        result = halves.refused(subnet.TASK, "subnet_missing", name="lan", merge=parts)
        assert result["subnet"] == "lan-3"
    halves.refused(subnet.TASK, "subnet_missing", **MERGE, vrf="red")


def test_rule_77_the_merged_one_is_a_new_child(halves: Ledger) -> None:
    halves.subnet(name="site", min_prefix_length=25, quota=256)
    halves.refused(subnet.TASK, "prefix_length_refused", **MERGE)
    halves.subnet(name="site", min_prefix_length=24)
    assert halves.subnet(**MERGE)["changed"] is True  # and uses no more of the quota than before


def test_it_is_not_called_by_the_cidr_of_another(halves: Ledger) -> None:
    halves.refused(subnet.TASK, "bad_request", **{**MERGE, "name": "10.0.1.0/24"})
    assert halves.subnet(**{**MERGE, "name": "10.0.0.0/24"})["changed"] is True


WRONG: list[tuple[dict[str, t.Any], str]] = [
    ({"merge": ["lan-1"]}, "at least two"),
    ({"merge": ["lan-1", "lan-1", ""]}, "at least two"),
    ({"name": "", "cidr": "10.0.0.0/24"}, "name: is missing"),
    ({"cidr": "10.0.0.0/24"}, "cidr: does not go with merge"),
    ({"new_name": "x"}, "new_name: does not go with merge"),
    ({"parent": ["site"]}, "parent: does not go with merge"),
    ({"state": "absent"}, "state=absent"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_what_is_no_merge(halves: Ledger, options: dict[str, t.Any], words: str) -> None:
    assert words in halves.refused(subnet.TASK, "bad_request", **{**MERGE, **options})["msg"]


def test_no_names_are_no_merge(halves: Ledger) -> None:
    for nothing in ([], [""]):
        assert halves.subnet(name="lan-1", merge=nothing)["changed"] is False


def test_pools_can_be_made_after_it(halves: Ledger) -> None:
    halves.subnet(**MERGE)
    halves.pool(subnet="lan", name="p", start="10.0.0.100", end="10.0.0.150")
    halves.refused(pool.TASK, "subnet_missing", subnet="lan-1", name="p", start="10.0.0.100", size=2)


def test_what_was_split_can_be_merged(ledger: Ledger) -> None:
    """Several addresses of one key that a split parted come together again."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="a", subnet="lan", address="10.0.0.9")
    ledger.address(name="a", subnet="lan", count=2, strategy="highest")
    before = ledger.address_info()["addresses"]
    assert [one["address"] for one in before] == ["10.0.0.9", "10.0.0.254"]
    ledger.subnet(name="lan", split=2)
    ledger.subnet(**MERGE)
    assert ledger.address_info()["addresses"] == before
    assert ledger.address(name="a", subnet="lan", count=2)["changed"] is False
    ledger.check()
