# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock of the stores: what leases, holds and the history count by.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import time


def now() -> float:
    """Seconds since 1970 by this machine."""
    return time.time()


def offset(theirs: float) -> float:
    """How many seconds a server is ahead of this machine, whose clock said ``theirs`` just now.

    Where both tell the same second, they are the same: the time that the question took is no difference.
    """
    ahead = theirs - time.time()
    return ahead if abs(ahead) >= 1 else 0.0
