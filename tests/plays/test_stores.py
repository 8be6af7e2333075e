# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stores that are missing, damaged, foreign, locked, forbidden or full: a clear message, and nothing half-written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, CONFIG, Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

LEDGER = """
- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
- netledger.ipam.address: {names: [a, b, c], subnet: lan}
"""
# One task of every kind, present and absent, read and write.
EVERYTHING = [
    {"name": "subnet", "netledger.ipam.subnet": {"name": "new", "cidr": "10.1.0.0/24"}},
    {"name": "pool", "netledger.ipam.pool": {"subnet": "lan", "start": "10.0.0.1", "size": 9}},
    {"name": "address", "netledger.ipam.address": {"name": "new", "subnet": "lan"}},
    {"name": "free", "netledger.ipam.address": {"name": "a", "state": "absent"}},
    {"name": "store", "netledger.ipam.store": {"verify": True}},
    {"name": "subnet_info", "netledger.ipam.subnet_info": {}},
    {"name": "address_info", "netledger.ipam.address_info": {}},
    {"name": "history_info", "netledger.ipam.history_info": {}},
    {"name": "lookup", "ansible.builtin.debug": {"msg": "{{ lookup('netledger.ipam.address', 'a') }}"}},
    {"name": "default", "ansible.builtin.debug": {"msg": "{{ lookup('netledger.ipam.address', 'a', default='x') }}"}},
]
READS = {"store", "subnet_info", "address_info", "history_info", "lookup", "default"}


def everything(**more: t.Any) -> list[Result]:
    return [{**task, "ignore_errors": True, **more} for task in EVERYTHING]


def assert_refused(run: Run, reason: str, *words: str, but: t.Container[str] = ()) -> None:
    for task in (str(one["name"]) for one in EVERYTHING if one["name"] not in but):
        result = run[task]
        assert result["failed"] is True, task
        said = result["msg"]
        assert result.get("reason", said.rpartition("(reason: ")[2].rstrip(".").rstrip(")")) == reason, said
        assert [word for word in words if word not in said] == [], said
        assert "Traceback" not in said


@pytest.fixture
def ledger(project: Project) -> Project:
    """A project with a ledger in which a, b and c hold addresses."""
    project.tasks(LEDGER).ok()
    return project


def test_netaddr_is_missing(project: Project) -> None:
    """Tasks, lookups and delegated modules tell which Python needs it."""
    project.write("without/netaddr/__init__.py", "raise ImportError('none')\n")
    env = {"PYTHONPATH": str(project.folder / "without")}
    run = project.tasks(everything(), env=env).ok()
    assert_refused(run, "library_missing", "netaddr", f"{BIN / 'python'}", "pip install netaddr")
    project.hosts(f"mgmt ansible_connection=local ansible_python_interpreter='{sys.executable}'")
    there = everything(delegate_to="mgmt")[:3]
    delegated = project.tasks(
        [{**task, "environment": {"PYTHONPATH": str(project.folder / "without")}} for task in there]
    ).ok()
    for task in ("subnet", "pool", "address"):
        assert delegated[task]["reason"] == "library_missing"
    assert not [name for name in project.files() if name.startswith("ipam.db")]


def damage(path: Path) -> None:
    """Overwrite everything after the first page of the file."""
    size = path.stat().st_size
    with path.open("r+b") as handle:
        handle.seek(4096)
        handle.write(b"\xa5" * (size - 4096))


def newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET schema_version = 99")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def foreign(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE meta (schema_version INTEGER)")
        connection.commit()


def text(path: Path) -> None:
    path.write_text("My shopping list\n" * 500)


