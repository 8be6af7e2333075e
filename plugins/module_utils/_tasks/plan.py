# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the earlier tasks of a dry run would have done, so that later ones can build on it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import functools
import random
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Task


@functools.cache
def tasks() -> dict[str, Task]:
    """All tasks that can be steps, by name.

    They are imported when they are wanted: lookups are loaded in each worker anew, and mostly need none of them.
    """
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
        address,
        import_file,
        pool,
        store,
        subnet,
    )

    return {module.TASK.name: module.TASK for module in (address, import_file, pool, store, subnet)}


class Plan:
    """The tasks that would have changed something, in their order: ``{"task": name, "options": options}`` each.

    ``seed`` makes strategy random draw the same each time that the plan is replayed; without it nothing is repeated.
    """

    def __init__(self, steps: t.Iterable[Options] = (), seed: str = "") -> None:
        self.steps = list(steps)
        self.seed = seed

    def replay(self, tx: Transaction) -> None:
        """Carry out the steps in a transaction that will be rolled back.

        One that became impossible because the ledger changed meanwhile is left out.
        """
        for number, step in enumerate(self.steps):
            self._prepare(tx, number)
            task = tasks()[step["task"]]
            with contextlib.suppress(LedgerError), tx.savepoint():
                task.perform_all(tx, task.read(step["options"]))
        self._prepare(tx, len(self.steps))

    def _prepare(self, tx: Transaction, number: int) -> None:
        if self.seed:
            tx.random = random.Random(f"{self.seed} {number}")  # only what a dry run shows depends on it

    def creates(self) -> bool:
        """Whether one of the steps would have made a missing store."""
        return any(tasks()[step["task"]].creates(step["options"]) for step in self.steps)
