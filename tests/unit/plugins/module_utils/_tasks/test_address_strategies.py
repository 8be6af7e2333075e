# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strategies: which free address is given, and which address a MAC or a secret makes."""

from __future__ import annotations

import hashlib
import hmac
import typing as t

import netaddr
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded

SECRET = "0123456789abcdef"
MAC = "34:56:78:9a:bc:de"  # RFC 4291 appendix A
EUI64 = "3656:78ff:fe9a:bcde"
NAMES = [f"h{number}" for number in range(12)]


@pytest.fixture
def lan(ledger: Ledger) -> t.Iterator[Ledger]:
    """Two pools of ten addresses, and a /64; what a test leaves is sound."""
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24",
        pools=[{"name": "low", "start": "10.0.0.10", "end": "10.0.0.19"},
               {"name": "high", "start": "10.0.0.100", "end": "10.0.0.109"}],
    )  # fmt: skip
    ledger.subnet(name="six", cidr="2001:db8::/64", gateway="2001:db8::1")
    yield ledger
    ledger.check()


def given(result: dict[str, t.Any]) -> list[int]:
    """The last numbers of what was given."""
    return [int(one["address"].rsplit(".", 1)[1]) for one in result["addresses"]]


# strategy of the subnet, of the pool, of the request; what two names get
CHOSEN: list[tuple[str, str | None, str | None, list[int]]] = [
    ("lowest", None, None, [10, 11]),
    ("highest", None, None, [19, 18]),
    ("highest", "lowest", None, [10, 11]),
    ("lowest", "highest", None, [19, 18]),
    ("lowest", "highest", "lowest", [10, 11]),
    ("lowest", "lowest", "highest", [19, 18]),
    ("rotate", None, None, [10, 11]),
]


@pytest.mark.parametrize(("of_subnet", "of_pool", "asked", "numbers"), CHOSEN)
def test_the_request_goes_before_the_pool_and_that_before_the_subnet(
    lan: Ledger, columns: t.Any, of_subnet: str, of_pool: str | None, asked: str | None, numbers: list[int]
) -> None:
    columns.subnet("lan", strategy=of_subnet)
    columns.pool("lan", "low", strategy=of_pool)
    assert given(lan.address(names=["a", "b"], subnet="lan", strategy=asked)) == numbers
    assert lan.address(names=["a", "b"], subnet="lan", strategy=asked)["changed"] is False


def test_each_pool_has_its_own_strategy(lan: Ledger, columns: t.Any) -> None:
    columns.pool("lan", "low", strategy="highest")
    assert given(lan.address(names=NAMES, subnet="lan")) == [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 100, 101]


@pytest.mark.parametrize("strategy", ["lowest", "highest", "random", "rotate"])
def test_the_next_pool_only_when_one_is_full(lan: Ledger, strategy: str) -> None:
    numbers = given(lan.address(names=NAMES, subnet="lan", strategy=strategy))
    assert sorted(numbers[:10]) == list(range(10, 20))
    assert all(100 <= number <= 109 for number in numbers[10:])


@pytest.mark.parametrize("strategy", ["lowest", "highest", "random", "rotate"])
def test_pools_in_the_order_in_which_they_are_asked_for(lan: Ledger, strategy: str) -> None:
    numbers = given(lan.address(names=NAMES, subnet="lan", pool=["high", "low"], strategy=strategy))
    assert sorted(numbers[:10]) == list(range(100, 110))
    assert all(10 <= number <= 19 for number in numbers[10:])


@pytest.mark.parametrize("strategy", ["lowest", "highest", "random", "rotate"])
def test_who_holds_an_address_keeps_it_by_any_strategy(lan: Ledger, strategy: str) -> None:
    made = lan.address(name="web", subnet="lan", address="10.0.0.15")
    again = lan.address(name="web", subnet="lan", strategy=strategy)
    assert (again["changed"], again["address"]) == (False, made["address"])


@pytest.mark.parametrize("strategy", ["lowest", "highest", "rotate"])
def test_check_mode_and_preview_tell_what_is_given(lan: Ledger, columns: t.Any, strategy: str) -> None:
    columns.subnet("lan", strategy=strategy)
    lan.address(names=["x", "y", "z"], subnet="lan")
    lan.address(name="y", state="absent")
    shown = lan.address_info(subnet="lan", free=12)["free"]
    predicted = lan.rehearse(address.TASK, names=NAMES, subnet="lan")
    assert lan.address(names=NAMES, subnet="lan") == predicted
    assert [one["address"] for one in predicted["addresses"]] == shown


