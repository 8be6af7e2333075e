# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another CIDR for a subnet that stays the same one: it grows around what it was, or shrinks into it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, gateway_blocks, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds, limits, placement
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.properties import (
    is_edge,
    newly_or_no_longer_blocked,
    refuse_gateway,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import cut_out, rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Hold, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Obstacles(t.NamedTuple):
    """What a subnet holds that has no place in another network."""

    held: list[Address]
    waiting: list[Hold]
    children: list[Subnet]
    gateway: int | None

    def refuse(self, reason: str, subnet: Subnet, what: str, *, force: bool) -> None:
        """Fail with the names of all of them; holds are none where ``force`` is set."""
        waiting = [] if force else self.waiting
        named = [f"{subnet.text(one.value)} ({one.holder})" for one in self.held]
        named += [f"{subnet.text(one.value)} (on hold for {one.name})" for one in waiting]
        named += [f"{child.name} ({child.network})" for child in self.children]
        named += [f"{subnet.text(self.gateway)} (the gateway)"] if self.gateway is not None else []
        if named:
            raise LedgerError(
                reason,
                f"Subnet '{subnet.name}' ({subnet.network}) cannot {what}, which would leave no place for "
                f"{some_of(named)}. Free, remove or change them first"
                + (", or set force: true to end the holds." if waiting else "."),
                stranded=[{"address": subnet.text(one.value), "name": one.name} for one in self.held],
                on_hold=[{"address": subnet.text(one.value), "name": one.name} for one in waiting],
                children=[child.name for child in self.children],
            )


def prepare(tx: Transaction, wish: Wish, subnet: Subnet, parent: Subnet | None) -> Subnet:
    """Give a locked subnet the CIDR of the wish, or refuse with all that stands in its way.

    The caller holds the locks of VRF and parent, stores the rest, applies the rest of the wish and calls ``finish``.
    """
    network = t.cast(Network, wish.network)
    if network.version == subnet.version and network.range.covers(subnet.network.range):
        reason = "subnet_in_use"
        _refuse_growth(tx, subnet, network, parent)
    elif network.version == subnet.version and subnet.network.range.covers(network.range):
        reason = "shrink_in_use"
    else:
        raise LedgerError(
            "subnet_differs",
            f"Subnet '{subnet.name}' of VRF '{subnet.vrf}' is {subnet.network} and cannot become {network}, which "
            "neither covers it nor lies in it. Give another name, or remove it first.",
            subnet=subnet.name,
        )
    if parent:
        limits.refuse_child(tx, parent, network)
    holds.reap_all(tx, subnet)
    new = subnet._replace(network=network, reserved=clipped(subnet.reserved, network))
    obstacles = _obstacles(tx, wish, subnet, new)
    obstacles.refuse(reason, subnet, f"become {network}", force=wish.force)
    for one in obstacles.waiting:
        hold.delete(tx, subnet, one.value)
        rebuild(tx, subnet, Range(one.value, one.value))
    new = _with_gateway(tx, wish, subnet, new)
    subnets.set_network(tx, new)
    return new


def finish(tx: Transaction, before: Subnet, after: Subnet, parent: Subnet | None) -> None:
    """Bring the free space of the subnet and of its parent in line with the new CIDR."""
    for left in subtract([before.network.range], [after.network.range]):
        cut_out(tx, after, left)
        if parent:
            rebuild(tx, parent, left)
    for gained in subtract([after.network.range], [before.network.range]):
        if parent:
            cut_out(tx, parent, gained)
        rebuild(tx, after, gained)
    for window in newly_or_no_longer_blocked(before, after):
        rebuild(tx, after, window)


def clipped(reserved: t.Iterable[Range], network: Network) -> tuple[Range, ...]:
    """What of the reserved ranges lies in the network."""
    return tuple(piece for piece in (span.clip(network.range) for span in reserved) if piece)


def without_place(tx: Transaction, subnet: Subnet, windows: t.Iterable[Range]) -> tuple[list[Address], list[Hold]]:
    """The held addresses and the holds of a subnet in windows that no host can have any more."""
    held, waiting = [], []
    for window in windows:
        held += list(address.within(tx, subnet, window))
        waiting += list(hold.within(tx, subnet, window))
    return held, waiting


def _refuse_growth(tx: Transaction, subnet: Subnet, network: Network, parent: Subnet | None) -> None:
    """Refuse a network that is not free around the subnet."""
    if parent and (network == parent.network or not parent.network.range.covers(network.range)):
        raise LedgerError(
            "subnet_differs",
            f"Subnet '{subnet.name}' of VRF '{subnet.vrf}' is {subnet.network} and cannot become {network}, which does "
            f"not fit into its parent '{parent.name}' ({parent.network}). Grow that first, or choose a longer prefix.",
            subnet=subnet.name,
        )
    around = subnets.children(tx, subnet.vrf_id, subnet.parent_id, network)
    others = [one for one in around if one.id != subnet.id]
    if others:
        raise LedgerError(
            "overlap",
            f"Subnet '{subnet.name}' ({subnet.network}) cannot become {network}, which covers "
            f"{some_of(f'{one.name} ({one.network})' for one in others)}. Remove or merge them first.",
            subnet=others[0].name,
        )
    if parent:
        placement.refuse_in_use(tx, parent, network)


def _obstacles(tx: Transaction, wish: Wish, subnet: Subnet, new: Subnet) -> Obstacles:
    windows = subtract([subnet.network.range], [usable(new.network)])
    children = subnets.children(tx, subnet.vrf_id, subnet.id, subnet.network)
    outside = [one for one in children if one.network == new.network or not new.network.range.covers(one.network.range)]
    gateway = subnet.gateway if wish.gateway is None and _loses_gateway(subnet, new) else None
    return Obstacles(*without_place(tx, subnet, windows), outside, gateway)


def _loses_gateway(subnet: Subnet, new: Subnet) -> bool:
    """Whether the gateway would be left outside, or at the edge of an IPv4 network."""
    value = subnet.gateway
    if value is None:
        return False
    was_inside = value in subnet.network.range
    return (was_inside and value not in new.network.range) or is_edge(new, value)


def _with_gateway(tx: Transaction, wish: Wish, subnet: Subnet, new: Subnet) -> Subnet:
    """Keep the gateway, unless the wish has another; one that only now lies inside must be nobody's."""
    if new.gateway is None or gateway_blocks(subnet.network, new.gateway):
        return new
    if wish.gateway is not None:
        return new._replace(gateway=None)
    refuse_gateway(tx, new, new.gateway)
    return new
