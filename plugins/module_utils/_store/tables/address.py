# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of addresses and their holders.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import (
    read_dict,
    read_list,
    write_dict,
    write_list,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

_COLUMNS = "addr, name, interface, ordinal, status, expires, mac, fqdn, tags, labels, description"
_SELECT = f"SELECT {_COLUMNS} FROM address "
_OF_NAME = f"SELECT {_COLUMNS}, subnet_id FROM address WHERE name = ?"
_AT_ONCE = 50  # queries in one statement: a server is asked so much less often, and SQLite takes at most 500
_UPDATE = ", ".join(f"{column} = ?" for column in _COLUMNS.split(", ")[1:])


def at(tx: Transaction, subnet: Subnet, value: int) -> Address | None:
    row = tx.one(_SELECT + "WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))
    return _read(row) if row else None


def of_holder(tx: Transaction, subnet: Subnet, name: str, interface: str) -> list[Address]:
    """The addresses that a holder has under its key, in their order."""
    rows = tx.all(
        _SELECT + "WHERE name = ? AND interface = ? AND subnet_id = ? ORDER BY ordinal", name, interface, subnet.id
    )
    return [_read(row) for row in rows]


def of_holders(tx: Transaction, subnet: Subnet, names: t.Sequence[str]) -> dict[tuple[str, str], list[Address]]:
    """The addresses that any of the names holds in the subnet, by name and interface, in their order."""
    found: dict[tuple[str, str], list[Address]] = {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        # The subnet is looked at here, and each name has a query of its own: else a planner may come to read all of it.
        for row in tx.all(" UNION ALL ".join([_OF_NAME] * len(some)), *some):
            if row[-1] == subnet.id:
                address = _read(row)
                found.setdefault((address.name, address.interface), []).append(address)
    for held in found.values():
        held.sort(key=lambda address: address.ordinal)
    return found


def expired(tx: Transaction, subnet: Subnet, limit: int) -> list[Address]:
    """Addresses whose time is over, the oldest first."""
    where = "WHERE subnet_id = ? AND expires <= ? ORDER BY expires, addr"
    return [_read(row) for row in tx.each(_SELECT + where, subnet.id, tx.now, limit=limit)]


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
    """How many addresses of a window are held; those whose time is over are not."""
    row = tx.one(
        "SELECT count(CASE WHEN expires <= ? THEN NULL ELSE 1 END) FROM address "
        "WHERE subnet_id = ? AND addr BETWEEN ? AND ?",
        tx.now,
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return int(row[0]) if row else 0


def next_end_within(tx: Transaction, subnet: Subnet, window: Range) -> int | None:
    """When the first of the leases in a window ends (seconds since 1970), if there are any."""
    row = tx.one(
        "SELECT min(expires) FROM address WHERE subnet_id = ? AND expires > ? AND addr BETWEEN ? AND ?",
        subnet.id,
        tx.now,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return row[0] if row else None


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
    numbers, version = (subnet.id, subnet.vrf_id), subnet.version
    tx.many(
        f"INSERT INTO address (subnet_id, vrf_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*numbers, *_write(version, address)) for address in addresses),
    )


def update(tx: Transaction, subnet: Subnet, address: Address) -> None:
    """Store what may change while the address and its holder stay."""
    key, *columns = _write(subnet.version, address)
    tx.execute(
        f"UPDATE address SET {_UPDATE} WHERE subnet_id = ? AND addr = ?",
        *columns,
        subnet.id,
        key,
    )


def delete(tx: Transaction, subnet: Subnet, value: int) -> None:
    tx.execute("DELETE FROM address WHERE subnet_id = ? AND addr = ?", subnet.id, subnet.key(value))


def move(tx: Transaction, subnet: Subnet, to: Subnet) -> None:
    """Give the addresses of a subnet that lie in the network of another one to that one."""
    tx.execute(
        "UPDATE address SET subnet_id = ? WHERE subnet_id = ? AND addr BETWEEN ? AND ?",
        to.id,
        subnet.id,
        to.key(to.network.first),
        to.key(to.network.last),
    )


def holders_in_several(tx: Transaction, subnet: Subnet, limit: int) -> list[tuple[str, str]]:
    """Names and interfaces with the same ordinal in several of the siblings that the network of the subnet covers."""
    rows = tx.all(
        "SELECT DISTINCT name, interface FROM address WHERE subnet_id IN ("
        "SELECT id FROM subnet WHERE vrf_id = ? AND parent_id = ? AND version = ? AND last BETWEEN ? AND ?) "
        "GROUP BY name, interface, ordinal HAVING count(DISTINCT subnet_id) > 1 ORDER BY name, interface LIMIT ?",
        subnet.vrf_id,
        subnet.parent_id,
        subnet.version,
        subnet.key(subnet.network.first),
        subnet.key(subnet.network.last),
        limit,
    )
    return [(str(name), str(interface)) for name, interface in rows]


def _write(version: int, address: Address) -> tuple[t.Any, ...]:
    tags, labels, description = write_list(address.tags), write_dict(address.labels), address.description
    return (to_key(address.value, version), *address[1:8], tags, labels, description)


def _read(row: Row) -> Address:
    return Address._make((from_key(row[0]), *row[1:8], read_list(row[8]), read_dict(row[9]), row[10]))
