# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the plain values of a ledger file to the rows of a ledger, and everything that may be wrong with them.

What follows from the rest is not in the file: the numbers of rows, which subnet lies in which, generated pools, and the
free space.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import bisect
import operator
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS, from_key, to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import (
    parse_address,
    parse_network,
    parse_vrf,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, gaps
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import fields
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import VRFS
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    Path,
    mapping,
    parsed,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.pools import NONE_NAMED, pools_of
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import read_list
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

PARTS: t.Final = ("subnet", "pools", "addresses", "holds")
"""What a subnet has in the file."""

FAMILY: t.Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_BY_ADDRESS: t.Final = operator.itemgetter(1)


class Rows(t.NamedTuple):
    """The rows of all tables but the history, with the columns that ``tables/whole.py`` names."""

    vrfs: list[Row]
    subnets: list[Row]
    pools: list[Row]
    plain: list[Row]  # addresses of which no more is said than the name, with no more than their first columns
    addresses: list[Row]
    holds: list[Row]
    extents: list[Row]


class Place(t.NamedTuple):
    """A subnet of the file: its network, what stands under it, and where; ``number`` and ``parent`` are row numbers."""

    network: Network
    body: dict[str, t.Any]
    path: Path
    number: int
    parent: int
    children: list[Range]

    def key(self, value: int) -> str:
        return to_key(value, self.network.version)


def rows_of(data: dict[str, t.Any]) -> Rows:
    """All rows of a ledger; ``InvalidError`` names the first thing that is wrong and where it stands."""
    rows = Rows([], [], [], [], [], [], [])
    vrfs = mapping(data.get(VRFS, {}), (VRFS,))
    for vrf_id, name in enumerate(sorted(vrfs), 1):
        path: Path = (VRFS, name)
        parsed(parse_vrf, name, path)
        rows.vrfs.append((vrf_id, name, 0))
        names: dict[str, str] = {}
        for place in _placed(mapping(vrfs[name], path), path, len(rows.subnets)):
            subnet = _subnet(rows, place, vrf_id)
            if subnet in names:
                text = f"{shown(subnet)} is the name of {names[subnet]} already. Give one of them another name."
                raise InvalidError(text, (*place.path, "subnet", "name"))
            names[subnet] = str(place.network)
    return rows


# Subnets


def _placed(subnets: dict[str, t.Any], path: Path, number: int) -> t.Iterator[Place]:
    """The subnets of a VRF, outer ones first, with the one around each; those that overlap otherwise are refused."""
    found = sorted((_network(text, (*path, text)), text) for text in subnets)
    places: list[Place] = []
    around: list[Place] = []
    for row, (network, text) in enumerate(found, number + 1):
        while around and (around[-1].network.version != network.version or around[-1].network.last < network.first):
            around.pop()
        parent = around[-1] if around else None
        if parent and parent.network == network:
            said = f"{shown(text)} is the same network as {shown(parent.path[-1])}. Keep one of the two."
            raise InvalidError(said, (*path, text))
        place = Place(network, subnets[text], (*path, text), row, parent.number if parent else 0, [])
        if parent:
            parent.children.append(network.range)
        around.append(place)
        places.append(place)
    return iter(places)


def _network(text: str, path: Path) -> Network:
    """Read the CIDR of a subnet; the usual spelling needs no more than the system's own parser."""
    first, _slash, length = text.partition("/")
    version = 6 if ":" in first else 4
    if version == 4 or not first.startswith("::"):
        try:
            network = Network(version, int.from_bytes(socket.inet_pton(FAMILY[version], first), "big"), int(length))
            if length.isalnum() and network.prefix_length <= BITS[version] and network.first % network.size == 0:
                return network
        except (OSError, ValueError):
            pass
    network = t.cast(Network, parsed(parse_network, text, path))
    if parse_address(first, VRFS, network.version).value != network.first:
        raise InvalidError(f"{shown(text)} is an address in {network}. Write the network itself.", path)
    return network


def _subnet(rows: Rows, place: Place, vrf_id: int) -> str:
    """Add the rows of one subnet and return its name."""
    body, network = mapping(place.body, place.path), place.network
    for part in body:
        if part not in PARTS:
            raise InvalidError(f"{shown(part)} is no part of a subnet. It has {', '.join(PARTS)}.", (*place.path, part))
    if "subnet" not in body:
        raise InvalidError("The record subnet with the name of the subnet is missing.", place.path)
    columns = fields.SUBNET.columns(body["subnet"], network.version, (*place.path, "subnet"))
    said = dict(zip(fields.SUBNET.keys, columns))
    subnet = Subnet(
        id=place.number,
        vrf_id=vrf_id,
        vrf="",
        parent_id=place.parent,
        name=said["name"],
        network=network,
        gateway=None if said["gateway"] is None else from_key(said["gateway"]),
        reserved=tuple(Range(from_key(first), from_key(last)) for first, last in read_list(said["reserved"])),
    )
    for number, span in enumerate(subnet.reserved):
        if not network.range.covers(span):
            text = f"{shown(body['subnet']['reserved'][number])} does not lie in {network}."
            raise InvalidError(text, (*place.path, "subnet", "reserved"))
    pools, generated = pools_of(subnet, body.get("pools", NONE_NAMED), (*place.path, "pools"))
    plain, addresses = _addresses(place, vrf_id)
    holds = _holds(place)
    held = [row[1] for part in (plain, addresses, holds) for row in part]
    _refuse_double(held, place)
    bounds = (network.version, place.key(network.first), place.key(network.last), network.prefix_length)
    rows.subnets.append((place.number, vrf_id, place.parent, *bounds, int(generated), 0, *columns))
    rows.pools.extend(pools)
    rows.plain.extend(plain)
    rows.addresses.extend(addresses)
    rows.holds.extend(holds)
    rows.extents.extend(_free(place, subnet, sorted(held)))
    return subnet.name


# Addresses and holds


def _addresses(place: Place, vrf_id: int) -> tuple[list[Row], list[Row]]:
    """The addresses of a subnet, those with nothing but a name apart."""
    path: Path = (*place.path, "addresses")
    number, version, read = place.number, place.network.version, fields.ADDRESS.columns
    plain: list[Row] = []
    others: list[Row] = []
    for key, text, record in _keyed(place, "addresses"):
        columns = read(record, version, (*path, text))
        if len(record) == 1:
            plain.append((number, key, vrf_id, columns[0]))
        else:
            others.append((number, key, vrf_id, *columns))
    holders = {row[3:6] for row in others}
    holders.update((row[3], "", 0) for row in plain)
    if len(holders) < len(plain) + len(others):
        _refuse_double_holder(place)
    return sorted(plain, key=_BY_ADDRESS), sorted(others, key=_BY_ADDRESS)


def _refuse_double_holder(place: Place) -> None:
    """Name the holder that has two addresses under one key with one ordinal."""
    seen: dict[tuple[t.Any, ...], str] = {}
    for text, record in place.body["addresses"].items():
        holder = record["name"], record.get("interface", ""), record.get("ordinal", 0)
        if holder in seen:
            said = (
                f"{shown(holder[0])} holds {seen[holder]} with the same interface and ordinal. Remove one of them, or "
                "tell them apart by interface or ordinal."
            )
            raise InvalidError(said, (*place.path, "addresses", text))
        seen[holder] = text


def _holds(place: Place) -> list[Row]:
    path: Path = (*place.path, "holds")
    number, version, read = place.number, place.network.version, fields.HOLD.columns
    rows = [(number, key, *read(record, version, (*path, text))) for key, text, record in _keyed(place, "holds")]
    return sorted(rows, key=_BY_ADDRESS)


def _keyed(place: Place, part: str) -> t.Iterator[tuple[str, str, t.Any]]:
    """The addresses or holds of a subnet: as stored, as written, and their records."""
    path: Path = (*place.path, part)
    network, family = place.network, FAMILY[place.network.version]
    first, last = place.key(network.first), place.key(network.last)
    children = [place.key(child.last) for child in place.children]
    for text, record in mapping(place.body.get(part, {}), path).items():
        try:
            key = socket.inet_pton(family, text).hex()
        except (OSError, ValueError):
            said = f"{shown(text)} is not an IPv{network.version} address."
            raise InvalidError(said, (*path, text)) from None
        if not first <= key <= last:
            said = f"{shown(text)} does not lie in {network}. Move it to the subnet in which it lies, or remove it."
            raise InvalidError(said, (*path, text))
        if children:
            at = bisect.bisect_left(children, key)
            if at < len(children) and key >= place.key(place.children[at].first):
                said = f"{shown(text)} lies in a smaller subnet, and belongs there. Move it, or remove it."
                raise InvalidError(said, (*path, text))
        yield key, text, record


def _refuse_double(keys: list[str], place: Place) -> None:
    """Refuse an address that stands twice in a subnet, in two spellings, or held and on hold."""
    if len(set(keys)) == len(keys):
        return
    seen: dict[str, str] = {}
    for part in ("addresses", "holds"):
        for key, text, _record in _keyed(place, part):
            if key in seen:
                said = f"{shown(text)} stands here a second time, after {seen[key]}. Keep one of the two."
                raise InvalidError(said, (*place.path, part, text))
            seen[key] = f"{part} > {text}"


# Free space


def _free(place: Place, subnet: Subnet, held: t.Sequence[str]) -> t.Iterator[Row]:
    """What addresses, holds, children, reserved ranges and the gateway leave of a subnet, as rows."""
    taken = sorted([*_runs(held), *subnet.blocked, *place.children])
    return ((place.number, *row) for row in extent.as_rows(subnet, gaps(place.network.range, taken)))


def _runs(keys: t.Sequence[str]) -> list[Range]:
    """Addresses in order as ranges: most follow each other."""
    found: list[Range] = []
    first = last = -2
    for value in map(from_key, keys):
        if value == last + 1:
            last = value
            continue
        if last >= 0:
            found.append(Range(first, last))
        first = last = value
    return [*found, Range(first, last)] if last >= 0 else found
