# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action netledger.ipam.store: runs in the controller's own process."""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store import TASK
from ansible_collections.netledger.ipam.plugins.plugin_utils._action import LedgerActionBase


class ActionModule(LedgerActionBase):
    task = TASK
    paths = ("copy_from", "backup", "restore")
