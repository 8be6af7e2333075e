# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of free space: maximal free ranges of each subnet.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def reaching(tx: Transaction, subnet: Subnet, value: int) -> Range | None:
    """The first free range that ends at the address or after it."""
    row = tx.one(
        "SELECT first, last FROM extent WHERE subnet_id = ? AND last >= ? ORDER BY last LIMIT 1",
        subnet.id,
        subnet.key(value),
    )
    return Range(from_key(row[0]), from_key(row[1])) if row else None


def ending_at(tx: Transaction, subnet: Subnet, value: int) -> Range | None:
    """The free range whose last address this is."""
    row = tx.one("SELECT first FROM extent WHERE subnet_id = ? AND last = ?", subnet.id, subnet.key(value))
    return Range(from_key(row[0]), value) if row else None


def overlapping(tx: Transaction, subnet: Subnet, window: Range, limit: int = -1) -> t.Iterator[Range]:
    """The free ranges that have addresses in the window, whole, in order."""
    rows = tx.each(
        "SELECT first, last FROM extent WHERE subnet_id = ? AND last >= ? ORDER BY last LIMIT ?",
        subnet.id,
        subnet.key(window.first),
        limit,
    )
    for first, last in rows:
        span = Range(from_key(first), from_key(last))
        if span.first > window.last:
            return
        yield span


def at_least(tx: Transaction, subnet: Subnet, size: int) -> t.Iterator[Range]:
    """The free ranges of the size classes that can hold ``size`` addresses (a power of two), the small ones first."""
    rows = tx.each(
        "SELECT first, last FROM extent WHERE run_key BETWEEN ? AND ? ORDER BY run_key",
        f"{subnet.id:08x}{size.bit_length() - 1:02x}",
        f"{subnet.id:08x}g",
    )
    return (Range(from_key(first), from_key(last)) for first, last in rows)


def insert(tx: Transaction, subnet: Subnet, spans: t.Iterable[Range]) -> None:
    tx.many(
        "INSERT INTO extent (subnet_id, last, first, run_key) VALUES (?, ?, ?, ?)",
        [(subnet.id, subnet.key(span.last), subnet.key(span.first), _run_key(subnet, span)) for span in spans],
    )


def move_first(tx: Transaction, subnet: Subnet, span: Range) -> None:
    """Give the free range that ends at ``span.last`` another first address."""
    tx.execute(
        "UPDATE extent SET first = ?, run_key = ? WHERE subnet_id = ? AND last = ?",
        subnet.key(span.first),
        _run_key(subnet, span),
        subnet.id,
        subnet.key(span.last),
    )


def delete(tx: Transaction, subnet: Subnet, first_last: int, last_last: int) -> None:
    """Remove the free ranges whose last addresses lie between the two."""
    tx.execute(
        "DELETE FROM extent WHERE subnet_id = ? AND last BETWEEN ? AND ?",
        subnet.id,
        subnet.key(first_last),
        subnet.key(last_last),
    )


def _run_key(subnet: Subnet, span: Range) -> str:
    return f"{subnet.id:08x}{span.size.bit_length() - 1:02x}{subnet.key(span.last)}"
