# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that are missing, foreign, damaged, forbidden or full: a word and a message, and every byte as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import APPLICATION_ID
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    address_info,
    pool,
    store,
    subnet,
    subnet_info,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.apart import as_nobody, with_small_disk
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

TASKS: list[tuple[Task, dict[str, t.Any]]] = [
    (subnet.TASK, {"cidr": "10.9.0.0/24"}),
    (pool.TASK, {"subnet": "lan", "name": "default", "start": "10.0.0.1", "end": "10.0.0.9"}),
    (address.TASK, {"name": "web", "subnet": "lan"}),
    (subnet_info.TASK, {}),
    (address_info.TASK, {}),
    (store.TASK, {"verify": True}),
]


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    return ledger


def every_task(ledger: Ledger) -> list[Result]:
    return [ledger.run(task, **options) for task, options in TASKS]


def folder_of(ledger: Ledger) -> set[str]:
    return {path.name for path in ledger.path.parent.iterdir()}


# Missing


def test_only_a_present_subnet_makes_a_store(ledger: Ledger) -> None:
    for task, options in [*TASKS[1:], (subnet.TASK, {"name": "lan", "state": "absent"})]:
        result = ledger.refused(task, "store_missing", **options)
        assert str(ledger.path) in result["msg"]
        assert "from the test" in result["msg"]
    assert folder_of(ledger) == set()


def test_a_wrong_request_makes_no_store(ledger: Ledger) -> None:
    ledger.refused(subnet.TASK, "bad_request", cidr="10.0.0.0/33")
    assert folder_of(ledger) == set()


def test_a_missing_folder(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "no" / "ipam.db")
    assert {result["reason"] for result in every_task(ledger)} == {"store_missing"}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    assert {result["reason"] for result in every_task(Ledger(tmp_path / "file" / "ipam.db"))} == {"store_missing"}


@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_a_new_store_is_its_owners_alone(ledger: Ledger, umask: int) -> None:
    before = os.umask(umask)
    try:
        ledger.subnet(name="lan", cidr="10.0.0.0/24")
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o777 for path in ledger.path.parent.iterdir()} == {
        "ipam.db": 0o600,
        "ipam.db.lock": 0o600,
    }


def test_a_widened_mode_stays(lan: Ledger) -> None:
    lan.path.chmod(0o660)
    lan.address(name="web", subnet="lan")
    assert lan.path.stat().st_mode & 0o777 == 0o660


