# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The free space of a subnet as maximal ranges: take a piece out, give one back.

The caller holds the lock of the subnet. Each call costs a few rows, however large the subnet and however full.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def take(tx: Transaction, subnet: Subnet, span: Range) -> bool:
    """Take a range out of the free space; False, and nothing is taken, where not all of it is free."""
    found = extent.reaching(tx, subnet, span.last)
    if found is None or not found.covers(span):
        return False
    cut(tx, subnet, found, span)
    return True


def cut(tx: Transaction, subnet: Subnet, free: Range, span: Range) -> None:
    """Take ``span`` out of the stored free range ``free``, which covers it."""
    if span.last < free.last:
        extent.move_first(tx, subnet, free, span.last + 1)
    else:
        extent.delete(tx, subnet, free.last, free.last)
    if free.first < span.first:
        extent.insert(tx, subnet, [Range(free.first, span.first - 1)])


def give_back(tx: Transaction, subnet: Subnet, span: Range) -> None:
    """Add a range to the free space and join it with its neighbours; no address of it is free yet."""
    before = extent.ending_at(tx, subnet, span.first - 1) if span.first > subnet.network.first else None
    first = before.first if before else span.first
    if before:
        extent.delete(tx, subnet, before.last, before.last)
    after = extent.reaching(tx, subnet, span.last)
    if after and after.first == span.last + 1:
        extent.move_first(tx, subnet, after, first)
    else:
        extent.insert(tx, subnet, [Range(first, span.last)])
