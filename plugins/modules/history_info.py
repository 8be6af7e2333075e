#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.history_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: history_info
author: The netledger.ipam contributors (@netledger)
short_description: Show what was changed, and who held an address at a time
version_added: 0.1.0
description:
  - Returns the entries of the history that fit all options given, the oldest first. Each change of an address or a
    subnet has one, with who made it, when, and what was there before and after.
  - With O(at), returns instead who held which address at that time.
  - Times are those of the store's clock.
  - Nothing found makes an empty list, not an error. A ledger that is not there is an error.
  - The history has no index, so that writing into it costs little. Each task looks through all of it.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.info
options:
  name:
    description: The holder of an address, or the subnet. An entry has the name that a subnet had before the change.
    type: str
  address:
    description:
      - The address, in any spelling. A prefix length behind it is left aside. IPv4-mapped IPv6 is read as IPv4.
      - It also finds the entry by which a holder left the address for another one.
    type: str
    aliases: [ip, ip_address]
  subnet:
    description:
      - The name or CIDR of the subnet. It shows entries of the subnet and of addresses in it.
      - An entry has the name that the subnet had when it was written, so those from before it was renamed are found by
        its old name. A CIDR stands for the name that the subnet of this CIDR has now.
      - With O(at), it is the name or CIDR that the subnet had at that time.
    type: str
  object:
    description: Whether to show entries of addresses, of subnets, or both. O(at) always shows addresses.
    type: str
    choices: [address, subnet, all]
    default: all
  since:
    description:
      - Leave out entries from before this time.
      - A time in ISO 8601, in UTC if it names no zone, or how long ago, such as V(90m), V(12h) or V(7d). The units are
        V(s), V(m) for minutes, V(h), V(d) and V(w).
      - A date is its first second.
    type: str
  until:
    description: Leave out entries from after this time, which is written as in O(since).
    type: str
  at:
    description:
      - Show who held which address at this time, which is written as in O(since).
      - It is mutually exclusive with O(since) and O(until).
      - An address that was given for a time is held until that time is over.
      - Where the entries from before this time were removed, because the history is kept for a limited time only, the
        later ones and what is held now tell as well.
    type: str
  limit:
    description:
      - How many entries to return at most, V(1) to V(100000). The newest are returned, the oldest of them first.
      - With O(at), how many addresses, the lowest first.
    type: int
    default: 100
  vrf:
    description:
      - The VRF, which is a space in which addresses are unique. V(*) stands for all of them.
      - If not given, it is taken from the variable C(netledger_ipam_vrf), the environment variable
        E(NETLEDGER_IPAM_VRF), or C(vrf) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
seealso:
  - module: netledger.ipam.address_info
  - module: netledger.ipam.store
"""

EXAMPLES = r"""
- name: Who had this address a week ago?
  netledger.ipam.history_info:
    address: 10.20.0.10
    at: 7d
  register: past

- name: Show the answer
  ansible.builtin.debug:
    msg: "{{ past.held | map(attribute='name') | first | default('nobody') }}"

- name: What happened to it since then?
  netledger.ipam.history_info:
    address: 10.20.0.10
    since: 7d
  register: history

- name: Show when, who and what
  ansible.builtin.debug:
    msg: "{{ item.time }} {{ item.actor }}: {{ item.address }} {{ item.action }}, {{ item.name }}"
  loop: "{{ history.entries }}"
  loop_control:
    label: "{{ item.time }}"

- name: Which changes were made to a subnet in March?
  netledger.ipam.history_info:
    name: lan
    object: subnet
    since: "2026-03-01"
    until: "2026-03-31T23:59:59Z"

- name: Read the last thousand changes in all VRFs
  netledger.ipam.history_info:
    vrf: "*"
    limit: 1000
"""

RETURN = r"""
entries:
  description: The entries that fit, the oldest first.
  returned: success, without O(at)
  type: list
  elements: dict
  contains:
    time:
      description: When it was, by the store's clock, in UTC.
      returned: always
      type: str
      sample: "2026-03-10T09:30:00Z"
    actor:
      description:
        - Who made the change. The user and the controller, the play (C(Ansible Ad-Hoc) stands for a command without
          one), and the host of the task.
      returned: always
      type: str
      sample: alice@control, play Give every web server its address, host web01
    vrf:
      description: The VRF.
      returned: always
      type: str
      sample: default
    subnet:
      description: The name that the subnet had before the change.
      returned: always
      type: str
      sample: lan
    object:
      description: What the entry is about, V(address) or V(subnet).
      returned: always
      type: str
      sample: address
    name:
      description: The holder of the address, or the name that the subnet had before the change.
      returned: always
      type: str
      sample: web01
    address:
      description: The address. None if the entry is about a subnet.
      returned: always
      type: str
      sample: 10.20.0.10
    action:
      description:
        - Of an address V(given), V(changed) or V(freed), of a subnet V(created), V(changed) or V(removed).
        - V(changed) is also the entry of a holder that moved. Then the address in RV(entries[].before) is another one.
      returned: always
      type: str
      sample: given
    before:
      description: The record of the address or subnet before the change. None if there was none.
      returned: always
      type: dict
    after:
      description: The record of the address or subnet after the change. None if there is none.
      returned: always
      type: dict
      sample:
        address: 10.20.0.10
        name: web01
        interface: ""
        subnet: lan
        vrf: default
        status: active
        expires:
        mac:
        fqdn:
        tags: []
        labels: {}
        description: ""
held:
  description: The addresses that were held at that time, by VRF, IP version and address.
  returned: success, with O(at)
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      returned: always
      type: str
      sample: 10.20.0.10
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
      description: The name that the subnet had at that time.
      returned: always
      type: str
      sample: lan
    vrf:
      description: The VRF.
      returned: always
      type: str
      sample: default
    status:
      description: What the address was for.
      returned: always
      type: str
      sample: active
    expires:
      description: Until when the address was given, in UTC. None if that was without end.
      returned: always
      type: str
      sample: "2030-12-31T18:00:00Z"
    mac:
      description: The MAC address, in lower case with colons. None if there was none.
      returned: always
      type: str
      sample: "52:54:00:12:34:56"
    fqdn:
      description: The DNS name, if one was given. None if not.
      returned: always
      type: str
      sample: web01.example.com
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
      description: The description, empty if there was none.
      returned: always
      type: str
      sample: First web server
    time:
      description: When the newest entry of the address until then was made. None if the history has none any more.
      returned: always
      type: str
      sample: "2026-03-10T09:30:00Z"
    actor:
      description: Who made that change. None if the history does not have it any more.
      returned: always
      type: str
      sample: alice@control, play Give every web server its address, host web01
more:
  description: Whether there is more that fits than O(limit) lets through.
  returned: success
  type: bool
  sample: false
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: store_missing
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.history_info import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
