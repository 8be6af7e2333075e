# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import of netaddr in one place, so that its absence is an error with a way out.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import sys

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError

try:
    import netaddr
except ImportError:
    HAS_NETADDR = False
    netaddr = None  # type: ignore[assignment]
else:
    HAS_NETADDR = True

__all__ = ["HAS_NETADDR", "netaddr", "require_netaddr"]


def require_netaddr() -> None:
    """Fail with ``library_missing`` where netaddr cannot be imported."""
    if not HAS_NETADDR:
        raise LedgerError(
            "library_missing",
            f"The Python library netaddr is needed and is not installed for {sys.executable}. "
            f"Install it there: {sys.executable} -m pip install netaddr",
            library="netaddr",
        )
