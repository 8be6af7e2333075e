# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file store: transactions, who may do what, and a file that others edit, replace and remove."""

from __future__ import annotations

import functools
import os
import stat
import tempfile
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import file, whole_file
from ansible_collections.netledger.ipam.plugins.module_utils._store.file import FileStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.apart import as_nobody
from ansible_collections.netledger.ipam.tests.unit.plugins.module_utils._store.file_format.filed import Filed

NEEDS_ROOT = pytest.mark.skipif("CI" not in os.environ and os.geteuid() != 0, reason="takes two users")


@pytest.fixture(params=["ipam.yml", "ipam.json"])
def lan(request: pytest.FixtureRequest, tmp_path: Path) -> Filed:
    filed = Filed(tmp_path / request.param)
    filed.subnet(name="lan", cidr="10.0.0.0/24")
    return filed


@pytest.fixture
def store(lan: Filed) -> t.Iterator[FileStore]:
    store = lan.open()
    yield store
    store.close()


def vrfs(tx: Transaction) -> list[str]:
    return [name for (name,) in tx.all("SELECT name FROM vrf ORDER BY name")]


def add(name: str) -> t.Callable[[Transaction], int]:
    return lambda tx: vrf.insert(tx, name)


def refused(work: t.Callable[[], object]) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        work()
    return caught.value


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# One transaction


def test_what_fails_is_undone(lan: Filed, store: FileStore) -> None:
    def work(tx: Transaction) -> None:
        vrf.insert(tx, "blue")
        raise ZeroDivisionError

    before = lan.text()
    with pytest.raises(ZeroDivisionError):
        store.run(work, Access.WRITE)
    assert lan.text() == before
    assert store.run(vrfs, Access.READ) == ["default"]
    store.run(add("red"), Access.WRITE)  # the lock is free again
    assert store.run(vrfs, Access.READ) == ["default", "red"]