class TestRotate:
    def test_a_freed_address_comes_back_last(self, lan: Ledger) -> None:
        taken = given(lan.address(names=NAMES[:3], subnet="lan", strategy="rotate"))
        lan.address(names=NAMES[:2], state="absent")
        taken += given(lan.address(names=[f"n{number}" for number in range(9)], subnet="lan", strategy="rotate"))
        assert taken == [10, 11, 12, *range(13, 20), 10, 11]

    def test_only_what_rotate_gave_counts(self, lan: Ledger) -> None:
        """Lowest and certain addresses leave the turn where it is."""
        assert given(lan.address(name="a", subnet="lan", strategy="rotate")) == [10]
        assert given(lan.address(name="b", subnet="lan", address="10.0.0.17")) == [17]
        assert given(lan.address(name="c", subnet="lan", strategy="highest")) == [19]
        assert given(lan.address(name="d", subnet="lan", strategy="rotate")) == [11]

    def test_a_preview_of_few_begins_where_the_turn_is(self, lan: Ledger, columns: t.Any) -> None:
        columns.subnet("lan", strategy="rotate")
        lan.address(name="a", subnet="lan")
        lan.address(name="a", state="absent")
        assert lan.address_info(subnet="lan", free=1)["free"] == ["10.0.0.11"]

    def test_each_pool_has_its_own_turn(self, lan: Ledger) -> None:
        lan.address(name="a", subnet="lan", pool="low", strategy="rotate")
        assert given(lan.address(name="b", subnet="lan", pool="high", strategy="rotate")) == [100]
        lan.address(name="a", state="absent")
        assert given(lan.address(name="c", subnet="lan", pool="low", strategy="rotate")) == [11]

    def test_a_dry_run_does_not_turn(self, lan: Ledger) -> None:
        lan.rehearse(address.TASK, name="a", subnet="lan", strategy="rotate")
        assert given(lan.address(name="a", subnet="lan", strategy="rotate")) == [10]

    def test_what_is_refused_does_not_turn(self, lan: Ledger) -> None:
        many = [f"n{number}" for number in range(21)]
        lan.refused(address.TASK, "pool_exhausted", names=many, subnet="lan", strategy="rotate")
        assert given(lan.address(name="a", subnet="lan", strategy="rotate")) == [10]

    def test_a_pool_that_moves_starts_again(self, lan: Ledger) -> None:
        lan.address(names=NAMES[:3], subnet="lan", strategy="rotate")
        lan.address(names=NAMES[:3], state="absent")
        lan.pool(subnet="lan", name="low", start="10.0.0.30", end="10.0.0.39")
        assert given(lan.address(name="a", subnet="lan", strategy="rotate")) == [30]


class TestRandom:
    def test_rule_50_any_free_address_of_the_pool(self, lan: Ledger) -> None:
        """A pool of ten is not drawn from its low end: 300 draws miss one of ten once in 10^13."""
        seen = set()
        for _ in range(300):
            seen |= set(given(lan.rehearse(address.TASK, name="web", subnet="lan", strategy="random")))
        assert seen == set(range(10, 20))

    def test_the_real_run_draws_by_itself(self, lan: Ledger) -> None:
        """Nobody learns from a dry run or a seed what is given: 8 of 2^64 addresses are the same by no accident."""
        plan = Plan(seed="known")
        predicted = succeeded(lan.run(address.TASK, plan, names=NAMES[:8], subnet="six", strategy="random"))
        made = lan.address(names=NAMES[:8], subnet="six", strategy="random")
        assert not {one["address"] for one in made["addresses"]} & {one["address"] for one in predicted["addresses"]}
        assert made["addresses"][0].keys() == predicted["addresses"][0].keys()

    def test_a_dry_run_of_several_tasks_agrees_with_itself(self, lan: Ledger) -> None:
        plan = Plan(seed="s")
        tasks: list[dict[str, t.Any]] = [
            {"names": ["a", "b"], "subnet": "six", "strategy": "random"},
            {"name": "c", "subnet": "six", "strategy": "random", "count": 3},
            {"names": ["d", "e"], "subnet": "lan", "strategy": "random"},
        ]
        shown = {}
        for options in tasks:
            result = succeeded(lan.run(address.TASK, plan, **options))
            assert result["changed"] is True
            plan.steps.append({"task": "address", "options": options})
            shown.update({one["address"]: one["name"] for one in result["addresses"]})
        assert len(shown) == 7
        held = succeeded(lan.run(address_info.TASK, plan))["addresses"]
        assert {one["address"]: one["name"] for one in held} == shown
        for options in tasks:
            assert succeeded(lan.run(address.TASK, plan, **options))["changed"] is False
        assert lan.address_info()["addresses"] == []

    def test_other_runs_show_others(self, lan: Ledger) -> None:
        shown = [
            succeeded(lan.run(address.TASK, Plan(seed=seed), name="a", subnet="six", strategy="random"))["address"]
            for seed in ("one", "two")
        ]
        assert shown[0] != shown[1]

    def test_twice_is_once(self, lan: Ledger) -> None:
        wish = {"names": NAMES, "subnet": "six", "strategy": "random"}
        made = lan.address(**wish)
        again = lan.address(**wish)
        assert (again["changed"], again["addresses"]) == (False, made["addresses"])

    def test_a_preview_shows_free_ones(self, lan: Ledger, columns: t.Any) -> None:
        columns.subnet("lan", strategy="random")
        lan.address(names=NAMES[:5], subnet="lan")
        held = {one["address"] for one in lan.address_info()["addresses"]}
        shown = lan.address_info(subnet="lan", pool="low", free=9)["free"]
        assert len(set(shown)) == 5
        assert not held & set(shown)


