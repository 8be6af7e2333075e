# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter netledger.ipam.interfaces: how the interfaces of a host are set up."""

from __future__ import annotations

DOCUMENTATION = r"""
name: interfaces
author: The netledger.ipam contributors (@netledger)
short_description: Sort the addresses of a host by interface
version_added: 0.1.0
description:
  - Returns how the interfaces of a host have to be set up, so that it has the given addresses.
  - An interface called like C(eth0.120), with an address in a subnet of VLAN 120, is that VLAN of C(eth0).
  - An address of status V(dhcp) comes by DHCP with gateway, DNS servers and all else. So does one of status V(slaac)
    by router advertisements.
requirements:
  - netaddr
positional: unnamed, gateway_interface
options:
  _input:
    description: Records of the addresses of one host, as P(netledger.ipam.addresses#lookup) returns them.
    type: list
    elements: dict
    required: true
  unnamed:
    description: The interface of addresses that have none in the ledger.
    type: str
    default: ""
  gateway_interface:
    description:
      - The interface of the default routes.
      - It fails where the host has interfaces, and none of that name.
      - Without it, they go over the first interface, by name, whose subnet has a gateway, for each IP version.
    type: str
    default: ""
seealso:
  - plugin: netledger.ipam.addresses
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show the interfaces of a host
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.addresses | join(' ') }}"
  loop: "{{ (query('netledger.ipam.addresses', 'web01') | netledger.ipam.interfaces(unnamed='eth0')).interfaces }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_value:
  description: The interfaces, and what has none.
  type: dict
  contains:
    interfaces:
      description: The interfaces, by name.
      type: list
      elements: dict
      contains:
        name:
          description: The name of the interface.
          type: str
          sample: eth0
        link:
          description: The interface of which this one is a VLAN. None if it is none.
          type: str
          sample: null
        vlan_id:
          description: The VLAN ID, where RV(_value.interfaces[].link) is set.
          type: int
          sample: null
        vlans:
          description: The names of the interfaces that are VLANs of this one.
          type: list
          elements: str
          sample: []
        addresses:
          description: The addresses with their prefix lengths.
          type: list
          elements: str
          sample: [10.20.0.10/24]
        dhcp4:
          description: Whether it gets an IPv4 address by DHCP.
          type: bool
          sample: false
        dhcp6:
          description: Whether it gets an IPv6 address by DHCP.
          type: bool
          sample: false
        accept_ra:
          description: Whether it gets an IPv6 address by router advertisements.
          type: bool
          sample: false
        gateways:
          description: The gateways of the default routes over it, one for each IP version at most.
          type: list
          elements: str
          sample: [10.20.0.1]
        dns_servers:
          description: The DNS servers of its subnets.
          type: list
          elements: str
          sample: [10.20.0.2]
        domains:
          description: The DNS domains of its subnets.
          type: list
          elements: str
          sample: [example.com]
        mtu:
          description: The smallest MTU of its subnets. None if they have none.
          type: int
          sample: 1500
    left_out:
      description: The addresses without an interface, or with one that is no name of an interface of Linux.
      type: list
      elements: str
      sample: []
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.plugin_utils import _interfaces
from ansible_collections.netledger.ipam.plugins.plugin_utils._arguments import Record, filtered


def interfaces(addresses: list[Record], unnamed: str = "", gateway_interface: str = "") -> Record:
    return filtered(lambda: _interfaces.interfaces(addresses, unnamed, gateway_interface))


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"interfaces": interfaces}
