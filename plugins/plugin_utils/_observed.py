# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses of a host, out of the facts that Ansible gathered of it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_mac

Facts = t.Mapping[str, t.Any]
_LISTS: t.Final = (
    "all_ipv4_addresses",
    "all_ipv6_addresses",
    "ip_addresses",
    "net_all_ipv4_addresses",
    "net_all_ipv6_addresses",
)
"""Plain lists of addresses: of setup on POSIX systems and on Windows, and of network devices."""
_OF_INTERFACE: t.Final = ("ipv4", "ipv4_secondaries", "ipv6")


def observed(facts: Facts) -> list[dict[str, t.Any]] | None:
    """``{address, interface, mac}`` of each address, once; None where the facts say nothing of addresses.

    The lists have addresses of which no interface is known: they come last, without any.
    """
    if not any(name in facts for name in ("interfaces", "net_interfaces", *_LISTS)):
        return None
    found: dict[str, dict[str, t.Any]] = {}
    for interface, about in _interfaces(facts):
        mac = _mac(about.get("macaddress"))
        for entry in (entry for kind in _OF_INTERFACE for entry in _dicts(about.get(kind))):
            address = _text(entry.get("address"))
            if address:
                found.setdefault(address, {"address": address, "interface": interface, "mac": mac})
    for address in (_text(one) for name in _LISTS for one in _listed(facts.get(name))):
        if address:
            found.setdefault(address, {"address": address})
    return list(found.values())


def _interfaces(facts: Facts) -> t.Iterator[tuple[str, Facts]]:
    """The interfaces by name: POSIX lists names of further facts, Windows lists dicts, network devices have a dict."""
    for one in _listed(facts.get("interfaces")):
        if isinstance(one, t.Mapping):
            yield str(one.get("connection_name") or ""), one
        else:
            about = facts.get(str(one).replace("-", "_"))  # as the names of facts are made
            yield str(one), about if isinstance(about, t.Mapping) else {}
    devices = facts.get("net_interfaces")
    for name, about in (devices if isinstance(devices, t.Mapping) else {}).items():
        yield str(name), about if isinstance(about, t.Mapping) else {}


def _listed(value: t.Any) -> t.Sequence[t.Any]:
    """The value where it is a list; nothing else says one thing after the other."""
    return value if isinstance(value, (list, tuple)) else ()


def _dicts(value: t.Any) -> list[Facts]:
    listed = [value] if isinstance(value, t.Mapping) else _listed(value)
    return [one for one in listed if isinstance(one, t.Mapping)]


def _text(address: t.Any) -> str:
    """The address without its zone and prefix length, which are no part of it: else it would be there twice."""
    return address.partition("%")[0].partition("/")[0] if isinstance(address, str) else ""


def _mac(text: t.Any) -> str | None:
    """The MAC address of an interface that has one: tunnels and InfiniBand have something else there."""
    try:
        mac = parse_mac(str(text or ""), "mac")
    except LedgerError:
        return None
    return None if mac == "00:00:00:00:00:00" else mac
