# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several addresses under one key: ``count``, and runs of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger) -> t.Iterator[Ledger]:
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24",
        pools=[{"name": "low", "start": "10.0.0.10", "end": "10.0.0.19"},
               {"name": "high", "start": "10.0.0.100", "end": "10.0.0.131"}],
    )  # fmt: skip
    yield ledger
    ledger.check()


def given(result: dict[str, t.Any]) -> list[int]:
    """The last numbers of what was given."""
    return [int(one["address"].rsplit(".", 1)[1]) for one in result["addresses"]]


def held(ledger: Ledger, name: str = "web") -> list[int]:
    return given(ledger.address_info(name=name))


def test_count(lan: Ledger) -> None:
    made = lan.address(name="web", subnet="lan", count=3)
    assert given(made) == [10, 11, 12]
    assert {one["name"] for one in made["addresses"]} == {"web"}
    assert all("ordinal" not in one for one in made["addresses"])
    again = lan.address(name="web", subnet="lan", count=3)
    assert (again["changed"], again["addresses"]) == (False, made["addresses"])
    assert again["diff"]["before"] == again["diff"]["after"]


def test_a_dry_run_is_what_would_happen(lan: Ledger) -> None:
    for wish in (
        {"count": 3},
        {"count": 5},
        {"count": 2, "force": True},
        {"count": 4, "contiguous": True, "force": True},
    ):
        predicted = lan.rehearse(address.TASK, name="web", subnet="lan", **wish)
        assert lan.address(name="web", subnet="lan", **wish) == predicted


def test_what_is_missing_is_added(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=2)
    lan.address(name="db", subnet="lan")
    more = lan.address(name="web", subnet="lan", count=4)
    assert (more["changed"], given(more)) == (True, [10, 11, 13, 14])
    assert [one["address"] for one in more["diff"]["after"].values()] == ["10.0.0.13", "10.0.0.14"]
    assert more["diff"]["before"] is None


