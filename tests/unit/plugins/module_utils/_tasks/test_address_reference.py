# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the reference that this ledger keeps, and defects of it (D) that it does not have."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1",
        pools=[{"name": "low", "start": "10.0.0.10", "end": "10.0.0.12"},
               {"name": "high", "start": "10.0.0.100", "end": "10.0.0.101"}],
    )  # fmt: skip
    yield ledger
    ledger.check()


def test_rule_42_empty_text_is_any(lan: Ledger) -> None:
    assert lan.address(name="a", subnet="lan", address="")["address"] == "10.0.0.10"


def test_rule_44_held_is_said_before_not_valid(lan: Ledger) -> None:
    lan.address(name="router", subnet="lan", address="10.0.0.1", adopt=True)
    lan.refused(address.TASK, "address_conflict", name="a", subnet="lan", address="10.0.0.1")


def test_rule_46_a_certain_address_may_lie_outside_of_all_pools(lan: Ledger) -> None:
    made = lan.address(name="a", subnet="lan", address="10.0.0.200")
    assert (made["address"], made["pool"]) == ("10.0.0.200", None)


def test_rule_47_spelling_does_not_matter(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:db8::/32")
    ledger.address(name="a", subnet="six", address="2001:DB8:0::0001:0")
    ledger.refused(address.TASK, "address_conflict", name="b", subnet="six", address="2001:db8::1:0")


def test_rule_48_d16_what_is_freed_rests_where_a_hold_down_says_so(lan: Ledger, clock: t.Any) -> None:
    lan.address(names=["a", "b"], subnet="lan")
    lan.address(name="a", state="absent")
    assert lan.address(name="c", subnet="lan")["address"] == "10.0.0.10"  # without one, at once
    lan.subnet(name="lan", hold_down="10m")
    lan.address(name="b", state="absent")
    assert lan.address(name="d", subnet="lan")["address"] == "10.0.0.12"
    clock.now += 600
    assert lan.address(name="e", subnet="lan")["address"] == "10.0.0.11"


def test_rule_53_many_are_given_in_the_order_of_asking(lan: Ledger) -> None:
    names = ["c", "a", "b"]
    made = lan.address(names=names, subnet="lan")["addresses"]
    assert [(one["name"], one["address"]) for one in made] == [
        ("c", "10.0.0.10"), ("a", "10.0.0.11"), ("b", "10.0.0.12"),
    ]  # fmt: skip


def test_rule_54_what_is_full_is_said(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan", count=5)
    result = lan.refused(address.TASK, "pool_exhausted", name="b", subnet="lan")
    assert [(one["name"], one["size"], one["used"]) for one in result["pools"]] == [("low", 3, 3), ("high", 2, 2)]


def test_rule_54_no_pools_is_another_failure_than_full_ones(lan: Ledger) -> None:
    lan.subnet(name="none", cidr="10.0.1.0/24", pools=[])
    lan.refused(address.TASK, "pool_missing", name="b", subnet="none")


@pytest.mark.parametrize("text", ["10.0.0", "10.0.0.300", "web", "10.0.0.1/40", "::g", " 10.0.0.10", "010.0.0.10"])
def test_rule_60_d9_garbage_is_not_freed_silently(lan: Ledger, text: str) -> None:
    lan.refused(address.TASK, "bad_request", address=text, state="absent")
    lan.refused(address.TASK, "bad_request", address=text, subnet="lan", state="absent")


def test_rule_60_freeing_twice_is_fine(lan: Ledger) -> None:
    lan.address(name="a", subnet="lan")
    assert lan.address(address="10.0.0.10", state="absent")["changed"] is True
    assert lan.address(address="10.0.0.10", state="absent")["changed"] is False


def test_d14_asked_again_after_a_time_out(lan: Ledger) -> None:
    """Who did not hear the answer asks again and gets the same."""
    made = lan.address(names=["a", "b"], subnet="lan", strategy="random")["addresses"]
    for name, expected in zip("ab", made, strict=True):
        assert lan.address(name=name, subnet="lan", strategy="random")["address"] == expected["address"]


def test_d14_who_and_when(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="a", subnet="lan", description="first")
    clock.now += 60
    lan.address(name="a", state="absent")
    rows = lan.rows("SELECT at, actor, name, old, new FROM history WHERE object = 'address' ORDER BY id")
    assert [row[:3] for row in rows] == [(1_000_000, "tester", "a"), (1_000_060, "tester", "a")]
    assert json.loads(rows[0][4])["description"] == json.loads(rows[1][3])["description"] == "first"


@pytest.mark.parametrize("cidr", ["10.1.0.0/31", "10.1.0.0/32", "2001:db8:1::/127", "2001:db8:1::/128"])
def test_rule_45_d4_what_any_gives_can_be_asked_for(lan: Ledger, cidr: str) -> None:
    lan.subnet(name="small", cidr=cidr)
    size = 2 if cidr.endswith(("/31", "/127")) else 1
    given = [one["address"] for one in lan.address(name="a", subnet="small", count=size)["addresses"]]
    lan.refused(address.TASK, "pool_exhausted", name="b", subnet="small")
    lan.address(name="a", state="absent")
    for text in given:
        assert lan.address(name=f"holder of {text}", subnet="small", address=text)["address"] == text
