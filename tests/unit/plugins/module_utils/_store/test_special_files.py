# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths that lead to no ordinary file: a word and a message, and whatever is there stays there."""

from __future__ import annotations

import os
import stat
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store, subnet, subnet_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.apart import as_nobody
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result


def every_answer(ledger: Ledger) -> list[Result]:
    """What tasks say that write, make a store, or only read, for real and dry."""
    tasks: list[tuple[Task, dict[str, t.Any]]] = [
        (subnet.TASK, {"cidr": "10.0.0.0/24"}),
        (subnet.TASK, {"cidr": "10.0.0.0/24", "state": "absent"}),
        (address.TASK, {"name": "web", "subnet": "10.0.0.0/24"}),
        (subnet_info.TASK, {}),
        (store.TASK, {}),
    ]
    return [run(task, **options) for task, options in tasks for run in (ledger.run, ledger.rehearse)]


def reasons(answers: list[Result], shown: str) -> set[str]:
    for answer in answers:
        assert (answer.get("failed"), answer["changed"]) == (True, False), answer
        assert shown in answer["msg"]
    return {answer["reason"] for answer in answers}


def test_a_pipe_stays_a_pipe(ledger: Ledger) -> None:
    os.mkfifo(ledger.path)
    assert reasons(every_answer(ledger), str(ledger.path)) == {"not_a_ledger"}
    assert stat.S_ISFIFO(os.lstat(ledger.path).st_mode)
    assert os.listdir(ledger.path.parent) == ["ipam.db"]


def test_a_link_to_a_pipe_leads_to_a_pipe(ledger: Ledger) -> None:
    pipe = ledger.path.parent / "pipe"
    os.mkfifo(pipe)
    ledger.path.symlink_to(pipe)
    assert reasons(every_answer(ledger), str(ledger.path)) == {"not_a_ledger"}
    assert stat.S_ISFIFO(os.lstat(pipe).st_mode)


def test_a_folder_stays_a_folder(ledger: Ledger) -> None:
    ledger.path.mkdir()
    assert reasons(every_answer(ledger), str(ledger.path)) == {"not_a_ledger"}
    assert list(ledger.path.iterdir()) == []
    assert os.listdir(ledger.path.parent) == ["ipam.db"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    assert reasons(every_answer(Ledger(path)), str(path)) == {"bad_request"}
    assert os.listdir(tmp_path) == []


def test_links_in_a_circle(ledger: Ledger) -> None:
    other = ledger.path.parent / "other.db"
    ledger.path.symlink_to(other)
    other.symlink_to(ledger.path)
    assert reasons(every_answer(ledger), str(ledger.path)) == {"bad_request"}


def test_a_folder_that_cannot_be_entered() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        (folder / "closed").mkdir(mode=0o700)
        path = folder / "closed" / "ipam.db"
        (folder / "closed").chmod(0)
        assert reasons(as_nobody(lambda: every_answer(Ledger(path))), str(path)) == {"access_denied"}
        (folder / "closed").chmod(0o700)
        assert list((folder / "closed").iterdir()) == []


# The lock file beside the store


def mode(path: Path | str) -> int:
    return os.stat(path).st_mode & 0o777


def take(lock: SideLock) -> bool:
    lock.acquire()
    lock.release()
    return True


@pytest.mark.parametrize(("old", "new"), [(0o600, 0o660), (0o660, 0o600), (0o666, 0o640)])
def test_the_lock_file_follows_the_mode_of_the_store(ledger: Ledger, old: int, new: int) -> None:
    ledger.subnet(cidr="10.0.0.0/24")
    for wanted in (old, new):
        ledger.path.chmod(wanted)
        ledger.address(name="web", subnet="10.0.0.0/24")
        assert mode(f"{ledger.path}.lock") == wanted


@pytest.fixture
def public() -> t.Iterator[Path]:
    """The lock file of somebody else, which everybody may lock."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o711)
        path = Path(name) / "ipam.db.lock"
        path.touch()
        path.chmod(0o666)
        yield path


@pytest.mark.skipif("CI" not in os.environ and os.geteuid() != 0, reason="takes two users, which CI has to have")
def test_only_its_owner_changes_the_lock_file(public: Path) -> None:
    assert as_nobody(lambda: take(SideLock(str(public), 1, 0o600)))
    assert mode(public) == 0o666
    take(SideLock(str(public), 1, 0o600))
    assert mode(public) == 0o600
