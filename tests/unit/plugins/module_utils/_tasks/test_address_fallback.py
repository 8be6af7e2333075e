# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certain addresses with ``fallback: next``: another one where this holder cannot have it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
    """One address of each kind that web cannot have; the first free one is 10.0.0.2."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.5"], hold_down="1h")
    ledger.subnet(name="kid", cidr="10.0.0.224/28")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.address(name="db", subnet="lan", address="10.0.0.7")
    ledger.address(name="old", subnet="lan", address="10.0.0.8")
    ledger.address(name="old", state="absent")
    yield ledger
    ledger.check()


TAKEN = [
    ("lan", "10.0.0.0", "network_address"),
    ("lan", "10.0.0.255", "broadcast_address"),
    ("lan", "10.0.0.1", "gateway_address"),
    ("lan", "10.0.0.5", "address_reserved"),
    ("lan", "10.0.0.225", "address_in_child"),
    ("lan", "10.0.0.7", "address_conflict"),
    ("lan", "10.0.0.8", "address_on_hold"),
    ("six", "2001:db8::", "subnet_router_address"),
]
NOT_MEANT = [
    ("lan", "10.0.1.7", "address_outside_subnet"),
    ("lan", "2001:db8::7", "address_outside_subnet"),
    ("lan", "10.0.0.7/25", "bad_request"),
    ("lan", "10.0.0.300", "bad_request"),
    ("nowhere", "10.0.0.7", "subnet_missing"),
]


@pytest.mark.parametrize(("subnet", "asked", "reason"), TAKEN)
def test_another_one_instead(lan: Ledger, subnet: str, asked: str, reason: str) -> None:
    wish = {"name": "web", "subnet": subnet, "address": asked}
    lan.refused(address.TASK, reason, **wish)
    predicted = lan.rehearse(address.TASK, **wish, fallback="next")
    made = lan.address(**wish, fallback="next")
    assert made == predicted
    assert (made["changed"], made["address"]) == (True, {"lan": "10.0.0.2", "six": "2001:db8::1"}[subnet])
    again = lan.address(**wish, fallback="next")
    assert (again["changed"], again["address"]) == (False, made["address"])


@pytest.mark.parametrize(("subnet", "asked", "reason"), NOT_MEANT)
def test_what_is_wrong_stays_wrong(lan: Ledger, subnet: str, asked: str, reason: str) -> None:
    lan.refused(address.TASK, reason, name="web", subnet=subnet, address=asked, fallback="next")


def test_the_one_asked_for_where_it_is_free(lan: Ledger) -> None:
    assert lan.address(name="web", subnet="lan", address="10.0.0.50", fallback="next")["address"] == "10.0.0.50"


@pytest.mark.parametrize("asked", ["10.0.0.7", "10.0.0.60"])
@pytest.mark.parametrize("force", [False, True])
def test_who_holds_another_one_keeps_it(lan: Ledger, asked: str, force: bool) -> None:
    """Also where the one asked for is free by now, and with force: nothing is to be forced."""
    lan.address(name="web", subnet="lan", address="10.0.0.50")
    again = lan.address(name="web", subnet="lan", address=asked, fallback="next", force=force)
    assert (again["changed"], again["address"]) == (False, "10.0.0.50")


def test_the_strategy_and_the_pools_decide_on_the_other(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="default", start="10.0.0.2", end="10.0.0.99")
    lan.pool(subnet="lan", name="high", start="10.0.0.100", end="10.0.0.109")
    wish = {"name": "web", "subnet": "lan", "address": "10.0.0.7", "fallback": "next"}
    other = lan.address(**wish, pool=["high"], strategy="highest")
    assert other["address"] == "10.0.0.109"


def test_its_own_address_on_hold_comes_before_any_other(lan: Ledger) -> None:
    wish = {"name": "old", "subnet": "lan", "address": "10.0.0.7", "fallback": "next"}
    assert lan.address(**wish)["address"] == "10.0.0.8"


def test_a_full_pool_is_said(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="default", start="10.0.0.7", end="10.0.0.8", force=True)
    wish = {"name": "web", "subnet": "lan", "address": "10.0.0.7", "fallback": "next"}
    lan.refused(address.TASK, "pool_exhausted", **wish)


def test_rule_63_the_other_is_none_that_the_same_task_names(lan: Ledger) -> None:
    wishes = [{"name": "a", "address": "10.0.0.7"}, {"name": "b"}, {"name": "c", "address": "10.0.0.2"}]
    result = lan.address(addresses=wishes, subnet="lan", fallback="next")
    assert [one["address"] for one in result["addresses"]] == ["10.0.0.3", "10.0.0.4", "10.0.0.2"]
    assert lan.address(addresses=wishes, subnet="lan", fallback="next")["changed"] is False


@pytest.mark.parametrize("strategy", ["eui64", "stable"])
def test_an_address_that_a_strategy_makes(lan: Ledger, strategy: str) -> None:
    wish = {"name": "web", "subnet": "six", "strategy": strategy, "mac": "00:00:00:00:00:01",
            "secret_key": "0123456789abcdef"}  # fmt: skip
    made = lan.address(**wish)["address"]
    lan.address(name="web", state="absent")
    lan.address(name="other", subnet="six", address=made)
    if strategy == "eui64":
        lan.refused(address.TASK, "address_conflict", **wish)
        assert lan.address(**wish, fallback="next")["address"] == "2001:db8::1"
    else:
        assert lan.address(**wish, fallback="next")["address"] not in (made, "2001:db8::1")  # the next try of RFC 7217
