# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of task address.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import address_results, difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result


def result(tx: Transaction, changes: list[Change], shown: list[Change]) -> Result:
    """Records of the addresses to show, and the difference that all changes make."""
    moved = [change for change in changes if change.before != change.after]
    pairs = [(change.subnet, change.after or change.before) for change in shown]
    return {
        "changed": bool(moved),
        "addresses": address_results(tx, [(subnet, address) for subnet, address in pairs if address]),
        "diff": _difference(moved),
    }


def _difference(changes: list[Change]) -> Result:
    """One record for one change, records by holder for several."""

    def side(pick: t.Callable[[Change], Address | None]) -> t.Any:
        records = {}
        for change in changes:
            address = pick(change)
            if address:
                number = f" #{address.ordinal + 1}" if address.ordinal else ""
                records[f"{change.subnet.name}: {address.holder}{number}"] = facts.address_record(
                    change.subnet, address
                )
        if len(changes) == 1:
            return next(iter(records.values()), None)
        return records or None

    first = (changes[0].after or changes[0].before) if changes else None
    what = f"address of {first.holder}" if first and len(changes) == 1 else "addresses"
    return difference(what, side(lambda change: change.before), side(lambda change: change.after))
