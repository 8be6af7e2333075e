# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be said of a pool beside its bounds, by the task pool and in the pools of the task subnet.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import MOST
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options

SETTINGS: t.Final[Options] = {
    "strategy": {"type": "str"},
    "hold_down": {"type": "str"},
    "warn_below": {"type": "int"},
}


def settings(reader: Reader) -> dict[str, t.Any]:
    """Those that were given, with None for what the value says that takes them away."""
    return {
        **reader.cleared("strategy", pools.parse_strategy),
        **reader.cleared("hold_down", parse.parse_duration),
        **reader.cleared("warn_below", lambda value, option: parse.parse_number(value, option, 0, MOST), empty=0),
    }
