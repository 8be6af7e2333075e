#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: store
author: The netledger.ipam contributors (@netledger)
short_description: Make, check, repair, copy and remove the ledger
version_added: 0.1.0
description:
  - Makes an empty ledger where there is none. Other tasks need no such ledger, because the first subnet makes one.
  - Checks a whole ledger, repairs what is derived in it, and frees addresses whose time is over.
  - Copies a ledger into a store of any other kind, makes backups of it and brings them back, and says who may read and
    write the tables of one in a database server.
  - With O(verify), O(repair), O(reap) or O(backup), the ledger has to be there already.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.ledger
options:
  upgrade:
    description:
      - Bring a ledger that an older release made to the schema of this one. Nothing else does that, and releases older
        than this one cannot use the ledger any more then.
      - With V(false), such a ledger makes the task fail with reason V(store_schema).
    type: bool
    default: true
  verify:
    description:
      - Derive everything again that is derived, such as the free space, and look whether every rule is kept.
      - Any difference makes the task fail with reason V(ledger_inconsistent). RV(differences) lists them all.
      - Reads one state of the ledger, and keeps nobody from writing meanwhile.
    type: bool
    default: false
  repair:
    description:
      - Do what O(verify) does, and repair what is derived. RV(repaired) lists what that was.
      - What is not derived, such as an address outside of its subnet, is never guessed. Where there is such a thing,
        the task fails and repairs nothing.
      - Keeps others from writing until it is done.
    type: bool
    default: false
  reap:
    description:
      - Free the addresses of all subnets whose lease has ended, and those whose hold-down has ended.
      - Remove what is older than O(history_retention) from the history.
      - Works in portions, between which others can write. Other tasks do the same bit by bit, so this is never needed.
      - With O(verify) or O(repair), the ledger is checked first.
    type: bool
    default: false
  copy_from:
    description:
      - Another store, of any kind, whose ledger is to be in this one, with its history.
      - This store has to be empty, or not there yet. If it holds the same ledger already, nothing changes.
      - Nobody can write into this store meanwhile. The other one is only read, in one state of it.
    type: str
  copy_from_password:
    description: The password of the user of O(copy_from).
    type: str
  backup:
    description:
      - The path of a new file to copy the ledger into. With C(.yml), C(.yaml) or C(.json) at its end it is a text file,
        else a SQLite file.
      - Never overwrites another ledger. If the same one is there already, nothing changes.
    type: str
  restore:
    description:
      - The path of a backup, or any other store, whose ledger replaces all that is in this one. Addresses given since
        then are forgotten.
      - If both hold the same, nothing changes.
    type: str
  readers:
    description:
      - Users of the database server who may read the ledger, and nothing else. They have to exist there.
      - In MariaDB and MySQL, C(joe) is C(joe@%), and C(joe@10.0.0.1) is another one.
      - Takes rights on the tables of the ledger away that go beyond that. Users who are not named are left alone.
    type: list
    elements: str
  writers:
    description:
      - Users of the database server who may give and take addresses and subnets, and change neither the tables nor what
        the history says.
    type: list
    elements: str
  history_retention:
    description:
      - How long O(reap) leaves entries in the history, such as V(365d), in seconds or with a unit (s, m, h, d, w).
        V(0) is for ever, which is how a ledger begins.
    type: str
  confirm:
    description:
      - The name of the file or database, to say that V(absent) is meant.
    type: str
  vrf:
    description:
      - Has no effect. The ledger is checked with all of its VRFs.
      - The option is there because C(module_defaults) sets it for all modules of the collection at once.
  state:
    description:
      - V(present) makes an empty ledger where there is none.
      - V(absent) removes the ledger with all of its addresses and its history. It needs O(confirm).
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: netledger.ipam.subnet
"""

EXAMPLES = r"""
- name: An empty ledger
  netledger.ipam.store:
    store: /srv/ipam/ipam.db

