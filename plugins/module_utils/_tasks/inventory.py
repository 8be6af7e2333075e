# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory asks of the ledger: held addresses with their subnets, as plain data that a cache can keep.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address_info, subnet_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import address_results
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result

FORMAT: t.Final = 1
"""Counts up when a field of what ``look`` finds, or of a record in it, changes its meaning, comes or goes."""

FOUND: t.Final = frozenset(("addresses", "primary", "parents"))
"""The keys of what ``look`` finds."""


class Request(t.NamedTuple):
    """Which addresses to look for; empty means any. ``primary`` are subnets in the order of preference."""

    vrf: str
    statuses: frozenset[str] = frozenset()
    subnets: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    labels: dict[str, str] = {}
    primary: tuple[str, ...] = ()


def read(options: Options, vrf: str) -> Request:
    reader = Reader({**options, "vrf": vrf})
    request = Request(
        vrf=reader.named("vrf") or "default",
        statuses=frozenset(options.get("status") or ()),
        subnets=reader.named_list("subnet"),
        pools=reader.named_list("pool"),
        tags=frozenset(reader.value("tags", parse.parse_tags) or ()),
        labels=reader.value("labels", parse.parse_labels) or {},
        primary=reader.named_list("primary_subnet"),
    )
    reader.finish()
    return request


def look(tx: Transaction, request: Request) -> Result:
    """What there is.

    ``addresses`` are records by VRF, IP version and address. ``primary`` are pairs of VRF and subnet in the order of
    preference. ``parents`` are triples of VRF, subnet and the subnet around it, for all that hold one of the addresses
    and all around these.
    """
    every = subnet_info.in_vrfs(tx, request.vrf, None)
    places = _named(tx, request.vrf, request.subnets) if request.subnets else every
    _check_pools(tx, request, places)
    wanted = address_info.Request(vrf=request.vrf, tags=request.tags, labels=request.labels)
    narrowed = [wanted._replace(vrf=place.vrf, subnet=place.name) for place in places] if request.subnets else [wanted]
    found = [pair for one in narrowed for pair in address_info.matching(tx, one)]
    statuses = request.statuses or STATUSES
    records = address_results(tx, address_info.ordered(pair for pair in found if pair[1].status in statuses))
    if request.pools:
        records = [record for record in records if record["pool"] in request.pools]
    holding = {(record["vrf"], record["subnet"]) for record in records}
    return {
        "addresses": records,
        "primary": [[place.vrf, place.name] for place in _named(tx, request.vrf, request.primary)],
        "parents": _parents(every, holding),
    }


def _named(tx: Transaction, vrf: str, references: t.Iterable[str]) -> list[Subnet]:
    """The subnets of these names or CIDRs, each once, in the order given; ``subnet_missing`` where there is none."""
    found: dict[int, Subnet] = {}
    for reference in references:
        found.update((subnet.id, subnet) for subnet in subnet_info.named(tx, vrf, reference))
    return list(found.values())


def _check_pools(tx: Transaction, request: Request, places: t.Iterable[Subnet]) -> None:
    """Refuse a pool that none of the subnets has: a typing error would leave an inventory without hosts."""
    if not request.pools:
        return
    known = {pool.name for place in places for pool in pools.of(tx, place)}
    for name in request.pools:
        if name not in known:
            listed = f"They have: {some_of(sorted(known))}." if known else "They have no pools."
            raise LedgerError("pool_missing", f"None of the subnets has a pool {shown(name)}. {listed}", pool=name)


def _parents(every: t.Iterable[Subnet], holding: t.Iterable[tuple[str, str]]) -> list[list[str]]:
    by_number = {subnet.id: subnet for subnet in every}
    by_name = {(subnet.vrf, subnet.name): subnet for subnet in by_number.values()}
    parents: dict[int, list[str]] = {}
    for name in sorted(holding):
        subnet = by_name[name]
        while subnet.parent_id and subnet.id not in parents:
            parent = by_number[subnet.parent_id]
            parents[subnet.id] = [subnet.vrf, subnet.name, parent.name]
            subnet = parent
    return list(parents.values())
