# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which subnet lies in which, by nothing but their addresses.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range


class Block(t.NamedTuple):
    """The addresses of a subnet; ``number`` is that of its row."""

    version: int
    span: Range
    number: int


class Nesting(t.NamedTuple):
    """For each subnet the one directly around it (0: none) and those directly in it; ``clashes`` are pairs of subnets
    that have addresses in common and do not nest, or that are the same."""

    parents: dict[int, int]
    children: dict[int, list[Range]]
    clashes: list[tuple[int, int]]


def nest(blocks: t.Iterable[Block]) -> Nesting:
    """Nest the subnets of one VRF."""
    found = Nesting({}, {}, [])
    around: list[Block] = []
    for block in sorted(blocks, key=lambda one: (one.version, one.span.first, -one.span.last)):
        while around and (around[-1].version != block.version or around[-1].span.last < block.span.first):
            around.pop()
        outer = around[-1] if around else None
        if outer and (not outer.span.covers(block.span) or outer.span == block.span):
            found.clashes.append((outer.number, block.number))
        found.parents[block.number] = outer.number if outer else 0
        if outer:
            found.children.setdefault(outer.number, []).append(block.span)
        around.append(block)
    return found
