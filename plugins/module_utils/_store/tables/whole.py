# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on whole tables, for what reads or writes a ledger from end to end.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Connection, Row

VRF: t.Final = ("id", "name", "rev")
SUBNET: t.Final = (
    "id", "vrf_id", "parent_id", "version", "first", "last", "prefix_length", "pools_generated", "rev", "name",
    "gateway", "domain", "vlan_id", "mtu", "hold_down", "strategy", "min_prefix_length", "max_prefix_length",
    "default_prefix_length", "quota", "dns_servers", "reserved", "tags", "labels", "description",
)  # fmt: skip
POOL: t.Final = ("subnet_id", "name", "first", "last", "strategy", "hold_down", "warn_below", "rotated")
ADDRESS: t.Final = (
    "subnet_id", "addr", "vrf_id", "name", "interface", "ordinal", "status", "expires", "mac", "fqdn", "tags",
    "labels", "description",
)  # fmt: skip
PLAIN_ADDRESS: t.Final = ADDRESS[:4]  # what has to be said of any; the other columns are as of one just given
HOLD: t.Final = ("subnet_id", "addr", "name", "interface", "until")
EXTENT: t.Final = ("subnet_id", "first", "last", "run_key")
HISTORY: t.Final = ("id", "at", "actor", "vrf", "subnet", "object", "name", "addr", "old", "new")


def vrfs(connection: Connection) -> list[Row]:
    return _rows(connection, f"SELECT {', '.join(VRF)} FROM vrf ORDER BY name")


def subnets(connection: Connection) -> list[Row]:
    """By address within each VRF, outer ones first."""
    return _rows(connection, f"SELECT {', '.join(SUBNET)} FROM subnet ORDER BY vrf_id, version, first, prefix_length")


def pools(connection: Connection) -> list[Row]:
    return _rows(connection, f"SELECT {', '.join(POOL)} FROM pool ORDER BY subnet_id, first, name")


def addresses(connection: Connection) -> list[Row]:
    return _rows(connection, f"SELECT {', '.join(ADDRESS)} FROM address ORDER BY subnet_id, addr")


def holds(connection: Connection) -> list[Row]:
    return _rows(connection, f"SELECT {', '.join(HOLD)} FROM hold ORDER BY subnet_id, addr")


def history(connection: Connection, after: int) -> list[Row]:
    """The entries after that number, in order."""
    return _rows(connection, f"SELECT {', '.join(HISTORY)} FROM history WHERE id > ? ORDER BY id", after)


def count_history(connection: Connection, to: int) -> int:
    """How many entries there are up to that number."""
    ((count,),) = _rows(connection, "SELECT count(*) FROM history WHERE id <= ?", to)
    return int(count)


def retention(connection: Connection) -> int | None:
    """How many seconds an entry of the history is kept; None is for ever."""
    ((seconds,),) = _rows(connection, "SELECT history_retention FROM meta")
    return t.cast("int | None", seconds)


def set_retention(connection: Connection, seconds: int | None) -> None:
    connection.execute("UPDATE meta SET history_retention = ?", (seconds,))


def insert(connection: Connection, table: str, columns: t.Sequence[str], rows: t.Iterable[Row]) -> None:
    """Insert rows with these columns, a constant of this module."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    if columns is PLAIN_ADDRESS:
        # A fixed value costs nothing, and a parameter as much as a comparison of keys.
        names, marks = ", ".join(ADDRESS), f"{marks}, '', 0, 'active', NULL, NULL, NULL, '[]', '{{}}', ''"
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _rows(connection: Connection, sql: str, *parameters: t.Any) -> list[Row]:
    return t.cast("list[Row]", connection.execute(sql, parameters).fetchall())
