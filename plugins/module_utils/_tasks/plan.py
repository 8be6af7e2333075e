# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the earlier tasks of a dry run would have done, so that later ones can build on it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Task

_TASKS: t.Final[dict[str, Task]] = {module.TASK.name: module.TASK for module in (address, pool, subnet)}


class Plan:
    """The tasks that would have changed something, in their order: ``{"task": name, "options": options}`` each."""

    def __init__(self, steps: t.Iterable[Options] = ()) -> None:
        self.steps = list(steps)

    def replay(self, tx: Transaction) -> None:
        """Carry out the steps in a transaction that will be rolled back.

        One that became impossible because the ledger changed meanwhile is left out.
        """
        for step in self.steps:
            task = _TASKS[step["task"]]
            with contextlib.suppress(LedgerError), tx.savepoint():
                task.perform(tx, task.read(step["options"]))

    def creates(self) -> bool:
        """Whether one of the steps would have made a missing store."""
        return any(_TASKS[step["task"]].creates(step["options"]) for step in self.steps)
