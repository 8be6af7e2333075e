# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of VRFs.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def number(tx: Transaction, name: str) -> int | None:
    row = tx.one("SELECT id FROM vrf WHERE name = ?", name)
    return int(row[0]) if row else None


def names(tx: Transaction) -> list[str]:
    """The VRFs that have subnets; the row of one that has none any more stays behind as its lock."""
    rows = tx.all("SELECT name FROM vrf v WHERE EXISTS (SELECT 1 FROM subnet WHERE vrf_id = v.id) ORDER BY name")
    return [name for (name,) in rows]


def insert(tx: Transaction, name: str) -> int:
    return tx.insert("INSERT INTO vrf (name, rev) VALUES (?, 0)", name)


def lock(tx: Transaction, name: str) -> bool:
    """Keep others from making or removing subnets in the VRF; False where there is no such VRF."""
    return tx.lock("UPDATE vrf SET rev = rev + 1 WHERE name = ?", name) == 1
