# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a task to its result: open the store, run one transaction, turn failures into results.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import getpass
import os
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import is_missing, open_rehearsal, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task

T = t.TypeVar("T")


class Context(t.NamedTuple):
    """For whom and how a task runs; ``plan`` is there in check mode only."""

    place: Place
    lock_timeout: float
    actor: str
    plan: Plan | None = None


def run_task(task: Task, options: Options, context: Context) -> Result:
    """Run a task; any failure that it foresees becomes a result with ``failed``, ``msg`` and ``reason``."""
    try:
        require_netaddr()
        request = task.read(options)
        return in_store(
            context,
            lambda tx: task.perform(tx, request),
            access=Access.WRITE if task.writes else Access.READ,
            creates=task.creates(options),
        )
    except LedgerError as error:
        return failure(error)


def in_store(context: Context, work: t.Callable[[Transaction], T], *, access: Access, creates: bool = False) -> T:
    """Run ``work`` on the ledger, or with a plan on the ledger as it would be, and then undo it."""
    plan = context.plan
    if plan is None and creates and is_missing(context.place):
        # A task that fails leaves no empty ledger behind, which would hide that another store was meant.
        in_store(context._replace(plan=Plan()), work, access=access, creates=True)
    timeout, actor = context.lock_timeout, context.actor
    if plan is None:
        store = open_store(context.place, lock_timeout=timeout, actor=actor, create=creates)
    else:
        store = open_rehearsal(context.place, lock_timeout=timeout, actor=actor, create=creates or plan.creates())
    try:
        if plan is None or (access is Access.READ and not plan.steps):
            return store.run(work, access)
        return store.run(_after(plan, work), Access.REHEARSE)
    finally:
        store.close()


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
        return work(tx)

    return planned
