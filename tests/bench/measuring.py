# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Timing in turns: whatever else the machine does meets every file and both sides of every comparison alike."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import random
import statistics
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench.bare import Bare, beside
from ansible_collections.netledger.ipam.tests.bench.costs import p95
from ansible_collections.netledger.ipam.tests.bench.ledgers import Cell, verify
from ansible_collections.netledger.ipam.tests.bench.operations import OPERATIONS, Bench, Operation

VISIT: t.Final = 4  # samples that count, of each operation on each file in each round
_SEED = 7


class Times:
    """Samples of one kind of work, in nanoseconds."""

    def __init__(self) -> None:
        self._wall: list[int] = []
        self._cpu: list[int] = []

    def measure(self, work: t.Callable[[], t.Any]) -> t.Any:
        cpu = time.process_time_ns()
        wall = time.perf_counter_ns()
        result = work()
        self._wall.append(time.perf_counter_ns() - wall)
        self._cpu.append(time.process_time_ns() - cpu)
        return result

    @property
    def median(self) -> float:
        """In milliseconds, as all of these."""
        return statistics.median(self._wall) / 1e6

    @property
    def p95(self) -> float:
        return p95(self._wall) / 1e6

    @property
    def cpu(self) -> float:
        return statistics.median(self._cpu) / 1e6


class Pair(t.NamedTuple):
    """An operation on one file, and the bare inserts that were measured in turn with it."""

    cell: Cell
    operation: Operation
    ours: Times
    bare: Times


def measure(cells: t.Sequence[Cell], rounds: int) -> list[Pair]:
    """Every operation on every file, one after the other, and all of that again in every round."""
    for cell in cells:
        if not cell.url:
            _read_once(cell.path)
    source = random.Random(_SEED)
    benches = [Bench(cell, source) for cell in cells]
    bares = [beside(cell) for cell in cells]
    pairs = [
        (bench, bare, Pair(bench.cell, operation, Times(), Times()))
        for operation in OPERATIONS
        for bench, bare in zip(benches, bares, strict=True)
    ]
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for bench, bare, pair in pairs:
            _visit(bench, bare, pair, ours_first=bool(number % 2))
    gc.unfreeze()
    for bench, bare in zip(benches, bares, strict=True):
        bench.store.close()
        bare.close()
        verify(bench.cell)
    return [pair for _bench, _bare, pair in pairs]


class Realtime(argparse.Action):
    """The option ``--realtime``, which takes a right that is looked for before anything is measured."""

    def __init__(self, option_strings: t.Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, default=False, help="measure before all others, as root")

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_unused: t.Any) -> None:
        try:
            with realtime(wanted=True):
                setattr(namespace, self.dest, True)
        except PermissionError:
            parser.error("--realtime takes the right to go before other processes: run it as root")


@contextlib.contextmanager
def realtime(*, wanted: bool) -> t.Iterator[None]:
    """Go before all others (SCHED_RR, as root): beside a busy process each sync would wait for the next tick."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    if wanted:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def _read_once(path: Path) -> None:
    """Bring a file into memory, which otherwise the first of its samples would pay for."""
    with path.open("rb") as handle:
        while handle.read(1 << 20):
            pass


def _visit(bench: Bench, bare: Bare, pair: Pair, *, ours_first: bool) -> None:
    """A few samples in a row. The first is not counted: it finds the processor's caches full of another file."""
    _sample(bench, bare, pair._replace(ours=Times(), bare=Times()), ours_first=ours_first)
    for _counted in range(VISIT):
        _sample(bench, bare, pair, ours_first=ours_first)


def _sample(bench: Bench, bare: Bare, pair: Pair, *, ours_first: bool) -> None:
    step = pair.operation.prepare(bench)
    rows = bare.rows(pair.operation.rows)
    if not ours_first:
        pair.bare.measure(lambda: bare.insert(rows))
    result = pair.ours.measure(lambda: bench.write(step.work))
    if ours_first:
        pair.bare.measure(lambda: bare.insert(rows))
    step.undo(result)
