# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeping Python's collector of cyclic garbage from the records of a task.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import gc
import typing as t


@contextlib.contextmanager
def uncollected() -> t.Iterator[None]:
    """Collect nothing meanwhile: rows and records have no cycles, and to look for some in 65,536 costs a sixth."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
