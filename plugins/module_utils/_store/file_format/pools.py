# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pools of a subnet in a ledger file.

A subnet that names no pools there has those that follow from its network and gateway. A pool without bounds is one of
these, of which the file has something else to say.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, default_pools
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_name
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import fields
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    Path,
    mapping,
    parsed,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

NONE_NAMED: t.Final = object()
"""What a subnet says that does not mention pools; one that mentions them and lists none has none."""

_SETTINGS: t.Final = (None, None, None, None)  # strategy, hold_down, warn_below, rotated


def generated(network: Network, gateway: int | None) -> dict[str, tuple[str, str]]:
    """First and last address, as keys, of the pools that a subnet has by itself, by name."""
    version = network.version
    return {
        "default" if number == 1 else f"default-{number}": (to_key(span.first, version), to_key(span.last, version))
        for number, span in enumerate(default_pools(network, gateway), 1)
    }


def pools_of(subnet: Subnet, said: object, path: Path) -> tuple[list[Row], bool]:
    """The pools of a subnet, and whether they are those that it has by itself."""
    own = generated(subnet.network, subnet.gateway)
    if said is NONE_NAMED:
        return [(subnet.id, name, *bounds, *_SETTINGS) for name, bounds in own.items()], True
    pools = {
        name: fields.POOL.columns(record, subnet.version, (*path, name)) for name, record in mapping(said, path).items()
    }
    if pools and all(start is end is None for start, end, *_settings in pools.values()):
        _refuse_unknown(pools, own, path)
        settings = {name: columns[2:] for name, columns in pools.items()}
        return [(subnet.id, name, *bounds, *settings.get(name, _SETTINGS)) for name, bounds in own.items()], True
    _refuse_without_bounds(pools, path)
    _refuse_overlap(subnet, pools, path)
    return [(subnet.id, name, *columns) for name, columns in pools.items()], False


def _refuse_unknown(pools: t.Iterable[str], own: t.Iterable[str], path: Path) -> None:
    for name in pools:
        if name not in own:
            known = ", ".join(own) or "none"
            text = f"{shown(name)} has neither start nor end, and is none of the pools that the subnet has by itself: "
            raise InvalidError(f"{text}{known}. Give it start and end.", (*path, name))


def _refuse_without_bounds(pools: dict[str, list[t.Any]], path: Path) -> None:
    for name, (start, end, *_settings) in pools.items():
        parsed(parse_name, name, (*path, name))
        if start is None or end is None:
            raise InvalidError(f"{shown(name)} lacks its start or its end. Give it both.", (*path, name))


def _refuse_overlap(subnet: Subnet, pools: dict[str, list[t.Any]], path: Path) -> None:
    network, before = subnet.network, ("", "")
    for start, end, name in sorted((columns[0], columns[1], name) for name, columns in pools.items()):
        if not subnet.key(network.first) <= start <= end <= subnet.key(network.last):
            rule = "ends before it starts" if start > end else f"does not lie in {network}"
            raise InvalidError(f"{shown(name)} {rule}. Correct its start or end.", (*path, name))
        if start <= before[0]:
            text = f"{shown(name)} and {shown(before[1])} have addresses in common. Correct a start or an end."
            raise InvalidError(text, (*path, name))
        before = (end, name)
