# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How full a window of a subnet is.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, subtract, total
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Usage(t.NamedTuple):
    """Addresses by what they are; ``size`` is the sum of the others.

    ``reserved`` counts reserved addresses that nobody holds and the gateway; ``next_release`` is when the first hold
    ends (seconds since 1970), or None.
    """

    size: int
    used: int
    held_down: int
    reserved: int
    in_children: int
    free: int
    next_release: int | None


def of_window(tx: Transaction, subnet: Subnet, window: Range) -> Usage:
    """Count the addresses of a window by the index, never one by one in a pool that is mostly free."""
    used = address.count_within(tx, subnet, window)
    held_down, next_release = hold.count_within(tx, subnet, window)
    children = _clipped(subnets.child_ranges(tx, subnet, window), window)
    blocked = subtract(_clipped(subnet.blocked, window), children)
    reserved = total(blocked) - sum(
        address.count_within(tx, subnet, span) + hold.count_within(tx, subnet, span)[0] for span in blocked
    )
    free = window.size - used - held_down - reserved - total(children)
    return Usage(window.size, used, held_down, reserved, total(children), free, next_release)


def _clipped(spans: t.Iterable[Range], window: Range) -> list[Range]:
    return [piece for piece in (span.clip(window) for span in spans) if piece]
