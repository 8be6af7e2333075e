# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema itself refuses what no rule may let through."""

from __future__ import annotations

import sqlite3

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import MIGRATIONS, check_version
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def make(tx: Transaction, name: str, cidr: str) -> Subnet:
    made = subnets.ensure(tx, Wish("default", name, parse_network(cidr, "cidr"))).subnet
    assert made is not None
    return made


def test_an_address_has_one_holder(tx: Transaction) -> None:
    lan = make(tx, "lan", "10.0.0.0/24")
    address.insert(tx, lan, [Address(lan.network.first + 1, "web")])
    with pytest.raises(sqlite3.IntegrityError):
        address.insert(tx, lan, [Address(lan.network.first + 1, "db")])


def test_an_address_has_one_holder_in_the_whole_vrf(tx: Transaction) -> None:
    outer, inner = make(tx, "outer", "10.0.0.0/24"), make(tx, "inner", "10.0.0.0/28")
    address.insert(tx, inner, [Address(inner.network.first + 1, "web")])
    with pytest.raises(sqlite3.IntegrityError):
        address.insert(tx, outer, [Address(inner.network.first + 1, "db")])


def test_a_holder_has_one_address_under_its_key(tx: Transaction) -> None:
    lan = make(tx, "lan", "10.0.0.0/24")
    address.insert(tx, lan, [Address(lan.network.first + 1, "web")])
    with pytest.raises(sqlite3.IntegrityError):
        address.insert(tx, lan, [Address(lan.network.first + 2, "web")])
    address.insert(tx, lan, [Address(lan.network.first + 2, "web", "eth1")])


def test_one_and_one_of_the_other_family_are_two_addresses(tx: Transaction) -> None:
    four, six = make(tx, "four", "0.0.0.0/24"), make(tx, "six", "::/120")
    address.insert(tx, four, [Address(1, "web")])
    address.insert(tx, six, [Address(1, "web")])
    assert tx.all("SELECT addr FROM address ORDER BY addr") == [("0" * 31 + "1",), ("00000001",)]


def test_a_newer_ledger_is_refused() -> None:
    check_version(len(MIGRATIONS), "ipam.db")
    with pytest.raises(LedgerError, match=f"ipam.db has schema {len(MIGRATIONS) + 1}") as caught:
        check_version(len(MIGRATIONS) + 1, "ipam.db")
    assert caught.value.reason == "store_schema"
