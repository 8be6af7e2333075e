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
  - Returns the address of each name, as text; or with O(reverse) the name of each address.
  - It only reads, unless O(missing=reserve). Addresses are best reserved by a task with M(netledger.ipam.address).
  - In check mode it sees what the tasks before it would have reserved.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._store.plugins
options:
  _terms:
    description: Names that hold addresses; with O(reverse), addresses.
    type: list
    elements: str
    required: true
  subnet:
    description: The name or CIDR of the subnet in which to look. Without it, all subnets of the VRF are looked at.
    type: str
  interface:
    description: The interface under which the address is held. Without it, any.
    type: str
  pool:
    description: The name of the pool in which the address lies, or from which it is to be reserved.
    type: str
  version:
    description: The IP version wanted, for a name that holds an IPv4 and an IPv6 address.
    type: int
    choices: [4, 6]
  reverse:
    description: Whether the terms are addresses, for which the names of their holders are wanted.
    type: bool
    default: false
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
      reserve:
        - Reserve one in O(subnet), which has to be given, as M(netledger.ipam.address) does. Names that hold one keep
          theirs, so the same lookup gives the same address again.
        - ansible-core may evaluate a lookup in a variable several times, or never. So this is for a template or a
          single task, not for C(ansible_host).
        - In check mode nothing is written. Only that of the whole run counts (C(--check)), because a lookup is not
          told of C(check_mode) at a task.
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

- name: Show who holds an address
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.address', '10.20.0.10', reverse=true, default='nobody') }}"

- name: Take an address while a text is made
  ansible.builtin.debug:
    msg: "listen {{ lookup('netledger.ipam.address', 'vip01', subnet='lan', missing='reserve') }}:443"
"""

RETURN = r"""
_raw:
  description: One address for each name, or with O(reverse) one name for each address.
  type: list
  elements: str
  sample: ["10.20.0.10"]
"""

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.queries import address_of, holder_of, missing
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._lookup import CarryOut, LedgerLookupBase


class LookupModule(LedgerLookupBase):
    name = "address"

    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        reserve = options["missing"] == "reserve"
        if reserve and (options["reverse"] or not options["subnet"]):
            raise bad_request("missing", "reserve", "needs subnet, and names to reserve for, not reverse.")
        ask = holder_of if options["reverse"] else address_of
        found: list[str | None] = []
        for term in terms:
            answer = ask(tx, term, options, vrf)
            if answer or (reserve and options["default"] is None):
                found.append(answer)
            else:
                found += self.fallback(missing(term, options, vrf), [term], options)
        return found

    def fallback(self, error: LedgerError, terms: list[str], options: Options) -> list[t.Any]:
        if error.reason in ("address_missing", "subnet_missing", "store_missing"):
            if options["default"] is not None:
                return [options["default"]] * len(terms)
            if options["missing"] == "empty":
                return []
        raise error

    def completed(self, found: list[t.Any], terms: list[str], options: Options, carry_out: CarryOut) -> list[t.Any]:
        """With an address reserved for each term that had none."""
        if None not in found:
            return found
        from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address  # half of all imports

        names = dict.fromkeys(term for term, address in zip(terms, found, strict=True) if address is None)
        place = ("subnet", "pool", "interface", "version")
        where = {option: options[option] for option in place if options[option] is not None}
        result = carry_out(address.TASK, {"names": list(names), **where})
        reserved = {one["name"]: one["address"] for one in result["addresses"]}
        return [reserved[term] if known is None else known for term, known in zip(terms, found, strict=True)]
