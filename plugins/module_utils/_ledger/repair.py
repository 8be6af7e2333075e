# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The repair of what is derived. What its owner decided is never guessed: where that is wrong, nothing is repaired.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._ledger.differences import Mend, Report
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import record_subnet
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.subnets import record
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent, raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_AT_ONCE: t.Final = 1000  # free ranges in memory


def repair(tx: Transaction) -> tuple[Report, Report]:
    """Mend all that is wrong, and return what that was and what is left.

    Nothing is mended where something is beyond repair; then both reports are the same.
    """
    found = verify(tx)
    if found.beyond_repair or not found.count:
        return found, found if found.beyond_repair else Report()
    _carry_out(tx, found.mends)
    return found, verify(tx)


def _carry_out(tx: Transaction, mends: t.Iterable[Mend]) -> None:
    """What is freed for others goes first: a VRF or a run key that one row has wrongly may be that of another."""
    by_what: dict[str, list[Mend]] = {}
    for mend in mends:
        by_what.setdefault(mend.what, []).append(mend)
    for table in raw.PARTS:
        for mend in by_what.get(f"orphan {table}", ()):
            raw.delete_part(tx, table, mend.subnet)
    for mend in by_what.get("vrf", ()):
        raw.set_vrf_of_addresses(tx, mend.subnet, -mend.subnet)
    for mend in by_what.get("vrf", ()):
        raw.set_vrf_of_addresses(tx, mend.subnet, mend.value)
    _set_parents(tx, by_what.get("parent", ()))
    free = [mend.subnet for mend in by_what.get("free", ())]
    for number in free:
        raw.delete_part(tx, "extent", number)
    for number in free:
        _derive_again(tx, _present(tx, number))


def _set_parents(tx: Transaction, mends: t.Iterable[Mend]) -> None:
    for mend in mends:
        subnet = _present(tx, mend.subnet)
        before = record(tx, subnet)
        raw.set_parent(tx, mend.subnet, mend.value)
        after = record(tx, _present(tx, mend.subnet))
        record_subnet(tx, subnet, before, after)


def _derive_again(tx: Transaction, subnet: Subnet) -> None:
    free = derive(tx, subnet, subnet.network.range)
    while portion := list(itertools.islice(free, _AT_ONCE)):
        extent.insert(tx, subnet, portion)


def _present(tx: Transaction, number: int) -> Subnet:
    found = subnets.by_id(tx, number)
    if found is None:
        raise ValueError(f"subnet {number} was just read")
    return found
