# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections between two tasks of one process, as in a loop: to connect costs more than a transaction.

None crosses a fork: two processes that write into one connection would mix up their statements.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Engine, Session

_MOST: t.Final = 4  # one play mostly has one store, and a Galera cluster of three is asked in three orders

_idle: dict[t.Hashable, Session] = {}


def take(engine: Engine, affinity: str) -> Session | None:
    """The connection that the last one who was like this left."""
    return _idle.pop(engine.identity(affinity), None)


def keep(session: Session) -> None:
    """Leave a connection for the next one who is like this."""
    earlier = _idle.pop(session.identity, None)
    if earlier:
        earlier.close()
    _idle[session.identity] = session
    while len(_idle) > _MOST:
        _idle.pop(next(iter(_idle))).close()


def close_all() -> None:
    while _idle:
        _idle.popitem()[1].close()


os.register_at_fork(before=close_all)
