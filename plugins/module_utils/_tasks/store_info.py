# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store_info: where the ledger is kept, of what kind and version that is, and how much is in it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store import facts
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import without_secrets
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import (
    STORE_ARGUMENTS,
    Options,
    Result,
    Task,
    Transact,
)

ARGUMENTS: t.Final[Options] = {"argument_spec": {**STORE_ARGUMENTS}, "supports_check_mode": True}


def read(options: Options) -> str:
    """The location as it may be shown."""
    return without_secrets(str(options.get("store")))


def look(location: str, context: Context, transact: Transact) -> Result:
    """The store as it is, in check mode too: what it would be like nobody can look at."""
    found = facts.look(context.place, context.terms)
    store = {
        "backend": found.backend,
        "location": location,
        "exists": found.exists,
        "schema_version": found.schema_version,
        "schema_current": found.exists and not found.refusal,
        "engine_version": found.engine_version,
        "counts": found.content.totals._asdict() if found.content else None,
        "history_retention": found.content.history_retention if found.content else None,
        "lock": found.lock._asdict(),
        "journal_mode": found.journal_mode,
        "size": found.size,
        "cluster_size": found.cluster.size if found.cluster else None,
        "cluster_status": found.cluster.status if found.cluster else None,
    }
    return {"changed": False, "store": store, **({"warnings": [found.refusal]} if found.refusal else {})}


TASK: t.Final = Task("store_info", ARGUMENTS, read, writes=False, around=look)
