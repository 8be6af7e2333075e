# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking by ICMP echo who has an address, with the system's own ``ping``, which any user may run.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._wire.links import unavailable

SECONDS: t.Final = 2.0  # for two requests, the second after one second
_AT_ONCE: t.Final = 64
_SILENT: t.Final = 1  # what ping ends with when nobody answered; 2 and more are errors


def command() -> str:
    """The path of ``ping``; ``probe_unavailable`` where there is none."""
    program = shutil.which("ping", path="/usr/bin:/bin:/usr/sbin:/sbin")
    if program is None:
        raise unavailable("ping needs the command of that name, which is not installed.")
    return program


def answering(addresses: t.Sequence[str]) -> dict[str, str]:
    """Those of the addresses that answer; what ping says nothing of is their MAC, so it is empty."""
    program = command()
    found: dict[str, str] = {}
    for start in range(0, len(addresses), _AT_ONCE):
        found.update(dict.fromkeys(_answering(program, addresses[start : start + _AT_ONCE]), ""))
    return found


def _answering(program: str, addresses: t.Sequence[str]) -> list[str]:
    running: dict[str, subprocess.Popen[bytes]] = {}
    end = time.monotonic() + SECONDS
    try:
        for address in addresses:
            running[address] = _started(program, address)
        for process in running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, end - time.monotonic()))
        for process in running.values():
            process.send_signal(signal.SIGINT)  # then it says what it heard so far
        return [address for address, process in running.items() if _has_answered(address, process)]
    finally:
        for process in running.values():
            process.kill()
            process.communicate()


def _started(program: str, address: str) -> subprocess.Popen[bytes]:
    options = [program, "-n", "-c", "2", address]
    nowhere = subprocess.DEVNULL
    try:
        return subprocess.Popen(options, stdin=nowhere, stdout=nowhere, stderr=subprocess.PIPE)
    except OSError as error:
        raise unavailable(f"ping could not be started: {error.strerror}.") from None


def _has_answered(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether ping heard something before it ended, or was ended because no more came."""
    try:
        said = process.communicate(timeout=SECONDS)[1]
    except subprocess.TimeoutExpired:
        return False
    if process.returncode > _SILENT:
        why = said.decode(errors="replace").strip().splitlines() or [f"it ended with {process.returncode}"]
        raise unavailable(f"ping could not ask {address}: {why[-1]}.")
    return process.returncode == 0
