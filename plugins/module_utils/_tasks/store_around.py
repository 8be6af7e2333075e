# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What task store does with a store before and after its transactions: upgrade it, copy, grant, back up, remove.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    shown,
    whole,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import transfer
from ansible_collections.netledger.ipam.plugins.module_utils._store import open as stores
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store_options import Request
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result, Transact

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context


def around(request: Request, context: Context, transact: Transact) -> Result:
    """Carry out the request; the result has what of it was done outside of transactions on the ledger too."""
    if request.absent:
        return _remove(request, context, transact)
    _check_users(request, context)
    upgraded = _upgrade(request, context)
    if upgraded and context.plan is not None:
        return {"changed": True, "upgraded": True, "diff": difference(f"store {request.location}", None, None)}
    with contextlib.ExitStack() as open_stores:
        source = request.copy_from or request.restore
        if source:
            opened = contextlib.closing(stores.open_store(source, context.terms, create=False))
            request = request._replace(source=open_stores.enter_context(opened), tell=context.tell)
        result = transact(request)
    allowed = _allow(request, context)
    backed_up = _back_up(request, context)
    changed = bool(result["changed"] or upgraded or allowed or backed_up)
    return {**result, "upgraded": upgraded, "access_changed": allowed, "changed": changed}


def _upgrade(request: Request, context: Context) -> bool:
    if context.plan is not None:
        return request.upgrade and stores.needs_upgrade(context.place, context.terms)
    return request.upgrade and stores.upgrade_store(context.place, context.terms)


def _remove(request: Request, context: Context, transact: Transact) -> Result:
    """End a ledger for good; who names it twice means it."""
    if stores.is_missing(context.place, context.terms) and (context.plan is None or not context.plan.creates()):
        return {"changed": False, "diff": difference(f"store {request.location}", None, None)}
    name = stores.name_of(context.place)
    if request.confirm != name:
        given = f"is {shown(request.confirm)}" if request.confirm else "is missing"
        raise LedgerError(
            "bad_request",
            f"confirm {given}. To remove the ledger {request.location} with all of its addresses and its history, set "
            f"confirm: {whole(name)}.",
            option="confirm",
        )
    if context.plan is None:
        stores.remove_store(context.place, context.terms)
    else:
        transact(request)
    return {"changed": True, "diff": difference(f"store {request.location}", {"location": request.location}, None)}


def _check_users(request: Request, context: Context) -> None:
    if (request.readers or request.writers) and not stores.is_on_server(context.place):
        raise bad_request(
            "readers" if request.readers else "writers",
            ", ".join(request.readers or request.writers),
            "names users of a database server, and this ledger is a file. Give them rights on the file and its folder.",
        )
    both = sorted(set(request.readers) & set(request.writers))
    if both:
        raise bad_request("readers", both[0], "is among the writers too.")


def _allow(request: Request, context: Context) -> list[str]:
    """Give readers and writers their rights, and return those whose rights changed."""
    if context.plan is not None or not (request.readers or request.writers):
        return []
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import rights

    wanted = [(rights.parse_account(text, "readers"), rights.READERS, text) for text in request.readers]
    wanted += [(rights.parse_account(text, "writers"), rights.WRITERS, text) for text in request.writers]
    with contextlib.closing(stores.server_store(context.place, context.terms)) as store:
        return [text for account, given, text in wanted if store.allow(account, given)]


def _back_up(request: Request, context: Context) -> bool:
    """Copy the ledger into a new store; False where the backup holds the same already."""
    place = request.backup
    if place is None:
        return False
    with contextlib.closing(stores.open_store(context.place, context.terms, create=False)) as store:
        if not stores.is_missing(place, context.terms):
            return _compare(request, store, place, context)
        if context.plan is None:
            _copy(store, place, context)
        return True


def _compare(request: Request, store: stores.Store, place: Place, context: Context) -> bool:
    with contextlib.closing(stores.open_store(place, context.terms, create=False)) as there:
        same = there.run(transfer.fingerprint, Access.READ) == store.run(transfer.fingerprint, Access.READ)
    if not same:
        raise LedgerError(
            "store_not_empty",
            f"backup: there is another ledger at {place} already, and a backup never overwrites one. Give another "
            "path, such as one with the date in it.",
        )
    return False


def _copy(store: stores.Store, place: Place, context: Context) -> None:
    target = stores.open_store(place, context.terms, create=True)
    try:
        store.run(
            lambda ours: target.run(lambda new: transfer.copy(ours, new, context.tell), Access.WRITE), Access.READ
        )
    except BaseException:
        target.close()
        stores.remove_store(place, context.terms)  # an empty ledger is no backup
        raise
    target.close()
