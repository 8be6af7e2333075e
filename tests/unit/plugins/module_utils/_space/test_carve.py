# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""As in OpenStack Neutron: of the free CIDRs that are large enough the smallest, of equal ones the lowest."""

from __future__ import annotations

import typing as t

import netaddr
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._space import carve

Pairs = list[tuple[int, int]]

BLOCKS: list[tuple[Pairs, int, int | None]] = [
    ([(0, 255)], 256, 0),
    ([(0, 255)], 16, 0),
    ([(16, 255)], 16, 16),
    ([(1, 255)], 128, 128),
    ([(0, 63), (96, 111), (128, 255)], 16, 96),  # the exact fit, not the lowest
    ([(0, 63), (96, 127), (160, 191)], 16, 96),  # equal ones: the lowest
    ([(0, 14), (17, 31)], 16, None),  # 30 addresses, no aligned 16
    ([(3, 20)], 4, 4),  # 3, 4-7, 8-15, 16-19, 20: the lower of the two that fit exactly
    ([(3, 20)], 8, 8),
    ([(3, 20)], 16, None),
    ([], 1, None),
    ([(255, 255)], 1, 255),
    ([(0, 3), (9, 9)], 1, 9),
]


@pytest.mark.parametrize(("free", "size", "expected"), BLOCKS)
def test_next_block(space: t.Any, free: Pairs, size: int, expected: int | None) -> None:
    space.set(free)
    found = carve.next_block(space.tx, space.subnet, size)
    start = space.subnet.network.first
    assert (found and (found.first - start, found.size)) == (None if expected is None else (expected, size))
    assert space.get() == free


@pytest.mark.parametrize(("free", "size", "_expected"), BLOCKS)
def test_the_reference_chooses_the_same(space: t.Any, free: Pairs, size: int, _expected: int | None) -> None:
    """As the reference does it: compact the free addresses to CIDRs, the longest prefix first."""
    version = space.subnet.version
    spans = [space.range(*pair) for pair in free]
    compact = netaddr.IPSet(
        netaddr.IPRange(netaddr.IPAddress(span.first, version), netaddr.IPAddress(span.last, version)) for span in spans
    )
    by_length = sorted(compact.iter_cidrs(), key=lambda cidr: -cidr.prefixlen)
    chosen = next((cidr for cidr in by_length if cidr.size >= size), None)
    space.set(free)
    found = carve.next_block(space.tx, space.subnet, size)
    assert (found and found.first) == (chosen and int(chosen.first))
