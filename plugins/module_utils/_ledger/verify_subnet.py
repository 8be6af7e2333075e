# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of one subnet: its pools, addresses and holds, and its free space against what these leave.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    format_range,
    gateway_blocks,
    unusable_reason,
    usable,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import wellformed
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.differences import Difference, Mend
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.pools import generated
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import left_by
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent, raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row, Transaction

_UNUSABLE: t.Final = {
    "network_address": "the network address",
    "broadcast_address": "the broadcast address",
    "subnet_router_address": "the subnet-router anycast address",
}


class Known(t.NamedTuple):
    """A subnet whose network is known, the ranges of its children in order, and whether all that takes of its free
    space can be known as well."""

    subnet: Subnet
    children: tuple[Range, ...]
    comparable: bool

    def differs(self, kind: str, text: str, mend: Mend | None = None) -> Difference:
        subnet = self.subnet
        return Difference(kind, subnet.vrf, subnet.name, f"Subnet {subnet.name} ({subnet.network}): {text}", mend)


def differences_in(tx: Transaction, known: Known) -> t.Iterator[Difference]:
    """What is wrong with a subnet beyond its own row."""
    yield from _pools(tx, known)
    readable = True
    for difference in itertools.chain(_addresses(tx, known), _holds(tx, known)):
        readable = readable and difference.kind != "wrong_key"
        yield difference
    for what in ("address", "hold"):
        yield from _in_children(tx, known, what)
    for key in raw.held_and_on_hold(tx, known.subnet.id):
        yield known.differs("held_and_on_hold", f"{_named(known, key)} is held and on hold at the same time.")
    if readable and known.comparable:
        yield from _free_space(tx, known)


# Pools


def _pools(tx: Transaction, known: Known) -> t.Iterator[Difference]:
    subnet = known.subnet
    rules = wellformed.rules_of_pool(subnet.version)
    pools: list[Pool] = []
    for row in raw.pools(tx, subnet.id):
        wrong = wellformed.faults(raw.POOL, row, rules)
        yield from (known.differs(one.kind, f"pool {row[0]}: {one.text}.") for one in wrong)
        if not {"first", "last"} & {one.column for one in wrong}:
            pools.append(Pool(str(row[0]), Range(from_key(row[1]), from_key(row[2]))))
    for pool in pools:
        yield from _bounds_of_pool(known, pool)
    for one, other in itertools.combinations(pools, 2):
        if one.span.overlaps(other.span):
            text = f"{_pool(known, one)} and {_pool(known, other)} have addresses in common."
            yield known.differs("pool_overlap", text)
    if subnet.pools_generated and known.comparable and sorted(pools) != sorted(generated(subnet)):
        text = "its pools are marked as generated and are others. netledger.ipam.subnet with its name generates them."
        yield known.differs("pools_not_generated", text)


def _bounds_of_pool(known: Known, pool: Pool) -> t.Iterator[Difference]:
    subnet, bounds = known.subnet, usable(known.subnet.network)
    if pool.span.first > pool.span.last:
        yield known.differs("malformed", f"{_pool(known, pool)} ends before it starts.")
    elif not bounds.covers(pool.span):
        text = f"{_pool(known, pool)} does not lie within {format_range(bounds, subnet.version)}."
        yield known.differs("pool_outside_subnet", text)
    elif subnet.gateway in pool.span and gateway_blocks(subnet.network, subnet.gateway):
        yield known.differs("gateway_in_pool", f"{_pool(known, pool)} covers the gateway.")


def _pool(known: Known, pool: Pool) -> str:
    return f"pool {pool.name} ({format_range(pool.span, known.subnet.version)})"


# Addresses and holds


def _addresses(tx: Transaction, known: Known) -> t.Iterator[Difference]:
    subnet, bounds = known.subnet, usable(known.subnet.network)
    rules = wellformed.rules_of_address(subnet.version)
    wrong_vrf = 0
    for row in raw.odd_addresses(tx, subnet.id, subnet.vrf_id, subnet.key(bounds.first), subnet.key(bounds.last)):
        key, vrf_id, name = row[:3]
        wrong_vrf += vrf_id != subnet.vrf_id
        yield from _row(known, raw.ADDRESS, row, rules, "address")
        reason = unusable_reason(subnet.network, from_key(key)) if wellformed.is_key(key, subnet.version) else None
        if reason in _UNUSABLE:
            yield known.differs(reason, f"{_named(known, key)}, held by {name}, is {_UNUSABLE[reason]}.")
    if wrong_vrf:
        held = "1 held address is" if wrong_vrf == 1 else f"{wrong_vrf} held addresses are"
        yield known.differs("wrong_vrf", f"{held} stored in another VRF.", Mend("vrf", subnet.id, subnet.vrf_id))


