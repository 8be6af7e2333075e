# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task subnet: one subnet is there as described, in parts, made of others, or is gone.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, merge, split, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference, subnet_result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.subnet_options import (
    ARGUMENTS,
    Request,
    creates,
    read,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result, Task


def perform(tx: Transaction, request: Request) -> Result:
    if request.absent:
        return _absent(tx, request.wish)
    if request.split is not None:
        return _split(tx, request, request.split)
    if request.merge:
        return _merge(tx, request)
    return _present(tx, request.wish)


def _present(tx: Transaction, wish: Wish) -> Result:
    change = subnets.ensure(tx, wish)
    name = change.after["name"] if change.after else wish.name
    return {
        "changed": change.before != change.after,
        "subnet": subnet_result(tx, change.subnet) if change.subnet else None,
        "diff": difference(f"subnet {name}", change.before, change.after),
    }


def _split(tx: Transaction, request: Request, count: int) -> Result:
    wish = request.wish
    done = split.split(tx, wish.vrf, t.cast(str, wish.name), count, request.split_names, force=wish.force)
    return {
        "changed": done.before is not None,
        "subnets": [subnet_result(tx, part) for part in done.parts],
        "diff": difference(f"subnet {wish.name}", done.before or done.after, done.after),
    }


def _merge(tx: Transaction, request: Request) -> Result:
    done = merge.merge_into(tx, request.wish, request.merge)
    before = next(iter(done.before.values())) if len(done.before) == 1 else done.before
    return {
        "changed": before != done.after,
        "subnet": subnet_result(tx, done.subnet),
        "diff": difference(f"subnet {request.wish.name}", before, done.after),
    }


def _absent(tx: Transaction, wish: Wish) -> Result:
    found = find.find_subnet(tx, wish.vrf, wish.name) if wish.name else None
    if wish.network and not wish.name:
        found = rows.by_network(tx, wish.vrf, wish.network)
    if found and wish.network and found.network != wish.network:
        found = None  # that name now stands for another network, which is not the one to remove
    if not found:
        return {"changed": False, "removed": {"subnets": [], "addresses": []}, "diff": difference("subnet", None, None)}
    gone = subnets.remove(tx, found, force=wish.force)
    return {
        "changed": True,
        "removed": {"subnets": [found.name, *gone.subnets], "addresses": gone.addresses},
        "diff": difference(f"subnet {found.name}", gone.record, None),
    }


TASK: t.Final = Task("subnet", ARGUMENTS, read, perform, creates=creates)
