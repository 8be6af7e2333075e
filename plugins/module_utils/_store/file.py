# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger in one text file, YAML or JSON, to keep in git.

A transaction works on a ledger in memory that was read from the file, and its end writes the file anew. So everything
above works as with SQLite. Writers wait for each other at the side lock; ``flock`` on the file itself would not do,
because each writer leaves another file in its place.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import errno
import os
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store import clock, sqlite, whole_file
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import memory
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import translated
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

T = t.TypeVar("T")

exists = sqlite.exists


class FileStore:
    """A ledger file that is there."""

    def __init__(self, path: str, *, place: str, lock_timeout: float, actor: str, made: bool = False) -> None:
        """The file at ``path``, whose ending tells its language; links are followed. It may be ``made`` by the caller.

        Errors tell where it is with ``place``.
        """
        self._path = os.path.realpath(path)
        self._as_json = is_json(path)
        self._place = place
        self._actor = actor
        self._made = made
        self._ledger: memory.LedgerInMemory | None = None
        with translated(place):
            if not exists(self._path, place=place):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._path)
            self._lock = SideLock(f"{self._path}.lock", lock_timeout, os.stat(self._path).st_mode & 0o666)

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        """Run ``work`` in one transaction and return what it returns; any error undoes everything it wrote.

        Readers need no lock and no right to write: each finds the file as it was before a change or after it.
        """
        with translated(self._place):
            if access is Access.READ:
                return self._transact(work, access)
            with self._lock:
                return self._transact(work, access)

    def close(self) -> None:
        if self._ledger:
            self._ledger.close()
            self._ledger = None

    def _transact(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        ledger = self._current()
        try:
            ledger.execute("BEGIN")
            transaction = Transaction(ledger, int(clock.now()), self._actor, made=self._made)
            transaction.alone = access is not Access.READ
            result = work(transaction)
            if access is Access.WRITE and transaction.changed:
                self._write(ledger)
                ledger.execute("COMMIT")
            return result
        finally:
            if ledger.in_transaction:
                ledger.execute("ROLLBACK")

    def _current(self) -> memory.LedgerInMemory:
        """The ledger with what is in the file now."""
        content = whole_file.read(self._path, self._place)
        if self._ledger is None or self._ledger.content != content:
            self.close()
            self._ledger = memory.read(content, as_json=self._as_json, place=self._place)
        return self._ledger

    def _write(self, ledger: memory.LedgerInMemory) -> None:
        content = ledger.written()
        if content != ledger.content:
            whole_file.replace(self._path, content, self._place, expected=ledger.content)
            ledger.is_written(content)


opened = FileStore


def is_json(path: str) -> bool:
    """Whether a file store keeps its ledger in JSON, and else in YAML."""
    return path.lower().endswith(".json")


def create(path: str, *, place: str, lock_timeout: float) -> bool:
    """Make an empty ledger at ``path``, readable by its owner only; False where somebody else was faster."""
    as_json, path = is_json(path), os.path.realpath(path)
    with translated(place), SideLock(f"{path}.lock", lock_timeout):
        if exists(path, place=place):
            return False
        whole_file.replace(path, memory.empty(as_json=as_json), place, expected=None)
        return True


def remove(path: str, *, place: str, lock_timeout: float) -> None:
    """Take a ledger file away, with what stands beside it, while nobody writes."""
    path = os.path.realpath(path)
    with translated(place), SideLock(f"{path}.lock", lock_timeout):
        whole_file.remove(path)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(f"{path}.lock")
