#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Module netledger.ipam.store_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: store_info
author: The netledger.ipam contributors (@netledger)
short_description: Show where the ledger is, and of what kind and version
version_added: 0.1.0
description:
  - Tells the kind of the store, where it is, which version its schema and its engine have, how much is in it, and
    whether somebody has it locked.
  - A store that is not there is no error, and neither is one that an older or newer release made. Then
    RV(store.exists) or RV(store.schema_current) is false. For another schema, a warning says what to do.
  - A file that is no ledger, a damaged one, and a server that does not answer are errors.
  - Makes nothing, changes nothing, waits for nobody who writes, and needs no right to write.
  - The module runs in the controller's own process, contacts no host and needs no C(delegate_to).
extends_documentation_fragment:
  - netledger.ipam._store
  - netledger.ipam._attributes
  - netledger.ipam._attributes.info
attributes:
  check_mode:
    description: Predicts what would change and changes nothing.
    support: full
    details:
      - The module only reads. In check mode too it shows the store as it is, without what earlier tasks of the same run
        would have done.
options:
  vrf:
    description:
      - Has no effect. The counts are those of all VRFs.
      - The option is there because C(module_defaults) sets it for all modules of the collection at once.
seealso:
  - module: netledger.ipam.store
"""

EXAMPLES = r"""
- name: Look at the store
  netledger.ipam.store_info:
  register: ledger

- name: Show it
  ansible.builtin.debug:
    var: ledger.store

- name: Stop here if the ledger is not there, so that no task makes an empty one by mistake
  ansible.builtin.assert:
    that: ledger.store.exists
    fail_msg: "There is no ledger at {{ ledger.store.location }}."

- name: Who keeps the others waiting?
  ansible.builtin.debug:
    msg: "{{ ledger.store.lock.holder }}"
  when: ledger.store.lock.held
"""

RETURN = r"""
store:
  description: The store.
  returned: success
  type: dict
  contains:
    backend:
      description:
        - The kind of the store, V(sqlite), V(file), V(postgresql), V(mariadb) or V(mysql).
        - A Galera cluster is V(mariadb). Where a server does not have the database, this is what the URL says.
      returned: always
      type: str
      sample: sqlite
    location:
      description: The setting O(store), a relative path completed, and without a password that stands in a URL.
      returned: always
      type: str
      sample: /srv/ipam/ipam.db
    exists:
      description: Whether there is a ledger.
      returned: always
      type: bool
      sample: true
    schema_version:
      description:
        - The version of the ledger's schema. None if there is no ledger.
        - A file has a format instead. Its ledger has the schema of this release, and if the format is newer, this is
          none.
      returned: always
      type: int
      sample: 2
    schema_current:
      description:
        - Whether this release can work with the ledger. False for an older schema, a newer one, and without a ledger.
        - M(netledger.ipam.store) upgrades an older one.
      returned: always
      type: bool
      sample: true
    engine_version:
      description:
        - The version of the database server, or for V(sqlite) and V(file) of the SQLite library that reads them here.
        - None where the server does not have the database.
      returned: always
      type: str
      sample: 3.40.1
    counts:
      description: How much is in the ledger. None if there is none, or if it has another schema.
      returned: always
      type: dict
      contains:
        vrfs:
          description: How many VRFs there are.
          returned: always
          type: int
          sample: 1
        subnets:
          description: How many subnets there are.
          returned: always
          type: int
          sample: 12
        pools:
          description: How many pools there are, generated ones included.
          returned: always
          type: int
          sample: 14
        addresses:
          description: How many addresses are held.
          returned: always
          type: int
          sample: 320
        on_hold:
          description: How many freed addresses wait for their last holder.
          returned: always
          type: int
          sample: 4
        free_ranges:
          description: How many ranges the free addresses are in.
          returned: always
          type: int
          sample: 31
        history:
          description: How many entries the history has.
          returned: always
          type: int
          sample: 1250
    history_retention:
      description: How many seconds an entry of the history is kept. None for ever, and where RV(store.counts) is none.
      returned: always
      type: int
      sample: 31536000
    lock:
      description: Whether somebody writes into the ledger at this moment.
      returned: always
      type: dict
      contains:
        held:
          description:
            - Whether somebody does. None where that cannot be told.
            - In a file, that is whether somebody has the lock beside it, and in a server whether somebody has rows
              locked. A node of a Galera cluster knows its own locks only.
            - MariaDB and MySQL tell it to users with the privilege C(PROCESS) only.
          returned: always
          type: bool
          sample: true
        holder:
          description: Who does. None if nobody does, or if that cannot be told.
          returned: always
          type: str
          sample: process 4711 on control
    journal_mode:
      description:
        - The journal mode of a SQLite file, which is V(wal) for those that the collection made.
        - None for other kinds, and where the file or its folder may not be written.
      returned: always
      type: str
      sample: wal
    size:
      description: The size of the file in bytes. None for servers, and if there is none.
      returned: always
      type: int
      sample: 90112
    cluster_size:
      description: How many nodes of the Galera cluster see each other. None for anything else.
      returned: always
      type: int
      sample: 3
    cluster_status:
      description: The status of the Galera cluster, V(Primary) if its nodes may write. None for anything else.
      returned: always
      type: str
      sample: Primary
reason:
  description: A word for what went wrong, for a play to test. The collection's C(docs/reasons.md) explains them all.
  returned: failure
  type: str
  sample: not_a_ledger
"""

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import LedgerModule, run_module
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store_info import TASK


def main() -> None:
    """Run the task as a module."""
    run_module(TASK, LedgerModule(**TASK.arguments))


if __name__ == "__main__":
    main()
