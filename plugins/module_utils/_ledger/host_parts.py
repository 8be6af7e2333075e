# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Free addresses of an IPv4 and an IPv6 subnet with the same host part.

The host part is what an address adds to the first one of its subnet: 10.0.0.25 of 10.0.0.0/24 goes with 2001:db8::19.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, total
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds, overflow, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.exhaustion import everywhere
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._space.pick import free_ranges
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def free_pair(
    tx: Transaction, fours: t.Sequence[Subnet], sixes: t.Sequence[Subnet], request: Request
) -> tuple[str, str]:
    """Two free addresses with the same host part, in the first subnets that have them; takes none."""
    while True:
        refused: list[LedgerError] = []
        for four, six in itertools.product(fours, sixes):
            lacking = overflow.without_pools(tx, four, request) or overflow.without_pools(tx, six, request)
            host_part = None if lacking else _host_part(tx, four, six, request)
            if host_part is not None:
                return four.text(four.network.first + host_part), six.text(six.network.first + host_part)
            refused.append(lacking or _no_pair(four, six))
        if not sum(holds.reap(tx, subnet) for subnet in (*fours, *sixes)):
            raise everywhere(refused)


def _no_pair(four: Subnet, six: Subnet) -> LedgerError:
    return LedgerError(
        "pool_exhausted",
        f"Subnets '{four.name}' ({four.network}) and '{six.name}' ({six.network}) have no free addresses with the same "
        "host part in their pools.",
        subnet=four.name,
    )


def _host_part(tx: Transaction, four: Subnet, six: Subnet, request: Request) -> int | None:
    """The host part of an address that waits for this holder, if the other one is free too; else a free one."""
    chosen4, chosen6 = (pools.selected(tx, subnet, request.pools) for subnet in (four, six))
    for subnet in (four, six):
        for waiting in hold.of_holder(tx, subnet, *request.key):
            host_part = waiting.value - subnet.network.first
            if all(
                _is_free_or_mine(tx, one, chosen, host_part, request)
                for one, chosen in ((four, chosen4), (six, chosen6))
            ):
                return host_part
    for pool, other in itertools.product(chosen4, chosen6):
        strategy = request.strategy or pools.strategy(four, pool)
        last = pool_rows.rotated(tx, four, pool.name) if strategy == "rotate" else None
        found = _pick(tx, four, pool, six, other, strategy, last)
        if found is not None:
            if strategy == "rotate":
                pool_rows.set_rotated(tx, four, pool.name, four.network.first + found)
            return found
    return None


def _is_free_or_mine(tx: Transaction, subnet: Subnet, chosen: list[Pool], host_part: int, request: Request) -> bool:
    value = subnet.network.first + host_part
    if holds.is_blocked(subnet, value) or not any(value in pool.span for pool in chosen):
        return False
    mine = any(one.value == value for one in hold.of_holder(tx, subnet, *request.key))
    return mine or any(free_ranges(tx, subnet, Range(value, value)))


def _pick(
    tx: Transaction, four: Subnet, pool: Pool, six: Subnet, other: Pool, strategy: str, last: int | None
) -> int | None:
    """Choose one of the host parts that are free in both pools; ``rotate`` goes by the addresses of IPv4."""
    if strategy == "rotate" and last is not None and pool.span.first <= last < pool.span.last:
        behind = next(_shared(tx, four, Range(last + 1, pool.span.last), six, other.span), None)
        if behind:
            return behind.first
    shared = _shared(tx, four, pool.span, six, other.span)
    if strategy in ("lowest", "rotate"):
        first = next(shared, None)
        return first.first if first else None
    ranges = list(shared)
    if not ranges:
        return None
    return ranges[-1].last if strategy == "highest" else _draw(tx, ranges)


def _draw(tx: Transaction, ranges: list[Range]) -> int:
    number = tx.random.randrange(total(ranges))
    for one in ranges:
        if number < one.size:
            return one.first + number
        number -= one.size
    raise IndexError(number)


def _shared(tx: Transaction, four: Subnet, window4: Range, six: Subnet, window6: Range) -> t.Iterator[Range]:
    """The host parts that are free in both windows, as ranges in order."""
    shift = six.network.first - four.network.first
    opposite = window6.clip(Range(window4.first + shift, window4.last + shift))
    if opposite is None:
        return
    lows, highs = _host_parts(tx, four, window4), _host_parts(tx, six, opposite)
    low, high = next(lows, None), next(highs, None)
    while low and high:
        both = low.clip(high)
        if both:
            yield both
        if low.last < high.last:
            low = next(lows, None)
        else:
            high = next(highs, None)


def _host_parts(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Range]:
    start = subnet.network.first
    return (Range(free.first - start, free.last - start) for free in free_ranges(tx, subnet, window))
