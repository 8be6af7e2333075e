# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of addresses and their holders.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

_COLUMNS = "addr, name, interface, ordinal, status, expires, mac, fqdn, tags, labels, description"
_SELECT = f"SELECT {_COLUMNS} FROM address "
_UPDATE = ", ".join(f"{column} = ?" for column in _COLUMNS.split(", ")[1:])
_MANY = 500  # names in one statement; SQLite before 3.32 takes 999 parameters


def at(tx: Transaction, subnet: Subnet, value: int) -> Address | None:
    row = tx.one(_SELECT + "WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))
    return _read(row) if row else None


def of_holder(tx: Transaction, subnet: Subnet, name: str, interface: str) -> Address | None:
    row = tx.one(_SELECT + "WHERE name = ? AND interface = ? AND subnet_id = ?", name, interface, subnet.id)
    return _read(row) if row else None


def of_holders(tx: Transaction, subnet: Subnet, names: t.Sequence[str]) -> dict[tuple[str, str], Address]:
    """The addresses that any of the names holds in the subnet, by name and interface."""
    found: dict[tuple[str, str], Address] = {}
    for start in range(0, len(names), _MANY):
        some = names[start : start + _MANY]
        places = ", ".join("?" * len(some))
        for row in tx.each(_SELECT + f"WHERE name IN ({places}) AND subnet_id = ?", *some, subnet.id):
            address = _read(row)
            found[address.name, address.interface] = address
    return found


def within(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Address]:
    """The held addresses in a window of the subnet, in order."""
    rows = tx.each(
        _SELECT + "WHERE subnet_id = ? AND addr BETWEEN ? AND ? ORDER BY addr",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return map(_read, rows)


def values_within(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[int]:
    rows = tx.each(
        "SELECT addr FROM address WHERE subnet_id = ? AND addr BETWEEN ? AND ? ORDER BY addr",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return (from_key(key) for (key,) in rows)


def count_within(tx: Transaction, subnet: Subnet, window: Range) -> int:
    row = tx.one(
        "SELECT count(*) FROM address WHERE subnet_id = ? AND addr BETWEEN ? AND ?",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return int(row[0]) if row else 0


def subnets_of_name(tx: Transaction, vrf: str, name: str) -> list[int]:
    """The numbers of the subnets of a VRF in which a name holds an address."""
    rows = tx.all(
        "SELECT DISTINCT a.subnet_id FROM address a JOIN vrf v ON v.id = a.vrf_id WHERE a.name = ? AND v.name = ? "
        "ORDER BY a.subnet_id",
        name,
        vrf,
    )
    return [number for (number,) in rows]


def insert(tx: Transaction, subnet: Subnet, addresses: t.Iterable[Address]) -> None:
    tx.many(
        f"INSERT INTO address (subnet_id, vrf_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((subnet.id, subnet.vrf_id, *_write(subnet, address)) for address in addresses),
    )


def update(tx: Transaction, subnet: Subnet, address: Address) -> None:
    """Store what may change while the address and its holder stay."""
    key, *columns = _write(subnet, address)
    tx.execute(
        f"UPDATE address SET {_UPDATE} WHERE subnet_id = ? AND addr = ?",
        *columns,
        subnet.id,
        key,
    )


def delete(tx: Transaction, subnet: Subnet, value: int) -> None:
    tx.execute("DELETE FROM address WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))


def _write(subnet: Subnet, address: Address) -> tuple[t.Any, ...]:
    return (
        subnet.key(address.value),
        address.name,
        address.interface,
        address.ordinal,
        address.status,
        address.expires,
        address.mac,
        address.fqdn,
        json.dumps(address.tags),
        json.dumps(address.labels, sort_keys=True),
        address.description,
    )


def _read(row: Row) -> Address:
    return Address._make((from_key(row[0]), *row[1:8], tuple(json.loads(row[8])), json.loads(row[9]), row[10]))
