# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``adopt``: writing down addresses that are in use already."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.5-10.0.0.9"], hold_down="1h",
    )  # fmt: skip
    ledger.subnet(name="kid", cidr="10.0.0.224/28")
    ledger.subnet(name="six", cidr="2001:db8::/64", gateway="2001:db8::1")
    ledger.address(names=["old", "db"], subnet="lan")  # 2 and 3
    ledger.address(name="old", state="absent")
    yield ledger
    ledger.check()


ADOPTED = [
    ("lan", "10.0.0.1", "gateway_address"),
    ("lan", "10.0.0.5", "address_reserved"),
    ("lan", "10.0.0.2", "address_on_hold"),
    ("six", "2001:db8::1", "gateway_address"),
]
STILL_REFUSED = [
    ("lan", "10.0.0.3", "address_conflict"),
    ("lan", "10.0.0.0", "network_address"),
    ("lan", "10.0.0.255", "broadcast_address"),
    ("lan", "10.0.0.225", "address_in_child"),
    ("lan", "10.0.1.1", "address_outside_subnet"),
    ("six", "2001:db8::", "subnet_router_address"),
]


@pytest.mark.parametrize(("subnet", "asked", "reason"), ADOPTED)
def test_what_nobody_else_could_have(lan: Ledger, subnet: str, asked: str, reason: str) -> None:
    wish = {"name": "router", "subnet": subnet, "address": asked}
    lan.refused(address.TASK, reason, **wish)
    predicted = lan.rehearse(address.TASK, **wish, adopt=True)
    made = lan.address(**wish, adopt=True)
    assert made == predicted
    assert (made["changed"], made["address"]) == (True, asked)
    for adopt in (True, False):
        assert lan.address(**wish, adopt=adopt)["changed"] is False
    lan.refused(address.TASK, "address_conflict", name="other", subnet=subnet, address=asked, adopt=True)


@pytest.mark.parametrize(("subnet", "asked", "reason"), STILL_REFUSED)
def test_what_it_does_not_help_with(lan: Ledger, subnet: str, asked: str, reason: str) -> None:
    lan.refused(address.TASK, reason, name="router", subnet=subnet, address=asked, adopt=True)


@pytest.mark.parametrize(("asked", "reason"), [("10.0.0.1", "gateway_address"), ("10.0.0.5", "address_reserved")])
def test_freed_again_it_is_what_it_was(lan: Ledger, clock: t.Any, asked: str, reason: str) -> None:
    before = lan.subnet_info(name="lan")
    lan.address(name="router", subnet="lan", address=asked, adopt=True)
    (during,) = lan.subnet_info(name="lan")
    assert during["used"] == before[0]["used"] + 1
    assert during["reserved_count"] == before[0]["reserved_count"] - 1
    assert during["free"] == before[0]["free"]
    lan.address(name="router", state="absent")
    clock.now += 3600
    lan.refused(address.TASK, reason, name="other", subnet="lan", address=asked)
    lan.address(name="next", subnet="lan")  # frees what is due
    lan.refused(address.TASK, reason, name="other", subnet="lan", address=asked)
    (after,) = lan.subnet_info(name="lan")
    assert after["reserved_count"] == before[0]["reserved_count"]


def test_one_in_a_pool_is_taken_as_ever(lan: Ledger) -> None:
    assert lan.address(name="web", subnet="lan", address="10.0.0.50", adopt=True)["changed"] is True
    assert lan.address(name="web2", subnet="lan", adopt=True)["address"] == "10.0.0.4"


def test_any_adopts_nothing(lan: Ledger) -> None:
    """Without a certain address there is nothing to write down: what is reserved or on hold is left."""
    names = [f"n{number}" for number in range(20)]
    made = lan.address(names=names, subnet="lan", adopt=True)["addresses"]
    numbers = [int(one["address"].rsplit(".", 1)[1]) for one in made]
    assert numbers == [4, *range(10, 29)]


def test_many(lan: Ledger) -> None:
    wishes = [{"name": "router", "address": "10.0.0.1"}, {"name": "printer", "address": "10.0.0.5", "status": "dhcp"}]
    made = lan.address(addresses=wishes, subnet="lan", adopt=True)
    assert [(one["address"], one["status"]) for one in made["addresses"]] == [
        ("10.0.0.1", "active"), ("10.0.0.5", "dhcp"),
    ]  # fmt: skip
    assert lan.address(addresses=wishes, subnet="lan", adopt=True)["changed"] is False


def test_without_subnet(lan: Ledger) -> None:
    assert lan.address(name="router", address="10.0.0.1", adopt=True)["subnet"] == "lan"


def test_an_adopted_gateway_that_moves_away(lan: Ledger) -> None:
    """Once it is no gateway any more, it is an address like others."""
    lan.address(name="router", subnet="lan", address="10.0.0.1", adopt=True)
    lan.subnet(name="lan", gateway="10.0.0.254", hold_down="0")
    assert lan.address(name="router", subnet="lan", address="10.0.0.1")["changed"] is False
    lan.address(name="router", state="absent")
    assert lan.address(name="new", subnet="lan", address="10.0.0.1")["changed"] is True


def test_an_adopted_lease_ends_and_is_reserved_again(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="guest", subnet="lan", address="10.0.0.5", adopt=True, lease="1h")
    clock.now += 7200
    lan.refused(address.TASK, "address_reserved", name="new", subnet="lan", address="10.0.0.5")
    assert lan.address(name="new", subnet="lan", address="10.0.0.5", adopt=True)["changed"] is True


def test_a_holder_moves_to_it_by_force(lan: Ledger) -> None:
    lan.refused(address.TASK, "address_differs", name="db", subnet="lan", address="10.0.0.1", adopt=True)
    assert lan.address(name="db", subnet="lan", address="10.0.0.1", adopt=True, force=True)["address"] == "10.0.0.1"


def test_the_one_on_hold_is_lost_to_its_last_holder(lan: Ledger) -> None:
    lan.address(name="new", subnet="lan", address="10.0.0.2", adopt=True)
    assert lan.address(name="old", subnet="lan")["address"] == "10.0.0.4"


def test_fallback_is_for_what_is_held(lan: Ledger) -> None:
    wish = {"subnet": "lan", "adopt": True, "fallback": "next"}
    assert lan.address(name="a", address="10.0.0.1", **wish)["address"] == "10.0.0.1"
    assert lan.address(name="b", address="10.0.0.3", **wish)["address"] == "10.0.0.4"


def test_rule_45_d4_small_networks(ledger: Ledger) -> None:
    """Both addresses of a /31 and the one of a /32 can be asked for; with a gateway in it, that one be adopted."""
    ledger.subnet(name="link", cidr="10.1.0.0/31")
    for name, asked in (("a", "10.1.0.0"), ("b", "10.1.0.1")):
        assert ledger.address(name=name, subnet="link", address=asked)["changed"] is True
    ledger.subnet(name="one", cidr="10.1.0.9/32")
    assert ledger.address(name="a", subnet="one", address="10.1.0.9")["changed"] is True
    ledger.subnet(name="gate", cidr="10.1.0.2/31", gateway="10.1.0.2")
    ledger.refused(address.TASK, "gateway_address", name="a", subnet="gate", address="10.1.0.2")
    assert ledger.address(name="a", subnet="gate", address="10.1.0.2", adopt=True)["changed"] is True
    ledger.check()
