# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of pools.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_COLUMNS: t.Final = "name, first, last, strategy, hold_down, warn_below"


def of(tx: Transaction, subnet: Subnet) -> list[Pool]:
    """The pools of a subnet in the order in which they are used: by address."""
    rows = tx.all(f"SELECT {_COLUMNS} FROM pool WHERE subnet_id = ? ORDER BY first", subnet.id)
    return [_read(*row) for row in rows]


def with_pending(tx: Transaction, subnet: Subnet) -> tuple[list[Pool], bool, bool]:
    """The same, and what ``hold.pending`` tells, in one statement: each costs a writer time under the lock."""
    rows = tx.all(
        f"SELECT {_COLUMNS}, {hold.PENDING} FROM pool WHERE subnet_id = ? ORDER BY first",
        *(subnet.id, subnet.id, subnet.id),
    )
    ended, held = hold.told_pending(tx, *rows[0][-2:]) if rows else hold.pending(tx, subnet)
    return [_read(*row[:-2]) for row in rows], ended, held


def replace(tx: Transaction, subnet: Subnet, pools: list[Pool]) -> None:
    """Give the subnet exactly these pools; one that keeps its name goes on rotating where it was."""
    rotated: dict[str, str | None] = dict(tx.all("SELECT name, rotated FROM pool WHERE subnet_id = ?", subnet.id))
    tx.execute("DELETE FROM pool WHERE subnet_id = ?", subnet.id)
    tx.many(
        "INSERT INTO pool (subnet_id, name, first, last, strategy, hold_down, warn_below, rotated) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                subnet.id,
                pool.name,
                subnet.key(pool.span.first),
                subnet.key(pool.span.last),
                pool.strategy,
                pool.hold_down,
                pool.warn_below,
                rotated.get(pool.name),
            )
            for pool in pools
        ],
    )


def rotated(tx: Transaction, subnet: Subnet, name: str) -> int | None:
    """The address that strategy rotate gave last out of a pool."""
    row = tx.one("SELECT rotated FROM pool WHERE subnet_id = ? AND name = ?", subnet.id, name)
    return from_key(row[0]) if row and row[0] is not None else None


def set_rotated(tx: Transaction, subnet: Subnet, name: str, value: int) -> None:
    tx.execute("UPDATE pool SET rotated = ? WHERE subnet_id = ? AND name = ?", subnet.key(value), subnet.id, name)


@functools.lru_cache(maxsize=256)
def _read(
    name: str, first: str, last: str, strategy: str | None, hold_down: int | None, warn_below: int | None
) -> Pool:
    return Pool(name, Range(from_key(first), from_key(last)), strategy, hold_down, warn_below)
