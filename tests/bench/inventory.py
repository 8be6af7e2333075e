#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what an inventory from the ledger costs, against a script that prints the same hosts as JSON.

    python -m ansible_collections.netledger.ipam.tests.bench.inventory

Both are run in turns by ``ansible-inventory --list``, which does with the hosts of both what it does with any. Seconds
are medians; CPU is that of the command and all that it started.
"""

from __future__ import annotations

import argparse
import functools
import json
import statistics
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import places
from ansible_collections.netledger.ipam.tests.bench.costs import Cost, cost, p95
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.plays.inventories import PLUGIN, unmarked
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project

TO_SCRIPT: t.Final = 1.5
IN_A_SUBNET: t.Final = 1000
SOURCES: t.Final = {"script": "./static.sh", "plugin": "lab.ipam.yml"}
STRICT: t.Final = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}  # else an inventory without hosts is a success


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("build"), help="on the disk to measure")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="inventory-", dir=options.folder.resolve()) as folder:
        found = measure(prepared(Path(folder) / "project", options.hosts), options.rounds)
    print(table(to_figures(options.hosts, found)))
    return 0


def to_figures(hosts: int, found: t.Mapping[str, t.Sequence[Cost]]) -> list[Figure]:
    figures = []
    for index, unit in enumerate(("s", "s CPU")):
        ours, static = ([taken[index] for taken in found[name]] for name in ("plugin", "script"))
        middle, against = statistics.median(ours), statistics.median(static)
        value, what = middle / against, f"inventory of {hosts:,} hosts"
        figures.append(
            Figure("inventory", what, "sqlite", unit, middle, p95(ours), "/ script", against, value, TO_SCRIPT)
        )
    return figures


def prepared(folder: Path, hosts: int) -> Project:
    """A project with a ledger of so many hosts, an inventory file for it, and the script."""
    project = Project(folder)
    ledger = project.store
    ledger.subnet(name="site", cidr="10.0.0.0/8", domain="example.com")
    for number, first in enumerate(range(0, hosts, IN_A_SUBNET)):
        subnet = f"lan{number}"
        ledger.subnet(
            name=subnet, cidr=f"10.{number}.0.0/21", gateway="first", dns_servers=["10.0.0.2"], domain="example.com"
        )
        names = [f"host{host:05}" for host in range(first, min(first + IN_A_SUBNET, hosts))]
        ledger.address(
            names=names, subnet=subnet, tags=["linux", f"rack{number}"], labels={"role": "web", "env": "prod"}
        )
    project.write("lab.ipam.yml", PLUGIN)
    document = checked(list_hosts(project, "lab.ipam.yml"), hosts)
    document["_meta"].pop("profile", None)
    project.write("static.json", json.dumps(document))
    project.write("static.sh", "#!/bin/sh\nexec cat static.json\n").chmod(0o755)
    return project


def list_hosts(project: Project, source: str) -> str:
    return project.run(BIN / "ansible-inventory", "-i", source, "--list", env=STRICT).ok().output


def _list_into(output: list[str], project: Project, source: str) -> None:
    output.append(list_hosts(project, source))


def checked(output: str, hosts: int) -> dict[str, t.Any]:
    """The inventory that was listed; AssertionError where it has not so many hosts."""
    document: dict[str, t.Any] = unmarked(json.loads(output[output.index("{\n") : output.rindex("\n}") + 2]))
    listed = len(document["_meta"]["hostvars"])
    if listed != hosts:
        raise AssertionError(f"the inventory has {listed} hosts, not {hosts}")
    return document


def measure(project: Project, rounds: int) -> dict[str, list[Cost]]:
    """Each source in each round; the first round is not counted, because it finds no files in memory."""
    costs: dict[str, list[Cost]] = {name: [] for name in SOURCES}
    hosts = len(json.loads((project.folder / "static.json").read_text(encoding="utf-8"))["_meta"]["hostvars"])
    for number in range(rounds + 1):
        for name, source in SOURCES.items():
            output: list[str] = []
            taken = cost(functools.partial(_list_into, output, project, source))
            checked(output[0], hosts)
            places.tell(f"inventory, round {number}: {name} {taken.wall:.2f} s, {taken.cpu:.2f} s of CPU")
            costs[name] += [taken] if number else []
    return costs


if __name__ == "__main__":
    sys.exit(main())
