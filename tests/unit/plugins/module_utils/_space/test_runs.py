# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Expected values are worked out by hand.

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._space.runs import alignment, lowest_run
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent

Pairs = list[tuple[int, int]]
Window = tuple[int, int]
ALL = (0, 255)

# free, window, size, align, first address of the run
RUNS: list[tuple[Pairs, Window, int, bool, int | None]] = [
    ([ALL], (1, 254), 1, False, 1),
    ([ALL], (1, 254), 254, False, 1),
    ([ALL], (1, 254), 255, False, None),
    ([ALL], ALL, 256, True, 0),
    ([ALL], (1, 254), 8, True, 8),
    ([ALL], (1, 254), 6, True, 8),  # on a multiple of 8, and only 6 of these
    ([ALL], (1, 12), 5, True, 8),
    ([ALL], (1, 11), 5, True, None),
    ([ALL], (1, 254), 65, True, 128),
    ([ALL], (1, 191), 65, True, None),
    ([], ALL, 1, False, None),
    # the lowest one that fits, not the smallest
    ([(5, 40), (50, 53)], ALL, 4, False, 5),
    ([(5, 8), (50, 90)], ALL, 4, False, 5),
    # around powers of two, where the size class changes
    ([(0, 2), (10, 12), (20, 23)], ALL, 4, False, 20),
    ([(0, 3), (10, 16), (20, 27)], ALL, 5, False, 10),
    ([(0, 3), (10, 16), (20, 27)], ALL, 7, False, 10),
    ([(0, 3), (10, 16), (20, 27)], ALL, 8, False, 20),
    ([(0, 14), (20, 34), (40, 55)], ALL, 15, False, 0),
    ([(0, 14), (20, 34), (40, 55)], ALL, 16, False, 40),
    # aligned: a range may be large enough and have no multiple in it
    ([(1, 6), (9, 16), (18, 25), (30, 37)], ALL, 4, True, 12),
    ([(1, 7), (9, 15), (17, 24)], ALL, 8, True, None),
    ([(1, 7), (9, 15), (17, 31)], ALL, 8, True, 24),
    # the window cuts a range until it is too small, at either end or at both
    ([(0, 9), (20, 29)], (7, 255), 4, False, 20),
    ([(0, 9), (20, 29)], (6, 255), 4, False, 6),
    ([(0, 9), (20, 29)], (8, 22), 4, False, None),
    ([(0, 9), (20, 29)], (8, 23), 4, False, 20),
    ([ALL], (100, 103), 4, False, 100),
    ([ALL], (100, 103), 5, False, None),
    ([ALL], (101, 108), 4, True, 104),
    ([(0, 3), (250, 255)], (4, 249), 1, False, None),
    ([(0, 3), (248, 255)], (4, 251), 4, False, 248),
]


@pytest.mark.parametrize(("free", "window", "size", "align", "first"), RUNS)
def test_lowest_run(space: t.Any, free: Pairs, window: Window, size: int, align: bool, first: int | None) -> None:
    space.set(free)
    run = lowest_run(space.tx, space.subnet, space.range(*window), size, align=align)
    assert run == (None if first is None else space.range(first, first + size - 1))
    assert space.get() == free


@pytest.mark.parametrize("space", [(4, 10 << 24, 8), (6, 0x20010DB8 << 96, 64)], ids=["v4", "v6"], indirect=True)
@pytest.mark.parametrize(("size", "first"), [(2, 30), (4, 1000), (16, 100_000)])
def test_runs_of_classes_far_from_each_other(space: t.Any, size: int, first: int) -> None:
    """Classes 1, 2 and 17, the first of which has more ranges than are looked up at first, and none aligned but one."""
    fill(space, [(1, 2), (5, 6), (9, 10), (13, 14), (17, 18), (21, 22), (30, 31), (1000, 1003), (100_000, 231_071)])
    start = space.subnet.network.first
    run = lowest_run(space.tx, space.subnet, space.subnet.network.range, size, align=True)
    assert run == Range(start + first, start + first + size - 1)


@pytest.mark.parametrize(
    ("size", "multiple"), [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (8, 8), (9, 16), (65536, 65536)]
)
def test_alignment(size: int, multiple: int) -> None:
    assert alignment(size) == multiple


def fill(space: t.Any, spans: list[tuple[int, int]]) -> None:
    start = space.subnet.network.first
    extent.delete(space.tx, space.subnet, start, space.subnet.network.last)
    extent.insert(space.tx, space.subnet, [Range(start + first, start + last) for first, last in spans])


@pytest.mark.parametrize("space", [(4, 10 << 24, 8), (6, 0x20010DB8 << 96, 64)], ids=["v4", "v6"], indirect=True)
class TestManyRanges:
    """Thousands of ranges that are nearly large enough: all of one size class, none of which fits."""

    nearly: t.ClassVar = [(10 * number, 10 * number + 3) for number in range(3000)]  # four each; class of 4 to 7

    def run(self, space: t.Any, size: int, *, align: bool = False, window: Window = (0, 1 << 20)) -> int | None:
        found = lowest_run(space.tx, space.subnet, space.range(*window), size, align=align)
        return found.first - space.subnet.network.first if found else None

    def test_the_only_one_that_fits_comes_last(self, space: t.Any) -> None:
        fill(space, [*self.nearly, (50_000, 50_004)])
        assert self.run(space, 5) == 50_000

    def test_one_of_a_larger_class_comes_last(self, space: t.Any) -> None:
        fill(space, [*self.nearly, (50_000, 50_099)])
        assert self.run(space, 5) == 50_000

    def test_the_lowest_among_the_first_thousand(self, space: t.Any) -> None:
        fill(space, [*self.nearly[:900], (9_000, 9_004), *self.nearly[910:], (50_000, 50_099)])
        assert self.run(space, 5) == 9_000

    def test_the_documented_exception(self, space: t.Any) -> None:
        """Behind a thousand that do not fit, one of the next class is as good; it fits and lies in the window."""
        fill(space, [*self.nearly, (50_000, 50_004), (60_000, 60_099)])
        assert self.run(space, 5) in (50_000, 60_000)
        assert self.run(space, 5, window=(0, 59_999)) == 50_000

    def test_none(self, space: t.Any) -> None:
        fill(space, self.nearly)
        assert self.run(space, 5) is None

    def test_aligned(self, space: t.Any) -> None:
        """Four from an odd address hold no aligned four."""
        odd = [(16 * number + 1, 16 * number + 4) for number in range(3000)]
        fill(space, [*odd, (50_000, 50_003)])  # 50,000 is 4 times 12,500
        assert self.run(space, 4, align=True) == 50_000

    def test_what_lies_before_the_window_is_not_counted(self, space: t.Any) -> None:
        fill(space, [*self.nearly, (50_000, 50_004)])
        assert self.run(space, 4, window=(25_001, 1 << 20)) == 25_010

    def test_small_ones_are_passed_over(self, space: t.Any) -> None:
        singles = [(2 * number, 2 * number) for number in range(3000)]
        fill(space, [*singles, (9_000, 9_001)])
        assert self.run(space, 2) == 9_000
