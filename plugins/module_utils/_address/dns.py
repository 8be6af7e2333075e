# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in the DNS: which texts are host names, and which reverse zones a network has.

Names have no closing dot here.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, reverse_pointer
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS

_LABEL: t.Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label has a letter, so that no host is called like an IPv4 address.
_HOST = re.compile(rf"(?:{_LABEL}\.)*(?![0-9]+\Z){_LABEL}")
_ZONE = re.compile(r"[a-z0-9_/-]{1,63}(?:\.[a-z0-9_/-]{1,63})*")
_LONGEST: t.Final = 253
_STEP: t.Final = {4: 8, 6: 4}  # the bits that a label of a reverse zone stands for
USUAL: t.Final = {4: 24, 6: 64}  # networks that are longer share the zone of the one around them
_CLASSLESS: t.Final = [
    (sign, length, 1 << BITS[4] - length) for length in range(BITS[4], USUAL[4], -1) for sign in ("/", "-")
]


def host_name(text: str) -> str | None:
    """The canonical form of a host name (RFC 1123 2.1), or None where the text is none.

    localhost is no name to give: it is each machine itself (RFC 6761 6.3).
    """
    name = text.lower()[:-1] if text.endswith(".") else text.lower()
    is_host = text.isascii() and len(name) <= _LONGEST and _HOST.fullmatch(name)
    return name if is_host and name.rpartition(".")[2] != "localhost" else None


def checked_zone(text: str, option: str) -> str:
    """The canonical form of the name of a zone; with the slash that RFC 2317 uses."""
    name = text.lower().rstrip(".")
    if len(name) > _LONGEST or not _ZONE.fullmatch(name):
        raise bad_request(option, text, "is not the name of a DNS zone, such as example.com or 0.20.10.in-addr.arpa.")
    return name


def reverse_zones(network: Network, classless: str = "") -> list[str]:
    """The zones that the PTR records of a network stand in (RFC 1035 3.5, RFC 3596 2.5).

    A zone ends where a label does, so a network in between has several: a /22 has four zones of /24. A network longer
    than /24, or /64, has the zone around it. With ``classless``, the character between address and length, one longer
    than /24 has a zone of its own, such as ``64/26.0.20.10.in-addr.arpa`` (RFC 2317 4).
    """
    version, step = network.version, _STEP[network.version]
    length = min(max(-(-network.prefix_length // step) * step, step), USUAL[version])
    host_bits = BITS[version] - length
    firsts = range(network.first >> host_bits << host_bits, network.last + 1, 1 << host_bits)
    zones = [reverse_pointer(first, version).split(".", host_bits // step)[-1] for first in firsts]
    if classless and version == 4 and network.prefix_length > USUAL[4]:
        return [f"{network.first & 0xFF}{classless}{network.prefix_length}.{zones[0]}"]
    return zones


def classless_pointer(pointer: str, zones: t.Container[str]) -> str | None:
    """The name of an IPv4 address's PTR record in the smallest of the zones that RFC 2317 makes around it."""
    octet, _dot, around = pointer.partition(".")
    names = (f"{int(octet) // size * size}{sign}{length}.{around}" for sign, length, size in _CLASSLESS)
    return next((f"{octet}.{name}" for name in names if name in zones), None)


def outermost(zones: t.Iterable[str]) -> list[str]:
    """The zones that lie in no other one of them, sorted."""
    names = set(zones)
    return sorted(name for name in names if not names.intersection(_parents(name)))


def zone_of(name: str, zones: t.Container[str]) -> str | None:
    """The innermost of the zones that a name lies in."""
    return next((zone for zone in (name, *_parents(name)) if zone in zones), None)


def parent_of(zone: str, zones: t.Container[str]) -> str | None:
    """The innermost of the zones that another zone lies in."""
    return next((name for name in _parents(zone) if name in zones), None)


def _parents(name: str) -> t.Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name
