# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the ledger is: the options that every module and plugin has.

Private to the collection: may change in any release.
"""

from __future__ import annotations


class ModuleDocFragment:
    """The options, for modules (DOCUMENTATION) and with their other sources for plugins (PLUGINS)."""

    DOCUMENTATION = r"""
options:
  store:
    description:
      - The ledger. The path of a file is a SQLite file, or with C(.yml), C(.yaml) or C(.json) at its end a text file to
        keep in git.
      - C(postgresql://user@host/database), C(mariadb://user@host/database) and C(mysql://user@host/database) are in a
        database server. Several hosts, with commas between them, are tried in order.
      - A relative path in C(ansible.cfg) or an inventory file starts at that file's folder, one in a task or a variable
        at the playbook's folder, and one in the environment, like the default, at the current folder.
      - If not given, it is taken from the variable C(netledger_ipam_store), the environment variable
        E(NETLEDGER_IPAM_STORE), or C(store) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
    type: str
    default: ipam.db
  store_password:
    description:
      - The password of the user of a database server.
      - Where it is not given, the server's own ways count, such as C(~/.pgpass) and C(~/.my.cnf).
      - If not given, it is taken from the variable C(netledger_ipam_store_password), the environment variable
        E(NETLEDGER_IPAM_STORE_PASSWORD), or C(store_password) in section C([netledger.ipam]) of C(ansible.cfg), in
        this order.
    type: str
  lock_timeout:
    description:
      - How many seconds to wait while somebody else writes into the ledger.
      - If not given, it is taken from the variable C(netledger_ipam_lock_timeout), the environment variable
        E(NETLEDGER_IPAM_LOCK_TIMEOUT), or C(lock_timeout) in section C([netledger.ipam]) of C(ansible.cfg), in this
        order.
    type: int
    default: 30
  vrf:
    description:
      - The VRF, which is a space in which addresses are unique.
      - If not given, it is taken from the variable C(netledger_ipam_vrf), the environment variable
        E(NETLEDGER_IPAM_VRF), or C(vrf) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
    type: str
    default: default
requirements:
  - netaddr
"""

    PLUGINS = r"""
options:
  store:
    vars:
      - name: netledger_ipam_store
    env:
      - name: NETLEDGER_IPAM_STORE
    ini:
      - section: netledger.ipam
        key: store
  store_password:
    vars:
      - name: netledger_ipam_store_password
    env:
      - name: NETLEDGER_IPAM_STORE_PASSWORD
    ini:
      - section: netledger.ipam
        key: store_password
  lock_timeout:
    vars:
      - name: netledger_ipam_lock_timeout
    env:
      - name: NETLEDGER_IPAM_LOCK_TIMEOUT
    ini:
      - section: netledger.ipam
        key: lock_timeout
  vrf:
    vars:
      - name: netledger_ipam_vrf
    env:
      - name: NETLEDGER_IPAM_VRF
    ini:
      - section: netledger.ipam
        key: vrf
"""
