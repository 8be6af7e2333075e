#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure the most memory that a process has while it allocates, and while it makes an inventory.

    python -m ansible_collections.netledger.ipam.tests.bench.memory

Every process is one of its own. It is compared with what it has on a ledger that holds nothing, or with a script that
prints the same inventory. Python and the imports are part of all of them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import inventory, ledgers, places
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.results import written
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project

HELD: t.Final = 100_000
IN_FILE: t.Final = 10_000
AT_ONCE: t.Final = 10_000
_TASK: t.Final = """
import sys
from ansible_collections.netledger.ipam.tests.ledger import Ledger
names = [f"new{number}" for number in range(int(sys.argv[3]))]
Ledger(sys.argv[1]).address(names=names, subnet=sys.argv[2])
"""
# A process that is small when it starts the command, as a child begins with the memory of its parent.
_WATCH: t.Final = """
import os, resource, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
if os.waitpid(child, 0)[1]:
    sys.exit("it failed")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=int, default=HELD)
    parser.add_argument("--hosts", type=int, default=10_000, help="of the inventory")
    places.add_options(parser)
    options = parser.parse_args()
    figures = []
    with places.found(options.stores.split(","), options.folder) as stores:
        for store in stores:
            figures += of_tasks(store, options.held)
    figures += of_inventories(options.hosts, options.folder)
    print(table(figures))
    written(options.json, {"memory": figures})
    return 0


def of_tasks(store: places.Store, held: int, at_once: int = AT_ONCE) -> list[Figure]:
    """A task that takes one address of a full ledger, and one that takes many of an empty one."""
    held = min(held, IN_FILE) if store.kind == "file" else held
    places.tell(f"{store.kind}, memory of tasks")
    figures = []
    with store.fresh() as empty, store.fresh() as full:
        for place, count in ((empty, 0), (full, held)):
            ledgers.build_in(place, store.kind, 4, "churn", count)
        one = megabytes(sys.executable, "-c", _TASK, empty.store, ledgers.SUBNET, "1")
        for what, place, names in (
            (f"one of {held:,} held", full, 1),
            (f"{at_once:,} in a task", empty, at_once),
        ):
            found = megabytes(sys.executable, "-c", _TASK, place.store, ledgers.SUBNET, str(names))
            figures.append(_figure(what, store.kind, found, "/ one of none held", one))
    return figures


def of_inventories(hosts: int, beneath: Path | None = None) -> list[Figure]:
    """In a project in a new folder there."""
    places.tell("memory of an inventory")
    with tempfile.TemporaryDirectory(prefix="memory-", dir=beneath and beneath.resolve()) as folder:
        project = inventory.prepared(Path(folder) / "project", hosts)
        found = {name: _listing(project, source, hosts) for name, source in inventory.SOURCES.items()}
    what = f"inventory of {hosts:,} hosts"
    return [_figure(what, "sqlite", found["plugin"], "/ script", found["script"])]


def _listing(project: Project, source: str, hosts: int) -> float:
    command = (str(BIN / "ansible-inventory"), "-i", source, "--list")
    output = project.run(sys.executable, "-c", _WATCH, *command, env=inventory.STRICT).ok().output
    inventory.checked(output, hosts)
    return _most(output)


def megabytes(*command: str) -> float:
    """The most that a command, or any process that it waits for, has resident."""
    watch = [sys.executable, "-c", _WATCH, *command]
    done = subprocess.run(watch, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return _most(done.stderr)


def _most(output: str) -> float:
    """The kilobytes that are in the last line."""
    return int(output.splitlines()[-1]) / 1024


def _figure(what: str, kind: str, found: float, compared: str, against: float) -> Figure:
    return Figure("memory", what, kind, "MiB", found, None, compared, against, found / against)


if __name__ == "__main__":
    sys.exit(main())
