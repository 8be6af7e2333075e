# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool
from ansible_collections.netledger.ipam.tests.ledger import Ledger

LOW: dict[str, t.Any] = {"subnet": "lan", "name": "low", "start": "10.0.0.10", "end": "10.0.0.19"}


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.pool(**LOW)
    return ledger


SPELLINGS: list[dict[str, t.Any]] = [
    {},
    {"end": None, "size": 10},
    {"start": "::ffff:10.0.0.10"},
    {"subnet": "10.0.0.0/24"},
    {"subnet": "10.0.0.9/24", "end": "::FFFF:10.0.0.19"},
]

REFUSED: list[tuple[dict[str, t.Any], str]] = [
    ({"start": "10.0.0.0"}, "pool_outside_subnet"),
    ({"end": "10.0.0.255"}, "pool_outside_subnet"),
    ({"end": "10.0.1.9"}, "pool_outside_subnet"),
    ({"start": "10.0.0.1"}, "gateway_in_pool"),
    ({"start": "10.0.0.20"}, "bad_request"),
    ({"end": None, "size": 1000}, "bad_request"),
    ({"end": None, "size": 2**40}, "bad_request"),
    ({"end": "2001:db8::9"}, "version_mismatch"),
    ({"subnet": "six"}, "version_mismatch"),
    ({"subnet": "six", "end": None, "size": 2**33}, "version_mismatch"),
    ({"name": "other"}, "pool_overlap"),
    ({"subnet": "nowhere"}, "subnet_missing"),
]


@pytest.mark.parametrize("again", SPELLINGS)
def test_twice_is_once_in_any_spelling(lan: Ledger, again: dict[str, t.Any]) -> None:
    before = lan.content()
    result = lan.pool(**{**LOW, **again})
    assert result["changed"] is False
    assert result["diff"]["before"] == result["diff"]["after"]
    assert lan.content() == before


@pytest.mark.parametrize(("wish", "reason"), REFUSED)
def test_pools_that_cannot_be(lan: Ledger, wish: dict[str, t.Any], reason: str) -> None:
    lan.refused(pool.TASK, reason, **{**LOW, **wish})


def test_a_strategy_that_is_none(lan: Ledger) -> None:
    result = lan.refused(pool.TASK, "bad_request", **LOW, strategy="best")
    assert "is not one of lowest, highest, random, rotate" in result["msg"]


def test_what_is_returned(lan: Ledger) -> None:
    lan.subnet(name="lan", reserved=["10.0.0.12"])
    lan.address(name="web", subnet="lan")
    result = lan.pool(**{**LOW, "end": "10.0.0.29"})
    assert result["pool"] == {
        "name": "low", "subnet": "lan", "vrf": "default", "start": "10.0.0.10", "end": "10.0.0.29", "size": 20,
        "strategy": None, "hold_down": None, "warn_below": None,
        "used": 1, "held_down": 0, "reserved": 1, "in_children": 0, "free": 18,
    }  # fmt: skip
    assert result["stranded"] == []
    own = {"name": "low", "strategy": None, "hold_down": None, "warn_below": None}
    assert result["diff"]["before"] == {**own, "start": "10.0.0.10", "end": "10.0.0.19"}
    assert result["diff"]["after"] == {**own, "start": "10.0.0.10", "end": "10.0.0.29"}


def test_resizing_keeps_every_address(lan: Ledger) -> None:
    names = [f"h{number}" for number in range(10)]
    before = lan.address(names=names, subnet="lan")["addresses"]
    for start, end in (("10.0.0.10", "10.0.0.200"), ("10.0.0.2", "10.0.0.19"), ("10.0.0.10", "10.0.0.19")):
        lan.pool(**{**LOW, "start": start, "end": end})
        again = lan.address(names=names, subnet="lan")
        assert (again["changed"], again["addresses"]) == (False, before)
        lan.check()


def test_shrinking_over_held_addresses_takes_force(lan: Ledger) -> None:
    lan.address(names=["a", "b", "c"], subnet="lan")
    smaller = {**LOW, "start": "10.0.0.12"}
    result = lan.refused(pool.TASK, "shrink_in_use", **smaller)
    assert "10.0.0.10 (a), 10.0.0.11 (b)" in result["msg"]
    assert result["stranded"] == [{"address": "10.0.0.10", "name": "a"}, {"address": "10.0.0.11", "name": "b"}]
    forced = lan.pool(**smaller, force=True)
    assert (forced["changed"], [one["name"] for one in forced["stranded"]]) == (True, ["a", "b"])
    outside = lan.address(name="a", subnet="lan")
    assert (outside["changed"], outside["address"], outside["pool"]) == (False, "10.0.0.10", None)
    assert lan.address(name="new", subnet="lan")["address"] == "10.0.0.13"
    assert lan.pool(**smaller, force=True)["changed"] is False
    lan.address(name="a", state="absent")
    assert lan.pool(**LOW)["pool"]["used"] == 3
    assert lan.address(name="next", subnet="lan")["address"] == "10.0.0.10"
    lan.check()


def test_removing(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan")
    lan.refused(pool.TASK, "shrink_in_use", subnet="lan", name="low", state="absent")
    assert lan.pool(subnet="lan", name="none", state="absent")["changed"] is False
    result = lan.pool(subnet="lan", name="low", state="absent", force=True)
    assert (result["changed"], result["pool"], result["stranded"][0]["name"]) == (True, None, "a")
    assert lan.pool(subnet="lan", name="low", state="absent")["changed"] is False
    lan.refused(address.TASK, "pool_missing", name="b", subnet="lan")
    assert lan.address(name="a", subnet="lan")["changed"] is False
    assert lan.address(name="b", subnet="lan", address="10.0.0.40")["changed"] is True
    gone = lan.pool(subnet="nowhere", name="low", state="absent")
    assert gone["changed"] is False
    assert "no pool to remove" in gone["warnings"][0]


def test_several_pools(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="high", start="10.0.0.20", size=5)  # touches the other, does not overlap
    pools = lan.subnet_info(name="lan")[0]["pools"]
    assert [(one["name"], one["size"]) for one in pools] == [("low", 10), ("high", 5)]
    lan.pool(subnet="six", start="2001:DB8::A", size=2**40)
    (default,) = lan.subnet_info(name="six")[0]["pools"]
    assert (default["name"], default["start"], default["end"]) == ("default", "2001:db8::a", "2001:db8::100:0:9")


def test_a_dry_run_changes_nothing(lan: Ledger) -> None:
    before = lan.content()
    wish = {**LOW, "end": "10.0.0.50"}
    predicted = lan.rehearse(pool.TASK, **wish)
    assert lan.content() == before
    assert lan.pool(**wish) == predicted
