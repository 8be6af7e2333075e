# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to tell of a store, also where it is missing or another release made it. Nothing is written.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock, sqlite, sqlite_look
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, kind_of, real_path
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import (
    Terms,
    is_on_server,
    open_store,
    server_store,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION, check_version
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.history import retention
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.totals import (
    Cluster,
    Totals,
    cluster,
    totals,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.store import ServerStore


class Content(t.NamedTuple):
    """What a ledger of the newest schema says of itself; ``history_retention`` is in seconds, None for ever."""

    totals: Totals
    history_retention: int | None


class Lock(t.NamedTuple):
    """Whether somebody writes now, and who; None is not known."""

    held: bool | None
    holder: str | None


class Facts(t.NamedTuple):
    """``size`` is in bytes. ``content`` is None where the schema is another than that of this release.

    ``refusal`` is what those are told then who want to work with the ledger. ``schema_version`` is None where nobody
    can tell: a file has a format instead, and which schema belongs to a newer one only newer releases know.
    """

    backend: str
    exists: bool
    lock: Lock
    engine_version: str | None = None
    schema_version: int | None = None
    content: Content | None = None
    refusal: str = ""
    journal_mode: str | None = None
    size: int | None = None
    cluster: Cluster | None = None


def look(place: Place, terms: Terms) -> Facts:
    """Look at a store; raises what is wrong with it beyond that it is missing or has another schema."""
    if is_on_server(place):
        return _at_server(place, terms)
    path = real_path(place.store)
    facts = Facts(kind_of(place.store), False, _side_lock(path), sqlite3.sqlite_version)
    if not sqlite.exists(path, place=str(place)):
        return facts
    facts = facts._replace(exists=True, size=os.stat(path).st_size)
    return _in_file(facts, place, terms) if facts.backend == "file" else _in_sqlite(facts, path, place, terms)


def _in_sqlite(facts: Facts, path: str, place: Place, terms: Terms) -> Facts:
    def read(connection: sqlite.SqliteConnection) -> Facts:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (version,) = connection.execute("SELECT schema_version FROM meta").fetchone()
        tx = Transaction(connection, int(clock.now()), terms.actor)
        refusal = _refusal(version, place)
        content = None if refusal else _content(tx)
        return facts._replace(journal_mode=mode, schema_version=version, content=content, refusal=refusal)

    return sqlite_look.look(path, read, place=str(place), lock_timeout=terms.lock_timeout)


def _in_file(facts: Facts, place: Place, terms: Terms) -> Facts:
    try:
        with contextlib.closing(open_store(place, terms, create=False)) as store:
            return facts._replace(schema_version=VERSION, content=store.run(_content, Access.READ))
    except LedgerError as error:
        if error.reason != "store_schema":
            raise
        return facts._replace(refusal=error.message)


def _at_server(place: Place, terms: Terms) -> Facts:
    try:
        with contextlib.closing(server_store(place, terms)) as store:
            return _asked(store, place)
    except LedgerError as error:
        if error.reason != "store_missing":
            raise
        return Facts(kind_of(place.store), False, Lock(False, None))  # without a database nothing else can be asked


def _asked(store: ServerStore, place: Place) -> Facts:
    version = store.version()
    holder = store.holder()
    refusal = "" if version is None else _refusal(version, place)
    facts = Facts(
        exists=version is not None,
        lock=Lock(None if holder is None else bool(holder), holder or None),
        schema_version=version,
        content=None if version is None or refusal else store.run(_content, Access.READ),
        refusal=refusal,
        **store.facts(),
    )
    return facts._replace(cluster=store.run(cluster, Access.READ)) if facts.backend == "mariadb" else facts


def _content(tx: Transaction) -> Content:
    return Content(totals(tx), retention(tx))


def _refusal(version: int, place: Place) -> str:
    try:
        check_version(version, str(place))
    except LedgerError as error:
        return error.message
    return ""


def _side_lock(path: str) -> Lock:
    try:
        holder = SideLock(f"{path}.lock", 0).ask()
    except OSError:
        return Lock(None, None)
    return Lock(holder is not None, holder)
