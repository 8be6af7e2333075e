# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks and what their addresses are for: which can be given to hosts, and why the others cannot.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, gaps


class Network(t.NamedTuple):
    """A CIDR block: IP version, number of its first address, prefix length."""

    version: int
    first: int
    prefix_length: int

    @property
    def last(self) -> int:
        return self.first + self.size - 1

    @property
    def size(self) -> int:
        return 1 << (BITS[self.version] - self.prefix_length)

    @property
    def range(self) -> Range:
        return Range(self.first, self.last)

    def __str__(self) -> str:
        return f"{format_address(self.first, self.version)}/{self.prefix_length}"


def format_address(value: int, version: int) -> str:
    """The canonical text of an address (RFC 5952 for IPv6), as netaddr has it in ten times the time."""
    if version == 4:
        return socket.inet_ntoa(value.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))


def format_range(span: Range, version: int) -> str:
    """The text of a range: one address, or first-last."""
    first = format_address(span.first, version)
    return first if span.first == span.last else f"{first}-{format_address(span.last, version)}"


def netmask(network: Network) -> str:
    return format_address(
        ((1 << network.prefix_length) - 1) << (BITS[network.version] - network.prefix_length), network.version
    )


def reverse_pointer(value: int, version: int) -> str:
    """The name of the PTR record (RFC 1035 3.5, RFC 3596 2.5), without the closing dot."""
    if version == 4:
        return ".".join(map(str, value.to_bytes(4, "little"))) + ".in-addr.arpa"
    return ".".join(f"{value:032x}"[::-1]) + ".ip6.arpa"


def is_point_to_point(network: Network) -> bool:
    """Whether every address is a host's: /31 (RFC 3021), /127 (RFC 6164), and the single /32 and /128."""
    return network.size <= 2


def usable(network: Network) -> Range:
    """The addresses that hosts may have.

    IPv4 loses its network and broadcast address (RFC 1122 3.2.1.3), IPv6 its subnet-router anycast address
    (RFC 4291 2.6.1); it has no broadcast. Networks of one or two addresses lose nothing.
    """
    if is_point_to_point(network):
        return network.range
    return Range(network.first + 1, network.last - (1 if network.version == 4 else 0))


def unusable_reason(network: Network, value: int) -> str | None:
    """The reason word why no host may have this address of the network, or None where one may."""
    if value in usable(network):
        return None
    if value not in network.range:
        return "address_outside_subnet"
    if network.version == 6:
        return "subnet_router_address"
    return "network_address" if value == network.first else "broadcast_address"


def gateway_blocks(network: Network, gateway: int | None) -> bool:
    """Whether the gateway takes an address away from hosts.

    A gateway outside of the network takes none; in a network of one address host and gateway are the same (as the
    default pools of OpenStack Neutron's IPAM have it).
    """
    return gateway is not None and network.size > 1 and gateway in network.range


def default_pools(network: Network, gateway: int | None) -> list[Range]:
    """All usable addresses around the gateway: none, one or two ranges."""
    taken = [Range(gateway, gateway)] if gateway is not None and gateway_blocks(network, gateway) else []
    return list(gaps(usable(network), taken))
