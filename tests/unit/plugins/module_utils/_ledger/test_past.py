# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the history says of each moment is what was read at that moment, whatever happened later."""

from __future__ import annotations

import random
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import past
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.past import Scope
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger

FIELDS = (
    "vrf", "subnet", "address", "name", "interface", "status", "expires", "mac", "tags", "labels", "description",
)  # fmt: skip
NAMES = "abcdefgh"
EVERYTHING = Scope()
Snapshot = list[tuple[t.Any, ...]]


def now(ledger: Ledger) -> Snapshot:
    """Who holds what now, as another task tells."""
    return [tuple(one[field] for field in FIELDS) for one in ledger.address_info(vrf="*")["addresses"]]


def then(ledger: Ledger, at: int, scope: Scope = EVERYTHING) -> Snapshot:
    """The same of another time, as the history tells."""

    def work(tx: Transaction) -> Snapshot:
        networks = past.networks_at(tx, None, at)
        return [tuple(one[field] for field in FIELDS) for one in past.held_at(tx, at, scope, networks)]

    return ledger.read(work)


def purge(ledger: Ledger, before: int) -> None:
    ledger.write(lambda tx: history.purge(tx, before, 10_000))


def happen(ledger: Ledger, source: random.Random) -> None:
    """One task, which may be refused."""
    place = {"subnet": source.choice(["lan", "office", "kid", "six"]), "vrf": source.choice(["default", "blue"])}
    wish: dict[str, t.Any] = {**place, "name": source.choice(NAMES), "force": source.random() < 0.7}
    certain = {"address": f"{'2001:db8::' if place['subnet'] == 'six' else '10.0.0.'}{source.randrange(1, 20)}"}
    tasks: list[tuple[t.Any, dict[str, t.Any]]] = [
        (address.TASK, {**wish, **certain}),
        (address.TASK, {**wish, **certain, "lease": source.choice(["1s", "3s", "9s"])}),
        (address.TASK, {**wish, "description": source.choice(NAMES), "interface": source.choice(["", "eth1"])}),
        (address.TASK, {**wish, "count": source.randrange(1, 4), "contiguous": source.random() < 0.5}),
        (address.TASK, {**place, "names": source.sample(NAMES, 3)}),
        (address.TASK, {"name": wish["name"], "vrf": place["vrf"], "state": "absent"}),
        (address.TASK, {**place, "force": True, "addresses": [
            {"name": name, "address": f"10.0.0.{number}"}
            for name, number in zip(source.sample(NAMES, 3), source.sample(range(1, 20), 3), strict=True)
        ]}),
    ]  # fmt: skip
    rare: list[dict[str, t.Any]] = [
        {"name": "lan", "new_name": "office"},
        {"name": "office", "new_name": "lan"},
        {"name": "kid", "cidr": "10.0.0.16/28"},
        {"name": "kid", "state": "absent", "force": True},
        {"name": "lan", "cidr": source.choice(["10.0.0.0/24", "10.0.0.0/23"])},
        {"name": "lan", "split": 2, "split_names": ["lan", "office"], "force": True},
        {"name": "lan", "merge": ["lan", "office"], "force": True},
        {"name": "six", "cidr": "2001:db8::/64"},
    ]
    task, options = source.choice(tasks) if source.random() < 0.7 else (subnet.TASK, {**source.choice(rare)})
    ledger.run(task, **options)


@pytest.mark.stores("sqlite")
@pytest.mark.parametrize("seed", range(3))
def test_every_moment_is_as_it_was(ledger: Ledger, clock: t.Any, seed: int) -> None:
    source = random.Random(seed)
    for vrf in ("default", "blue"):
        ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf=vrf, hold_down="2s")
    seen: dict[int, Snapshot] = {}
    for _second in range(60):
        for _task in range(source.randrange(3)):
            happen(ledger, source)
        seen[clock.now] = now(ledger)
        clock.now += 1
    assert max(map(len, seen.values())) > 5
    for at, snapshot in seen.items():
        assert then(ledger, at) == snapshot
        assert then(ledger, at, Scope(name="a")) == [one for one in snapshot if one[3] == "a"]
    for begin in sorted(seen)[20::20]:
        purge(ledger, begin)
        for at in range(begin, max(seen) + 1):
            assert then(ledger, at) == seen[at]


def test_a_mapped_address_of_an_ipv6_subnet_that_was_left(ledger: Ledger, clock: t.Any) -> None:
    """There ::ffff:10.0.9.9 is one of IPv6, not the one of IPv4 that it stands for elsewhere (RFC 4291 2.5.5.2)."""
    ledger.subnet(name="zero", cidr="::/64")
    ledger.address(name="a", subnet="zero", address="::ffff:10.0.9.9")
    before, at = now(ledger), clock.now
    clock.now += 1
    ledger.address(name="a", subnet="zero", address="::5", force=True)
    assert then(ledger, at) == before
