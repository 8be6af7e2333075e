# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to several subnets in order: the next one is asked where one is full.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, first_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, holds, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.exhaustion import everywhere
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Key, Request, refuse_repeated
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.serving import Serving
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Home = tuple[Subnet, list[Address]]
Changes = dict[Key, list[Change]]


class Placed(t.NamedTuple):
    """A request, the one subnet that can serve it where there is just one, and what it leaves elsewhere."""

    request: Request
    home: Subnet | None
    gone: list[Change]


def acquire(
    tx: Transaction, subnets: t.Sequence[Subnet], requests: t.Sequence[Request], *, force: bool = False
) -> list[Change]:
    """Give every request its addresses in the first of the subnets that has them; the caller holds all their locks.

    Who holds addresses in one of them keeps these, or gets back what waits for it there, and a certain address is asked
    of the subnet that it lies in. All or, by an error, none: ``pool_exhausted`` with what each subnet answered.
    """
    if len(subnets) == 1:
        return addresses.acquire(tx, subnets[0], requests, force=force)
    refuse_repeated(requests)
    placed = _place(tx, subnets, requests, force=force)
    changes, refused = _serve_in_order(tx, subnets, placed, force=force)
    anywhere = [one for one in placed if one.request.key in refused and one.request.fallback and one.home]
    if anywhere:
        others = [Placed(one.request.any, None, one.gone) for one in anywhere]
        more, refused_again = _serve_in_order(tx, subnets, others, force=force)
        changes.update(more)
        refused = {key: refused_again.get(key, errors) for key, errors in refused.items() if key not in more}
    if refused:
        raise first_of({key: everywhere(errors) for key, errors in refused.items()})
    return [change for one in placed for change in changes[one.request.key] + one.gone]


def _serve_in_order(
    tx: Transaction, subnets: t.Sequence[Subnet], placed: t.Sequence[Placed], *, force: bool
) -> tuple[Changes, dict[Key, list[LedgerError]]]:
    """The changes of those that could be served, and for the others what each subnet answered."""
    changes: Changes = {}
    refused: dict[Key, list[LedgerError]] = {}
    for subnet in subnets:
        mine = [one.request for one in placed if one.request.key not in changes and one.home in (None, subnet)]
        served = _served(tx, subnet, mine, force=force)
        changes.update(served.changes)
        for key, error in served.lacking.items():
            refused.setdefault(key, []).append(error)
    return changes, {key: errors for key, errors in refused.items() if key not in changes}


def held_in(tx: Transaction, subnets: t.Sequence[Subnet], requests: t.Sequence[Request]) -> dict[Key, Home]:
    """In which of the subnets each request holds addresses already, and which; expired ones if it has no others."""
    names = sorted({request.name for request in requests})
    found: dict[Key, Home] = {}
    over: dict[Key, Home] = {}
    for subnet in subnets:
        for key, held in address.of_holders(tx, subnet, names).items():
            live = [one for one in held if not one.expired(tx.now)]
            (found if live else over).setdefault(key, (subnet, live or held))
    return {**over, **found}


def _place(tx: Transaction, subnets: t.Sequence[Subnet], requests: t.Sequence[Request], *, force: bool) -> list[Placed]:
    homes = held_in(tx, subnets, requests)
    on_hold = [subnet for subnet in subnets if hold.pending(tx, subnet)[1]]
    placed: list[Placed] = []
    refused: dict[Key, LedgerError] = {}
    for request in requests:
        one = _placed(tx, subnets, request, homes.get(request.key), on_hold, force=force)
        if isinstance(one, LedgerError):
            refused[request.key] = one
        else:
            placed.append(one)
    if refused:
        raise first_of(refused)
    return placed


def _placed(
    tx: Transaction,
    subnets: t.Sequence[Subnet],
    request: Request,
    home: Home | None,
    on_hold: t.Sequence[Subnet],
    *,
    force: bool,
) -> Placed | LedgerError:
    wanted = around(subnets, request.address) if request.address is not None else None
    if isinstance(wanted, LedgerError):
        return wanted
    if home is None:
        return Placed(request, wanted or _waiting_in(tx, on_hold, request), [])
    there, held = home
    if wanted is None or wanted.id == there.id:
        return Placed(request, there, [])
    if request.fallback:
        return Placed(request.any, there, [])
    if all(one.expired(tx.now) for one in held):
        holds.lapse(tx, there, held)
        return Placed(request, wanted, [])
    if not force:
        return LedgerError(
            "address_differs",
            f"{held[0].holder} holds {there.text(held[0].value)} in subnet '{there.name}', not {request.address}. "
            "Set force: true to move it, or give another interface to have both.",
            address=there.text(held[0].value),
        )
    return Placed(request.like(held[0]), wanted, [addresses.release(tx, there, one) for one in held])


def _waiting_in(tx: Transaction, subnets: t.Sequence[Subnet], request: Request) -> Subnet | None:
    """The first of the subnets where an address waits for the holder, if one is enough."""
    for subnet in subnets if (request.amount or 1) == 1 else ():
        if not without_pools(tx, subnet, request):
            windows = [pool.span for pool in pools.selected(tx, subnet, request.pools)]
            if holds.waiting(tx, subnet, request.key, windows):
                return subnet
    return None


def around(subnets: t.Sequence[Subnet], text: str) -> Subnet | LedgerError:
    """The one of the subnets that contains the address, the smallest where they nest; else what is wrong."""
    fitting = []
    for subnet in subnets:
        (version, value), _length = parse_host(text, "address", subnet.version)
        if version == subnet.version and value in subnet.network.range:
            fitting.append(subnet)
    if not fitting:
        listed = ", ".join(f"'{subnet.name}' ({subnet.network})" for subnet in subnets)
        return LedgerError("address_outside_subnet", f"{text} lies in none of the subnets {listed}.", address=text)
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
    """What is wrong where the subnet does not have the pools that the request needs to be served from."""
    try:
        if request.pools or request.address is None:
            pools.selected(tx, subnet, request.pools)
    except LedgerError as error:
        # Who holds something already needs no pool for it.
        return error if request.pools or not address.of_holder(tx, subnet, *request.key) else None
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
