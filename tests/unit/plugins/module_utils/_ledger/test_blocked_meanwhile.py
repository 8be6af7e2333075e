# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An address that is made the gateway, or reserved, after its time was over: who had it does not come back to it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

LEASE = 100
HOLD_DOWN = 50


def change(tx: Transaction, **wished: t.Any) -> Subnet:
    made = subnets.ensure(tx, Wish("default", "lan", **wished)).subnet
    assert made is not None
    return made


def take(tx: Transaction, lan: Subnet, request: Request) -> list[str]:
    return [lan.text(one.after.value) for one in addresses.acquire(tx, lan, [request]) if one.after]


@pytest.fixture(params=[0, HOLD_DOWN])
def late(tx: Transaction, request: pytest.FixtureRequest) -> Subnet:
    """web had 10.0.0.1 until now; with a hold-down it waits for it."""
    network = parse_network("10.0.0.0/24", "cidr")
    lan = change(tx, network=network, settings={"hold_down": request.param})
    take(tx, lan, Request("web", lease=LEASE))
    tx.now += LEASE
    return lan


BLOCKED: list[tuple[dict[str, t.Any], str]] = [
    ({"gateway": "10.0.0.1"}, "gateway_address"),
    ({"gateway": "first"}, "gateway_address"),
    ({"reserved": ["10.0.0.1-10.0.0.9"]}, "address_reserved"),
]


@pytest.mark.parametrize(("wished", "reason"), BLOCKED)
def test_it_is_nobodys(tx: Transaction, late: Subnet, wished: dict[str, t.Any], reason: str) -> None:
    lan = change(tx, **wished)
    assert address.at(tx, lan, lan.network.first + 1) is None
    assert verify(tx).first == []
    with pytest.raises(LedgerError) as caught:
        take(tx, lan, Request("web", address="10.0.0.1"))
    assert caught.value.reason == reason
    assert take(tx, lan, Request("web")) == ["10.0.0.2" if "gateway" in wished else "10.0.0.10"]
    tx.now += HOLD_DOWN
    assert take(tx, lan, Request("db", lease=LEASE)) == ["10.0.0.3" if "gateway" in wished else "10.0.0.11"]
    assert verify(tx).first == []


def test_a_gateway_that_was_reserved_before(tx: Transaction, late: Subnet) -> None:
    take(tx, late, Request("web", lease=LEASE))
    change(tx, reserved=["10.0.0.1"])
    tx.now += LEASE
    lan = change(tx, gateway="10.0.0.1")
    assert take(tx, lan, Request("web")) == ["10.0.0.2"]


def test_who_holds_it_keeps_what_becomes_reserved(tx: Transaction, late: Subnet) -> None:
    take(tx, late, Request("web", lease=LEASE))
    lan = change(tx, reserved=["10.0.0.1"])
    assert take(tx, lan, Request("web")) == ["10.0.0.1"]


def test_the_wait_is_that_of_the_pool_in_which_it_ended(tx: Transaction, late: Subnet) -> None:
    change(tx, pools=[{"start": "10.0.0.1", "end": "10.0.0.99", "name": "low", "hold_down": 3 * HOLD_DOWN}])
    change(tx, gateway="10.0.0.1", pools=[{"start": "10.0.0.2", "end": "10.0.0.99", "name": "low"}])
    assert tx.all("SELECT addr, until FROM hold") == [("0a000001", tx.now + 3 * HOLD_DOWN)]
