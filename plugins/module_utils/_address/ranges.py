# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ranges of addresses of one IP version: inclusive bounds, and what two lists of them have in common or not.

Everything here is in numbers and never looks at single addresses, so a /8 costs what a /30 costs.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t


class Range(t.NamedTuple):
    """The addresses ``first`` to ``last``, both included, as numbers."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and self.first <= value <= self.last

    def covers(self, other: Range) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Range) -> bool:
        return self.first <= other.last and other.first <= self.last

    def clip(self, other: Range) -> Range | None:
        """The part of this range that lies in the other one."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Range(first, last) if first <= last else None


def merge(ranges: t.Iterable[Range]) -> list[Range]:
    """Sort ranges and join those that overlap or touch."""
    merged: list[Range] = []
    for one in sorted(ranges):
        if merged and one.first <= merged[-1].last + 1:
            if one.last > merged[-1].last:
                merged[-1] = Range(merged[-1].first, one.last)
        else:
            merged.append(one)
    return merged


def gaps(window: Range, taken: t.Iterable[Range]) -> t.Iterator[Range]:
    """Yield what is left of the window; ``taken`` is sorted by its first addresses and may overlap itself."""
    start = window.first
    for one in taken:
        if one.first > window.last:
            break
        if one.first > start:
            yield Range(start, one.first - 1)
        start = max(start, one.last + 1)
    if start <= window.last:
        yield Range(start, window.last)


def subtract(ranges: t.Iterable[Range], taken: t.Iterable[Range]) -> list[Range]:
    """The addresses of ``ranges`` that are in none of ``taken``."""
    merged, start = merge(taken), 0
    left: list[Range] = []
    for one in merge(ranges):
        # What ends before this one ends before all that follow: with a million, to look at it each time takes hours.
        while start < len(merged) and merged[start].last < one.first:
            start += 1
        left.extend(gaps(one, (merged[number] for number in range(start, len(merged)))))
    return left


def total(ranges: t.Iterable[Range]) -> int:
    """How many addresses ranges without overlap hold together."""
    return sum(one.size for one in ranges)


def best_fit_block(free: Range, at_least: int) -> Range | None:
    """The block that a best fit would choose from one free range, lowest among equals.

    A free range falls into maximal power-of-two blocks on their own boundaries (its CIDR decomposition); of those with
    at least ``at_least`` addresses (a power of two) the smallest is chosen.
    """
    best: Range | None = None
    for block in aligned_blocks(free):
        if block.size >= at_least and (best is None or block.size < best.size):
            best = block
    return best


def aligned_blocks(free: Range) -> t.Iterator[Range]:
    """Split a range into the fewest power-of-two blocks that start on a multiple of their size, in order."""
    start = free.first
    while start <= free.last:
        size = 1 << ((free.last - start + 1).bit_length() - 1)
        if start:
            size = min(size, start & -start)
        yield Range(start, start + size - 1)
        start += size
