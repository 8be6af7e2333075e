# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses at which somebody answers of whom the ledger knows nothing.

They are held by the name ``unknown``, each under an interface that is the address itself, because nothing else tells
one unknown holder from another. As they are reserved, they make no host in an inventory.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change, record_addresses
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import take
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

UNKNOWN: t.Final = "unknown"


def is_unknown(subnet: Subnet, held: Address) -> bool:
    """Whether nobody knows who holds the address; a host may well be called so, too."""
    return held.name == UNKNOWN and held.interface == subnet.text(held.value)


def write_down(tx: Transaction, subnet: Subnet, value: int, mac: str | None, description: str) -> None:
    """Give a free address to somebody unknown, in a subnet whose lock the caller holds.

    Nothing is done where somebody holds it by now, or where it waits for the holder that it had, who is likely to be
    the one that answers.
    """
    held = address.at(tx, subnet, value)
    if held and held.expired(tx.now):
        holds.lapse(tx, subnet, [held])
    elif held:
        return
    waiting = hold.at(tx, subnet, value)
    if waiting and waiting.until <= tx.now:
        hold.delete(tx, subnet, value)
        holds.free(tx, subnet, value)
    if take(tx, subnet, Range(value, value)):
        found = Address(value, UNKNOWN, subnet.text(value), status="reserved", mac=mac, description=description)
        address.insert(tx, subnet, [found])
        record_addresses(tx, [Change(subnet, None, found)])


def dismiss(tx: Transaction, subnet: Subnet, held: Address) -> None:
    """Free an address of somebody unknown at once: whoever comes to be known need not wait for itself."""
    address.delete(tx, subnet, held.value)
    holds.free(tx, subnet, held.value)
    record_addresses(tx, [Change(subnet, held, None)])