class TestEui64:
    def test_rule_41_the_address_of_a_mac(self, lan: Ledger) -> None:
        result = lan.address(name="web", subnet="six", strategy="eui64", mac=MAC)
        assert (result["address"], result["mac"]) == (f"2001:db8::{EUI64}", MAC)
        assert lan.address(name="web", subnet="six", strategy="eui64", mac="3456.789A.BCDE")["changed"] is False

    def test_each_entry_has_its_own_mac(self, lan: Ledger) -> None:
        wishes = [{"name": "a", "mac": MAC}, {"name": "b", "mac": "00:00:00:00:00:01"}]
        result = lan.address(addresses=wishes, subnet="six", strategy="eui64")
        assert [one["address"] for one in result["addresses"]] == [f"2001:db8::{EUI64}", "2001:db8::200:ff:fe00:1"]

    @pytest.mark.parametrize("wish", [{}, {"mac": ""}])
    def test_without_a_mac(self, lan: Ledger, wish: dict[str, t.Any]) -> None:
        result = lan.refused(address.TASK, "bad_request", name="web", subnet="six", strategy="eui64", **wish)
        assert "mac" in result["msg"]

    @pytest.mark.parametrize("cidr", ["2001:db8:1::/80", "2001:db8:1::/96", "2001:db8:1::/63", "10.1.0.0/24"])
    def test_rule_41_d7_only_in_a_prefix_of_64(self, lan: Ledger, cidr: str) -> None:
        lan.subnet(name="odd", cidr=cidr)
        result = lan.refused(address.TASK, "bad_request", name="web", subnet="odd", strategy="eui64", mac=MAC)
        assert "64" in result["msg"]
        assert "odd" in result["msg"]

    def test_held_by_another(self, lan: Ledger) -> None:
        lan.address(name="db", subnet="six", address=f"2001:db8::{EUI64}")
        result = lan.refused(address.TASK, "address_conflict", name="web", subnet="six", strategy="eui64", mac=MAC)
        assert result["holder"] == "db"

    def test_another_mac_is_another_address(self, lan: Ledger) -> None:
        wish = {"name": "web", "subnet": "six", "strategy": "eui64"}
        lan.address(**wish, mac=MAC)
        other = {**wish, "mac": "00:00:00:00:00:01"}
        lan.refused(address.TASK, "address_differs", **other)
        moved = lan.address(**other, force=True)
        assert (moved["changed"], moved["address"]) == (True, "2001:db8::200:ff:fe00:1")
        assert len(lan.address_info()["addresses"]) == 1


def stable(key: str, counter: int, vrf: str = "default", prefix: str = "2001:db8::/64") -> str:
    """The address of RFC 7217 section 5, worked out here."""
    network = netaddr.IPNetwork(prefix)
    message = b""
    for part in (f"{network.first:032x}/{network.prefixlen}", key, vrf, str(counter)):
        message += len(part).to_bytes(4, "big") + part.encode()
    digest = int(hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest(), 16)
    return str(netaddr.IPAddress(network.first + digest % network.size))


