# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQLite answers the queries that every task needs from their index, in its order, with and without statistics.

A scan would go unnoticed on a small ledger and take seconds on a large one.
"""

from __future__ import annotations

import random
import re
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Hold, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, extent, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

ROWS = 4000  # of each table and subnet
PRIMARY = "PRIMARY KEY"
RUN_KEY = "sqlite_autoindex_extent_1"  # UNIQUE (run_key)
HOLDER = "sqlite_autoindex_address_3"  # UNIQUE (name, interface, subnet_id, ordinal)

Query = t.Callable[[Transaction, Subnet], t.Any]


class Case(t.NamedTuple):
    """A query, the index that answers it, and the columns of it that are looked up, as SQLite shows them."""

    name: str
    query: Query
    key: str
    columns: str
    sorts: bool = False


def window(subnet: Subnet) -> Range:
    return Range(subnet.network.first + 5000, subnet.network.first + 7000)


CASES = [
    Case("at", lambda tx, lan: address.at(tx, lan, lan.network.first + 7), PRIMARY, "(subnet_id=? AND addr=?)"),
    Case(
        "of_holder",
        lambda tx, lan: address.of_holder(tx, lan, "host7", "eth1"),
        HOLDER,
        "(name=? AND interface=? AND subnet_id=?)",
    ),
    Case(
        "expired",
        lambda tx, lan: address.expired(tx, lan, 64),
        "address_due",
        "(subnet_id=? AND expires<?)",
    ),
    Case(
        "within",
        lambda tx, lan: list(address.within(tx, lan, window(lan))),
        PRIMARY,
        "(subnet_id=? AND addr>? AND addr<?)",
    ),
    Case(
        "reaching",
        lambda tx, lan: extent.reaching(tx, lan, lan.network.first + 5000),
        PRIMARY,
        "(subnet_id=? AND last>?)",
    ),
    Case(
        "ending_at",
        lambda tx, lan: extent.ending_at(tx, lan, lan.network.first + 5000),
        PRIMARY,
        "(subnet_id=? AND last=?)",
    ),
    Case(
        "overlapping",
        lambda tx, lan: list(extent.overlapping(tx, lan, window(lan))),
        PRIMARY,
        "(subnet_id=? AND last>?)",
    ),
    Case(
        "overlapping, a few",
        lambda tx, lan: list(extent.overlapping(tx, lan, window(lan), limit=3)),
        PRIMARY,
        "(subnet_id=? AND last>?)",
    ),
    Case(
        "overlapping_backwards",
        lambda tx, lan: list(extent.overlapping_backwards(tx, lan, window(lan), limit=3)),
        PRIMARY,
        "(subnet_id=? AND last>? AND last<?)",
    ),
    # The first ranges of several classes are sorted once more in Python; the engine only reads the index.
    Case(
        "by_class",
        lambda tx, lan: [list(ranges) for ranges in extent.by_class(tx, lan, 1, window(lan))],
        RUN_KEY,
        "(run_key>? AND run_key<?)",
    ),
    Case("at_least", lambda tx, lan: list(extent.at_least(tx, lan, 4)), RUN_KEY, "(run_key>? AND run_key<?)"),
    Case("due", lambda tx, lan: hold.due(tx, lan, 64), "hold_due", "(subnet_id=? AND until<?)"),
    Case("hold at", lambda tx, lan: hold.at(tx, lan, lan.network.first + 7), PRIMARY, "(subnet_id=? AND addr=?)"),
    # Sorts what one holder has waiting.
    Case(
        "of_holder of holds",
        lambda tx, lan: hold.of_holder(tx, lan, "host7", "eth1"),
        "hold_holder",
        "(name=? AND interface=?)",
        sorts=True,
    ),
    # Sorts what the names hold.
    Case("of_holders, one", lambda tx, lan: address.of_holders(tx, lan, ["host7"]), HOLDER, "(name=?)", sorts=True),
    Case(
        "of_holders, two",
        lambda tx, lan: address.of_holders(tx, lan, ["host7", "host8"]),
        HOLDER,
        "(name=?)",
        sorts=True,
    ),
    Case(
        "of_holders, many",
        lambda tx, lan: address.of_holders(tx, lan, [f"host{number}" for number in range(500)]),
        HOLDER,
        "(name=?)",
        sorts=True,
    ),
]

OF_A_PART = re.compile(r"(CO-ROUTINE|SCAN) c\d+")  # the rows that a part of a compound query found
COMPOUND = ("COMPOUND QUERY", "LEFT-MOST SUBQUERY", "UNION ALL")
"""What stands between the queries of a statement that has several."""


class Recorder:
    """A connection that notes what it executes."""

    def __init__(self, connection: t.Any) -> None:
        self._connection = connection
        self.queries: list[tuple[str, t.Sequence[t.Any]]] = []

    def execute(self, sql: str, parameters: t.Sequence[t.Any] = ()) -> t.Any:
        self.queries.append((sql, parameters))
        return self._connection.execute(sql, parameters)

    def stream(self, sql: str, parameters: t.Sequence[t.Any]) -> t.Any:
        return iter(self.execute(sql, parameters))

    def plans(self) -> list[str]:
        found = []
        for sql, parameters in self.queries:
            found += [row[3] for row in self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        return found


def fill(tx: Transaction, lan: Subnet, source: random.Random) -> None:
    """Addresses, holds and free ranges of several sizes take turns; half of the addresses have an end."""
    first = lan.network.first
    names = [f"host{number}" for number in range(ROWS)]
    source.shuffle(names)
    held = (
        Address(first + 8 * number, name, "eth1", expires=tx.now + source.randrange(-50, 5000) if number % 2 else None)
        for number, name in enumerate(names)
    )
    address.insert(tx, lan, held)
    for number, name in enumerate(names):
        until = tx.now + source.randrange(-50, 5000)
        hold.insert(tx, lan, Hold(first + 8 * number + 1, until, name, "eth1"))
    low = [first + 8 * number + 2 for number in range(ROWS)]
    extent.insert(tx, lan, [Range(start, start + source.randrange(5)) for start in low])


@pytest.fixture(scope="module")
def ledgers() -> t.Iterator[dict[str, tuple[Transaction, Subnet]]]:
    """The same rows without and with statistics; and with those of a ledger that was small."""
    stores, made = [], {}
    for statistics in ("no statistics", "statistics", "old statistics"):
        stores.append(MemoryStore("tester"))
        tx = stores[-1].run(lambda tx: tx, Access.WRITE)
        vrf_id = vrfs.insert(tx, "default")
        pair = [
            subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "lan", Network(4, 10 << 24, 8))),
            subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "six", Network(6, 0x20010DB8 << 96, 64))),
        ]
        if statistics == "old statistics":
            fill_a_little(tx, pair[0])
            tx.execute("ANALYZE")
        for number, subnet in enumerate(pair):
            fill(tx, subnet, random.Random(number))
        if statistics == "statistics":
            tx.execute("ANALYZE")
        made[statistics] = tx, pair[0]
    yield made
    for store in stores:
        store.close()


def fill_a_little(tx: Transaction, lan: Subnet) -> None:
    """A hundred rows of each, behind those of ``fill``."""
    for value in range(lan.network.last - 1000, lan.network.last, 10):
        address.insert(tx, lan, [Address(value, f"old{value}", expires=tx.now)])
        hold.insert(tx, lan, Hold(value + 2, tx.now, f"old{value}", ""))
        extent.insert(tx, lan, [Range(value + 4, value + 5)])


@pytest.mark.parametrize("statistics", ["no statistics", "statistics", "old statistics"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_plan(ledgers: dict[str, tuple[Transaction, Subnet]], case: Case, statistics: str) -> None:
    tx, lan = ledgers[statistics]
    assert bool(tx.all("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")) == (statistics != "no statistics")
    recorder = Recorder(tx._connection)
    case.query(Transaction(recorder, tx.now, "tester"), lan)  # type: ignore[arg-type]
    plans = recorder.plans()
    plans = [plan for plan in plans if plan not in COMPOUND and not OF_A_PART.fullmatch(plan)]
    searches = [plan for plan in plans if "TEMP B-TREE" not in plan]
    assert searches
    assert case.sorts or searches == plans
    assert all(plan.startswith("SEARCH ") for plan in searches), plans
    # overlapping_backwards asks for the range that reaches over the end as well
    asked = searches[-1:]
    assert all(f"{case.key} {case.columns}" in plan for plan in asked), plans
