# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several subnets in order, and subnets that are described by tags and labels."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

BOTH = ["one", "two"]


@pytest.fixture
def lan(ledger: Ledger) -> t.Iterator[Ledger]:
    """Two addresses in the first subnet, six in the second one, and one of IPv6."""
    ledger.subnet(name="two", cidr="10.0.2.0/29", tags=["office", "floor2"], labels={"site": "b"})
    ledger.subnet(name="one", cidr="10.0.1.0/30", tags=["office"], labels={"site": "b", "vlan": 7})
    ledger.subnet(name="six", cidr="2001:db8::/64", tags=["office"])
    ledger.subnet(name="blue", cidr="10.0.9.0/24", tags=["office"], vrf="blue")
    yield ledger
    ledger.check()


def given(result: dict[str, t.Any]) -> list[str]:
    return [one["address"] for one in result["addresses"]]


def fill(ledger: Ledger, subnet: str, count: int) -> None:
    ledger.address(names=[f"{subnet}{number}" for number in range(count)], subnet=subnet)


def test_rule_61_the_next_one_when_one_is_full(lan: Ledger) -> None:
    for name, expected in (("a", "10.0.1.1"), ("b", "10.0.1.2"), ("c", "10.0.2.1")):
        predicted = lan.rehearse(address.TASK, name=name, subnet=BOTH)
        made = lan.address(name=name, subnet=BOTH)
        assert made == predicted
        assert made["address"] == expected
        assert lan.address(name=name, subnet=BOTH)["changed"] is False


def test_in_the_order_of_the_list(lan: Ledger) -> None:
    assert given(lan.address(name="a", subnet=["two", "one"])) == ["10.0.2.1"]
    assert given(lan.address(name="b", subnet=["10.0.1.0/30", "two", "one"])) == ["10.0.1.1"]


def test_who_holds_one_in_any_of_them_keeps_it(lan: Ledger) -> None:
    lan.address(name="a", subnet="two")
    again = lan.address(name="a", subnet=BOTH)
    assert (again["changed"], again["address"]) == (False, "10.0.2.1")
    assert lan.address(name="a", subnet=BOTH, interface="eth1")["address"] == "10.0.1.1"


def test_a_bulk_spills_over(lan: Ledger) -> None:
    lan.address(name="c", subnet="two")
    made = lan.address(names=list("abcd"), subnet=BOTH)
    assert given(made) == ["10.0.1.1", "10.0.1.2", "10.0.2.1", "10.0.2.2"]
    assert lan.address(names=list("abcd"), subnet=BOTH)["changed"] is False


def test_rule_67_all_are_full(lan: Ledger) -> None:
    fill(lan, "one", 2)
    fill(lan, "two", 6)
    result = lan.refused(address.TASK, "pool_exhausted", name="a", subnet=BOTH)
    assert [(one["subnet"], one["reason"]) for one in result["subnets"]] == [
        ("one", "pool_exhausted"),
        ("two", "pool_exhausted"),
    ]
    assert [one["pools"][0]["used"] for one in result["subnets"]] == [2, 6]
    for text in ("10.0.1.0/30", "10.0.2.0/29", "2 used", "6 used"):
        assert text in result["msg"]


def test_a_bulk_too_large_for_all_gives_nothing(lan: Ledger) -> None:
    lan.refused(address.TASK, "pool_exhausted", names=[f"n{number}" for number in range(9)], subnet=BOTH)
    assert lan.address_info()["addresses"] == []
    assert len(given(lan.address(names=[f"n{number}" for number in range(8)], subnet=BOTH))) == 8


def test_a_pool_that_only_one_has(lan: Ledger) -> None:
    lan.pool(subnet="two", name="high", start="10.0.2.6", size=1, force=True)
    lan.pool(subnet="two", name="default", start="10.0.2.1", size=5, force=True)
    lan.pool(subnet="two", name="high", start="10.0.2.6", size=1)
    assert given(lan.address(name="a", subnet=BOTH, pool="high")) == ["10.0.2.6"]
    result = lan.refused(address.TASK, "pool_exhausted", name="b", subnet=BOTH, pool="high")
    assert [one["reason"] for one in result["subnets"]] == ["pool_missing", "pool_exhausted"]


def test_a_subnet_without_pools_is_passed_over(lan: Ledger) -> None:
    lan.subnet(name="one", pools=[])
    assert given(lan.address(name="a", subnet=BOTH)) == ["10.0.2.1"]


def test_a_missing_subnet_is_an_error(lan: Ledger) -> None:
    lan.refused(address.TASK, "subnet_missing", name="a", subnet=["one", "nowhere"])


