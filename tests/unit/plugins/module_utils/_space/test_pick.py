# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Expected values are worked out by hand.

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._space import pick

Pairs = list[tuple[int, int]]

# free, window, count, what is taken, what is left
LOWEST: list[tuple[Pairs, tuple[int, int], int, list[int], Pairs]] = [
    ([(0, 255)], (1, 254), 1, [1], [(0, 0), (2, 255)]),
    ([(0, 255)], (1, 254), 3, [1, 2, 3], [(0, 0), (4, 255)]),
    ([(0, 255)], (0, 255), 0, [], [(0, 255)]),
    ([(5, 5), (7, 7), (9, 20)], (0, 255), 3, [5, 7, 9], [(10, 20)]),
    ([(5, 5), (7, 7), (9, 20)], (6, 8), 3, [7], [(5, 5), (9, 20)]),
    ([(5, 9)], (5, 9), 5, [5, 6, 7, 8, 9], []),
    ([(5, 9)], (5, 9), 6, [5, 6, 7, 8, 9], []),
    ([(0, 20)], (5, 9), 9, [5, 6, 7, 8, 9], [(0, 4), (10, 20)]),
    ([(0, 6), (8, 20)], (5, 9), 9, [5, 6, 8, 9], [(0, 4), (10, 20)]),
    ([(0, 3), (30, 40)], (5, 9), 1, [], [(0, 3), (30, 40)]),
    ([], (0, 255), 1, [], []),
    ([(255, 255)], (255, 255), 1, [255], []),
]


@pytest.mark.parametrize(("free", "window", "count", "taken", "left"), LOWEST)
def test_take_lowest(
    space: t.Any, free: Pairs, window: tuple[int, int], count: int, taken: list[int], left: Pairs
) -> None:
    start = space.subnet.network.first
    space.set(free)
    shown = pick.lowest(space.tx, space.subnet, [space.range(*window)], count)
    assert space.get() == free
    found = pick.take_lowest(space.tx, space.subnet, space.range(*window), count)
    assert [value - start for value in found] == taken
    assert shown == found
    assert space.get() == left
    space.check_run_keys()


def test_windows_are_used_in_their_order(space: t.Any) -> None:
    start = space.subnet.network.first
    space.set([(0, 255)])
    windows = [space.range(20, 21), space.range(5, 6), space.range(9, 100)]
    found = pick.lowest(space.tx, space.subnet, windows, 5)
    assert [value - start for value in found] == [20, 21, 5, 6, 9]


def test_thousands_of_single_addresses(space: t.Any) -> None:
    space.set([(value, value) for value in range(0, 256, 2)])
    start = space.subnet.network.first
    found = pick.take_lowest(space.tx, space.subnet, space.range(0, 255), 127)
    assert [value - start for value in found] == list(range(0, 254, 2))
    assert space.get() == [(254, 254)]
