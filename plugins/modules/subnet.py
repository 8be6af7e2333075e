#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.subnet."""

from __future__ import annotations

DOCUMENTATION = r"""
module: subnet
author: The netledger.ipam contributors (@netledger)
short_description: Manage subnets of the ledger
version_added: 0.1.0
description:
  - Makes, changes and removes subnets, and sets what their hosts need to know about them.
  - A subnet is made by O(cidr), or by O(parent) and O(prefix_length) as the next free block of another subnet.
  - It is known by its O(name) in its O(vrf). The same name always means the same subnet, so the next free block is
    carved out once and found again from then on.
  - A subnet inside another one of the VRF becomes its child. Its parent is the smallest subnet around it.
  - Options that are left out stay as they are. Lists and dictionaries that are given replace the stored ones.
  - The CIDR of a subnet cannot be changed.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.ledger
options:
  name:
    description:
      - The name of the subnet.
      - A new subnet without a name is called by its CIDR.
      - One of O(name) and O(cidr) is required.
    type: str
  cidr:
    description:
      - The network, for example V(10.20.0.0/24) or V(2001:db8:20::/64).
      - A prefix length or netmask is required. Host bits are cut off, so V(10.20.0.1/24) means V(10.20.0.0/24).
      - IPv4-mapped IPv6 (V(::ffff:10.20.0.0/120)) is read as IPv4.
    type: str
    aliases: [network]
  parent:
    description:
      - The name or CIDR of the subnet from which to carve the new one with O(prefix_length).
      - With O(cidr) it says what the parent must be, and the task fails where it is another.
    type: str
  prefix_length:
    description:
      - The prefix length of the block to carve out of O(parent).
      - The smallest free block that is large enough is cut, the lowest one among equals.
    type: int
  gateway:
    description:
      - The address of the default gateway. It is never given to a host.
      - It may lie outside of the subnet.
      - Empty text removes it.
    type: str
  pools:
    description:
      - The windows from which addresses are given to those who ask for any. An address outside of every pool is only
        given to those who ask for it by O(netledger.ipam.address#module:address).
      - If never given, all usable addresses except the gateway are one pool called V(default), or, where the gateway
        lies in the middle, two called V(default) and V(default-2). They follow the gateway when it changes.
      - An empty list means no pool.
      - Pools do not overlap. Addresses are taken from the lowest pool first.
      - A change that leaves held addresses outside of every pool is refused, unless O(force) is set.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the pool. The default is its range, such as V(10.20.0.10-10.20.0.99).
        type: str
      start:
        description: The first address of the pool.
        type: str
        required: true
      end:
        description: The last address of the pool.
        type: str
        required: true
  reserved:
    description:
      - Addresses that are not given to anybody, each an address, a range such as V(10.20.0.2-10.20.0.9), or a CIDR.
      - Those who hold such an address already keep it.
    type: list
    elements: str
  dns_servers:
    description: The addresses of the DNS servers, in the order in which hosts should ask them.
    type: list
    elements: str
    aliases: [nameservers]
  domain:
    description:
      - The DNS domain. It makes up the FQDN of a holder whose name has no dot.
      - Empty text removes it.
    type: str
  vlan_id:
    description: The VLAN ID, V(1) to V(4094). V(0) removes it.
    type: int
    aliases: [vlan]
  mtu:
    description: The MTU in bytes, V(68) to V(65535). V(0) removes it.
    type: int
  hold_down:
    description:
      - How long an address that was freed waits before anybody but its last holder may get it.
      - A number of seconds, or one with a unit, such as V(90s), V(10m), V(2h), V(7d) or V(1w). V(0) means not at all,
        which is what a new subnet has.
    type: str
  tags:
    description: Words to find the subnet by. Their order means nothing.
    type: list
    elements: str
  labels:
    description: Texts by name, to find the subnet by. Numbers and booleans are stored as text.
    type: dict
  description:
    description: Any text. Empty text removes it.
    type: str
  force:
    description:
      - With O(state=absent), remove the subnet with everything in it, addresses and children.
      - With O(state=present), let O(pools) leave held addresses outside of every pool. They stay held.
    type: bool
    default: false
  state:
    description:
      - V(present) makes or changes the subnet. It is the only task that makes a missing ledger, with mode 0600.
      - V(absent) removes it. While it holds addresses or children that is refused, unless O(force) is set.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: netledger.ipam.pool
  - module: netledger.ipam.address
  - module: netledger.ipam.subnet_info
  - plugin: netledger.ipam.subnet
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: A network with two pools
  netledger.ipam.subnet:
    name: lan
    cidr: 10.20.0.0/24
    gateway: 10.20.0.1
    reserved: [10.20.0.2-10.20.0.9]
    pools:
      - {name: servers, start: 10.20.0.10, end: 10.20.0.99}
      - {name: vips, start: 10.20.0.200, end: 10.20.0.219}
    dns_servers: [10.20.0.2, 10.20.0.3]
    domain: example.com
    vlan_id: 120

- name: The IPv6 network beside it
  netledger.ipam.subnet:
    name: lan6
    cidr: 2001:db8:20::/64
    gateway: fe80::1
    domain: example.com

- name: A block from which others are carved
  netledger.ipam.subnet:
    name: site-a
    cidr: 10.64.0.0/16

- name: The next free /26 of it, the same one in every run
  netledger.ipam.subnet:
    name: cluster-7
    parent: site-a
    prefix_length: 26
    tags: [kubernetes]
  register: cluster

- name: Show what it got
  ansible.builtin.debug:
    msg: "{{ cluster.subnet.cidr }}"

- name: Freed addresses wait for a day
  netledger.ipam.subnet:
    name: lan
    hold_down: 1d

- name: Remove a subnet that is not in use
  netledger.ipam.subnet:
    name: cluster-7
    state: absent
"""

RETURN = r"""
subnet:
  description: The subnet as it is now.
  returned: success, with O(state=present)
  type: dict
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
removed:
  description: What was removed.
  returned: success, with O(state=absent)
  type: dict
  contains:
    subnets:
      description: The names of the subnets that were removed.
      returned: always
      type: list
      elements: str
      sample: [cluster-7]
    addresses:
      description: The addresses that were freed by that.
      returned: always
      type: list
      elements: str
      sample: []
diff:
  description: The subnet before and after, without how full it is. None where there was or is none.
  returned: success
  type: dict
  sample:
    before: null
    after: {name: lan, cidr: 10.20.0.0/24, vrf: default}
    before_header: subnet lan
    after_header: subnet lan
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: subnet_in_use
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.subnet import TASK


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