@pytest.mark.parametrize("access", [Access.REHEARSE, Access.READ])
def test_a_rehearsal_is_undone(lan: Filed, store: FileStore, access: Access) -> None:
    before = lan.path.stat()
    assert store.run(lambda tx: (vrf.insert(tx, "blue"), vrfs(tx))[1], access) == ["blue", "default"]
    assert store.run(vrfs, Access.READ) == ["default"]
    assert (lan.path.stat().st_ino, lan.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_task_without_change_writes_nothing(lan: Filed) -> None:
    lan.address(name="web", subnet="lan")
    before = lan.path.stat()
    assert lan.address(name="web", subnet="lan")["changed"] is False
    assert lan.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is False
    assert (lan.path.stat().st_ino, lan.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_transaction_knows_its_surroundings(lan: Filed, clock: t.Any) -> None:
    def facts(tx: Transaction) -> tuple[object, ...]:
        return tx.now, tx.actor, tx.made, tx.alone

    store = FileStore(str(lan.path), place="x", lock_timeout=5, actor="tester", made=True)
    assert store.run(facts, Access.READ) == (clock.now, "tester", True, False)
    assert store.run(facts, Access.WRITE) == (clock.now, "tester", True, True)
    store.close()


def test_two_stores_see_what_the_other_wrote(lan: Filed, store: FileStore) -> None:
    other = lan.open()
    for number in range(3):
        store.run(add(f"a{number}"), Access.WRITE)
        other.run(add(f"b{number}"), Access.WRITE)
    assert (
        store.run(vrfs, Access.READ) == other.run(vrfs, Access.READ) == ["a0", "a1", "a2", "b0", "b1", "b2", "default"]
    )
    other.close()


def test_the_history_is_read_when_it_is_asked_for(lan: Filed) -> None:
    """Also in a savepoint that is undone, in a transaction that is rolled back, and by a store that wrote itself."""
    for number in range(4):
        lan.address(name=f"h{number}", subnet="lan")
    count: t.Callable[[Transaction], t.Any] = lambda tx: tx.all("SELECT count(*), min(id), max(id) FROM history")  # noqa: E731

    def fails(tx: Transaction) -> None:
        with tx.savepoint():
            assert count(tx) == [(5, 1, 5)]
            raise ZeroDivisionError

    def undone(tx: Transaction) -> t.Any:
        with pytest.raises(ZeroDivisionError):
            fails(tx)
        return count(tx)

    store = lan.open()
    assert store.run(undone, Access.WRITE) == [(5, 1, 5)]
    assert store.run(count, Access.READ) == store.run(count, Access.READ) == [(5, 1, 5)]
    insert = (
        "INSERT INTO history (at, actor, vrf, subnet, object, name) VALUES (1, 'x', 'default', 'lan', 'subnet', 'lan')"
    )
    store.run(lambda tx: tx.execute(insert), Access.WRITE)
    store.run(lambda tx: tx.execute(insert), Access.WRITE)
    assert store.run(count, Access.READ) == [(7, 1, 7)]
    store.run(lambda tx: tx.execute("DELETE FROM history WHERE id < 4"), Access.WRITE)
    assert store.run(count, Access.READ) == [(4, 4, 7)]
    store.run(lambda tx: tx.execute(insert), Access.WRITE)
    store.close()
    assert lan.rows("SELECT count(*), min(id), max(id) FROM history") == [(5, 1, 5)]  # numbered anew
    assert [name for (name,) in lan.rows("SELECT name FROM history ORDER BY id")] == ["h2", "h3", "lan", "lan", "lan"]


def test_an_entry_that_nobody_looked_at_is_refused_when_it_is_read(lan: Filed) -> None:
    for number in range(3):
        lan.address(name=f"h{number}", subnet="lan")
    lan.path.write_text(lan.text().replace('"name": "h1", "address": "10.0.0.2"', '"name": "h1", "address": "10.0.2"'))
    line = next(number for number, text in enumerate(lan.text().splitlines(), 1) if "10.0.2" in text)
    lan.address(name="h3", subnet="lan")
    error = refused(lambda: lan.rows("SELECT * FROM history"))
    assert (error.reason, error.details["line"]) == ("file_invalid", line + 1)  # one address more stands before it
    assert "history > 3 > address: '10.0.2' is not an IPv4 or IPv6 address" in error.message


def test_an_entry_written_by_hand_is_read(lan: Filed) -> None:
    if lan.path.suffix == ".json":
        pytest.skip("JSON has but one way to write it")
    lan.address(name="h1", subnet="lan")
    lan.address(name="h2", subnet="lan")
    lan.path.write_text(lan.text().replace('"subnet": "lan", "name": "h1"', "subnet: lan, name: h1"))
    lan.address(name="h3", subnet="lan")
    names = [name for (name,) in lan.rows("SELECT name FROM history ORDER BY id")]
    assert names == ["lan", "h1", "h2", "h3"]


# Edited by others


def test_an_edit_between_two_tasks_counts(lan: Filed) -> None:
    lan.address(name="web", subnet="lan")
    lan.path.write_text(lan.text().replace('"10.0.0.1": {"name": "web"}', '"10.0.0.1": {"name": "db"}'))
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.2"
    assert lan.rows("SELECT first FROM extent") == [("0a000000",), ("0a000003",)]


def replaced(path: Path) -> None:
    other = Path(f"{path}.other")
    other.write_text(path.read_text().replace("10.0.0.0/24", "10.0.0.0/25"))
    os.replace(other, path)


GONE: dict[str, t.Callable[[Path], object]] = {
    "replaced": replaced,
    "edited": lambda path: path.write_text(path.read_text() + " "),
    "emptied": lambda path: path.write_text(""),
    "removed": Path.unlink,
    "moved away": lambda path: path.rename(f"{path}.away"),
}


@pytest.mark.parametrize("how", GONE)
def test_nothing_is_written_over_what_somebody_else_did(lan: Filed, store: FileStore, how: str) -> None:
    after: list[bytes | None] = []

    def work(tx: Transaction) -> None:
        vrf.insert(tx, "blue")
        GONE[how](lan.path)
        after.append(lan.path.read_bytes() if lan.path.exists() else None)

    error = refused(lambda: store.run(work, Access.WRITE))
    assert error.reason == "store_replaced"
    assert after == [lan.path.read_bytes() if lan.path.exists() else None]
    assert not Path(f"{lan.path}.new").exists()


def test_the_same_content_put_back_is_no_change(lan: Filed, store: FileStore) -> None:
    """As git does when it switches to another branch and back."""

    def work(tx: Transaction) -> None:
        vrf.insert(tx, "blue")
        other = Path(f"{lan.path}.other")
        other.write_bytes(lan.path.read_bytes())
        os.replace(other, lan.path)

    store.run(work, Access.WRITE)
    assert '"blue"' in lan.text()


def test_a_file_that_is_being_written_is_read_again(lan: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, half = lan.path.read_bytes(), lan.path.read_bytes()[:50]
    reads: list[bytes] = []
    original = os.read

    def read(descriptor: int, size: int) -> bytes:
        if not reads:
            lan.path.write_bytes(half)
        found = original(descriptor, size)
        if len(reads) in (0, 1):
            lan.path.write_bytes(whole)
            os.utime(lan.path, ns=(0, len(reads)))
        reads.append(found)
        return found

    monkeypatch.setattr(os, "read", read)
    assert whole_file.read(str(lan.path), "x") == whole
    assert half in reads


def test_a_file_that_never_rests(lan: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.read
    ticks = iter(range(10**9))

    def read(descriptor: int, size: int) -> bytes:
        os.utime(lan.path, ns=(0, next(ticks)))
        return original(descriptor, size)

    monkeypatch.setattr(os, "read", read)
    monkeypatch.setattr(whole_file, "_PAUSE", 0)
    assert refused(lambda: lan.rows("SELECT 1")).reason == "store_replaced"


def test_a_file_that_is_too_large_is_not_even_read(lan: Filed) -> None:
    os.truncate(lan.path, whole_file.LARGEST + 1)
    error = refused(lambda: lan.rows("SELECT 1"))
    assert error.reason == "file_invalid"
    assert "ipam.db" in error.message


# Links, modes, owners


def test_a_link_stays_a_link(lan: Filed, tmp_path: Path) -> None:
    """Also one to a file whose name says nothing about its language."""
    real = tmp_path / "real"
    os.rename(lan.path, real)
    lan.path.symlink_to("real")
    lan.address(name="web", subnet="lan")
    assert os.readlink(lan.path) == "real"
    assert '"web"' in real.read_text()
    assert Path(f"{real}.lock").exists()


def test_a_store_is_made_where_a_link_leads(tmp_path: Path) -> None:
    link = tmp_path / "ipam.yml"
    link.symlink_to(tmp_path / "real.yml")
    Filed(link)
    assert link.is_symlink()
    assert stat.S_IMODE((tmp_path / "real.yml").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o640])
def test_the_mode_stays(lan: Filed, mode: int) -> None:
    lan.path.chmod(mode)
    lan.address(name="web", subnet="lan")
    assert stat.S_IMODE(lan.path.stat().st_mode) == mode
    assert stat.S_IMODE(os.stat(f"{lan.path}.lock").st_mode) == mode & 0o666


@NEEDS_ROOT
def test_owner_and_group_stay(lan: Filed) -> None:
    os.chown(lan.path, 1234, 2345)
    lan.address(name="web", subnet="lan")
    assert (lan.path.stat().st_uid, lan.path.stat().st_gid) == (1234, 2345)


@pytest.fixture
def public() -> t.Iterator[Filed]:
    """A ledger in a folder in which everybody may do anything."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        filed = Filed(Path(name) / "ipam.yml")
        filed.subnet(name="lan", cidr="10.0.0.0/24")
        filed.path.chmod(0o666)
        filed.address(name="first", subnet="lan")  # the lock file follows
        yield filed


@NEEDS_ROOT
def test_who_may_not_keep_the_group_gives_no_other_group_its_rights(public: Filed) -> None:
    """Else those of this user's group could read what only the members of the file's group could before."""
    os.chown(public.path, 1234, 2345)
    as_nobody(lambda: public.address(name="web", subnet="lan")["address"])
    found = public.path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (65534, 65534, 0o606)


@NEEDS_ROOT
def test_a_group_that_this_user_is_in_stays(public: Filed) -> None:
    os.chown(public.path, 1234, 65534)
    as_nobody(lambda: public.address(name="web", subnet="lan")["address"])
    found = public.path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (65534, 65534, 0o666)


@NEEDS_ROOT
def test_who_may_only_read_reads(public: Filed) -> None:
    """Neither the lock nor a place for another file is needed for that."""
    public.path.chmod(0o644)
    public.path.parent.chmod(0o755)
    before = names_in(public.path.parent)
    assert as_nobody(lambda: public.rows("SELECT name FROM address")) == [("first",)]
    assert names_in(public.path.parent) == before
    assert as_nobody(lambda: refused(lambda: public.address(name="web", subnet="lan")).reason) == "access_denied"


@NEEDS_ROOT
def test_a_file_without_the_right_to_write_is_not_replaced(public: Filed) -> None:
    """Although the folder would allow it."""
    public.path.chmod(0o444)
    before = public.text()
    assert as_nobody(lambda: refused(lambda: public.address(name="web", subnet="lan")).reason) == "access_denied"
    assert public.text() == before
    assert as_nobody(lambda: public.address(name="first", subnet="lan")["changed"]) is False


# Made, missing, something else


def test_an_empty_file_counts_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "ipam.yml"
    path.touch()
    assert file.exists(str(path), place="x") is False
    assert refused(lambda: FileStore(str(path), place="x", lock_timeout=5, actor="tester")).reason == "store_missing"
    assert file.create(str(path), place="x", lock_timeout=5) is True
    assert file.create(str(path), place="x", lock_timeout=5) is False
    assert file.exists(str(path), place="x") is True


def test_a_missing_file(tmp_path: Path) -> None:
    path = str(tmp_path / "ipam.yml")
    assert refused(lambda: FileStore(path, place="x", lock_timeout=5, actor="tester")).reason == "store_missing"
    assert refused(lambda: file.create(f"{path}/no/such.yml", place="x", lock_timeout=5)).reason == "store_missing"
    assert names_in(tmp_path) == set()


def test_a_file_that_went_away_between_two_tasks(lan: Filed, store: FileStore) -> None:
    store.run(vrfs, Access.READ)
    lan.path.unlink()
    assert refused(lambda: store.run(vrfs, Access.READ)).reason == "store_missing"


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_only_a_regular_file_will_do(lan: Filed, store: FileStore, kind: str) -> None:
    lan.path.unlink()
    (os.mkdir if kind == "folder" else os.mkfifo)(lan.path)
    assert refused(lan.open).reason == "not_a_ledger"
    assert refused(lambda: store.run(vrfs, Access.WRITE)).reason == "not_a_ledger"
    assert stat.S_ISREG(lan.path.stat().st_mode) is False


def test_another_yaml_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "all.yml"
    path.write_text("ntp_server: 10.0.0.1\n")
    store = FileStore(str(path), place="x", lock_timeout=5, actor="tester")
    assert refused(lambda: store.run(add("blue"), Access.WRITE)).reason == "not_a_ledger"
    assert path.read_text() == "ntp_server: 10.0.0.1\n"


def test_a_removed_ledger_leaves_nothing(lan: Filed, tmp_path: Path) -> None:
    Path(f"{lan.path}.new").touch()
    file.remove(str(lan.path), place="x", lock_timeout=5)
    assert names_in(tmp_path) == set()
    file.remove(str(lan.path), place="x", lock_timeout=5)
    assert names_in(tmp_path) == set()


# Locked by others


def test_who_waits_in_vain_learns_for_whom(lan: Filed) -> None:
    lock = SideLock(f"{lan.path}.lock", 5)
    lock.acquire()
    waiting = Filed(lan.path, lock_timeout=0.2)
    for access in (Access.WRITE, Access.REHEARSE):
        error = refused(functools.partial(waiting.open().run, vrfs, access))
        assert (error.reason, f"process {os.getpid()} on " in error.message) == ("lock_timeout", True)
    assert waiting.rows("SELECT name FROM vrf") == [("default",)]  # readers do not wait
    lock.release()
    assert waiting.address(name="web", subnet="lan")["changed"] is True


def test_a_writer_reads_after_it_has_the_lock(lan: Filed) -> None:
    lock = SideLock(f"{lan.path}.lock", 5)
    lock.acquire()
    taken: list[str] = []
    writer = threading.Thread(target=lambda: taken.append(lan.address(name="late", subnet="lan")["address"]))
    writer.start()
    time.sleep(0.2)
    text = lan.text().replace('"subnet": {"name": "lan"}', '"subnet": {"name": "lan", "reserved": ["10.0.0.1"]}')
    lan.path.write_text(text.replace('subnet: {"name": "lan"}', 'subnet: {"name": "lan", "reserved": ["10.0.0.1"]}'))
    lock.release()
    writer.join()
    assert taken == ["10.0.0.2"]
