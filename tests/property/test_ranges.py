# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arithmetic on ranges against sets of single addresses, and against netaddr where it does the same."""

from __future__ import annotations

import netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS, from_key, to_key, version_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import (
    Range,
    aligned_blocks,
    best_fit_block,
    gaps,
    merge,
    subtract,
    total,
)
from hypothesis import given
from hypothesis import strategies as st

SPANS = st.tuples(st.integers(0, 70), st.integers(0, 12)).map(lambda pair: Range(pair[0], pair[0] + pair[1]))
LISTS = st.lists(SPANS, max_size=8)
VERSIONS = st.sampled_from([4, 6])


def addresses(spans: list[Range]) -> set[int]:
    return {value for span in spans for value in range(span.first, span.last + 1)}


def runs(values: set[int]) -> list[Range]:
    """Maximal ranges, found address by address."""
    return [
        Range(first, next(value for value in range(first, max(values) + 2) if value not in values) - 1)
        for first in sorted(values)
        if first - 1 not in values
    ]


@given(LISTS)
def test_merge_has_the_same_addresses_in_maximal_ranges(spans: list[Range]) -> None:
    assert merge(spans) == runs(addresses(spans))
    assert total(merge(spans)) == len(addresses(spans))


@given(SPANS, LISTS)
def test_gaps_are_the_rest_of_the_window(window: Range, taken: list[Range]) -> None:
    assert list(gaps(window, sorted(taken))) == runs(addresses([window]) - addresses(taken))


@given(LISTS, LISTS)
def test_subtract_is_the_difference_of_sets(spans: list[Range], taken: list[Range]) -> None:
    assert subtract(spans, taken) == runs(addresses(spans) - addresses(taken))


@given(st.integers(0, 2**128 - 1), st.integers(0, 2**128 - 1))
def test_aligned_blocks_are_the_cidrs_of_the_range(one: int, other: int) -> None:
    span = Range(min(one, other), max(one, other))
    cidrs = netaddr.iprange_to_cidrs(netaddr.IPAddress(span.first, 6), netaddr.IPAddress(span.last, 6))
    assert list(aligned_blocks(span)) == [Range(int(cidr.first), int(cidr.last)) for cidr in cidrs]


@given(SPANS, st.integers(0, 5))
def test_best_fit_takes_the_smallest_maximal_block_that_fits(span: Range, bits: int) -> None:
    within = addresses([span])
    aligned = [
        Range(first, first + size - 1)
        for size in (1, 2, 4, 8, 16)
        for first in range(0, 96, size)
        if set(range(first, first + size)) <= within
    ]
    maximal = [one for one in aligned if not any(other != one and other.covers(one) for other in aligned)]
    fitting = sorted((one.size, one.first) for one in maximal if one.size >= 1 << bits)
    expected = Range(fitting[0][1], fitting[0][1] + fitting[0][0] - 1) if fitting else None
    assert best_fit_block(span, 1 << bits) == expected


@given(SPANS, SPANS)
def test_two_ranges_compare_like_their_sets(one: Range, other: Range) -> None:
    ours, theirs = addresses([one]), addresses([other])
    clipped = one.clip(other)
    assert one.size == len(ours)
    assert one.overlaps(other) == bool(ours & theirs)
    assert one.covers(other) == (ours >= theirs)
    assert (addresses([clipped]) if clipped else set()) == ours & theirs


@given(VERSIONS.flatmap(lambda version: st.tuples(st.just(version), *[st.integers(0, 2 ** BITS[version] - 1)] * 2)))
def test_keys_keep_order_width_and_value(drawn: tuple[int, int, int]) -> None:
    version, one, other = drawn
    key = to_key(one, version)
    assert from_key(key) == one
    assert version_of(key) == version
    assert (key < to_key(other, version)) == (one < other)
    assert len(key) == BITS[version] // 4
    assert key == key.lower()
