# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of subnets: make one by CIDR or as the next free child, change, move or rename it, remove it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import (
    facts,
    find,
    holds,
    naming,
    placement,
    pools,
    properties,
    resize,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change as AddressChange
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import record_addresses, record_subnet
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Change, Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Removed(t.NamedTuple):
    """What went with a removed subnet."""

    record: facts.Record
    subnets: list[str]
    addresses: list[str]


def ensure(tx: Transaction, wish: Wish) -> Change:
    """Make the subnet what is wished, whether it exists or not."""
    present = _existing(tx, wish)
    if present and not _moves(wish, present):
        locked = find.locked(tx, present)
        if (locked.name, locked.network) == (present.name, present.network):
            return _change(tx, wish, locked, None)
    if not vrfs.lock(tx, wish.vrf):
        vrfs.insert(tx, wish.vrf)
        vrfs.lock(tx, wish.vrf)
    present = _existing(tx, wish)  # unless somebody else made or moved it before the VRF was locked
    return _change(tx, wish, *_locked_in_parent(tx, present)) if present else _create(tx, wish)


def ensure_pool(tx: Transaction, subnet: Subnet, pool: Pool, *, force: bool) -> list[Address]:
    """Make one named pool of a locked subnet; pools that nobody named give way to it. Returns the stranded."""
    others = [] if subnet.pools_generated else [one for one in pool_rows.of(tx, subnet) if one.name != pool.name]
    return _set_pools(tx, subnet, [*others, pool], force=force)


def tune_pool(tx: Transaction, subnet: Subnet, name: str, settings: dict[str, t.Any]) -> None:
    """Change how addresses are given out of a pool of a locked subnet, and not its bounds."""
    pools.selected(tx, subnet, [name])
    present = pool_rows.of(tx, subnet)
    wanted = [pool._replace(**settings) if pool.name == name else pool for pool in present]
    _set_pools(tx, subnet, wanted, force=False)


def remove_pool(tx: Transaction, subnet: Subnet, name: str, *, force: bool) -> list[Address]:
    """Remove a pool of a locked subnet; one that is not there is fine. Returns the stranded."""
    present = pool_rows.of(tx, subnet)
    return _set_pools(tx, subnet, [one for one in present if one.name != name], force=force)


def remove(tx: Transaction, subnet: Subnet, *, force: bool) -> Removed:
    """Remove a subnet; with anything in it only by ``force``, and then everything in it.

    Raises ``subnet_in_use`` with the names of addresses and children.
    """
    vrfs.lock(tx, subnet.vrf)
    subnet, _parent = _locked_in_parent(tx, subnet)
    holds.reap_all(tx, subnet)
    children = subnets.children(tx, subnet.vrf_id, subnet.id, subnet.network)
    held = list(address.within(tx, subnet, subnet.network.range))
    if (children or held) and not force:
        there = [f"{subnet.text(one.value)} ({one.holder})" for one in held]
        inner = [f"{child.name} ({child.network})" for child in children]
        raise LedgerError(
            "subnet_in_use",
            f"Subnet '{subnet.name}' ({subnet.network}) still holds "
            + " and ".join(
                f"{len(some)} {what}{'' if len(some) == 1 else plural}: {some_of(some)}"
                for some, what, plural in ((there, "address", "es"), (inner, "subnet", "s"))
                if some
            )
            + ". Free or remove them first, or set force: true to remove everything in it.",
            addresses=[subnet.text(one.value) for one in held],
            children=[child.name for child in children],
        )
    gone = Removed(record(tx, subnet), [], [subnet.text(one.value) for one in held])
    for child in children:
        inner_gone = remove(tx, child, force=True)
        gone.subnets.extend([child.name, *inner_gone.subnets])
        gone.addresses.extend(inner_gone.addresses)
    record_addresses(tx, [AddressChange(subnet, one, None) for one in held])
    record_subnet(tx, subnet, gone.record, None)
    subnets.delete(tx, subnet)
    placement.vacate(tx, subnet)
    return gone


def record(tx: Transaction, subnet: Subnet) -> facts.Record:
    """The stored subnet as people read it."""
    return properties.record(tx, subnet)


def _existing(tx: Transaction, wish: Wish) -> Subnet | None:
    """The subnet that the wish names, or the one that has its new name already."""
    found = named(tx, wish)
    renamed = subnets.by_name(tx, wish.vrf, wish.new_name) if wish.new_name else None
    if found and renamed and found.id != renamed.id:
        raise LedgerError(
            "name_conflict",
            f"new_name: '{renamed.name}' ({renamed.network}) is another subnet of VRF '{wish.vrf}' than "
            f"'{found.name}' ({found.network}). Choose another name, or rename or remove that one first.",
            subnet=renamed.name,
        )
    return found or renamed


def named(tx: Transaction, wish: Wish) -> Subnet | None:
    """By its name or its CIDR, or without a name the one of the wished CIDR."""
    if wish.name is None:
        return subnets.by_network(tx, wish.vrf, wish.network) if wish.network else None
    if wish.network is None:
        return find.find_subnet(tx, wish.vrf, wish.name)
    return subnets.by_name(tx, wish.vrf, wish.name)


