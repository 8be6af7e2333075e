# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a new subnet lies among the others: its parent, the children it takes over, and what stands in its way.

Subnets of a VRF nest and never overlap otherwise. The caller holds the lock of the VRF.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, holds, limits
from ansible_collections.netledger.ipam.plugins.module_utils._space.carve import next_block
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import cut_out, rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Place(t.NamedTuple):
    """The network of a new subnet and the locked subnet it is carved out of, if any."""

    network: Network
    parent: Subnet | None


def by_network(tx: Transaction, vrf: str, network: Network, parents: t.Sequence[str], *, adopt: bool) -> Place:
    """The place of a CIDR; where ``parents`` are given, the subnet around it has to be one of them.

    One to ``adopt`` is there already, so that the limits of the subnet around it come too late.
    """
    around = find.enclosing(tx, vrf, network)
    if around and around.network == network:
        raise LedgerError("overlap", f"{network} is subnet '{around.name}' of VRF '{vrf}' already.", subnet=around.name)
    named = [find.subnet(tx, vrf, parent) for parent in parents]
    if named and (around is None or around.id not in [one.id for one in named]):
        actual = f"in '{around.name}' ({around.network})" if around else "in no other subnet"
        asked = " or ".join(f"'{one.name}' ({one.network})" for one in named)
        raise LedgerError("subnet_differs", f"{network} does not lie directly in {asked}, but {actual}.")
    if around is None:
        return Place(network, None)
    around = find.locked(tx, around)
    if not adopt:
        limits.refuse_child(tx, around, network)
    refuse_in_use(tx, around, network)
    return Place(network, around)


def next_free(tx: Transaction, vrf: str, parents: t.Sequence[str], prefix_length: int | None) -> Place:
    """The next free block of the first parent that has one; the error says of each why it has none.

    Without a prefix length it is the one that the parent gives by default.
    """
    named = [find.subnet(tx, vrf, parent) for parent in parents]
    if len({one.version for one in named}) > 1:
        listed = ", ".join(f"'{one.name}' ({one.network})" for one in named)
        raise LedgerError(
            "version_mismatch", f"parent: {listed} are of both IP versions. Name parents of one.", option="parent"
        )
    refusals: list[tuple[Subnet, LedgerError]] = []
    for around in find.all_locked(tx, named):
        answer = _answer_of(tx, around, prefix_length)
        if isinstance(answer, Place):
            return answer
        refusals.append((around, answer))
    if len(refusals) == 1:
        raise refusals[0][1]
    reasons = {error.reason for _parent, error in refusals}
    raise LedgerError(
        reasons.pop() if len(reasons) == 1 else "parent_exhausted",
        "No parent has room for the subnet. " + " ".join(f"{one.name}: {error.message}" for one, error in refusals),
        parents=[{"parent": one.name, "reason": error.reason, "msg": error.message} for one, error in refusals],
    )


def _answer_of(tx: Transaction, around: Subnet, asked: int | None) -> Place | LedgerError:
    try:
        return _block_of(tx, around, asked)
    except LedgerError as error:
        return error


def _block_of(tx: Transaction, around: Subnet, asked: int | None) -> Place:
    length = limits.child_length(around, asked)
    if not around.network.prefix_length < length <= BITS[around.version]:
        raise LedgerError(
            "bad_request",
            f"prefix_length: {length} does not fit into parent '{around.name}' ({around.network}): "
            f"it must be from {around.network.prefix_length + 1} to {BITS[around.version]}.",
            option="prefix_length",
        )
    limits.refuse_length(around, length)
    limits.refuse_over_quota(tx, around, length)
    holds.reap_all(tx, around)
    block = next_block(tx, around, 1 << (BITS[around.version] - length))
    if block is None:
        raise LedgerError(
            "parent_exhausted",
            f"Subnet '{around.name}' ({around.network}) has no free /{length} left. It holds "
            f"{len(subnets.children(tx, around.vrf_id, around.id, around.network))} child subnets. "
            "Ask for a longer prefix, remove a child, or give another parent.",
            parent=around.name,
            prefix_length=length,
        )
    return Place(Network(around.version, block.first, length), around)


def settle(tx: Transaction, subnet: Subnet, parent: Subnet | None) -> None:
    """Make the stored subnet take its place: children of its parent that lie in it become its own."""
    subnets.move_children(tx, subnet, subnet.parent_id)
    if parent:
        cut_out(tx, parent, subnet.network.range)
    rebuild(tx, subnet, subnet.network.range)


def vacate(tx: Transaction, subnet: Subnet) -> None:
    """Give the place of a removed subnet back to its parent."""
    parent = subnets.by_id(tx, subnet.parent_id) if subnet.parent_id else None
    if parent:
        rebuild(tx, parent, subnet.network.range)


def refuse_in_use(tx: Transaction, parent: Subnet, network: Network) -> None:
    """A child cannot cover what its locked parent gave to somebody."""
    holds.reap_all(tx, parent)
    taken = some_of(_in_use(tx, parent, network))
    if taken:
        raise LedgerError(
            "subnet_in_use",
            f"{network} cannot be carved out of '{parent.name}' ({parent.network}), which gave addresses of it away: "
            f"{taken}. Free them first, or choose another network.",
            parent=parent.name,
        )


def _in_use(tx: Transaction, parent: Subnet, network: Network) -> t.Iterator[str]:
    """What of the network its parent gave away, and to whom."""
    for held in address.within(tx, parent, network.range):
        yield f"{parent.text(held.value)} ({held.holder})"
    for waiting in hold.ranges_within(tx, parent, network.range):
        yield f"{parent.text(waiting.first)} (on hold)"
    if parent.gateway is not None and parent.gateway in network.range:
        yield f"{parent.text(parent.gateway)} (the gateway)"
