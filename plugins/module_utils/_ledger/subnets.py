# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of subnets: make one by CIDR or as the next free child, change it, remove it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    Network,
    format_range,
    gateway_blocks,
    unusable_reason,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import (
    parse_address,
    parse_network,
    parse_range,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, find, placement, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change as AddressChange
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import record_addresses, record_subnet
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Wish(t.NamedTuple):
    """What a subnet should be. None leaves a thing as it is.

    ``gateway``, ``reserved`` and ``pools`` are still text, because their IP version is that of the subnet; ``pools``
    are dicts with start, end and perhaps name. ``settings`` has fields of the subnet that need no such reading.
    """

    vrf: str
    name: str | None
    network: Network | None = None
    parent: str | None = None
    prefix_length: int | None = None
    gateway: str | None = None
    reserved: t.Sequence[str] | None = None
    pools: t.Sequence[dict[str, str]] | None = None
    settings: dict[str, t.Any] = {}
    force: bool = False


class Change(t.NamedTuple):
    """A subnet as records before and after, and the row that stands now (None when it was removed)."""

    before: facts.Record | None
    after: facts.Record | None
    subnet: Subnet | None


class Removed(t.NamedTuple):
    """What went with a removed subnet."""

    record: facts.Record
    subnets: list[str]
    addresses: list[str]


def ensure(tx: Transaction, wish: Wish) -> Change:
    """Make the subnet what is wished, whether it exists or not."""
    present = _existing(tx, wish) or _create_or_find(tx, wish)
    if isinstance(present, Change):
        return present
    present = find.locked(tx, present)
    _refuse_other(tx, wish, present)
    before = record(tx, present)
    after = _apply(tx, wish, present)
    if after == before:
        return Change(before, before, present)
    record_subnet(tx, present, before, after)
    return Change(before, after, subnets.by_id(tx, present.id))


def ensure_pool(tx: Transaction, subnet: Subnet, pool: Pool, *, force: bool) -> list[Address]:
    """Make one named pool of a locked subnet; pools that nobody named give way to it. Returns the stranded."""
    others = [] if subnet.pools_generated else [one for one in pool_rows.of(tx, subnet) if one.name != pool.name]
    return _set_pools(tx, subnet, [*others, pool], force=force)


def remove_pool(tx: Transaction, subnet: Subnet, name: str, *, force: bool) -> list[Address]:
    """Remove a pool of a locked subnet; one that is not there is fine. Returns the stranded."""
    present = pool_rows.of(tx, subnet)
    return _set_pools(tx, subnet, [one for one in present if one.name != name], force=force)


def remove(tx: Transaction, subnet: Subnet, *, force: bool) -> Removed:
    """Remove a subnet; with anything in it only by ``force``, and then everything in it.

    Raises ``subnet_in_use`` with the names of addresses and children.
    """
    vrfs.lock(tx, subnet.vrf)
    subnets.lock(tx, subnet.parent_id)
    subnet = find.locked(tx, subnet)
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
    parent = subnets.by_id(tx, subnet.parent_id) if subnet.parent_id else None
    return facts.subnet_record(subnet, parent.name if parent else None, pool_rows.of(tx, subnet))


def _existing(tx: Transaction, wish: Wish) -> Subnet | None:
    """The subnet that the wish names, by its name or its CIDR, or without a name the one of the wished CIDR."""
    if wish.name is None:
        return subnets.by_network(tx, wish.vrf, wish.network) if wish.network else None
    if wish.network is None:
        return find.find_subnet(tx, wish.vrf, wish.name)
    return subnets.by_name(tx, wish.vrf, wish.name)


def _create_or_find(tx: Transaction, wish: Wish) -> Change | Subnet:
    """Make the subnet, unless somebody else did before the VRF was locked."""
    if not vrfs.lock(tx, wish.vrf):
        vrfs.insert(tx, wish.vrf)
        vrfs.lock(tx, wish.vrf)
    return _existing(tx, wish) or _create(tx, wish)


def _create(tx: Transaction, wish: Wish) -> Change:
    place = _place(tx, wish)
    _refuse_misleading(wish.name, place.network)
    new = subnets.insert(
        tx,
        Subnet(
            id=0,
            vrf_id=t.cast(int, vrfs.number(tx, wish.vrf)),
            vrf=wish.vrf,
            parent_id=place.parent.id if place.parent else 0,
            name=wish.name or str(place.network),
            network=place.network,
        ),
    )
    placement.settle(tx, new, place.parent)
    pool_rows.replace(tx, new, pools.generated(new))
    after = _apply(tx, wish, new)
    record_subnet(tx, new, None, after)
    return Change(None, after, subnets.by_id(tx, new.id))


def _place(tx: Transaction, wish: Wish) -> placement.Place:
    if wish.network is not None:
        return placement.by_network(tx, wish.vrf, wish.network, wish.parent)
    if wish.parent is None or wish.prefix_length is None:
        raise LedgerError(
            "subnet_missing",
            f"There is no subnet '{wish.name}' in VRF '{wish.vrf}'. "
            "To make it, give cidr, or parent and prefix_length.",
        )
    return placement.next_free(tx, wish.vrf, wish.parent, wish.prefix_length)


def _refuse_misleading(name: str | None, network: Network) -> None:
    """A subnet can be named by its CIDR, so no subnet may be called by that of another one."""
    try:
        called = parse_network(name or "", "name")
    except LedgerError:
        return
    if called != network:
        raise bad_request("name", name, f"is the CIDR of another network than {network}.")


def _refuse_other(tx: Transaction, wish: Wish, present: Subnet) -> None:
    """What a subnet is made of stays: its CIDR and what it was carved out of."""
    is_ = f"Subnet '{present.name}' of VRF '{present.vrf}' is {present.network}"
    if wish.network is not None and wish.network != present.network:
        raise LedgerError(
            "subnet_differs",
            f"{is_} and cannot become {wish.network}. Give another name, or remove it first.",
            subnet=present.name,
        )
    if wish.network is None and wish.prefix_length not in (None, present.network.prefix_length):
        raise LedgerError(
            "subnet_differs",
            f"{is_} and cannot become a /{wish.prefix_length}. Give another name, or remove it first.",
            subnet=present.name,
        )
    if wish.parent is not None:
        parent = find.subnet(tx, wish.vrf, wish.parent)
        if (
            parent.id == present.id
            or parent.version != present.version
            or not parent.network.range.covers(present.network.range)
        ):
            raise LedgerError(
                "subnet_differs",
                f"{is_}, which does not lie in '{parent.name}' ({parent.network}).",
                subnet=present.name,
            )


def _apply(tx: Transaction, wish: Wish, subnet: Subnet) -> facts.Record:
    """Bring a locked subnet to what is wished of it and return its record."""
    new = subnet._replace(**wish.settings)
    if wish.gateway is not None:
        new = new._replace(gateway=_gateway(tx, new, wish.gateway))
    if wish.reserved is not None:
        new = new._replace(reserved=_reserved(new, wish.reserved))
    wanted = pool_rows.of(tx, subnet)
    if wish.pools is not None:
        wanted = [pools.parse_pool(new, one["start"], one["end"], one.get("name")) for one in wish.pools]
        new = new._replace(pools_generated=new.pools_generated and sorted(wanted) == sorted(pools.generated(new)))
    elif new.pools_generated:
        wanted = pools.generated(new)
    if new != subnet:
        subnets.update(tx, new)
    pools.replace(tx, new, wanted, force=wish.force)
    for window in _differing(subnet.blocked, new.blocked):
        rebuild(tx, new, window)
    return record(tx, new)


def _gateway(tx: Transaction, subnet: Subnet, text: str) -> int | None:
    """Read the gateway; it may lie outside of the subnet (on-link), but inside it must be nobody's."""
    if not text:
        return None
    version, value = parse_address(text, "gateway", subnet.version)
    if version != subnet.version:
        raise bad_request("gateway", text, f"is IPv{version}, and subnet '{subnet.name}' is IPv{subnet.version}.")
    if value == subnet.gateway or not gateway_blocks(subnet.network, value):
        return value
    if unusable_reason(subnet.network, value) in ("network_address", "broadcast_address"):
        raise bad_request("gateway", text, f"is the network or broadcast address of {subnet.network}.")
    holder = address.at(tx, subnet, value)
    if holder:
        raise LedgerError(
            "address_conflict",
            f"gateway: {text} in subnet '{subnet.name}' is held by {holder.holder}. Free it first.",
            holder=holder.name,
        )
    child = subnets.child_at(tx, subnet.vrf_id, subnet.id, subnet.version, value)
    if child:
        raise bad_request("gateway", text, f"lies in '{child.name}' ({child.network}), a child of '{subnet.name}'.")
    return value


def _reserved(subnet: Subnet, texts: t.Sequence[str]) -> tuple[Range, ...]:
    """Read the reserved ranges as a set of addresses, all of the subnet."""
    spans = [parse_range(text, "reserved", subnet.version) for text in texts]
    for span in spans:
        if not subnet.network.range.covers(span):
            raise bad_request(
                "reserved",
                format_range(span, subnet.version),
                f"does not lie in subnet '{subnet.name}' ({subnet.network}).",
            )
    return tuple(merge(spans))


def _set_pools(tx: Transaction, subnet: Subnet, wanted: list[Pool], *, force: bool) -> list[Address]:
    before = record(tx, subnet)
    stranded = pools.replace(tx, subnet, wanted, force=force)
    after = {**before, "pools": [facts.pool_record(subnet, one) for one in pool_rows.of(tx, subnet)]}
    if after != before:
        subnets.update(tx, subnet._replace(pools_generated=False))
        record_subnet(tx, subnet, before, after)
    return stranded


def _differing(before: t.Sequence[Range], after: t.Sequence[Range]) -> list[Range]:
    """The addresses that are blocked in one of the two and not in the other."""
    return merge([*subtract(before, after), *subtract(after, before)])
