# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the interfaces of a host are set up to have its addresses.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request, some_of
from ansible_collections.netledger.ipam.plugins.plugin_utils._arguments import (
    Record,
    is_number_or_none,
    is_text,
    is_text_or_none,
    is_texts,
    is_version,
    option,
    records,
)

_FIELDS: t.Final = {
    "address": is_text,
    "cidr": is_text,
    "version": is_version,
    "interface": is_text_or_none,
    "status": is_text,
    "gateway": is_text_or_none,
    "dns_servers": is_texts,
    "domain": is_text_or_none,
    "vlan_id": is_number_or_none,
    "mtu": is_number_or_none,
}
# What Linux takes (up to 15 characters), without what means something in a path, a pattern or a list.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")


def interfaces(addresses: t.Iterable[Record], unnamed: str = "", gateway_interface: str = "") -> Record:
    """The interfaces of a host with the given addresses, by name, and the addresses that have no usable interface.

    ``unnamed`` is the interface of addresses that have none. An address of status ``dhcp``, or ``slaac`` in IPv6, comes
    by that way with all else. For each IP version, there is a default route over ``gateway_interface``, or without it
    over the first interface whose subnet has a gateway.
    """
    for name, value in (("unnamed", unnamed), ("gateway_interface", gateway_interface)):
        option(name, value, is_text, "is not the name of an interface.")
    found: dict[str, Record] = {}
    routes: dict[int, dict[str, str]] = {4: {}, 6: {}}
    left_out: list[str] = []
    for held in records(addresses, "interfaces", _FIELDS):
        name = held["interface"] or unnamed
        if not _NAME.fullmatch(name):
            left_out.append(held["address"])
            continue
        _add(_interface(found, name, held["vlan_id"]), held)
        if held["gateway"] and _is_static(held):
            routes[held["version"]].setdefault(name, held["gateway"])
    if found and gateway_interface not in ("", *found):
        raise bad_request(
            "gateway_interface", gateway_interface, f"is none of the interfaces: {some_of(sorted(found))}."
        )
    for version in routes.values():
        over = gateway_interface or min(version, default="")
        if over in version:
            found[over]["gateways"].append(version[over])
    return {"interfaces": [found[name] for name in sorted(found)], "left_out": left_out}


def _interface(found: dict[str, Record], name: str, vlan_id: int | None) -> Record:
    """The interface of that name; one called like ``eth0.120`` in a subnet of VLAN 120 is that VLAN of eth0."""
    if name not in found:
        found[name] = {
            "name": name,
            "link": None,
            "vlan_id": None,
            "vlans": [],
            "addresses": [],
            "dhcp4": False,
            "dhcp6": False,
            "accept_ra": False,
            "gateways": [],
            "dns_servers": [],
            "domains": [],
            "mtu": None,
        }
    link, _dot, number = name.rpartition(".")
    if link and number == str(vlan_id) and not found[name]["link"]:
        found[name].update(link=link, vlan_id=vlan_id)
        _interface(found, link, None)["vlans"].append(name)
    return found[name]


def _is_static(held: Record) -> bool:
    return held["status"] not in (("dhcp",) if held["version"] == 4 else ("dhcp", "slaac"))


def _add(interface: Record, held: Record) -> None:
    if _is_static(held):
        interface["addresses"].append(held["cidr"])
        interface["dns_servers"] += [one for one in held["dns_servers"] if one not in interface["dns_servers"]]
        interface["domains"] += [held["domain"]] if held["domain"] not in (None, *interface["domains"]) else []
        interface["mtu"] = min(filter(None, (interface["mtu"], held["mtu"])), default=None)
    elif held["status"] == "slaac":
        interface["accept_ra"] = True
    else:
        interface[f"dhcp{held['version']}"] = True
