# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all parts of the benchmark report: figures, each with what it is compared with and its bar."""

from __future__ import annotations

import typing as t


class Figure(t.NamedTuple):
    """One comparison.

    ``median`` and ``p95`` are in ``unit``, and so is ``against``, the median of the other side. ``compared`` says with
    what and how: ``/ debug`` makes ``value`` a ratio, ``- empty play`` a difference. ``stable`` says whether the value
    is the same on any machine at any time, so that one over its bar is a regression.
    """

    part: str
    what: str
    store: str
    unit: str
    median: float
    p95: float | None
    compared: str = ""
    against: float | None = None
    value: float | None = None
    bar: float | None = None
    stable: bool = False
    note: str = ""

    @property
    def is_over(self) -> bool:
        return is_over((self.value, self.bar))

    @property
    def verdict(self) -> str:
        return verdict((self.value, self.bar))


Judged = tuple[float | None, float | None]
"""A value and its bar; there may be none of either."""


def is_over(*judged: Judged) -> bool:
    """Whether one of the values is over its bar, as it is printed."""
    return any(value is not None and bar is not None and round(value, 2) > bar for value, bar in judged)


def verdict(*judged: Judged) -> str:
    """What the tables say of values with their bars: nothing where none has a bar."""
    if all(value is None or bar is None for value, bar in judged):
        return ""
    return "over" if is_over(*judged) else "ok"


def failing(figures: t.Iterable[Figure]) -> list[str]:
    """What ``--strict`` fails for."""
    over = [one for one in figures if one.stable and one.is_over]
    return [
        f"{one.part}, {one.what}, {one.store}: {one.unit} {one.compared} are {number(one.value, 2)}, "
        f"and not {number(one.bar, 1)} or less"
        for one in over
    ]


def table(figures: t.Sequence[Figure]) -> str:
    titles = ("part", "what", "store", "median", "p95", "unit", "compared with", "median", "value", "bar", "", "note")
    return aligned([titles, *(_cells(figure) for figure in figures)])


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        *(figure.part, figure.what, figure.store),
        *(number(figure.median), number(figure.p95), figure.unit),
        *(
            figure.compared,
            number(figure.against),
            number(figure.value, 2),
            number(figure.bar, 1),
            figure.verdict,
            figure.note,
        ),
    )


def number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:,.{digits if abs(value) < 1000 else 0}f}"


def aligned(rows: t.Sequence[t.Sequence[str]]) -> str:
    widest = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    texts = [" ".join(cell.ljust(width) for cell, width in zip(row, widest, strict=True)).rstrip() for row in rows]
    return "\n".join(texts)
