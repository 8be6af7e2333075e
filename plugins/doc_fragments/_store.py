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
      - The ledger, as the path of a SQLite file.
      - A relative path in C(ansible.cfg) starts at that file's folder, one in a task or a variable at the playbook's
        folder, and one in the environment, like the default, at the current folder.
      - If not given, it is taken from the variable C(netledger_ipam_store), the environment variable
        E(NETLEDGER_IPAM_STORE), or C(store) in section C([netledger.ipam]) of C(ansible.cfg), in this order.
    type: str
    default: ipam.db
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