def _moves(wish: Wish, present: Subnet) -> bool:
    """Whether others of the VRF are concerned: the subnet gets another name or CIDR."""
    return wish.network not in (None, present.network) or wish.new_name not in (None, present.name)


def _create(tx: Transaction, wish: Wish) -> Change:
    place = _place(tx, wish)
    name = wish.new_name or wish.name
    naming.refuse_misleading(name, place.network)
    new = subnets.insert(
        tx,
        Subnet(
            id=0,
            vrf_id=t.cast(int, vrfs.number(tx, wish.vrf)),
            vrf=wish.vrf,
            parent_id=place.parent.id if place.parent else 0,
            name=name or str(place.network),
            network=place.network,
        ),
    )
    placement.settle(tx, new, place.parent)
    pool_rows.replace(tx, new, pools.generated(new))
    new = properties.apply(tx, wish, new)
    after = record(tx, new)
    record_subnet(tx, new, None, after)
    return Change(None, after, new)


def _place(tx: Transaction, wish: Wish) -> placement.Place:
    if wish.network is not None:
        return placement.by_network(tx, wish.vrf, wish.network, wish.parents, adopt=wish.adopt)
    if not wish.parents:
        raise _missing(tx, wish)
    return placement.next_free(tx, wish.vrf, wish.parents, wish.prefix_length)


def _missing(tx: Transaction, wish: Wish) -> LedgerError:
    name = t.cast(str, wish.name)
    elsewhere = [vrf for vrf in vrfs.names(tx) if vrf != wish.vrf and find.find_subnet(tx, vrf, name)]
    if elsewhere:
        return LedgerError(
            "vrf_differs",
            f"vrf: subnet '{name}' lies in VRF {some_of(repr(one) for one in elsewhere)}, not in '{wish.vrf}', and "
            "cannot move there: addresses are unique within a VRF, and there they may be somebody else's. "
            "Make it anew there with cidr, and remove it where it is.",
            vrfs=elsewhere,
        )
    return LedgerError(
        "subnet_missing",
        f"There is no subnet '{name}' in VRF '{wish.vrf}'. To make it, give cidr, or parent and prefix_length.",
    )


def _change(tx: Transaction, wish: Wish, present: Subnet, parent: Subnet | None) -> Change:
    """Bring a locked subnet to what is wished; where it moves, VRF and parent are locked as well."""
    _refuse_other(tx, wish, present)
    before = record(tx, present)
    new = present._replace(name=wish.new_name or present.name)
    if _moves(wish, present):
        naming.refuse_misleading(new.name, wish.network or present.network)
        if wish.network not in (None, present.network):
            new = resize.prepare(tx, wish, new, parent)
        subnets.update(tx, new)
    new = properties.apply(tx, wish, new)
    if new.network != present.network:
        resize.finish(tx, present, new, parent)
    after = record(tx, new)
    if after != before:
        record_subnet(tx, present, before, after)
    return Change(before, after, new)


def _locked_in_parent(tx: Transaction, subnet: Subnet) -> tuple[Subnet, Subnet | None]:
    """Lock a subnet and its parent; the caller holds the lock of the VRF, so that neither moves."""
    parent = subnets.by_id(tx, subnet.parent_id) if subnet.parent_id else None
    locked = {one.id: one for one in find.all_locked(tx, [subnet, *([parent] if parent else [])])}
    return locked[subnet.id], locked[parent.id] if parent else None


def _refuse_other(tx: Transaction, wish: Wish, present: Subnet) -> None:
    """What stays of a subnet: its prefix length, unless a CIDR is given, and what it was carved out of."""
    is_ = f"Subnet '{present.name}' of VRF '{present.vrf}' is {present.network}"
    if wish.network is None and wish.prefix_length not in (None, present.network.prefix_length):
        raise LedgerError(
            "subnet_differs",
            f"{is_} and cannot become a /{wish.prefix_length}. Give its new cidr, another name, or remove it first.",
            subnet=present.name,
        )
    named = [find.subnet(tx, wish.vrf, parent) for parent in wish.parents]
    network = wish.network or present.network
    around = [
        one
        for one in named
        if one.id != present.id and one.version == network.version and one.network.range.covers(network.range)
    ]
    if named and not around:
        asked = " or ".join(f"'{one.name}' ({one.network})" for one in named)
        raise LedgerError("subnet_differs", f"{is_}, and {network} does not lie in {asked}.", subnet=present.name)


def _set_pools(tx: Transaction, subnet: Subnet, wanted: list[Pool], *, force: bool) -> list[Address]:
    before = record(tx, subnet)
    stranded = pools.replace(tx, subnet, wanted, force=force)
    after = {**before, "pools": [facts.pool_record(subnet, one) for one in pool_rows.of(tx, subnet)]}
    if after != before:
        generated = subnet.pools_generated and pools.are_generated(subnet, wanted)
        subnets.update(tx, subnet._replace(pools_generated=generated))
        record_subnet(tx, subnet, before, after)
    return stranded
