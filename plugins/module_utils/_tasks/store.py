# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store: the ledger as a whole is there, is sound, and keeps nothing whose time is over.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, holds, transfer
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.differences import Report
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.repair import repair
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history, raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store_around import around
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store_options import ARGUMENTS, Request, read
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task

AT_ONCE: t.Final = 256  # ends in one transaction: others wait for it, about 25 ms
_SAID: t.Final = 3  # differences in the message


def perform(tx: Transaction, request: Request) -> Result:
    if request.absent:
        transfer.clear(tx)  # in check mode, where it is rolled back: what comes after finds nothing
        return {"changed": True}
    result = request.so_far or _checked(tx, request)
    if not request.reap:
        return result
    reaped = _reap(tx)
    total = result["reaped"] + reaped
    changed = result["changed"] or reaped > 0
    diff = result["diff"]
    after = {**diff["after"], "reaped": total}
    return {**result, "changed": changed, "reaped": total, "diff": {**diff, "after": after}}


def _checked(tx: Transaction, request: Request) -> Result:
    """The result of everything but reaping."""
    store = {"location": request.location, "schema_version": raw.schema_version(tx), "backend": request.backend}
    copied = _filled(tx, request)
    repaired = _sound(tx, request)
    kept, keeps = _retention(tx, request)
    before = {"store": store, "reaped": 0, "differences": [one["text"] for one in repaired], "history_retention": kept}
    after = {"store": store, "reaped": 0, "differences": [], "history_retention": keeps}
    after.update({"copied": copied} if copied else {})
    return {
        "changed": tx.made or bool(repaired) or bool(copied) or kept != keeps,
        "store": store,
        "differences": [],
        "repaired": repaired,
        "copied": copied,
        "reaped": 0,
        "diff": difference(f"store {request.location}", None if tx.made else before, after),
    }


def _filled(tx: Transaction, request: Request) -> dict[str, int]:
    """Copy what is asked for from another store, unless the same is there, and count the rows."""
    source = request.source
    if source is None:
        return {}
    if source.run(transfer.fingerprint, Access.READ) == transfer.fingerprint(tx):
        return {}
    if request.restore:
        transfer.clear(tx)
    try:
        return source.run(lambda theirs: transfer.copy(theirs, tx, request.tell), Access.READ)
    except LedgerError as error:
        if error.reason != "store_not_empty":
            raise
        raise LedgerError(error.reason, f"{request.location}: {error.message}", store=request.location) from None


def _retention(tx: Transaction, request: Request) -> tuple[int | None, int | None]:
    """How long the history is kept, before and after; None is for ever."""
    present = history.retention(tx)
    wanted = present if request.retention is None else request.retention or None
    if wanted != present:
        history.set_retention(tx, wanted)
    return present, wanted


def _sound(tx: Transaction, request: Request) -> list[Result]:
    """Make sure that the ledger is sound, if that is asked for, and return what was repaired to that end."""
    if request.repair:
        found, left = repair(tx)
    elif request.verify:
        found = left = verify(tx)
    else:
        return []
    if left.count:
        raise _inconsistent(request, left)
    return [one.facts() for one in found.first]


def _inconsistent(request: Request, report: Report) -> LedgerError:
    count, beyond = report.count, report.beyond_repair
    differences = "1 difference" if count == 1 else f"{count} differences"
    said = " ".join(one.text for one in report.first[:_SAID])
    more = f" And {count - _SAID} more." if count > _SAID else ""
    if not beyond:
        advice = "All of it can be derived again: set repair: true."
    else:
        untouched = "so nothing was repaired" if request.repair else "so repair: true would change nothing"
        advice = f"{beyond} of {count} cannot be repaired without guessing, {untouched}. Correct these, or restore a "
        advice += "backup."
    return LedgerError(
        "ledger_inconsistent",
        f"The ledger {request.location} has {differences} from what its rules say. {said}{more} {advice}",
        differences=[one.facts() for one in report.first],
        count=count,
    )


def _reap(tx: Transaction) -> int:
    """Free addresses whose time is over, one subnet after the other, until that is enough for one transaction.

    Entries of the history that were kept long enough count too.
    """
    kept = history.retention(tx)
    purged = history.purge(tx, tx.now - kept, AT_ONCE) if kept is not None else 0
    return purged + _free_ended(tx, AT_ONCE - purged)


def _free_ended(tx: Transaction, at_most: int) -> int:
    reaped, number = 0, subnets.next_due(tx, 0)
    while number is not None and reaped < at_most:
        subnet = subnets.by_id(tx, number)
        if subnet:
            reaped += holds.reap(tx, find.locked(tx, subnet), at_most - reaped)
        number = subnets.next_due(tx, number)
    return reaped


def rest(request: Request, result: Result) -> Request | None:
    """More may be due where a transaction had enough to do."""
    before = request.so_far["reaped"] if request.so_far else 0
    return request._replace(so_far=result) if result.get("reaped", 0) - before >= AT_ONCE else None


def creates(options: Options) -> bool:
    """What is to be checked has to be there: an empty ledger in its place would hide that another store was meant."""
    return not any(options.get(option) for option in ("verify", "repair", "reap", "backup"))


TASK: t.Final = Task(
    "store",
    ARGUMENTS,
    read,
    perform,
    creates=creates,
    only_reads=lambda request: (
        not (request.absent or request.repair or request.reap or request.source or request.retention is not None)
    ),
    rest=rest,
    around=around,
)
