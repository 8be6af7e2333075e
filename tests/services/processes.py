# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What starting servers needs of the machine: programs, accounts, ports, folders, and which processes are ours."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

HOST = "127.0.0.1"
# The path of a Unix socket has at most 107 bytes, and the servers add names of their own.
_LONGEST_FOLDER = 60
# Nothing of the caller's that a server or its client takes for a setting, such as PGOPTIONS, goes in.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class ServiceMissing(Exception):  # noqa: N818
    """The machine lacks a program. The message names the package that has it."""


class ServiceFailed(Exception):  # noqa: N818
    """A server or one of its programs did not do what it was asked to."""


class Account(t.NamedTuple):
    """Who a server runs as."""

    user: int
    group: int

    @classmethod
    def of(cls, name: str, package: str) -> Account:
        """The servers refuse to run as root, so root starts them under the name the package made for them."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise ServiceMissing(f"the user {name} is missing: install Debian's package {package}") from None
        return cls(entry.pw_uid, entry.pw_gid)

    def popen_options(self) -> dict[str, t.Any]:
        return {"user": self.user, "group": self.group, "extra_groups": []} if os.geteuid() == 0 else {}

    def give(self, path: Path) -> None:
        os.chown(path, self.user, self.group)


def find_program(name: str, package: str, folders: t.Iterable[Path] = ()) -> str:
    """The path of a program: in one of the folders, else on PATH."""
    searched = os.pathsep.join([*map(str, folders), os.environ.get("PATH", ""), ENVIRONMENT["PATH"]])
    found = shutil.which(name, path=searched)
    if found is None:
        raise ServiceMissing(f"{name} is missing: install Debian's package {package}")
    return found


def run(command: t.Sequence[str | Path], *, account: Account | None = None, stdin: str = "", cwd: str = "/") -> str:
    """What a program prints. It gets two minutes."""
    options = account.popen_options() if account else {}
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(part) for part in command],
        input=stdin,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd=cwd,
        timeout=120,
        check=False,
        **options,
    )
    if done.returncode:
        raise ServiceFailed(f"{command[0]} ended with {done.returncode}: {done.stderr or done.stdout}".rstrip())
    return done.stdout


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on.

    It is below those the system gives to outgoing connections: such a one could take it while the server is down.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.SystemRandom().sample(range(10_000, max(lowest, 20_000)), 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise ServiceFailed("none of 200 ports is free")


def new_folder(prefix: str, account: Account) -> Path:
    """A temporary folder that belongs to the account and whose path is short."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if len(parent) + len(prefix) < _LONGEST_FOLDER and _passable(Path(parent).resolve()):
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=Path(parent).resolve()))
            folder.chmod(0o755)
            account.give(folder)
            return folder
    raise ServiceFailed(f"no temporary folder that others may pass: {tempfile.gettempdir()}, /tmp and /var/tmp")


def _passable(folder: Path) -> bool:
    """Whether the account of a server gets through to what stands in the folder."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    return os.geteuid() != 0 or all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def processes_in(folder: Path) -> list[int]:
    """The processes that work in a data folder: the server, its children, and the scripts it started.

    Neither the parent nor the group finds them all: those of PostgreSQL leave the group, orphans lose the parent.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                place = Path(os.readlink(entry / "cwd").removesuffix(" (deleted)"))
            except OSError:  # it ended meanwhile, or is somebody else's
                continue
            if place.is_relative_to(folder):
                found.append(int(entry.name))
    return found


def end_processes_in(folder: Path, *signals: signal.Signals) -> None:
    """Send the signals one after the other, each as soon as the one before has had five seconds; none may be left."""
    for number in signals:
        deadline = time.monotonic() + 5
        asked: set[int] = set()
        while left := processes_in(folder):
            # SIGKILL goes to what has started meanwhile too, anything milder once.
            for pid in left if number == signal.SIGKILL else set(left) - asked:
                _send(pid, number)
            asked.update(left)
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return
    raise ServiceFailed(f"processes {processes_in(folder)} of {folder} do not end")


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_until(check: t.Callable[[], bool], what: str, *, seconds: float, log: t.Callable[[], str]) -> None:
    """Ask again and again until it is so; the error says what the log says."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise ServiceFailed(f"not within {seconds:g} s: {what}\n{log()}")
        time.sleep(0.1)


def tail(log: Path, lines: int = 30) -> str:
    """The end of a log file."""
    if not log.exists():
        return f"{log} is not there"
    return f"The end of {log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
