# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address: names hold their addresses, or no longer do.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    first_of,
    some_of,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, dual_stack, find, overflow
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Key
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request as Ask
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_changes import result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import (
    ARGUMENTS,
    Request,
    Wish,
    read,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_probe import (
    Findings,
    around,
    prepare,
    repeated,
    unasked,
    write_down,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_release import release
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_subnets import selected
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result, Task


def perform(tx: Transaction, request: Request | Findings) -> Result:
    if isinstance(request, Findings):
        return write_down(tx, request)
    if request.absent:
        return release(tx, request)
    prepare(tx, request)
    return unasked(tx, request, _present(tx, request))


def _present(tx: Transaction, request: Request) -> Result:
    changes, failures = served(tx, request)
    found = result(tx, changes, [change for change in changes if change.after])
    if request.single:
        found = {**found["addresses"][0], **found}
    if request.dual_stack:
        by_version = {f"ipv{one['version']}": one["address"] for one in reversed(found["addresses"])}
        found = {**found, **by_version} if request.single else found
    if request.partial:
        found["failures"] = failures
    if failures:
        some = some_of(f"{one['name']} ({one['reason']})" for one in failures)
        found["warnings"] = [f"{len(failures)} of {len(request.wishes)} got no address: {some}."]
    return found


def _refuse_past(tx: Transaction, request: Request) -> None:
    for wish in request.wishes:
        if wish.how["expires"] and wish.how["expires"] <= tx.now:
            raise bad_request("expires", parse.format_time(wish.how["expires"]), "is over already.")


def served(tx: Transaction, request: Request) -> tuple[list[Change], list[Result]]:
    """Changes in the order of asking; with ``partial`` also what was wrong with the wishes that could not be met."""
    _refuse_past(tx, request)
    if not request.partial:
        return _give(tx, request, request.wishes), []
    failures: dict[Key, LedgerError] = {}
    while True:
        left = [wish for wish in request.wishes if _key(wish) not in failures]
        try:
            with tx.savepoint():
                return _give(tx, request, left), _failures(request, failures)
        except LedgerError as error:
            if not error.refused:
                raise  # of the task, not of some of its wishes
            failures.update(error.refused)
            if len(failures) == len(request.wishes):
                raise _all_failed(request, failures) from None


def _key(wish: Wish) -> Key:
    return wish.name or "", wish.interface or ""


def _failures(request: Request, errors: dict[Key, LedgerError]) -> list[Result]:
    """Who got no address and why, in the order of asking."""
    asked = ((key, errors[key]) for key in map(_key, request.wishes) if key in errors)
    return [
        {**error.details, "name": name, "interface": interface, "reason": error.reason, "msg": error.message}
        for (name, interface), error in asked
    ]


def _all_failed(request: Request, errors: dict[Key, LedgerError]) -> LedgerError:
    failures = _failures(request, errors)
    message = f"None of {len(failures)} got an address. {failures[0]['msg']}"
    return LedgerError(failures[0]["reason"], message, failures=failures)


def _give(tx: Transaction, request: Request, wishes: list[Wish]) -> list[Change]:
    asks = [wish.asks(request.silent) for wish in wishes]
    if not request.selects:
        return _give_where_they_lie(tx, request, asks)
    if len(request.subnets) == 1 and not request.dual_stack and not request.version:
        return addresses.acquire(
            tx, find.locked_by_name(tx, request.vrf, request.subnets[0]), asks, force=request.force
        )
    subnets = find.all_locked(tx, selected(tx, request))
    four, six = ([subnet for subnet in subnets if subnet.version == version] for version in (4, 6))
    if request.dual_stack:
        _refuse_one_family(four, six)
        pair = dual_stack.Pair(four, six)
        return dual_stack.acquire(tx, pair, asks, same_host_part=request.same_host_part, force=request.force)
    if four and six and any(ask.address is None for ask in asks):
        raise bad_request("subnet", [subnet.name for subnet in subnets], _MIXED)
    return overflow.acquire(tx, subnets, asks, force=request.force)


_MIXED: t.Final = "has both IP versions: say which with version, or ask for both with dual_stack: true."


def _refuse_one_family(four: list[Subnet], six: list[Subnet]) -> None:
    for subnets, version, others in ((four, 4, six), (six, 6, four)):
        if not subnets:
            names = some_of(subnet.name for subnet in others)
            raise bad_request("dual_stack", True, f"needs an IPv{version} subnet too, and there is only {names}.")


def _give_where_they_lie(tx: Transaction, request: Request, asks: list[Ask]) -> list[Change]:
    """Serve certain addresses subnet by subnet, locked in the order of their numbers."""
    by_subnet: dict[int, tuple[Subnet, list[int]]] = {}
    refused: dict[Key, LedgerError] = {}  # of all subnets: ``served`` leaves these out and asks again for the others
    for index, ask in enumerate(asks):
        subnet = find.around(tx, request.vrf, t.cast(str, ask.address))
        if subnet is None:
            refused[ask.key] = find.outside(tx, request.vrf, t.cast(str, ask.address))
            continue
        by_subnet.setdefault(subnet.id, (subnet, []))[1].append(index)
    answers: dict[int, list[Change]] = {}
    for number in sorted(by_subnet):
        subnet, indices = by_subnet[number]
        subnet = find.locked(tx, subnet)
        try:
            served = addresses.acquire_each(tx, subnet, [asks[index] for index in indices], force=request.force)
        except LedgerError as error:
            if not error.refused:
                raise
            refused.update(error.refused)
            continue
        answers.update(zip(indices, served))
    if refused:
        raise first_of(refused)
    return [change for index in range(len(asks)) for change in answers[index]]


TASK: t.Final = Task("address", ARGUMENTS, read, perform, around=around, repeated=repeated)
