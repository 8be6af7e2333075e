# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lookup netledger.ipam.addresses: records of held addresses."""

from __future__ import annotations

DOCUMENTATION = r"""
name: addresses
author: The netledger.ipam contributors (@netledger)
short_description: Look up records of held addresses
version_added: 0.1.0
description:
  - Returns a record for each held address that fits, sorted by VRF, IP version and address.
  - It only reads. In check mode it sees what the tasks before it would have reserved.
  - Use C(query) to call it, which returns a list however many records there are.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._store.plugins
options:
  _terms:
    description: Names whose addresses are wanted. Without any, those of everybody.
    type: list
    elements: str
  vrf:
    description: The VRF. V(*) stands for all of them.
  subnet:
    description: The name or CIDR of the subnet in which to look.
    type: str
  pool:
    description: The name of the pool in which the address lies.
    type: str
  tags:
    description: Tags that an address must have, all of them.
    type: list
    elements: str
  labels:
    description: Labels that an address must have, all of them, with these values.
    type: dict
seealso:
  - module: netledger.ipam.address_info
  - plugin: netledger.ipam.address
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show who has what in a subnet
  ansible.builtin.debug:
    msg: "{{ item.address }} {{ item.name }}"
  loop: "{{ query('netledger.ipam.addresses', subnet='lan') }}"
  loop_control:
    label: "{{ item.address }}"
"""

RETURN = r"""
_raw:
  description: Records with the keys that M(netledger.ipam.address) returns for an address.
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.queries import addresses_of
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._lookup import LedgerLookupBase


class LookupModule(LedgerLookupBase):
    name = "addresses"

    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        return addresses_of(tx, terms, options, vrf)
