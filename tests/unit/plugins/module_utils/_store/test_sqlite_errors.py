# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import os
import sqlite3

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import translated

# The names and texts of https://www.sqlite.org/rescode.html
SQLITE = [
    ("SQLITE_FULL", "database or disk is full", "store_full"),
    ("SQLITE_CORRUPT", "database disk image is malformed", "store_corrupt"),
    ("SQLITE_CORRUPT_INDEX", "database disk image is malformed", "store_corrupt"),
    ("SQLITE_NOTADB", "file is not a database", "not_a_ledger"),
    ("SQLITE_BUSY", "database is locked", "lock_timeout"),
    ("SQLITE_BUSY_SNAPSHOT", "database is locked", "lock_timeout"),
    ("SQLITE_READONLY", "attempt to write a readonly database", "access_denied"),
    ("SQLITE_READONLY_DIRECTORY", "attempt to write a readonly database", "access_denied"),
    ("SQLITE_CANTOPEN", "unable to open database file", "access_denied"),
    ("SQLITE_PERM", "access permission denied", "access_denied"),
    ("SQLITE_IOERR_FSYNC", "disk I/O error", "store_failed"),
    ("SQLITE_ERROR", "no such table: x", "store_failed"),
]

SYSTEM = [
    (errno.EACCES, "access_denied"),
    (errno.EPERM, "access_denied"),
    (errno.EROFS, "access_denied"),
    (errno.ENOSPC, "store_full"),
    (errno.EDQUOT, "store_full"),
    (errno.ENOENT, "store_missing"),
    (errno.ENOTDIR, "store_missing"),
    (errno.EIO, "store_failed"),
]


@pytest.mark.parametrize(("name", "text", "reason"), SQLITE)
@pytest.mark.parametrize("named", [True, False], ids=["named", "text only, as before Python 3.11"])
def test_what_sqlite_reports(name: str, text: str, reason: str, named: bool) -> None:
    error = sqlite3.OperationalError(text)
    if named:
        error.sqlite_errorname = name
    with pytest.raises(LedgerError, match=f"The store ipam.db .*{text}") as caught, translated("ipam.db"):
        raise error
    assert caught.value.reason == reason
    assert caught.value.details == {"store": "ipam.db"}
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(("number", "reason"), SYSTEM)
def test_what_the_system_reports(number: int, reason: str) -> None:
    with pytest.raises(LedgerError) as caught, translated("ipam.db"):
        raise OSError(number, os.strerror(number), "ipam.db")
    assert caught.value.reason == reason
    assert os.strerror(number) in caught.value.message


def test_an_error_without_a_number() -> None:
    with pytest.raises(LedgerError, match="strange") as caught, translated("ipam.db"):
        raise OSError("strange")
    assert caught.value.reason == "store_failed"


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("ipam.db"):
        raise ZeroDivisionError
    with pytest.raises(LedgerError, match=r"^as it is$"), translated("ipam.db"):
        raise LedgerError("pool_exhausted", "as it is")
