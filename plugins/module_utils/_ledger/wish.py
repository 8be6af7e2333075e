# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of a subnet, and what became of it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet


class Wish(t.NamedTuple):
    """What a subnet should be. None leaves a thing as it is.

    ``parents`` are names or CIDRs in the order in which they are tried. ``gateway``, ``reserved`` and ``pools`` are
    still text, because their IP version is that of the subnet; ``pools`` are dicts with start, end and perhaps name,
    strategy (None: the subnet's), hold_down (None: the subnet's), warn_below (None: never). ``settings`` has fields of
    the subnet that need no such reading. ``adopt`` writes a subnet down that is in use already, whatever its parent
    allows its children.
    """

    vrf: str
    name: str | None
    network: Network | None = None
    parents: t.Sequence[str] = ()
    prefix_length: int | None = None
    new_name: str | None = None
    gateway: str | None = None
    reserved: t.Sequence[str] | None = None
    pools: t.Sequence[dict[str, t.Any]] | None = None
    settings: dict[str, t.Any] = {}
    force: bool = False
    adopt: bool = False


class Change(t.NamedTuple):
    """A subnet as records before and after, and the row that stands now (None when it was removed)."""

    before: Record | None
    after: Record | None
    subnet: Subnet | None
