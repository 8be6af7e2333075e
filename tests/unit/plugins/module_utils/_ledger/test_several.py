# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several addresses under one key stay in the order in which they were given, and what is over of them counts last."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import (
    addresses,
    dual_stack,
    find,
    overflow,
    subnets,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

LEASE = 100


def made(tx: Transaction, name: str, cidr: str) -> Subnet:
    subnet = subnets.ensure(tx, Wish("default", name, parse_network(cidr, "cidr"))).subnet
    assert subnet is not None
    return subnet


@pytest.fixture
def lan(tx: Transaction) -> Subnet:
    return made(tx, "lan", "10.0.0.0/28")


def take(tx: Transaction, lan: Subnet, *requests: Request, force: bool = False) -> list[str]:
    return [lan.text(one.after.value) for one in addresses.acquire(tx, lan, requests, force=force) if one.after]


def free(tx: Transaction, lan: Subnet, text: str) -> None:
    held = address.at(tx, lan, lan.network.first + int(text.rsplit(".", 1)[1]))
    assert held is not None
    addresses.release(tx, lan, held)


def held(tx: Transaction, subnet: Subnet, name: str = "web") -> list[str]:
    return [subnet.text(one.value) for one in address.of_holder(tx, subnet, name, "")]


class TestOrder:
    @pytest.mark.parametrize(("freed", "then"), [
        ("10.0.0.1", ["10.0.0.2", "10.0.0.3", "10.0.0.1"]),
        ("10.0.0.2", ["10.0.0.1", "10.0.0.3", "10.0.0.2"]),
        ("10.0.0.3", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    ])  # fmt: skip
    def test_a_new_one_comes_last_and_asking_again_says_the_same(
        self, tx: Transaction, lan: Subnet, freed: str, then: list[str]
    ) -> None:
        take(tx, lan, Request("web", amount=3))
        free(tx, lan, freed)
        for _again in range(2):
            assert take(tx, lan, Request("web", amount=3)) == then
        assert held(tx, lan) == then

    def test_their_numbers_go_on(self, tx: Transaction, lan: Subnet) -> None:
        take(tx, lan, Request("web", amount=3))
        assert [one.ordinal for one in address.of_holder(tx, lan, "web", "")] == [0, 1, 2]
        free(tx, lan, "10.0.0.1")
        take(tx, lan, Request("web", amount=3))
        assert [one.ordinal for one in address.of_holder(tx, lan, "web", "")] == [1, 2, 3]

    def test_the_one_that_was_added_last_goes_first(self, tx: Transaction, lan: Subnet) -> None:
        take(tx, lan, Request("web", amount=2))
        free(tx, lan, "10.0.0.1")
        take(tx, lan, Request("web", amount=2))
        assert take(tx, lan, Request("web", amount=1), force=True) == ["10.0.0.2"]


def test_a_turn_goes_on_behind_the_last_one_of_several_pools(tx: Transaction, lan: Subnet) -> None:
    pools = [{"start": "10.0.0.1", "end": "10.0.0.2"}, {"start": "10.0.0.5", "end": "10.0.0.12"}]
    subnets.ensure(tx, Wish("default", "lan", pools=pools, settings={"strategy": "rotate"}))
    lan = find.subnet(tx, "default", "lan")
    assert take(tx, lan, Request("web", amount=3)) == ["10.0.0.1", "10.0.0.2", "10.0.0.5"]
    assert take(tx, lan, Request("db")) == ["10.0.0.6"]


def test_nobody_asks_for_a_pool_that_is_not_there(tx: Transaction, lan: Subnet) -> None:
    """Nor who has an address, or names one."""
    take(tx, lan, Request("web"))
    for request in (Request("web"), Request("db"), Request("db", address="10.0.0.9")):
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, request._replace(pools=("attic",)))
        assert caught.value.message == (
            "Subnet 'lan' has no pool 'attic'. It has: default. Pools are made with netledger.ipam.pool."
        )
        assert caught.value.details == {"subnet": "lan"}
    lan = t.cast(Subnet, subnets.ensure(tx, Wish("default", "lan", pools=[], force=True)).subnet)
    with pytest.raises(LedgerError, match=r"has no pool 'attic'\. It has no pools at all\. Pools are made"):
        take(tx, lan, Request("db", pools=("attic",)))


def test_all_of_them_are_shown_beside_the_one_of_the_other_family(tx: Transaction, lan: Subnet) -> None:
    pair = dual_stack.Pair([lan], [made(tx, "six", "2001:db8::/64")])
    take(tx, lan, Request("web", amount=2))
    for _again in range(2):
        given = dual_stack.acquire(tx, pair, [Request("web")], same_host_part=True, force=False)
        texts = [one.subnet.text(one.after.value) for one in given if one.after]
        assert texts == ["10.0.0.1", "10.0.0.2", "2001:db8::1"]


