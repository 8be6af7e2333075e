# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choosing a run: free addresses that follow each other.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_EXAMINED = 1000  # ranges of one size class, all nearly large enough, before a larger class is good enough


def lowest_run(tx: Transaction, subnet: Subnet, window: Range, size: int, *, align: bool) -> Range | None:
    """The lowest run of ``size`` free addresses in a window, or None; takes nothing.

    ``align`` lets it start only on a multiple of ``size``, rounded up to a power of two. Free ranges are looked up by
    size class, so that small ones, however many, are passed over. Only where more than a thousand of the class just
    large enough do not fit may the run lie higher than the lowest one that there is.
    """
    step = alignment(size) if align else 1
    found = _lowest(tx, subnet, window, size, step, _EXAMINED)
    return found or _lowest(tx, subnet, window, size, step, None)


def alignment(size: int) -> int:
    """What an aligned run starts on a multiple of: its size, rounded up to a power of two."""
    return 1 << (size - 1).bit_length()


def _lowest(tx: Transaction, subnet: Subnet, window: Range, size: int, step: int, examined: int | None) -> Range | None:
    best: Range | None = None
    for ranges in extent.by_class(tx, subnet, size.bit_length() - 1, window):
        fits = (_fit(free, window, size, step) for free in itertools.islice(ranges, examined))
        found = next((run for run in fits if run), None)
        if found and (best is None or found < best):
            best = found
    return best


def _fit(free: Range, window: Range, size: int, step: int) -> Range | None:
    """The lowest place of the run in a free range."""
    piece = free.clip(window)
    if piece is None:
        return None
    first = -(-piece.first // step) * step
    return Range(first, first + size - 1) if first + size - 1 <= piece.last else None