def test_counts_lie_in_one_subnet(lan: Ledger) -> None:
    made = lan.address(name="a", subnet=BOTH, count=3)
    assert given(made) == ["10.0.2.1", "10.0.2.2", "10.0.2.3"]
    assert lan.address(name="a", subnet=BOTH, count=3)["changed"] is False
    run = lan.address(name="b", subnet=BOTH, count=2, contiguous=True, align=True)
    assert given(run) == ["10.0.2.4", "10.0.2.5"]  # 10.0.1.1 is odd
    assert lan.address(name="b", subnet=BOTH, count=2, contiguous=True, align=True)["changed"] is False


def test_what_waits_for_it_in_any_of_them_comes_first(lan: Ledger) -> None:
    """A released address goes back to its last holder, although an earlier subnet has room."""
    lan.subnet(name="two", hold_down="1h")
    lan.address(name="a", subnet="two")
    lan.address(name="a", state="absent")
    assert given(lan.address(name="a", subnet=BOTH)) == ["10.0.2.1"]


def test_what_waits_for_it_in_another_pool_does_not_count(lan: Ledger) -> None:
    for subnet, net in (("one", "10.0.1"), ("two", "10.0.2")):
        lan.pool(subnet=subnet, name="default", start=f"{net}.1", end=f"{net}.1")
        lan.pool(subnet=subnet, name="second", start=f"{net}.2", end=f"{net}.2")
    lan.subnet(name="two", hold_down="1h")
    lan.address(name="a", subnet="two", pool="default")
    lan.address(name="a", state="absent")
    assert given(lan.address(name="a", subnet=BOTH, pool="second")) == ["10.0.1.2"]


class TestCertain:
    def test_rule_64_d12_it_goes_to_the_subnet_around_it(self, lan: Ledger) -> None:
        for name, asked in (("a", "10.0.2.5"), ("b", "10.0.1.2"), ("c", "::ffff:10.0.2.4")):
            made = lan.address(name=name, subnet=BOTH, address=asked)
            assert made["address"] == asked.removeprefix("::ffff:")
            assert lan.address(name=name, subnet=BOTH, address=asked)["changed"] is False

    def test_force_moves_within_one_of_them(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="two")
        lan.refused(address.TASK, "address_differs", name="a", subnet=BOTH, address="10.0.2.5")
        moved = lan.address(name="a", subnet=BOTH, address="10.0.2.5", force=True)
        assert (moved["changed"], given(moved)) == (True, ["10.0.2.5"])

    def test_outside_of_all(self, lan: Ledger) -> None:
        result = lan.refused(address.TASK, "address_outside_subnet", name="a", subnet=BOTH, address="10.0.3.1")
        assert "10.0.1.0/30" in result["msg"]
        assert "10.0.2.0/29" in result["msg"]
        lan.refused(address.TASK, "address_outside_subnet", name="a", subnet=BOTH, address="10.0.3.1", fallback="next")

    def test_held_by_another_there(self, lan: Ledger) -> None:
        lan.address(name="b", subnet="two", address="10.0.2.5")
        lan.refused(address.TASK, "address_conflict", name="a", subnet=BOTH, address="10.0.2.5")

    def test_rule_63_before_any(self, lan: Ledger) -> None:
        wishes = [{"name": "a"}, {"name": "b", "address": "10.0.1.1"}, {"name": "c"}, {"name": "d"}]
        made = lan.address(addresses=wishes, subnet=BOTH)
        assert given(made) == ["10.0.1.2", "10.0.1.1", "10.0.2.1", "10.0.2.2"]

    def test_a_holder_elsewhere_moves_only_by_force(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="one", mac="52:54:00:00:00:01", tags=["x"])
        wish = {"name": "a", "subnet": BOTH, "address": "10.0.2.5"}
        result = lan.refused(address.TASK, "address_differs", **wish)
        assert result["address"] == "10.0.1.1"
        predicted = lan.rehearse(address.TASK, **wish, force=True)
        moved = lan.address(**wish, force=True)
        assert moved == predicted
        assert (moved["changed"], given(moved)) == (True, ["10.0.2.5"])
        assert given(lan.address_info(name="a")) == ["10.0.2.5"]
        assert lan.address(**wish, force=True)["changed"] is False

    def test_who_moves_takes_the_notes_along(self, lan: Ledger) -> None:
        """As within one subnet."""
        lan.address(name="a", subnet="one", mac="52:54:00:00:00:01", tags=["x"])
        moved = lan.address(name="a", subnet=BOTH, address="10.0.2.5", force=True)
        assert (moved["mac"], moved["tags"]) == ("52:54:00:00:00:01", ["x"])

    def test_two_change_places(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="one", address="10.0.1.1")
        lan.address(name="b", subnet="two", address="10.0.2.1")
        swap = [{"name": "a", "address": "10.0.2.1"}, {"name": "b", "address": "10.0.1.1"}]
        assert given(lan.address(addresses=swap, subnet=BOTH, force=True)) == ["10.0.2.1", "10.0.1.1"]
        assert len(lan.address_info()["addresses"]) == 2

    def test_the_other_one_with_fallback(self, lan: Ledger) -> None:
        lan.address(name="b", subnet="two", address="10.0.2.1")
        wish = {"name": "a", "subnet": BOTH, "address": "10.0.2.1", "fallback": "next"}
        assert lan.address(**wish)["address"] == "10.0.2.2"
        lan.address(name="c", subnet="one")
        kept = lan.address(**{**wish, "name": "c"})
        assert (kept["changed"], kept["address"]) == (False, "10.0.1.1")

    def test_fallback_spills_over_too(self, lan: Ledger) -> None:
        """Any free one will do then, and there are some."""
        fill(lan, "one", 2)
        wish = {"name": "a", "subnet": BOTH, "address": "10.0.1.1", "fallback": "next"}
        assert lan.address(**wish)["address"] == "10.0.2.1"

    def test_the_same_key_twice(self, lan: Ledger) -> None:
        """A key has one wish in a task, wherever its addresses lie; one of two is never dropped without a word."""
        twice = [{"name": "a", "address": "10.0.1.1"}, {"name": "a", "address": "10.0.2.1"}]
        lan.refused(address.TASK, "bad_request", addresses=twice, subnet=BOTH)

    def test_the_same_address_twice(self, lan: Ledger) -> None:
        twice = [{"name": "a", "address": "10.0.1.1"}, {"name": "b", "address": "::ffff:10.0.1.1"}]
        lan.refused(address.TASK, "bad_request", addresses=twice, subnet=BOTH)

    def test_the_smallest_of_nested_ones(self, lan: Ledger) -> None:
        lan.subnet(name="kid", cidr="10.0.2.4/30")
        assert lan.address(name="a", subnet=["two", "kid"], address="10.0.2.5")["subnet"] == "kid"
        lan.refused(address.TASK, "address_in_child", name="a", subnet=["two", "one"], address="10.0.2.6")


