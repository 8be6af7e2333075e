# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filter netledger.ipam.dns_zones: forward and reverse zones of held addresses."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dns_zones
author: The netledger.ipam contributors (@netledger)
short_description: Sort addresses into DNS zones
version_added: 0.1.0
description:
  - Returns the DNS zones of subnets, each with the records of held addresses in it.
  - The forward zones are the domains of the subnets. The reverse zones end where a label does. An IPv4 subnet of prefix
    length 22 has four zones of length 24, an IPv6 subnet of length 62 four of length 64. Subnets that are longer than
    24 or 64 share the zone around them. Of reverse zones inside each other there is only the outermost.
  - A record stands in the innermost zone that its name lies in. Only valid host names get into a record.
  - In a zone as RFC 2317 describes it stand the PTR records of its addresses, and in the zone around it, if that is
    there, too, CNAME records that lead to them.
requirements:
  - netaddr
positional: subnets, zones, classless
options:
  _input:
    description: Records of addresses, as P(netledger.ipam.addresses#lookup) returns them.
    type: list
    elements: dict
    required: true
  subnets:
    description: Records of the subnets, as M(netledger.ipam.subnet_info) returns them.
    type: list
    elements: dict
    required: true
  zones:
    description: The names of the zones that are wanted, instead of those of the subnets.
    type: list
    elements: str
    default: []
  classless:
    description:
      - The character between address and prefix length in the zone of an IPv4 subnet that is longer than 24 (RFC 2317).
        V(/) makes C(64/26.0.20.10.in-addr.arpa), and V(-) makes C(64-26.0.20.10.in-addr.arpa).
      - Without it, such subnets share the zone of length 24.
    type: str
    choices: ["", "/", "-"]
    default: ""
seealso:
  - plugin: netledger.ipam.host_name
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the subnets
  netledger.ipam.subnet_info:
  register: ledger

- name: Show their zones
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.records | length }} records"
  loop: "{{ query('netledger.ipam.addresses') | netledger.ipam.dns_zones(ledger.subnets) }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_value:
  description: The zones, by name.
  type: list
  elements: dict
  contains:
    name:
      description: The name of the zone, without a closing dot.
      type: str
      sample: 0.20.10.in-addr.arpa
    children:
      description: The names of zones directly inside this one.
      type: list
      elements: str
      sample: []
    records:
      description: The records, in the order of the addresses.
      type: list
      elements: dict
      contains:
        name:
          description: The name, with a closing dot.
          type: str
          sample: 10.0.20.10.in-addr.arpa.
        type:
          description: V(A), V(AAAA), V(PTR) or V(CNAME).
          type: str
          sample: PTR
        value:
          description: The address, or the name with a closing dot.
          type: str
          sample: web01.example.com.
    left_out:
      description: The addresses without a record in this zone, because their holders have no valid host names.
      type: list
      elements: str
      sample: []
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.plugin_utils import _zones
from ansible_collections.netledger.ipam.plugins.plugin_utils._arguments import filtered

Records = list[dict[str, t.Any]]


def dns_zones(addresses: Records, subnets: Records, zones: t.Sequence[str] = (), classless: str = "") -> Records:
    return filtered(lambda: _zones.dns_zones(addresses, subnets, zones, classless))


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"dns_zones": dns_zones}