def test_each_of_a_run_that_moves_takes_its_notes_along(tx: Transaction, lan: Subnet) -> None:
    """What the new run covers again stays what it was, and what is over of the old one is given up."""
    take(tx, lan, Request("web", amount=2, contiguous=True, notes={"description": "first"}), Request("db"))

    def moved(amount: int) -> list[tuple[str, str, str]]:
        wish = Request("web", amount=amount, contiguous=True)
        changes = addresses.acquire(tx, lan, [wish], force=True)
        return [
            (
                lan.text(one.before.value) if one.before else "",
                lan.text(one.after.value) if one.after else "",
                (one.after.description if one.after else "") or "",
            )
            for one in changes
        ]

    assert moved(3) == [("10.0.0.1", "10.0.0.4", "first"), ("10.0.0.2", "10.0.0.5", "first"), ("", "10.0.0.6", "")]
    assert moved(4) == [
        ("10.0.0.4", "10.0.0.4", "first"),
        ("10.0.0.5", "10.0.0.5", "first"),
        ("10.0.0.6", "10.0.0.6", ""),
        ("", "10.0.0.7", ""),
    ]
    assert moved(2) == [
        ("10.0.0.4", "10.0.0.1", "first"),
        ("10.0.0.5", "10.0.0.2", "first"),
        ("10.0.0.6", "", ""),
        ("10.0.0.7", "", ""),
    ]


class TestBeside:
    @pytest.fixture
    def two(self, tx: Transaction, lan: Subnet) -> Subnet:
        take(tx, lan, Request("web", address="10.0.0.5"), Request("db", address="10.0.0.9"))
        return lan

    def test_a_certain_one_is_added_behind_the_others(self, tx: Transaction, two: Subnet) -> None:
        wishes = [Request("web", address="10.0.0.1", beside=2), Request("db")]
        for _again in range(2):
            assert take(tx, two, *wishes) == ["10.0.0.1", "10.0.0.9"]
        assert held(tx, two) == ["10.0.0.5", "10.0.0.1"]

    def test_there_are_only_so_many(self, tx: Transaction, two: Subnet) -> None:
        with pytest.raises(LedgerError, match=r"web holds 10\.0\.0\.5 in subnet 'lan', not 10\.0\.0\.1\."):
            take(tx, two, Request("web", address="10.0.0.1", beside=1))


class TestRefusals:
    def test_all_who_hold_others_are_told_together(self, tx: Transaction, lan: Subnet) -> None:
        take(tx, lan, Request("a"), Request("b"), Request("c"))
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, Request("a", address="10.0.0.8"), Request("b"), Request("c", address="10.0.0.9"))
        assert list(caught.value.refused) == [("a", ""), ("c", "")]

    @pytest.mark.parametrize(("contiguous", "wanted"), [(False, "2 addresses"), (True, "2 one after the other")])
    def test_too_many(self, tx: Transaction, lan: Subnet, contiguous: bool, wanted: str) -> None:
        take(tx, lan, Request("web", amount=3))
        with pytest.raises(LedgerError) as caught:
            addresses.acquire(tx, lan, [Request("web", amount=2, contiguous=contiguous)])
        assert caught.value.message == (
            f"web holds 10.0.0.1, 10.0.0.2, 10.0.0.3 in subnet 'lan', not {wanted}. "
            "Set force: true to give up what does not fit."
        )

    @pytest.mark.parametrize(("align", "lacking"), [(False, "no run of 3"), (True, "no aligned run of 3")])
    def test_no_run(self, tx: Transaction, lan: Subnet, align: bool, lacking: str) -> None:
        for last in (3, 6, 9, 12):
            take(tx, lan, Request(f"host{last}", address=f"10.0.0.{last}"))
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, Request("web", amount=3, contiguous=True, align=align))
        assert caught.value.reason == "pool_exhausted"
        assert f": {lacking} free addresses in pool 'default' (10.0.0.1-10.0.0.14, " in caught.value.message

    def test_none_at_all(self, tx: Transaction, lan: Subnet) -> None:
        take(tx, lan, Request("web", amount=14))
        with pytest.raises(LedgerError, match=r"\(10\.0\.0\.0/28\): no free address in pool 'default'"):
            take(tx, lan, Request("db"))

    def test_one_address_twice(self, tx: Transaction, lan: Subnet) -> None:
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, Request("a"), Request("b", address="10.0.0.9"), Request("c", address="10.0.0.9"))
        assert caught.value.message == "address: '10.0.0.9' is asked for twice in one task."

    def test_all_addresses_that_lie_outside_are_told_together(self, tx: Transaction, lan: Subnet) -> None:
        asked = [Request("a"), Request("b", address="10.9.9.9"), Request("c"), Request("d", address="10.9.9.8")]
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, *asked)
        assert caught.value.message == "10.9.9.9 does not lie in subnet 'lan' (10.0.0.0/28)."
        refused = {key: (error.reason, error.details) for key, error in caught.value.refused.items()}
        assert refused == {
            ("b", ""): ("address_outside_subnet", {"address": "10.9.9.9"}),
            ("d", ""): ("address_outside_subnet", {"address": "10.9.9.8"}),
        }

    def test_an_address_of_another_prefix_length(self, tx: Transaction, lan: Subnet) -> None:
        with pytest.raises(LedgerError) as caught:
            take(tx, lan, Request("b", address="10.9.9.9"), Request("a", address="10.0.0.9/24"))
        assert caught.value.message == (
            "address: '10.0.0.9/24' does not have the prefix length of subnet 'lan', 10.0.0.0/28."
        )


