# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several addresses under one key stay in the order in which they were given, and what is over of them counts last."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, dual_stack, overflow, subnets
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

    def test_the_one_that_was_added_last_goes_first(self, tx: Transaction, lan: Subnet) -> None:
        take(tx, lan, Request("web", amount=2))
        free(tx, lan, "10.0.0.1")
        take(tx, lan, Request("web", amount=2))
        assert take(tx, lan, Request("web", amount=1), force=True) == ["10.0.0.2"]


def test_all_of_them_are_shown_beside_the_one_of_the_other_family(tx: Transaction, lan: Subnet) -> None:
    pair = dual_stack.Pair([lan], [made(tx, "six", "2001:db8::/64")])
    take(tx, lan, Request("web", amount=2))
    for _again in range(2):
        given = dual_stack.acquire(tx, pair, [Request("web")], same_host_part=True, force=False)
        texts = [one.subnet.text(one.after.value) for one in given if one.after]
        assert texts == ["10.0.0.1", "10.0.0.2", "2001:db8::1"]


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
