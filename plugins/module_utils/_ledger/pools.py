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
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STRATEGIES, Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_SETTINGS: t.Final = ("strategy", "hold_down", "warn_below")


def parse_pool(subnet: Subnet, start: str, end: str, name: str | None = None) -> Pool:
    """Read a pool of the subnet; without a name it is called after its range."""
    bounds = []
    for option, text in (("start", start), ("end", end)):
        version, value = parse_address(text, option, subnet.version)
        if version != subnet.version:
            raise LedgerError(
                "version_mismatch",
                f"{option}: {shown(text)} is IPv{version}, and subnet '{subnet.name}' ({subnet.network}) is "
                f"IPv{subnet.version}. Give both bounds of a pool in that version.",
                option=option,
            )
        bounds.append(value)
    if bounds[0] > bounds[1]:
        raise bad_request("end", end, f"comes before the start of the pool, {start}.")
    span = Range(bounds[0], bounds[1])
    return Pool(parse_name(name, "pools.name") if name else format_range(span, subnet.version), span)


def parse_strategy(text: str, option: str) -> str:
    """Read how addresses are chosen out of a pool."""
    if text not in STRATEGIES:
        raise bad_request(option, text, f"is not one of {', '.join(STRATEGIES)}.")
    return text


def read(subnet: Subnet, entries: t.Iterable[dict[str, t.Any]], present: t.Sequence[Pool]) -> list[Pool]:
    """The pools of a wish; what it does not say of one is as of the present pool of that name."""
    pools_read = [parse_pool(subnet, entry["start"], entry["end"], entry.get("name")) for entry in entries]
    settings = ({key: entry[key] for key in _SETTINGS if key in entry} for entry in entries)
    return [pool._replace(**own) for pool, own in zip(_with_settings_of(present, pools_read), settings)]


def generated(subnet: Subnet, present: t.Sequence[Pool] = ()) -> list[Pool]:
    """The pools of a subnet for which none were named: all usable addresses around the gateway.

    What was said of a present pool holds for the one that gets its name.
    """
    spans = default_pools(subnet.network, subnet.gateway)
    names = ["default" if number == 1 else f"default-{number}" for number in range(1, len(spans) + 1)]
    return _with_settings_of(present, map(Pool, names, spans))


def are_generated(subnet: Subnet, wanted: t.Iterable[Pool]) -> bool:
    """Whether these are the windows that the subnet has by itself."""
    return sorted(pool[:2] for pool in wanted) == sorted(pool[:2] for pool in generated(subnet))


def _with_settings_of(present: t.Sequence[Pool], wanted: t.Iterable[Pool]) -> list[Pool]:
    known = {pool.name: pool for pool in reversed(present)}
    return [known.get(pool.name, pool)._replace(span=pool.span) for pool in wanted]


def clipped(subnet: Subnet, present: t.Iterable[Pool]) -> list[Pool]:
    """What of the pools lies among the usable addresses; a pool called after its range goes on being so."""
    found = []
    for pool in present:
        span = pool.span.clip(usable(subnet.network))
        if span:
            is_unnamed = pool.name == format_range(pool.span, subnet.version)
            found.append(pool._replace(name=format_range(span, subnet.version) if is_unnamed else pool.name, span=span))
    return found


def selected(tx: Transaction, subnet: Subnet, names: t.Sequence[str] = ()) -> list[Pool]:
    """The pools of those names in that order, or all of them; ``pool_missing`` where one is not there."""
    return among(subnet, pools.of(tx, subnet), names)


def among(subnet: Subnet, present: list[Pool], names: t.Sequence[str]) -> list[Pool]:
    """The same among the pools of the subnet that were read before."""
    if present and not names:
        return present
    by_name = {pool.name: pool for pool in present}
    missing = next((name for name in names if name not in by_name), None)
    if missing is not None or not present:
        there = f"It has: {some_of(by_name)}." if present else "It has no pools at all."
        which = "pools" if missing is None else f"pool {shown(missing)}"
        raise LedgerError(
            "pool_missing",
            f"Subnet '{subnet.name}' has no {which}.{f' {there}' if missing else ''} "
            "Pools are made with netledger.ipam.pool.",
            subnet=subnet.name,
        )
    return [by_name[name] for name in names]


def strategy(subnet: Subnet, pool: Pool) -> str:
    """How addresses are given out of a pool: as it says, else as its subnet says."""
    return pool.strategy or subnet.strategy


def replace(tx: Transaction, subnet: Subnet, wanted: t.Sequence[Pool], *, force: bool) -> list[Address]:
    """Give the locked subnet exactly these pools and return the held addresses that no pool covers any more.

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
    if {pool.name: pool for pool in present} != {pool.name: pool for pool in wanted}:
        pools.replace(tx, subnet, list(wanted))
    return stranded


def check(subnet: Subnet, wanted: t.Sequence[Pool]) -> None:
    """Refuse pools that cannot stand together on the subnet."""
    bounds = usable(subnet.network)
    for pool in wanted:
        if not bounds.covers(pool.span):
            raise LedgerError(
                "pool_outside_subnet",
                f"{_described(subnet, pool)} does not lie within {format_range(bounds, subnet.version)}, the usable "
                f"addresses of subnet '{subnet.name}' ({subnet.network}).",
            )
    for one, other in itertools.combinations(wanted, 2):
        if one.name == other.name:
            raise bad_request("pools", one.name, "names two pools.")
        if one.span.overlaps(other.span):
            raise LedgerError(
                "pool_overlap",
                f"{_described(subnet, one)} and {_described(subnet, other)} of subnet '{subnet.name}' overlap.",
            )
    # Last, as OpenStack Neutron's IPAM has it: a gateway inside a wrong pool says nothing about what is wrong.
    for pool in wanted:
        if subnet.gateway in pool.span and gateway_blocks(subnet.network, subnet.gateway):
            raise LedgerError(
                "gateway_in_pool",
                f"{_described(subnet, pool)} covers {subnet.text(subnet.gateway)}, the gateway of subnet "
                f"'{subnet.name}'. Let the pool end before it or start after it.",
            )


def _described(subnet: Subnet, pool: Pool) -> str:
    return f"Pool '{pool.name}' ({format_range(pool.span, subnet.version)})"


def _stranded(tx: Transaction, subnet: Subnet, present: t.Sequence[Pool], wanted: t.Sequence[Pool]) -> list[Address]:
    uncovered = subtract([pool.span for pool in present], [pool.span for pool in wanted])
    return [one for window in uncovered for one in address.within(tx, subnet, window) if not one.expired(tx.now)]
