# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task pool: one named pool of a subnet has these bounds, or is gone.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, find, pools, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool_options
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference, pool_result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "subnet": {"type": "str", "required": True},
        "name": {"type": "str", "default": "default"},
        "start": {"type": "str"},
        "end": {"type": "str"},
        "size": {"type": "int"},
        **pool_options.SETTINGS,
        "force": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "mutually_exclusive": [["end", "size"]],
    "supports_check_mode": True,
}

_BOUNDS: t.Final = "A pool needs start with end, or start with size."


class Request(t.NamedTuple):
    """Without ``start`` the bounds stay; ``settings`` has those of a pool's settings that were given."""

    vrf: str
    subnet: str
    name: str
    start: str | None
    end: str | None
    size: int | None
    settings: dict[str, t.Any]
    force: bool
    absent: bool


def read(options: Options) -> Request:
    reader = Reader(options)
    absent = options.get("state") == "absent"
    for bound in ("start", "end"):
        if options.get(bound):
            reader.value(bound, parse.parse_address)
    if not absent and not options.get("start"):
        _check_without_start(reader, options)
    elif not absent and not (options.get("end") or options.get("size") is not None):
        reader.errors.append(LedgerError("bad_request", _BOUNDS, option="start"))
    request = Request(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        subnet=reader.value("subnet", parse.parse_name) or "",
        name=reader.named("name") or "default",
        start=options.get("start") or None,
        end=options.get("end"),
        size=reader.value("size", lambda value, option: parse.parse_number(value, option, 1, 1 << 128)),
        settings=pool_options.settings(reader),
        force=bool(options.get("force")),
        absent=absent,
    )
    reader.finish()
    return request


def _check_without_start(reader: Reader, options: Options) -> None:
    """A task without bounds has to say something else about its pool."""
    if options.get("end") or options.get("size") is not None:
        reader.errors.append(LedgerError("bad_request", _BOUNDS, option="start"))
    elif not any(map(reader.given, pool_options.SETTINGS)):
        also = "Of one that is there, strategy, hold_down and warn_below can be changed without them."
        reader.errors.append(LedgerError("bad_request", f"{_BOUNDS} {also}", option="start"))


def perform(tx: Transaction, request: Request) -> Result:
    found = find.find_subnet(tx, request.vrf, request.subnet)
    if found is None and request.absent:
        return {
            "changed": False,
            "pool": None,
            "stranded": [],
            "warnings": [
                find.subnet_missing(tx, request.vrf, request.subnet).message + " So there is no pool to remove."
            ],
            "diff": difference(f"pool {request.name}", None, None),
        }
    subnet = find.locked(tx, found or find.subnet(tx, request.vrf, request.subnet))
    present = pool_rows.of(tx, subnet)
    if request.absent:
        stranded = subnets.remove_pool(tx, subnet, request.name, force=request.force)
    elif request.start:
        wanted = _pool(subnet, request, _named(present, request.name))
        stranded = subnets.ensure_pool(tx, subnet, wanted, force=request.force)
    else:
        stranded = []
        subnets.tune_pool(tx, subnet, request.name, request.settings)
    pools_now = pool_rows.of(tx, subnet)
    before, after = _named(present, request.name), _named(pools_now, request.name)
    return {
        "changed": present != pools_now,
        "pool": {"subnet": subnet.name, "vrf": subnet.vrf, **pool_result(tx, subnet, after)} if after else None,
        "stranded": [_stranded(subnet, one) for one in stranded],
        "diff": difference(
            f"pool {request.name} of subnet {subnet.name}",
            facts.pool_record(subnet, before) if before else None,
            facts.pool_record(subnet, after) if after else None,
        ),
    }


def _pool(subnet: Subnet, request: Request, present: Pool | None) -> Pool:
    """The pool as asked for; what is not said of it is as it was."""
    start, end = t.cast(str, request.start), request.end
    if not end:
        first = pools.parse_pool(subnet, start, start).span.first
        last = first + t.cast(int, request.size) - 1
        if last > subnet.network.last:
            raise bad_request(
                "size", request.size, f"leads from {start} out of subnet '{subnet.name}' ({subnet.network})."
            )
        end = subnet.text(last)
    pool = pools.parse_pool(subnet, start, end, request.name)
    return (present or pool)._replace(span=pool.span, **request.settings)


def _named(among: t.Iterable[Pool], name: str) -> Pool | None:
    return next((pool for pool in among if pool.name == name), None)


def _stranded(subnet: Subnet, address: Address) -> Result:
    return {"address": subnet.text(address.value), "name": address.name, "interface": address.interface}


TASK: t.Final = Task("pool", ARGUMENTS, read, perform)
