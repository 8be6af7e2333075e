# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger in one SQLite file.

WAL with synchronous=FULL: measured to lose no acknowledged commit when the power goes. Every writer first takes the
side lock, then BEGIN IMMEDIATE, so that it reads what it decides on under the lock.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import typing as t
from urllib.parse import quote

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_systems import network_type, sync_folder
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import (
    APPLICATION_ID,
    VERSION,
    check_version,
    migrate,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import store_error, translated
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Row, Transaction

T = t.TypeVar("T")


class SqliteConnection(sqlite3.Connection):
    """A connection with what transactions need beyond SQLite's own."""

    def stream(self, sql: str, parameters: t.Sequence[t.Any], /) -> t.Iterator[Row]:
        return iter(self.execute(sql, parameters))

    def insert(self, sql: str, parameters: t.Sequence[t.Any], /) -> int:
        return t.cast(int, self.execute(sql, parameters).lastrowid)


class SqliteStore:
    """A ledger file that is there. Open it after a fork, never before: SQLite handles do not survive one."""

    def __init__(self, path: str, *, place: str, lock_timeout: float, actor: str, made: bool = False) -> None:
        """Open the file at ``path``, which the caller may have ``made``; errors tell where it is with ``place``."""
        self._path = path
        self._place = place
        self._actor = actor
        self._made = made
        with translated(place):
            # stat only: to open and close the file by other means in this process would drop SQLite's locks on it.
            found = os.stat(path)
            self._inode = found.st_ino
            self._lock = SideLock(f"{path}.lock", lock_timeout, found.st_mode & 0o666)
            self._connection = _connect(path, lock_timeout)
        try:
            self._check()
        except BaseException:
            self._connection.close()
            raise

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        """Run ``work`` in one transaction and return what it returns; any error undoes everything it wrote."""
        with translated(self._place):
            if access is Access.READ:
                return self._transact(work, access, "BEGIN")
            with self._lock:
                return self._transact(work, access, "BEGIN IMMEDIATE")

    def close(self) -> None:
        with translated(self._place):
            self._connection.close()

    def _transact(self, work: t.Callable[[Transaction], T], access: Access, begin: str) -> T:
        try:
            self._connection.execute(begin)
            transaction = Transaction(self._connection, int(clock.now()), self._actor, made=self._made)
            transaction.alone = access is not Access.READ
            result = work(transaction)
            if access is Access.WRITE and transaction.changed:
                self._refuse_replaced()
                self._connection.execute("COMMIT")
            return result
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _check(self) -> None:
        with translated(self._place):
            version = _version(self._connection, self._place)
        check_version(version, self._place)

    def _refuse_replaced(self) -> None:
        """A commit into a file that was moved away or replaced would report success and be lost."""
        try:
            replaced = os.stat(self._path).st_ino != self._inode
        except FileNotFoundError:
            replaced = True
        if replaced:
            raise LedgerError(
                "store_replaced",
                f"The file of the store {self._place} was replaced or removed while it was open. Nothing was changed.",
            )


opened = SqliteStore


class MemoryStore:
    """An empty ledger that ends with its object: what check mode works on where no file is there yet."""

    def __init__(self, actor: str) -> None:
        self._actor = actor
        self._connection = sqlite3.connect(":memory:", isolation_level=None, factory=SqliteConnection)
        migrate(self._connection, 0)

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        """Run ``work``; as nothing outlives the object, there is nothing to commit."""
        with translated("in memory"):
            return work(Transaction(self._connection, int(clock.now()), self._actor, made=True))

    def close(self) -> None:
        self._connection.close()


def exists(path: str, *, place: str) -> bool:
    """Whether a file with anything in it is there; ``not_a_ledger`` where it is a folder, a pipe or a device."""
    with translated(place):
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        if not stat.S_ISREG(found.st_mode):
            raise store_error("not_a_ledger", place)
        return found.st_size > 0


def create(path: str, *, place: str, lock_timeout: float) -> bool:
    """Make an empty ledger at ``path``, readable by its owner only; False where somebody else was faster.

    It is built beside its place and renamed into it, so a crash or a full disk leaves no half ledger.
    """
    with translated(place), SideLock(f"{path}.lock", lock_timeout):
        if exists(path, place=place):
            return False
        _build(f"{path}.new", lock_timeout)
        _remove(path)  # an empty file; or only the log of a store that somebody removed, which would come back
        os.replace(f"{path}.new", path)
        sync_folder(path)
        return True


def remove(path: str, *, place: str, lock_timeout: float) -> None:
    """Take a ledger file away, with the files that SQLite keeps beside it, while nobody writes."""
    with translated(place), SideLock(f"{path}.lock", lock_timeout):
        _remove(path)
        sync_folder(path)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{path}.lock")


def version_of(path: str, *, place: str, lock_timeout: float) -> int:
    """The schema version of the ledger at ``path``."""
    with translated(place), contextlib.closing(_connect(path, lock_timeout)) as connection:
        return _version(connection, place)


def upgrade(path: str, *, place: str, lock_timeout: float) -> bool:
    """Bring an older ledger at ``path`` to the newest schema; False where nothing was to be done.

    It happens under the lock of all writers and in one transaction, so of several processes one does it.
    """
    with translated(place):
        lock = SideLock(f"{path}.lock", lock_timeout, os.stat(path).st_mode & 0o666)
        with contextlib.closing(_connect(path, lock_timeout)) as connection:
            if _version(connection, place) == VERSION:
                return False
            with lock:
                return _migrate(connection, place)


def _migrate(connection: SqliteConnection, place: str) -> bool:
    """Upgrade under the lock; False where others were faster, ``store_schema`` where the ledger is too new."""
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection, place)
    if version >= VERSION:
        check_version(version, place)
        return False
    migrate(connection, version)
    connection.execute("COMMIT")
    return True


def connected(path: str, mode: str, lock_timeout: float) -> SqliteConnection:
    """A connection that begins no transactions by itself, to the file in one of the modes that SQLite's URIs know."""
    return sqlite3.connect(
        f"file:{quote(path)}?{mode}",
        uri=True,
        isolation_level=None,
        timeout=lock_timeout,
        factory=SqliteConnection,
    )


def check_ours(connection: SqliteConnection, place: str) -> None:
    """``not_a_ledger`` where the file is something else."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise store_error("not_a_ledger", place)


def _version(connection: SqliteConnection, place: str) -> int:
    check_ours(connection, place)
    (version,) = connection.execute("SELECT schema_version FROM meta").fetchone()
    return int(version)


def _build(path: str, lock_timeout: float) -> None:
    _remove(path)  # left by a process that was killed; nobody else can be at it under the lock
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(_connect(path, lock_timeout)) as connection:
            if not network_type(path):
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            migrate(connection, 0)
            connection.execute("COMMIT")
    except BaseException:
        _remove(path)
        raise


def _remove(path: str) -> None:
    """Remove a database with the files that SQLite keeps beside it, as far as they are there."""
    for leftover in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(leftover)


def _connect(path: str, lock_timeout: float) -> SqliteConnection:
    # mode=rw: without it SQLite would silently make an empty database where the file is missing.
    connection = connected(path, "mode=rw", lock_timeout)
    if network_type(path):
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")  # which syncs the folder after the journal is gone, too
    else:
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
