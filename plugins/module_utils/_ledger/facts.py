# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records as people read them: the plain values of results, differences and history.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import (
    format_range,
    is_point_to_point,
    netmask,
    reverse_pointer,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import format_time
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet

Record = dict[str, t.Any]


def subnet_record(subnet: Subnet, parent: str | None, pools: t.Sequence[Pool]) -> Record:
    """What was decided about a subnet, without how full it is."""
    return {
        "name": subnet.name,
        "vrf": subnet.vrf,
        "cidr": str(subnet.network),
        "parent": parent,
        "gateway": None if subnet.gateway is None else subnet.text(subnet.gateway),
        "pools": [pool_record(subnet, pool) for pool in pools],
        "reserved": [format_range(span, subnet.version) for span in subnet.reserved],
        "dns_servers": list(subnet.dns_servers),
        "domain": subnet.domain,
        "vlan_id": subnet.vlan_id,
        "mtu": subnet.mtu,
        "hold_down": subnet.hold_down,
        "strategy": subnet.strategy,
        "min_prefix_length": subnet.min_prefix_length,
        "max_prefix_length": subnet.max_prefix_length,
        "default_prefix_length": subnet.default_prefix_length,
        "quota": subnet.quota,
        "tags": list(subnet.tags),
        "labels": dict(subnet.labels),
        "description": subnet.description,
    }


def network_facts(subnet: Subnet) -> Record:
    """What follows from the CIDR of a subnet."""
    network = subnet.network
    has_broadcast = network.version == 4 and not is_point_to_point(network)
    return {
        "version": network.version,
        "network": subnet.text(network.first),
        "netmask": netmask(network),
        "prefix_length": network.prefix_length,
        "broadcast": subnet.text(network.last) if has_broadcast else None,
    }


def pool_record(subnet: Subnet, pool: Pool) -> Record:
    """A pool; None for ``strategy`` and ``hold_down`` is what the subnet has."""
    return {
        "name": pool.name,
        "start": subnet.text(pool.span.first),
        "end": subnet.text(pool.span.last),
        "strategy": pool.strategy,
        "hold_down": pool.hold_down,
        "warn_below": pool.warn_below,
    }


def address_record(subnet: Subnet, address: Address) -> Record:
    """What was decided about an address."""
    return address_fields(subnet.text(address.value), subnet.name, subnet.vrf, address)


def address_fields(text: str, subnet: str, vrf: str, address: Address) -> Record:
    """The same where no more of the subnet is known than its name and VRF."""
    return {
        "address": text,
        "name": address.name,
        "interface": address.interface,
        "subnet": subnet,
        "vrf": vrf,
        "status": address.status,
        "expires": None if address.expires is None else format_time(address.expires),
        "mac": address.mac,
        "fqdn": address.fqdn,
        "tags": list(address.tags),
        "labels": dict(address.labels),
        "description": address.description,
    }


class AddressFacts:
    """Everything that hosts of one subnet need to use their addresses, and how to recognise them.

    What is the same for all of them is worked out once.
    """

    def __init__(self, subnet: Subnet, pools: t.Sequence[Pool]) -> None:
        self._subnet = subnet
        self._pools = pools
        network = network_facts(subnet)
        self._common: Record = {
            **{name: network[name] for name in ("version", "prefix_length", "netmask", "network")},
            "gateway": None if subnet.gateway is None else subnet.text(subnet.gateway),
            "domain": subnet.domain,
            "vlan_id": subnet.vlan_id,
            "mtu": subnet.mtu,
        }

    def of(self, address: Address) -> Record:
        subnet = self._subnet
        text = subnet.text(address.value)
        return {
            **address_fields(text, subnet.name, subnet.vrf, address),
            "cidr": f"{text}/{subnet.network.prefix_length}",
            **self._common,
            "dns_servers": list(subnet.dns_servers),  # its own: YAML would write references to one that is shared
            "pool": next((pool.name for pool in self._pools if address.value in pool.span), None),
            "fqdn": address.fqdn or default_fqdn(address.name, subnet.domain),
            "reverse_pointer": reverse_pointer(address.value, subnet.version),
        }


def default_fqdn(name: str, domain: str | None) -> str | None:
    """The name itself where it has dots, else the name in the subnet's domain, else none."""
    if "." in name:
        return name
    return f"{name}.{domain}" if domain else None
