# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping others from writing while a ledger is checked whose statements may each see another state.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def keep_writers_out(tx: Transaction) -> list[t.Any]:
    """Lock all VRFs and subnets, in the order that all writers keep; returns the names of the VRFs."""
    names = raw.names_of_vrfs(tx)
    for name in names:
        vrfs.lock(tx, name)
    for number in [number for number, _row in raw.subnets(tx)]:
        subnets.lock(tx, number)
    return names
