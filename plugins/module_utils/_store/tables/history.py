# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of what was changed, by whom and when. Rows are added, never altered.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import read_dict, write_dict
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


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


def append(tx: Transaction, entries: t.Iterable[Entry]) -> None:
    tx.many(
        "INSERT INTO history (at, actor, vrf, subnet, object, name, addr, before, after) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((tx.now, tx.actor, *entry[:5], _write(entry.before), _write(entry.after)) for entry in entries),
    )


def since(tx: Transaction, number: int) -> t.Iterator[Noted]:
    """The entries after that number, in order."""
    rows = tx.each(
        "SELECT id, at, actor, vrf, subnet, object, name, addr, before, after FROM history WHERE id > ? ORDER BY id",
        number,
    )
    for entry, at, actor, vrf, subnet, kind, name, addr, before, after in rows:
        yield Noted(entry, at, actor, Entry(vrf, subnet, kind, name, addr, _read(before), _read(after)))


def _read(text: str | None) -> dict[str, t.Any] | None:
    return None if text is None else read_dict(text)


def _write(record: dict[str, t.Any] | None) -> str | None:
    return None if record is None else write_dict(record)
