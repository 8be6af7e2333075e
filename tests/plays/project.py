# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user's project in a temporary folder: its files, the Ansible commands run in it, and its ledger file."""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import json
import os
import shlex
import sqlite3
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import yaml
from ansible_collections.netledger.ipam.tests.ledger import Ledger

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent
Result = dict[str, t.Any]
CONFIG = f"""
[defaults]
inventory = hosts.ini
localhost_warning = false
interpreter_python = {sys.executable}
callback_plugins = {HERE / "callback_plugins"}
bin_ansible_callbacks = true
[inventory]
inventory_unparsed_warning = false
"""
STORE = """
[netledger.ipam]
store = {}
"""


class Run:
    """What a command did: its exit code, what it printed, and the results of its tasks."""

    def __init__(self, code: int, output: str, record: Path) -> None:
        self.code = code
        self.output = output
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        records = [json.loads(line) for line in lines]
        self.tasks = [one for one in records if "task" in one]
        self.stats: dict[str, dict[str, int]] = next((one["stats"] for one in records if "stats" in one), {})

    def __getitem__(self, task: str) -> Result:
        """The result of a task that ran on one host."""
        results = self.by_host(task)
        assert len(results) == 1, f"{task!r} ran on {list(results)}:\n{self.output}"
        return next(iter(results.values()))

    def by_host(self, task: str) -> dict[str, Result]:
        return {one["host"]: one["result"] for one in self.tasks if one["task"] == task}

    @property
    def only(self) -> Result:
        """The result of a run of one task on one host."""
        assert len(self.tasks) == 1, self.output
        return t.cast(Result, self.tasks[0]["result"])

    @property
    def changed(self) -> int:
        """How many task results say changed, as the recap counts them."""
        return sum(bool(one["result"].get("changed")) for one in self.tasks)

    def ok(self) -> Run:
        assert self.code == 0, self.output
        return self


class Project:
    """A folder with an ansible.cfg and an inventory, in which nothing of the caller's Ansible plays a part."""

    def __init__(self, folder: Path, store: Ledger | None = None) -> None:
        """``store`` is the ledger that ansible.cfg names, without it a file of the project."""
        self.folder = folder
        self.store = store or Ledger(folder / "ipam.db")
        self.home = folder.parent / f"{folder.name}-home"
        self._runs = itertools.count(1)
        self.home.mkdir(parents=True)
        folder.mkdir(parents=True)
        self.write("ansible.cfg", CONFIG + STORE.format(self._setting()))
        self.write("hosts.ini", "localhost ansible_connection=local\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def hosts(self, *lines: str) -> None:
        """Write the inventory."""
        self.write("hosts.ini", "\n".join(lines) + "\n")

    def start(
        self, *command: str | Path, env: t.Mapping[str, str] | None = None, cwd: Path | None = None, umask: int = -1
    ) -> Started:
        """Start a command of the environment in which the tests run."""
        record = self.home / f"results-{next(self._runs)}"
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANSIBLE_", "NETLEDGER_IPAM_", "PYTHON", "LC_"))
        }
        own = {
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "RECORD_RESULTS": str(record),
        }
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd or self.folder,
            env=kept | own | dict(env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=umask,
        )
        return Started(process, record)

    def run(self, *command: str | Path, **options: t.Any) -> Run:
        return self.start(*command, **options).end()

    def playbook(self, name: str, plays: str | list[Result]) -> Path:
        return self.write(name, plays if isinstance(plays, str) else yaml.safe_dump(plays, sort_keys=False, width=1000))

    def play(self, plays: str | list[Result], *arguments: str, name: str = "play.yml", **options: t.Any) -> Run:
        """Run a playbook of these plays."""
        return self.run(BIN / "ansible-playbook", self.playbook(name, plays), *arguments, **options)

    def tasks(self, tasks: str | list[Result], *arguments: str, hosts: str = "localhost", **options: t.Any) -> Run:
        """Run a play of these tasks."""
        listed = yaml.safe_load(textwrap.dedent(tasks)) if isinstance(tasks, str) else tasks
        return self.play([{"hosts": hosts, "gather_facts": False, "tasks": listed}], *arguments, **options)

    def adhoc(self, command: str, **options: t.Any) -> Run:
        """Run ``ansible`` with the arguments of a shell command line."""
        return self.run(BIN / "ansible", *shlex.split(command), **options)

    def _setting(self) -> str:
        return self.store.path.name if self.is_in_file else self.store.store

    @property
    def is_in_file(self) -> bool:
        """Whether the ledger is a file of the project."""
        return self.store.path.parent == self.folder

    @contextlib.contextmanager
    def ledger(self, store: str = "ipam.db") -> t.Iterator[sqlite3.Connection]:
        """A ledger file as SQLite sees it, without any code of the collection."""
        with contextlib.closing(sqlite3.connect(f"{(self.folder / store).as_uri()}?mode=ro", uri=True)) as connection:
            yield connection

    def held(self, store: str | None = None) -> dict[str, str]:
        """Who holds which address in the project's ledger, or in another SQLite file."""
        statement = "SELECT addr, name FROM address"
        if store is None:
            rows = self.store.rows(statement)
        else:
            with self.ledger(store) as connection:
                rows = connection.execute(statement).fetchall()
        return {from_hex(addr): name for addr, name in rows}

    def files(self) -> dict[str, t.Any]:
        """Every file of the folder, and the ledger; what the side lock says of its last holder is left out."""
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        files: dict[str, t.Any] = {
            str(path.relative_to(self.folder)): b"" if path.suffix == ".lock" else path.read_bytes() for path in found
        }
        return files if self.is_in_file else {**files, "the ledger": self.store.content()}


class Started:
    """A command that runs."""

    def __init__(self, process: subprocess.Popen[str], record: Path) -> None:
        self._process = process
        self._record = record

    def end(self) -> Run:
        """Wait for the end of the command."""
        try:
            output, _ = self._process.communicate(timeout=300)
        finally:
            self._process.kill()
        return Run(self._process.returncode, output, self._record)


def from_hex(key: str) -> str:
    """The address that a stored key stands for: eight digits are IPv4, 32 are IPv6."""
    kind = {8: ipaddress.IPv4Address, 32: ipaddress.IPv6Address}[len(key)]
    return str(kind(int(key, 16)))
