# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be said of a subnet that stays where it is: settings, gateway, reserved ranges, pools.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    format_range,
    gateway_blocks,
    unusable_reason,
    usable,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_address, parse_range
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, holds, limits, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def record(tx: Transaction, subnet: Subnet) -> facts.Record:
    """The stored subnet as people read it."""
    parent = subnets.by_id(tx, subnet.parent_id) if subnet.parent_id else None
    return facts.subnet_record(subnet, parent.name if parent else None, pool_rows.of(tx, subnet))


def apply(tx: Transaction, wish: Wish, subnet: Subnet) -> Subnet:
    """Bring a locked subnet to what is wished of it and return it as it is then."""
    new = subnet._replace(**wish.settings)
    limits.check(new)
    if wish.gateway is not None:
        new = new._replace(gateway=_gateway(tx, new, wish.gateway))
    if wish.reserved is not None:
        new = new._replace(reserved=_reserved(new, wish.reserved))
        _end_within(tx, new, subtract(new.reserved, subnet.reserved))
    wanted = pool_rows.of(tx, subnet)
    if wish.pools is not None:
        wanted = pools.read(new, wish.pools, wanted)
        new = new._replace(pools_generated=new.pools_generated and pools.are_generated(new, wanted))
    elif new.pools_generated:
        wanted = pools.generated(new, wanted)
    if new != subnet:
        subnets.update(tx, new)
    pools.replace(tx, new, wanted, force=wish.force)
    for window in newly_or_no_longer_blocked(subnet, new):
        rebuild(tx, new, window)
    return new


def newly_or_no_longer_blocked(before: Subnet, after: Subnet) -> list[Range]:
    """The addresses inside the subnet that are blocked before and not after, or the other way round."""
    changed = merge([*subtract(before.blocked, after.blocked), *subtract(after.blocked, before.blocked)])
    return [window for window in (span.clip(after.network.range) for span in changed) if window]


def _end_within(tx: Transaction, subnet: Subnet, windows: t.Iterable[Range]) -> None:
    """End what is over in windows that are reserved now, so that its last holder does not come back to it."""
    for window in windows:
        holds.lapse(tx, subnet, [one for one in address.within(tx, subnet, window) if one.expired(tx.now)])


def _gateway(tx: Transaction, subnet: Subnet, text: str) -> int | None:
    """Read the gateway; it may lie outside of the subnet (on-link), but inside it must be nobody's."""
    if text in ("first", "last"):
        bounds = usable(subnet.network)
        value = bounds.first if text == "first" else bounds.last
    elif text:
        version, value = parse_address(text, "gateway", subnet.version)
        if version != subnet.version:
            raise LedgerError(
                "version_mismatch",
                f"gateway: {text} is IPv{version}, and subnet '{subnet.name}' ({subnet.network}) is "
                f"IPv{subnet.version}. Give a gateway of that version.",
                option="gateway",
            )
    else:
        return None
    if value != subnet.gateway:
        refuse_gateway(tx, subnet, value)
    return value


def refuse_gateway(tx: Transaction, subnet: Subnet, value: int) -> None:
    """Refuse a gateway inside the subnet that is no host's, or somebody's; who had it until now does not come back."""
    if not gateway_blocks(subnet.network, value):
        return
    text = subnet.text(value)
    if is_edge(subnet, value):
        raise bad_request("gateway", text, f"is the network or broadcast address of {subnet.network}.")
    holder = address.at(tx, subnet, value)
    if holder and not holder.expired(tx.now):
        raise LedgerError(
            "address_conflict",
            f"gateway: {text} in subnet '{subnet.name}' is held by {holder.holder}. Free it first.",
            holder=holder.name,
        )
    child = subnets.child_at(tx, subnet.vrf_id, subnet.id, subnet.version, value)
    if child:
        raise bad_request("gateway", text, f"lies in '{child.name}' ({child.network}), a child of '{subnet.name}'.")
    if holder:
        holds.lapse(tx, subnet, [holder])


def is_edge(subnet: Subnet, value: int) -> bool:
    """Whether this is the network or broadcast address of IPv4; a router of IPv6 may have any address."""
    return unusable_reason(subnet.network, value) in ("network_address", "broadcast_address")


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
