# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file store under fire: killed at any step, without room on the disk, used by many at once."""

from __future__ import annotations

import os
import resource
import signal
import typing as t
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import file
from ansible_collections.netledger.ipam.tests.apart import FORK, SPAWN, in_child, with_small_disk
from ansible_collections.netledger.ipam.tests.unit.plugins.module_utils._store.file_format.filed import (
    Filed,
    take_many,
)


@pytest.fixture
def lan(tmp_path: Path) -> Filed:
    filed = Filed(tmp_path / "ipam.yml", lock_timeout=100)
    filed.subnet(name="lan", cidr="10.0.0.0/16")
    return filed


# Killed

STEPS = ["open", "write", "fchown", "fchmod", "fsync", "replace", "unlink"]


def die_at(name: str, number: int, *, after: bool) -> None:
    """Make this process die at its call of that number of a function of the system, or right after it."""
    original, calls = getattr(os, name), [0]

    def call(*arguments: t.Any, **options: t.Any) -> t.Any:
        calls[0] += 1
        if calls[0] == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = original(*arguments, **options)
        if calls[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(os, name, call)


def take_and_die(path: Path, name: str, number: int, after: bool) -> None:
    filed = Filed(path)
    die_at(name, number, after=after)
    filed.address(name="new", subnet="lan")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", STEPS)
def test_killed_at_every_call_of_the_system(lan: Filed, name: str, after: bool) -> None:
    """The old file or the new one stands there, whole; the next writer cleans up."""
    lan.address(name="web", subnet="lan")
    os.chown(lan.path, -1, os.getegid())
    before, kills = lan.text(), 0
    for number in range(1, 20):
        child = FORK.Process(target=take_and_die, args=(lan.path, name, number, after))
        child.start()
        child.join(60)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        kills += 1
        held = {row["name"] for row in lan.tables()["address"]}
        assert held in ({"web"}, {"web", "new"})
        assert lan.text() == before or "new" in held
        lan.address(name="new", subnet="lan")
        lan.address(name="new", subnet="lan", state="absent")
        assert {path.name for path in lan.path.parent.iterdir()} == {"ipam.yml", "ipam.yml.lock"}
        before = lan.text()
    assert kills >= (0 if name in ("fchown", "unlink") else 1)


def make_and_die(path: Path, name: str, number: int) -> None:
    die_at(name, number, after=False)
    file.create(str(path), place="x", lock_timeout=5)


@pytest.mark.parametrize("name", ["write", "fsync", "replace"])
def test_killed_while_the_store_is_made(tmp_path: Path, name: str) -> None:
    path = tmp_path / "ipam.yml"
    child = FORK.Process(target=make_and_die, args=(path, name, 1))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert not path.exists()
    Filed(path).subnet(name="lan", cidr="10.0.0.0/24")
    assert {one.name for one in tmp_path.iterdir()} == {"ipam.yml", "ipam.yml.lock"}


# No room


def fill_disk(folder: Path) -> tuple[int, str, int, str]:
    """How many addresses fit, what is said then, how many are there, and what is said of the disk."""
    filed = Filed(folder / "ipam.yml")
    filed.subnet(name="lan", cidr="10.0.0.0/16")
    for taken in range(0, 100_000, 50):
        before = filed.text()
        try:
            filed.address(names=[f"h{taken + number:05}" for number in range(50)], subnet="lan")
        except LedgerError as error:
            assert filed.text() == before
            assert {one.name for one in folder.iterdir()} == {"ipam.yml", "ipam.yml.lock"}
            return taken, error.reason, len(filed.rows("SELECT name FROM address")), error.message
    raise AssertionError("the disk never was full")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    taken, reason, held, message = with_small_disk(tmp_path, "256k", lambda: fill_disk(tmp_path))
    assert (reason, held) == ("store_full", taken)
    assert taken > 100
    assert "Nothing was changed" in message


def limited(path: Path) -> str:
    filed = Filed(path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
    try:
        filed.address(names=[f"h{number}" for number in range(50)], subnet="lan")
    except LedgerError as error:
        return error.reason
    return "nothing"


def test_a_limit_on_the_size_of_files(lan: Filed) -> None:
    before = lan.text()
    assert in_child(limited, lan.path) in ("store_full", "store_failed")
    assert lan.text() == before
    assert not Path(f"{lan.path}.new").exists()


@pytest.mark.parametrize("name", ["write", "fsync", "replace", "fchmod"])
def test_an_error_of_the_system_leaves_the_old_file(lan: Filed, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: t.Any) -> t.Any:
        raise OSError(5, "Input/output error")

    before = lan.text()
    with monkeypatch.context() as patched:
        patched.setattr(os, name, fail)
        with pytest.raises(LedgerError) as caught:
            lan.address(name="web", subnet="lan")
    assert caught.value.reason == "store_failed"
    assert lan.text() == before
    assert not Path(f"{lan.path}.new").exists()
    assert lan.address(name="web", subnet="lan")["changed"] is True


def test_file_and_folder_are_synced_in_order(lan: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the first the name may lead to nothing after a power cut, without the second to the old file."""
    calls: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        calls.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    def replaced(source: str, target: str) -> None:
        calls.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    lan.address(name="web", subnet="lan")
    assert calls == ["ipam.yml.new", "replace", lan.path.parent.name]


# Many at once


@pytest.mark.parametrize(("start", "processes", "each"), [(FORK, 8, 25), (SPAWN, 3, 10)], ids=["fork", "spawn"])
def test_many_processes_take_addresses(lan: Filed, start: t.Any, processes: int, each: int) -> None:
    workers = [start.Process(target=take_many, args=(lan.path, f"w{number}", each)) for number in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
    assert [worker.exitcode for worker in workers] == [0] * processes
    keys = [key for (key,) in lan.rows("SELECT addr FROM address ORDER BY addr")]
    assert keys == [f"{(10 << 24) + number:08x}" for number in range(1, processes * each + 1)]
    assert lan.rows("SELECT count(*) FROM history WHERE object = 'address'") == [(processes * each,)]


def read_many(path: Path, count: int, pipe: Connection) -> None:
    """Whoever reads meanwhile sees whole files, in which the free space and the addresses agree."""
    filed = Filed(path)
    seen = []
    for _number in range(count):
        ((held, history),) = filed.rows(
            "SELECT (SELECT count(*) FROM address), (SELECT count(*) FROM history WHERE object = 'address')"
        )
        assert held == history
        seen.append(held)
    pipe.send(seen)


def test_readers_see_whole_files(lan: Filed) -> None:
    ours, theirs = FORK.Pipe(duplex=False)
    reader = FORK.Process(target=read_many, args=(lan.path, 60, theirs))
    writer = FORK.Process(target=take_many, args=(lan.path, "w", 60))
    reader.start()
    writer.start()
    assert ours.poll(120)
    seen = ours.recv()
    writer.join(120)
    reader.join(120)
    assert (reader.exitcode, writer.exitcode) == (0, 0)
    assert seen == sorted(seen)


def make(path: Path, pipe: Connection) -> None:
    pipe.send(file.create(str(path), place="x", lock_timeout=60))


def test_many_processes_make_the_store(tmp_path: Path) -> None:
    path = tmp_path / "ipam.json"
    ours, theirs = FORK.Pipe(duplex=False)
    workers = [FORK.Process(target=make, args=(path, theirs)) for _number in range(8)]
    for worker in workers:
        worker.start()
    answers = [ours.recv() for _worker in workers]
    for worker in workers:
        worker.join(60)
    assert sorted(answers) == [False] * 7 + [True]
    Filed(path).subnet(name="lan", cidr="10.0.0.0/24")
