# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The free space recomputed from the truth: held addresses, holds, children, reserved ranges and the gateway.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import heapq
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, gaps, merge, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import give_back
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, extent, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def derive(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Range]:
    """What the truth leaves free in a window, in order; reads the held addresses of the window once."""
    return left_by(tx, subnet, window, subnets.child_ranges(tx, subnet, window))


def left_by(tx: Transaction, subnet: Subnet, window: Range, children: t.Sequence[Range]) -> t.Iterator[Range]:
    """The same, where these are the children of the subnet."""
    held = (Range(value, value) for value in address.values_within(tx, subnet, window))
    waiting = hold.ranges_within(tx, subnet, window)
    taken = merge([*subnet.blocked, *children])
    return gaps(window, heapq.merge(held, waiting, taken))


def rebuild(tx: Transaction, subnet: Subnet, window: Range) -> None:
    """Bring the stored free space of a window in line with the truth after the truth was changed."""
    cut_out(tx, subnet, window)
    for free in list(derive(tx, subnet, window)):
        give_back(tx, subnet, free)


def cut_out(tx: Transaction, subnet: Subnet, window: Range) -> None:
    """Remove whatever is free in a window from the stored free space."""
    touched = list(extent.overlapping(tx, subnet, window))
    if touched:
        extent.delete(tx, subnet, touched[0].last, touched[-1].last)
        extent.insert(tx, subnet, subtract(touched, [window]))
