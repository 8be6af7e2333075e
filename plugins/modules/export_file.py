#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.export_file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: export_file
author: The netledger.ipam contributors (@netledger)
short_description: Write what is in the ledger into a CSV, JSON or YAML file
version_added: 0.1.0
description:
  - Writes subnets with their pools, and held addresses, into a file for people, spreadsheets and other programs.
  - M(netledger.ipam.import_file) reads such a file. An empty ledger that it is imported into has the same subnets,
    pools and addresses, with all of their properties.
  - The history and the addresses on hold are no part of it. To copy a whole ledger, use
    O(netledger.ipam.store#module:backup) or O(netledger.ipam.store#module:copy_from) of M(netledger.ipam.store).
  - The same ledger always gives the same text, sorted by VRF, IP version and address. The file is replaced in one step,
    and only if it says something else.
  - In CSV, an apostrophe stands before a value that a spreadsheet would take for a formula.
    M(netledger.ipam.import_file) takes it away again.
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
options:
  path:
    description:
      - The file. A relative path starts at the playbook's folder. Its folder has to be there.
      - With C(delegate_to) set to another host, a file of that host. There, C(~) is the home folder of the user who
        runs the task.
    type: str
    required: true
  format:
    description:
      - How to write the file. If not given, its ending says it, which is C(.csv), C(.tsv), C(.json), C(.yaml) or
        C(.yml).
    type: str
    choices: [csv, json, yaml]
  objects:
    description:
      - What to write. Pools stand with their subnets.
      - A CSV file has room for one of them. If not given, it has the addresses, and other files have both.
    type: list
    elements: str
    choices: [subnets, addresses]
  delimiter:
    description:
      - What stands between the cells of a CSV file. If not given, it is a comma, and a tab where O(path) ends in
        C(.tsv).
    type: str
    choices: [comma, semicolon, tab]
  subnet:
    description:
      - The name or CIDR of a subnet. Write only this one, and the addresses in it.
      - The task fails where there is none, and leaves the file as it is.
    type: str
  tags:
    description: Write only subnets and addresses that have all of these tags themselves.
    type: list
    elements: str
  labels:
    description: Write only subnets and addresses that have all of these labels themselves, with these values.
    type: dict
  mode:
    description:
      - The permissions of the file in octal and in quotes, such as V("0644").
      - If not given, those that it has. A new file is its owner's only.
    type: raw
  vrf:
    description:
      - The VRF. V(*) stands for all of them.
      - The task fails where it has no subnets, unless the ledger is empty and it is the default one.
attributes:
  check_mode:
    description: Predicts what would change and changes nothing.
    support: full
    details:
      - The file is compared with what earlier tasks of the same run would have made of the ledger.
  diff_mode:
    description: Shows what changed, or in check mode what would change.
    support: full
  idempotent:
    description: Changes nothing when it runs again with the same options.
    support: full
seealso:
  - module: netledger.ipam.import_file
  - module: netledger.ipam.store
  - module: netledger.ipam.address_info
"""

EXAMPLES = r"""
- name: All that is in the ledger
  netledger.ipam.export_file:
    path: plan.yml
    vrf: "*"

- name: A sheet of the addresses in one subnet
  netledger.ipam.export_file:
    path: lan.csv
    subnet: lan
    mode: "0644"

- name: A sheet of subnets, for a spreadsheet that wants semicolons
  netledger.ipam.export_file:
    path: subnets.csv
    objects: [subnets]
    delimiter: semicolon
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /srv/ipam/plan.yml
format:
  description: How it is written.
  returned: success
  type: str
  sample: yaml
counts:
  description: How many of each of O(objects) are in it.
  returned: success
  type: dict
  sample: {subnets: 12, addresses: 320}
diff:
  description: The text of the file before and after. Of one with more than 1 MiB it only says so.
  returned: success
  type: dict
  sample:
    before: ""
    after: |
      ---
      addresses:
        - {"address": "10.20.0.10", "name": "web01", "subnet": "lan", "vrf": "default", "status": "active"}
    before_header: /srv/ipam/plan.yml
    after_header: /srv/ipam/plan.yml
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: subnet_missing
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.export_file import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
