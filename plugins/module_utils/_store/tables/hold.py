# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of holds.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Hold, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

_SELECT = "SELECT addr, until, name, interface FROM hold "
# The first of each, which is one entry of an index. Asked whether any is due, PostgreSQL expects to meet one soon, and
# reads all that the subnet holds.
FIRST_UNTIL: t.Final = "(SELECT until FROM hold WHERE subnet_id = {subnet} ORDER BY until LIMIT 1)"
FIRST_EXPIRES: t.Final = (
    "(SELECT expires FROM address WHERE subnet_id = {subnet} AND expires IS NOT NULL ORDER BY expires LIMIT 1)"
)
PENDING: t.Final = f"{FIRST_UNTIL}, {FIRST_EXPIRES}".format(subnet="?")
_SELECT_IN = "SELECT subnet_id, addr, until, name, interface FROM hold "


def at(tx: Transaction, subnet: Subnet, value: int) -> Hold | None:
    row = tx.one(_SELECT + "WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))
    return _read(row) if row else None


def of_holder(tx: Transaction, subnet: Subnet, name: str, interface: str) -> list[Hold]:
    """The holds of a holder in the subnet, the newest first."""
    rows = tx.all(f"{_SELECT_IN}WHERE name = ? AND interface = ?", name, interface)
    # Chosen and sorted here: for the sake of the subnet or the order a planner would read all that the subnet holds.
    mine = (_read(row[1:]) for row in rows if row[0] == subnet.id)
    return sorted(mine, key=lambda one: (-one.until, one.value))


def pending(tx: Transaction, subnet: Subnet) -> tuple[bool, bool]:
    """Whether something of the subnet has ended by now, a hold or a lease, and whether anything is on hold."""
    row = tx.one(f"SELECT {PENDING}", subnet.id, subnet.id)
    return told_pending(tx, *row) if row else (False, False)


def told_pending(tx: Transaction, until: int | None, expires: int | None) -> tuple[bool, bool]:
    """The same from the columns ``PENDING``, whose parameters are the subnet twice."""
    ends = [end for end in (until, expires) if end is not None]
    return any(end <= tx.now for end in ends), until is not None


def due(tx: Transaction, subnet: Subnet, limit: int) -> list[Hold]:
    """Holds that have ended, the oldest first."""
    where = "WHERE subnet_id = ? AND until <= ? ORDER BY until, addr"
    return [_read(row) for row in tx.each(_SELECT + where, subnet.id, tx.now, limit=limit)]


def within(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Hold]:
    """The holds of a window, in order."""
    rows = tx.each(
        _SELECT + "WHERE subnet_id = ? AND addr BETWEEN ? AND ? ORDER BY addr",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return map(_read, rows)


def ranges_within(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Range]:
    rows = tx.each(
        "SELECT addr FROM hold WHERE subnet_id = ? AND addr BETWEEN ? AND ? ORDER BY addr",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return (Range(from_key(key), from_key(key)) for (key,) in rows)


def count_within(tx: Transaction, subnet: Subnet, window: Range) -> tuple[int, int | None]:
    """How many addresses of a window are on hold, and when the first of them ends; ended ones are as good as free."""
    row = tx.one(
        "SELECT count(*), min(until) FROM hold WHERE subnet_id = ? AND addr BETWEEN ? AND ? AND until > ?",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
        tx.now,
    )
    return (int(row[0]), row[1]) if row else (0, None)


def insert(tx: Transaction, subnet: Subnet, hold: Hold) -> None:
    tx.execute(
        "INSERT INTO hold (subnet_id, addr, until, name, interface) VALUES (?, ?, ?, ?, ?)",
        subnet.id,
        subnet.key(hold.value),
        hold.until,
        hold.name,
        hold.interface,
    )


def delete(tx: Transaction, subnet: Subnet, value: int) -> None:
    tx.execute("DELETE FROM hold WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))


def delete_within(tx: Transaction, subnet: Subnet, window: Range) -> None:
    tx.execute(
        "DELETE FROM hold WHERE subnet_id = ? AND addr BETWEEN ? AND ?",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )


def move(tx: Transaction, subnet: Subnet, to: Subnet) -> None:
    """Give the holds of a subnet that lie in the network of another one to that one."""
    tx.execute(
        "UPDATE hold SET subnet_id = ? WHERE subnet_id = ? AND addr BETWEEN ? AND ?",
        to.id,
        subnet.id,
        to.key(to.network.first),
        to.key(to.network.last),
    )


def _read(row: Row) -> Hold:
    key, until, name, interface = row
    return Hold(from_key(key), until, name, interface)
