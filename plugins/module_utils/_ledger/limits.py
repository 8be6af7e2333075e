# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a subnet allows its children: the length of their prefixes, and how much they take together.

The quota counts as OpenStack Neutron's subnet pools do: addresses of IPv4, networks of length 64 of IPv6, of which a
longer prefix is a part. Unlike there it is the same for whoever asks.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, subtract, total
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_ORDER: t.Final = ("min_prefix_length", "default_prefix_length", "max_prefix_length")
_UNIT: t.Final = {4: 1, 6: 1 << 64}
_UNIT_NAME: t.Final = {4: "addresses", 6: "networks of length 64"}


def check(subnet: Subnet) -> None:
    """Refuse lengths that contradict each other or the IP version."""
    given = [(option, getattr(subnet, option)) for option in _ORDER if getattr(subnet, option) is not None]
    for option, length in given:
        if length > BITS[subnet.version]:
            raise bad_request(option, length, f"is longer than an IPv{subnet.version} prefix, {BITS[subnet.version]}.")
    for (option, shorter), (other, longer) in zip(given, given[1:]):
        if shorter > longer:
            raise bad_request(option, shorter, f"is longer than {other}, {longer}.")


def child_length(parent: Subnet, asked: int | None) -> int:
    """The prefix length of the next child: as asked for, else the parent's default, else its shortest."""
    lengths = (asked, parent.default_prefix_length, parent.min_prefix_length)
    length = next((one for one in lengths if one is not None), None)
    if length is None:
        raise LedgerError(
            "bad_request",
            f"prefix_length: is missing, and parent '{parent.name}' ({parent.network}) has neither "
            "default_prefix_length nor min_prefix_length to take its place.",
            option="prefix_length",
        )
    return length


def refuse_child(tx: Transaction, parent: Subnet, network: Network) -> None:
    """Refuse a child that breaks a limit of its locked parent; other children in its place become its own."""
    refuse_length(parent, network.prefix_length)
    refuse_over_quota(tx, parent, network.prefix_length, [network.range])


def refuse_length(parent: Subnet, length: int) -> None:
    low, high = parent.min_prefix_length, parent.max_prefix_length
    if low is not None and length < low:
        rule = f"no child with a prefix shorter than /{low} (its min_prefix_length)"
    elif high is not None and length > high:
        rule = f"no child with a prefix longer than /{high} (its max_prefix_length)"
    else:
        return
    raise LedgerError(
        "prefix_length_refused",
        f"prefix_length: /{length} is refused, as subnet '{parent.name}' ({parent.network}) takes {rule}. "
        "Ask for another length, give another parent, or change its limits.",
        parent=parent.name,
        prefix_length=length,
    )


def refuse_over_quota(tx: Transaction, parent: Subnet, length: int, instead: t.Sequence[Range] = ()) -> None:
    """Refuse one more child of that length where all children would take too much, ``instead`` of those there."""
    if parent.quota is None:
        return
    unit = _UNIT[parent.version]
    size = 1 << (BITS[parent.version] - length)
    used = total(subtract(subnets.child_ranges(tx, parent, parent.network.range), instead))
    if used + size <= parent.quota * unit:
        return
    in_use, asked = _amount(used, unit), _amount(size, unit)
    raise LedgerError(
        "quota_exceeded",
        f"quota: a /{length} would take {asked} more {_UNIT_NAME[parent.version]} of subnet '{parent.name}' "
        f"({parent.network}), whose children use {in_use} of a quota of {parent.quota}. "
        "Remove a child, ask for a longer prefix, give another parent, or raise its quota.",
        parent=parent.name,
        used=in_use,
        asked=asked,
        quota=parent.quota,
    )


def _amount(size: int, unit: int) -> int | float:
    return size / unit if size % unit else size // unit
