# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The DNS zones of subnets, and the records of held addresses in them.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import dns
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.plugin_utils._arguments import (
    Record,
    is_text,
    is_text_or_none,
    is_texts,
    is_version,
    option,
    records,
)

_SUBNET: t.Final = {"cidr": is_text, "domain": is_text_or_none}
_ADDRESS: t.Final = {
    "address": is_text,
    "version": is_version,
    "reverse_pointer": is_text,
    "fqdn": is_text_or_none,
    "domain": is_text_or_none,
}


class _Zone:
    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[str] = []
        self.records: list[Record] = []
        self.left_out: list[str] = []

    def add(self, name: str, kind: str, value: str) -> None:
        self.records.append({"name": f"{name}.", "type": kind, "value": value})

    def result(self) -> Record:
        return {
            "name": self.name,
            "children": self.children,
            "records": self.records,
            "left_out": self.left_out,
        }


def dns_zones(
    addresses: t.Iterable[Record], subnets: t.Iterable[Record], names: t.Sequence[str] = (), classless: str = ""
) -> list[Record]:
    """The zones called ``names``, or without any those of the subnets, by name, each with its records.

    A record stands in the innermost zone that its name lies in; one whose name lies in none of them is left out.
    ``left_out`` lists the addresses that would have a record if their holders had valid host names.
    """
    option("classless", classless, lambda value: value in ("", "/", "-"), "is not '/', '-' or empty text.")
    option("zones", names, is_texts, "is not a list of names of zones.")
    known = records(subnets, "subnets", _SUBNET)
    wanted = [dns.checked_zone(name, "zones") for name in names] or _zones_of(known, classless)
    zones = {name: _Zone(name) for name in sorted(wanted)}
    for name in zones:
        parent = dns.parent_of(name, zones)
        if parent:
            zones[parent].children.append(name)
    for held in records(addresses, "dns_zones", _ADDRESS):
        _place(held, zones)
    return [zone.result() for zone in zones.values()]


def _zones_of(subnets: t.Sequence[Record], classless: str) -> list[str]:
    """The domains of the subnets, and the outermost of the reverse zones of those that lie in no other one."""
    domains = {dns.checked_zone(subnet["domain"], "domain") for subnet in subnets if subnet["domain"]}
    networks = _outermost(parse_network(subnet["cidr"], "cidr") for subnet in subnets)
    return [*domains, *dns.outermost(zone for network in networks for zone in dns.reverse_zones(network, classless))]


def _outermost(networks: t.Iterable[Network]) -> t.Iterator[Network]:
    """The networks that lie in no other one of them; of two that overlap, one lies in the other."""
    last = (0, 0)
    for network in sorted(networks):
        if (network.version, network.last) > last:
            last = (network.version, network.last)
            yield network


def _place(held: Record, zones: t.Mapping[str, _Zone]) -> None:
    """Put the records of an address into their zones, or note there that it has none."""
    host = dns.host_name(held["fqdn"] or "")
    usual: str = held["reverse_pointer"]
    pointer = (dns.classless_pointer(usual, zones) if held["version"] == 4 else None) or usual
    forward, reverse, around = (
        zones.get(dns.zone_of(name, zones) or "") for name in (host or held["domain"] or "", pointer, usual)
    )
    if not host:
        for zone in filter(None, (forward, reverse)):
            zone.left_out.append(held["address"])
        return
    if forward:
        forward.add(host, "A" if held["version"] == 4 else "AAAA", held["address"])
    if reverse:
        reverse.add(pointer, "PTR", f"{host}.")
    if around and around is not reverse:
        around.add(usual, "CNAME", f"{pointer}.")
