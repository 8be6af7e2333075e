# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL that reads rows as they are and repairs derived columns, for the check of a ledger that may be broken.

Nothing is parsed here, so nothing that stands in a row can make it fail.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import whole
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.plain_rows import PLAIN
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

SUBNET: t.Final = (
    "vrf_id", "vrf", "parent_id", "name", "version", "first", "last", "prefix_length", "gateway", "domain", "vlan_id",
    "mtu", "hold_down", "strategy", "min_prefix_length", "max_prefix_length", "default_prefix_length", "quota",
    "description", "dns_servers", "reserved", "tags", "labels", "pools_generated",
)  # fmt: skip
POOL: t.Final = whole.POOL[1:]
ADDRESS: t.Final = whole.ADDRESS[1:]
HOLD: t.Final = ("addr", "until", "name", "interface")
PARTS: t.Final = ("address", "hold", "pool", "extent")
"""The tables whose rows belong to a subnet."""


def schema_version(tx: Transaction) -> int:
    row = tx.one("SELECT schema_version FROM meta")
    return int(row[0]) if row else 0


def damage(tx: Transaction, limit: int) -> list[str]:
    """What the engine itself finds wrong with its tables and indexes. Servers check theirs by other means: on MariaDB
    ``CHECK TABLE`` would end the transaction."""
    if tx.engine != "sqlite":
        return []
    return [str(text) for (text,) in tx.all(f"PRAGMA integrity_check({limit:d})") if text != "ok"]


def names_of_vrfs(tx: Transaction) -> list[t.Any]:
    return [name for (name,) in tx.all("SELECT name FROM vrf ORDER BY name")]


def subnets(tx: Transaction) -> t.Iterator[tuple[int, Row]]:
    """The columns ``SUBNET`` of every subnet by its number; ``vrf`` is None where there is no such VRF."""
    columns = ", ".join("v.name" if column == "vrf" else f"s.{column}" for column in SUBNET)
    rows = tx.each(f"SELECT s.id, {columns} FROM subnet s LEFT JOIN vrf v ON v.id = s.vrf_id ORDER BY s.id")
    return ((row[0], row[1:]) for row in rows)


def pools(tx: Transaction, subnet: int) -> list[Row]:
    return tx.all(f"SELECT {', '.join(POOL)} FROM pool WHERE subnet_id = ? ORDER BY first, name", subnet)


def odd_addresses(tx: Transaction, subnet: int, vrf: int, first: str, last: str) -> t.Iterator[Row]:
    """The address rows of a subnet but for those that are plainly right and lie from ``first`` to ``last``.

    The engine passes over a million of these in a fraction of the time that Python takes.
    """
    odd = _but(PLAIN[tx.engine].address)
    return tx.each(
        f"SELECT {', '.join(ADDRESS)} FROM address WHERE subnet_id = ? AND {odd} ORDER BY addr",
        subnet,
        len(first),
        first,
        last,
        vrf,
    )


def odd_holds(tx: Transaction, subnet: int, first: str, last: str) -> t.Iterator[Row]:
    """The same of holds."""
    odd = _but(PLAIN[tx.engine].hold)
    return tx.each(
        f"SELECT {', '.join(HOLD)} FROM hold WHERE subnet_id = ? AND {odd} ORDER BY addr",
        subnet,
        len(first),
        first,
        last,
    )


def _but(condition: str) -> str:
    """The opposite of a condition, for rows as well of which it knows nothing because of a NULL."""
    return f"NOT coalesce({condition}, 1 = 0)"


def keys_within(tx: Transaction, table: str, subnet: int, first: str, last: str) -> t.Iterator[t.Any]:
    """The keys of a subnet's rows in table address or hold that lie in a range."""
    rows = tx.each(
        f"SELECT addr FROM {table} WHERE subnet_id = ? AND addr BETWEEN ? AND ? ORDER BY addr", subnet, first, last
    )
    return (key for (key,) in rows)


def held_and_on_hold(tx: Transaction, subnet: int) -> t.Iterator[t.Any]:
    """The keys of addresses that are both."""
    rows = tx.each(
        "SELECT h.addr FROM hold h JOIN address a ON a.subnet_id = h.subnet_id AND a.addr = h.addr "
        "WHERE h.subnet_id = ? ORDER BY h.addr",
        subnet,
    )
    return (key for (key,) in rows)


def extents(tx: Transaction, subnet: int) -> t.Iterator[Row]:
    """First, last and run key of the stored free ranges."""
    return tx.each("SELECT first, last, run_key FROM extent WHERE subnet_id = ? ORDER BY last", subnet)


def orphans(tx: Transaction, table: str) -> list[tuple[int, int]]:
    """The numbers of subnets that are gone and still have rows in one of ``PARTS``, with how many."""
    rows = tx.all(
        f"SELECT p.subnet_id, p.times FROM (SELECT subnet_id, count(*) AS times FROM {table} GROUP BY subnet_id) p "
        "WHERE NOT EXISTS (SELECT 1 FROM subnet s WHERE s.id = p.subnet_id) ORDER BY p.subnet_id"
    )
    return [(int(number), int(times)) for number, times in rows]


def odd_history(tx: Transaction) -> t.Iterator[Row]:
    """Number, VRF, subnet, old and new of the entries but for those in which both of the last two are plainly right."""
    return tx.each(f"SELECT id, vrf, subnet, old, new FROM history WHERE {_but(PLAIN[tx.engine].record)} ORDER BY id")


def set_parent(tx: Transaction, subnet: int, parent: int) -> None:
    tx.execute("UPDATE subnet SET parent_id = ? WHERE id = ?", parent, subnet)


def set_vrf_of_addresses(tx: Transaction, subnet: int, vrf: int) -> None:
    tx.execute("UPDATE address SET vrf_id = ? WHERE subnet_id = ? AND vrf_id <> ?", vrf, subnet, vrf)


def delete_part(tx: Transaction, table: str, subnet: int) -> None:
    """Remove the rows of a subnet, which may be gone, from one of ``PARTS``."""
    tx.execute(f"DELETE FROM {table} WHERE subnet_id = ?", subnet)
