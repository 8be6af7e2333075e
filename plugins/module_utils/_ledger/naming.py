# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a subnet may be called.

Private to the collection: may change in any release.
"""

from __future__ import annotations

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network


def network_called(name: str | None) -> Network | None:
    """The network whose CIDR the name is, if it is one."""
    try:
        return parse_network(name or "", "name")
    except LedgerError:
        return None


def refuse_misleading(name: str | None, network: Network, option: str = "name") -> None:
    """A subnet can be named by its CIDR, so no subnet may be called by that of another one."""
    called = network_called(name)
    if called and called != network:
        raise bad_request(option, name, f"is the CIDR of another network than {network}.")
