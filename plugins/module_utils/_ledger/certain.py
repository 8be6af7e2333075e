# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certain addresses: which one a request names, and which rule may keep it from its holder.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import interface_id
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    format_range,
    gateway_blocks,
    unusable_reason,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.unknown import dismiss, is_unknown
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import take
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

TAKEN: t.Final = frozenset(
    (
        "address_conflict",
        "address_in_child",
        "address_on_hold",
        "address_reserved",
        "broadcast_address",
        "gateway_address",
        "network_address",
        "subnet_router_address",
    )
)
"""Why nobody, or not this holder, can have an address of the subnet; another one may do then."""

_STABLE_TRIES: t.Final = 4  # IDGEN_RETRIES of RFC 7217 section 6 is 3: the first and three more


def candidates(subnet: Subnet, request: Request) -> list[int]:
    """The addresses that a strategy names, the first that the request can have is meant; none where any will do."""
    if request.strategy == "eui64":
        return [_eui64(subnet, request)]
    if request.strategy == "stable":
        return _stable(subnet, request)
    return []


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


Given = t.Mapping[int, Address]
"""Addresses that were given a moment ago, whose rows are still to be made."""


def take_first(tx: Transaction, subnet: Subnet, request: Request, values: t.Sequence[int], given: Given) -> int:
    """Take the first of the addresses that the request can have; else say what is wrong with the first."""
    refused = None
    for value in values:
        error = _refusal(tx, subnet, request, value, given)
        if error is None:
            return value
        refused = refused or error
    raise refused or ValueError("no address was named")


def _refusal(tx: Transaction, subnet: Subnet, request: Request, value: int, given: Given) -> LedgerError | None:
    """Take the address, or return why this holder cannot have it."""
    try:
        take_certain(tx, subnet, request, value, given)
    except LedgerError as error:
        if error.reason not in TAKEN:
            raise
        return error
    return None


def take_certain(tx: Transaction, subnet: Subnet, request: Request, value: int, given: Given) -> None:
    """Take an address out of the free space, or say which rule forbids it."""
    _refuse_unusable(subnet, value)
    if take(tx, subnet, Range(value, value)):
        return
    _refuse_held(tx, subnet, request, value, given)
    if not request.adopt:
        _refuse_blocked(subnet, value)
    _refuse_in_child(tx, subnet, value)
    waiting = hold.at(tx, subnet, value)
    if waiting and (request.adopt or waiting[2:] == request.key or waiting.until <= tx.now):
        hold.delete(tx, subnet, value)
    elif waiting:
        raise LedgerError(
            "address_on_hold",
            f"{subnet.text(value)} in subnet '{subnet.name}' was released by {waiting.name} and waits for it for "
            f"another {waiting.until - tx.now} seconds.",
            holder=waiting.name,
            address=subnet.text(value),
            until=waiting.until,
        )
    elif not holds.is_blocked(subnet, value) and not take(tx, subnet, Range(value, value)):
        raise LedgerError(
            "store_corrupt",
            f"The free space of subnet '{subnet.name}' misses {subnet.text(value)}, which nobody holds. "
            "Mend it with netledger.ipam.store and repair: true.",
        )


def _eui64(subnet: Subnet, request: Request) -> int:
    if subnet.version != 6 or subnet.network.prefix_length != interface_id.LENGTH:
        raise bad_request(
            "strategy",
            "eui64",
            f"needs an IPv6 subnet of prefix length 64 (RFC 4291 2.5.1), and '{subnet.name}' is {subnet.network}.",
        )
    return interface_id.eui64(subnet.network, request.notes["mac"])


def _stable(subnet: Subnet, request: Request) -> list[int]:
    """Addresses by RFC 7217, for the interface that has this MAC, or without one this key."""
    if subnet.version != 6:
        raise bad_request("strategy", "stable", f"needs an IPv6 subnet, and '{subnet.name}' is {subnet.network}.")
    interface = request.notes.get("mac") or "\0".join(request.key)
    found = (
        interface_id.stable(subnet.network, interface, subnet.vrf, counter, request.secret)
        for counter in range(_STABLE_TRIES)
    )
    values = [value for value in found if value is not None]
    if not values:
        raise bad_request("strategy", "stable", f"finds no usable identifier in subnet '{subnet.name}'.")
    return values


def _refuse_held(tx: Transaction, subnet: Subnet, request: Request, value: int, given: Given) -> None:
    holder = given.get(value) or address.at(tx, subnet, value)
    if holder and holder.expired(tx.now):
        holds.lapse(tx, subnet, [holder])
    elif holder and request.adopt and is_unknown(subnet, holder):
        dismiss(tx, subnet, holder)
    elif holder:
        text = subnet.text(value)
        who, way_out = f"is held by {holder.holder}", ""
        if is_unknown(subnet, holder):
            who = f"is in use by somebody unknown{f' ({holder.mac})' if holder.mac else ''} who answered there"
            way_out = "or say with adopt: true who that is, "
        raise LedgerError(
            "address_conflict",
            f"{text} in subnet '{subnet.name}' {who}, so {request.name} cannot have it. "
            f"Ask for another one, {way_out}or free it first: address={text} state=absent.",
            holder=holder.name,
            address=text,
        )


def _refuse_unusable(subnet: Subnet, value: int) -> None:
    reason = unusable_reason(subnet.network, value)
    if reason:
        what = {
            "network_address": "is its network address",
            "broadcast_address": "is its broadcast address",
            "subnet_router_address": "is its subnet-router anycast address",
        }[reason]
        raise LedgerError(reason, f"{_placed(subnet, value)} {what} and cannot be given to a host.")


def _refuse_blocked(subnet: Subnet, value: int) -> None:
    if subnet.gateway == value and gateway_blocks(subnet.network, value):
        raise LedgerError(
            "gateway_address",
            f"{_placed(subnet, value)} is its gateway and cannot be given to a host. "
            "Set adopt: true to write down the router that has it.",
        )
    for span in subnet.reserved:
        if value in span:
            raise LedgerError(
                "address_reserved",
                f"{_placed(subnet, value)} is reserved ({format_range(span, subnet.version)}). Take it out of the "
                "subnet's reserved list to give it to a host, or set adopt: true for one that has it already.",
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


def _placed(subnet: Subnet, value: int) -> str:
    return f"{subnet.text(value)} in subnet '{subnet.name}' ({subnet.network})"
