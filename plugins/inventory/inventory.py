# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Inventory netledger.ipam.inventory: the holders of addresses are the hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: inventory
author: The netledger.ipam contributors (@netledger)
short_description: Take hosts and their addresses from the ledger
version_added: 0.1.0
description:
  - Each name that holds an address is a host. Its variables are what M(netledger.ipam.address) returns for its primary
    address, and its groups follow from its subnets, tags and labels.
  - The name of the inventory file must end with C(ipam.yml) or C(ipam.yaml), such as C(lab.ipam.yml). A file with
    another name is not read. A ledger that is kept in a text file does not belong into a folder of inventory files.
  - Values in the file may be templates, but for O(compose), O(groups), O(keyed_groups) and O(hostname), which are
    expressions. They see the extra variables of the command.
  - Of variables, only extra variables say where the ledger is, because those of groups and hosts are not known yet.
  - What stands in the ledger is never a template.
  - It only reads, all in one transaction. In check mode it sees what is really in the ledger.
  - Hosts that are added to the ledger by a play are hosts of the next run, or of the plays after
    C(meta:refresh_inventory), which reads the ledger again, also where O(cache) is set.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._store.plugins
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Says that the file is for this plugin.
    type: str
    required: true
    choices: [netledger.ipam.inventory]
  vrf:
    description:
      - The VRF. V(*) stands for all of them. What a name holds in several VRFs is then one host's, unless O(hostname)
        makes different names of it.
  subnet:
    description:
      - Names or CIDRs of subnets. Only addresses in these count, not those in subnets inside of them.
      - What a host holds beside those that fit all of O(subnet), O(pool), O(tags), O(labels) and O(status) is not in
        its variables.
    type: list
    elements: str
    default: []
  pool:
    description: Names of pools. Only addresses in these count.
    type: list
    elements: str
    default: []
  tags:
    description: Tags that an address must have, all of them.
    type: list
    elements: str
    default: []
  labels:
    description: Labels that an address must have, all of them, with these values.
    type: dict
    default: {}
  status:
    description:
      - What addresses have to be for. Nobody is there yet who would answer at one that is V(reserved), so these are no
        hosts unless they are asked for. An empty list stands for all.
      - An address whose time is over is nobody's, and so no host.
    type: list
    elements: str
    choices: [active, reserved, deprecated, dhcp, slaac]
    default: [active, deprecated, dhcp, slaac]
  primary_subnet:
    description:
      - Names or CIDRs of subnets in the order of preference. The address in the first of them in which a host has one
        is its primary address, which C(ansible_host) is set to.
      - Of several addresses in it, and of those of a host that has none in any of them, one that is not
        V(deprecated) comes before one that is, IPv4 before IPv6, an address without an interface before others, and
        then the lowest one. Of addresses in several VRFs, that is the lowest in the first VRF by name.
    type: list
    elements: str
    default: []
  hostname:
    description:
      - The name of a host. V(name) is the name of the holder. V(fqdn) is its domain name, or the name where it has
        none.
      - Anything else is a Jinja expression over the record of its primary address, such as C(name ~ '-' ~ vrf) or
        C(labels.serial | default(name)). It must yield a text for each host.
      - Holders for which it yields the same are one host.
      - A host whose name is a path, such as V(a/b), that of a group, or V(localhost), V(127.0.0.1) or V(::1), which are
        the machine on which Ansible runs, is left out with a warning.
    type: str
    default: name
  host_vars_prefix:
    description: How the names of variables begin, but for C(ansible_host).
    type: str
    default: ipam_
  groups_by:
    description:
      - What makes groups. V(subnet) makes C(subnet_lan), inside of the group of the subnet around it. V(tag) makes
        C(tag_web), V(label) C(label_role_web), V(vrf) C(vrf_default) and V(pool) C(pool_servers).
      - What the name of a group may not have in it becomes C(_). Where that makes one group of several, there is a
        warning.
      - Labels that differ from host to host, such as serial numbers, make a group each. Leave out V(label) then.
    type: list
    elements: str
    choices: [subnet, tag, label, vrf, pool]
    default: [subnet, tag, label, vrf]
  cache:
    description:
      - Keep what was read, for O(cache_timeout) seconds. The ledger is then not read again, so changes in it are not
        seen before that. Where the file asks for something else than before, the cache is not used.
      - The cache holds no passwords.
seealso:
  - module: netledger.ipam.address_info
  - plugin: netledger.ipam.addresses
    plugin_type: lookup
"""

EXAMPLES = r"""
# lab.ipam.yml: all hosts of VRF default, of the ledger in ansible.cfg
plugin: netledger.ipam.inventory

---
# web.ipam.yml: web servers, reached by their addresses in the management network where they have one
plugin: netledger.ipam.inventory
store: ../ipam.db
subnet: [lan, mgmt]
labels: {role: web}
primary_subnet: [mgmt]
hostname: fqdn
compose:
  ansible_user: "'admin' if ipam_subnet == 'mgmt' else 'deploy'"
keyed_groups:
  - key: ipam_vlan_id
    prefix: vlan
groups:
  dual_stack: (ipam_addresses | map(attribute='version') | unique | length) == 2
"""

from ansible_collections.netledger.ipam.plugins.plugin_utils._inventory import LedgerInventoryBase


class InventoryModule(LedgerInventoryBase):
    NAME = "netledger.ipam.inventory"
