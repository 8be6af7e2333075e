# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Expected values are worked out by hand.

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._space import extents

Pairs = list[tuple[int, int]]

TAKEN: list[tuple[Pairs, tuple[int, int], Pairs | None]] = [
    ([(0, 255)], (0, 255), []),
    ([(0, 255)], (0, 0), [(1, 255)]),
    ([(0, 255)], (255, 255), [(0, 254)]),
    ([(0, 255)], (7, 9), [(0, 6), (10, 255)]),
    ([(5, 5)], (5, 5), []),
    ([(0, 3), (8, 9)], (8, 8), [(0, 3), (9, 9)]),
    ([(0, 3), (8, 9)], (9, 9), [(0, 3), (8, 8)]),
    ([(0, 3), (8, 9)], (4, 4), None),
    ([(0, 3), (8, 9)], (3, 4), None),
    ([(0, 3), (8, 9)], (2, 8), None),  # ends are free, the middle is not
    ([], (0, 0), None),
]

GIVEN_BACK: list[tuple[Pairs, tuple[int, int], Pairs]] = [
    ([], (0, 0), [(0, 0)]),
    ([], (255, 255), [(255, 255)]),
    ([(1, 255)], (0, 0), [(0, 255)]),
    ([(0, 254)], (255, 255), [(0, 255)]),
    ([(0, 4), (6, 9)], (5, 5), [(0, 9)]),
    ([(0, 3), (6, 9)], (5, 5), [(0, 3), (5, 9)]),
    ([(0, 4), (7, 9)], (5, 5), [(0, 5), (7, 9)]),
    ([(0, 3), (7, 9)], (5, 5), [(0, 3), (5, 5), (7, 9)]),
    ([(0, 3)], (9, 12), [(0, 3), (9, 12)]),
    ([(9, 12)], (0, 3), [(0, 3), (9, 12)]),
    ([(0, 3), (8, 255)], (4, 7), [(0, 255)]),
]


@pytest.mark.parametrize(("free", "span", "left"), TAKEN)
def test_take(space: t.Any, free: Pairs, span: tuple[int, int], left: Pairs | None) -> None:
    space.set(free)
    assert extents.take(space.tx, space.subnet, space.range(*span)) == (left is not None)
    assert space.get() == (free if left is None else left)
    space.check_run_keys()


@pytest.mark.parametrize(("free", "span", "joined"), GIVEN_BACK)
def test_give_back(space: t.Any, free: Pairs, span: tuple[int, int], joined: Pairs) -> None:
    space.set(free)
    extents.give_back(space.tx, space.subnet, space.range(*span))
    assert space.get() == joined
    space.check_run_keys()
