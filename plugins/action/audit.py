# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action netledger.ipam.audit: runs in the controller's own process, by default on the facts of the task's host."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.audit import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._action import LedgerActionBase
from ansible_collections.netledger.ipam.plugins.plugin_utils._observed import observed
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import plain


class ActionModule(LedgerActionBase):
    task = TASK

    def defaults(self, arguments: Options, variables: dict[str, t.Any]) -> Options:
        """The name is the host's, and the addresses are those of its facts."""
        facts = None if "observed" in arguments else observed(variables.get("ansible_facts") or {})
        return self.named_by_host(variables) | ({} if facts is None else {"observed": plain(facts)})