def _holds(tx: Transaction, known: Known) -> t.Iterator[Difference]:
    subnet, bounds = known.subnet, known.subnet.network.range
    rules = wellformed.rules_of_hold(subnet.version)
    for row in raw.odd_holds(tx, subnet.id, subnet.key(bounds.first), subnet.key(bounds.last)):
        yield from _row(known, raw.HOLD, row, rules, "hold")


def _row(
    known: Known, columns: t.Sequence[str], row: Row, rules: dict[str, wellformed.Rule], what: str
) -> t.Iterator[Difference]:
    """What addresses and holds have in common: columns that can be read, and a place in the subnet."""
    named = f"{what} {_named(known, row[0])}"
    for one in wellformed.faults(columns, row, rules):
        yield known.differs(one.kind, f"{named}: {one.text}.")
    if wellformed.is_key(row[0], known.subnet.version) and from_key(row[0]) not in known.subnet.network.range:
        yield known.differs(f"{what}_outside_subnet", f"{named} does not lie in it.")


def _in_children(tx: Transaction, known: Known, what: str) -> t.Iterator[Difference]:
    subnet = known.subnet
    for child in known.children:
        for key in raw.keys_within(tx, what, subnet.id, subnet.key(child.first), subnet.key(child.last)):
            text = f"{what} {_named(known, key)} lies in its child {format_range(child, subnet.version)}."
            yield known.differs(f"{what}_in_child", text)


def _named(known: Known, key: object) -> str:
    """An address as people write it, or as it is stored where that is none."""
    version = known.subnet.version
    return known.subnet.text(from_key(str(key))) if wellformed.is_key(key, version) else shown(key)


# Free space


def _free_space(tx: Transaction, known: Known) -> t.Iterator[Difference]:
    """Compare the stored free ranges one by one; only where they differ is more than one of them kept in memory."""
    subnet = known.subnet
    right = extent.as_rows(subnet, left_by(tx, subnet, subnet.network.range, known.children))
    if all(stored == expected for stored, expected in itertools.zip_longest(raw.extents(tx, subnet.id), right)):
        return
    mend = Mend("free", subnet.id)
    stored: list[Range] = []
    for first, last, run_key in raw.extents(tx, subnet.id):
        if not all(wellformed.is_key(key, subnet.version) for key in (first, last)) or first > last:
            yield known.differs("free_malformed", f"the free range {shown(first)}-{shown(last)} is none.", mend)
            continue
        stored.append(Range(from_key(first), from_key(last)))
        if (first, last, run_key) not in extent.as_rows(subnet, [stored[-1]]):
            text = f"the run key of the free range {format_range(stored[-1], subnet.version)} is {shown(run_key)}."
            yield known.differs("wrong_run_key", text, mend)
    yield from _not_maximal(known, stored, mend)
    free = list(left_by(tx, subnet, subnet.network.range, known.children))
    yield from _missing_and_surplus(known, stored, free, mend)


def _not_maximal(known: Known, stored: t.Sequence[Range], mend: Mend) -> t.Iterator[Difference]:
    version = known.subnet.version
    in_order = sorted(stored)
    for one, other in zip(in_order, in_order[1:]):
        both = f"the free ranges {format_range(one, version)} and {format_range(other, version)}"
        if one.overlaps(other):
            yield known.differs("free_overlap", f"{both} overlap.", mend)
        elif one.last + 1 == other.first:
            yield known.differs("free_split", f"{both} touch and are not one.", mend)


def _missing_and_surplus(
    known: Known, stored: t.Sequence[Range], right: t.Sequence[Range], mend: Mend
) -> t.Iterator[Difference]:
    for kind, spans, text in (
        ("free_missing", subtract(right, stored), "free and not stored as free"),
        ("free_surplus", subtract(stored, right), "stored as free and not free"),
    ):
        if spans:
            listed = some_of(format_range(span, known.subnet.version) for span in spans)
            yield known.differs(kind, f"{text}: {listed}.", mend)
