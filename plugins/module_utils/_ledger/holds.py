# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that end: those given for a time, and released ones that wait before they are free again.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change, record_addresses
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import give_back
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Hold, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as addresses
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

AT_ONCE = 64  # ends that one transaction deals with: each costs rows, and nobody should wait for thousands


def retire(tx: Transaction, subnet: Subnet, address: Address) -> None:
    """What becomes of an address when its holder goes: on hold, free, or reserved again."""
    _end(tx, subnet, address, tx.now)


def lapse(tx: Transaction, subnet: Subnet, expired: t.Sequence[Address]) -> None:
    """Take addresses whose time is over from their holders; the hold-down counts from that time on."""
    for one in expired:
        addresses.delete(tx, subnet, one.value)
        _end(tx, subnet, one, t.cast(int, one.expires))
    record_addresses(tx, [Change(subnet, one, None) for one in expired])


def reap(tx: Transaction, subnet: Subnet, limit: int = AT_ONCE) -> int:
    """Free addresses whose time or hold has ended, and return how many ends there were."""
    expired = addresses.expired(tx, subnet, limit)
    lapse(tx, subnet, expired)
    due = hold.due(tx, subnet, limit)
    for one in due:
        hold.delete(tx, subnet, one.value)
        free(tx, subnet, one.value)
    return len(expired) + len(due)


def reap_all(tx: Transaction, subnet: Subnet) -> None:
    """Free every address whose time or hold has ended, for what needs more than a few of them."""
    while reap(tx, subnet):
        pass


def ending(tx: Transaction, subnet: Subnet, limit: int = AT_ONCE) -> list[int]:
    """The addresses that ``reap`` would free."""
    expired = [
        one.value
        for one in addresses.expired(tx, subnet, limit)
        if t.cast(int, one.expires) + _hold_down(tx, subnet, one.value) <= tx.now
    ]
    due = [one.value for one in hold.due(tx, subnet, limit)]
    return [value for value in expired + due if not is_blocked(subnet, value)]


def reclaim(tx: Transaction, subnet: Subnet, key: tuple[str, str], windows: t.Sequence[Range], count: int) -> list[int]:
    """Take up to ``count`` addresses that wait for this holder in one of the windows, the last released first."""
    mine = waiting(tx, subnet, key, windows)[:count]
    for value in mine:
        hold.delete(tx, subnet, value)
    return mine


def waiting(tx: Transaction, subnet: Subnet, key: tuple[str, str], windows: t.Sequence[Range]) -> list[int]:
    """The addresses that wait for this holder in one of the windows, the last released first."""
    values = [one.value for one in hold.of_holder(tx, subnet, *key) if not is_blocked(subnet, one.value)]
    return [value for value in values if any(value in window for window in windows)]


def is_blocked(subnet: Subnet, value: int) -> bool:
    """Whether nobody may have the address any more: it was reserved, or made the gateway, while it was away."""
    return any(value in blocked for blocked in subnet.blocked)


def _end(tx: Transaction, subnet: Subnet, address: Address, at: int) -> None:
    until = at + _hold_down(tx, subnet, address.value)
    if until > tx.now:
        hold.insert(tx, subnet, Hold(address.value, until, address.name, address.interface))
    else:
        free(tx, subnet, address.value)


def _hold_down(tx: Transaction, subnet: Subnet, value: int) -> int:
    """How long a released address waits: as its pool says, else as its subnet says, in seconds."""
    own = (pool.hold_down for pool in pools.of(tx, subnet) if value in pool.span)
    return next((seconds for seconds in own if seconds is not None), subnet.hold_down)


def free(tx: Transaction, subnet: Subnet, value: int) -> None:
    """Add an address to the free space, unless nobody may have it."""
    if not is_blocked(subnet, value):
        give_back(tx, subnet, Range(value, value))
