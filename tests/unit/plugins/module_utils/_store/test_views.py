# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The views for people who read a ledger with SQL: addresses are texts there, as each engine can write them."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger

# By what stands in the column: IPv4 with dots, and IPv6 as short as can be, or in SQLite in full.
ADDRESSES = {
    "00000000": ("0.0.0.0", "0.0.0.0"),
    "00000001": ("0.0.0.1", "0.0.0.1"),
    "0a09b0cf": ("10.9.176.207", "10.9.176.207"),
    "7fffffff": ("127.255.255.255", "127.255.255.255"),
    "80000000": ("128.0.0.0", "128.0.0.0"),
    "ffffffff": ("255.255.255.255", "255.255.255.255"),
    "0" * 32: ("::", "0000:0000:0000:0000:0000:0000:0000:0000"),
    "0" * 31 + "1": ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
    "20010db8" + "0" * 23 + "1": ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
    "20010db8000000010000000000000a00": ("2001:db8:0:1::a00", "2001:0db8:0000:0001:0000:0000:0000:0a00"),
    "0" * 20 + "ffff01020304": ("::ffff:1.2.3.4", "0000:0000:0000:0000:0000:ffff:0102:0304"),
    "f" * 32: ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",) * 2,
}


@pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")
def test_addresses_are_texts(ledger: Ledger, store_kind: str) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")

    def hold_all(tx: Transaction) -> None:
        tx.many(
            "INSERT INTO address (subnet_id, addr, vrf_id, name, interface, ordinal, status, tags, labels, description)"
            " SELECT id, ?, vrf_id, ?, '', 0, 'active', '[]', '{}', '' FROM subnet",
            [(key, f"holder of {key}") for key in ADDRESSES],
        )

    ledger.write(hold_all)
    shown = dict(ledger.rows("SELECT name, address FROM v_address"))
    column = 1 if store_kind == "sqlite" else 0
    assert shown == {f"holder of {key}": texts[column] for key, texts in ADDRESSES.items()}


def test_who_holds_what(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/29", vrf="red")
    ledger.address(
        name="web", subnet="lan", vrf="red", interface="eth0", status="dhcp", mac="00:00:5e:00:53:01", tags=["a"]
    )
    rows = list(
        ledger.rows(
            "SELECT vrf, subnet, address, name, interface, status, expires, mac, fqdn, tags, labels, description "
            "FROM v_address"
        )
    )
    assert rows == [
        ("red", "lan", "10.0.0.1", "web", "eth0", "dhcp", None, "00:00:5e:00:53:01", None, '["a"]', "{}", "")
    ]


def test_what_is_free(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/29", gateway="10.0.0.3")
    ledger.subnet(name="high", cidr="255.255.255.248/29")
    rows = list(
        ledger.rows("SELECT vrf, subnet, first_address, last_address FROM v_free ORDER BY subnet, first_address")
    )
    assert rows == [
        ("default", "high", "255.255.255.248", "255.255.255.255"),
        ("default", "lan", "10.0.0.0", "10.0.0.2"),
        ("default", "lan", "10.0.0.4", "10.0.0.7"),
    ]


def test_pools(ledger: Ledger, store_kind: str) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/29", pools=[{"name": "low", "start": "10.0.0.1", "end": "10.0.0.2"}])
    ledger.subnet(name="six", cidr="2001:db8::/120")
    rows = list(ledger.rows("SELECT vrf, subnet, pool, first_address, last_address FROM v_pool ORDER BY subnet"))
    bounds = ("2001:db8::1", "2001:db8::ff")
    if store_kind in ("sqlite", "file"):
        bounds = ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:0db8:0000:0000:0000:0000:0000:00ff")
    assert rows == [
        ("default", "lan", "low", "10.0.0.1", "10.0.0.2"),
        ("default", "six", "default", *bounds),
    ]
