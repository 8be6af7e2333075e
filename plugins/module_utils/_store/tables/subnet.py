# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of subnets.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import (
    read_dict,
    read_list,
    write_dict,
    write_list,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

_PLAIN: t.Final = (
    "domain",
    "vlan_id",
    "mtu",
    "hold_down",
    "strategy",
    "min_prefix_length",
    "max_prefix_length",
    "default_prefix_length",
    "quota",
    "description",
)
"""The columns that are stored as the record has them."""

_SELECT = f"""
SELECT s.id, s.vrf_id, v.name, s.parent_id, s.name, s.version, s.first, s.prefix_length, s.gateway,
  {", ".join(f"s.{column}" for column in _PLAIN)},
  s.dns_servers, s.reserved, s.tags, s.labels, s.pools_generated
FROM subnet s JOIN vrf v ON v.id = s.vrf_id """


def by_id(tx: Transaction, number: int) -> Subnet | None:
    return _one(tx, "WHERE s.id = ?", number)


def by_name(tx: Transaction, vrf: str, name: str) -> Subnet | None:
    return _one(tx, "WHERE v.name = ? AND s.name = ?", vrf, name)


def by_network(tx: Transaction, vrf: str, network: Network) -> Subnet | None:
    return _one(
        tx,
        "WHERE v.name = ? AND s.version = ? AND s.first = ? AND s.prefix_length = ?",
        vrf,
        network.version,
        to_key(network.first, network.version),
        network.prefix_length,
    )


def child_at(tx: Transaction, vrf_id: int, parent_id: int, version: int, value: int) -> Subnet | None:
    """The child of ``parent_id`` (0: of none) that contains the address."""
    key = to_key(value, version)
    found = _one(
        tx,
        "WHERE s.vrf_id = ? AND s.parent_id = ? AND s.version = ? AND s.last >= ? ORDER BY s.last LIMIT 1",
        vrf_id,
        parent_id,
        version,
        key,
    )
    return found if found and value in found.network.range else None


def children(tx: Transaction, vrf_id: int, parent_id: int, within: Network) -> list[Subnet]:
    """The children of ``parent_id`` (0: of none) that lie in the network, in order."""
    return _many(
        tx,
        "WHERE s.vrf_id = ? AND s.parent_id = ? AND s.version = ? AND s.last BETWEEN ? AND ? AND s.first >= ? "
        "ORDER BY s.last",
        vrf_id,
        parent_id,
        within.version,
        to_key(within.first, within.version),
        to_key(within.last, within.version),
        to_key(within.first, within.version),
    )


def child_ranges(tx: Transaction, subnet: Subnet, window: Range) -> list[Range]:
    """What the children of a subnet take of a window of it, in order."""
    rows = tx.all(
        "SELECT first, last FROM subnet "
        "WHERE vrf_id = ? AND parent_id = ? AND version = ? AND last >= ? AND first <= ? ORDER BY last",
        subnet.vrf_id,
        subnet.id,
        subnet.version,
        subnet.key(window.first),
        subnet.key(window.last),
    )
    return [Range(from_key(first), from_key(last)) for first, last in rows]


def every(tx: Transaction, vrf: str | None) -> list[Subnet]:
    """All subnets of a VRF, or of all of them, by VRF, IP version and address, outer ones first."""
    order = "ORDER BY v.name, s.version, s.first, s.prefix_length"
    return _many(tx, order) if vrf is None else _many(tx, f"WHERE v.name = ? {order}", vrf)


def next_due(tx: Transaction, number: int) -> int | None:
    """The first subnet from that number on in which the time of an address or a hold is over."""
    until, expires = (first.format(subnet="s.id") for first in (hold.FIRST_UNTIL, hold.FIRST_EXPIRES))
    row = tx.one(
        f"SELECT s.id FROM subnet s WHERE s.id >= ? AND ({until} <= ? OR {expires} <= ?) ORDER BY s.id LIMIT 1",
        number,
        tx.now,
        tx.now,
    )
    return int(row[0]) if row else None


def lock(tx: Transaction, number: int) -> bool:
    """Make this transaction the only one that writes into the subnet; False where it is gone.

    It writes the row and so both locks it and lets the certification of a multi-writer cluster see the conflict. Who is
    alone needs neither, and has a page less to write.
    """
    return tx.alone or tx.lock("UPDATE subnet SET rev = rev + 1 WHERE id = ?", number) == 1


