# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Expected values are worked out by hand.

from __future__ import annotations

import random
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
    ([(0, 5), (8, 9)], (0, 255), 2, [0, 1], [(2, 5), (8, 9)]),  # the first range is enough for both
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
    shown = pick.peek(space.tx, space.subnet, space.range(*window), count, "lowest")
    assert space.get() == free
    found = pick.take(space.tx, space.subnet, space.range(*window), count, "lowest")
    assert [value - start for value in found] == taken
    assert shown == found
    assert space.get() == left
    space.check_run_keys()


def test_thousands_of_single_addresses(space: t.Any) -> None:
    space.set([(value, value) for value in range(0, 256, 2)])
    start = space.subnet.network.first
    found = pick.take(space.tx, space.subnet, space.range(0, 255), 127, "lowest")
    assert [value - start for value in found] == list(range(0, 254, 2))
    assert space.get() == [(254, 254)]


HIGHEST: list[tuple[Pairs, tuple[int, int], int, list[int], Pairs]] = [
    ([(0, 255)], (1, 254), 1, [254], [(0, 253), (255, 255)]),
    ([(0, 255)], (1, 254), 3, [254, 253, 252], [(0, 251), (255, 255)]),
    ([(0, 255)], (0, 255), 0, [], [(0, 255)]),
    ([(0, 255)], (0, 255), 1, [255], [(0, 254)]),
    ([(5, 9), (11, 11), (13, 13)], (0, 255), 3, [13, 11, 9], [(5, 8)]),
    ([(5, 9), (11, 11), (13, 13)], (0, 12), 3, [11, 9, 8], [(5, 7), (13, 13)]),
    ([(5, 9), (11, 11), (13, 13)], (10, 12), 3, [11], [(5, 9), (13, 13)]),
    ([(5, 9)], (5, 9), 5, [9, 8, 7, 6, 5], []),
    ([(5, 9)], (5, 9), 6, [9, 8, 7, 6, 5], []),
    ([(0, 20)], (5, 9), 9, [9, 8, 7, 6, 5], [(0, 4), (10, 20)]),
    ([(0, 6), (8, 20)], (5, 9), 9, [9, 8, 6, 5], [(0, 4), (10, 20)]),
    ([(0, 3), (30, 40)], (5, 9), 1, [], [(0, 3), (30, 40)]),
    ([(0, 3), (9, 9)], (5, 9), 1, [9], [(0, 3)]),
    ([(0, 3), (5, 5)], (5, 9), 1, [5], [(0, 3)]),
    ([], (0, 255), 1, [], []),
    ([(0, 0)], (0, 0), 1, [0], []),
]


@pytest.mark.parametrize(("free", "window", "count", "taken", "left"), HIGHEST)
def test_take_highest(
    space: t.Any, free: Pairs, window: tuple[int, int], count: int, taken: list[int], left: Pairs
) -> None:
    check(space, free, window, count, taken, left, "highest")


# free, window, the one given last, count, what is taken, what is left
ROTATE: list[tuple[Pairs, tuple[int, int], int | None, int, list[int], Pairs]] = [
    ([(0, 255)], (1, 9), None, 1, [1], [(0, 0), (2, 255)]),
    ([(0, 255)], (1, 9), 1, 1, [2], [(0, 1), (3, 255)]),
    ([(0, 255)], (1, 9), 8, 1, [9], [(0, 8), (10, 255)]),
    ([(0, 255)], (1, 9), 9, 1, [1], [(0, 0), (2, 255)]),  # starts again
    ([(0, 255)], (1, 9), 7, 4, [8, 9, 1, 2], [(0, 0), (3, 7), (10, 255)]),
    ([(0, 255)], (1, 9), 5, 20, [6, 7, 8, 9, 1, 2, 3, 4, 5], [(0, 0), (10, 255)]),
    ([(2, 3), (6, 6)], (1, 9), 3, 1, [6], [(2, 3)]),
    ([(2, 3), (6, 6)], (1, 9), 6, 1, [2], [(3, 3), (6, 6)]),
    ([(2, 3), (6, 6)], (1, 9), 2, 3, [3, 6, 2], []),
    ([(2, 3)], (1, 9), 6, 1, [2], [(3, 3)]),
    ([(5, 5)], (1, 9), 5, 1, [5], []),  # the only one, although it was the last
    ([(0, 255)], (1, 9), 40, 1, [1], [(0, 0), (2, 255)]),  # the pool was moved away from it
    ([(0, 255)], (50, 59), 40, 1, [50], [(0, 49), (51, 255)]),
    ([(0, 255)], (5, 5), 5, 1, [5], [(0, 4), (6, 255)]),
    ([], (1, 9), 3, 1, [], []),
]


@pytest.mark.parametrize(("free", "window", "last", "count", "taken", "left"), ROTATE)
def test_take_rotate(
    space: t.Any, free: Pairs, window: tuple[int, int], last: int | None, count: int, taken: list[int], left: Pairs
) -> None:
    check(space, free, window, count, taken, left, "rotate", last)


