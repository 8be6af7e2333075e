# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to several subnets in order: the next one is asked where one is full.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.exhaustion import everywhere
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Key, Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.serving import Serving
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Home = tuple[Subnet, list[Address]]


def acquire(
    tx: Transaction, subnets: t.Sequence[Subnet], requests: t.Sequence[Request], *, force: bool = False
) -> list[Change]:
    """Give every request its addresses in the first of the subnets that has them; the caller holds all their locks.

    Who holds addresses in one of them keeps these, and a certain address is asked of the subnet that it lies in. All
    or, by an error, none: ``pool_exhausted`` with what each subnet answered.
    """
    if len(subnets) == 1:
        return addresses.acquire(tx, subnets[0], requests, force=force)
    homes = held_in(tx, subnets, requests)
    placed = [_placed(tx, subnets, request, homes.get(request.key), force=force) for request in requests]
    changes: dict[Key, list[Change]] = {}
    left: dict[Key, list[Change]] = {one.key: gone for one, _home, gone in placed}
    refused: dict[Key, list[LedgerError]] = {}
    for subnet in subnets:
        mine = [one for one, home, _gone in placed if one.key not in changes and home in (None, subnet)]
        served = _served(tx, subnet, mine, force=force)
        changes.update(served.changes)
        for key, error in served.lacking.items():
            refused.setdefault(key, []).append(error)
    for request in requests:
        if request.key not in changes:
            raise everywhere(refused[request.key])
    return [change for request in requests for change in changes[request.key] + left[request.key]]


def held_in(tx: Transaction, subnets: t.Sequence[Subnet], requests: t.Sequence[Request]) -> dict[Key, Home]:
    """In which of the subnets each request holds addresses already, and which."""
    names = sorted({request.name for request in requests})
    found: dict[Key, Home] = {}
    for subnet in subnets:
        for key, held in address.of_holders(tx, subnet, names).items():
            found.setdefault(key, (subnet, held))
    return found


def _placed(
    tx: Transaction, subnets: t.Sequence[Subnet], request: Request, home: Home | None, *, force: bool
) -> tuple[Request, Subnet | None, list[Change]]:
    """The request, the one subnet that can serve it where there is just one, and what it leaves elsewhere."""
    wanted = around(subnets, request.address) if request.address is not None else home and home[0]
    if home is None or wanted is None or wanted.id == home[0].id:
        return request, wanted, []
    there, held = home
    if request.fallback:
        return request.any, there, []
    if not force:
        raise LedgerError(
            "address_differs",
            f"{held[0].holder} holds {there.text(held[0].value)} in subnet '{there.name}', not {request.address}. "
            "Set force: true to move it, or give another interface to have both.",
            address=there.text(held[0].value),
        )
    return request, wanted, [addresses.release(tx, there, one) for one in held]


def around(subnets: t.Sequence[Subnet], text: str) -> Subnet:
    """The one of the subnets that contains the address, the smallest where they nest."""
    fitting = []
    for subnet in subnets:
        (version, value), _length = parse_host(text, "address", subnet.version)
        if version == subnet.version and value in subnet.network.range:
            fitting.append(subnet)
    if not fitting:
        listed = ", ".join(f"'{subnet.name}' ({subnet.network})" for subnet in subnets)
        raise LedgerError("address_outside_subnet", f"{text} lies in none of the subnets {listed}.", address=text)
    return min(fitting, key=lambda subnet: subnet.network.size)


def _served(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool) -> Serving:
    """What the subnet can give: where it lacks something for some, the others are served without them."""
    lacking = {one.key: error for one in requests for error in [without_pools(tx, subnet, one)] if error}
    while True:
        left = [one for one in requests if one.key not in lacking]
        outcome = _attempt(tx, subnet, left, force=force)
        if not outcome.lacking:
            outcome.lacking.update(lacking)
            return outcome
        lacking.update(outcome.lacking)


def without_pools(tx: Transaction, subnet: Subnet, request: Request) -> LedgerError | None:
    """What is wrong where the subnet does not have the pools of the request."""
    try:
        if request.pools or request.address is None:
            pools.selected(tx, subnet, request.pools)
    except LedgerError as error:
        return error
    return None


def _attempt(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool) -> Serving:
    """Serve the requests, and undo it where something is lacking."""
    try:
        with tx.savepoint():
            outcome = addresses.serve(tx, subnet, requests, force=force)
            if outcome.lacking:
                raise _LackingError(outcome)
            return outcome
    except _LackingError as error:
        return error.outcome


class _LackingError(Exception):
    """Rolls back to where the attempt began."""

    def __init__(self, outcome: Serving) -> None:
        super().__init__()
        self.outcome = outcome
