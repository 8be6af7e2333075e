# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of addresses for which the network was asked: somebody unknown has them, or they are free again.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change, record_addresses
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import take
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import TENTATIVE, Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

UNKNOWN: t.Final = "unknown"
"""The name that holds addresses at which somebody answers of whom the ledger knows nothing."""


def write_down(tx: Transaction, subnet: Subnet, value: int, mac: str | None, description: str) -> bool:
    """Give an address at which somebody answers to ``UNKNOWN``, in a subnet whose lock the caller holds.

    False where somebody got it for good meanwhile, or nobody can have it. The interface is the address itself, because
    nothing else tells one unknown holder from another.
    """
    held = address.at(tx, subnet, value)
    if held and held.status == TENTATIVE:
        address.delete(tx, subnet, value)
    elif held or not take(tx, subnet, Range(value, value)):
        return False
    found = Address(value, UNKNOWN, subnet.text(value), mac=mac, description=description)
    address.insert(tx, subnet, [found])
    ended = [Change(subnet, held, None)] if held else []
    record_addresses(tx, [*ended, Change(subnet, None, found)])
    return True


def withdraw(tx: Transaction, subnet: Subnet, held: Address) -> None:
    """Free an address that was never given for good, or that somebody unknown had; nobody has to wait for it."""
    address.delete(tx, subnet, held.value)
    holds.free(tx, subnet, held.value)
    record_addresses(tx, [Change(subnet, held, None)])
