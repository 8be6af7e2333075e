# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action netledger.ipam.history_info: runs in the controller's own process."""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.history_info import TASK
from ansible_collections.netledger.ipam.plugins.plugin_utils._action import LedgerActionBase


class ActionModule(LedgerActionBase):
    task = TASK
