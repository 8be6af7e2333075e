# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lookup netledger.ipam.address: the addresses of names."""

from __future__ import annotations

DOCUMENTATION = r"""
name: address
author: The netledger.ipam contributors (@netledger)
short_description: Look up the address that a name holds
version_added: 0.1.0
description:
  - Returns the address of each name, as text.
  - It only reads. Addresses are reserved by M(netledger.ipam.address).
  - In check mode it sees what the tasks before it would have reserved.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._store.plugins
options:
  _terms:
    description: Names that hold addresses.
    type: list
    elements: str
    required: true
  subnet:
    description: The name or CIDR of the subnet in which to look. Without it, all subnets of the VRF are looked at.
    type: str
  interface:
    description: The interface under which the address is held. Without it, any.
    type: str
  version:
    description: The IP version wanted, for a name that holds an IPv4 and an IPv6 address.
    type: int
    choices: [4, 6]
  default:
    description:
      - What to return for a name that holds no address, also where the subnet or the ledger is not there yet.
      - With C(inventory_hostname) here, C(ansible_host) can be set by this lookup before the address is reserved.
        ansible-core evaluates C(ansible_host) for every task, also for the one that makes the reservation.
    type: str
  missing:
    description: What to do about a name that holds no address when O(default) is not given.
    type: str
    choices:
      error: Fail.
      empty: Leave it out of the result.
    default: error
seealso:
  - module: netledger.ipam.address
  - plugin: netledger.ipam.addresses
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Show the address of a host
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.address', 'web01', subnet='lan') }}"

- name: Reach a host at its address of the ledger, from the moment on that it has one
  ansible.builtin.set_fact:
    ansible_host: "{{ lookup('netledger.ipam.address', inventory_hostname, version=4, default=inventory_hostname) }}"
"""

RETURN = r"""
_raw:
  description: One address for each name.
  type: list
  elements: str
  sample: ["10.20.0.10"]
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.queries import address_of, missing
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._lookup import LedgerLookupBase


class LookupModule(LedgerLookupBase):
    name = "address"

    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        found: list[str] = []
        for term in terms:
            address = address_of(tx, term, options, vrf)
            found += [address] if address else self.fallback(missing(term, options, vrf), [term], options)
        return found

    def fallback(self, error: LedgerError, terms: list[str], options: Options) -> list[t.Any]:
        if error.reason in ("address_missing", "subnet_missing", "store_missing"):
            if options["default"] is not None:
                return [options["default"]] * len(terms)
            if options["missing"] == "empty":
                return []
        raise error
