# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a task to its result: open the store, run one transaction, turn failures into results.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import (
    Terms,
    is_missing,
    open_rehearsal,
    open_store,
    warnings,
    warnings_of_new,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.garbage import uncollected
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task

T = t.TypeVar("T")


class Context(t.NamedTuple):
    """For whom and how a task runs; ``plan`` is there in check mode only.

    ``affinity`` names what is to be changed: of several hosts of a store, those who change the same prefer the same.
    ``tell`` is told of a long copy: a table, how many rows of it are done, and how many there are.
    """

    place: Place
    lock_timeout: float
    actor: str
    plan: Plan | None = None
    affinity: str = ""
    tell: t.Callable[[str, int, int], None] = lambda table, done, total: None

    @property
    def terms(self) -> Terms:
        return Terms(self.actor, self.lock_timeout, self.affinity)


def run_task(task: Task, options: Options, context: Context) -> Result:
    """Run a task; any failure that it foresees becomes a result with ``failed``, ``msg`` and ``reason``.

    What it leaves for further transactions follows; if one of these fails, the result has what the others did.
    """
    result: Result = {}
    context = context._replace(affinity=_affinity(options))

    def transact(request: t.Any, *, dry: bool = False) -> Result:
        nonlocal result
        if dry:
            rehearsal = context._replace(plan=context.plan or Plan())
            return _carry_out(task, request, rehearsal, creates=task.creates(options))
        while request is not None:
            result = _carry_out(task, request, context, creates=task.creates(options))
            request = task.rest(request, result) if context.plan is None else None
        return result

    try:
        require_netaddr()
        options = task.settled(options)
        with uncollected():
            request = task.read(options)
            return _with_warnings(task.around(request, context, transact), warnings(context.place))
    except LedgerError as error:
        return {**result, **failure(error), "changed": result.get("changed", False)}


def _with_warnings(result: Result, said: t.Iterable[str]) -> Result:
    told = list(dict.fromkeys([*result.get("warnings", []), *said]))
    return {**result, "warnings": told} if told else result


def _carry_out(task: Task, request: t.Any, context: Context, *, creates: bool) -> Result:
    """Run one transaction of a request; where it is rolled back in the end, what it leaves has to be in the same."""
    perform = task.perform if context.plan is None else task.perform_all
    access = Access.WRITE if task.writes and not task.only_reads(request) else Access.READ

    def work(tx: Transaction) -> Result:
        result = perform(tx, request)
        return _with_warnings(result, [*tx.warnings, *(warnings_of_new(context.place) if tx.made else ())])

    return in_store(context, work, access=access, creates=creates)


def in_store(context: Context, work: t.Callable[[Transaction], T], *, access: Access, creates: bool = False) -> T:
    """Run ``work`` on the ledger, or with a plan on the ledger as it would be, and then undo it."""
    plan = context.plan
    if plan is None and creates and is_missing(context.place, context.terms):
        # A task that fails leaves no empty ledger behind, which would hide that another store was meant.
        in_store(context._replace(plan=Plan()), work, access=access, creates=True)
    if plan is None:
        store = open_store(context.place, context.terms, create=creates)
    else:
        store = open_rehearsal(context.place, context.terms, create=creates or plan.creates())
    with contextlib.closing(store):
        if plan is None or (access is Access.READ and not plan.steps):
            return store.run(work, access)
        return store.run(_after(plan, work), Access.REHEARSE)


def _affinity(options: Options) -> str:
    subnet = options.get("subnet") or options.get("name") or ""
    return f"{options.get('vrf')} {subnet[0] if isinstance(subnet, list) else subnet}"


def this_user() -> str:
    """Who runs this process and where; a container may run it as a number without a name."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def failure(error: LedgerError) -> Result:
    """What a failed task returns."""
    return {"failed": True, "changed": False, "msg": error.message, "reason": error.reason, **error.details}


def _after(plan: Plan, work: t.Callable[[Transaction], T]) -> t.Callable[[Transaction], T]:
    def planned(tx: Transaction) -> T:
        plan.replay(tx)
        tx.warnings.clear()  # each task of the plan has given its own
        tx.made = tx.made and not plan.creates()
        return work(tx)

    return planned