def test_a_mapped_address_is_one_of_ipv6_where_that_is_meant(lan: Ledger) -> None:
    """It lies in ::/64 (RFC 4291 2.5.5.2), and is written as RFC 5952 5 says."""
    lan.subnet(name="zero", cidr="::/64")
    assert given(lan.address(name="a", subnet=["one", "zero"], address="::ffff:10.0.9.9")) == ["::ffff:10.0.9.9"]


class TestFamilies:
    def test_mixed_ones_need_a_version(self, lan: Ledger) -> None:
        mixed = ["one", "six"]
        result = lan.refused(address.TASK, "bad_request", name="a", subnet=mixed)
        assert "version" in result["msg"]
        assert "dual_stack" in result["msg"]
        assert given(lan.address(name="a", subnet=mixed, version=6)) == ["2001:db8::1"]
        assert given(lan.address(name="a", subnet=mixed, version=4)) == ["10.0.1.1"]

    def test_a_certain_address_says_it(self, lan: Ledger) -> None:
        mixed = ["one", "six"]
        assert given(lan.address(name="a", subnet=mixed, address="2001:db8::9")) == ["2001:db8::9"]
        assert given(lan.address(name="b", subnet=mixed, address="10.0.1.2")) == ["10.0.1.2"]

    def test_a_version_that_none_has(self, lan: Ledger) -> None:
        lan.refused(address.TASK, "subnet_missing", name="a", subnet=BOTH, version=6)


