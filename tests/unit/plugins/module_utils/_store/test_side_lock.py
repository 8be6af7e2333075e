# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
import typing as t
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.tests.apart import FORK


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "ipam.db.lock")


def hold(path: str, ready: Connection) -> None:
    SideLock(path, 10).acquire()
    ready.send("it has the lock")
    time.sleep(60)


@pytest.fixture
def holder(path: str) -> t.Iterator[t.Any]:
    """Another process that has the lock."""
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=hold, args=(path, theirs))
    process.start()
    assert ours.poll(10)
    yield process
    process.kill()
    process.join(10)


def test_a_timeout_names_the_holder(path: str, holder: t.Any) -> None:
    lock = SideLock(path, 0.2)
    started = time.monotonic()
    with pytest.raises(LedgerError) as caught:
        lock.acquire()
    assert 0.2 <= time.monotonic() - started < 5
    assert caught.value.reason == "lock_timeout"
    assert caught.value.details["holder"] == f"process {holder.pid} on {socket.gethostname()}"
    assert caught.value.message.startswith(f"{path} stayed locked by process {holder.pid} on ")
    assert "for 0.2 seconds" in caught.value.message


def test_who_asks_is_told_the_holder(path: str, holder: t.Any) -> None:
    assert SideLock(path, 10).ask() == f"process {holder.pid} on {socket.gethostname()}"
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(10)
    assert SideLock(path, 10).ask() is None


def test_who_asks_takes_nothing_and_makes_nothing(path: str) -> None:
    assert SideLock(path, 0).ask() is None
    assert not os.path.exists(path)
    lock = SideLock(path, 0)
    lock.acquire()
    lock.release()
    before = Path(path).read_bytes()
    assert SideLock(path, 0).ask() is None
    lock.acquire()
    lock.release()
    assert Path(path).read_bytes() == before


def test_patience_of_zero_seconds(path: str, holder: t.Any) -> None:
    assert holder.is_alive()
    with pytest.raises(LedgerError, match="for 0 seconds"):
        SideLock(path, 0).acquire()


def test_a_killed_holder_holds_nothing(path: str, holder: t.Any) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    lock = SideLock(path, 10)
    lock.acquire()
    lock.release()


def test_who_waits_gets_it_in_time(path: str) -> None:
    first, second = SideLock(path, 10), SideLock(path, 10)
    first.acquire()
    threading.Timer(0.2, first.release).start()
    second.acquire()
    second.release()


@pytest.mark.parametrize("scribble", ["", "{", "[]", "{}", '{"pid": 1}', "\xff"])
def test_a_lock_file_of_strangers_is_no_obstacle(path: str, scribble: str) -> None:
    """Without a readable name in it the holder is unknown, that is all."""
    first = SideLock(path, 1)
    first.acquire()
    Path(path).write_text(scribble, encoding="latin-1")
    with pytest.raises(LedgerError, match="locked by an unknown process"):
        SideLock(path, 0).acquire()
    first.release()
    first.acquire()
    first.release()


def test_who_gave_up_does_not_get_the_lock_later(path: str) -> None:
    first = SideLock(path, 1)
    first.acquire()
    for _attempt in range(5):
        with pytest.raises(LedgerError):
            SideLock(path, 0.01).acquire()
    first.release()
    for _attempt in range(20):
        again = SideLock(path, 5)
        again.acquire()
        again.release()


def test_release_without_acquire(path: str) -> None:
    SideLock(path, 1).release()
    assert not os.path.exists(path)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_the_lock_file_has_the_mode_that_was_asked(path: str, mode: int, umask: int) -> None:
    before = os.umask(umask)
    try:
        lock = SideLock(path, 1, mode)
        lock.acquire()
        lock.release()
    finally:
        os.umask(before)
    assert os.stat(path).st_mode & 0o777 == mode


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SideLock(str(tmp_path / "no" / "lock"), 1).acquire()


def descriptors_of(path: str) -> int:
    """How many descriptors this process has on ``path``; other tests' leftovers come and go with the collector."""
    found = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            found += os.readlink(f"/proc/self/fd/{descriptor}") == path
    return found


def test_nothing_stays_open(path: str) -> None:
    first = SideLock(path, 1)
    first.acquire()
    for _attempt in range(3):
        with pytest.raises(LedgerError):
            SideLock(path, 0.01).acquire()
    assert descriptors_of(path) == 4
    first.release()
    deadline = time.monotonic() + 10
    while descriptors_of(path) and time.monotonic() < deadline:
        time.sleep(0.01)  # those who gave up close theirs when their turn comes
    assert descriptors_of(path) == 0


def count_up(path: str, counter: str, times: int) -> None:
    for _time in range(times):
        lock = SideLock(path, 60)
        lock.acquire()
        value = int(Path(counter).read_text())
        time.sleep(0.0005)
        Path(counter).write_text(str(value + 1))
        lock.release()


@pytest.mark.parametrize("kind", [FORK.Process, threading.Thread], ids=["processes", "threads"])
def test_only_one_at_a_time(tmp_path: Path, path: str, kind: t.Any) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    workers = [kind(target=count_up, args=(path, str(counter), 25)) for _number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert counter.read_text() == "200"


def take_a_turn(path: str, log: str, name: str) -> None:
    lock = SideLock(path, 60)
    lock.acquire()
    with open(log, "a") as handle:
        handle.write(name)
    lock.release()


def waiters(path: str) -> int:
    """How many stand in the kernel's queue for the lock."""
    inode = os.stat(path).st_ino
    with open("/proc/locks") as locks:
        return sum("-> FLOCK" in line and f":{inode} " in line for line in locks)


def wait_for(count: int, path: str) -> None:
    deadline = time.monotonic() + 30
    while waiters(path) != count:
        assert time.monotonic() < deadline, f"{waiters(path)} wait, not {count}"
        time.sleep(0.01)


def test_nobody_starves(tmp_path: Path, path: str, holder: t.Any) -> None:
    """Who comes first is served first. SQLite's own handler, which sleeps between tries, lets some wait until all
    others are done."""
    log = tmp_path / "log"
    workers = []
    for place, name in enumerate("abcdefgh"):
        workers.append(FORK.Process(target=take_a_turn, args=(path, str(log), name)))
        workers[-1].start()
        wait_for(place + 1, path)
    os.kill(holder.pid, signal.SIGKILL)
    for worker in workers:
        worker.join(60)
    assert log.read_text() == "abcdefgh"
