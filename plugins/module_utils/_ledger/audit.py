# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses that a host has, compared with those that the ledger says it holds.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import certain, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.unknown import is_unknown
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


class Observed(t.NamedTuple):
    """An address that a host has. An empty interface and a MAC of None are not known."""

    address: str
    interface: str = ""
    mac: str | None = None


class Asked(t.NamedTuple):
    """Whose addresses to compare. ``subnets`` are the numbers of those to look into, None for all of the VRF.

    ``shared`` are names whose addresses any host may have, such as those that move between the nodes of a cluster.
    """

    vrf: str
    name: str
    subnets: frozenset[int] | None = None
    shared: frozenset[str] = frozenset()

    def includes(self, subnet: Subnet) -> bool:
        return self.subnets is None or subnet.id in self.subnets


class Finding(t.NamedTuple):
    """A difference between a host and the ledger.

    ``unknown`` is on the host and held by nobody, ``wrong_holder`` on the host and held by another name,
    ``mac_differs`` held by it with another MAC address, and ``unused`` held by it and not on it. ``holder`` is the name
    that holds the address, with the MAC of its record.
    """

    kind: str
    host: str
    address: str
    interface: str
    mac: str | None
    subnet: str
    holder: str | None
    holder_mac: str | None
    text: str


class Comparison(t.NamedTuple):
    """``adoptable`` are the unknown addresses, each under the interface by which it can be held beside the others."""

    findings: list[Finding]
    adoptable: list[Observed]
    outside: list[Observed]


class _Located(t.NamedTuple):
    """An observed address in canonical form, where it lies, and the record of who holds it."""

    one: Observed
    subnet: Subnet
    record: Address | None


def compare(
    tx: Transaction, asked: Asked, observed: t.Sequence[Observed], held: t.Sequence[tuple[Subnet, Address]]
) -> Comparison:
    """Compare what a host has with what it holds (``held``).

    Addresses in no subnet are ``outside``, but for those that mean something on the host or its link only.
    """
    located, outside = _locate(tx, asked, observed)
    findings = [finding for place in located for finding in _judged(asked, *place)]
    present = {(subnet.id, one.address) for one, subnet, _record in located}
    findings += [
        _unused(asked, subnet, record)
        for subnet, record in held
        if asked.includes(subnet) and (subnet.id, subnet.text(record.value)) not in present
    ]
    return Comparison(findings, _adoptable(asked, located), outside)


def _locate(tx: Transaction, asked: Asked, observed: t.Sequence[Observed]) -> tuple[list[_Located], list[Observed]]:
    """The observed addresses in the subnets to look into, and those in no subnet at all, each once."""
    inside: dict[tuple[int, str], _Located] = {}
    outside: dict[str, Observed] = {}
    for one in observed:
        subnet = find.around(tx, asked.vrf, one.address)
        if subnet is None:
            canonical = parse.canonical_address(one.address, "address")
            if not _is_local(canonical):
                outside.setdefault(canonical, one._replace(address=canonical))
        elif asked.includes(subnet):
            value = certain.value_in(subnet, one.address)
            record = rows.at(tx, subnet, value)
            is_nobodys = record is None or record.expired(tx.now) or is_unknown(subnet, record)
            canonical = subnet.text(value)
            place = _Located(one._replace(address=canonical), subnet, None if is_nobodys else record)
            inside.setdefault((subnet.id, canonical), place)
    return list(inside.values()), list(outside.values())


def _adoptable(asked: Asked, located: t.Sequence[_Located]) -> list[Observed]:
    """What nobody holds. A second address of an interface in a subnet goes by that interface and itself.

    What is held and was seen counts, under the interface of its record and under the one on which it was seen. What is
    held and was not seen does not: there the host has another address than the ledger says, and not a second one.
    """
    own = [(one, subnet, record) for one, subnet, record in located if record and record.name == asked.name]
    taken = {(subnet.id, name) for one, subnet, record in own for name in (one.interface, record.interface)}
    found = []
    for one, subnet, record in located:
        if record is None:
            second = f"{one.interface}:{one.address}" if one.interface else one.address
            found.append(one._replace(interface=second) if (subnet.id, one.interface) in taken else one)
            taken.add((subnet.id, one.interface))
    return found


def _judged(asked: Asked, one: Observed, subnet: Subnet, record: Address | None) -> list[Finding]:
    """What is wrong with an address that a host has, if anything."""
    who = _described(asked.name, one.interface, one.mac)
    if record is None:
        text = f"{one.address} on {who} lies in subnet '{subnet.name}', and nobody holds it."
        return [Finding("unknown", asked.name, *one, subnet.name, None, None, text)]
    if record.name != asked.name:
        if record.name in asked.shared:
            return []
        text = f"{one.address} on {who} is held by {_described(record.name, record.interface, record.mac)}."
        return [Finding("wrong_holder", asked.name, *one, subnet.name, record.name, record.mac, text)]
    if one.mac and record.mac and one.mac != record.mac:
        text = f"{one.address} on {who} is held with the MAC address {record.mac}."
        return [Finding("mac_differs", asked.name, *one, subnet.name, record.name, record.mac, text)]
    return []


def _unused(asked: Asked, subnet: Subnet, record: Address) -> Finding:
    address = subnet.text(record.value)
    text = f"{address} is held by {_described(record.name, record.interface, record.mac)}, which does not have it."
    return Finding(
        "unused", asked.name, address, record.interface, None, subnet.name, record.name, record.mac, text
    )  # fmt: skip


def _described(name: str, interface: str, mac: str | None) -> str:
    known = ", ".join(part for part in (interface, mac) if part)
    return f"{name} ({known})" if known else name


def _is_local(text: str) -> bool:
    """Whether an address means something on its host or link only (RFC 1122 3.2.1.3, RFC 3927, RFC 4291 2.5)."""
    address = netaddr.IPAddress(text)
    return bool(address.is_loopback() or address.is_link_local())
