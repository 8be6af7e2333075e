# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine for each kind of server.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import ServerLocation


def engine(location: ServerLocation, lock_timeout: float) -> Engine:
    """The engine of a location; ``driver_missing`` where its driver is not installed."""
    if location.kind == "postgresql":
        from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.postgresql import PostgresEngine

        return PostgresEngine(location, lock_timeout)
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.mariadb import MariadbEngine

    return MariadbEngine(location, lock_timeout)
