# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a task as an ordinary module, on whichever host that is.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import socket
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, Secret
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, run_task, this_user
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Task

SENT: t.Final = "_netledger_ipam_sent"


class LedgerModule(AnsibleModule):
    """An AnsibleModule that takes what the action on the controller sends along, before the options are checked.

    ``sent`` holds who asks (``actor``) and in check mode the plan so far (``steps``). It is no option: nobody can set
    it in a task, because the action refuses what the argument spec does not have.
    """

    sent: Options

    def _load_params(self) -> None:
        super()._load_params()
        self.sent = self.params.pop(SENT, {})


def run_module(task: Task, module: LedgerModule) -> None:
    """Run the task with the module's options and end the module."""
    context = Context(
        place=Place(
            module.params["store"],
            f"the option store on {socket.gethostname()}",
            Secret(module.params["store_password"] or ""),
        ),
        lock_timeout=module.params["lock_timeout"],
        actor=module.sent.get("actor") or this_user(),
        plan=Plan(module.sent.get("steps", ()), module.sent.get("seed", "")) if module.check_mode else None,
    )
    result = run_task(task, module.params, context)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
