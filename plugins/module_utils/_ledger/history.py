# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing down what a transaction changes, in the same transaction.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, version_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import format_time
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record, address_fields, address_record
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_PLAIN: t.Final = Address(0, "")[2:]
_ACTIONS: t.Final = {"address": ("given", "changed", "freed"), "subnet": ("created", "changed", "removed")}
"""What an entry says where there was none before, where there was one before and is one after, and where none is."""


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
    subnet, before, after = change
    address = after or before
    if address is None:
        raise ValueError("a change has a before or an after")
    return history.Entry(
        subnet.vrf,
        subnet.name,
        "address",
        address.name,
        subnet.key(address.value),
        before and _noted(subnet, before, address),
        after and _noted(subnet, after, address),
    )


def _noted(subnet: Subnet, held: Address, entry: Address) -> Record:
    """What an entry has to say of an address beyond its own columns: where it differs from one just given, plain.

    Most say nothing then. Of all that a writer does under the lock, this text costs most and grows the ledger most.
    """
    if held[2:] == _PLAIN and held[:2] == entry[:2]:
        return {}
    plain = address_record(subnet, Address(entry.value, entry.name))
    return {field: value for field, value in address_record(subnet, held).items() if value != plain[field]}


def before_and_after(entry: history.Entry) -> tuple[Record | None, Record | None]:
    """The whole records of an entry: before the change and after it, None where there was or is none."""
    if entry.addr is None:
        return entry.before, entry.after
    value = from_key(entry.addr)
    text = format_address(value, version_of(entry.addr))
    plain = address_fields(text, entry.subnet, entry.vrf, Address(value, entry.name))
    before, after = (None if said is None else {**plain, **said} for said in (entry.before, entry.after))
    return before, after


def entry_record(noted: history.Noted) -> Record:
    """An entry as people read it."""
    entry = noted.entry
    before, after = before_and_after(entry)
    made, changed, ended = _ACTIONS[entry.object]
    return {
        "time": format_time(noted.at),
        "actor": noted.actor,
        "vrf": entry.vrf,
        "subnet": entry.subnet,
        "object": entry.object,
        "name": entry.name,
        "address": None if entry.addr is None else format_address(from_key(entry.addr), version_of(entry.addr)),
        "action": made if before is None else ended if after is None else changed,
        "before": before,
        "after": after,
    }
