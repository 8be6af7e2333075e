# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choosing free addresses in windows of a subnet.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import cut
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def free_ranges(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Range]:
    """The free ranges of a window, cut to it, in order."""
    for free in extent.overlapping(tx, subnet, window):
        piece = free.clip(window)
        if piece:
            yield piece


def lowest(tx: Transaction, subnet: Subnet, windows: t.Iterable[Range], count: int) -> list[int]:
    """The lowest ``count`` free addresses of the windows in their order, or as many as there are; takes none."""
    found: list[int] = []
    for window in windows:
        for free in free_ranges(tx, subnet, window):
            found.extend(range(free.first, min(free.last, free.first + count - len(found) - 1) + 1))
            if len(found) == count:
                return found
    return found


def take_lowest(tx: Transaction, subnet: Subnet, window: Range, count: int) -> list[int]:
    """Take the lowest ``count`` free addresses of a window, or as many as there are, out of the free space.

    The ranges that are used up stand next to each other, so all of them go with one statement.
    """
    touched = list(extent.overlapping(tx, subnet, window, limit=count))
    taken: list[int] = []
    used_up: list[Range] = []
    for free in touched:
        first = max(free.first, window.first)
        last = min(free.last, window.last, first + count - len(taken) - 1)
        if last < first:
            break
        taken.extend(range(first, last + 1))
        if Range(first, last) == free:
            used_up.append(free)
        else:
            cut(tx, subnet, free, Range(first, last))
    if used_up:
        extent.delete(tx, subnet, used_up[0].last, used_up[-1].last)
    return taken
