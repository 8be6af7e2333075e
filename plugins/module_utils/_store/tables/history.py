# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of what was changed, by whom and when. Rows are added and in the end purged, never altered.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import read_dict, write_dict
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

COLUMNS: t.Final = "id, at, actor, vrf, subnet, object, name, addr, old, new"


class Entry(t.NamedTuple):
    """One change. ``object`` is address or subnet; ``before`` and ``after`` are None where there was or is none.

    Of an address they hold what its name and key do not say and what is not as with any address just given.
    """

    vrf: str
    subnet: str
    object: str
    name: str
    addr: str | None
    before: dict[str, t.Any] | None
    after: dict[str, t.Any] | None


class Noted(t.NamedTuple):
    """An entry with its number, its time (seconds since 1970 by the store's clock) and who made the change."""

    number: int
    at: int
    actor: str
    entry: Entry


class Filter(t.NamedTuple):
    """Which entries are meant; None and empty mean any.

    ``places`` are subnets by VRF and name, with None for any VRF. ``addresses`` are keys with their texts: an entry is
    of the address that it is kept under, and of the one that its holder left by it. ``since`` and ``until`` are seconds
    since 1970, both included.
    """

    vrf: str | None = None
    object: str | None = None
    name: str | None = None
    places: tuple[tuple[str | None, str], ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()
    since: int | None = None
    until: int | None = None


class Where(t.NamedTuple):
    """Conditions that all hold, with their parameters."""

    conditions: tuple[str, ...] = ()
    parameters: tuple[t.Any, ...] = ()

    def __str__(self) -> str:
        return f" WHERE {' AND '.join(self.conditions)} " if self.conditions else " "

    def equal(self, column: str, value: t.Any, operator: str = "=") -> Where:
        """With one more condition on a column; None is none."""
        return self if value is None else self.also(f"{column} {operator} ?", value)

    def also(self, condition: str, *parameters: t.Any) -> Where:
        return Where((*self.conditions, condition), (*self.parameters, *parameters))

    def any_of(self, alternatives: t.Sequence[Where]) -> Where:
        """With one more condition that one of several holds; no alternatives are no condition."""
        if not alternatives:
            return self
        text = " OR ".join(f"({' AND '.join(one.conditions)})" for one in alternatives)
        return self.also(f"({text})", *(value for one in alternatives for value in one.parameters))


def append(tx: Transaction, entries: t.Iterable[Entry]) -> None:
    tx.many(
        "INSERT INTO history (at, actor, vrf, subnet, object, name, addr, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((tx.now, tx.actor, *entry[:5], _write(entry.before), _write(entry.after)) for entry in entries),
    )


def since(tx: Transaction, number: int) -> t.Iterator[Noted]:
    """The entries after that number, in order."""
    return map(noted, tx.each(f"SELECT {COLUMNS} FROM history WHERE id > ? ORDER BY id", number))


def newest(tx: Transaction, wanted: Filter, limit: int | None = None) -> t.Iterator[Noted]:
    """The entries that fit, at most ``limit``, the newest first; all of the table is looked through."""
    where, order = _where(wanted), "ORDER BY at DESC, id DESC"
    if limit is None:
        return map(noted, tx.each(f"SELECT {COLUMNS} FROM history{where}{order}", *where.parameters))
    # Sorted without their texts, a million entries take a quarter of the time.
    chosen = f"SELECT id AS number FROM history{where}{order} LIMIT {limit:d}"
    sql = f"SELECT {COLUMNS} FROM ({chosen}) chosen JOIN history ON id = number {order}"
    return map(noted, tx.all(sql, *where.parameters))


def noted(row: Row) -> Noted:
    """Read the columns ``COLUMNS``; ``store_corrupt`` where a record cannot be read."""
    number, at, actor, vrf, subnet, kind, name, addr, before, after = row
    try:
        return Noted(number, at, actor, Entry(vrf, subnet, kind, name, addr, _read(before), _read(after)))
    except (ValueError, TypeError):
        raise LedgerError(
            "store_corrupt",
            f"Entry {number} of the history cannot be read: what was before or after it is no JSON object. "
            "netledger.ipam.store with verify: true lists all that is wrong.",
        ) from None


def left(addr_text: str) -> Where:
    """The condition that the holder of an entry left this address, of that text, for the one of the entry.

    Records are written with sorted keys, and ``address`` is there only where it differs: then it comes first.
    """
    beginning = write_dict({"address": addr_text})[:-1]
    return Where().also(f"substr(old, 1, {len(beginning)}) = ?", beginning)


def retention(tx: Transaction) -> int | None:
    """How many seconds an entry is kept; None is for ever."""
    row = tx.one("SELECT history_retention FROM meta WHERE id = 1")
    return None if row is None or row[0] is None else int(row[0])


def set_retention(tx: Transaction, seconds: int | None) -> None:
    tx.execute("UPDATE meta SET history_retention = ? WHERE id = 1", seconds)


def purge(tx: Transaction, before: int, limit: int) -> int:
    """Remove up to ``limit`` entries from before that time (seconds since 1970), the first written first.

    Returns how many; where it is fewer than ``limit``, none are left. By number, because there is an index on that: a
    portion costs what it removes.
    """
    due = tx.all("SELECT id FROM history WHERE at < ? ORDER BY id LIMIT ?", before, limit)
    if not due:
        return 0
    return tx.execute("DELETE FROM history WHERE id <= ? AND at < ?", due[-1][0], before)


def _where(wanted: Filter) -> Where:
    where = Where().equal("vrf", wanted.vrf).equal("object", wanted.object).equal("name", wanted.name)
    where = where.equal("at", wanted.since, ">=").equal("at", wanted.until, "<=")
    where = where.any_of([Where().equal("vrf", vrf).equal("subnet", subnet) for vrf, subnet in wanted.places])
    of_addresses = [(Where().equal("addr", key), left(text)) for key, text in wanted.addresses]
    return where.any_of([one for both in of_addresses for one in both])


def _read(text: str | None) -> dict[str, t.Any] | None:
    return None if text is None else read_dict(text)


def _write(record: dict[str, t.Any] | None) -> str | None:
    return None if record is None else write_dict(record)
