# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hold-down: only the last holder gets a released address before its time; from then on it is as good as free."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find, holds, subnets, usage
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

HOLD_DOWN = 100


def change(tx: Transaction, **wished: object) -> Subnet:
    made = subnets.ensure(tx, Wish("default", "lan", **wished)).subnet  # type: ignore[arg-type]
    assert made is not None
    return made


@pytest.fixture
def lan(tx: Transaction) -> Subnet:
    return change(tx, network=parse_network("10.0.0.0/24", "cidr"), settings={"hold_down": HOLD_DOWN})


def take(tx: Transaction, lan: Subnet, *requests: Request, force: bool = False) -> list[str]:
    return [lan.text(one.after.value) for one in addresses.acquire(tx, lan, requests, force=force) if one.after]


def let_go(tx: Transaction, lan: Subnet, *names: str) -> None:
    for several in address.of_holders(tx, lan, names).values():
        for held in several:
            addresses.release(tx, lan, held)


def counts(tx: Transaction, lan: Subnet) -> tuple[int, int, int]:
    counted = usage.of_window(tx, lan, lan.network.range)
    return counted.used, counted.held_down, counted.free


def test_others_get_the_next_address(tx: Transaction, lan: Subnet) -> None:
    assert take(tx, lan, Request("web")) == ["10.0.0.1"]
    let_go(tx, lan, "web")
    assert take(tx, lan, Request("db")) == ["10.0.0.2"]
    assert counts(tx, lan) == (1, 1, 254)


