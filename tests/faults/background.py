# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that runs while the test does something else."""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result


class Background(threading.Thread):
    """A task that runs meanwhile."""

    def __init__(self, ledger: Ledger, **options: t.Any) -> None:
        super().__init__()
        self._ledger = ledger
        self._options = options
        self._result: Result = {}
        self.start()

    def run(self) -> None:
        self._result = self._ledger.run(address.TASK, **self._options)

    def result(self) -> Result:
        self.join(60)
        return self._result
