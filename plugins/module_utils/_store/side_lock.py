# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lock on a file beside the store, which serves its waiters in turn.

SQLite's own busy handler sleeps between tries, so under load one process can starve (measured: 1 transaction against
978); ``flock`` queues. The lock file also says who holds it, so that a timeout can name the holder.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import threading
import types

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, plain, whole

_HOST = json.dumps(socket.gethostname())
_SIGNATURE = 512  # bytes: longer than any


class SideLock:
    """An exclusive lock between processes on ``path``, taken for at most ``timeout`` seconds.

    The lock file gets ``mode``, that of what it protects, so that whoever may write there may lock. Its owner follows
    when that mode changes. ``with`` takes it and gives it back.
    """

    def __init__(self, path: str, timeout: float, mode: int = 0o600) -> None:
        self.path = path
        self.timeout = timeout
        self._mode = mode
        self._signature = f'{{"pid": {os.getpid()}, "host": {_HOST}}}'.ljust(_SIGNATURE).encode()
        self._held: int | None = None

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock; ``lock_timeout`` names the holder. ``OSError`` where the file cannot be made or opened."""
        descriptor = self._open()
        try:
            self._wait(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._held = descriptor
        self._sign(descriptor)

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def ask(self) -> str | None:
        """Who has the lock now; None for nobody. It is not taken, and no file is made.

        ``OSError`` where the file may not be read.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            # A shared one, which two who ask at once both get; it ends with the descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._holder()
        finally:
            os.close(descriptor)
        return None

    def _open(self) -> int:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        found = os.fstat(descriptor)
        if found.st_mode & 0o777 != self._mode and found.st_uid == os.geteuid():
            os.fchmod(descriptor, self._mode)
        return descriptor

    def _wait(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # A blocking flock keeps its place in the queue but knows no timeout. A thread may block in it on a
            # descriptor of its own; left behind, it ends with the process or closes what it got too late.
            waiter = _Waiter(os.dup(descriptor))
            if not waiter.wait(self.timeout):
                raise LedgerError(
                    "lock_timeout",
                    f"{whole(self.path)} stayed locked by {self._holder()} for {self.timeout:g} seconds. "
                    "Try again, or raise lock_timeout.",
                    holder=self._holder(),
                ) from None

    def _sign(self, descriptor: int) -> None:
        # Written only where another one stands, and padded, not truncated: a file that changed makes the sync of the
        # ledger dearer (measured: 0.1 ms), and a changed length more so.
        if os.pread(descriptor, _SIGNATURE, 0) != self._signature:
            # A full disk keeps nobody from the lock: without a name in the file the holder is unknown, that is all.
            with contextlib.suppress(OSError):
                os.pwrite(descriptor, self._signature, 0)

    def _holder(self) -> str:
        try:
            with open(self.path, "rb") as handle:
                signed = json.loads(handle.read(_SIGNATURE))
            return f"process {plain(str(signed['pid']))} on {plain(str(signed['host']))}"
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return "an unknown process"


class _Waiter(threading.Thread):
    """Blocks in flock; whoever is later, the waiter or its caller's patience, cleans up."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(daemon=True)
        self._descriptor = descriptor
        self._turn = threading.Lock()
        self._got = threading.Event()
        self._abandoned = False
        self.start()

    def run(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._turn:
            if self._abandoned:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            else:
                self._got.set()
            os.close(self._descriptor)

    def wait(self, timeout: float) -> bool:
        """Whether the lock was got in time."""
        self._got.wait(timeout)
        with self._turn:
            self._abandoned = not self._got.is_set()
            return not self._abandoned
