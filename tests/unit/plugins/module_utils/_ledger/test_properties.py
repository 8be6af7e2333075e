# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a gateway or a reserved range that a subnet cannot have."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

REFUSED: list[tuple[dict[str, t.Any], str, str]] = [
    (
        {"gateway": "2001:db8::1"},
        "version_mismatch",
        "gateway: 2001:db8::1 is IPv6, and subnet 'lan' (10.0.0.0/24) is IPv4. Give a gateway of that version.",
    ),
    ({"gateway": "x"}, "bad_request", "gateway: 'x' "),
    (
        {"gateway": "10.0.0.255"},
        "bad_request",
        "gateway: '10.0.0.255' is the network or broadcast address of 10.0.0.0/24.",
    ),
    ({"gateway": "10.0.0.130"}, "bad_request", "gateway: '10.0.0.130' lies in 'kid' (10.0.0.128/25), a child of 'lan'"),
    ({"reserved": ["10.0.0.9", "x"]}, "bad_request", "reserved: 'x' "),
    (
        {"reserved": ["10.0.0.250-10.0.1.9"]},
        "bad_request",
        "reserved: '10.0.0.250-10.0.1.9' does not lie in subnet 'lan' (10.0.0.0/24).",
    ),
]


@pytest.mark.parametrize(("wished", "reason", "message"), REFUSED)
def test_what_a_subnet_cannot_have(tx: Transaction, wished: dict[str, t.Any], reason: str, message: str) -> None:
    for name, cidr in (("lan", "10.0.0.0/24"), ("kid", "10.0.0.128/25")):
        subnets.ensure(tx, Wish("default", name, parse_network(cidr, "cidr")))
    with pytest.raises(LedgerError) as caught:
        subnets.ensure(tx, Wish("default", "lan", **wished))
    assert caught.value.reason == reason
    assert caught.value.message.startswith(message)
    assert [caught.value.details["option"]] == list(wished)
