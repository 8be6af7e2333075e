# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter netledger.ipam.ip_sort."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ip_sort
author: The netledger.ipam contributors (@netledger)
short_description: Sort by address
version_added: 0.1.0
description:
  - Sorts addresses as numbers. As texts, C(10.0.0.10) would come before C(10.0.0.9).
  - IPv4 comes before IPv6. Of CIDRs with the same address, the larger network comes first.
  - What is equal stays in its order, and every value stays as it is.
requirements:
  - netaddr
positional: attribute
options:
  _input:
    description: A list of addresses or CIDRs, or of dicts that have one in O(attribute).
    type: list
    elements: raw
    required: true
  attribute:
    description:
      - The key of the address or CIDR, where the values are dicts.
      - With dots in it, the key in a dict in the dict, such as V(network.cidr).
    type: str
seealso:
  - plugin: netledger.ipam.ip_ranges
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show addresses in their order
  ansible.builtin.debug:
    msg: "{{ ['2001:db8::1', '10.0.0.10', '10.0.0.9'] | netledger.ipam.ip_sort }}"
  # ['10.0.0.9', '10.0.0.10', '2001:db8::1']

- name: Show subnets by their CIDRs
  ansible.builtin.debug:
    msg: "{{ found.subnets | netledger.ipam.ip_sort(attribute='cidr') | map(attribute='name') }}"
  vars:
    found: {subnets: [{name: b, cidr: 10.10.0.0/16}, {name: a, cidr: 10.9.0.0/16}]}
  # ['a', 'b']
"""

RETURN = r"""
_value:
  description: The same values, sorted.
  type: list
  elements: raw
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.plugin_utils._filters import ip_sort


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"ip_sort": ip_sort}
