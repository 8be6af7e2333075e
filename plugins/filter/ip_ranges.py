# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter netledger.ipam.ip_ranges."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ip_ranges
author: The netledger.ipam contributors (@netledger)
short_description: Write addresses as ranges, or ranges as addresses
version_added: 0.1.0
description:
  - Turns addresses, ranges and CIDRs into the shortest list of ranges that holds the same, sorted, IPv4 before IPv6.
    The option O(netledger.ipam.subnet#module:reserved) takes such lists.
  - A CIDR stands for all of its addresses, also one with host bits, such as C(10.0.0.5/24).
requirements:
  - netaddr
positional: expand, limit
options:
  _input:
    description: A list of addresses, ranges such as C(10.0.0.1-10.0.0.9), and CIDRs, in any order. They may overlap.
    type: list
    elements: str
    required: true
  expand:
    description: Return every single address instead.
    type: bool
    default: false
  limit:
    description: How many addresses O(expand) may return. It fails where there are more.
    type: int
    default: 65536
seealso:
  - plugin: netledger.ipam.ip_sort
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show which addresses are held
  ansible.builtin.debug:
    msg: "{{ ['10.0.0.3', '10.0.0.1', '10.0.0.2', '10.0.0.8/30'] | netledger.ipam.ip_ranges }}"
  # ['10.0.0.1-10.0.0.3', '10.0.0.8-10.0.0.11']

- name: Show each address of a range
  ansible.builtin.debug:
    msg: "{{ ['10.0.0.1-10.0.0.3'] | netledger.ipam.ip_ranges(expand=true) }}"
  # ['10.0.0.1', '10.0.0.2', '10.0.0.3']
"""

RETURN = r"""
_value:
  description: Ranges as C(first-last), or addresses. A range of one address is that address.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.plugin_utils._filters import ip_ranges


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"ip_ranges": ip_ranges}
