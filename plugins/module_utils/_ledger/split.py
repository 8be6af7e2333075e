# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet replaced by siblings of equal size; everything in it goes to the one that it lies in.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import subtract
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, find, holds, limits, naming, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import record_subnet
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.properties import is_edge, record
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.resize import Obstacles, clipped, without_place
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import cut_out, rebuild
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Split(t.NamedTuple):
    """The subnet before (None where it was split already), the parts after, and their rows."""

    before: facts.Record | None
    after: dict[str, facts.Record]
    parts: list[Subnet]


def split(
    tx: Transaction, vrf: str, reference: str, count: int, names: t.Sequence[str] = (), *, force: bool = False
) -> Split:
    """Split a subnet into ``count`` (a power of two) parts, called NAME-1 and so on where no names are given."""
    vrfs.lock(tx, vrf)
    whole = find.find_subnet(tx, vrf, reference)
    done = _parts_there(tx, vrf, reference, count, names)
    if done and (whole is None or whole.id in [part.id for part in done]):
        return Split(None, {part.name: record(tx, part) for part in done}, done)
    if whole is None:
        raise find.subnet_missing(tx, vrf, reference)
    networks = _networks(whole, count)
    wanted = list(names) or default_names(whole.name, networks)
    for name, network in zip(wanted, networks):
        naming.refuse_misleading(name, network, "split_names")
    _refuse_taken(tx, whole, wanted)
    parent = subnets.by_id(tx, whole.parent_id) if whole.parent_id else None
    whole, *_parent = find.all_locked(tx, [whole, *([parent] if parent else [])])
    if parent:
        limits.refuse_length(parent, networks[0].prefix_length)
    return _carry_out(tx, whole, list(zip(wanted, networks)), force=force)


def default_names(name: str, networks: t.Sequence[Network]) -> list[str]:
    """The names of the parts where none are given; those of a subnet that is called by its CIDR are so too."""
    if naming.network_called(name):
        return [str(network) for network in networks]
    return [f"{name}-{number}" for number in range(1, len(networks) + 1)]


def _parts_there(tx: Transaction, vrf: str, reference: str, count: int, names: t.Sequence[str]) -> list[Subnet]:
    """The parts that a split of that subnet makes, if they are all there, side by side and of equal size."""
    called = naming.network_called(reference)
    if names or not called:
        wanted = names or [f"{reference}-{number}" for number in range(1, count + 1)]
        found = [subnets.by_name(tx, vrf, name) for name in wanted]
    elif called.prefix_length + count.bit_length() - 1 <= BITS[called.version]:
        found = [subnets.by_network(tx, vrf, network) for network in _cut(called, count)]
    else:
        return []
    there = [one for one in found if one]
    if len(there) < len(found):
        return []
    first = there[0]
    length = first.network.prefix_length - (count.bit_length() - 1)
    if length < 0 or first.network.first % (1 << (BITS[first.version] - length)):
        return []
    expected = [(first.parent_id, network) for network in _cut(first.network._replace(prefix_length=length), count)]
    return there if [(one.parent_id, one.network) for one in there] == expected else []


def _networks(whole: Subnet, count: int) -> list[Network]:
    if whole.network.prefix_length + count.bit_length() - 1 > BITS[whole.version]:
        raise LedgerError(
            "split_impossible",
            f"split: subnet '{whole.name}' ({whole.network}) has {whole.network.size} addresses, too few for {count} "
            "parts.",
            subnet=whole.name,
        )
    return _cut(whole.network, count)


def _cut(network: Network, count: int) -> list[Network]:
    """The ``count`` (a power of two) equal parts of a network."""
    length = network.prefix_length + count.bit_length() - 1
    size = 1 << (BITS[network.version] - length)
    return [Network(network.version, network.first + number * size, length) for number in range(count)]


def _refuse_taken(tx: Transaction, whole: Subnet, names: t.Sequence[str]) -> None:
    found = [subnets.by_name(tx, whole.vrf, name) for name in names]
    taken = [one for one in found if one and one.id != whole.id]
    if taken:
        raise LedgerError(
            "split_impossible",
            f"split: {some_of(f'{one.name!r} ({one.network})' for one in taken)} is there already, so no part of "
            f"'{whole.name}' ({whole.network}) can be called so. Give other split_names.",
            subnet=whole.name,
        )


def _carry_out(tx: Transaction, whole: Subnet, parts: t.Sequence[tuple[str, Network]], *, force: bool) -> Split:
    holds.reap_all(tx, whole)
    planned = [_part(whole, name, network) for name, network in parts]
    obstacles = _obstacles(tx, whole, planned)
    obstacles.refuse("split_impossible", whole, f"be split into {len(parts)}", force=force)
    for one in obstacles.waiting:
        hold.delete(tx, whole, one.value)
    before = record(tx, whole)
    present = pool_rows.of(tx, whole)
    last_given = {pool.name: pool_rows.rotated(tx, whole, pool.name) for pool in present}
    first, *others = planned
    subnets.set_network(tx, first)
    subnets.update(tx, first)
    made = [first]
    for part in others:
        new = subnets.insert(tx, part)
        address.move(tx, whole, new)
        hold.move(tx, whole, new)
        subnets.move_children(tx, new, whole.id)
        made.append(new)
    cut_out(tx, whole, whole.network.range)
    for part in made:
        _give_pools(tx, part, present, last_given)
        rebuild(tx, part, part.network.range)
    after = {part.name: record(tx, part) for part in made}
    if whole.name not in after:
        record_subnet(tx, whole, before, None)
    for part in made:
        record_subnet(tx, part, before if part.name == whole.name else None, after[part.name])
    return Split(before, after, made)


def _part(whole: Subnet, name: str, network: Network) -> Subnet:
    """A part as the whole is; a gateway inside the whole belongs to one part, one outside serves all."""
    belongs = whole.gateway is not None and (whole.gateway in network.range or whole.gateway not in whole.network.range)
    return whole._replace(
        name=name,
        network=network,
        gateway=whole.gateway if belongs else None,
        reserved=clipped(whole.reserved, network),
    )


def _obstacles(tx: Transaction, whole: Subnet, parts: t.Sequence[Subnet]) -> Obstacles:
    """What would be at the edge of a part, and children that are no child of one."""
    windows = [window for part in parts for window in subtract([part.network.range], [usable(part.network)])]
    length = parts[0].network.prefix_length
    children = subnets.children(tx, whole.vrf_id, whole.id, whole.network)
    return Obstacles(
        *without_place(tx, whole, windows),
        [child for child in children if child.network.prefix_length <= length],
        next((part.gateway for part in parts if part.gateway is not None and is_edge(part, part.gateway)), None),
    )


def _give_pools(
    tx: Transaction, part: Subnet, present: t.Sequence[Pool], last_given: t.Mapping[str, int | None]
) -> None:
    """Cut the pools of the whole at the borders of the part, which goes on rotating where the whole was."""
    own = pools.generated(part, present) if part.pools_generated else pools.clipped(part, present)
    pools.check(part, own)
    pool_rows.replace(tx, part, own)
    for pool in own:
        value = last_given.get(pool.name)
        if value is not None and value in pool.span:
            pool_rows.set_rotated(tx, part, pool.name, value)