def test_without_count_what_is_held_stays(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    again = lan.address(name="web", subnet="lan")
    assert (again["changed"], given(again)) == (False, [10, 11, 12])
    noted = lan.address(name="web", subnet="lan", description="all of them")
    assert [one["description"] for one in noted["addresses"]] == ["all of them"] * 3


def test_one_of_several_asked_for_by_itself(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    one = lan.address(name="web", subnet="lan", address="10.0.0.11")
    assert (one["changed"], given(one), held(lan)) == (False, [11], [10, 11, 12])
    lan.refused(address.TASK, "address_differs", name="web", subnet="lan", address="10.0.0.13")


def test_too_many_differ(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    result = lan.refused(address.TASK, "address_differs", name="web", subnet="lan", count=2)
    assert "force" in result["msg"]
    fewer = lan.address(name="web", subnet="lan", count=1, force=True)
    assert (fewer["changed"], given(fewer), held(lan)) == (True, [10], [10])
    assert [one["address"] for one in fewer["diff"]["before"].values()] == ["10.0.0.11", "10.0.0.12"]
    assert lan.address(name="web", subnet="lan", count=1, force=True)["changed"] is False


def test_those_that_came_last_go_first(lan: Ledger) -> None:
    """By the order in which they were added, not by address."""
    lan.address(name="web", subnet="lan", pool="high", count=1)
    lan.address(name="web", subnet="lan", count=3)
    assert held(lan) == [10, 11, 100]
    assert given(lan.address(name="web", subnet="lan", count=2, force=True)) == [100, 10]
    assert held(lan) == [10, 100]


def test_one_of_several_freed_is_replaced(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    lan.address(name="web", address="10.0.0.10", state="absent")
    lan.address(name="db", subnet="lan")
    again = lan.address(name="web", subnet="lan", count=3)
    assert (again["changed"], sorted(given(again))) == (True, [11, 12, 13])
    assert lan.address(name="web", subnet="lan", count=3)["changed"] is False


def test_rule_51_all_or_nothing_over_all_pools(lan: Ledger) -> None:
    assert given(lan.address(name="web", subnet="lan", count=42)) == [*range(10, 20), *range(100, 132)]
    lan.address(name="web", state="absent")
    result = lan.refused(address.TASK, "pool_exhausted", name="web", subnet="lan", count=43)
    assert "only 42 of the 43" in result["msg"]
    lan.address(name="db", subnet="lan", count=40)
    lan.address(name="web", subnet="lan")
    lan.refused(address.TASK, "pool_exhausted", name="web", subnet="lan", count=3)
    assert held(lan) == [130]


def test_every_name_has_so_many(lan: Ledger) -> None:
    made = lan.address(names=["a", "b"], subnet="lan", count=2)
    assert [(one["name"], one["address"]) for one in made["addresses"]] == [
        ("a", "10.0.0.10"), ("a", "10.0.0.11"), ("b", "10.0.0.12"), ("b", "10.0.0.13"),
    ]  # fmt: skip
    assert len(made["diff"]["after"]) == 4
    assert lan.address(names=["a", "b"], subnet="lan", count=2)["changed"] is False


def test_entries_have_counts_of_their_own(lan: Ledger) -> None:
    wishes = [{"name": "a", "count": 2}, {"name": "b"}, {"name": "a", "interface": "eth1", "count": 1}]
    assert given(lan.address(addresses=wishes, subnet="lan", count=3)) == [10, 11, 12, 13, 14, 15]
    assert lan.address(addresses=wishes, subnet="lan", count=3)["changed"] is False


def test_all_of_them_are_freed(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    freed = lan.address(name="web", subnet="lan", state="absent")
    assert sorted(given(freed)) == [10, 11, 12]
    assert held(lan) == []


def test_history_has_every_one_of_them(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=3)
    lan.address(name="web", subnet="lan", count=2, force=True)
    rows = lan.rows("SELECT addr, old IS NULL, new IS NULL FROM history WHERE object = 'address' ORDER BY id")
    assert rows == [("0a00000a", 1, 0), ("0a00000b", 1, 0), ("0a00000c", 1, 0), ("0a00000c", 0, 1)]


WRONG: list[dict[str, t.Any]] = [
    {"count": 0},
    {"count": -1},
    {"count": 65537},
    {"count": 2, "address": "10.0.0.10"},
    {"contiguous": True},
    {"count": 2, "align": True},
    {"align": True},
    {"count": 2, "contiguous": True, "strategy": "highest"},
    {"count": 2, "contiguous": True, "strategy": "random"},
    {"count": 2, "contiguous": True, "strategy": "rotate"},
    {"count": 2, "same_host_part": True},
]


@pytest.mark.parametrize("wish", WRONG)
def test_rule_53_d8_what_does_not_go(lan: Ledger, wish: dict[str, t.Any]) -> None:
    lan.refused(address.TASK, "bad_request", name="web", subnet="lan", **wish)


def test_d8_nothing_asked_of_a_full_subnet(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", count=42)
    result = lan.address(names=[], subnet="lan")
    assert (result["changed"], result["addresses"]) == (False, [])


class TestRuns:
    def test_the_lowest_place_that_fits(self, lan: Ledger) -> None:
        lan.address(names=["a", "b"], subnet="lan")
        lan.address(name="c", subnet="lan", address="10.0.0.15")
        wish = {"name": "web", "subnet": "lan", "count": 4, "contiguous": True}
        made = lan.address(**wish)
        assert given(made) == [16, 17, 18, 19]
        again = lan.address(**wish)
        assert (again["changed"], given(again)) == (False, [16, 17, 18, 19])

    def test_within_one_pool(self, lan: Ledger) -> None:
        """Pools that touch each other are two pools."""
        lan.pool(subnet="lan", name="mid", start="10.0.0.20", end="10.0.0.23")
        lan.address(name="a", subnet="lan", count=8)
        wish = {"name": "web", "subnet": "lan", "count": 4, "contiguous": True}
        assert given(lan.address(**wish, interface="one")) == [20, 21, 22, 23]
        assert given(lan.address(**wish, interface="two")) == [100, 101, 102, 103]

    def test_pools_in_the_order_asked_for(self, lan: Ledger) -> None:
        wish = {"name": "web", "subnet": "lan", "count": 4, "contiguous": True}
        assert given(lan.address(**wish, pool=["high", "low"])) == [100, 101, 102, 103]

    @pytest.mark.parametrize(("count", "first"), [(1, 10), (2, 10), (3, 12), (4, 12), (5, 104), (8, 104), (9, 112)])
    def test_aligned(self, lan: Ledger, count: int, first: int) -> None:
        """On a multiple of the count, rounded up to a power of two: 3 on one of 4, 5 on one of 8, 9 on one of 16."""
        wish = {"name": "web", "subnet": "lan", "count": count, "contiguous": True, "align": True}
        made = lan.address(**wish)
        assert given(made) == list(range(first, first + count))
        assert lan.address(**wish)["changed"] is False

    def test_none_is_long_enough(self, lan: Ledger) -> None:
        for number in (14, 104, 110, 116, 122, 128):
            lan.address(name=f"n{number}", subnet="lan", address=f"10.0.0.{number}")
        wish = {"name": "web", "subnet": "lan", "contiguous": True}
        result = lan.refused(address.TASK, "pool_exhausted", **wish, count=6)
        assert "run of 6" in result["msg"]
        result = lan.refused(address.TASK, "pool_exhausted", **wish, count=5, align=True)
        assert "no aligned run of 5 free addresses" in result["msg"]
        assert given(lan.address(**wish, count=5)) == [15, 16, 17, 18, 19]

    def test_what_is_held_and_is_no_run(self, lan: Ledger) -> None:
        lan.address(name="web", subnet="lan", count=2)
        lan.address(name="db", subnet="lan")
        lan.address(name="web", subnet="lan", count=3)  # 10, 11, 13
        wish = {"name": "web", "subnet": "lan", "count": 3, "contiguous": True}
        result = lan.refused(address.TASK, "address_differs", **wish)
        assert "not 3 one after the other. Set force: true to give up what does not fit." in result["msg"]
        moved = lan.address(**wish, force=True)
        assert (moved["changed"], given(moved), held(lan)) == (True, [13, 14, 15], [13, 14, 15])
        assert lan.address(**wish)["changed"] is False

    @pytest.mark.parametrize(("count", "numbers"), [(3, [10, 11, 12]), (6, [10, 11, 12, 13, 14, 15])])
    def test_a_run_of_another_length(self, lan: Ledger, count: int, numbers: list[int]) -> None:
        wish = {"name": "web", "subnet": "lan", "contiguous": True}
        lan.address(**wish, count=4)
        lan.refused(address.TASK, "address_differs", **wish, count=count)
        assert given(lan.address(**wish, count=count, force=True)) == numbers
        assert held(lan) == numbers

    def test_a_run_that_is_not_aligned(self, lan: Ledger) -> None:
        wish = {"name": "web", "subnet": "lan", "count": 4, "contiguous": True}
        lan.address(**wish)
        lan.refused(address.TASK, "address_differs", **wish, align=True)
        assert given(lan.address(**wish, align=True, force=True)) == [12, 13, 14, 15]

    def test_a_run_grows_in_place_although_there_is_a_hold_down(self, lan: Ledger) -> None:
        """What it gives up to move waits for nobody but itself."""
        lan.subnet(name="lan", hold_down="1h")
        wish = {"name": "web", "subnet": "lan", "pool": "low", "contiguous": True, "force": True}
        assert given(lan.address(**wish, count=5)) == [10, 11, 12, 13, 14]
        assert given(lan.address(**wish, count=10)) == list(range(10, 20))

    def test_history_does_not_end_with_freed_for_what_the_moved_run_covers(self, lan: Ledger) -> None:
        wish = {"name": "web", "subnet": "lan", "contiguous": True}
        lan.address(**wish, count=3)
        lan.subnet(name="lan", reserved=["10.0.0.10"])
        assert given(lan.address(**wish, count=2, force=True)) == [11, 12]
        rows = lan.rows("SELECT addr, new FROM history WHERE object = 'address' ORDER BY id")
        assert dict(rows)["0a00000c"] is not None

    def test_every_name_has_a_run_of_its_own(self, lan: Ledger) -> None:
        wish = {"names": ["a", "b"], "subnet": "lan", "count": 4, "contiguous": True, "align": True}
        assert given(lan.address(**wish)) == [12, 13, 14, 15, 16, 17, 18, 19]
        assert lan.address(**wish)["changed"] is False

    def test_a_run_of_a_pool_that_draws_at_random(self, lan: Ledger, columns: t.Any) -> None:
        columns.subnet("lan", strategy="random")
        wish = {"name": "web", "subnet": "lan", "count": 4, "contiguous": True}
        assert given(lan.address(**wish)) == [10, 11, 12, 13]

    def test_ended_holds_make_room(self, lan: Ledger, clock: t.Any) -> None:
        lan.subnet(name="lan", hold_down="1h")
        lan.address(name="a", subnet="lan", count=42)
        lan.address(name="a", state="absent")
        wish = {"name": "web", "subnet": "lan", "count": 32, "contiguous": True}
        lan.refused(address.TASK, "pool_exhausted", **wish)
        clock.now += 3600
        assert given(lan.address(**wish)) == list(range(100, 132))

    def test_more_ended_holds_than_one_task_frees_on_its_way(self, ledger: Ledger, clock: t.Any) -> None:
        ledger.subnet(name="lan", cidr="10.0.0.0/24", hold_down="1h")
        ledger.address(name="a", subnet="lan", count=254)
        ledger.address(name="a", state="absent")
        clock.now += 3600
        result = ledger.address(name="web", subnet="lan", count=254, contiguous=True)
        assert given(result) == list(range(1, 255))
        ledger.check()

    def test_ipv6(self, ledger: Ledger) -> None:
        ledger.subnet(name="six", cidr="2001:db8::/64")
        wish = {"name": "web", "subnet": "six", "count": 256, "contiguous": True, "align": True}
        made = [one["address"] for one in ledger.address(**wish)["addresses"]]
        assert (made[0], made[255], len(made)) == ("2001:db8::100", "2001:db8::1ff", 256)
        ledger.check()


class TestHolds:
    """A released address goes back to its last holder."""

    def test_several_come_back(self, lan: Ledger, clock: t.Any) -> None:
        lan.subnet(name="lan", hold_down="1h")
        lan.address(name="web", subnet="lan", count=3)
        lan.address(name="web", state="absent")
        assert given(lan.address(name="db", subnet="lan")) == [13]
        assert sorted(given(lan.address(name="web", subnet="lan", count=3))) == [10, 11, 12]

    def test_some_come_back_and_others_are_added(self, lan: Ledger) -> None:
        lan.subnet(name="lan", hold_down="1h")
        lan.address(name="web", subnet="lan", count=2)
        lan.address(name="web", state="absent")
        assert sorted(given(lan.address(name="web", subnet="lan", count=4))) == [10, 11, 12, 13]

    def test_only_from_the_pools_asked_for(self, lan: Ledger) -> None:
        lan.subnet(name="lan", hold_down="1h")
        lan.address(name="web", subnet="lan")
        lan.address(name="web", state="absent")
        assert given(lan.address(name="web", subnet="lan", pool="high")) == [100]

    def test_the_newest_first(self, lan: Ledger, clock: t.Any) -> None:
        lan.subnet(name="lan", hold_down="1h")
        for number in (12, 15, 11):
            lan.address(name="web", subnet="lan", address=f"10.0.0.{number}")
            lan.address(name="web", state="absent")
            clock.now += 1
        assert given(lan.address(name="web", subnet="lan")) == [11]
        assert given(lan.address(name="web", subnet="lan", count=2)) == [11, 15]

    def test_given_up_ones_are_on_hold(self, lan: Ledger) -> None:
        lan.subnet(name="lan", hold_down="1h")
        lan.address(name="web", subnet="lan", count=3)
        lan.address(name="web", subnet="lan", count=1, force=True)
        lan.refused(address.TASK, "address_on_hold", name="db", subnet="lan", address="10.0.0.12")
        assert sorted(given(lan.address(name="web", subnet="lan", count=3))) == [10, 11, 12]
