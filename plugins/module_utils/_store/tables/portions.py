# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL that reads, writes and empties whole tables in portions, for ledgers that no memory should have to hold.

A portion starts behind the key where the one before it ended, so that the last one costs what the first one does.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import whole
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

ROWS: t.Final = 5_000  # in a portion
NUMBERED: t.Final = {"subnet": whole.SUBNET, "history": whole.HISTORY}
"""The columns of tables whose rows have numbers; the number comes first."""
PARTS: t.Final = {"pool": whole.POOL, "address": whole.ADDRESS, "hold": whole.HOLD, "extent": whole.EXTENT}
"""The columns of tables whose rows belong to a subnet; its number comes first."""

_KEYS: t.Final = {"pool": "name", "address": "addr", "hold": "addr", "extent": "last"}
_TABLES: t.Final = ("history", *PARTS, "subnet", "vrf")


def numbered(tx: Transaction, table: str) -> t.Iterator[list[Row]]:
    """The rows of one of ``NUMBERED``, in the order of their numbers."""
    select, number = f"SELECT {', '.join(NUMBERED[table])} FROM {table} WHERE id > ? ORDER BY id", 0
    while True:
        rows = list(tx.each(select, number, limit=ROWS))
        if rows:
            yield rows
        if len(rows) < ROWS:
            return
        number = rows[-1][0]


def parts(tx: Transaction, table: str) -> t.Iterator[list[Row]]:
    """The rows of one of ``PARTS``, by the number of the subnet and their key in it."""
    key = _KEYS[table]
    select, place = f"SELECT {', '.join(PARTS[table])} FROM {table} WHERE", PARTS[table].index(key)
    subnet = 0
    while True:
        rows = list(tx.each(f"{select} subnet_id > ? ORDER BY subnet_id, {key}", subnet, limit=ROWS))
        if rows:
            yield rows
        if len(rows) < ROWS:
            return
        subnet = rows[-1][0]
        # Apart from the subnets behind it, because planners see the range in one column but not in two.
        while len(rows) == ROWS:
            after = rows[-1][place]
            rest = f"{select} subnet_id = ? AND {key} > ? ORDER BY {key}"
            rows = list(tx.each(rest, subnet, after, limit=ROWS))
            if rows:
                yield rows


def vrfs(tx: Transaction) -> list[tuple[int, str]]:
    """Numbers and names of all VRFs, also of those that have no subnets any more."""
    return [(int(number), str(name)) for number, name in tx.all("SELECT id, name FROM vrf ORDER BY name")]


def subnet_numbers(tx: Transaction, after: int) -> t.Iterator[tuple[int, int, str]]:
    """Number, number of the VRF and name of the subnets that were made after the one of that number."""
    while True:
        rows = list(tx.each("SELECT id, vrf_id, name FROM subnet WHERE id > ? ORDER BY id", after, limit=ROWS))
        yield from t.cast("list[tuple[int, int, str]]", rows)
        if len(rows) < ROWS:
            return
        after = rows[-1][0]


def count(tx: Transaction, table: str) -> int:
    ((times,),) = tx.all(f"SELECT count(*) FROM {table}")
    return int(times)


def first_filled(tx: Transaction) -> str | None:
    """A table that has rows. A VRF that has no subnets any more is no content, only a lock."""
    return next((table for table in (*NUMBERED, *PARTS) if tx.one(f"SELECT 1 FROM {table} LIMIT 1")), None)


def insert(tx: Transaction, table: str, columns: t.Sequence[str], rows: t.Iterable[Row]) -> None:
    tx.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)


def lock(tx: Transaction, *tables: str) -> None:
    """Keep others from writing into any of the VRFs or subnets that are there."""
    for table in () if tx.alone else tables:
        tx.lock(f"UPDATE {table} SET rev = rev + 1")


def delete_all(tx: Transaction) -> None:
    """Remove all rows but that of ``meta``, those of subnets before the subnets."""
    for table in _TABLES:
        tx.execute(f"DELETE FROM {table}")