class TestDescribed:
    def test_all_that_have_all_tags_by_address(self, lan: Ledger) -> None:
        lan.refused(address.TASK, "bad_request", name="x", subnet_tags=["office"])  # both IP versions
        names = list("abc")
        made = lan.address(names=names, subnet_tags=["office"], version=4)
        assert given(made) == ["10.0.1.1", "10.0.1.2", "10.0.2.1"]
        assert lan.address(names=names, subnet_tags=["office"], version=4)["changed"] is False

    def test_all_tags_and_all_labels(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", subnet_tags=["floor2", "office"])) == ["10.0.2.1"]
        assert given(lan.address(name="b", subnet_labels={"site": "b", "vlan": "7"})) == ["10.0.1.1"]
        assert given(lan.address(name="c", subnet_labels={"vlan": 7})) == ["10.0.1.2"]
        assert given(lan.address(name="d", subnet_tags=["floor2"], subnet_labels={"site": "b"})) == ["10.0.2.2"]

    def test_only_of_the_vrf(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", subnet_tags=["office"], vrf="blue")) == ["10.0.9.1"]

    @pytest.mark.parametrize(
        "wish",
        [
            {"subnet_tags": ["none"]},
            {"subnet_tags": ["office", "none"]},
            {"subnet_labels": {"site": "c"}},
            {"subnet_labels": {"site": "b"}, "subnet_tags": ["none"]},
            {"subnet_tags": ["floor2"], "version": 6},
            {"subnet_tags": ["floor2"], "vrf": "blue"},
        ],
    )
    def test_none_has_them(self, lan: Ledger, wish: dict[str, t.Any]) -> None:
        lan.refused(address.TASK, "subnet_missing", name="a", **wish)

    @pytest.mark.parametrize("wish", [{"subnet_tags": ["office"]}, {"subnet_labels": {"site": "b"}}])
    def test_not_beside_names(self, lan: Ledger, wish: dict[str, t.Any]) -> None:
        lan.refused(address.TASK, "bad_request", name="a", subnet="one", **wish)

    def test_a_certain_address(self, lan: Ledger) -> None:
        assert given(lan.address(name="a", subnet_tags=["office"], address="10.0.2.3")) == ["10.0.2.3"]
        wish = {"name": "a", "subnet_tags": ["floor2"], "address": "10.0.1.1"}
        lan.refused(address.TASK, "address_outside_subnet", **wish)


class TestAbsent:
    @pytest.fixture
    def held(self, lan: Ledger) -> Ledger:
        for subnet in ("one", "two", "six"):
            lan.address(name="a", subnet=subnet)
        return lan

    FREED: t.ClassVar[list[tuple[dict[str, t.Any], list[str]]]] = [
        ({"subnet": BOTH}, ["10.0.1.1", "10.0.2.1"]),
        ({"subnet": ["one", "six"]}, ["10.0.1.1", "2001:db8::1"]),
        ({"subnet": ["one", "six"], "version": 6}, ["2001:db8::1"]),
        ({"subnet": ["one", "six"], "dual_stack": True}, ["10.0.1.1", "2001:db8::1"]),
        ({"subnet_tags": ["floor2"]}, ["10.0.2.1"]),
        ({"subnet_labels": {"site": "b"}}, ["10.0.1.1", "10.0.2.1"]),
        ({"subnet_tags": ["none"]}, []),
        ({"subnet": BOTH, "address": "10.0.2.1"}, ["10.0.2.1"]),
        ({}, ["10.0.1.1", "10.0.2.1", "2001:db8::1"]),
    ]

    @pytest.mark.parametrize(("wish", "freed"), FREED)
    def test_freeing(self, held: Ledger, wish: dict[str, t.Any], freed: list[str]) -> None:
        predicted = held.rehearse(address.TASK, name="a", state="absent", **wish)
        result = held.address(name="a", state="absent", **wish)
        assert result == predicted
        assert (result["changed"], sorted(given(result))) == (bool(freed), freed)
        assert held.address(name="a", state="absent", **wish)["changed"] is False

    def test_a_subnet_that_is_gone_does_not_keep_the_others(self, held: Ledger) -> None:
        result = held.address(name="a", state="absent", subnet=["one", "nowhere"])
        assert given(result) == ["10.0.1.1"]
        assert "nowhere" in result["warnings"][0]


def test_locks_are_taken_in_one_order(lan: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of the list, so that no two tasks wait for each other."""
    locked: list[int] = []
    lock = rows.lock

    def noted(tx: Transaction, number: int) -> bool:
        locked.append(number)
        return lock(tx, number)

    monkeypatch.setattr(rows, "lock", noted)
    lan.address(name="a", subnet=["one", "two"])
    first, locked[:] = list(locked), []
    lan.address(name="b", subnet=["two", "one"])
    assert first == locked == sorted(locked)
    assert len(locked) == 2


def test_who_holds_something_needs_no_pool_for_it(ledger: Ledger) -> None:
    ledger.subnet(name="bare", cidr="10.0.0.0/24", pools=[])
    ledger.subnet(name="more", cidr="10.0.1.0/24")
    ledger.address(name="web", subnet="bare", address="10.0.0.9")
    again = ledger.address(name="web", subnet=["bare", "more"])
    assert (again["changed"], again["address"]) == (False, "10.0.0.9")
    assert ledger.address(name="new", subnet=["bare", "more"])["address"] == "10.0.1.1"
