# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of pools: named windows from which addresses are given when nobody asks for a certain one.

A pool has no rows of its own for what is free in it, so to resize it moves no address.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    default_pools,
    format_range,
    gateway_blocks,
    usable,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    shown,
    some_of,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_address, parse_name
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def parse_pool(subnet: Subnet, start: str, end: str, name: str | None = None) -> Pool:
    """Read a pool of the subnet; without a name it is called after its range."""
    bounds = []
    for option, text in (("start", start), ("end", end)):
        version, value = parse_address(text, option, subnet.version)
        if version != subnet.version:
            raise LedgerError(
                "pool_outside_subnet",
                f"{option}: {shown(text)} is IPv{version}, and subnet '{subnet.name}' is IPv{subnet.version}.",
            )
        bounds.append(value)
    if bounds[0] > bounds[1]:
        raise bad_request("end", end, f"comes before the start of the pool, {start}.")
    span = Range(bounds[0], bounds[1])
    return Pool(parse_name(name, "pools.name") if name else format_range(span, subnet.version), span)


def generated(subnet: Subnet) -> list[Pool]:
    """The pools of a subnet for which none were named: all usable addresses around the gateway."""
    spans = default_pools(subnet.network, subnet.gateway)
    return [Pool("default" if number == 1 else f"default-{number}", span) for number, span in enumerate(spans, 1)]


def selected(tx: Transaction, subnet: Subnet, name: str | None) -> list[Pool]:
    """The pool of that name, or all of them; ``pool_missing`` where that is none."""
    present = pools.of(tx, subnet)
    chosen = [pool for pool in present if name is None or pool.name == name]
    if not chosen:
        there = f"It has: {some_of(pool.name for pool in present)}." if present else "It has no pools at all."
        which = "pools" if name is None else f"pool {shown(name)}"
        raise LedgerError(
            "pool_missing",
            f"Subnet '{subnet.name}' has no {which}.{f' {there}' if name else ''} "
            "Pools are made with netledger.ipam.pool.",
        )
    return chosen


def replace(tx: Transaction, subnet: Subnet, wanted: t.Sequence[Pool], *, force: bool) -> list[Address]:
    """Give the subnet exactly these pools and return the held addresses that no pool covers any more.

    Raises ``pool_outside_subnet``, ``gateway_in_pool``, ``pool_overlap``; ``shrink_in_use`` with the holders where
    addresses would be left outside and ``force`` is not given. They stay held with it.
    """
    check(subnet, wanted)
    present = pools.of(tx, subnet)
    stranded = _stranded(tx, subnet, present, wanted)
    if stranded and not force:
        raise LedgerError(
            "shrink_in_use",
            f"The pools of subnet '{subnet.name}' would no longer cover "
            f"{some_of(f'{subnet.text(one.value)} ({one.holder})' for one in stranded)}. "
            "Free them, keep the pool that wide, or set force: true to keep them held outside of every pool.",
            stranded=[{"address": subnet.text(one.value), "name": one.name} for one in stranded],
        )
    if sorted(present) != sorted(wanted):
        pools.replace(tx, subnet, list(wanted))
    return stranded


def check(subnet: Subnet, wanted: t.Sequence[Pool]) -> None:
    """Refuse pools that cannot stand together on the subnet."""
    bounds = usable(subnet.network)
    for pool in wanted:
        where = f"Pool '{pool.name}' ({format_range(pool.span, subnet.version)})"
        if not bounds.covers(pool.span):
            raise LedgerError(
                "pool_outside_subnet",
                f"{where} does not lie within {format_range(bounds, subnet.version)}, the usable addresses of subnet "
                f"'{subnet.name}' ({subnet.network}).",
            )
        if subnet.gateway in pool.span and gateway_blocks(subnet.network, subnet.gateway):
            raise LedgerError(
                "gateway_in_pool",
                f"{where} covers {subnet.text(subnet.gateway)}, the gateway of subnet '{subnet.name}'. "
                "Let the pool end before it or start after it.",
            )
    for one, other in itertools.combinations(wanted, 2):
        if one.name == other.name:
            raise bad_request("pools", one.name, "names two pools.")
        if one.span.overlaps(other.span):
            raise LedgerError(
                "pool_overlap",
                f"Pools '{one.name}' ({format_range(one.span, subnet.version)}) and '{other.name}' "
                f"({format_range(other.span, subnet.version)}) of subnet '{subnet.name}' overlap.",
            )


def _stranded(tx: Transaction, subnet: Subnet, present: t.Sequence[Pool], wanted: t.Sequence[Pool]) -> list[Address]:
    uncovered = subtract([pool.span for pool in present], [pool.span for pool in wanted])
    return [one for window in uncovered for one in address.within(tx, subnet, window)]
