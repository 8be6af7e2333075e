# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Released addresses that wait before they are free again.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import give_back
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Hold, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

AT_ONCE = 64  # holds that one transaction ends on its way: each costs rows, and nobody should wait for thousands


def retire(tx: Transaction, subnet: Subnet, address: Address) -> None:
    """What becomes of an address when its holder goes: on hold, free, or reserved again."""
    if subnet.hold_down:
        until = tx.now + subnet.hold_down
        hold.insert(tx, subnet, Hold(address.value, until, address.name, address.interface))
    else:
        _free(tx, subnet, address.value)


def reap(tx: Transaction, subnet: Subnet, limit: int = AT_ONCE) -> int:
    """Free addresses whose hold has ended, and return how many."""
    due = hold.due(tx, subnet, limit)
    for one in due:
        hold.delete(tx, subnet, one.value)
        _free(tx, subnet, one.value)
    return len(due)


def reap_all(tx: Transaction, subnet: Subnet) -> None:
    """Free every address whose hold has ended, for what needs more than a few of them."""
    while reap(tx, subnet):
        pass


def reclaim(tx: Transaction, subnet: Subnet, name: str, interface: str, windows: list[Range]) -> int | None:
    """Take the address that waits for this holder in one of the windows, if there is one."""
    waiting = hold.of_holder(tx, subnet, name, interface)
    if waiting is None or is_blocked(subnet, waiting.value) or not any(waiting.value in window for window in windows):
        return None
    hold.delete(tx, subnet, waiting.value)
    return waiting.value


def is_blocked(subnet: Subnet, value: int) -> bool:
    """Whether nobody may have the address any more: it was reserved, or made the gateway, while it was away."""
    return any(value in blocked for blocked in subnet.blocked)


def _free(tx: Transaction, subnet: Subnet, value: int) -> None:
    if not is_blocked(subnet, value):
        give_back(tx, subnet, Range(value, value))
