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
  - A subnet that exists can grow and shrink by O(cidr), get another name by O(new_name), become several by O(split),
    and become one with its neighbours by O(merge). Whoever holds an address in it keeps the address.
  - It is known by its O(name) in its O(vrf). The same name always means the same subnet, so the next free block is
    carved out once and found again from then on.
  - A subnet inside another one of the VRF becomes its child. Its parent is the smallest subnet around it.
  - Options that are left out stay as they are. Lists and dictionaries that are given replace the stored ones.
  - A subnet does not move to another VRF.
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
  new_name:
    description:
      - Another name for the subnet, which stays the same one with all that is in it.
      - Where only a subnet of this name is there, it is the one meant, so the task can run again.
    type: str
  cidr:
    description:
      - The network, for example V(10.20.0.0/24) or V(2001:db8:20::/64).
      - A prefix length or netmask is required. Host bits are cut off, so V(10.20.0.1/24) means V(10.20.0.0/24).
      - IPv4-mapped IPv6 (V(::ffff:10.20.0.0/120)) is read as IPv4.
      - A subnet of this O(name) that has another CIDR grows or shrinks, if one of the two covers the other.
      - It grows where nothing is in the way, no other subnet and no address that its parent gave away, and where the
        limits of the parent allow it.
      - It shrinks where all of its held addresses, its children and its gateway have a place in the smaller one.
        Addresses that wait after they were freed are in the way, too, unless O(force) is set. Reserved ranges are cut.
      - Pools that were generated follow. Others have to fit, or O(pools) gives new ones.
    type: str
    aliases: [network]
  parent:
    description:
      - The name or CIDR of the subnet from which to carve the new one with O(prefix_length).
      - Of several, the first that has room is taken. One that has no free block of that length, is over its quota or
        refuses the length is passed over. If all are, the error says why for each.
      - With O(cidr) it says what the parent must be, one of these, and the task fails where it is another.
    type: list
    elements: str
  prefix_length:
    description:
      - The prefix length of the block to carve out of O(parent).
      - The smallest free block that is large enough is cut, the lowest one among equals.
      - If not given, it is the O(default_prefix_length) of the parent, or else its O(min_prefix_length).
    type: int
  min_prefix_length:
    description:
      - The shortest prefix that a new child of this subnet may have, V(0) to V(32) in IPv4 and V(0) to V(128) in IPv6.
      - V(-1) removes the limit.
      - Children that are there already may break a limit. It counts for those that are made or change their size.
    type: int
  max_prefix_length:
    description:
      - The longest prefix that a new child of this subnet may have.
      - V(-1) removes the limit.
    type: int
  default_prefix_length:
    description:
      - The prefix length of a child for which none is given.
      - V(-1) removes it.
    type: int
  quota:
    description:
      - How much the children directly inside this subnet may take together, in addresses of IPv4 and in networks of
        length 64 of IPv6. A longer IPv6 prefix counts as the part of such a network that it is.
      - V(0) removes the quota.
    type: int
  split:
    description:
      - Replace the subnet by this number of equal parts, a power of two.
      - The parts have the settings of the subnet. Addresses, children, reserved ranges and a gateway inside the subnet
        go to the part in which they lie. A gateway outside the subnet stays that of all parts.
      - Pools that were generated are generated again for each part. Others are cut at the borders.
      - It is refused where a held address or the gateway would become a network or broadcast address, where an address
        that waits after it was freed would, unless O(force) is set, and where a child does not fit into one part.
      - Where the subnet is gone and its parts are there, nothing changes. A task that makes the subnet by O(cidr) has
        to go from the play, as it would make it again around them.
      - Only O(split_names) and O(force) go with it.
    type: int
  split_names:
    description:
      - The names of the parts in their order. The default is the name of the subnet with V(-1), V(-2) and so on.
    type: list
    elements: str
  merge:
    description:
      - The names or CIDRs of subnets that become one, called O(name), which may be one of theirs.
      - They must lie directly in the same subnet, or in none, and make up one CIDR.
      - The first one named gives its settings, as far as the task gives no others. The gateway is the one that lies
        inside. Addresses, children and reserved ranges of all of them are kept. Pools of the same name that touch are
        joined.
      - It is refused where the parts have different gateways and O(gateway) is not given, different pools of the same
        name and O(pools) is not given, or where a holder has an address in more than one of them.
      - Where O(name) is there and none of the others is, only the other options are applied.
    type: list
    elements: str
  gateway:
    description:
      - The address of the default gateway. It is never given to a host.
      - V(first) and V(last) stand for the first and the last address of the subnet that a host could have.
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
      strategy:
        description:
          - How addresses are chosen out of this pool, as in O(strategy). Empty text means as the subnet does.
          - If not given, a pool of that name keeps what it has.
        type: str
      hold_down:
        description:
          - How long a freed address of this pool waits, as in O(hold_down). Empty text means as the subnet has it.
          - If not given, a pool of that name keeps what it has.
        type: str
      warn_below:
        description:
          - A task that reserves an address of this pool warns when fewer addresses than this are free afterwards.
          - V(0) means never. If not given, a pool of that name keeps what it has.
        type: int
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
  strategy:
    description:
      - How addresses are chosen for those who ask for any. A pool may have a strategy of its own.
      - V(lowest) is the lowest free one, which is what a new subnet has, and V(highest) the highest.
      - V(random) is any free one, each as likely as the others.
      - V(rotate) is the next free one after the last that was given, so that freed ones are used again late.
    type: str
    choices: [lowest, highest, random, rotate]
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
      - Where the subnet shrinks, is split or merged, end the wait of freed addresses that have no place any more.
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

- name: Blocks for clusters from one site after the other, and what each may take
  netledger.ipam.subnet:
    name: "{{ item }}"
    default_prefix_length: 26
    min_prefix_length: 24
    max_prefix_length: 28
    quota: 16384
  loop: [site-a, site-b]

- name: The next one of the default size, where there is room
  netledger.ipam.subnet:
    name: cluster-8
    parent: [site-a, site-b]
    gateway: first

- name: Show what it got
  ansible.builtin.debug:
    msg: "{{ cluster.subnet.cidr }}"

- name: Freed addresses wait for a day
  netledger.ipam.subnet:
    name: lan
    hold_down: 1d

- name: Give it a larger network, where the addresses beside it are free
  netledger.ipam.subnet:
    name: lan
    cidr: 10.20.0.0/23

- name: Another name
  netledger.ipam.subnet:
    name: lan
    new_name: office

- name: One half for each floor
  netledger.ipam.subnet:
    name: office
    split: 2
    split_names: [floor-1, floor-2]

- name: Together again, with one gateway
  netledger.ipam.subnet:
    name: office
    merge: [floor-1, floor-2]
    gateway: 10.20.0.1

- name: Remove a subnet that is not in use
  netledger.ipam.subnet:
    name: cluster-7
    state: absent
"""

RETURN = r"""
subnet:
  description: The subnet as it is now.
  returned: success, with O(state=present) and without O(split)
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
subnets:
  description: The parts, each as RV(subnet).
  returned: success, with O(split)
  type: list
  elements: dict
  sample: [{name: floor-1, cidr: 10.20.0.0/24}, {name: floor-2, cidr: 10.20.1.0/24}]
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
  description:
    - The subnet before and after, without how full it is. None where there was or is none.
    - Several subnets, before O(merge) or after O(split), are a dictionary by name.
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
