# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address: names hold their addresses, or no longer do.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, facts, find
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import address_results, difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

_ONE: t.Final[Options] = {
    "name": {"type": "str"},
    "address": {"type": "str", "aliases": ["ip", "ip_address"]},
    "interface": {"type": "str"},
    "pool": {"type": "str"},
    "mac": {"type": "str", "aliases": ["mac_address"]},
    "fqdn": {"type": "str"},
    "tags": {"type": "list", "elements": "str"},
    "labels": {"type": "dict"},
    "description": {"type": "str"},
}

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        **_ONE,
        "names": {"type": "list", "elements": "str"},
        "addresses": {
            "type": "list",
            "elements": "dict",
            "options": {**_ONE, "name": {"type": "str", "required": True}},
        },
        "subnet": {"type": "str"},
        "force": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "mutually_exclusive": [["name", "names", "addresses"], ["address", "names", "addresses"]],
    "supports_check_mode": True,
}


class Request(t.NamedTuple):
    """``wishes`` have a name, or for ``absent`` a name, an address or both."""

    vrf: str
    subnet: str | None
    wishes: list[Wish]
    single: bool
    force: bool
    absent: bool


class Wish(t.NamedTuple):
    """One entry; ``interface`` is None where it was not given."""

    name: str | None
    interface: str | None
    address: str | None
    pool: str | None
    notes: dict[str, t.Any]

    def asks(self) -> addresses.Request:
        return addresses.Request(self.name or "", self.interface or "", self.address, self.pool, self.notes)


def read(options: Options) -> Request:
    reader = Reader(options)
    absent = options.get("state") == "absent"
    single = options.get("names") is None and options.get("addresses") is None
    request = Request(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        subnet=reader.named("subnet"),
        wishes=_wishes(reader, options),
        single=single,
        force=bool(options.get("force")),
        absent=absent,
    )
    if single and not absent and not options.get("name"):
        reader.errors.append(
            LedgerError("bad_request", "name: is missing. Say who gets the address: name, names or addresses.")
        )
    if single and absent and not (options.get("name") or options.get("address")):
        reader.errors.append(
            LedgerError("bad_request", "name: is missing. Say whose address to free, or which address.")
        )
    if not absent and not options.get("subnet") and any(not wish.address for wish in request.wishes):
        reader.errors.append(
            LedgerError("bad_request", "subnet: is missing. Say where the address is to come from.", option="subnet")
        )
    reader.finish()
    return request


def _wishes(reader: Reader, options: Options) -> list[Wish]:
    """The entries of the task; what stands beside ``names`` or ``addresses`` holds for each that does not say it."""
    shared = _wish(reader)
    if options.get("names") is not None:
        reader.refuse_repeated("names")
        names = reader.value("names", lambda value, option: [parse.parse_name(one, option) for one in value]) or []
        return [shared._replace(name=name) for name in names]
    if options.get("addresses") is not None:
        items = reader.items("addresses")
        for item in items:
            item.require("name")
        return [_with_defaults(_wish(item), shared) for item in items]
    return [shared]


def _with_defaults(wish: Wish, shared: Wish) -> Wish:
    return wish._replace(
        interface=shared.interface if wish.interface is None else wish.interface,
        pool=wish.pool or shared.pool,
        notes={**shared.notes, **wish.notes},
    )


def _wish(reader: Reader) -> Wish:
    return Wish(
        name=reader.named("name"),
        interface=reader.value("interface", parse.parse_interface),
        address=reader.value("address", parse.checked_host),
        pool=reader.named("pool"),
        notes={
            **reader.cleared("mac", parse.parse_mac),
            **reader.cleared("fqdn", parse.parse_domain),
            **reader.given_only("tags", parse.parse_tags),
            **reader.given_only("labels", parse.parse_labels),
            **reader.given_only("description", parse.parse_text),
        },
    )


def perform(tx: Transaction, request: Request) -> Result:
    changes, warnings = _absent(tx, request) if request.absent else (_present(tx, request), [])
    moved = [change for change in changes if change.before != change.after]
    shown = [(change.subnet, change.after or change.before) for change in (moved if request.absent else changes)]
    records = address_results(tx, [(subnet, address) for subnet, address in shown if address])
    result: Result = {"changed": bool(moved), "addresses": records, "diff": _difference(moved)}
    if request.single and not request.absent:
        result = {**records[0], **result}
    if warnings:
        result["warnings"] = warnings
    return result


