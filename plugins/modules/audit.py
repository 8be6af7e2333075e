#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.audit."""

from __future__ import annotations

DOCUMENTATION = r"""
module: audit
author: The netledger.ipam contributors (@netledger)
short_description: Compare the addresses of a host with the ledger
version_added: 0.1.0
description:
  - Compares the addresses that a host has, by default those of its facts, with those that it holds in the ledger.
  - Differences make a list, not an error. The playbook of the same name fails where there are any.
  - Loopback and link-local addresses matter only where a subnet of the ledger contains them.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.info
options:
  name:
    description:
      - The name under which the host holds its addresses.
      - The default is C(inventory_hostname), the host of the task. There is none for the implicit V(localhost), which
        is in no inventory.
    type: str
  observed:
    description:
      - The addresses that the host has, all of them.
      - The default is what the facts of the host of the task (C(ansible_facts)) say, whether they were gathered in this
        play or come from a fact cache. It takes facts of POSIX systems, Windows and network devices. The task fails
        where the host has no facts of addresses.
    type: list
    elements: dict
    suboptions:
      address:
        description: The address. A prefix length or a zone (V(%eth0)) behind it is left aside.
        type: str
        required: true
        aliases: [ip, ip_address]
      interface:
        description: The interface that has it.
        type: str
      mac:
        description: The MAC address of that interface.
        type: str
        aliases: [mac_address]
  subnet:
    description:
      - The names or CIDRs of the subnets to look into. What lies in others is left aside.
      - Without it, all subnets of the VRF are looked into. The task fails where the VRF has none, unless the ledger is
        empty and it is the default one.
    type: list
    elements: str
  shared:
    description:
      - Names whose addresses any host may have, such as virtual addresses that move between the nodes of a cluster.
    type: list
    elements: str
seealso:
  - module: netledger.ipam.address
  - module: netledger.ipam.address_info
  - module: ansible.builtin.setup
"""

EXAMPLES = r"""
- name: Compare every host of the play with the ledger
  netledger.ipam.audit:
    shared: [vip-web]
  register: audited

- name: Show what differs
  ansible.builtin.debug:
    msg: "{{ audited.findings | map(attribute='text') }}"

- name: Write down what the host has and nobody holds
  netledger.ipam.address:
    addresses: "{{ audited.adoptable }}"
    adopt: true

- name: Compare one address that is known by other means
  netledger.ipam.audit:
    name: printer
    observed:
      - {address: 10.20.0.77, mac: "52:54:00:12:34:56"}
"""

RETURN = r"""
findings:
  description: What differs, in the order of the host's addresses. What it holds and does not have comes last.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description:
        - V(unknown) is an address on the host that nobody holds.
        - V(wrong_holder) is one on the host that another name holds.
        - V(mac_differs) is one that it holds with another MAC address.
        - V(unused) is one that it holds and does not have.
      returned: always
      type: str
      sample: wrong_holder
    host:
      description: The name under which the host holds its addresses.
      returned: always
      type: str
      sample: web01
    address:
      description: The address.
      returned: always
      type: str
      sample: 10.20.0.10
    interface:
      description: The interface that has the address, or with V(unused) the one under which it is held.
      returned: always
      type: str
      sample: eth0
    mac:
      description: The MAC address of the interface that has the address. None if that is not known.
      returned: always
      type: str
      sample: "52:54:00:12:34:56"
    subnet:
      description: The name of the subnet.
      returned: always
      type: str
      sample: lan
    holder:
      description: Who holds the address. None if nobody does.
      returned: always
      type: str
      sample: db01
    holder_mac:
      description: The MAC address with which it is held. None if there is none.
      returned: always
      type: str
      sample: "52:54:00:12:34:99"
    text:
      description: What differs, in words.
      returned: always
      type: str
      sample: 10.20.0.10 on web01 (eth0, 52:54:00:12:34:56) is held by db01 (52:54:00:12:34:99).
adoptable:
  description:
    - The addresses that nobody holds, as entries for the option O(netledger.ipam.address#module:addresses), which
      writes them down.
    - The first address of an interface in a subnet goes by the name of the interface, each other one by that and
      itself, such as V(eth0:10.20.0.11). Addresses of the host that it holds count too.
  returned: success
  type: list
  elements: dict
  sample: [{name: web01, address: 10.20.0.11, interface: eth0, mac: "52:54:00:12:34:56"}]
outside:
  description: The addresses that lie in no subnet of the VRF, without those of loopback and link-local networks.
  returned: success
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      returned: always
      type: str
      sample: 172.17.0.1
    interface:
      description: The interface that has it, empty if that is not known.
      returned: always
      type: str
      sample: docker0
    mac:
      description: The MAC address of that interface. None if that is not known.
      returned: always
      type: str
      sample: "02:42:ac:11:00:01"
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: store_missing
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.audit import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
