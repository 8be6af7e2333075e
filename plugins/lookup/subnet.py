# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lookup netledger.ipam.subnet: records of subnets."""

from __future__ import annotations

DOCUMENTATION = r"""
name: subnet
author: The netledger.ipam contributors (@netledger)
short_description: Look up a subnet by name, CIDR or an address in it
version_added: 0.1.0
description:
  - Returns the record of each subnet asked for, with its gateway, DNS servers, pools and how full it is.
  - It only reads. In check mode it sees what the tasks before it would have made.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._store.plugins
options:
  _terms:
    description: Names or CIDRs of subnets, or addresses, which stand for the smallest subnet around them.
    type: list
    elements: str
    required: true
seealso:
  - module: netledger.ipam.subnet_info
"""

EXAMPLES = r"""
- name: Show the gateway of a subnet
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.subnet', 'lan').gateway }}"

- name: Show in which subnet an address lies
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.subnet', '10.20.0.15').name }}"
"""

RETURN = r"""
_raw:
  description: Records with the keys that M(netledger.ipam.subnet) returns for a subnet.
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.queries import subnet_of
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._lookup import LedgerLookupBase


class LookupModule(LedgerLookupBase):
    name = "subnet"

    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        return [subnet_of(tx, term, vrf) for term in terms]
