#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what tasks and lookups cost in runs of ``ansible-playbook``.

    python -m ansible_collections.netledger.ipam.tests.bench.plays

All plays are run in turns, each on a new ledger. Seconds are those of the whole command and all that it started.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import costs, places
from ansible_collections.netledger.ipam.tests.bench.costs import Cost, cost
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.results import written
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result, Run

PER_HOST: t.Final = 1.3
MANY: t.Final = 200  # hosts from which on that counts: below, a play starts for longer than its tasks take
IN_ONE_TASK: t.Final = 1.0  # seconds of CPU
LOOKUP: t.Final = 5.0  # milliseconds
ROUNDS: t.Final = 5
HOSTS: t.Final = (50, 200)
NAMES: t.Final = 1000
LOOKUPS: t.Final = 200
SUBNET: t.Final = "lan"
# No callback of the tests, which would write down more of our results than of others.
_CONFIG = f"""
[defaults]
inventory = hosts.ini
interpreter_python = {sys.executable}
localhost_warning = false
"""


class Work(t.NamedTuple):
    """A play, and which names hold addresses before it and after it."""

    hosts: str
    tasks: list[dict[str, t.Any]]
    before: list[str]
    after: list[str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--hosts", default=",".join(map(str, HOSTS)), help="numbers of hosts for a task per host, with commas"
    )
    places.add_options(parser, default="sqlite")
    options = parser.parse_args()
    numbers = [int(number) for number in options.hosts.split(",")]
    figures = []
    with places.found(options.stores.split(","), options.folder) as stores:
        for store in stores:
            figures += measure(store, numbers, options.rounds)
    print(table(figures))
    written(options.json, {"plays": figures})
    return 0


def measure(store: places.Store, hosts: t.Sequence[int], rounds: int) -> list[Figure]:
    """Each play in each round. Two run once before and are not counted: they find no files in memory."""
    with tempfile.TemporaryDirectory(prefix="plays-") as folder:
        project = Project(Path(folder) / "project")
        project.write("ansible.cfg", _CONFIG)
        project.hosts(
            "localhost ansible_connection=local",
            *(f"[of_{number}]\nhost[001:{number:03}] ansible_connection=local" for number in hosts),
        )
        works = _works(hosts)
        samples: dict[str, list[Cost]] = {name: [] for name in works}
        for name in ("names", "lookups"):
            _measured(project, store, works[name])
        for number, (name, work) in itertools.product(range(rounds), works.items()):
            samples[name].append(_measured(project, store, work))
            places.tell(f"{store.kind}, round {number + 1}: {name} {samples[name][-1].wall:.2f} s")
    return to_figures(store.kind, hosts, samples)


def _works(hosts: t.Sequence[int]) -> dict[str, Work]:
    works = {"empty": Work("localhost", [], [], [])}
    for number in hosts:
        names = [f"host{host:03}" for host in range(1, number + 1)]
        ours = {"netledger.ipam.address": {"name": "{{ inventory_hostname }}", "subnet": SUBNET}}
        debug = {"ansible.builtin.debug": {"msg": "{{ inventory_hostname }}"}}
        works[f"debug {number}"] = Work(f"of_{number}", [debug], [], [])
        works[f"task {number}"] = Work(f"of_{number}", [ours], [], names)
        works[f"again {number}"] = Work(f"of_{number}", [ours], names, names)
    many = [f"web{number:04}" for number in range(NAMES)]
    names_task = {"netledger.ipam.address": {"names": many, "subnet": SUBNET}}
    works["names"] = Work("localhost", [names_task], [], many)
    few = many[:LOOKUPS]
    works["template"] = Work("localhost", [_template("'web%04d' % number")], few, few)
    lookup = f"lookup('netledger.ipam.address', 'web%04d' % number, subnet='{SUBNET}')"
    works["lookups"] = Work("localhost", [_template(lookup)], few, few)
    return works


def _template(expression: str) -> dict[str, t.Any]:
    loop = f"{{% for number in range({LOOKUPS}) %}}{{{{ {expression} }}}} {{% endfor %}}"
    return {"ansible.builtin.set_fact": {"listed": loop}}


def _measured(project: Project, store: places.Store, work: Work) -> Cost:
    with store.fresh() as ledger:
        ledger.subnet(name=SUBNET, cidr="10.0.0.0/16")
        if work.before:
            ledger.address(names=work.before, subnet=SUBNET)
        found = cost(lambda: _run(project, ledger, work).ok())
        held = sorted(name for (name,) in ledger.rows("SELECT name FROM address"))
    if held != work.after:
        raise AssertionError(f"{len(held)} names hold addresses, not {len(work.after)}")
    return found


def _run(project: Project, ledger: Ledger, work: Work) -> Run:
    plays: list[Result] = [{"hosts": work.hosts, "gather_facts": False, "tasks": work.tasks}]
    return project.play(plays, env={"NETLEDGER_IPAM_STORE": ledger.store})


def to_figures(kind: str, hosts: t.Sequence[int], samples: dict[str, list[Cost]]) -> list[Figure]:
    figures = []
    for number in hosts:
        for name, what in (("task", "new address per host"), ("again", "address per host again")):
            title = f"{what}, {number} hosts"
            ours, debug = samples[f"{name} {number}"], samples[f"debug {number}"]
            bar = PER_HOST if number >= MANY else None
            figures += [_ratio(title, kind, pick, ours, debug, bar) for pick in ("wall", "cpu")]
    return [*figures, _names(kind, samples), _lookups(kind, samples)]


def _ratio(
    what: str, kind: str, pick: str, ours: t.Sequence[Cost], debug: t.Sequence[Cost], bar: float | None
) -> Figure:
    mine, other = _picked(pick, ours), _picked(pick, debug)
    middle, against = statistics.median(mine), statistics.median(other)
    unit = "s" if pick == "wall" else "s CPU"
    value = middle / against
    return Figure("plays", what, kind, unit, middle, costs.p95(mine), "/ debug", against, value, bar)


def _names(kind: str, samples: dict[str, list[Cost]]) -> Figure:
    ours, empty = _picked("cpu", samples["names"]), _picked("cpu", samples["empty"])
    middle, against = statistics.median(ours), statistics.median(empty)
    bar = IN_ONE_TASK if kind == "sqlite" else None
    what = f"{NAMES} names in one task"
    value = middle - against
    return Figure("plays", what, kind, "s CPU", middle, costs.p95(ours), "- empty play", against, value, bar)


def _lookups(kind: str, samples: dict[str, list[Cost]]) -> Figure:
    """What one lookup takes in a template of many, beyond the template, in milliseconds."""
    ours, plain = ([1000 * value / LOOKUPS for value in _picked("wall", samples[n])] for n in ("lookups", "template"))
    middle, against = statistics.median(ours), statistics.median(plain)
    what = f"each of {LOOKUPS} lookups in a template"
    value = middle - against
    return Figure("plays", what, kind, "ms", middle, costs.p95(ours), "- same template", against, value, LOOKUP)


def _picked(pick: str, samples: t.Sequence[Cost]) -> list[float]:
    return [getattr(sample, pick) for sample in samples]


if __name__ == "__main__":
    sys.exit(main())
