# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured as lines: for people a table, for programs the same as JSON."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.tests.bench import bulk, widths
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, Judged, aligned, is_over, number, verdict
from ansible_collections.netledger.ipam.tests.bench.ledgers import Cell
from ansible_collections.netledger.ipam.tests.bench.measuring import Pair, Times

TO_BARE: t.Final = {"sqlite": 2.0, "file": None, "postgresql": 3.5, "mariadb": 3.5, "galera": 3.5}
TO_EMPTY: t.Final = 1.3
TO_NARROW: t.Final = 1.3
BULK: t.Final = 1.5


class Line(t.NamedTuple):
    """One measurement. Times are in milliseconds, memory is in kilobytes; a ratio of None was not to be formed."""

    what: str
    layout: str
    family: str
    held: int
    analyzed: bool
    median: float
    p95: float | None
    cpu: float | None
    against: float | None
    ratio: float | None
    bar: float | None
    to_empty: float | None = None
    empty_bar: float | None = None
    store: str = "sqlite"

    @property
    def is_over(self) -> bool:
        return is_over(*self.judged)

    @property
    def judged(self) -> tuple[Judged, Judged]:
        return (self.ratio, self.bar), (self.to_empty, self.empty_bar)


def of_pairs(pairs: t.Sequence[Pair]) -> list[Line]:
    empty = {(pair.operation.name, *_group(pair.cell)): pair.ours for pair in pairs if not pair.cell.held}
    return [_of_pair(pair, empty[pair.operation.name, *_group(pair.cell)]) for pair in pairs]


def _group(cell: Cell) -> tuple[int, str, bool]:
    return cell.version, cell.layout, cell.analyzed


def _of_pair(pair: Pair, empty: Times) -> Line:
    cell = pair.cell
    line = _timed(pair.operation.name, pair.ours, pair.bare, TO_BARE[cell.kind])._replace(
        store=cell.kind, layout=cell.layout, family=f"IPv{cell.version}", held=cell.held, analyzed=cell.analyzed
    )
    if not cell.held:
        return line
    grows = cell.kind == "file"  # each task reads and writes all of it
    return line._replace(
        to_empty=pair.ours.median / empty.median,
        empty_bar=None if grows else TO_EMPTY,
    )


def of_bulk(found: bulk.Bulk) -> list[Line]:
    bar = None if found.kind == "file" else BULK
    sides = (
        ("in a transaction / same rows", found.ours, found.same),
        ("in a transaction / bare", found.ours, found.bare),
        ("in a task / same rows", found.task, found.same),
    )
    return [
        _timed(f"{found.amount} {what}", ours, other, bar)._replace(store=found.kind, family=f"IPv{found.version}")
        for what, ours, other in sides
    ]


def of_widths(found: widths.Widths) -> list[Line]:
    return [
        _timed(f"{name}, IPv6 /32 / IPv4 /30", found.wide[name], found.narrow[name], TO_NARROW)
        for name in widths.STRATEGIES
    ]


def of_memory(found: widths.Widths) -> list[Figure]:
    figures = []
    for what in widths.Memory._fields:
        wide, narrow = getattr(found.wide_memory, what) / 2**20, getattr(found.narrow_memory, what) / 2**20
        title, value = f"{what}, allocations from an IPv6 /32", wide / narrow
        figures.append(
            Figure("memory", title, "sqlite", "MiB", wide, None, "/ IPv4 /30", narrow, value, TO_NARROW, stable=True)
        )
    return figures


def _timed(what: str, ours: Times, other: Times, bar: float | None) -> Line:
    ratio = ours.median / other.median
    return Line(what, "", "", 0, False, ours.median, ours.p95, ours.cpu, other.median, ratio, bar)


def table(lines: t.Sequence[Line]) -> str:
    titles = ("store", "what", "layout", "family", "held", "ANALYZE")
    timed = ("median", "p95", "cpu", "bare", "/bare", "bar", "/empty", "bar", "")
    return aligned([(*titles, *timed), *(_cells(line) for line in lines)])


def worst(lines: t.Sequence[Line]) -> str:
    """For each kind of work the line with the worst ratio of each sort."""
    return aligned(worst_rows(lines))


def worst_rows(lines: t.Sequence[Line]) -> list[tuple[str, ...]]:
    """The same as rows, the first of which has the titles."""
    titles = ("store", "worst of", "median", "p95", "/bare", "bar", "where", "/empty", "bar", "where", "")
    rows: list[tuple[str, ...]] = [titles]
    for store, what in dict.fromkeys((line.store, line.what) for line in lines):
        mine = [line for line in lines if (line.store, line.what) == (store, what)]
        bare = max(mine, key=lambda line: line.ratio or 0)
        grown = max(mine, key=lambda line: line.to_empty or 0)
        rows.append(
            (
                *(store, what, number(bare.median), number(bare.p95)),
                *(number(bare.ratio, 2), number(bare.bar, 2), _where(bare)),
                *(number(grown.to_empty, 2), number(grown.empty_bar, 2), _where(grown) if grown.to_empty else ""),
                verdict(*(pair for line in mine for pair in line.judged)),
            )
        )
    return rows


def _where(line: Line) -> str:
    parts = [line.family, line.layout, f"{line.held:,}" if line.layout else "", "ANALYZE" if line.analyzed else ""]
    return " ".join(part for part in parts if part)


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.store,
        line.what,
        line.layout,
        line.family,
        f"{line.held:,}",
        "yes" if line.analyzed else "no",
        number(line.median),
        number(line.p95),
        number(line.cpu),
        number(line.against),
        number(line.ratio, 2),
        number(line.bar, 1),
        number(line.to_empty, 2),
        number(line.empty_bar, 1),
        verdict(*line.judged),
    )
