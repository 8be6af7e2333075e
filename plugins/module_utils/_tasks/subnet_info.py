# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task subnet_info: which subnets there are and how full they are.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import subnet_result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "parent": {"type": "list", "elements": "str"},
        "tags": {"type": "list", "elements": "str"},
        "labels": {"type": "dict"},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}


class Request(t.NamedTuple):
    vrf: str
    name: str | None
    parents: tuple[str, ...]
    tags: frozenset[str]
    labels: dict[str, str]


def read(options: Options) -> Request:
    reader = Reader(options)
    request = Request(
        vrf=reader.named("vrf") or "default",
        name=reader.named("name"),
        parents=reader.named_list("parent"),
        tags=frozenset(reader.value("tags", parse.parse_tags) or ()),
        labels=reader.value("labels", parse.parse_labels) or {},
    )
    reader.finish()
    return request


def perform(tx: Transaction, request: Request) -> Result:
    return {"changed": False, "subnets": [subnet_result(tx, subnet) for subnet in matching(tx, request)]}


def matching(tx: Transaction, request: Request) -> list[Subnet]:
    """The subnets that a request means, by VRF and address; a name or CIDR that is not there is none."""
    chosen = in_vrfs(tx, request.vrf, request.name)
    if request.parents:
        parents = {subnet.id for parent in request.parents for subnet in in_vrfs(tx, request.vrf, parent)}
        chosen = [subnet for subnet in chosen if subnet.parent_id in parents]
    return [
        subnet
        for subnet in chosen
        if request.tags <= set(subnet.tags) and request.labels.items() <= subnet.labels.items()
    ]


def in_vrfs(tx: Transaction, vrf: str, reference: str | None) -> list[Subnet]:
    """The subnets of one VRF, or with ``*`` of all of them; all of these, or those of a name or CIDR."""
    every = subnets.every(tx, None if vrf == "*" else vrf)
    if reference is None:
        return every
    known = dict.fromkeys(subnet.vrf for subnet in every)
    found = (find.find_subnet(tx, name, reference) for name in known)
    return [subnet for subnet in found if subnet]


def named(tx: Transaction, vrf: str, reference: str) -> list[Subnet]:
    """The subnets of a name or CIDR in one VRF, or with ``*`` in any; ``subnet_missing`` where there is none."""
    if vrf != "*":
        return [find.subnet(tx, vrf, reference)]
    found = in_vrfs(tx, vrf, reference)
    if not found:
        raise LedgerError("subnet_missing", f"There is no subnet {shown(reference)} in any VRF.", subnet=reference)
    return found


TASK: t.Final = Task("subnet_info", ARGUMENTS, read, perform, writes=False)
