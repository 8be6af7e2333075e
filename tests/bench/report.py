# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured as lines: for people a table, for programs the same as JSON."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.tests.bench import bulk, widths
from ansible_collections.netledger.ipam.tests.bench.figures import aligned, number
from ansible_collections.netledger.ipam.tests.bench.ledgers import Cell
from ansible_collections.netledger.ipam.tests.bench.measuring import Pair, Times

TO_BARE: t.Final = 2.0
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

    @property
    def is_over(self) -> bool:
        pairs = ((self.ratio, self.bar), (self.to_empty, self.empty_bar))
        return any(ratio is not None and bar is not None and round(ratio, 2) > bar for ratio, bar in pairs)


def of_pairs(pairs: t.Sequence[Pair]) -> list[Line]:
    empty = {(pair.operation.name, *_group(pair.cell)): pair.ours.median for pair in pairs if not pair.cell.held}
    return [_of_pair(pair, empty[pair.operation.name, *_group(pair.cell)]) for pair in pairs]


def _group(cell: Cell) -> tuple[int, str, bool]:
    return cell.version, cell.layout, cell.analyzed


def _of_pair(pair: Pair, empty: float) -> Line:
    cell = pair.cell
    line = _timed(pair.operation.name, pair.ours, pair.bare, TO_BARE)._replace(
        layout=cell.layout, family=f"IPv{cell.version}", held=cell.held, analyzed=cell.analyzed
    )
    return line._replace(to_empty=pair.ours.median / empty, empty_bar=TO_EMPTY) if cell.held else line


def of_bulk(found: bulk.Bulk) -> list[Line]:
    family = f"IPv{found.cell.version}"
    return [
        _timed(f"{bulk.COUNT} at once / same rows", found.ours, found.same, BULK)._replace(family=family),
        _timed(f"{bulk.COUNT} at once / bare", found.ours, found.bare, BULK)._replace(family=family),
    ]


def of_widths(found: widths.Widths) -> list[Line]:
    lines = [
        _timed(f"{name}, IPv6 /32 / IPv4 /30", found.wide[name], found.narrow[name], TO_NARROW)
        for name in widths.STRATEGIES
    ]
    for what in widths.Memory._fields:
        wide, narrow = getattr(found.wide_memory, what) / 1e3, getattr(found.narrow_memory, what) / 1e3
        title = f"{what} memory in kB, /32 / /30"
        lines.append(Line(title, "", "", 0, False, wide, None, None, narrow, wide / narrow, TO_NARROW))
    return lines


def _timed(what: str, ours: Times, other: Times, bar: float) -> Line:
    ratio = ours.median / other.median
    return Line(what, "", "", 0, False, ours.median, ours.p95, ours.cpu, other.median, ratio, bar)


def table(lines: t.Sequence[Line]) -> str:
    titles = ("what", "layout", "family", "held", "ANALYZE", "median", "p95", "cpu", "bare", "/bare", "/empty", "")
    return aligned([titles, *(_cells(line) for line in lines)])


def worst(lines: t.Sequence[Line]) -> str:
    """For each kind of work the line with the worst ratio of each sort."""
    rows: list[tuple[str, ...]] = [("worst of", "/bare", "bar", "where", "/empty", "bar", "where", "")]
    for what in dict.fromkeys(line.what for line in lines):
        mine = [line for line in lines if line.what == what]
        bare = max(mine, key=lambda line: line.ratio or 0)
        grown = max(mine, key=lambda line: line.to_empty or 0)
        verdict = "over" if any(line.is_over for line in mine) else "ok"
        rows.append(
            (
                what,
                *(number(bare.ratio, 2), number(bare.bar, 2), _where(bare)),
                *(number(grown.to_empty, 2), number(grown.empty_bar, 2), _where(grown) if grown.to_empty else ""),
                verdict,
            )
        )
    return aligned(rows)


def _where(line: Line) -> str:
    parts = [line.family, line.layout, f"{line.held:,}" if line.layout else "", "ANALYZE" if line.analyzed else ""]
    return " ".join(part for part in parts if part)


def _cells(line: Line) -> tuple[str, ...]:
    return (
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
        number(line.to_empty, 2),
        "over" if line.is_over else "ok",
    )
