# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sibling subnets that become one, with everything that is in them.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, format_range, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import (
    facts,
    find,
    holds,
    limits,
    naming,
    properties,
    subnets,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import record_subnet
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.resize import Obstacles, without_place
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Merged(t.NamedTuple):
    """The parts before, by name, the subnet after, and its row."""

    before: dict[str, facts.Record]
    after: facts.Record
    subnet: Subnet


def merge_into(tx: Transaction, wish: Wish, references: t.Sequence[str]) -> Merged:
    """Make one subnet of several, with the settings of the first one named and what else is wished.

    Raises ``merge_impossible`` with the names of what stands in the way.
    """
    vrfs.lock(tx, wish.vrf)
    name = t.cast(str, wish.name)
    target = rows.by_name(tx, wish.vrf, name)
    found = [find.find_subnet(tx, wish.vrf, reference) for reference in references]
    parts = list({part.id: part for part in found if part}.values())
    if target and not [part for part in parts if part.id != target.id]:
        change = subnets.ensure(tx, wish)
        return Merged(
            {name: t.cast(facts.Record, change.before)},
            t.cast(facts.Record, change.after),
            t.cast(Subnet, change.subnet),
        )
    for reference, part in zip(references, found):
        if part is None:
            raise find.subnet_missing(tx, wish.vrf, reference)
    if target and target.id not in [part.id for part in parts]:
        raise _impossible(f"'{name}' ({target.network}) is there already and not one of them. Give another name.")
    parent = rows.by_id(tx, parts[0].parent_id) if parts[0].parent_id else None
    locked = find.all_locked(tx, [*parts, *([parent] if parent else [])])
    parts = locked[: len(parts)]
    network = _union(parts, parent)
    naming.refuse_misleading(name, network)
    if parent:
        limits.refuse_length(parent, network.prefix_length)
    return _carry_out(tx, wish, parts, network)


def _impossible(why: str, **details: t.Any) -> LedgerError:
    return LedgerError("merge_impossible", f"merge: these subnets cannot become one: {why}", **details)


def _union(parts: t.Sequence[Subnet], parent: Subnet | None) -> Network:
    """The one network that the parts make up."""
    listed = some_of(f"'{one.name}' ({one.network})" for one in parts)
    if len({(one.version, one.parent_id) for one in parts}) > 1:
        raise _impossible(f"{listed} are not siblings: merge those that lie directly in the same subnet, or in none.")
    spans = merge(one.network.range for one in parts)
    whole = spans[0]
    length = BITS[parts[0].version] - (whole.size.bit_length() - 1)
    network = Network(parts[0].version, whole.first, length)
    if len(spans) > 1 or network.size != whole.size or whole.first % whole.size:
        together = ", ".join(format_range(span, network.version) for span in spans)
        raise _impossible(f"{listed} cover {together}, which is no CIDR.")
    if parent and parent.network == network:
        raise _impossible(f"{listed} are all of their parent '{parent.name}' ({network}). Remove it or them instead.")
    return network


def _carry_out(tx: Transaction, wish: Wish, parts: list[Subnet], network: Network) -> Merged:
    first = parts[0]
    for part in parts:
        holds.reap_all(tx, part)
    gateway = _gateway(wish, parts, network)
    by_address = sorted(parts, key=lambda part: part.network.first)
    whole = first._replace(
        name=t.cast(str, wish.name),
        network=network,
        gateway=gateway,
        reserved=tuple(merge(span for part in parts for span in part.reserved)),
        pools_generated=all(part.pools_generated for part in parts),
    )
    _refuse_obstacles(tx, wish, parts, whole)
    joined = _pools(tx, wish, parts, by_address, whole)
    before = {part.name: properties.record(tx, part) for part in parts}
    for part in parts[1:]:
        address.move(tx, part, whole)
        hold.move(tx, part, whole)
        rows.move_children(tx, whole, part.id)
        rows.delete(tx, part)
    rows.set_network(tx, whole)
    rows.update(tx, whole)
    pool_rows.replace(tx, whole, joined)
    if gateway is not None and gateway not in [span.first for part in parts for span in part.blocked]:
        properties.refuse_gateway(tx, whole, gateway)
    new = properties.apply(tx, wish, whole)
    rebuild(tx, new, network.range)
    after = properties.record(tx, new)
    for part in parts:
        if part.name != new.name:
            record_subnet(tx, part, before[part.name], None)
    record_subnet(tx, new, before.get(new.name), after)
    return Merged(before, after, new)


def _gateway(wish: Wish, parts: t.Sequence[Subnet], network: Network) -> int | None:
    """The one gateway that lies in the parts, else that of the first; none where the wish has one."""
    if wish.gateway is not None:
        return None
    inside = {part.gateway: part for part in parts if part.gateway is not None and part.gateway in network.range}
    if len(inside) > 1:
        listed = some_of(f"{one.text(value)} of '{one.name}'" for value, one in inside.items())
        raise _impossible(f"they have different gateways, {listed}. Give gateway.")
    return next(iter(inside), parts[0].gateway)


def _refuse_obstacles(tx: Transaction, wish: Wish, parts: t.Sequence[Subnet], whole: Subnet) -> None:
    """Nobody may have two addresses under one key, or one that becomes an edge of the network."""
    double = address.holders_in_several(tx, whole, limit=100)
    if double:
        names = some_of(f"{name} ({interface})" if interface else name for name, interface in double)
        raise _impossible(
            f"more than one of them has an address of {names}. Free one, or reserve it under another interface.",
            holders=[{"name": name, "interface": interface} for name, interface in double],
        )
    gateway = whole.gateway if whole.gateway is not None and properties.is_edge(whole, whole.gateway) else None
    found = Obstacles([], [], [], gateway)
    for part in parts:
        held, waiting = without_place(tx, part, subtract([part.network.range], [usable(whole.network)]))
        found.held.extend(held)
        found.waiting.extend(waiting)
    listed = some_of(f"'{part.name}'" for part in parts)
    found.refuse("merge_impossible", whole, f"be made of {listed}", force=wish.force)
    for part in parts:
        for one in found.waiting:
            hold.delete(tx, part, one.value)


def _pools(
    tx: Transaction, wish: Wish, parts: t.Sequence[Subnet], by_address: t.Sequence[Subnet], whole: Subnet
) -> list[Pool]:
    """The pools of all parts as pools of the whole, of which the first part named says how they are used."""
    settings = {pool.name: pool for part in reversed(parts) for pool in pool_rows.of(tx, part)}
    every = [pool for part in by_address for pool in pool_rows.of(tx, part)]
    joined: dict[str, Pool] = {}
    for pool in every:
        before = joined.get(pool.name)
        if before is None:
            joined[pool.name] = settings[pool.name]._replace(span=pool.span)
        elif wish.pools is not None or whole.pools_generated:
            joined[f" {len(joined)}"] = pool  # it only says what is covered until the new ones take its place
        elif _touch(before.span, pool.span, parts):
            joined[pool.name] = before._replace(span=Range(before.span.first, pool.span.last))
        else:
            spans = " and ".join(format_range(one.span, whole.version) for one in (before, pool))
            raise _impossible(f"they have different pools called '{pool.name}': {spans}. Rename one, or give pools.")
    return [pool._replace(name=name) for name, pool in joined.items()]


def _touch(one: Range, other: Range, parts: t.Sequence[Subnet]) -> bool:
    """Whether no host's address of the parts lies between two windows."""
    if one.last + 1 == other.first:
        return True
    between = Range(one.last + 1, other.first - 1)
    return not any(between.overlaps(usable(part.network)) for part in parts)
