#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much work an allocation is with ten times as much held: instructions of SQLite and calls of Python.

These are counted, not timed, so they are the same on any machine, whatever else it does. What looks through all that
is held takes ten times as many.

    python -m ansible_collections.netledger.ipam.tests.bench.steps
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import types
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.bench import ledgers
from ansible_collections.netledger.ipam.tests.bench.costs import p95
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, table
from ansible_collections.netledger.ipam.tests.bench.operations import OPERATIONS, Bench, Operation

SIZES: t.Final = (1000, 10_000)
BAR: t.Final = 1.3
SAMPLES: t.Final = 15


class Steps(t.NamedTuple):
    """What one transaction took, but its commit."""

    instructions: int
    calls: int


def main() -> int:
    print(table(measure()))
    return 0


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        few, many = (Bench(ledgers.build(Path(folder), 4, "churn", held)[0], random.Random(1)) for held in SIZES)
        figures = [one for operation in OPERATIONS for one in _compared(operation, few, many)]
        for bench in (few, many):
            bench.store.close()
    return figures


def _compared(operation: Operation, few: Bench, many: Bench) -> t.Iterator[Figure]:
    samples = [(counted(operation, few), counted(operation, many)) for _sample in range(SAMPLES)]
    for number, unit in enumerate(Steps._fields):
        fewer, more = ([pair[side][number] for pair in samples] for side in (0, 1))
        against, middle = statistics.median(fewer), statistics.median(more)
        what, compared, value = f"{operation.name}, {SIZES[1]:,} held", f"/ {SIZES[0]:,} held", middle / against
        yield Figure("steps", what, "sqlite", unit, middle, p95(more), compared, against, value, BAR, stable=True)


def counted(operation: Operation, bench: Bench) -> Steps:
    """What the operation takes on a ledger; it is undone."""
    step = operation.prepare(bench)
    instructions = calls = 0

    def instruction() -> None:
        nonlocal instructions
        instructions += 1

    def call(_frame: types.FrameType, event: str, _what: t.Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    def work(tx: Transaction) -> t.Any:
        connection = tx._connection
        sys.setprofile(call)
        try:
            connection.set_progress_handler(instruction, 1)  # type: ignore[attr-defined]
            return step.work(tx)
        finally:
            sys.setprofile(None)
            connection.set_progress_handler(None, 1)  # type: ignore[attr-defined]

    step.undo(bench.write(work))
    return Steps(instructions, calls)


if __name__ == "__main__":
    sys.exit(main())