def test_only_rotate_goes_on_behind_the_one_given_last(space: t.Any) -> None:
    check(space, [(0, 255)], (1, 9), 2, [1, 2], [(0, 0), (3, 255)], "lowest", 5)


def check(
    space: t.Any,
    free: Pairs,
    window: tuple[int, int],
    count: int,
    taken: list[int],
    left: Pairs,
    strategy: str,
    last: int | None = None,
) -> None:
    """``peek`` shows what ``take`` takes, and takes nothing itself."""
    start = space.subnet.network.first
    after = None if last is None else start + last
    space.set(free)
    shown = pick.peek(space.tx, space.subnet, space.range(*window), count, strategy, after)
    assert space.get() == free
    found = pick.take(space.tx, space.subnet, space.range(*window), count, strategy, after)
    assert [value - start for value in found] == taken
    assert shown == found
    assert space.get() == left
    space.check_run_keys()


@pytest.mark.parametrize("strategy", ["highest", "rotate"])
def test_thousands_of_single_addresses_by_other_strategies(space: t.Any, strategy: str) -> None:
    space.set([(value, value) for value in range(0, 256, 2)])
    start = space.subnet.network.first
    found = pick.take(space.tx, space.subnet, space.range(0, 255), 127, strategy, start + 1)
    in_turn = {"highest": list(range(254, 0, -2)), "rotate": list(range(2, 256, 2))}
    assert [value - start for value in found] == in_turn[strategy]
    assert space.get() == [(0, 0)]


FRAGMENTED: Pairs = [(0, 3), (7, 7), (9, 12), (40, 41), (250, 255)]
WITHIN = [2, 3, 7, 9, 10, 11, 12, 40, 41, 250]  # of these, in the window from 2 to 250


@pytest.fixture(params=[0, 512], ids=["enumeration", "probing"])
def probes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(pick, "_PROBES", request.param)
    return int(request.param)


@pytest.mark.usefixtures("probes")
@pytest.mark.parametrize("count", range(13))
def test_take_random(space: t.Any, count: int) -> None:
    start = space.subnet.network.first
    space.set(FRAGMENTED)
    space.tx.random = random.Random(count)
    shown = pick.peek(space.tx, space.subnet, space.range(2, 250), count, "random")
    assert space.get() == FRAGMENTED
    taken = pick.take(space.tx, space.subnet, space.range(2, 250), count, "random")
    for found in (shown, taken):
        assert len(found) == len(set(found)) == min(count, 10)
        assert {value - start for value in found} <= set(WITHIN)
    everything = {value for first, last in FRAGMENTED for value in range(first, last + 1)}
    left = {value for first, last in space.get() for value in range(first, last + 1)}
    assert left == everything - {value - start for value in taken}
    space.check_run_keys()


@pytest.mark.usefixtures("probes")
def test_random_repeats_what_its_source_repeats(space: t.Any) -> None:
    drawn = []
    for seed in ("a", "a", "b"):
        space.set([(0, 255)])
        space.tx.random = random.Random(seed)
        drawn.append(pick.take(space.tx, space.subnet, space.range(0, 255), 8, "random"))
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.usefixtures("probes")
def test_random_finds_none_in_a_full_window(space: t.Any) -> None:
    space.set([(0, 3), (30, 40)])
    assert pick.take(space.tx, space.subnet, space.range(5, 9), 2, "random") == []
    assert pick.peek(space.tx, space.subnet, space.range(5, 9), 2, "random") == []


def test_a_needle_in_a_haystack(space: t.Any) -> None:
    """One free address of 256 is found in the end, whatever the source draws."""
    start = space.subnet.network.first
    space.set([(77, 77)])
    space.tx.random = Stubborn()
    assert pick.take(space.tx, space.subnet, space.range(0, 255), 1, "random") == [start + 77]
    assert space.get() == []


class Stubborn(random.Random):
    """Draws the first of what it may draw."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0 if stop is None else start


def test_the_source_is_the_operating_system(space: t.Any) -> None:
    """Secrets-grade: what was given says nothing about what will be."""
    assert isinstance(space.tx.random, random.SystemRandom)


@pytest.mark.parametrize("space", [(4, 10 << 24, 8), (6, 0x20010DB8 << 96, 64)], ids=["v4", "v6"], indirect=True)
@pytest.mark.parametrize(("strategy", "first"), [("lowest", 1), ("highest", 199_900)])
def test_rule_52_d2_more_than_any_window(space: t.Any, strategy: str, first: int) -> None:
    start = space.subnet.network.first
    space.set([(0, 1_000_000)])
    taken = pick.take(space.tx, space.subnet, space.range(1, 199_900), 100_001, strategy)
    assert (taken[0] - start, len(set(taken))) == (first, 100_001)
    assert space.get()[-1][1] == 1_000_000
