# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address, state absent: what the wishes name is freed.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, certain, find, overflow
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_changes import result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import Request, Wish
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_subnets import selected
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result


def release(tx: Transaction, request: Request) -> Result:
    """Free what the wishes name; what nobody holds, or somebody else does by now, is left as it is."""
    warnings: list[str] = []
    within = _within(tx, request, warnings)
    if request.selects and not within:
        return {**result(tx, [], []), "warnings": warnings}
    concerned = [(wish, _subnets_of(tx, request, wish, within)) for wish in request.wishes]
    found = {subnet.id: subnet for _wish, subnets in concerned for subnet in subnets}
    locked = {number: find.locked(tx, found[number]) for number in sorted(found)}
    changes: list[Change] = []
    for wish, subnets in concerned:
        for subnet in (locked[one.id] for one in subnets):
            changes += [addresses.release(tx, subnet, held) for held in _held_by(tx, subnet, wish, warnings)]
    freed = result(tx, changes, changes)
    return {**freed, "warnings": warnings} if warnings else freed


def _within(tx: Transaction, request: Request, warnings: list[str]) -> list[Subnet]:
    """The subnets that the task names or describes, as far as they are there."""
    there = tuple(name for name in request.subnets if find.find_subnet(tx, request.vrf, name))
    for name in request.subnets:
        if name not in there:
            missing = find.subnet_missing(tx, request.vrf, name)
            warnings.append(f"{missing.message} So there was nothing to free in it.")
    if not request.selects or (request.subnets and not there):
        return []
    try:
        return selected(tx, request._replace(subnets=there))
    except LedgerError as error:
        warnings.append(f"{error.message} So there was nothing to free.")
        return []


def _subnets_of(tx: Transaction, request: Request, wish: Wish, within: list[Subnet]) -> list[Subnet]:
    """The subnets in which the wish may find something to free."""
    if within:
        if not wish.address or len(within) == 1:
            return within
        found = overflow.around(within, wish.address)
        if isinstance(found, LedgerError):
            raise found
        return [found]
    if wish.address:
        around = find.around(tx, request.vrf, wish.address)
        return [around] if around else []
    numbers = rows.subnets_of_name(tx, request.vrf, wish.name or "")
    return [subnet for subnet in (subnet_rows.by_id(tx, number) for number in numbers) if subnet]


def _held_by(tx: Transaction, subnet: Subnet, wish: Wish, warnings: list[str]) -> list[Address]:
    if wish.address:
        held = rows.at(tx, subnet, certain.value_in(subnet, wish.address))
        found = [held] if held else []
    else:
        of_name = rows.of_holders(tx, subnet, [wish.name or ""])
        found = [one for several in of_name.values() for one in several]
    found = [one for one in found if not one.expired(tx.now)]  # nobody holds those, and their wait has begun
    kept = [one for one in found if wish.name in (None, one.name) and wish.interface in (None, one.interface)]
    if wish.address and found and not kept:
        warnings.append(f"{wish.address} is held by {found[0].holder} now, so nothing was freed.")
    return _within_pools(tx, subnet, wish.how["pools"], kept, warnings)


def _within_pools(
    tx: Transaction, subnet: Subnet, names: tuple[str, ...], held: list[Address], warnings: list[str]
) -> list[Address]:
    if not names:
        return held
    spans = {pool.name: pool.span for pool in pool_rows.of(tx, subnet)}
    missing = [name for name in names if name not in spans]
    warnings += [f"Subnet '{subnet.name}' has no pool '{name}', so nothing of it was freed." for name in missing]
    return [one for one in held if any(one.value in spans[name] for name in names if name in spans)]
