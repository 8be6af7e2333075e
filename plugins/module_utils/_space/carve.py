# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choosing a free block for a child subnet.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, best_fit_block
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def next_block(tx: Transaction, subnet: Subnet, size: int) -> Range | None:
    """The block of ``size`` addresses (a power of two) that the next child gets, or None; takes nothing.

    Best fit, lowest first: of the maximal aligned free blocks the smallest that is large enough, of equal ones the
    lowest, and its first part (the rule of OpenStack Neutron's subnet pools).
    """
    best: Range | None = None
    for free in extent.at_least(tx, subnet, size):
        block = best_fit_block(free, size)
        if block and (best is None or (block.size, block.first) < (best.size, best.first)):
            best = block
    return Range(best.first, best.first + size - 1) if best else None
