# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action netledger.ipam.store: runs in the controller's own process."""

from __future__ import annotations

import os
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.location import is_path
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.store import TASK
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._action import LedgerActionBase

_LEDGERS: t.Final = ("copy_from", "backup", "restore")


class ActionModule(LedgerActionBase):
    task = TASK

    def resolved(self, arguments: Options) -> Options:
        """The paths of other ledgers begin at the playbook's folder, as that of this one does."""
        paths = {name: self._path(arguments[name]) for name in _LEDGERS if arguments.get(name)}
        return {**arguments, **paths}

    def _path(self, store: t.Any) -> str:
        text = str(store)
        if not is_path(text):
            return text
        return os.path.normpath(os.path.join(self._loader.get_basedir(), os.path.expanduser(text)))
