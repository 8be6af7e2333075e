# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SQLite and the file system report, in the words of the ledger.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import errno
import sqlite3
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import store_in

# Result codes have names from Python 3.11 on; before that only SQLite's own, untranslated text tells them apart.
_CODES: t.Final = (
    ("SQLITE_FULL", "database or disk is full", "store_full"),
    # No room for the index of the write-ahead log, which a reader needs as well.
    ("SQLITE_IOERR_SHMSIZE", "database or disk is full", "store_full"),
    ("SQLITE_CORRUPT", "malformed", "store_corrupt"),
    ("SQLITE_NOTADB", "file is not a database", "not_a_ledger"),
    ("SQLITE_BUSY", "database is locked", "lock_timeout"),
    ("SQLITE_READONLY", "readonly database", "access_denied"),
    ("SQLITE_PERM", "access permission denied", "access_denied"),
    ("SQLITE_CANTOPEN", "unable to open database file", "access_denied"),
)
REASONS_OF_FILES: t.Final = {
    errno.EACCES: "access_denied",
    errno.EPERM: "access_denied",
    errno.EROFS: "access_denied",
    errno.ENOSPC: "store_full",
    errno.EDQUOT: "store_full",
}
"""What keeps a file from being used, be it a ledger or not."""
_ERRNOS: t.Final = {
    **REASONS_OF_FILES,
    errno.EFBIG: "store_full",
    errno.EISDIR: "not_a_ledger",
    errno.ELOOP: "bad_request",
    errno.ENAMETOOLONG: "bad_request",
    errno.ENOENT: "store_missing",
    errno.ENOTDIR: "store_missing",
}
_ADVICE: t.Final = {
    "access_denied": "cannot be opened. The user needs to read and write the file, and to write its folder.",
    "bad_request": "is not the path of a file. Correct the setting store.",
    "lock_timeout": "stayed locked by another program. Try again, or raise lock_timeout.",
    "not_a_ledger": "is not a ledger of netledger.ipam. Name another file; this one was left as it is.",
    "store_corrupt": "is damaged. Restore it from a backup.",
    "store_failed": "reported an error.",
    "store_full": "could not be opened or written: the disk is full. Nothing was changed.",
    "store_missing": "does not exist, or its folder does not.",
}


class translated:  # noqa: N801  # used like a function; one of contextlib costs five times as much on the task path
    """Turn errors of SQLite and of the system into a ``LedgerError`` about the store at ``place``."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, sqlite3.Error):
            error = _first(error)
            raise store_error(_sqlite_reason(error), self._place, str(error)) from error
        if isinstance(error, OSError):
            cause = error.strerror or str(error)
            beside = f"{error.filename}: " if error.filename else ""
            reason = _ERRNOS.get(error.errno or 0, "store_failed")
            raise store_error(reason, self._place, beside + cause) from error


def store_error(reason: str, place: str, cause: str = "") -> LedgerError:
    """An error about the whole store, with what to do."""
    said = f" [{cause}]" if cause else ""
    return LedgerError(reason, f"The store {place} {_ADVICE[reason]}{said}", store=store_in(place))


def _first(error: sqlite3.Error) -> sqlite3.Error:
    """The error itself, or the one by which SQLite ended the transaction whose savepoint is missing now."""
    while str(error).startswith("no such savepoint") and isinstance(error.__context__, sqlite3.Error):
        error = error.__context__
    return error


def _sqlite_reason(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    for code, text, reason in _CODES:
        if name.startswith(code) or (not name and text in str(error)):
            return reason
    return "store_failed"