def test_others_are_told_who_waits_and_how_long(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    tx.now += 40
    with pytest.raises(LedgerError, match="released by web and waits for it for another 60 seconds") as caught:
        take(tx, lan, Request("db", address="10.0.0.1"))
    assert caught.value.reason == "address_on_hold"
    assert caught.value.details == {"holder": "web", "address": "10.0.0.1", "until": tx.now + 60}


@pytest.mark.parametrize("asked", [None, "10.0.0.1"])
def test_the_last_holder_gets_it_back(tx: Transaction, lan: Subnet, asked: str | None) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    tx.now += HOLD_DOWN - 1
    assert take(tx, lan, Request("db"), Request("web", address=asked)) == ["10.0.0.2", "10.0.0.1"]
    assert counts(tx, lan) == (2, 0, 254)


def test_another_interface_is_another_holder(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    assert take(tx, lan, Request("web", "eth1")) == ["10.0.0.2"]


@pytest.mark.parametrize("asked", [None, "10.0.0.1"])
def test_the_hold_ends_with_its_last_second(tx: Transaction, lan: Subnet, asked: str | None) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    tx.now += HOLD_DOWN
    assert counts(tx, lan) == (0, 0, 256)
    assert take(tx, lan, Request("db", address=asked)) == ["10.0.0.1"]


def test_any_of_many_ended_holds_can_be_asked_for(tx: Transaction, lan: Subnet) -> None:
    """One transaction ends a few holds on its way; which ones they are is nobody's business."""
    names = [f"host{number:03}" for number in range(200)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names)
    tx.now += HOLD_DOWN
    assert take(tx, lan, Request("db", address="10.0.0.200")) == ["10.0.0.200"]
    assert counts(tx, lan) == (1, 0, 255)


def test_all_ended_holds_are_given_out_before_a_pool_is_exhausted(tx: Transaction, lan: Subnet) -> None:
    names = [f"host{number:03}" for number in range(254)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names)
    with pytest.raises(LedgerError, match=r"0 used, 254 held down, 0 reserved\. The next one on hold is free in 100 s"):
        take(tx, lan, Request("new"))
    tx.now += HOLD_DOWN
    others = [Request(f"new{number:03}") for number in range(254)]
    assert len(set(take(tx, lan, *others))) == 254


def test_ended_holds_are_no_obstacle_to_a_child(tx: Transaction, lan: Subnet) -> None:
    names = [f"host{number:03}" for number in range(100)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names)
    wish = Wish("default", "kid", parse_network("10.0.0.0/25", "cidr"))
    with pytest.raises(LedgerError, match=r"10\.0\.0\.1 \(on hold\)"):
        subnets.ensure(tx, wish)
    tx.now += HOLD_DOWN
    subnets.ensure(tx, wish)
    assert find.subnet(tx, "default", "kid").parent_id == lan.id


def test_all_that_is_in_the_way_of_a_child_is_counted(tx: Transaction, lan: Subnet) -> None:
    """120 held and 110 on hold, of which ten are named."""
    names = [f"host{number:03}" for number in range(230)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names[120:])
    lan = change(tx, network=parse_network("10.0.0.0/23", "cidr"))
    with pytest.raises(LedgerError, match=r"10\.0\.0\.10 \(host009\) and 220 more\. Free them first"):
        subnets.ensure(tx, Wish("default", "kid", parse_network("10.0.0.0/24", "cidr")))


def test_the_next_free_child_may_lie_where_holds_ended(tx: Transaction, lan: Subnet) -> None:
    names = [f"host{number:03}" for number in range(254)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names)
    wish = Wish("default", "kid", parents=["lan"], prefix_length=25)
    with pytest.raises(LedgerError, match="no free /25 left"):
        subnets.ensure(tx, wish)
    tx.now += HOLD_DOWN
    made = subnets.ensure(tx, wish).subnet
    assert made is not None
    assert str(made.network) == "10.0.0.0/25"


def test_what_was_reserved_meanwhile_is_given_to_nobody(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    lan = change(tx, reserved=["10.0.0.1"])
    assert addresses.preview(tx, lan, (), 1) == [lan.network.first + 2]
    assert take(tx, lan, Request("web")) == ["10.0.0.2"]
    tx.now += HOLD_DOWN
    assert addresses.preview(tx, lan, (), 1) == [lan.network.first + 3]
    assert take(tx, lan, Request("db")) == ["10.0.0.3"]
    with pytest.raises(LedgerError, match=r"is reserved"):
        take(tx, lan, Request("other", address="10.0.0.1"))


def test_of_several_holds_the_newest_comes_back(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("web", address="10.0.0.9"))
    let_go(tx, lan, "web")
    tx.now += 1
    take(tx, lan, Request("web", address="10.0.0.20"))
    let_go(tx, lan, "web")
    assert take(tx, lan, Request("web")) == ["10.0.0.20"]


def test_what_a_run_leaves_is_on_hold_and_what_it_covers_again_is_not(tx: Transaction, lan: Subnet) -> None:
    assert take(tx, lan, Request("web", amount=2, contiguous=True)) == ["10.0.0.1", "10.0.0.2"]
    take(tx, lan, Request("db"))
    wish = Request("web", amount=3, contiguous=True)
    assert take(tx, lan, wish, force=True) == ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
    assert counts(tx, lan) == (4, 2, 250)
    assert take(tx, lan, wish._replace(amount=4), force=True) == ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"]
    assert counts(tx, lan) == (5, 2, 249)


@pytest.mark.parametrize("asked", [Request("web"), Request("db"), Request("db", amount=2, contiguous=True)])
def test_nothing_comes_back_where_there_are_no_pools(tx: Transaction, lan: Subnet, asked: Request) -> None:
    if asked.name == "web":
        take(tx, lan, Request("web"))
        let_go(tx, lan, "web")
    lan = change(tx, pools=[])
    with pytest.raises(LedgerError) as caught:
        take(tx, lan, asked)
    assert caught.value.message == "Subnet 'lan' has no pools. Pools are made with netledger.ipam.pool."


@pytest.mark.parametrize("address", ["10.0.0.1", None])
def test_only_what_is_newly_given_should_have_been_asked_for(tx: Transaction, lan: Subnet, address: str | None) -> None:
    """Nobody answered at 10.0.0.2; web most likely answers at 10.0.0.1, which waited for it."""
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    quiet = frozenset({"10.0.0.2"})
    for request in (Request("web", address=address), Request("db"), Request("more"), Request("late", "eth1")):
        take(tx, lan, request._replace(silent=quiet))
    take(tx, lan, Request("new", address="10.0.0.9", silent=quiet), Request("other", address="10.0.0.10"))
    assert tx.unasked == ["10.0.0.3", "10.0.0.4", "10.0.0.9"]


def test_a_preview_shows_what_any_would_give(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("a"), Request("b"), Request("c"))
    let_go(tx, lan, "b")
    first = lan.network.first
    assert addresses.preview(tx, lan, (), 2) == [first + 4, first + 5]
    tx.now += HOLD_DOWN
    assert addresses.preview(tx, lan, (), 2) == [first + 2, first + 4]
    assert take(tx, lan, Request("d"), Request("e")) == ["10.0.0.2", "10.0.0.4"]


def test_a_preview_of_few_knows_all_that_has_ended(tx: Transaction, lan: Subnet) -> None:
    """The lowest comes first, not the one that ended first."""
    take(tx, lan, Request("a"), Request("b"))
    let_go(tx, lan, "b")
    tx.now += 1
    let_go(tx, lan, "a")
    tx.now += HOLD_DOWN
    assert addresses.preview(tx, lan, (), 1) == [lan.network.first + 1]
    assert take(tx, lan, Request("c")) == ["10.0.0.1"]


def test_a_random_preview_shows_what_has_ended_last(tx: Transaction, lan: Subnet) -> None:
    lan = change(tx, pools=[{"start": "10.0.0.1", "end": "10.0.0.9"}], settings={"strategy": "random"})
    take(tx, lan, Request("web", address="10.0.0.1"))
    let_go(tx, lan, "web")
    tx.now += HOLD_DOWN
    found = addresses.preview(tx, lan, (), 9)
    assert found[-1] == lan.network.first + 1
    assert sorted(found) == [lan.network.first + number for number in range(1, 10)]


def test_a_rotating_preview_ends_with_what_was_given_last(tx: Transaction) -> None:
    pools = [{"start": "10.0.0.1", "end": "10.0.0.4"}]
    network = parse_network("10.0.0.0/24", "cidr")
    lan = change(tx, network=network, pools=pools, settings={"strategy": "rotate"})
    take(tx, lan, Request("a"), Request("b"))
    let_go(tx, lan, "b")
    assert addresses.preview(tx, lan, (), 3) == [lan.network.first + number for number in (3, 4, 2)]
    assert take(tx, lan, Request("c"), Request("d"), Request("e")) == ["10.0.0.3", "10.0.0.4", "10.0.0.2"]


def test_reaping_is_bounded(tx: Transaction, lan: Subnet) -> None:
    names = [f"host{number:03}" for number in range(100)]
    take(tx, lan, *map(Request, names))
    let_go(tx, lan, *names)
    tx.now += HOLD_DOWN
    assert holds.reap(tx, lan, limit=10) == 10
    assert holds.reap(tx, lan) == 64
    holds.reap_all(tx, lan)
    assert holds.reap(tx, lan) == 0


def test_a_removed_subnet_leaves_no_holds(tx: Transaction, lan: Subnet) -> None:
    take(tx, lan, Request("web"))
    let_go(tx, lan, "web")
    subnets.remove(tx, lan, force=False)
    assert subnet_rows.every(tx, None) == []
    assert tx.all("SELECT * FROM hold") == tx.all("SELECT * FROM extent") == []