@pytest.mark.parametrize(
    ("change", "reason"),
    [(damage, "store_corrupt"), (newer, "store_schema"), (foreign, "not_a_ledger"), (text, "not_a_ledger")],
)
def test_a_file_that_is_no_good_ledger_is_left_as_it_is(
    ledger: Project, change: t.Callable[[Path], None], reason: str
) -> None:
    change(ledger.folder / "ipam.db")
    ledger.playbook("play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": everything()}])
    before = ledger.files()
    run = ledger.tasks(everything()).ok()
    assert_refused(run, reason, str(ledger.folder / "ipam.db"), str(ledger.folder / "ansible.cfg"))
    dry = ledger.tasks(everything(), "--check").ok()
    assert_refused(dry, reason, str(ledger.folder / "ipam.db"))
    after = {name: content for name, content in ledger.files().items() if not name.endswith("-shm")}
    # Where SQLite cannot read its own table of contents, it leaves its log behind, with nothing in it.
    assert after == before or after == {**before, "ipam.db-wal": b""}


def test_a_folder_and_a_missing_folder_are_no_store(project: Project) -> None:
    (project.folder / "folder").mkdir()
    run = project.tasks(
        [
            {**EVERYTHING[0], "name": name, "vars": {"netledger_ipam_store": name}, "ignore_errors": True}
            for name in ("folder", "no/such/ipam.db", "ansible.cfg/ipam.db", "ansible.cfg/plan.yml")
        ]
    ).ok()
    for name, reason in (
        ("folder", "not_a_ledger"),
        ("no/such/ipam.db", "store_missing"),
        ("ansible.cfg/ipam.db", "store_missing"),
        ("ansible.cfg/plan.yml", "store_missing"),
    ):
        assert run[name]["reason"] == reason, run[name]["msg"]
        assert str(project.folder / name) in run[name]["msg"]
    assert not (project.folder / "no").exists()
    assert not list((project.folder / "folder").iterdir())


