# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Expected values are worked out by hand; tests/property compares the same functions with sets.

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import (
    Range,
    aligned_blocks,
    best_fit_block,
    gaps,
    merge,
    subtract,
    total,
)

Pairs = list[tuple[int, int]]

MERGED: list[tuple[Pairs, Pairs]] = [
    ([], []),
    ([(5, 5)], [(5, 5)]),
    ([(5, 9), (1, 3)], [(1, 3), (5, 9)]),
    ([(1, 3), (4, 6)], [(1, 6)]),  # they touch
    ([(1, 5), (3, 9)], [(1, 9)]),
    ([(1, 9), (3, 4)], [(1, 9)]),  # one inside the other
    ([(1, 9), (3, 4), (9, 10)], [(1, 10)]),
    ([(1, 2), (1, 2)], [(1, 2)]),
]

GAPS: list[tuple[tuple[int, int], Pairs, Pairs]] = [
    ((0, 9), [], [(0, 9)]),
    ((0, 9), [(0, 9)], []),
    ((0, 9), [(3, 4)], [(0, 2), (5, 9)]),
    ((0, 9), [(0, 0), (9, 9)], [(1, 8)]),
    ((5, 9), [(0, 5), (8, 20)], [(6, 7)]),
    ((5, 9), [(0, 2), (20, 30)], [(5, 9)]),
    ((0, 9), [(1, 6), (2, 3)], [(0, 0), (7, 9)]),
    ((0, 9), [(1, 2), (3, 4)], [(0, 0), (5, 9)]),
    ((5, 5), [(4, 6)], []),
]

SUBTRACTED: list[tuple[Pairs, Pairs, Pairs]] = [
    ([(0, 9)], [], [(0, 9)]),
    ([(0, 9)], [(2, 3), (5, 5)], [(0, 1), (4, 4), (6, 9)]),
    ([(0, 3), (6, 9)], [(2, 7)], [(0, 1), (8, 9)]),
    ([(4, 6), (0, 3)], [], [(0, 6)]),
    ([(1, 2)], [(0, 5)], []),
]

# A block of 2^n starts on a multiple of 2^n, as a CIDR does (RFC 4632, 3.1).
BLOCKS: list[tuple[tuple[int, int], Pairs]] = [
    ((0, 0), [(0, 0)]),
    ((0, 7), [(0, 7)]),
    ((1, 6), [(1, 1), (2, 3), (4, 5), (6, 6)]),
    ((1, 254), [(1, 1), (2, 3), (4, 7), (8, 15), (16, 31), (32, 63), (64, 127), (128, 191), (192, 223), (224, 239),
                (240, 247), (248, 251), (252, 253), (254, 254)]),
    ((0, (1 << 128) - 1), [(0, (1 << 128) - 1)]),
]  # fmt: skip

BEST_FITS: list[tuple[tuple[int, int], int, tuple[int, int] | None]] = [
    ((0, 7), 8, (0, 7)),
    ((0, 7), 16, None),
    ((1, 7), 8, None),  # large enough, but nowhere aligned
    ((1, 7), 4, (4, 7)),
    ((1, 7), 2, (2, 3)),  # the smallest block that fits, not the first of any size
    ((2, 13), 2, (2, 3)),  # (2, 3) and (12, 13) are equal: the lower one
    ((4, 15), 2, (4, 7)),
    ((8, 23), 4, (8, 15)),
]


def ranges(pairs: Pairs) -> list[Range]:
    return [Range(*pair) for pair in pairs]


@pytest.mark.parametrize(("given", "expected"), MERGED)
def test_merge(given: Pairs, expected: Pairs) -> None:
    assert merge(ranges(given)) == ranges(expected)


@pytest.mark.parametrize(("window", "taken", "expected"), GAPS)
def test_gaps(window: tuple[int, int], taken: Pairs, expected: Pairs) -> None:
    assert list(gaps(Range(*window), ranges(taken))) == ranges(expected)


@pytest.mark.parametrize(("given", "taken", "expected"), SUBTRACTED)
def test_subtract(given: Pairs, taken: Pairs, expected: Pairs) -> None:
    assert subtract(ranges(given), ranges(taken)) == ranges(expected)


def test_many_are_subtracted_from_many() -> None:
    """Two hundred thousand from as many: to look at each pair of them would take hours."""
    many = range(200_000)
    given = [Range(4 * number, 4 * number + 2) for number in many]
    taken = [Range(4 * number + 1, 4 * number + 1) for number in many]
    left = subtract(given, taken)
    assert left[:2] == [Range(0, 0), Range(2, 2)]
    assert left[-1] == Range(799_998, 799_998)
    assert len(left) == 400_000


@pytest.mark.parametrize(("span", "expected"), BLOCKS)
def test_aligned_blocks(span: tuple[int, int], expected: Pairs) -> None:
    assert list(aligned_blocks(Range(*span))) == ranges(expected)


@pytest.mark.parametrize(("span", "size", "expected"), BEST_FITS)
def test_best_fit_block(span: tuple[int, int], size: int, expected: tuple[int, int] | None) -> None:
    assert best_fit_block(Range(*span), size) == (None if expected is None else Range(*expected))


def test_total_counts_addresses() -> None:
    assert total(ranges([(0, 0), (2, 5)])) == 5
    assert total([]) == 0


def test_a_range_knows_what_lies_in_it() -> None:
    span = Range(10, 19)
    assert span.size == 10
    assert 10 in span
    assert 19 in span
    assert 9 not in span
    assert 20 not in span
    assert None not in span
    assert span.covers(Range(10, 19))
    assert not span.covers(Range(10, 20))
    assert not span.covers(Range(9, 19))
    assert span.overlaps(Range(19, 30))
    assert not span.overlaps(Range(20, 30))
    assert span.clip(Range(0, 12)) == Range(10, 12)
    assert span.clip(Range(20, 30)) is None
