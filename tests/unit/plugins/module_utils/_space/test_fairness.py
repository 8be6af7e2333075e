# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random draws are uniform over the free addresses, however these lie (chi-square test of Pearson).

The source is the operating system's, so each run draws others. A test fails by bad luck once in 10^6 runs: that is the
share of the chi-square distribution beyond LIMITS. They are the quantiles of 1 - 10^-6, solved from the closed form of
the tail for an even number of degrees of freedom df, exp(-x/2) * sum((x/2)^i / i! for i from 0 to df/2 - 1).
"""

from __future__ import annotations

import collections
import math
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._space import pick

Pairs = list[tuple[int, int]]

DRAWS = 20_000
FEW_DRAWS = 5_000
LIMITS = {20: 65.43, 40: 97.66, 100: 182.13}

WINDOW = (3, 250)
# In the window 101 addresses, in ranges of very different sizes, the first and the last one cut by it.
WIDE: Pairs = [(0, 3), (5, 5), (7, 8), (20, 69), (80, 80), (90, 121), (130, 131), (140, 140), (200, 209), (250, 255)]
# In the window 41.
NARROW: Pairs = [(0, 3), (5, 5), (60, 91), (200, 205), (250, 255)]
# Seven between 3 and 18.
SEVEN: Pairs = [(0, 1), (4, 4), (9, 10), (13, 15), (18, 22)]

pytestmark = pytest.mark.parametrize("space", [(4, 10 << 24, 24)], ids=["v4"], indirect=True)


@pytest.fixture(params=[0, 2, 512], ids=["enumeration", "mixed", "probing"])
def probes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many addresses are tried before the free ranges are counted."""
    monkeypatch.setattr(pick, "_PROBES", request.param)


def chi_square(drawn: t.Iterable[t.Hashable], kinds: int) -> float:
    counts = collections.Counter(drawn)
    assert len(counts) <= kinds
    expected = sum(counts.values()) / kinds
    squares = sum((count - expected) ** 2 for count in counts.values()) + (kinds - len(counts)) * expected**2
    return squares / expected


def draw(space: t.Any, count: int, window: tuple[int, int] = WINDOW) -> list[int]:
    return pick.peek(space.tx, space.subnet, space.range(*window), count, "random")


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize(("df", "limit"), LIMITS.items())
def test_the_limits_are_what_they_are_said_to_be(df: int, limit: float) -> None:
    half = limit / 2
    tail = math.exp(-half) * sum(half**number / math.factorial(number) for number in range(df // 2))
    assert 0.99e-6 < tail <= 1e-6


@pytest.mark.usefixtures("space")
def test_the_limits_catch_a_small_bias() -> None:
    """One address of 101 twice as likely as the others, in as many draws."""
    even = [number % 102 for number in range(DRAWS)]
    assert chi_square((number % 101 for number in even), 101) > LIMITS[100]


def test_rule_49_d3_probing_is_uniform_over_the_free_addresses(space: t.Any) -> None:
    """Over all of them: no window at the low end, however many are asked for."""
    space.set(WIDE)
    assert chi_square((draw(space, 1)[0] for _ in range(DRAWS)), 101) < LIMITS[100]


def test_rule_49_d3_enumeration_is_uniform_over_the_free_addresses(
    space: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pick, "_PROBES", 0)
    space.set(NARROW)
    assert chi_square((draw(space, 1)[0] for _ in range(DRAWS)), 41) < LIMITS[40]


@pytest.mark.usefixtures("probes")
def test_both_ways_together_are_uniform(space: t.Any) -> None:
    space.set(NARROW)
    assert chi_square((draw(space, 1)[0] for _ in range(FEW_DRAWS)), 41) < LIMITS[40]


@pytest.mark.usefixtures("probes")
def test_every_pair_is_as_likely(space: t.Any) -> None:
    """Of 7 addresses there are 21 pairs."""
    space.set(SEVEN)
    assert chi_square((frozenset(draw(space, 2, (3, 18))) for _ in range(FEW_DRAWS)), 21) < LIMITS[20]


@pytest.mark.usefixtures("probes")
def test_every_pair_is_as_likely_to_be_left(space: t.Any) -> None:
    """Five of seven, so many that drawing them one by one hits some twice."""
    space.set(SEVEN)
    assert chi_square((frozenset(draw(space, 5, (3, 18))) for _ in range(FEW_DRAWS)), 21) < LIMITS[20]


@pytest.mark.usefixtures("probes")
def test_every_pair_is_as_likely_to_be_taken(space: t.Any) -> None:
    def taken() -> t.Iterator[frozenset[int]]:
        for _ in range(FEW_DRAWS):
            space.set(SEVEN)
            yield frozenset(pick.take(space.tx, space.subnet, space.range(3, 18), 2, "random"))

    assert chi_square(taken(), 21) < LIMITS[20]
