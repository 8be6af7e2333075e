# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of giving addresses: the same key always gets the same address, and no address gets two holders.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    format_range,
    gateway_blocks,
    unusable_reason,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds, pools, usage
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change, record_addresses
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import take
from ansible_collections.netledger.ipam.plugins.module_utils._space.pick import lowest, take_lowest
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Key = tuple[str, str]


class Request(t.NamedTuple):
    """A wish for an address: whose (the key), which one or from which pool, and what to note about it.

    ``notes`` has those of mac, fqdn, tags, labels, description that were given; the others stay as they are.
    """

    name: str
    interface: str = ""
    address: str | None = None
    pool: str | None = None
    notes: dict[str, t.Any] = {}

    @property
    def key(self) -> Key:
        return self.name, self.interface


def acquire(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool = False) -> list[Change]:
    """Give every request its address in a subnet whose lock the caller holds; all or, by an error, none.

    Returns a change for each request in their order, with ``before == after`` where there was nothing to do.
    ``force`` lets a holder move to another address that the request names.
    """
    _refuse_repeated(subnet, requests)
    holds.reap(tx, subnet)
    for pool in {request.pool for request in requests} - {None}:
        pools.selected(tx, subnet, pool)
    changes, leaving = _serve_present(tx, subnet, requests, force=force)
    # Certain addresses first, so that "any" does not take one that the same call names.
    for request in requests:
        if request.address is not None and request.key not in changes:
            value, held = take_specific(tx, subnet, request), leaving.get(request.key)
            new = held._replace(value=value) if held else Address(value, *request.key)
            changes[request.key] = Change(subnet, held, _noted(new, request))
    _give_any(tx, subnet, [one for one in requests if one.key not in changes], changes)
    ordered = [changes[request.key] for request in requests]
    address.insert(tx, subnet, [change.after for change in ordered if change.after and _is_new(change)])
    record_addresses(tx, [change for change in ordered if change.before != change.after])
    return ordered


def release(tx: Transaction, subnet: Subnet, held: Address) -> Change:
    """Take an address from its holder, in a subnet whose lock the caller holds."""
    address.delete(tx, subnet, held.value)
    holds.retire(tx, subnet, held)
    change = Change(subnet, held, None)
    record_addresses(tx, [change])
    return change


def preview(tx: Transaction, subnet: Subnet, pool: str | None, count: int) -> list[int]:
    """The addresses that the next ``count`` requests would get; nothing is reserved by that."""
    windows = [one.span for one in pools.selected(tx, subnet, pool)]
    found: list[int] = []
    for window in windows:
        ending = [
            one.value
            for one in hold.due(tx, subnet, holds.AT_ONCE)
            if one.value in window and not holds.is_blocked(subnet, one.value)
        ]
        found += sorted({*lowest(tx, subnet, [window], count), *ending})
    return found[:count]


def take_specific(tx: Transaction, subnet: Subnet, request: Request) -> int:
    """Take the address that the request names out of the free space, or say which rule forbids it."""
    value = value_in(subnet, t.cast(str, request.address))
    text = subnet.text(value)
    holder = address.at(tx, subnet, value)
    if holder:
        raise LedgerError(
            "address_conflict",
            f"{text} in subnet '{subnet.name}' is held by {holder.holder}, so {request.name} cannot have it. "
            f"Ask for another one, or free it first: address={text} state=absent.",
            holder=holder.name,
            address=text,
        )
    _refuse_unusable(subnet, value)
    _refuse_in_child(tx, subnet, value)
    waiting = hold.at(tx, subnet, value)
    if waiting and (waiting[2:] == request.key or waiting.until <= tx.now):
        hold.delete(tx, subnet, value)
    elif waiting:
        raise LedgerError(
            "address_on_hold",
            f"{text} in subnet '{subnet.name}' was released by {waiting.name} and waits for it for another "
            f"{waiting.until - tx.now} seconds.",
            holder=waiting.name,
            address=text,
            until=waiting.until,
        )
    elif not take(tx, subnet, Range(value, value)):
        raise LedgerError(
            "store_corrupt", f"The free space of subnet '{subnet.name}' misses {text}, which nobody holds."
        )
    return value


def _refuse_repeated(subnet: Subnet, requests: t.Sequence[Request]) -> None:
    keys: set[Key] = set()
    values: set[int] = set()
    for request in requests:
        if request.key in keys:
            raise bad_request("names", request.name, "is asked for twice in one task.")
        keys.add(request.key)
        value = None if request.address is None else value_in(subnet, request.address)
        if value in values:
            raise bad_request("address", request.address, "is asked for twice in one task.")
        values |= set() if value is None else {value}


def _present(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request]) -> dict[Key, Address]:
    if len(requests) > 1:
        return address.of_holders(tx, subnet, sorted({request.name for request in requests}))
    found = [address.of_holder(tx, subnet, *request.key) for request in requests]
    return {(one.name, one.interface): one for one in found if one}


def _is_new(change: Change) -> bool:
    """Whether the row of the address is still to be made: a new holder, or one that moved."""
    return change.after is not None and (change.before is None or change.before.value != change.after.value)


