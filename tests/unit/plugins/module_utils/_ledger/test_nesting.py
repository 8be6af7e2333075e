# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which subnet lies in which, worked out by hand on small numbers."""

from __future__ import annotations

import random

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.nesting import Block, nest


def test_each_lies_in_the_smallest_around_it() -> None:
    blocks = [
        Block(4, Range(0, 15), 1),
        Block(4, Range(0, 7), 2),
        Block(4, Range(4, 5), 3),
        Block(4, Range(8, 11), 4),
        Block(4, Range(16, 31), 5),
        Block(6, Range(0, 15), 6),
    ]
    random.Random(3).shuffle(blocks)
    found = nest(blocks)
    assert found.parents == {1: 0, 2: 1, 3: 2, 4: 1, 5: 0, 6: 0}
    assert found.children == {1: [Range(0, 7), Range(8, 11)], 2: [Range(4, 5)]}
    assert found.clashes == []


def test_what_overlaps_without_nesting_is_told() -> None:
    assert nest([Block(4, Range(0, 7), 1), Block(4, Range(4, 11), 2)]).clashes == [(1, 2)]
    assert nest([Block(4, Range(0, 7), 1), Block(4, Range(0, 7), 2)]).clashes == [(1, 2)]
    assert nest([Block(4, Range(0, 7), 1), Block(6, Range(4, 11), 2)]).clashes == []