def lock_named(tx: Transaction, vrf: str, name: str) -> bool:
    """The same for the subnet of that name."""
    statement = "UPDATE subnet SET rev = rev + 1 WHERE vrf_id = (SELECT id FROM vrf WHERE name = ?) AND name = ?"
    return tx.alone or tx.lock(statement, vrf, name) == 1


def insert(tx: Transaction, subnet: Subnet) -> Subnet:
    """Store a new subnet; its ``id`` is made here."""
    columns = {
        "vrf_id": subnet.vrf_id,
        "version": subnet.version,
        "first": subnet.key(subnet.network.first),
        "last": subnet.key(subnet.network.last),
        "prefix_length": subnet.network.prefix_length,
        "rev": 0,
        **_mutable(subnet),
    }
    number = tx.insert(
        f"INSERT INTO subnet ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", *columns.values()
    )
    return subnet._replace(id=number)


def update(tx: Transaction, subnet: Subnet) -> None:
    """Store what may change of a subnet."""
    columns = _mutable(subnet)
    tx.execute(
        f"UPDATE subnet SET {', '.join(f'{column} = ?' for column in columns)} WHERE id = ?",
        *columns.values(),
        subnet.id,
    )


def set_network(tx: Transaction, subnet: Subnet) -> None:
    """Store another CIDR of a subnet."""
    tx.execute(
        "UPDATE subnet SET first = ?, last = ?, prefix_length = ? WHERE id = ?",
        subnet.key(subnet.network.first),
        subnet.key(subnet.network.last),
        subnet.network.prefix_length,
        subnet.id,
    )


def move_children(tx: Transaction, subnet: Subnet, parent_id: int) -> None:
    """Give the children that ``parent_id`` (0: none) has inside the network of the subnet to the subnet."""
    tx.execute(
        "UPDATE subnet SET parent_id = ? WHERE vrf_id = ? AND parent_id = ? AND version = ? "
        "AND last BETWEEN ? AND ? AND first >= ? AND id <> ?",
        subnet.id,
        subnet.vrf_id,
        parent_id,
        subnet.version,
        subnet.key(subnet.network.first),
        subnet.key(subnet.network.last),
        subnet.key(subnet.network.first),
        subnet.id,
    )


def delete(tx: Transaction, subnet: Subnet) -> None:
    """Remove a subnet with its pools and free space."""
    for table in ("pool", "extent", "hold", "address"):
        tx.execute(f"DELETE FROM {table} WHERE subnet_id = ?", subnet.id)
    tx.execute("DELETE FROM subnet WHERE id = ?", subnet.id)


def _mutable(subnet: Subnet) -> dict[str, t.Any]:
    return {
        "parent_id": subnet.parent_id,
        "name": subnet.name,
        "gateway": None if subnet.gateway is None else subnet.key(subnet.gateway),
        **{column: getattr(subnet, column) for column in _PLAIN},
        "dns_servers": write_list(subnet.dns_servers),
        "reserved": write_list([(subnet.key(span.first), subnet.key(span.last)) for span in subnet.reserved]),
        "tags": write_list(subnet.tags),
        "labels": write_dict(subnet.labels),
        "pools_generated": int(subnet.pools_generated),
    }


def _one(tx: Transaction, condition: str, *parameters: t.Any) -> Subnet | None:
    row = tx.one(_SELECT + condition, *parameters)
    return _read(row) if row else None


def _many(tx: Transaction, condition: str, *parameters: t.Any) -> list[Subnet]:
    return [_read(row) for row in tx.all(_SELECT + condition, *parameters)]


@functools.lru_cache(maxsize=64)  # a process mostly works on the same few subnets, and this costs as much as a SELECT
def _read(row: Row) -> Subnet:
    return Subnet._make(
        (
            *row[:5],
            Network(row[5], from_key(row[6]), row[7]),
            None if row[8] is None else from_key(row[8]),
            *row[9:19],
            read_list(row[19]),
            tuple(Range(from_key(first), from_key(last)) for first, last in read_list(row[20])),
            read_list(row[21]),
            read_dict(row[22]),
            bool(row[23]),
        )
    )
