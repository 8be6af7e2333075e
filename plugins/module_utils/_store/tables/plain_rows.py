# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions that rows are plainly right, for each engine: those rows the check of a ledger need not look at.

Whatever a condition lets through is right; what it does not may be right as well, and is looked at in Python. The types
of columns are kept by servers. SQLite stores whatever it is given.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES


class PlainRows(t.NamedTuple):
    """``address`` has the parameters width, first, last and number of the VRF, ``hold`` the first three of these.

    ``record`` is about the JSON objects ``old`` and ``new`` of the history.
    """

    address: str
    hold: str
    record: str


_STATUSES: t.Final = ", ".join(map(repr, STATUSES))


def _texts(column: str, empty: str, kind: str) -> str:
    """A condition for SQLite that a column is JSON with nothing but texts in it."""
    return (
        f"(typeof({column}) = 'text' AND CASE WHEN {column} = '{empty}' THEN 1 WHEN json_valid({column}) THEN "
        f"json_type({column}) = '{kind}' AND NOT EXISTS (SELECT 1 FROM json_each({column}) WHERE type <> 'text') "
        "ELSE 0 END)"
    )


def _object(column: str, kind: str) -> str:
    """A condition that a column is NULL or a JSON object, which is of that kind in the words of the engine."""
    valid = f"CASE WHEN json_valid({column}) THEN json_type({column}) = '{kind}' ELSE 1 = 0 END"
    return f"CASE WHEN {column} IS NULL THEN 1 = 1 ELSE {valid} END"


_SQLITE_KEY: t.Final = (
    "typeof(addr) = 'text' AND length(addr) = ? AND ltrim(addr, '0123456789abcdef') = '' AND addr BETWEEN ? AND ?"
)
_SQLITE_HOLDER: t.Final = "typeof(name) = 'text' AND name <> '' AND typeof(interface) = 'text'"
_SQLITE: t.Final = PlainRows(
    address=f"{_SQLITE_KEY} AND {_SQLITE_HOLDER} AND vrf_id = ? "
    f"AND typeof(ordinal) = 'integer' AND ordinal >= 0 AND status IN ({_STATUSES}) "
    "AND (expires IS NULL OR typeof(expires) = 'integer' AND expires >= 0) "
    "AND typeof(mac) IN ('null', 'text') AND typeof(fqdn) IN ('null', 'text') "
    f"AND {_texts('tags', '[]', 'array')} AND {_texts('labels', '{}', 'object')} AND typeof(description) = 'text'",
    hold=f"{_SQLITE_KEY} AND {_SQLITE_HOLDER} AND typeof(until) = 'integer' AND until >= 0",
    record=f"{_object('old', 'object')} AND {_object('new', 'object')}",
)


# Texts without a letter that JSON would write in another way; it is the same in the regular expressions of all engines.
_TEXT: t.Final = '"[-A-Za-z0-9 _.:/@+=,;()]*"'
_LONGEST: t.Final = 1000  # bytes of a text that is matched: MySQL gives up on long ones with an error


def _matched(column: str, empty: str, item: str, matches: str) -> str:
    """A condition that a column is JSON with nothing but plain texts in it, by a regular expression."""
    plain = f"{column} LIKE '{empty[0]}%{empty[1]}' AND {column} {matches} '^.({item})(, {item})*.$'"
    return f"CASE WHEN {column} = '{empty}' THEN 1 = 1 WHEN length({column}) < {_LONGEST} THEN {plain} ELSE 1 = 0 END"


def _typed(matches: str, status: str, record: str) -> PlainRows:
    """The conditions of an engine that keeps types; it ``matches`` regular expressions with that operator."""
    key = f"length(addr) = ? AND NOT addr {matches} '[^0-9a-f]' AND addr BETWEEN ? AND ? AND name <> ''"
    return PlainRows(
        address=f"{key} AND vrf_id = ? AND ordinal >= 0 AND {status} IN ({_STATUSES}) "
        "AND (expires IS NULL OR expires >= 0) "
        f"AND {_matched('tags', '[]', _TEXT, matches)} AND {_matched('labels', '{}', f'{_TEXT}: {_TEXT}', matches)}",
        hold=f"{key} AND until >= 0",
        record=record,
    )


PLAIN: t.Final = {
    "sqlite": _SQLITE,
    # It tells what is JSON from release 16 on only. Of nearly all entries both are one of these.
    "postgresql": _typed("~", "status", "coalesce(old, '{}') = '{}' AND coalesce(new, '{}') = '{}'"),
    # As text, 'active' would equal 'active '.
    "mariadb": _typed("REGEXP", "CAST(status AS BINARY)", f"{_object('old', 'OBJECT')} AND {_object('new', 'OBJECT')}"),
}
"""By what a transaction calls its engine."""
