# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks, as the history of the ledger has it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import this_user


def actor(variables: t.Mapping[str, t.Any], lookup: str = "") -> str:
    """The user, the controller, the play and the host, and the lookup if it is one that asks."""
    play = variables.get("ansible_play_name")
    where = f", play {play}" if play else ""
    by = f", lookup {lookup}" if lookup else ""
    return f"{this_user()}{where}, host {variables.get('inventory_hostname')}{by}"