def _serve_present(
    tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], *, force: bool
) -> tuple[dict[Key, Change], dict[Key, Address]]:
    """Serve those who hold an address already: they keep it, with new notes, or leave it for the one that they name.

    Returns the changes of the first and the addresses of the second. These are free then for each other to take.
    """
    changes: dict[Key, Change] = {}
    leaving: dict[Key, Address] = {}
    present = _present(tx, subnet, requests)
    for request in (one for one in requests if one.key in present):
        held = present[request.key]
        if request.address is None or value_in(subnet, request.address) == held.value:
            changes[request.key] = Change(subnet, held, _noted(held, request))
            if changes[request.key].after != held:
                address.update(tx, subnet, _noted(held, request))
        elif force:
            address.delete(tx, subnet, held.value)
            holds.retire(tx, subnet, held)
            leaving[request.key] = held
        else:
            raise LedgerError(
                "address_differs",
                f"{held.holder} holds {subnet.text(held.value)} in subnet '{subnet.name}', not {request.address}. "
                "Set force: true to move it, or give another interface to have both.",
                address=subnet.text(held.value),
            )
    return changes, leaving


def _noted(held: Address, request: Request) -> Address:
    return held._replace(**request.notes)


def _give_any(tx: Transaction, subnet: Subnet, requests: t.Sequence[Request], changes: dict[Key, Change]) -> None:
    """Give each request the address that waits for it, else the lowest free one of its pool or of all pools."""
    by_pool: dict[str | None, list[Request]] = {}
    for request in requests:
        by_pool.setdefault(request.pool, []).append(request)
    for name, wishes in by_pool.items():
        chosen = pools.selected(tx, subnet, name)
        windows = [pool.span for pool in chosen]
        new: list[Request] = []
        for request in wishes:
            waiting = holds.reclaim(tx, subnet, *request.key, windows)
            if waiting is None:
                new.append(request)
            else:
                changes[request.key] = Change(subnet, None, _noted(Address(waiting, *request.key), request))
        for request, value in zip(new, _take_any(tx, subnet, chosen, len(new))):
            changes[request.key] = Change(subnet, None, _noted(Address(value, *request.key), request))


def _take_any(tx: Transaction, subnet: Subnet, chosen: t.Sequence[Pool], count: int) -> list[int]:
    taken: list[int] = []
    while True:
        for pool in chosen:
            if len(taken) < count:
                taken += take_lowest(tx, subnet, pool.span, count - len(taken))
        if len(taken) == count:
            return taken
        if not holds.reap(tx, subnet):
            raise exhausted(tx, subnet, chosen, asked=count, given=len(taken))


def exhausted(tx: Transaction, subnet: Subnet, chosen: t.Sequence[Pool], *, asked: int, given: int) -> LedgerError:
    """Say of each pool how large it is and what its addresses are doing."""
    reports, facts, ends = [], [], []
    for pool in chosen:
        full = usage.of_window(tx, subnet, pool.span)
        facts.append(
            {
                "name": pool.name,
                "start": subnet.text(pool.span.first),
                "end": subnet.text(pool.span.last),
                "size": full.size,
                "used": full.used,
                "held_down": full.held_down,
                "reserved": full.reserved,
                "in_children": full.in_children,
            }
        )
        noun = "address" if full.size == 1 else "addresses"
        reports.append(
            f"pool '{pool.name}' ({format_range(pool.span, subnet.version)}, {full.size} {noun}): {full.used} used, "
            f"{full.held_down} held down, {full.reserved} reserved"
            + (f", {full.in_children} in child subnets" if full.in_children else "")
        )
        ends += [full.next_release] if full.next_release else []
    wanted = "no free address" if asked == 1 else f"only {given} of the {asked} addresses asked for are free"
    wait = f" The next one on hold is free in {max(0, min(ends) - tx.now)} seconds." if ends else ""
    return LedgerError(
        "pool_exhausted",
        f"Subnet '{subnet.name}' ({subnet.network}): {wanted} in {'; '.join(reports)}.{wait} "
        "Grow the pool with netledger.ipam.pool, or free an address.",
        subnet=subnet.name,
        pools=facts,
    )


def value_in(subnet: Subnet, asked: str) -> int:
    """The number of an address of the subnet; its prefix length, if given, has to be the subnet's."""
    (version, value), length = parse_host(asked, "address", subnet.version)
    text = asked.partition("/")[0]
    if length not in (None, subnet.network.prefix_length, BITS[subnet.version]):
        raise bad_request(
            "address", asked, f"does not have the prefix length of subnet '{subnet.name}', {subnet.network}."
        )
    if version != subnet.version or value not in subnet.network.range:
        raise LedgerError(
            "address_outside_subnet",
            f"{text} does not lie in subnet '{subnet.name}' ({subnet.network}).",
            address=text,
        )
    return value


def _refuse_unusable(subnet: Subnet, value: int) -> None:
    text = f"{subnet.text(value)} in subnet '{subnet.name}' ({subnet.network})"
    reason = unusable_reason(subnet.network, value)
    if reason:
        what = {
            "network_address": "is its network address",
            "broadcast_address": "is its broadcast address",
            "subnet_router_address": "is its subnet-router anycast address",
        }[reason]
        raise LedgerError(reason, f"{text} {what} and cannot be given to a host.")
    if subnet.gateway == value and gateway_blocks(subnet.network, value):
        raise LedgerError("gateway_address", f"{text} is its gateway and cannot be given to a host.")
    for span in subnet.reserved:
        if value in span:
            raise LedgerError(
                "address_reserved",
                f"{text} is reserved ({format_range(span, subnet.version)}). Take it out of the subnet's reserved list "
                "to give it to a host.",
            )


def _refuse_in_child(tx: Transaction, subnet: Subnet, value: int) -> None:
    child = subnets.child_at(tx, subnet.vrf_id, subnet.id, subnet.version, value)
    if child:
        raise LedgerError(
            "address_in_child",
            f"{subnet.text(value)} lies in '{child.name}' ({child.network}), which was carved out of subnet "
            f"'{subnet.name}'. Ask for it there.",
            child=child.name,
        )
