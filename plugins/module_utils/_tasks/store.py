# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store: the ledger as a whole is there, is sound, and keeps nothing whose time is over.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, holds
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.differences import Report
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.repair import repair
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import without_secrets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "verify": {"type": "bool", "default": False},
        "repair": {"type": "bool", "default": False},
        "reap": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}

AT_ONCE: t.Final = 256  # ends in one transaction: others wait for it, about 25 ms
_SAID: t.Final = 3  # differences in the message


class Request(t.NamedTuple):
    """``so_far`` is the result of the transactions before this one."""

    location: str
    verify: bool
    repair: bool
    reap: bool
    so_far: Result | None = None


def read(options: Options) -> Request:
    return Request(
        location=without_secrets(str(options.get("store"))),
        verify=bool(options.get("verify")),
        repair=bool(options.get("repair")),
        reap=bool(options.get("reap")),
    )


def perform(tx: Transaction, request: Request) -> Result:
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
    store = {"location": request.location, "schema_version": raw.schema_version(tx), "backend": "sqlite"}
    repaired = _sound(tx, request)
    before = None if tx.made else {"store": store, "reaped": 0, "differences": [one["text"] for one in repaired]}
    after = {"store": store, "reaped": 0, "differences": []}
    return {
        "changed": tx.made or bool(repaired),
        "store": store,
        "differences": [],
        "repaired": repaired,
        "reaped": 0,
        "diff": difference(f"store {request.location}", before, after),
    }


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
    """Free addresses whose time is over, one subnet after the other, until that is enough for one transaction."""
    reaped, number = 0, subnets.next_due(tx, 0)
    while number is not None and reaped < AT_ONCE:
        subnet = subnets.by_id(tx, number)
        if subnet:
            reaped += holds.reap(tx, find.locked(tx, subnet), AT_ONCE - reaped)
        number = subnets.next_due(tx, number)
    return reaped


def rest(request: Request, result: Result) -> Request | None:
    """More may be due where a transaction had enough to do."""
    before = request.so_far["reaped"] if request.so_far else 0
    return request._replace(so_far=result) if result["reaped"] - before >= AT_ONCE else None


def creates(options: Options) -> bool:
    """What is to be checked has to be there: an empty ledger in its place would hide that another store was meant."""
    return not any(options.get(option) for option in ("verify", "repair", "reap"))


TASK: t.Final = Task(
    "store",
    ARGUMENTS,
    read,
    perform,
    creates=creates,
    only_reads=lambda request: not request.repair and not request.reap,
    rest=rest,
)
