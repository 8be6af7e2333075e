# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the modules behave towards Ansible: what every one supports, and where it runs.

Private to the collection: may change in any release.
"""

from __future__ import annotations


class ModuleDocFragment:
    """What all modules have (DOCUMENTATION), those that write (LEDGER) and those that only read (INFO)."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: Has an action plugin, which runs on the controller.
    support: full
    details:
      - All of the work is done in the controller's own process. No host is contacted, so hosts need not exist yet.
      - With C(delegate_to) set to another host than the controller, the module itself runs on that host.
  action_group:
    description: Belongs to action groups, which set options for many tasks at once through C(module_defaults).
    support: full
    membership:
      - netledger.ipam.all
  async:
    description: Supports the C(async) keyword.
    support: none
  become:
    description: Supports the C(become) keywords.
    support: none
    details:
      - On the controller the ledger is opened as the user that runs Ansible. C(become) only plays a part where
        C(delegate_to) names another host.
  connection:
    description: Uses the connection of the target host.
    support: none
    details:
      - The target host is contacted only where C(delegate_to) names one.
  delegation:
    description: Supports C(delegate_to).
    support: full
    details:
      - Without it, and with V(localhost), the task runs on the controller.
      - Another host needs Python 3.9 or later with netaddr. The O(store) is then a file of that host. Its path should
        be absolute, because a relative one is completed on the controller.
  platform:
    description: The systems on which the module runs.
    support: full
    platforms: posix
"""

    LEDGER = r"""
options: {}
attributes:
  check_mode:
    description: Predicts what would change and changes nothing.
    support: full
    details:
      - The task runs in a real transaction, which is rolled back.
      - It builds on what earlier tasks of the same run would have done, for any host, also in a ledger that does not
        exist yet. Tasks that C(delegate_to) sends to another host build on those sent there before.
  diff_mode:
    description: Shows what changed, or in check mode what would change.
    support: full
  idempotent:
    description: Changes nothing when it runs again with the same options.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Predicts what would change and changes nothing.
    support: full
    details:
      - The module only reads. In check mode it sees what earlier tasks of the same run would have done.
  diff_mode:
    description: Shows what changed, or in check mode what would change.
    support: N/A
    details:
      - The module only reads.
  idempotent:
    description: Changes nothing when it runs again with the same options.
    support: full
    details:
      - The module only reads.
"""
