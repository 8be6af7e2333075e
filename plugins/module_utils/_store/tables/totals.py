# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on how much a ledger holds, and on the cluster that it may be in.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Totals(t.NamedTuple):
    """How many there are of each. Addresses and holds that have ended are left out, swept away or not."""

    vrfs: int
    subnets: int
    pools: int
    addresses: int
    on_hold: int
    free_ranges: int
    history: int


class Cluster(t.NamedTuple):
    """How many nodes see each other, and whether they may write: Primary if they may."""

    size: int
    status: str


def totals(tx: Transaction) -> Totals:
    row = tx.one(
        "SELECT (SELECT count(*) FROM vrf), (SELECT count(*) FROM subnet), (SELECT count(*) FROM pool), "
        "(SELECT count(*) FROM address WHERE expires IS NULL OR expires > ?), "
        "(SELECT count(*) FROM hold WHERE until > ?), (SELECT count(*) FROM extent), (SELECT count(*) FROM history)",
        tx.now,
        tx.now,
    )
    return Totals(*(row or ()))


def cluster(tx: Transaction) -> Cluster | None:
    """The Galera cluster that a node of MariaDB belongs to; None for a server that is alone."""
    found: dict[str, t.Any] = dict(
        tx.all("SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_cluster_status')")
    )
    size = int(found.get("wsrep_cluster_size", 0))
    return Cluster(size, str(found["wsrep_cluster_status"])) if size else None
