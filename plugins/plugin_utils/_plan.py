# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of a dry run: the plan that all its tasks, on any host and in any fork, share.

The journal is a file in the run's own temporary folder, which goes with the run. It holds the options of each task that
would have changed something. The next one carries them out again in its own transaction before its own work, and rolls
all of it back.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import typing as t

from ansible import constants
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task


class JournalPlan(Plan):
    """The plan as far as it is written. Its block holds the lock: the next task waits for what this one adds."""

    def __init__(self, handle: t.IO[str], seed: str) -> None:
        super().__init__((json.loads(line) for line in handle), seed)
        self._handle = handle

    def add(self, task: Task, options: Options) -> None:
        """Remember a task that would have changed something."""
        kept = {name: value for name, value in options.items() if name != "store_password"}
        json.dump({"task": task.name, "options": kept}, self._handle)
        self._handle.write("\n")
        self._handle.flush()


def joined(store: str, task: Task, options: Options, run: t.Callable[[Plan], Result]) -> Result:
    """The result of a dry task after what the plan of this run has so far, which it then joins."""
    with journal(store) as plan:
        result = run(plan)
        if result.get("changed") and task.writes:
            plan.add(task, task.repeated(options, result))
        return result


@contextlib.contextmanager
def journal(store: str) -> t.Iterator[JournalPlan]:
    """The plan of this run for a store."""
    digest = hashlib.sha256(os.path.realpath(store).encode()).hexdigest()[:16]
    folder: str = constants.DEFAULT_LOCAL_TMP  # type: ignore[attr-defined]  # made when ansible-core starts
    path = os.path.join(folder, f"netledger-ipam-{digest}.plan")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield JournalPlan(handle, seed=path)  # another one in each run
