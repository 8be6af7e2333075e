# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address_info: who holds which address, and which would be next.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES, Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import address_results
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.subnet_info import in_vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

MOST_FREE: t.Final = 65536

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "address": {"type": "str", "aliases": ["ip", "ip_address"]},
        "subnet": {"type": "str"},
        "pool": {"type": "str"},
        "interface": {"type": "str"},
        "mac": {"type": "str", "aliases": ["mac_address"]},
        "tags": {"type": "list", "elements": "str"},
        "labels": {"type": "dict"},
        "status": {"type": "str", "choices": list(STATUSES)},
        "free": {"type": "int"},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}


class Request(t.NamedTuple):
    """What to look for; None and empty mean anything. ``version`` chooses between IPv4 and IPv6."""

    vrf: str
    names: frozenset[str] = frozenset()
    address: str | None = None
    subnet: str | None = None
    pool: str | None = None
    interface: str | None = None
    mac: str | None = None
    status: str | None = None
    tags: frozenset[str] = frozenset()
    labels: dict[str, str] = {}
    version: int | None = None
    free: int | None = None


def read(options: Options) -> Request:
    reader = Reader(options)
    name = reader.named("name")
    request = Request(
        vrf=reader.named("vrf") or "default",
        names=frozenset([name] if name else []),
        address=reader.value("address", parse.checked_host),
        subnet=reader.named("subnet"),
        pool=reader.named("pool"),
        interface=reader.value("interface", parse.parse_interface),
        mac=reader.value("mac", parse.parse_mac) if options.get("mac") else None,
        tags=frozenset(reader.value("tags", parse.parse_tags) or ()),
        labels=reader.value("labels", parse.parse_labels) or {},
        status=options.get("status"),
        free=reader.value("free", lambda value, option: parse.parse_number(value, option, 0, MOST_FREE)),
    )
    if request.free is not None and (request.subnet is None or request.vrf == "*"):
        reader.errors.append(
            LedgerError("bad_request", "free: needs subnet, and one VRF: say where to look.", option="free")
        )
    reader.finish()
    return request


def perform(tx: Transaction, request: Request) -> Result:
    result: Result = {"changed": False, "addresses": address_results(tx, matching(tx, request))}
    if request.free is not None:
        subnet = find.subnet(tx, request.vrf, t.cast(str, request.subnet))
        from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses  # lookups do not need it

        free = addresses.preview(tx, subnet, [request.pool] if request.pool else [], request.free)
        result["free"] = [subnet.text(value) for value in free]
    return result


def matching(tx: Transaction, request: Request) -> list[tuple[Subnet, Address]]:
    """The held addresses that a request means, by VRF, IP version and address."""
    found: list[tuple[Subnet, Address]] = []
    for subnet in _places(tx, request):
        found += [(subnet, held) for held in _candidates(tx, request, subnet) if _fits(tx, request, held)]
    return ordered(found)


def ordered(found: t.Iterable[tuple[Subnet, Address]]) -> list[tuple[Subnet, Address]]:
    """By VRF, IP version and address."""
    return sorted(found, key=lambda pair: (pair[0].vrf, pair[0].version, pair[1].value, pair[1].interface))


def _places(tx: Transaction, request: Request) -> list[Subnet]:
    """The subnets to look into, as few as the request allows."""
    if request.subnet is not None:
        if request.vrf != "*":
            return [find.subnet(tx, request.vrf, request.subnet)]
        return in_vrfs(tx, request.vrf, request.subnet)
    names = vrfs.names(tx) if request.vrf == "*" else [request.vrf]
    if request.address is not None:
        found = (find.around(tx, vrf, request.address) for vrf in names)
        return [subnet for subnet in found if subnet]
    if request.names:
        numbers = {number for vrf in names for name in request.names for number in rows.subnets_of_name(tx, vrf, name)}
        return [subnet for subnet in (subnets.by_id(tx, number) for number in numbers) if subnet]
    return subnets.every(tx, None if request.vrf == "*" else request.vrf)


def _candidates(tx: Transaction, request: Request, subnet: Subnet) -> t.Iterable[Address]:
    """The held addresses of a subnet that fit as far as an index can tell, in the pool that was asked for."""
    if request.version not in (None, subnet.version):
        return []
    windows = [subnet.network.range]
    if request.pool is not None:
        named = pools.selected(tx, subnet, [request.pool]) if request.subnet else pool_rows.of(tx, subnet)
        windows = [pool.span for pool in named if pool.name == request.pool]
    if request.address is not None:
        version, value = parse.parse_host(request.address, "address", subnet.version)[0]
        held = rows.at(tx, subnet, value) if version == subnet.version else None
        found = [held] if held else []
    elif request.names:
        held_by_name = rows.of_holders(tx, subnet, sorted(request.names)).values()
        found = [one for several in held_by_name for one in several]
    else:
        return (held for window in windows for held in rows.within(tx, subnet, window))
    return [held for held in found if any(held.value in window for window in windows)]


def _fits(tx: Transaction, request: Request, held: Address) -> bool:
    return (
        not held.expired(tx.now)
        and (not request.names or held.name in request.names)
        and request.interface in (None, held.interface)
        and request.mac in (None, held.mac)
        and request.status in (None, held.status)
        and request.tags <= set(held.tags)
        and request.labels.items() <= held.labels.items()
    )


TASK: t.Final = Task("address_info", ARGUMENTS, read, perform, writes=False)