- name: Fail if anything in the ledger is wrong
  netledger.ipam.store:
    verify: true

- name: Show what a repair would do
  netledger.ipam.store:
    repair: true
  check_mode: true

- name: Repair what is derived
  netledger.ipam.store:
    repair: true

- name: Free what has ended, every night
  netledger.ipam.store:
    verify: true
    reap: true

- name: A shared ledger, and who may use it
  netledger.ipam.store:
    store: postgresql://ipam_owner@db.example.com/ipam
    store_password: "{{ vault_ipam_password }}"
    writers: [ipam_plays]
    readers: [ipam_reports]

- name: From the file to the server
  netledger.ipam.store:
    store: postgresql://ipam_owner@db.example.com/ipam
    store_password: "{{ vault_ipam_password }}"
    copy_from: ipam.db

- name: A backup every day
  netledger.ipam.store:
    backup: "backups/ipam-{{ now(fmt='%Y-%m-%d') }}.db"

- name: Back to the state of a backup
  netledger.ipam.store:
    restore: backups/ipam-2026-11-20.db

- name: Keep the history for two years
  netledger.ipam.store:
    history_retention: 730d
    reap: true

- name: The end of a ledger
  netledger.ipam.store:
    store: /srv/ipam/trial.db
    state: absent
    confirm: trial.db
"""

RETURN = r"""
store:
  description: The ledger.
  returned: success
  type: dict
  contains:
    location:
      description: Where it is, without passwords.
      returned: always
      type: str
      sample: /srv/ipam/ipam.db
    schema_version:
      description: The version of its tables.
      returned: always
      type: int
      sample: 1
    backend:
      description: What keeps it.
      returned: always
      type: str
      sample: sqlite
upgraded:
  description: Whether the ledger had an older schema and has this release's now.
  returned: O(state=present)
  type: bool
  sample: false
copied:
  description: How many rows of each table were copied by O(copy_from) or O(restore). Empty if nothing was.
  returned: O(state=present)
  type: dict
  sample: {}
access_changed:
  description: Those of O(readers) and O(writers) whose rights changed.
  returned: O(state=present)
  type: list
  elements: str
  sample: []
differences:
  description:
    - What is wrong with the ledger, the first 1000. Empty if nothing is, or if it was repaired.
    - Each has the keys that RV(repaired) has.
  returned: success, and failure with reason V(ledger_inconsistent)
  type: list
  elements: dict
  sample:
    - kind: free_surplus
      vrf: default
      subnet: lan
      text: "Subnet lan (10.20.0.0/24): stored as free and not free: 10.20.0.10."
      repairable: true
count:
  description: How many differences there are.
  returned: failure with reason V(ledger_inconsistent)
  type: int
  sample: 1
repaired:
  description: What O(repair) repaired, or in check mode would repair, the first 1000.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: A word for what was wrong. The collection's C(docs/verify.md) explains them all.
      returned: always
      type: str
      sample: free_surplus
    vrf:
      description: The VRF. Empty if it is not known.
      returned: always
      type: str
      sample: default
    subnet:
      description: The name of the subnet. Empty if it is not known.
      returned: always
      type: str
      sample: lan
    text:
      description: What was wrong, in words.
      returned: always
      type: str
      sample: "Subnet lan (10.20.0.0/24): stored as free and not free: 10.20.0.10."
    repairable:
      description: Whether O(repair) can repair it.
      returned: always
      type: bool
      sample: true
reaped:
  description: How many leases and hold-downs were ended by O(reap).
  returned: success
  type: int
  sample: 12
diff:
  description: The ledger before and after, with what was wrong with it and what was freed.
  returned: success
  type: dict
  sample:
    before:
    after:
      store: {location: /srv/ipam/ipam.db, schema_version: 3, backend: sqlite}
      differences: []
      reaped: 0
    before_header: store /srv/ipam/ipam.db
    after_header: store /srv/ipam/ipam.db
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: ledger_inconsistent
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store import TASK


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
