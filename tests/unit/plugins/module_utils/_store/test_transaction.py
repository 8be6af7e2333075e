# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib

from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def test_a_savepoint_undoes_what_fails_in_it(tx: Transaction) -> None:
    vrf.insert(tx, "kept")
    with contextlib.suppress(ZeroDivisionError), tx.savepoint():
        vrf.insert(tx, "undone")
        raise ZeroDivisionError
    with tx.savepoint():
        vrf.insert(tx, "later")
    assert tx.all("SELECT name FROM vrf ORDER BY name") == [("kept",), ("later",)]


def test_reading_and_locking_are_no_change(tx: Transaction) -> None:
    tx.one("SELECT 1")
    tx.all("SELECT 1")
    list(tx.each("SELECT 1"))
    assert not vrf.lock(tx, "missing")
    tx.many("INSERT INTO vrf (name, rev) VALUES (?, 0)", [])
    assert tx.changed is False


def test_rows_are_a_change(tx: Transaction) -> None:
    tx.many("INSERT INTO vrf (name, rev) VALUES (?, 0)", [("one",), ("two",)])
    assert tx.changed is True
    assert vrf.lock(tx, "one")
