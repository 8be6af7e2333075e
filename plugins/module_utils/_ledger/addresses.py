# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving addresses of one subnet to their holders, and taking them back.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, first_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import certain, holds, low_water, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change, record_addresses
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Key, Request, refuse_repeated
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.serving import Serving
from ansible_collections.netledger.ipam.plugins.module_utils._space import pick
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def acquire(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool = False) -> list[Change]:
    """Give every request its addresses in a subnet whose lock the caller holds; all or, by an error, none.

    Returns a change for each address in the order of the requests, with ``before == after`` where there was nothing to
    do, and for each that was given up. ``force`` lets a holder move to another address that the request names, or give
    up what exceeds its amount.
    """
    return [change for changes in acquire_each(tx, subnet, requests, force=force) for change in changes]


def acquire_each(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool) -> list[list[Change]]:
    """The same, with the changes of each request by themselves."""
    served = serve(tx, subnet, requests, force=force)
    if served.lacking:
        raise first_of(served.lacking)
    return [served.changes[request.key] for request in requests]


def serve(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool) -> Serving:
    """The same, but requests for which nothing is free are named. Then the caller has to undo the rest as well."""
    named = _asked(subnet, requests)
    present, ended, held = pool_rows.with_pending(tx, subnet)
    for request in requests:
        if request.pools:
            pools.among(subnet, present, request.pools)
        if request.names_certain and request.key not in named:
            named[request.key] = certain.candidates(subnet, request)
    serving = Serving(tx, subnet, requests, named, present)
    returning = serving.keep_present(force=force)
    if ended:
        holds.reap(tx, subnet)
    # Certain addresses first, so that "any" does not take one that the same call names.
    serving.give_certain()
    if ended or held or returning:
        serving.give_back()
    serving.give_any()
    address.insert(tx, subnet, serving.given.values())
    low_water.warn(tx, subnet, present, serving.given)
    changes = [change for request in requests for change in serving.changes.get(request.key, ())]
    record_addresses(tx, [change for change in changes if change.before != change.after])
    return serving


def release(tx: Transaction, subnet: Subnet, held: Address) -> Change:
    """Take an address from its holder, in a subnet whose lock the caller holds."""
    address.delete(tx, subnet, held.value)
    holds.retire(tx, subnet, held)
    change = Change(subnet, held, None)
    record_addresses(tx, [change])
    return change


def preview(tx: Transaction, subnet: Subnet, names: t.Sequence[str], count: int) -> list[int]:
    """The addresses that the next ``count`` requests would get; nothing is reserved by that.

    A pool that is drawn from at random shows possible ones.
    """
    found = _next(tx, subnet, names, count, holds.ending(tx, subnet))
    if len(found) < count:
        found = _next(tx, subnet, names, count, holds.ending(tx, subnet, limit=count))
    return found


def _next(tx: Transaction, subnet: Subnet, names: t.Sequence[str], count: int, ending: t.Sequence[int]) -> list[int]:
    found: list[int] = []
    for pool in pools.selected(tx, subnet, names):
        strategy = pools.strategy(subnet, pool)
        last = pool_rows.rotated(tx, subnet, pool.name) if strategy == "rotate" else None
        free = pick.peek(tx, subnet, pool.span, count, strategy, last)
        also = [value for value in ending if value in pool.span]
        # What ends comes last where any might be drawn.
        both = dict.fromkeys([*free, *also])
        found += list(both) if strategy == "random" else _ordered(set(both), strategy, last)
    return found[:count]


def _ordered(values: set[int], strategy: str, last: int | None) -> list[int]:
    if strategy == "rotate" and last is not None:
        return sorted(values, key=lambda value: (value <= last, value))
    return sorted(values, reverse=strategy == "highest")


def _asked(subnet: Subnet, requests: t.Sequence[Request]) -> dict[Key, list[int]]:
    """The addresses that requests ask for; refuses what is asked for twice, and addresses outside the subnet."""
    refuse_repeated(requests)
    asked: dict[Key, list[int]] = {}
    outside: dict[Key, LedgerError] = {}
    values: set[int] = set()
    for request in requests:
        if request.address is None:
            continue
        try:
            value = certain.value_in(subnet, request.address)
        except LedgerError as error:
            if error.reason != "address_outside_subnet":
                raise
            outside[request.key] = error
            continue
        if value in values:
            raise bad_request("address", request.address, "is asked for twice in one task.")
        values.add(value)
        asked[request.key] = [value]
    if outside:
        raise first_of(outside)
    return asked
