# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which subnets task address means.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import Request


def selected(tx: Transaction, request: Request) -> list[Subnet]:
    """The subnets in which to look, in order."""
    if request.subnets:
        named = [find.subnet(tx, request.vrf, name) for name in request.subnets]
        found = list({subnet.id: subnet for subnet in named}.values())
    else:
        found = [
            subnet
            for subnet in subnet_rows.every(tx, request.vrf)
            if request.tags <= set(subnet.tags) and request.labels.items() <= subnet.labels.items()
        ]
    chosen = [subnet for subnet in found if request.version in (None, subnet.version)]
    if not chosen:
        raise _none_selected(request)
    return chosen


def _none_selected(request: Request) -> LedgerError:
    wanted = [f"IPv{request.version}"] if request.version else []
    wanted += [f"subnet {some_of(request.subnets)}"] if request.subnets else []
    wanted += [f"tag {tag}" for tag in sorted(request.tags)]
    wanted += [f"label {key}: {value}" for key, value in request.labels.items()]
    return LedgerError("subnet_missing", f"No subnet of VRF '{request.vrf}' fits: {', '.join(wanted)}.")
