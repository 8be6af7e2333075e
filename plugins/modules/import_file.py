#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.import_file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: import_file
author: The netledger.ipam contributors (@netledger)
short_description: Write subnets and addresses of a CSV, JSON or YAML file into the ledger
version_added: 0.1.0
description:
  - Reads a file, such as a spreadsheet that was saved as CSV, and writes its subnets and addresses into the ledger, in
    one transaction.
  - Each row is checked as the options of M(netledger.ipam.subnet) or M(netledger.ipam.address) are. If any row is
    wrong, all such rows are reported with their lines and nothing is written, unless O(partial) lets it.
  - What the ledger has already stays as it is, where the file says nothing else of it. Nothing is removed.
  - What stands in the file counts as in use already. Addresses may be reserved or the gateway, and subnets may break
    the limits that their parent has for its children.
  - A row may have the options C(name), C(address), C(interface), C(subnet), C(vrf), C(pool), C(count), C(lease),
    C(expires), C(status), C(mac), C(fqdn), C(tags), C(labels), C(description), C(force) and C(adopt) of
    M(netledger.ipam.address). C(adopt) is true unless the row says otherwise. Without C(subnet) an address goes to the
    smallest subnet around it, and without C(address) a row gets a free one.
  - Several rows of one holder, with the same C(count) and an address each, are the addresses that it holds together.
    Other rows for the same holder and interface in a subnet, or for the same subnet, are wrong.
  - A row of a subnet may have all options of M(netledger.ipam.subnet) but C(new_name), C(split), C(split_names),
    C(merge) and C(state). Subnets are made before addresses, and from the outside in.
  - In CSV the first line names the options, in upper or lower case, with spaces or underscores. Other columns are named
    with O(column_names). An empty cell says nothing.
  - In JSON and YAML the file is a mapping with a list C(subnets) and a list C(addresses).
  - The collection's C(docs/import_export.md) describes the formats, and C(docs/spreadsheet.md) the way from a
    spreadsheet.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.ledger
options:
  path:
    description:
      - The file, in UTF-8, with at most 32 MiB. A relative path starts at the playbook's folder.
      - With C(delegate_to) set to another host, a file of that host. There, C(~) is the home folder of the user who
        runs the task.
    type: str
    required: true
  format:
    description:
      - What is in the file. If not given, its ending says it, which is C(.csv), C(.tsv), C(.json), C(.yaml) or C(.yml).
    type: str
    choices: [csv, json, yaml]
  kind:
    description:
      - What the rows of a CSV file are. If not given, they are subnets where the header has C(cidr) and no C(address),
        else addresses.
    type: str
    choices: [addresses, subnets]
  delimiter:
    description:
      - What stands between the cells of a CSV file.
      - If not given, the header tells, or a line such as C(sep=;) before it.
    type: str
    choices: [comma, semicolon, tab]
  column_names:
    description:
      - Which option a column of a CSV file is, by the name in its header.
      - V(labels.owner) writes the column into the label C(owner). Empty text leaves the column out.
      - A name that no column has is an error, unless it is to be left out.
    type: dict
  defaults:
    description: Options for each row that does not have them, such as C(subnet). V(null) says nothing.
    type: dict
  partial:
    description:
      - Write the rows that can be written. RV(failures) and a warning name the others. The task fails if no row can be.
    type: bool
    default: false
  vrf:
    description: The VRF of rows that name none.
notes:
  - In check mode the file has to be there. A task that makes it needs C(check_mode=false).
  - In check mode a file of the controller is remembered as it was read. One of another host is read again when a later
    task that is delegated there builds on it.
seealso:
  - module: netledger.ipam.export_file
  - module: netledger.ipam.store
  - module: netledger.ipam.address
  - module: netledger.ipam.subnet
"""

EXAMPLES = r"""
- name: What export_file wrote
  netledger.ipam.import_file:
    path: plan.yml

- name: A spreadsheet with columns of its own
  netledger.ipam.import_file:
    path: servers.csv
    column_names:
      IP: address
      Hostname: name
      Hardware address: mac
      Owner: labels.owner
      Ticket: ""
    defaults:
      subnet: lan
      tags: [imported]

- name: As much as is right of a sheet
  netledger.ipam.import_file:
    path: racks.csv
    partial: true
  register: imported

- name: Show what is wrong with the rest
  ansible.builtin.debug:
    msg: "line {{ item.line }}: {{ item.msg }}"
  loop: "{{ imported.failures }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /srv/ipam/servers.csv
counts:
  description: How many subnets and addresses the rows are, and what became of them.
  returned: success
  type: dict
  contains:
    subnets:
      description: Of subnets.
      returned: always
      type: dict
      contains: &counted
        created:
          description: How many were not in the ledger before.
          returned: always
          type: int
          sample: 12
        changed:
          description: How many were there, and the file said something else of them.
          returned: always
          type: int
          sample: 1
        unchanged:
          description: How many were there as the file says.
          returned: always
          type: int
          sample: 120
    addresses:
      description: Of addresses.
      returned: always
      type: dict
      contains: *counted
failures:
  description: The rows that are not written, by line, the first 1000. Each also has the details of its reason.
  returned: success, and failure if it is one of rows
  type: list
  elements: dict
  contains:
    line:
      description: The line of the file on which the row begins.
      returned: always
      type: int
      sample: 17
    name:
      description: The name in the row. For a subnet without one, its CIDR.
      returned: always
      type: str
      sample: web09
    interface:
      description: The interface in the row.
      returned: for addresses
      type: str
      sample: ""
    reason:
      description: A word for what went wrong.
      returned: always
      type: str
      sample: address_conflict
    msg:
      description: What went wrong.
      returned: always
      type: str
      sample: >-
        10.20.0.5 in subnet 'lan' is held by db01, so web09 cannot have it. Ask for another one, or free it first:
        address=10.20.0.5 state=absent.
count:
  description: How many rows cannot be written.
  returned: failure if it is one of rows
  type: int
  sample: 2
diff:
  description: The records that change, a line for each, before and after.
  returned: success
  type: dict
  sample:
    before: ""
    after: '{"address": "10.20.0.10", "name": "web01", "interface": "", "subnet": "lan", "vrf": "default"}'
    before_header: rows of /srv/ipam/servers.csv
    after_header: rows of /srv/ipam/servers.csv
reason:
  description:
    - A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
    - Where rows are wrong it is that of the first one. V(file_invalid) is said of a file that cannot be read at all.
  returned: failure
  type: str
  sample: file_invalid
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.import_file import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