class TestStable:
    wish: t.ClassVar[dict[str, t.Any]] = {
        "name": "web", "subnet": "six", "strategy": "stable", "secret_key": SECRET,
    }  # fmt: skip

    def test_name_and_interface_or_the_mac(self, lan: Ledger) -> None:
        assert lan.address(**self.wish)["address"] == stable("web\0", 0)
        assert lan.address(**self.wish, interface="eth1")["address"] == stable("web\0eth1", 0)
        assert lan.address(**self.wish, interface="eth2", mac=MAC)["address"] == stable(MAC, 0)
        assert lan.address(**self.wish)["changed"] is False

    def test_rule_60_the_same_after_it_was_freed(self, lan: Ledger) -> None:
        first = lan.address(**self.wish)["address"]
        lan.address(name="web", state="absent")
        lan.address(name="other", subnet="six")
        assert lan.address(**self.wish)["address"] == first

    def test_another_vrf_another_prefix(self, lan: Ledger) -> None:
        lan.subnet(name="six", cidr="2001:db8::/64", vrf="blue")
        assert lan.address(**self.wish, vrf="blue")["address"] == stable("web\0", 0, vrf="blue")
        lan.subnet(name="longer", cidr="2001:db8:1::/112")
        longer = lan.address(**{**self.wish, "subnet": "longer"})["address"]
        assert longer == stable("web\0", 0, prefix="2001:db8:1::/112")

    def test_collisions_count_up(self, lan: Ledger) -> None:
        for counter in range(3):
            lan.address(name=f"other{counter}", subnet="six", address=stable("web\0", counter))
        assert lan.address(**self.wish)["address"] == stable("web\0", 3)
        lan.address(name="other0", state="absent")
        again = lan.address(**self.wish)  # it has its address and keeps it
        assert (again["changed"], again["address"]) == (False, stable("web\0", 3))

    def test_after_the_last_collision_it_fails(self, lan: Ledger) -> None:
        for counter in range(4):
            lan.address(name=f"other{counter}", subnet="six", address=stable("web\0", counter))
        lan.refused(address.TASK, "address_conflict", **self.wish)
        other = lan.address(**self.wish, fallback="next")
        assert other["address"] == "2001:db8::2"
        assert lan.address(**self.wish, fallback="next")["changed"] is False

    def test_what_is_nobodys_counts_as_a_collision(self, lan: Ledger) -> None:
        lan.subnet(name="six", reserved=[stable("web\0", 0)])
        assert lan.address(**self.wish)["address"] == stable("web\0", 1)

    def test_many(self, lan: Ledger) -> None:
        wish = {"names": NAMES, "subnet": "six", "strategy": "stable", "secret_key": SECRET}
        result = lan.address(**wish)
        assert [one["address"] for one in result["addresses"]] == [stable(f"{name}\0", 0) for name in NAMES]
        assert lan.address(**wish)["changed"] is False

    def test_only_ipv6(self, lan: Ledger) -> None:
        assert "IPv6" in lan.refused(address.TASK, "bad_request", **{**self.wish, "subnet": "lan"})["msg"]

    def test_two_keys_are_two_holders(self, lan: Ledger) -> None:
        """Name and interface do not run into each other: who came first does not matter."""
        one = lan.rehearse(address.TASK, **{**self.wish, "name": "a", "interface": "b/c"})
        other = lan.rehearse(address.TASK, **{**self.wish, "name": "a/b", "interface": "c"})
        assert one["address"] != other["address"]


BAD: list[dict[str, t.Any]] = [
    {"strategy": "stable"},
    {"strategy": "stable", "secret_key": ""},
    {"strategy": "stable", "secret_key": "0123456789abcde"},
    {"strategy": "stable", "secret_key": "\u00fc" * 7},
    {"strategy": "eui64", "mac": MAC, "count": 2},
    {"strategy": "stable", "secret_key": SECRET, "count": 2},
]


@pytest.mark.parametrize("wish", BAD)
def test_what_does_not_go_together(lan: Ledger, wish: dict[str, t.Any]) -> None:
    lan.refused(address.TASK, "bad_request", name="web", subnet="six", **wish)


def test_sixteen_bytes_are_enough_in_any_letters(lan: Ledger) -> None:
    assert lan.address(name="web", subnet="six", strategy="stable", secret_key="\u00fc" * 8)["changed"] is True


def test_one_mac_for_two_holders_in_one_task(lan: Ledger) -> None:
    """The second one finds the address given, although its row is not there yet."""
    wishes = [{"name": "a", "mac": MAC}, {"name": "b", "mac": MAC}]
    result = lan.refused(address.TASK, "address_conflict", addresses=wishes, subnet="six", strategy="eui64")
    assert "held by a" in result["msg"]
    both = lan.address(addresses=wishes, subnet="six", strategy="stable", secret_key=SECRET)
    assert [one["address"] for one in both["addresses"]] == [stable(MAC, 0), stable(MAC, 1)]
    lan.check()