def as_a_plain_user(project: Project, tasks: list[Result]) -> Run:
    """Run tasks so that file modes count: root gives up its power over them."""
    command: list[str | Path] = [BIN / "ansible-playbook", project.folder / "play.yml"]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    project.playbook("play.yml", [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    return project.run(*command)


def test_a_file_that_may_not_be_read(ledger: Project) -> None:
    store = ledger.folder / "ipam.db"
    before = store.read_bytes()
    store.chmod(0)
    assert_refused(as_a_plain_user(ledger, everything()).ok(), "access_denied", str(store), "write its folder")
    store.chmod(0o600)
    assert store.read_bytes() == before


@pytest.mark.parametrize("there", [True, False], ids=["a ledger", "no ledger"])
def test_a_folder_that_may_not_be_written(project: Project, there: bool) -> None:
    folder = project.folder / "readonly"
    folder.mkdir()
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nstore = readonly/ipam.db\n")
    if there:
        project.tasks(LEDGER).ok()
        (folder / "ipam.db.lock").unlink()
    before = project.files()
    folder.chmod(0o500)
    try:
        run = as_a_plain_user(project, everything()).ok()
    finally:
        folder.chmod(0o700)
    if there:
        assert_refused(run, "access_denied", str(folder / "ipam.db"), "write its folder", but=READS)
    else:
        assert run["subnet"]["reason"] == "access_denied"
        assert str(folder / "ipam.db") in run["subnet"]["msg"]
        assert run["default"]["msg"] == "x"
    after = {name: content for name, content in project.files().items() if name != "play.yml"}
    assert after == {name: content for name, content in before.items() if name != "play.yml"}


FULL = """
- hosts: localhost
  gather_facts: false
  vars:
    many: "{{ range(3000) | map('string') | list }}"
  tasks:
    - ansible.builtin.command: mount -t tmpfs -o size=400k none small
    - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/16}
    - netledger.ipam.address: {names: [a, b, c], subnet: lan}
    - ansible.builtin.command: cp small/ipam.db before.db
    - ansible.builtin.shell: dd if=/dev/zero of=small/filler bs=1k || true
    - name: no room at all
      netledger.ipam.address: {name: d, subnet: lan}
      ignore_errors: true
    - name: no room to look
      netledger.ipam.address_info:
      ignore_errors: true
    - name: another ledger
      netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/16, store: small/other.db}
      ignore_errors: true
    - ansible.builtin.command: truncate --size=-100K small/filler
    - name: too much
      netledger.ipam.address: {names: "{{ many }}", subnet: lan}
      ignore_errors: true
    - name: who
      netledger.ipam.address_info:
    - ansible.builtin.command: cp small/ipam.db after.db
    - name: left
      ansible.builtin.command: ls small
    - ansible.builtin.command: rm small/filler
    - name: room again
      netledger.ipam.address: {name: d, subnet: lan}
"""


@pytest.mark.skipif(
    "CI" not in os.environ and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0,
    reason="needs the right to mount a small disk, which CI has to have",
)
def test_a_full_disk(project: Project) -> None:
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nstore = small/ipam.db\n")
    (project.folder / "small").mkdir()
    project.playbook("play.yml", FULL)
    run = project.run("unshare", "--mount", BIN / "ansible-playbook", "play.yml").ok()
    for task in ("no room at all", "no room to look", "another ledger", "too much"):
        assert run[task]["reason"] == "store_full"
        assert "the disk is full" in run[task]["msg"]
    assert [one["name"] for one in run["who"]["addresses"]] == ["a", "b", "c"]
    assert (project.folder / "after.db").read_bytes() == (project.folder / "before.db").read_bytes()
    assert not [name for name in run["left"]["stdout_lines"] if name.startswith("other.db") and name != "other.db.lock"]
    assert run["room again"]["address"] == "10.0.0.4"


@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_a_new_store_can_be_read_by_its_owner_only(project: Project, umask: int) -> None:
    run = project.start(
        BIN / "ansible", "localhost", "-m", "netledger.ipam.subnet", "-a", "cidr=10.0.0.0/24", umask=umask
    )
    run.end().ok()
    modes = {path.name: path.stat().st_mode & 0o777 for path in project.folder.glob("ipam.db*")}
    assert modes == {"ipam.db": 0o600, "ipam.db.lock": 0o600}


def test_somebody_else_keeps_the_ledger_locked(ledger: Project) -> None:
    """The message names the process. Reading needs no lock."""
    with (ledger.folder / "ipam.db.lock").open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate()
        handle.write('{"pid": 4711, "host": "elsewhere", "since": 0}')
        handle.flush()
        run = ledger.tasks(everything(vars={"netledger_ipam_lock_timeout": 0})).ok()
    assert_refused(run, "lock_timeout", "4711", "elsewhere", "0 seconds", but=READS)
    assert [one["name"] for one in run["address_info"]["addresses"]] == ["a", "b", "c"]
    assert run["lookup"]["msg"] == "10.0.0.1"


def test_another_program_keeps_the_file_locked(ledger: Project) -> None:
    with contextlib.closing(sqlite3.connect(ledger.folder / "ipam.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        run = ledger.tasks(everything(vars={"netledger_ipam_lock_timeout": 0})).ok()
    assert_refused(run, "lock_timeout", "ipam.db", but=READS)
    assert run["lookup"]["msg"] == "10.0.0.1"


def test_links_lead_to_one_ledger_with_one_lock(ledger: Project) -> None:
    (ledger.folder / "link.db").symlink_to("ipam.db")
    run = ledger.tasks("- netledger.ipam.address: {name: d, subnet: lan, store: link.db}\n").ok()
    assert run.only["address"] == "10.0.0.4"
    assert not (ledger.folder / "link.db.lock").exists()


def test_a_copy_made_by_sqlite_is_a_ledger(ledger: Project) -> None:
    """As README has it for backups; and a plain copy while nobody is at it."""
    with ledger.ledger() as connection:
        connection.execute("VACUUM INTO ?", [str(ledger.folder / "backup.db")])
    shutil.copy(ledger.folder / "ipam.db", ledger.folder / "copy.db")
    for name in ("backup.db", "copy.db"):
        run = ledger.tasks(f"- netledger.ipam.address: {{name: d, subnet: lan, store: {name}}}\n").ok()
        assert run.only["address"] == "10.0.0.4"
