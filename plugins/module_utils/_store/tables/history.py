# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of what was changed, by whom and when. Rows are added, never altered.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Entry(t.NamedTuple):
    """One change. ``object`` is address or subnet; ``before`` and ``after`` are None where there was or is none."""

    vrf: str
    subnet: str
    object: str
    name: str
    addr: str | None
    before: dict[str, t.Any] | None
    after: dict[str, t.Any] | None


def append(tx: Transaction, entries: t.Iterable[Entry]) -> None:
    tx.many(
        "INSERT INTO history (at, actor, vrf, subnet, object, name, addr, before, after) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((tx.now, tx.actor, *entry[:5], _write(entry.before), _write(entry.after)) for entry in entries),
    )


def _write(record: dict[str, t.Any] | None) -> str | None:
    return None if record is None else json.dumps(record)
