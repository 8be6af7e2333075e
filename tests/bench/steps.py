#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much work an allocation is with ten times as much held.

Instructions of SQLite and calls of Python, and on servers the rows that are read: these are counted, not timed, so
they are the same on any machine, whatever else it does. What looks through all that is held takes ten times as many.

    python -m ansible_collections.netledger.ipam.tests.bench.steps
"""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import sys
import types
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.bench import ledgers, places
from ansible_collections.netledger.ipam.tests.bench.costs import p95
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.operations import OPERATIONS, Bench, Operation
from ansible_collections.netledger.ipam.tests.bench.results import written

SIZES: t.Final = (1000, 10_000)
KINDS: t.Final = ("sqlite", "postgresql", "mariadb")
BAR: t.Final = 1.3
SAMPLES: t.Final = 3
_PREPARED: t.Final = 12  # times after which psycopg and PostgreSQL have made one plan for all parameters
_READ: t.Final = {
    "postgresql": "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables",
    "mariadb": "SELECT sum(variable_value) FROM information_schema.session_status "
    "WHERE variable_name LIKE 'Handler_read%'",
}
Counts = dict[str, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    places.add_options(parser, default=",".join(KINDS))
    options = parser.parse_args()
    with places.found(options.stores.split(","), options.folder) as stores:
        figures = [figure for store in stores for figure in measure(store)]
    print(table(figures))
    written(options.json, {"steps": figures})
    return 0


def measure(store: places.Store) -> list[Figure]:
    """None of a text file, which is read as a whole, nor of Galera, which does what MariaDB does."""
    if store.kind not in KINDS:
        return []
    places.tell(f"{store.kind}, steps")
    with contextlib.ExitStack() as stack:
        benches = []
        for held in SIZES:
            cell = ledgers.build_in(stack.enter_context(store.fresh()), store.kind, 4, "churn", held)
            ledgers.analyze(cell)
            benches.append(Bench(cell, random.Random(1)))
        figures = [one for operation in OPERATIONS for one in _compared(operation, *benches)]
        for bench in benches:
            bench.store.close()
    return figures


def _compared(operation: Operation, few: Bench, many: Bench) -> t.Iterator[Figure]:
    all_of_them = [(counted(operation, few), counted(operation, many)) for _time in range(_PREPARED + SAMPLES)]
    samples = all_of_them[_PREPARED:]
    for unit in samples[0][0]:
        fewer, more = ([pair[side][unit] for pair in samples] for side in (0, 1))
        against, middle = statistics.median(fewer), statistics.median(more)
        what, compared, value = f"{operation.name}, {SIZES[1]:,} held", f"/ {SIZES[0]:,} held", middle / against
        kind = many.cell.kind
        yield Figure("steps", what, kind, unit, middle, p95(more), compared, against, value, BAR, stable=True)


def counted(operation: Operation, bench: Bench) -> Counts:
    """What the transaction of the operation takes on a ledger, but its commit; it is undone."""
    step, kind = operation.prepare(bench), bench.cell.kind
    counts: Counts = {}

    def work(tx: Transaction) -> t.Any:
        with _instructions(tx, counts) if kind == "sqlite" else _rows(tx, kind, counts):
            return step.work(tx)

    step.undo(bench.write(work))
    return counts


@contextlib.contextmanager
def _instructions(tx: Transaction, counts: Counts) -> t.Iterator[None]:
    connection = t.cast(t.Any, tx._connection)
    counts.update(instructions=0, calls=0)

    def instruction() -> None:
        counts["instructions"] += 1

    def call(_frame: types.FrameType, event: str, _what: t.Any) -> None:
        counts["calls"] += event in ("call", "c_call")

    sys.setprofile(call)
    connection.set_progress_handler(instruction, 1)
    try:
        yield
    finally:
        sys.setprofile(None)
        connection.set_progress_handler(None, 1)


@contextlib.contextmanager
def _rows(tx: Transaction, kind: str, counts: Counts) -> t.Iterator[None]:
    """Rows that the server reads; to ask for their number reads some, too."""
    sql = _READ[kind]
    first, before = (_number(tx, sql) for _time in range(2))
    yield
    counts["rows read"] = _number(tx, sql) - before - (before - first)


def _number(tx: Transaction, sql: str) -> int:
    row = tx.one(sql)
    return int(row[0] or 0) if row else 0


if __name__ == "__main__":
    sys.exit(main())
