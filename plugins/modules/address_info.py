#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.address_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: address_info
author: The netledger.ipam contributors (@netledger)
short_description: Show who holds which address
version_added: 0.1.0
description:
  - Returns the held addresses of the ledger that fit all options given, by VRF, IP version and address.
  - With O(free), also shows which addresses would be given next. That reserves nothing.
  - Nobody found makes an empty list, not an error. A O(subnet) that is not in the VRF, or a ledger that is not there,
    is an error.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.info
options:
  name:
    description: The holder.
    type: str
  address:
    description: The address. A prefix length behind it is left aside. IPv4-mapped IPv6 is read as IPv4.
    type: str
    aliases: [ip, ip_address]
  subnet:
    description: The name or CIDR of the subnet.
    type: str
  pool:
    description: The name of the pool in which the address lies.
    type: str
  interface:
    description: The interface under which the address is held. Empty text stands for those held under none.
    type: str
  mac:
    description: The MAC address, in any usual spelling.
    type: str
    aliases: [mac_address]
  tags:
    description: Tags that an address must have, all of them.
    type: list
    elements: str
  labels:
    description: Labels that an address must have, all of them, with these values.
    type: dict
  status:
    description: What the address is for.
    type: str
    choices: [active, reserved, deprecated, dhcp, slaac]
  free:
    description:
      - How many free addresses of O(subnet), or of its O(pool), to show in RV(free), V(0) to V(65536).
      - Requires O(subnet) and one O(vrf).
    type: int
  vrf:
    description:
      - The VRF, which is a space in which addresses are unique. V(*) stands for all of them.
      - If not given, it is taken from the variable C(netledger_ipam_vrf), the environment variable
        E(NETLEDGER_IPAM_VRF), or C(vrf) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
seealso:
  - module: netledger.ipam.address
  - module: netledger.ipam.subnet_info
  - plugin: netledger.ipam.addresses
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Who holds this address?
  netledger.ipam.address_info:
    address: 10.20.0.10
  register: held

- name: Show the answer
  ansible.builtin.debug:
    msg: "{{ held.addresses | map(attribute='name') | first | default('nobody') }}"

- name: Read everything that a host holds, in all VRFs
  netledger.ipam.address_info:
    name: web01
    vrf: "*"

- name: Which three addresses would be next?
  netledger.ipam.address_info:
    subnet: lan
    pool: servers
    free: 3
  register: preview

- name: Show them
  ansible.builtin.debug:
    var: preview.free
"""

RETURN = r"""
addresses:
  description: The held addresses.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      returned: always
      type: str
      sample: 10.20.0.10
    cidr:
      description: The address with the prefix length of its subnet, as network configurations want it.
      returned: always
      type: str
      sample: 10.20.0.10/24
    version:
      description: The IP version, V(4) or V(6).
      returned: always
      type: int
      sample: 4
    prefix_length:
      description: The prefix length of the subnet.
      returned: always
      type: int
      sample: 24
    netmask:
      description: The netmask of the subnet.
      returned: always
      type: str
      sample: 255.255.255.0
    network:
      description: The first address of the subnet.
      returned: always
      type: str
      sample: 10.20.0.0
    gateway:
      description: The default gateway of the subnet. None if there is none.
      returned: always
      type: str
      sample: 10.20.0.1
    dns_servers:
      description: The DNS servers of the subnet.
      returned: always
      type: list
      elements: str
      sample: [10.20.0.2, 10.20.0.3]
    domain:
      description: The DNS domain of the subnet. None if there is none.
      returned: always
      type: str
      sample: example.com
    vlan_id:
      description: The VLAN ID of the subnet. None if there is none.
      returned: always
      type: int
      sample: 120
    mtu:
      description: The MTU of the subnet in bytes. None if there is none.
      returned: always
      type: int
      sample: 1500
    fqdn:
      description:
        - The DNS name. If none was given, the holder's name if that has a dot, else that name in the subnet's domain.
        - None if there is no domain either.
      returned: always
      type: str
      sample: web01.example.com
    reverse_pointer:
      description: The name of the PTR record.
      returned: always
      type: str
      sample: 10.0.20.10.in-addr.arpa
    status:
      description: What the address is for.
      returned: always
      type: str
      sample: active
    expires:
      description: Until when the address is given, in UTC. None if that is without end.
      returned: always
      type: str
      sample: "2030-12-31T18:00:00Z"
    name:
      description: The holder.
      returned: always
      type: str
      sample: web01
    interface:
      description: The interface of the holder, empty if none was given.
      returned: always
      type: str
      sample: ""
    subnet:
      description: The name of the subnet.
      returned: always
      type: str
      sample: lan
    vrf:
      description: The VRF.
      returned: always
      type: str
      sample: default
    pool:
      description: The pool in which the address lies. None if it lies outside of every pool.
      returned: always
      type: str
      sample: servers
    mac:
      description: The MAC address, in lower case with colons. None if there is none.
      returned: always
      type: str
      sample: "52:54:00:12:34:56"
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
      sample: {role: web}
    description:
      description: The description, empty if there is none.
      returned: always
      type: str
      sample: First web server
free:
  description: The addresses that would be given next, as many as there are up to the number asked for.
  returned: success, with O(free)
  type: list
  elements: str
  sample: [10.20.0.11, 10.20.0.12, 10.20.0.13]
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: store_missing
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_info import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