class TestEnds:
    """web had 10.0.0.1 and 10.0.0.3 until now, and holds 10.0.0.2 for longer."""

    @pytest.fixture
    def late(self, tx: Transaction, lan: Subnet) -> Subnet:
        take(tx, lan, Request("web", amount=3, lease=LEASE))
        take(tx, lan, Request("web", address="10.0.0.2", lease=3 * LEASE, notes={"description": "lasting"}))
        tx.now += LEASE
        return lan

    def test_what_is_over_does_not_stand_in_the_way(self, tx: Transaction, late: Subnet) -> None:
        assert take(tx, late, Request("web", amount=1)) == ["10.0.0.2"]
        assert held(tx, late) == ["10.0.0.2"]

    def test_it_comes_back_as_far_as_there_is_room(self, tx: Transaction, late: Subnet) -> None:
        assert take(tx, late, Request("web", amount=2)) == ["10.0.0.1", "10.0.0.2"]
        assert held(tx, late) == ["10.0.0.1", "10.0.0.2"]

    def test_it_is_no_part_of_a_run(self, tx: Transaction, late: Subnet) -> None:
        assert take(tx, late, Request("web", amount=1, contiguous=True)) == ["10.0.0.2"]

    def test_it_is_not_what_a_refusal_says_is_held(self, tx: Transaction, late: Subnet) -> None:
        with pytest.raises(LedgerError, match=r"web holds 10\.0\.0\.2 in subnet 'lan', not 10\.0\.0\.9") as caught:
            take(tx, late, Request("web", address="10.0.0.9"))
        assert caught.value.details == {"address": "10.0.0.2"}

    def test_who_moves_takes_the_notes_of_what_lasts(self, tx: Transaction, late: Subnet) -> None:
        more = made(tx, "more", "10.0.1.0/28")
        moved = overflow.acquire(tx, [late, more], [Request("web", address="10.0.1.5")], force=True)
        (new,) = (one.after for one in moved if one.after)
        assert (more.text(new.value), new.expires, new.description) == ("10.0.1.5", tx.now + 2 * LEASE, "lasting")
        assert held(tx, late) == []

    def test_the_other_family_goes_with_what_lasts(self, tx: Transaction, late: Subnet) -> None:
        six = made(tx, "six", "2001:db8::/64")
        pair = dual_stack.Pair([late], [six])
        given = dual_stack.acquire(tx, pair, [Request("web")], same_host_part=True, force=False)
        texts = [one.subnet.text(one.after.value) for one in given if one.after]
        assert texts == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::2"]


def test_many_names_are_looked_up_in_one_statement_and_each_finds_its_own(tx: Transaction) -> None:
    """More than go into a statement; some under two keys, some in another subnet too."""
    lan, other = made(tx, "wide", "10.1.0.0/24"), made(tx, "other", "10.2.0.0/24")
    names = [f"host{number:03}" for number in range(120)]
    taken = dict(zip(names, take(tx, lan, *map(Request, names)), strict=True))
    second = take(tx, lan, Request("host007", "eth1"))
    take(tx, other, Request("host007"), Request("host099"))
    found = address.of_holders(tx, lan, [*names, "nobody"])
    assert {key: [lan.text(one.value) for one in held] for key, held in found.items()} == {
        **{(name, ""): [text] for name, text in taken.items()},
        ("host007", "eth1"): second,
    }
    assert address.of_holders(tx, lan, []) == {}
