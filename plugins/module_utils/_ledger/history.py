# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing down what a transaction changes, in the same transaction.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record, address_record
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Change(t.NamedTuple):
    """An address before and after; None where nobody held it."""

    subnet: Subnet
    before: Address | None
    after: Address | None


def record_addresses(tx: Transaction, changes: t.Iterable[Change]) -> None:
    history.append(tx, [_address_entry(change) for change in changes])


def record_subnet(tx: Transaction, subnet: Subnet, before: Record | None, after: Record | None) -> None:
    history.append(tx, [history.Entry(subnet.vrf, subnet.name, "subnet", subnet.name, None, before, after)])


def _address_entry(change: Change) -> history.Entry:
    before, after = (one and address_record(change.subnet, one) for one in (change.before, change.after))
    address = change.after or change.before
    if address is None:
        raise ValueError("a change has a before or an after")
    return history.Entry(
        change.subnet.vrf,
        change.subnet.name,
        "address",
        address.name,
        change.subnet.key(address.value),
        before,
        after,
    )
