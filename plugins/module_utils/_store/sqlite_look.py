# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a SQLite ledger of any schema, also one that may not be written, nor its folder.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import (
    SqliteConnection,
    check_ours,
    connected,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import translated

T = t.TypeVar("T")
Work = t.Callable[[SqliteConnection], T]


def look(path: str, work: Work[T], *, place: str, lock_timeout: float) -> T:
    """What ``work`` finds in one state of the ledger; ``not_a_ledger`` where the file is something else.

    To read a file with a write-ahead log, SQLite makes two files beside it. Where it may not, it can take the file for
    one that nobody changes. That is so while it has no log: a change goes there first. So this is looked at afterwards.
    """
    try:
        return _looked(path, work, "mode=rw", place, lock_timeout)
    except LedgerError as error:
        before = _state(path)
        if error.reason != "access_denied" or before is None:
            raise
        found = _looked(path, work, "mode=ro&immutable=1", place, lock_timeout)
        if _state(path) != before:
            raise
        return found


def _looked(path: str, work: Work[T], mode: str, place: str, lock_timeout: float) -> T:
    with translated(place), contextlib.closing(connected(path, mode, lock_timeout)) as connection:
        connection.execute("BEGIN")
        check_ours(connection, place)
        return work(connection)


def _state(path: str) -> tuple[int, ...] | None:
    """What changes with the file; None where it has a log, or is not to be seen."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return None if os.path.exists(f"{path}-wal") else (found.st_ino, found.st_size, found.st_mtime_ns)
