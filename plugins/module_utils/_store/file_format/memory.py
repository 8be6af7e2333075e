# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger in memory with what a ledger file holds.

The history of a file only grows, and most transactions do nothing but add to it. So the older entries are read when the
first statement asks for them.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import re
import sqlite3
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import reading, writing
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import Unread
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import migrate
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteConnection
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import whole

_ASKS_FOR_HISTORY: t.Final = re.compile(r"(?!INSERT).*\bhistory\b", re.DOTALL)
_OLDER_ARE_READ: t.Final = "PRAGMA user_version = 1"  # rolled back along with the rows that were read


class LedgerInMemory(SqliteConnection):
    """What is in one file, or in none."""

    content: bytes
    _as_json: bool
    _place: str
    _unread: Unread | None = None

    def fill(self, content: bytes, *, as_json: bool, place: str) -> None:
        """Read a file into the ledger, which is empty; raises what ``reading.contents`` raises."""
        found = reading.contents(content, as_json=as_json, place=place)
        self.execute("BEGIN")
        migrate(self, 0)
        whole.set_retention(self, found.retention)
        for table, columns, rows in (
            ("vrf", whole.VRF, found.rows.vrfs),
            ("subnet", whole.SUBNET, found.rows.subnets),
            ("pool", whole.POOL, found.rows.pools),
            ("address", whole.ADDRESS, found.rows.addresses),
            ("address", whole.PLAIN_ADDRESS, found.rows.plain),
            ("hold", whole.HOLD, found.rows.holds),
            ("extent", whole.EXTENT, found.rows.extents),
            ("history", whole.HISTORY, found.history),
        ):
            whole.insert(self, table, columns, rows)
        if not found.unread:
            self.execute(_OLDER_ARE_READ)
        self.execute("COMMIT")
        self.content, self._as_json, self._place, self._unread = content, as_json, place, found.unread

    def written(self) -> bytes:
        """The file with what is in the ledger now."""
        unread = self._unread
        if unread and self._older_are_read() and whole.count_history(self, unread.length) < unread.length:
            unread = None  # some were removed
        kept, self._unread = self._unread, None  # what is written now asks for nothing older
        try:
            return writing.write(self, as_json=self._as_json, unread=unread).encode()
        finally:
            self._unread = kept

    def is_written(self, content: bytes) -> None:
        """Know that this stands in the file now."""
        self.content = content
        self._unread = reading.known_history(content.decode(), as_json=self._as_json)

    def execute(self, sql: str, parameters: t.Any = (), /) -> sqlite3.Cursor:
        if self._unread and _ASKS_FOR_HISTORY.match(sql) and not self._older_are_read():
            self._read_older(self._unread)
        return super().execute(sql, parameters)

    def _older_are_read(self) -> bool:
        return bool(super().execute("PRAGMA user_version").fetchone()[0])

    def _read_older(self, unread: Unread) -> None:
        rows = reading.rest_of_history(self.content, unread, as_json=self._as_json, place=self._place)
        (first,) = super().execute("SELECT min(id) FROM history").fetchone()
        whole.insert(self, "history", whole.HISTORY, (row for row in rows if row[0] < first))
        super().execute(_OLDER_ARE_READ)


def read(content: bytes, *, as_json: bool, place: str) -> LedgerInMemory:
    """The ledger in a file; raises what ``reading.contents`` raises."""
    ledger = _connect()
    try:
        ledger.fill(content, as_json=as_json, place=place)
    except BaseException:
        ledger.close()
        raise
    return ledger


def empty(*, as_json: bool) -> bytes:
    """The file of a ledger with nothing in it."""
    ledger = _connect()
    try:
        migrate(ledger, 0)
        return writing.write(ledger, as_json=as_json).encode()
    finally:
        ledger.close()


def _connect() -> LedgerInMemory:
    return sqlite3.connect(":memory:", isolation_level=None, factory=LedgerInMemory)
