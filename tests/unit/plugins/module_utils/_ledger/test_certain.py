# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a certain address that nobody, or not this holder, can have."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

LEASE = 100


def made(tx: Transaction, name: str, cidr: str) -> Subnet:
    return t.cast(Subnet, subnets.ensure(tx, Wish("default", name, parse_network(cidr, "cidr"))).subnet)


def given(tx: Transaction, subnet: Subnet, request: Request) -> tuple[str, str]:
    """Who got which address."""
    (change,) = addresses.acquire(tx, subnet, [request])
    assert change.after is not None
    return change.after.name, subnet.text(change.after.value)


@pytest.fixture
def lan(tx: Transaction) -> Subnet:
    """web holds 10.0.0.1, and kid takes 10.0.0.8 to 10.0.0.11."""
    lan = made(tx, "lan", "10.0.0.0/28")
    made(tx, "kid", "10.0.0.8/30")
    addresses.acquire(tx, lan, [Request("web", lease=LEASE)])
    return lan


REFUSED: list[tuple[Request, str, str, dict[str, t.Any]]] = [
    (Request("db", address="x"), "bad_request", "address: 'x' ", {"option": "address"}),
    (
        Request("db", address="10.9.9.9/28"),
        "address_outside_subnet",
        "10.9.9.9 does not lie in subnet 'lan' (10.0.0.0/28).",
        {"address": "10.9.9.9"},
    ),
    (
        Request("db", address="10.0.0.15"),
        "broadcast_address",
        "10.0.0.15 in subnet 'lan' (10.0.0.0/28) is its broadcast address and cannot be given to a host.",
        {},
    ),
    (
        Request("db", address="10.0.0.1"),
        "address_conflict",
        (
            "10.0.0.1 in subnet 'lan' is held by web, so db cannot have it. "
            "Ask for another one, or free it first: address=10.0.0.1 state=absent."
        ),
        {"holder": "web", "address": "10.0.0.1"},
    ),
    (Request("db", address="10.0.0.9"), "address_in_child", "10.0.0.9 lies in 'kid' (10.0.0.8/30)", {"child": "kid"}),
    (
        Request("db", strategy="eui64", notes={"mac": "02:00:00:00:00:01"}),
        "bad_request",
        "strategy: 'eui64' needs an IPv6 subnet of prefix length 64 (RFC 4291 2.5.1), and 'lan' is 10.0.0.0/28.",
        {"option": "strategy"},
    ),
    (
        Request("db", strategy="stable", secret=b"x"),
        "bad_request",
        "strategy: 'stable' needs an IPv6 subnet, and 'lan' is 10.0.0.0/28.",
        {"option": "strategy"},
    ),
]


@pytest.mark.parametrize(("request_", "reason", "message", "details"), REFUSED)
def test_what_nobody_else_can_have(
    tx: Transaction, lan: Subnet, request_: Request, reason: str, message: str, details: dict[str, t.Any]
) -> None:
    with pytest.raises(LedgerError) as caught:
        addresses.acquire(tx, lan, [request_])
    assert caught.value.reason == reason
    assert caught.value.message.startswith(message)
    assert caught.value.details == details


def test_somebody_unknown_can_be_named(tx: Transaction, lan: Subnet) -> None:
    addresses.acquire(tx, lan, [Request("unknown", "10.0.0.5", "10.0.0.5", notes={"mac": "02:00:00:00:00:01"})])
    with pytest.raises(LedgerError) as caught:
        addresses.acquire(tx, lan, [Request("db", address="10.0.0.5")])
    assert caught.value.message == (
        "10.0.0.5 in subnet 'lan' is in use by somebody unknown (02:00:00:00:00:01) who answered there, so db cannot "
        "have it. Ask for another one, or say with adopt: true who that is, or free it first: address=10.0.0.5 "
        "state=absent."
    )


def test_it_is_anybodys_once_the_time_is_over(tx: Transaction, lan: Subnet) -> None:
    tx.now += LEASE
    assert given(tx, lan, Request("db", address="10.0.0.1")) == ("db", "10.0.0.1")


def test_even_of_one_of_many(tx: Transaction) -> None:
    """One transaction ends a few leases on its way, and this one when it comes to it."""
    wide = made(tx, "wide", "10.1.0.0/24")
    addresses.acquire(tx, wide, [Request(f"host{number:03}", lease=LEASE) for number in range(200)])
    tx.now += LEASE
    assert given(tx, wide, Request("db", address="10.1.0.200")) == ("db", "10.1.0.200")


def test_two_of_one_mac_in_one_task(tx: Transaction) -> None:
    """The first has it already, although it is not stored yet: 02... becomes 00... (RFC 4291 2.5.1)."""
    six = made(tx, "six", "2001:db8::/64")
    notes = {"mac": "02:00:00:00:00:01"}
    with pytest.raises(LedgerError, match=r"2001:db8::ff:fe00:1 in subnet 'six' is held by a, so b cannot") as caught:
        addresses.acquire(tx, six, [Request(name, strategy="eui64", notes=notes) for name in ("a", "b")])
    assert caught.value.reason == "address_conflict"


def test_free_space_that_is_missing(tx: Transaction, lan: Subnet) -> None:
    tx.execute("DELETE FROM extent")
    with pytest.raises(LedgerError, match=r"misses 10\.0\.0\.5, which nobody holds") as caught:
        addresses.acquire(tx, lan, [Request("db", address="10.0.0.5")])
    assert caught.value.reason == "store_corrupt"
