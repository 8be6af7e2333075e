# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run beside a server: ends it and removes its folder when the process that started it is gone, however that ended.

``python -m ...services.guard FOLDER``; its standard input is a pipe that only the owner of the server holds.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.processes import end_processes_in

QUIT, KILL = signal.SIGQUIT, signal.SIGKILL


class Guard:
    """The guard of one folder, as the owner of the server sees it."""

    def __init__(self, folder: Path) -> None:
        # In a session of its own, so that Ctrl-C, which goes to all of the terminal's group, leaves it alone.
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def release(self) -> None:
        """Let it end what is left and remove the folder, and wait for that."""
        self._process.communicate(timeout=60)


def watch(folder: Path) -> None:
    sys.stdin.buffer.read()
    try:
        # SIGQUIT is the quick shutdown of PostgreSQL, which then leaves no shared memory behind.
        end_processes_in(folder / "data", QUIT, KILL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
