#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.subnet_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: subnet_info
author: The netledger.ipam contributors (@netledger)
short_description: Show subnets and how full they are
version_added: 0.1.0
description:
  - Returns the subnets of the ledger that fit all options given, by VRF, IP version and address.
  - What is not there makes an empty list, not an error. A ledger that is not there is an error.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.info
options:
  name:
    description: The name or CIDR of the subnet.
    type: str
  parent:
    description:
      - The name or CIDR of the subnet whose children are wanted. Only those directly inside it are.
      - Of several, the children of each.
    type: list
    elements: str
  tags:
    description: Tags that a subnet must have, all of them.
    type: list
    elements: str
  labels:
    description: Labels that a subnet must have, all of them, with these values.
    type: dict
  vrf:
    description:
      - The VRF, which is a space in which addresses are unique. V(*) stands for all of them.
      - If not given, it is taken from the variable C(netledger_ipam_vrf), the environment variable
        E(NETLEDGER_IPAM_VRF), or C(vrf) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
seealso:
  - module: netledger.ipam.subnet
  - module: netledger.ipam.address_info
  - plugin: netledger.ipam.subnet
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Read all subnets of all VRFs
  netledger.ipam.subnet_info:
    vrf: "*"
  register: ledger

- name: Show how full they are
  ansible.builtin.debug:
    msg: "{{ item.vrf }} {{ item.cidr }} {{ item.name }}: {{ item.used }} used, {{ item.free }} free"
  loop: "{{ ledger.subnets }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read the blocks that were carved out of one subnet for clusters
  netledger.ipam.subnet_info:
    parent: site-a
    tags: [kubernetes]
"""

RETURN = r"""
subnets:
  description: The subnets.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the subnet.
      returned: always
      type: str
      sample: lan
    vrf:
      description: The VRF of the subnet.
      returned: always
      type: str
      sample: default
    cidr:
      description: The network in CIDR form.
      returned: always
      type: str
      sample: 10.20.0.0/24
    version:
      description: The IP version, V(4) or V(6).
      returned: always
      type: int
      sample: 4
    network:
      description: The first address of the subnet.
      returned: always
      type: str
      sample: 10.20.0.0
    netmask:
      description: The netmask.
      returned: always
      type: str
      sample: 255.255.255.0
    prefix_length:
      description: The prefix length.
      returned: always
      type: int
      sample: 24
    broadcast:
      description: The broadcast address. None for IPv6, a /31 and a /32.
      returned: always
      type: str
      sample: 10.20.0.255
    parent:
      description: The name of the smallest subnet around this one. None if there is none.
      returned: always
      type: str
      sample: site-a
    children:
      description: The names of the subnets directly inside this one, by address.
      returned: always
      type: list
      elements: str
      sample: []
    gateway:
      description: The default gateway. None if there is none.
      returned: always
      type: str
      sample: 10.20.0.1
    dns_servers:
      description: The DNS servers.
      returned: always
      type: list
      elements: str
      sample: [10.20.0.2, 10.20.0.3]
    domain:
      description: The DNS domain. None if there is none.
      returned: always
      type: str
      sample: example.com
    vlan_id:
      description: The VLAN ID. None if there is none.
      returned: always
      type: int
      sample: 120
    mtu:
      description: The MTU in bytes. None if there is none.
      returned: always
      type: int
      sample: 1500
    hold_down:
      description: How many seconds a freed address waits.
      returned: always
      type: int
      sample: 86400
    strategy:
      description: How addresses are chosen for those who ask for any.
      returned: always
      type: str
      sample: lowest
    min_prefix_length:
      description: The shortest prefix of new children. None if there is no limit.
      returned: always
      type: int
      sample: 24
    max_prefix_length:
      description: The longest prefix of new children. None if there is no limit.
      returned: always
      type: int
      sample: 28
    default_prefix_length:
      description: The prefix length of children for which none is given. None if there is none.
      returned: always
      type: int
      sample: 26
    quota:
      description: What children may take together, in addresses of IPv4 or networks of length 64 of IPv6. None if all.
      returned: always
      type: int
      sample: 16384
    reserved:
      description: The reserved addresses, as addresses and ranges.
      returned: always
      type: list
      elements: str
      sample: [10.20.0.2-10.20.0.9]
    pools:
      description: The pools, by address.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: The name of the pool.
          returned: always
          type: str
          sample: servers
        start:
          description: The first address of the pool.
          returned: always
          type: str
          sample: 10.20.0.10
        end:
          description: The last address of the pool.
          returned: always
          type: str
          sample: 10.20.0.99
        strategy:
          description: How addresses are chosen out of the pool. None if as the subnet says.
          returned: always
          type: str
          sample: random
        hold_down:
          description: How many seconds a freed address of the pool waits. None if as the subnet says.
          returned: always
          type: int
          sample: 3600
        warn_below:
          description: Of how many free addresses on tasks warn. None if never.
          returned: always
          type: int
          sample: 5
        size:
          description: How many addresses the pool has. It is the sum of the following counts.
          returned: always
          type: int
          sample: 90
        used:
          description: How many of them are held.
          returned: always
          type: int
          sample: 3
        held_down:
          description: How many of them were freed and wait.
          returned: always
          type: int
          sample: 1
        reserved:
          description: How many of them are reserved and not held.
          returned: always
          type: int
          sample: 0
        in_children:
          description: How many of them lie in child subnets.
          returned: always
          type: int
          sample: 0
        free:
          description: How many of them are free.
          returned: always
          type: int
          sample: 86
    size:
      description:
        - How many usable addresses the subnet has, in and outside of its pools. It is the sum of the following counts.
        - The network and broadcast address of IPv4 and the subnet-router address of IPv6 are not usable.
      returned: always
      type: int
      sample: 254
    used:
      description: How many of them are held.
      returned: always
      type: int
      sample: 3
    held_down:
      description: How many of them were freed and wait.
      returned: always
      type: int
      sample: 1
    reserved_count:
      description: How many of them are reserved and not held. The gateway is one of these.
      returned: always
      type: int
      sample: 9
    in_children:
      description: How many of them lie in child subnets.
      returned: always
      type: int
      sample: 0
    free:
      description: How many of them are free.
      returned: always
      type: int
      sample: 241
    tags:
      description: The tags, sorted.
      returned: always
      type: list
      elements: str
      sample: [production]
    labels:
      description: The labels.
      returned: always
      type: dict
      sample: {site: a}
    description:
      description: The description, empty if there is none.
      returned: always
      type: str
      sample: Servers of building A
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: store_missing
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.subnet_info import TASK


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
