# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rows of a ledger mean once they are read: addresses are numbers, lists are lists.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    Network,
    format_address,
    gateway_blocks,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range

MOST: t.Final = (1 << 63) - 1
"""The greatest number that a column of every engine holds."""
STRATEGIES: t.Final = ("lowest", "highest", "random", "rotate")
"""How a free address is chosen."""
STATUSES: t.Final = ("active", "reserved", "deprecated", "dhcp", "slaac")
"""What an address is for, as NetBox calls it."""


class Subnet(t.NamedTuple):
    """A subnet. ``id`` and ``parent_id`` number rows; a parent of 0 is none.

    ``hold_down`` is in seconds. The prefix lengths and the ``quota`` limit its children; the quota counts addresses of
    IPv4 and networks of length 64 of IPv6.
    """

    id: int
    vrf_id: int
    vrf: str
    parent_id: int
    name: str
    network: Network
    gateway: int | None = None
    domain: str | None = None
    vlan_id: int | None = None
    mtu: int | None = None
    hold_down: int = 0
    strategy: str = "lowest"
    min_prefix_length: int | None = None
    max_prefix_length: int | None = None
    default_prefix_length: int | None = None
    quota: int | None = None
    description: str = ""
    dns_servers: tuple[str, ...] = ()
    reserved: tuple[Range, ...] = ()
    tags: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    pools_generated: bool = True

    @property
    def version(self) -> int:
        return self.network.version

    @property
    def blocked(self) -> tuple[Range, ...]:
        """Addresses that are nobody's to hold: the reserved ranges and the gateway."""
        if self.gateway is not None and gateway_blocks(self.network, self.gateway):
            return (*self.reserved, Range(self.gateway, self.gateway))
        return self.reserved

    def key(self, value: int) -> str:
        """The stored form of an address of this subnet."""
        return to_key(value, self.network.version)

    def text(self, value: int) -> str:
        """The written form of an address of this subnet."""
        return format_address(value, self.network.version)


class Pool(t.NamedTuple):
    """A named window on a subnet. None for ``strategy`` and ``hold_down`` (in seconds) is what the subnet has.

    Where fewer than ``warn_below`` addresses are left free, tasks warn; None is never.
    """

    name: str
    span: Range
    strategy: str | None = None
    hold_down: int | None = None
    warn_below: int | None = None


class Address(t.NamedTuple):
    """An address and its holder, known by name and interface.

    ``ordinal`` numbers the addresses that a holder has under one key, ``expires`` is in seconds since 1970 or None.
    """

    value: int
    name: str
    interface: str = ""
    ordinal: int = 0
    status: str = "active"
    expires: int | None = None
    mac: str | None = None
    fqdn: str | None = None
    tags: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    description: str = ""

    @property
    def holder(self) -> str:
        """The holder as messages call it."""
        return f"{self.name} ({self.interface})" if self.interface else self.name

    def expired(self, now: int) -> bool:
        """Whether the time for which it was given is over, so that nobody holds it any more."""
        return self.expires is not None and self.expires <= now


class Hold(t.NamedTuple):
    """A released address that waits until ``until`` (seconds since 1970) for its last holder."""

    value: int
    until: int
    name: str
    interface: str
