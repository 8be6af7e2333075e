# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger that was exported and imported into an empty one is the same, whatever was done to it before."""

from __future__ import annotations

import tempfile
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    export_file,
    import_file,
    pool,
    subnet,
)
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded
from hypothesis import given
from hypothesis import strategies as st

Steps = list[tuple[str, dict[str, t.Any]]]
TASKS = {"subnet": subnet.TASK, "pool": pool.TASK, "address": address.TASK}
SUBNETS = {
    "outer": "10.0.0.0/8",
    "site": "10.1.0.0/16",
    "lan, the": "10.1.1.0/24",
    "=part": "10.1.1.64/26",
    "pair": "10.1.1.70/31",
    "one": "10.2.0.1/32",
    "six": "2001:db8::/32",
    "@six": "2001:db8::/64",
}
ADDRESSES = [f"10.1.1.{last}" for last in (0, 1, 2, 5, 64, 65, 70, 71, 255)] + ["10.2.0.1", "2001:db8::1", "2001:db8::"]
TEXTS = st.text("=+-@'\"\n,;=[{ a1", max_size=5)
WORDS = st.sampled_from(["a", "=b", "c,d", "'=e", "[f", "{g", "-1"])
NOTES: dict[str, st.SearchStrategy[t.Any]] = {
    "tags": st.lists(WORDS, max_size=3),
    "labels": st.dictionaries(WORDS, TEXTS, max_size=2),
    "description": TEXTS,
}
VRFS = st.sampled_from(["default", "default", "default", "+red"])
OPTIONS: dict[str, dict[str, st.SearchStrategy[t.Any]]] = {
    "subnet": {
        **NOTES,
        "gateway": st.sampled_from(["first", "last", "", "10.1.1.1", "10.9.9.9"]),
        "dns_servers": st.lists(st.sampled_from(["10.0.0.53", "2001:db8::53"]), max_size=2),
        "domain": st.sampled_from(["example.com", ""]),
        "vlan_id": st.sampled_from([0, 1, 4094]),
        "mtu": st.sampled_from([0, 1500]),
        "reserved": st.lists(st.sampled_from(["10.1.1.5-10.1.1.9", "10.1.1.64/27", "2001:db8::1"]), max_size=2),
        "pools": st.lists(
            st.sampled_from(
                [
                    {"name": "-low", "start": "10.1.1.2", "end": "10.1.1.5"},
                    {
                        "name": "high",
                        "start": "10.1.1.200",
                        "end": "10.1.1.209",
                        "strategy": "rotate",
                        "hold_down": "0",
                    },
                    {"start": "2001:db8::10", "end": "2001:db8::1f"},
                ]
            ),
            max_size=2,
        ),
        "hold_down": st.sampled_from(["0", "1h"]),
        "strategy": st.sampled_from(["lowest", "highest", "random"]),
        "min_prefix_length": st.sampled_from([-1, 28]),
        "max_prefix_length": st.sampled_from([-1, 30]),
        "quota": st.sampled_from([0, 1]),
        "state": st.sampled_from(["present", "present", "present", "absent"]),
        "force": st.booleans(),
    },
    "pool": {
        "strategy": st.sampled_from(["highest", ""]),
        "hold_down": st.sampled_from(["10m", ""]),
        "warn_below": st.sampled_from([3, 0]),
    },
    "address": {
        **NOTES,
        "address": st.sampled_from(ADDRESSES),
        "interface": st.sampled_from(["", "eth0"]),
        "count": st.integers(1, 4),
        "mac": st.sampled_from(["525400123456", ""]),
        "fqdn": st.sampled_from(["a.example.com", ""]),
        "status": st.sampled_from(["reserved", "dhcp"]),
        "lease": st.sampled_from(["1h", "0"]),
        "strategy": st.sampled_from(["highest", "random"]),
        "adopt": st.booleans(),
        "state": st.sampled_from(["present", "present", "present", "absent"]),
        "force": st.booleans(),
    },
}
KEYS: dict[str, dict[str, st.SearchStrategy[t.Any]]] = {
    "subnet": {"name": st.sampled_from(list(SUBNETS)), "vrf": VRFS},
    "pool": {"name": st.sampled_from(["default", "default-2"]), "subnet": st.sampled_from(list(SUBNETS)), "vrf": VRFS},
    "address": {
        "name": st.sampled_from(["web01", "=web02", "'web,03"]),
        "subnet": st.sampled_from(list(SUBNETS)).map(lambda name: [name]),
        "vrf": VRFS,
    },
}


