# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements as the drivers of servers want them.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

_FIRST: t.Final = 64  # rows of the first portion: mostly the first few are all that is looked at
_GROWTH: t.Final = 8
_MOST: t.Final = 8192  # rows of a portion: what is in memory at once
_SKIPPING_MOST: t.Final = 65_536  # the same where all rows before are passed over again
_BY_ONE_COLUMN: t.Final = re.compile(
    r"SELECT (?P<columns>[\w., ]+) FROM (?P<table>[\w.=, ]+?)( WHERE (?P<where>.+))? ORDER BY (?P<key>[\w.]+)"
    r"(?P<down> DESC)?"
)

Fetch = t.Callable[[str, t.Sequence[t.Any]], t.Sequence[Row]]


class _Continued(t.NamedTuple):
    """A statement for the rows behind a certain one, whose key is its last parameter and stands in that column."""

    sql: str
    column: int


@functools.lru_cache(maxsize=512)
def with_percent(sql: str) -> str:
    """The statement with ``%s`` for each ``?``; ours have neither of them in a text."""
    return sql.replace("%", "%%").replace("?", "%s")


def in_portions(fetch: Fetch, sql: str, parameters: t.Sequence[t.Any]) -> t.Iterator[Row]:
    """The rows of an ordered statement, each portion of them larger than the one before, up to a limit.

    No cursor stays open on the server. A portion starts behind the last row of the one before, where one column that
    is selected makes the order; else the rows before are passed over again.
    """
    continued = _continued(sql)
    statement, given, offset, size = sql, tuple(parameters), 0, _FIRST
    while True:
        rows = fetch(f"{statement} LIMIT {size}" + (f" OFFSET {offset}" if offset else ""), given)
        yield from rows
        if len(rows) < size:
            return
        if continued:
            statement, given = continued.sql, (*parameters, rows[-1][continued.column])
        else:
            offset += size
        size = min(size * _GROWTH, _MOST if continued else _SKIPPING_MOST)


@functools.lru_cache(maxsize=512)
def _continued(sql: str) -> _Continued | None:
    """None where one portion of the rows does not tell where the next one starts."""
    found = _BY_ONE_COLUMN.fullmatch(sql)
    columns = found["columns"].split(", ") if found else []
    if not found or found["key"] not in columns or " GROUP BY " in sql or " UNION " in sql:
        return None
    where = f"({found['where']}) AND " if found["where"] else ""
    order = found["key"] + (found["down"] or "")
    more = f"{found['key']} {'<' if found['down'] else '>'} ?"
    return _Continued(
        f"SELECT {found['columns']} FROM {found['table']} WHERE {where}{more} ORDER BY {order}",
        columns.index(found["key"]),
    )
