# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address: names hold their addresses, or no longer do.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, dual_stack, find, overflow
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
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
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_release import release
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_subnets import selected
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result, Task


def perform(tx: Transaction, request: Request) -> Result:
    return release(tx, request) if request.absent else _present(tx, request)


def _present(tx: Transaction, request: Request) -> Result:
    _refuse_past(tx, request)
    changes, failures = _served(tx, request)
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


def _served(tx: Transaction, request: Request) -> tuple[list[Change], list[Result]]:
    """Changes in the order of asking; with ``partial`` also what was wrong with the wishes that could not be met."""
    if not request.partial:
        return _give(tx, request, request.wishes), []
    try:
        with tx.savepoint():
            return _give(tx, request, request.wishes), []
    except LedgerError as error:
        if error.reason in ("bad_request", "subnet_missing", "pool_missing"):
            raise  # of the task, not of one wish
    changes: list[Change] = []
    failures: list[Result] = []
    for wish in request.wishes:
        given, failure = _give_one(tx, request, wish)
        changes += given
        failures += failure
    if len(failures) == len(request.wishes):
        first = failures[0]
        raise LedgerError(first["reason"], f"None of {len(failures)} got an address. {first['msg']}", failures=failures)
    return changes, failures


def _give_one(tx: Transaction, request: Request, wish: Wish) -> tuple[list[Change], list[Result]]:
    try:
        with tx.savepoint():
            return _give(tx, request, [wish]), []
    except LedgerError as error:
        holder = {"name": wish.name, "interface": wish.interface or ""}
        return [], [{**error.details, **holder, "reason": error.reason, "msg": error.message}]


def _give(tx: Transaction, request: Request, wishes: list[Wish]) -> list[Change]:
    asks = [wish.asks() for wish in wishes]
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
    for index, ask in enumerate(asks):
        subnet = find.subnet_around(tx, request.vrf, t.cast(str, ask.address))
        by_subnet.setdefault(subnet.id, (subnet, []))[1].append(index)
    answers: dict[int, list[Change]] = {}
    for number in sorted(by_subnet):
        subnet, indices = by_subnet[number]
        subnet = find.locked(tx, subnet)
        served = addresses.acquire_each(tx, subnet, [asks[index] for index in indices], force=request.force)
        answers.update(zip(indices, served))
    return [change for index in range(len(asks)) for change in answers[index]]


TASK: t.Final = Task("address", ARGUMENTS, read, perform)
