# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action netledger.ipam.address: runs in the controller's own process, by default for the host of the task."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._action import LedgerActionBase


class ActionModule(LedgerActionBase):
    task = TASK

    def defaults(self, arguments: Options, variables: dict[str, t.Any]) -> Options:
        """The name is the host's, unless the task names somebody, frees a certain address, or has no real host."""
        named = {"name", "names", "addresses"} & arguments.keys()
        by_address = arguments.get("state") == "absent" and {"address", "ip", "ip_address"} & arguments.keys()
        return {} if named or by_address else self.named_by_host(variables)
