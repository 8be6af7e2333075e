# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema itself refuses what no rule may let through, whatever the engine."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION, check_version
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger


def give(ledger: Ledger, subnet: str, offset: int, name: str, interface: str = "") -> None:
    """Store who holds an address, past all rules."""

    def insert(tx: Transaction) -> None:
        found = the_subnet(tx, subnet)
        address.insert(tx, found, [Address(found.network.first + offset, name, interface)])

    ledger.write(insert)


def the_subnet(tx: Transaction, name: str) -> Subnet:
    found = subnets.by_name(tx, "default", name)
    assert found is not None
    return found


def refuses(ledger: Ledger, subnet: str, offset: int, name: str) -> None:
    before = ledger.content()
    with pytest.raises(LedgerError, match=r"(?i)unique|duplicate") as caught:
        give(ledger, subnet, offset, name)
    assert caught.value.reason == "store_failed"
    assert ledger.content() == before


def test_an_address_has_one_holder(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    give(ledger, "lan", 1, "web")
    refuses(ledger, "lan", 1, "db")


def test_an_address_has_one_holder_in_the_whole_vrf(ledger: Ledger) -> None:
    ledger.subnet(name="outer", cidr="10.0.0.0/24")
    ledger.subnet(name="inner", cidr="10.0.0.0/28")
    give(ledger, "inner", 1, "web")
    refuses(ledger, "outer", 1, "db")


def test_a_holder_has_one_address_under_its_key(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    give(ledger, "lan", 1, "web")
    refuses(ledger, "lan", 2, "web")
    give(ledger, "lan", 2, "web", "eth1")


def test_one_and_one_of_the_other_family_are_two_addresses(ledger: Ledger) -> None:
    ledger.subnet(name="four", cidr="0.0.0.0/24")
    ledger.subnet(name="six", cidr="::/120")
    give(ledger, "four", 1, "web")
    give(ledger, "six", 1, "web")
    assert list(ledger.rows("SELECT addr FROM address ORDER BY addr")) == [("0" * 31 + "1",), ("00000001",)]


def test_names_differ_by_every_letter(ledger: Ledger) -> None:
    """Upper case, an accent: to a database that compares as its language does, these would be one."""
    names = ["lan", "Lan", "l\u00e4n", "la\u0308n"]
    for number, name in enumerate(names):
        ledger.subnet(name=name, cidr=f"10.0.{number}.0/24")
        give(ledger, name, 1, "web")
    assert sorted(ledger.rows("SELECT name FROM subnet")) == sorted((name,) for name in names)


def test_another_version_is_refused() -> None:
    check_version(VERSION, "ipam.db")
    with pytest.raises(LedgerError, match=f"ipam.db has schema {VERSION + 1}, and this release knows") as caught:
        check_version(VERSION + 1, "ipam.db")
    assert caught.value.reason == "store_schema"
    with pytest.raises(LedgerError, match=f"ipam.db has schema {VERSION - 1}, .* state: present") as caught:
        check_version(VERSION - 1, "ipam.db")
    assert caught.value.reason == "store_schema"