def test_a_link_leads_to_the_store(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to("real/ipam.db")
    Ledger(tmp_path / "link.db").subnet(name="lan", cidr="10.0.0.0/24")
    assert (tmp_path / "link.db").is_symlink()
    assert len(Ledger(tmp_path / "real" / "ipam.db").subnet_info()) == 1


@pytest.mark.parametrize("name", ["a b.db", "a%20b.db", "a?b.db", "a#b.db", "b\u00fccher.db", "-x.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    ledger = Ledger(tmp_path / name)
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert ledger.path.stat().st_size > 0
    assert len(ledger.subnet_info()) == 1


# Not a ledger, or no longer a whole one


def foreign_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (schema_version)")
    connection.execute("INSERT INTO meta VALUES (1)")
    connection.commit()
    connection.close()


def marked_but_empty(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    Ledger(path).subnet(name="lan", cidr="10.0.0.0/24")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET schema_version = 99")
    connection.commit()
    connection.close()


def broken_header(path: Path) -> None:
    Ledger(path).subnet(name="lan", cidr="10.0.0.0/24")
    with open(path, "r+b") as handle:
        handle.write(os.urandom(100))


def broken_pages(path: Path) -> None:
    ledger = Ledger(path)
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    size = path.stat().st_size
    with open(path, "r+b") as handle:
        handle.seek(4096)
        handle.write(b"\xa5" * (size - 4096))


def cut_short(path: Path) -> None:
    Ledger(path).subnet(name="lan", cidr="10.0.0.0/24")
    os.truncate(path, 6000)


SPOILT: list[tuple[t.Callable[[Path], object], set[str]]] = [
    (lambda path: path.write_text("- hosts: all\n"), {"not_a_ledger"}),
    (lambda path: path.write_bytes(os.urandom(5000)), {"not_a_ledger"}),
    (lambda path: path.write_text("x"), {"not_a_ledger"}),
    (lambda path: path.mkdir(), {"not_a_ledger"}),
    (foreign_database, {"not_a_ledger"}),
    (marked_but_empty, {"store_failed"}),
    (newer, {"store_schema"}),
    (broken_header, {"not_a_ledger"}),
    (broken_pages, {"store_corrupt"}),
    (cut_short, {"store_corrupt"}),
]


@pytest.mark.parametrize(
    ("spoil", "reasons"), SPOILT,
    ids=["text", "noise", "one letter", "folder", "foreign", "no tables", "newer", "header", "pages", "cut short"],
)  # fmt: skip
def test_what_is_no_ledger_is_left_as_it_is(
    ledger: Ledger, spoil: t.Callable[[Path], object], reasons: set[str]
) -> None:
    spoil(ledger.path)
    before = ledger.path.read_bytes() if ledger.path.is_file() else None
    results = every_task(ledger)
    assert {result.get("reason") for result in results} == reasons
    for result in results:
        assert result["failed"] is True
        assert result["changed"] is False
        assert str(ledger.path) in result["msg"]
    assert (ledger.path.read_bytes() if ledger.path.is_file() else None) == before


def test_an_empty_file_is_no_store_yet(ledger: Ledger) -> None:
    ledger.path.touch()
    ledger.refused(address.TASK, "store_missing", name="web", subnet="lan")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    ledger.check()


def test_the_log_of_a_removed_store_does_not_come_back(lan: Ledger) -> None:
    """Killed processes leave a log beside the store; whoever removes only the store must get a new one."""
    before = sqlite3.connect(lan.path)
    before.execute("BEGIN IMMEDIATE")
    before.execute("UPDATE subnet SET name = 'old'")
    before.execute("COMMIT")
    for suffix in ("-wal", "-shm"):
        shutil.copy(f"{lan.path}{suffix}", f"{lan.path}{suffix}.left")
    before.close()
    lan.path.unlink()
    for suffix in ("-wal", "-shm"):
        os.replace(f"{lan.path}{suffix}.left", f"{lan.path}{suffix}")
    lan.subnet(name="new", cidr="10.5.0.0/24")
    assert [one["name"] for one in lan.subnet_info()] == ["new"]
    lan.check()


def test_the_leftovers_of_a_killed_creation_are_no_obstacle(ledger: Ledger) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{ledger.path}.new{suffix}").write_bytes(b"x" * 5000)
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert folder_of(ledger) == {"ipam.db", "ipam.db.lock"}
    ledger.check()


# Forbidden. Permissions do not bind root, so these run as somebody else.


@pytest.fixture
def public() -> t.Iterator[Ledger]:
    """A ledger in a folder that every user can reach, with one subnet, that everybody may read and write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    ledger = Ledger(folder / "ipam.db")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.path.chmod(0o666)
    (folder / "ipam.db.lock").chmod(0o666)
    yield ledger
    folder.chmod(0o777)
    shutil.rmtree(folder)


def test_everybody_whom_the_modes_allow_may_write(public: Ledger) -> None:
    results = as_nobody(lambda: every_task(public))
    assert [result.get("msg") for result in results] == [None] * len(TASKS)


FORBIDDEN: list[tuple[str, t.Callable[[Path], None]]] = [
    ("the file", lambda path: path.chmod(0)),
    ("to write the file", lambda path: path.chmod(0o444)),
    ("to write the folder", lambda path: path.parent.chmod(0o555)),
    ("to search the folder", lambda path: path.parent.chmod(0o666)),
    ("the folder", lambda path: path.parent.chmod(0)),
]


@pytest.mark.parametrize(("what", "forbid"), FORBIDDEN, ids=[name for name, _ in FORBIDDEN])
def test_without_permission(public: Ledger, what: str, forbid: t.Callable[[Path], None]) -> None:
    before = public.content()
    forbid(public.path)
    results = as_nobody(lambda: every_task(public))
    public.path.parent.chmod(0o777)
    public.path.chmod(0o666)
    reading = ("to write the file", "to write the folder")  # then what only reads may well succeed
    for result in results[:3] if what in reading else results:
        assert (result.get("reason"), result["changed"]) == ("access_denied", False), result
        assert str(public.path) in result["msg"]
    for result in results[3:]:
        assert result.get("reason") in (None, "access_denied")
    assert public.content() == before


def test_no_new_store_in_a_folder_without_permission(public: Ledger) -> None:
    public.path.unlink()
    (public.path.parent / "ipam.db.lock").unlink()
    public.path.parent.chmod(0o555)
    result = as_nobody(lambda: public.run(subnet.TASK, cidr="10.0.0.0/24"))
    assert (result["reason"], result["changed"]) == ("access_denied", False)
    assert list(public.path.parent.iterdir()) == []


# Full


def fill_up(folder: Path) -> None:
    """Leave not one block of the file system free."""
    with open(folder / "filler", "wb", buffering=0) as handle:
        for size in (65536, 4096, 1):
            try:
                while True:
                    handle.write(b"x" * size)
            except OSError:
                continue


def allocate_until_full(ledger: Ledger) -> tuple[int, Result, bool]:
    ledger.subnet(name="lan", cidr="10.0.0.0/16")
    done = 0
    while True:
        before = ledger.content()
        result = ledger.run(address.TASK, names=[f"host{done + number}" for number in range(200)], subnet="lan")
        if result.get("failed"):
            ledger.check()
            return done, result, ledger.content() == before and len(ledger.address_info()["addresses"]) == done
        done += 200


def test_a_disk_that_gets_full(ledger: Ledger) -> None:
    done, result, untouched = with_small_disk(ledger.path.parent, "600k", lambda: allocate_until_full(ledger))
    assert done > 0
    assert (result["reason"], result["changed"]) == ("store_full", False)
    assert str(ledger.path) in result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert untouched


def use_full_disk(ledger: Ledger) -> list[t.Any]:
    ledger.subnet(name="lan", cidr="10.0.0.0/16")
    ledger.address(name="web", subnet="lan")
    before = ledger.content()
    fill_up(ledger.path.parent)
    started = [
        ledger.run(address.TASK, name="db", subnet="lan"),
        ledger.run(address.TASK, name="db", subnet="lan"),  # the lock was given back
        ledger.run(address.TASK, name="web", state="absent"),
        ledger.run(subnet.TASK, cidr="10.9.0.0/24"),
    ]
    same = ledger.content() == before
    (ledger.path.parent / "filler").unlink()
    ledger.check()
    return [started, same, ledger.address(name="db", subnet="lan")["address"]]


def test_a_disk_that_is_full(ledger: Ledger) -> None:
    results, same, later = with_small_disk(ledger.path.parent, "1m", lambda: use_full_disk(ledger))
    for result in results:
        assert (result.get("reason"), result["changed"]) == ("store_full", False), result
    assert same
    assert later == "10.0.0.2"


def create_on_full_disk(ledger: Ledger, room: int) -> tuple[list[Result], set[str], Result]:
    fill_up(ledger.path.parent)
    os.truncate(ledger.path.parent / "filler", (ledger.path.parent / "filler").stat().st_size - room)
    results = [ledger.run(subnet.TASK, cidr="10.0.0.0/24") for _time in range(2)]
    left = folder_of(ledger)
    (ledger.path.parent / "filler").unlink()
    return results, left, ledger.run(subnet.TASK, cidr="10.0.0.0/24")


@pytest.mark.parametrize("room", [0, 4096, 16384, 65536])
def test_no_half_store_on_a_full_disk(ledger: Ledger, room: int) -> None:
    results, left, later = with_small_disk(ledger.path.parent, "1m", lambda: create_on_full_disk(ledger, room))
    for result in results:
        assert (result.get("reason"), result["changed"]) == ("store_full", False), result
    assert left <= {"filler", "ipam.db.lock"}
    assert later["changed"] is True
