# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading and writing one small file as a whole: whoever reads it finds the old or the new one, also after a crash.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_systems import sync_folder
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import store_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import store_error

LARGEST: t.Final = 1 << 28  # bytes; a ledger of a million addresses has half of it
_TRIES: t.Final = 10
_PAUSE: t.Final = 0.05  # seconds


def read(path: str, place: str) -> bytes:
    """What stands in a regular file.

    The collection replaces files, but editors may write into them: one that changes meanwhile is read again.
    """
    for _number in range(_TRIES):
        # Without O_NONBLOCK a pipe that somebody put in its place would keep us waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            before = os.fstat(descriptor)
            _refuse_odd(before, place)
            content = _read_all(descriptor, before.st_size)
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        if (before.st_mtime_ns, len(content)) == (after.st_mtime_ns, after.st_size):
            return content
        time.sleep(_PAUSE)
    raise _changing(place)


def replace(path: str, content: bytes, place: str, *, expected: bytes | None) -> None:
    """Put the content in the place of what stands there, if that is still as expected; None where nothing is there.

    It is written beside its place and renamed into it. The caller holds the lock. The new file gets mode, owner and
    group of the old one, as far as this user may give them; one that is made is its owner's only.
    """
    beside = f"{path}.new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(beside)  # left by a process that was killed; nobody else can be at it under the lock
    old = None if expected is None else _replaceable(path, place)
    with moved_into_place(beside, path):
        _write(beside, content, old)
        if expected is not None:
            _refuse_changed(path, expected, place)


@contextlib.contextmanager
def moved_into_place(beside: str, path: str) -> t.Iterator[None]:
    """Rename a file that the block writes to ``path``, for good; where the block fails, the file is gone."""
    try:
        yield
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    sync_folder(path)


def remove(path: str) -> None:
    """Remove a file, if it is there, and what a killed writer left beside it. The caller holds the lock."""
    for leftover in (f"{path}.new", path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(leftover)
    sync_folder(path)


def _refuse_odd(found: os.stat_result, place: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise store_error("not_a_ledger", place)
    if found.st_size > LARGEST:
        raise LedgerError(
            "file_invalid",
            f"The ledger file {place} has {found.st_size} bytes, and at most {LARGEST} are read. Keep a ledger of this "
            "size in SQLite: set store to a path such as ipam.db.",
            store=store_in(place),
        )


def _read_all(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    while True:
        part = os.read(descriptor, size + 1)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size = 1 << 16


def _replaceable(path: str, place: str) -> os.stat_result:
    """The file that is to be replaced.

    The folder alone decides who may rename, but who takes the right to write from a file means it.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise _changed(place) from None
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return found


def _write(path: str, content: bytes, old: os.stat_result | None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if old is not None:
            os.fchmod(descriptor, kept_mode(descriptor, old))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kept_mode(descriptor: int, old: os.stat_result) -> int:
    """Give the file to the owner and group of the old one, and return the mode that it may have then.

    Only root may give files away. A group that this user is not in cannot be kept, and then no other gets its rights.
    """
    mode = stat.S_IMODE(old.st_mode) & 0o777
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return mode
    for owner in (old.st_uid, -1):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, owner, old.st_gid)
            return mode
    return mode & ~0o070


def _refuse_changed(path: str, expected: bytes, place: str) -> None:
    """Who edits the file, or has git do so, knows nothing of the lock."""
    try:
        changed = read(path, place) != expected
    except FileNotFoundError:
        changed = True
    if changed:
        raise _changed(place)


def _changed(place: str) -> LedgerError:
    return LedgerError(
        "store_replaced",
        f"The file of the store {place} was changed, replaced or removed by another program while the task worked on "
        "it. The task changed nothing. Run it again.",
    )


def _changing(place: str) -> LedgerError:
    return LedgerError(
        "store_replaced",
        f"The file of the store {place} changes all the time: another program is writing it. Run again "
        "when it is done.",
    )
