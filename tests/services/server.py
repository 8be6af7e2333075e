# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A database server of a test's own: where it stands, and its life."""

from __future__ import annotations

import abc
import signal
import subprocess
import types
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.guard import Guard
from ansible_collections.netledger.ipam.tests.services.processes import (
    ENVIRONMENT,
    Account,
    ServiceFailed,
    end_processes_in,
    free_port,
    new_folder,
    processes_in,
    tail,
    wait_until,
)


class Startable(abc.ABC):
    """``with`` starts it and throws it away."""

    def __enter__(self) -> t.Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    @abc.abstractmethod
    def start(self) -> None:
        """Start it, with the data it has or new ones, and wait until it takes connections."""

    @abc.abstractmethod
    def close(self) -> None:
        """End it quickly, and remove its data."""


class Server(Startable):
    """A server on a free port of 127.0.0.1 whose data are in a temporary folder.

    The port stays the same over its life.
    """

    # The signal that asks it to end properly.
    stop_signal = signal.SIGTERM

    def __init__(self, prefix: str, account: Account) -> None:
        self.account = account
        self.port = free_port()
        self.folder = new_folder(prefix, account)
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._guard = Guard(self.folder)

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise ServiceFailed("the server does not run")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @abc.abstractmethod
    def ready(self) -> bool:
        """Whether the process that was started takes connections."""

    def stop(self) -> None:
        """End it properly."""
        if self._process is None:
            return
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            raise ServiceFailed(f"the server does not stop\n{self.tail()}") from None
        self._ended()

    def kill(self) -> None:
        """kill -9 of the server and all it started, as if the machine had lost its power."""
        if self._process is not None:
            self._process.kill()
        self._ended()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        end_processes_in(self.data, signal.SIGQUIT, signal.SIGKILL)
        self._ended()
        self._guard.release()

    def tail(self) -> str:
        return tail(self.log)

    def left(self) -> list[int]:
        """The processes of this server that run."""
        return processes_in(self.data)

    def _launch(self, command: t.Sequence[str | Path]) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd=self.data,
                start_new_session=True,
                **self.account.popen_options(),
            )

    def _wait_until_ready(self, seconds: float) -> None:
        wait_until(self._ready_or_gone, "the server takes connections", seconds=seconds, log=self.tail)

    def _ready_or_gone(self) -> bool:
        if not self.running:
            raise ServiceFailed(f"the server ended while it started\n{self.tail()}")
        return self.ready()

    def _ended(self) -> None:
        """Wait for the process, and for those it started."""
        end_processes_in(self.data, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)
            self._process = None
