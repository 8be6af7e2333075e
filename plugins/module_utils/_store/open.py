# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the ``store`` setting to an open store.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, sqlite_path
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

T = t.TypeVar("T")


class Store(t.Protocol):
    """Runs transactions on one ledger."""

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T: ...

    def close(self) -> None: ...


def open_store(place: Place, *, lock_timeout: float, actor: str, create: bool) -> Store:
    """Open the ledger, or make it first where ``create`` allows that.

    Raises ``store_missing`` with the path and where the setting came from, and whatever else is wrong with the store.
    """
    path, made = sqlite_path(place.store), False
    if is_missing(place):
        if not create:
            raise missing(place)
        made = sqlite.create(path, place=str(place), lock_timeout=lock_timeout)
    return sqlite.SqliteStore(path, place=str(place), lock_timeout=lock_timeout, actor=actor, made=made)


def open_rehearsal(place: Place, *, lock_timeout: float, actor: str, create: bool) -> Store:
    """Open the ledger for check mode: one in memory stands in for a file that the real run would make."""
    if create and is_missing(place):
        return sqlite.MemoryStore(actor)
    return open_store(place, lock_timeout=lock_timeout, actor=actor, create=False)


def is_missing(place: Place) -> bool:
    """Whether nothing is there yet. Raises what is wrong with the place otherwise."""
    return not sqlite.exists(sqlite_path(place.store), place=str(place))


def missing(place: Place) -> LedgerError:
    return LedgerError(
        "store_missing",
        f"There is no ledger at {place}. Create a subnet first (netledger.ipam.subnet makes the file), make an "
        "empty one with netledger.ipam.store, or correct the setting store.",
        store=place.store,
    )