def some(options: dict[str, st.SearchStrategy[t.Any]]) -> st.SearchStrategy[dict[str, t.Any]]:
    """Few of them: with many, most are refused for one or the other."""
    names = st.lists(st.sampled_from(sorted(options)), max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: options[name] for name in chosen}))


def step(name: str) -> st.SearchStrategy[tuple[str, dict[str, t.Any]]]:
    both = st.tuples(st.fixed_dictionaries(KEYS[name]), some(OPTIONS[name]))
    return both.map(lambda pair: (name, {**pair[0], **pair[1]}))


STEPS = st.lists(st.sampled_from(["subnet", "pool", "address", "address"]).flatmap(step), min_size=5, max_size=25)
FIRST = st.permutations(list(SUBNETS))


def told(ledger: Ledger) -> tuple[list[Result], list[Result]]:
    """All that is to come back, without what follows from holds, which are no part of a file."""
    subnets = ledger.subnet_info(vrf="*")
    for one in subnets:
        for window in (one, *one["pools"]):
            del window["free"], window["held_down"]
    return subnets, ledger.address_info(vrf="*")["addresses"]


def orders(ledger: Ledger) -> list[tuple[t.Any, ...]]:
    """Under each key the addresses in the order in which they were given."""
    rows = ledger.rows("SELECT vrf_id, subnet_id, name, interface, addr FROM address ORDER BY ordinal")
    names = dict(ledger.rows("SELECT id, name FROM vrf"))
    subnets = dict(ledger.rows("SELECT id, name FROM subnet"))
    held: dict[t.Any, list[str]] = {}
    for vrf, number, *key, addr in rows:
        held.setdefault((names[vrf], subnets[number], *key), []).append(addr)
    return sorted(held.items())


def export(ledger: Ledger, path: Path, **options: t.Any) -> Result:
    return succeeded(ledger.run(export_file.TASK, path=str(path), vrf="*", **options))


def make(ledger: Ledger, first: list[str], steps: Steps) -> None:
    for name in first:
        ledger.subnet(name=name, cidr=SUBNETS[name])
    for name, options in steps:
        cidr = SUBNETS[options["name"]] if name == "subnet" else None
        ledger.run(TASKS[name], **options, cidr=cidr)  # what is refused changes nothing


def files_of(ledger: Ledger, folder: Path, ending: str) -> dict[Path, dict[str, t.Any]]:
    """Export the ledger into as many files as it takes, and return how."""
    kinds = ["subnets", "addresses"]
    how: dict[Path, dict[str, t.Any]] = {folder / f"plan.{ending}": {}}
    if ending == "csv":
        how = {folder / f"{kind}.csv": {"objects": [kind]} for kind in kinds}
    for path, options in how.items():
        export(ledger, path, **options)
    return how


@given(FIRST, STEPS, st.sampled_from(["json", "yml", "csv"]))
def test_an_exported_ledger_comes_back(first: list[str], steps: Steps, ending: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger, other = Ledger(folder / "ipam.db"), Ledger(folder / "other.db")
        make(ledger, first, steps)
        files = files_of(ledger, folder, ending)
        for path in files:
            succeeded(other.run(import_file.TASK, path=str(path)))
        assert told(other) == told(ledger)
        assert orders(other) == orders(ledger)
        other.check()
        for path, options in files.items():
            assert other.run(import_file.TASK, path=str(path))["changed"] is False
            assert export(other, path, **options)["changed"] is False
