# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools in which few addresses are left.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_range
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._space.pick import free_ranges
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def warn(tx: Transaction, subnet: Subnet, present: t.Iterable[Pool], given: t.Collection[int]) -> None:
    """Let the task warn of each pool that gave one of these addresses and is below its mark now."""
    for pool in present:
        if pool.warn_below is None or not any(value in pool.span for value in given):
            continue
        free = _free(tx, subnet, pool.span, pool.warn_below)
        if free < pool.warn_below:
            tx.warnings.append(
                f"Pool '{pool.name}' ({format_range(pool.span, subnet.version)}) of subnet '{subnet.name}' has {free} "
                f"of {pool.span.size} addresses free, fewer than its warn_below of {pool.warn_below}. Grow it with "
                "netledger.ipam.pool, or free addresses."
            )


def _free(tx: Transaction, subnet: Subnet, span: Range, enough: int) -> int:
    """How many addresses are free; counted no further than ``enough``."""
    found = 0
    for free in free_ranges(tx, subnet, span):
        found += free.size
        if found >= enough:
            break
    return found