def _present(tx: Transaction, request: Request) -> list[Change]:
    """Serve the wishes subnet by subnet, locked in the order of their numbers, and answer in the order of asking."""
    by_subnet: dict[int, tuple[Subnet, list[int]]] = {}
    named = find.subnet(tx, request.vrf, request.subnet) if request.subnet else None
    for index, wish in enumerate(request.wishes):
        subnet = named or find.subnet_around(tx, request.vrf, t.cast(str, wish.address))
        by_subnet.setdefault(subnet.id, (subnet, []))[1].append(index)
    answers: dict[int, Change] = {}
    for number in sorted(by_subnet):
        subnet, indices = by_subnet[number]
        subnet = find.locked(tx, subnet)
        changes = addresses.acquire(
            tx, subnet, [request.wishes[index].asks() for index in indices], force=request.force
        )
        answers.update(zip(indices, changes))
    return [answers[index] for index in range(len(request.wishes))]


def _absent(tx: Transaction, request: Request) -> tuple[list[Change], list[str]]:
    """Free what the wishes name; what nobody holds, or somebody else does by now, is left as it is."""
    within = find.find_subnet(tx, request.vrf, request.subnet) if request.subnet else None
    if request.subnet and within is None:
        missing = find.subnet_missing(tx, request.vrf, request.subnet)
        return [], [f"{missing.message} So there was nothing to free."]
    concerned = [(wish, _subnets_of(tx, request, wish, within)) for wish in request.wishes]
    found = {subnet.id: subnet for _wish, subnets in concerned for subnet in subnets}
    locked = {number: find.locked(tx, found[number]) for number in sorted(found)}
    changes: list[Change] = []
    warnings: list[str] = []
    for wish, subnets in concerned:
        for subnet in (locked[one.id] for one in subnets):
            changes += [addresses.release(tx, subnet, held) for held in _held_by(tx, subnet, wish, warnings)]
    return changes, warnings


def _subnets_of(tx: Transaction, request: Request, wish: Wish, within: Subnet | None) -> list[Subnet]:
    """The subnets in which the wish may find something to free."""
    if within:
        return [within]
    if wish.address:
        found = find.around(tx, request.vrf, wish.address)
        return [found] if found else []
    numbers = rows.subnets_of_name(tx, request.vrf, wish.name or "")
    return [subnet for subnet in (subnet_rows.by_id(tx, number) for number in numbers) if subnet]


def _held_by(tx: Transaction, subnet: Subnet, wish: Wish, warnings: list[str]) -> list[Address]:
    if wish.address:
        held = rows.at(tx, subnet, addresses.value_in(subnet, wish.address))
        found = [held] if held else []
    else:
        found = list(rows.of_holders(tx, subnet, [wish.name or ""]).values())
    kept = [one for one in found if wish.name in (None, one.name) and wish.interface in (None, one.interface)]
    if wish.address and found and not kept:
        warnings.append(f"{wish.address} is held by {found[0].holder} now, so nothing was freed.")
    if wish.pool:
        windows = [pool.span for pool in pool_rows.of(tx, subnet) if pool.name == wish.pool]
        kept = [one for one in kept if any(one.value in window for window in windows)]
        if not windows:
            warnings.append(f"Subnet '{subnet.name}' has no pool '{wish.pool}', so nothing of it was freed.")
    return kept


def _difference(changes: list[Change]) -> Result:
    """One record for one change, records by holder for several."""

    def side(pick: t.Callable[[Change], Address | None]) -> t.Any:
        records = {}
        for change in changes:
            address = pick(change)
            if address:
                records[f"{change.subnet.name}: {address.holder}"] = facts.address_record(change.subnet, address)
        if len(changes) == 1:
            return next(iter(records.values()), None)
        return records or None

    first = (changes[0].after or changes[0].before) if changes else None
    what = f"address of {first.holder}" if first and len(changes) == 1 else "addresses"
    return difference(what, side(lambda change: change.before), side(lambda change: change.after))


TASK: t.Final = Task("address", ARGUMENTS, read, perform)
