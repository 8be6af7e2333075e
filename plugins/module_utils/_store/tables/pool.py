# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of pools.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def of(tx: Transaction, subnet: Subnet) -> list[Pool]:
    """The pools of a subnet in the order in which they are used: by address."""
    rows = tx.all("SELECT name, first, last FROM pool WHERE subnet_id = ? ORDER BY first", subnet.id)
    return [Pool(name, Range(from_key(first), from_key(last))) for name, first, last in rows]


def replace(tx: Transaction, subnet: Subnet, pools: list[Pool]) -> None:
    tx.execute("DELETE FROM pool WHERE subnet_id = ?", subnet.id)
    tx.many(
        "INSERT INTO pool (subnet_id, name, first, last) VALUES (?, ?, ?, ?)",
        [(subnet.id, pool.name, subnet.key(pool.span.first), subnet.key(pool.span.last)) for pool in pools],
    )
