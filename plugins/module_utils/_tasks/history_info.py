# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task history_info: what was changed, by whom and when, and who held what at a time.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, past
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import entry_record
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.past import Scope
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

MOST: t.Final = 100_000
_UNIT = re.compile(r"[smhdw]\s*$", re.IGNORECASE)

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "address": {"type": "str", "aliases": ["ip", "ip_address"]},
        "subnet": {"type": "str"},
        "object": {"type": "str", "choices": ["address", "subnet", "all"], "default": "all"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "at": {"type": "str"},
        "limit": {"type": "int", "default": 100},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
    "mutually_exclusive": [["at", "since"], ["at", "until"]],
}


class Moment(t.NamedTuple):
    """A time in seconds since 1970, or where it is ``ago``, before the transaction."""

    seconds: int
    ago: bool = False

    def resolved(self, now: int) -> int:
        """In seconds since 1970, from then to the last that can be written."""
        seconds = now - self.seconds if self.ago else self.seconds
        return min(max(seconds, 0), parse.LAST_SECOND)


class Request(t.NamedTuple):
    """What to look for; None means anything. With ``at`` it is who held what then, else the entries."""

    vrf: str
    name: str | None
    address: str | None
    subnet: str | None
    object: str | None
    since: Moment | None
    until: Moment | None
    at: Moment | None
    limit: int


def read(options: Options) -> Request:
    reader = Reader(options)
    kind = options.get("object") or "all"
    limit = reader.value("limit", lambda value, option: parse.parse_number(value, option, 1, MOST))
    request = Request(
        vrf=reader.named("vrf") or "default",
        name=reader.named("name"),
        address=reader.value("address", parse.checked_host),
        subnet=reader.named("subnet"),
        object=None if kind == "all" else kind,
        since=reader.value("since", _moment),
        until=reader.value("until", _moment),
        at=reader.value("at", _moment),
        limit=100 if limit is None else limit,
    )
    if request.at and request.object == "subnet":
        reader.refuse("object", "does not go with at, which shows who held addresses.")
    if request.address and request.object == "subnet":
        reader.refuse("object", "does not go with address: an entry is of an address or of a subnet.")
    reader.finish()
    return request


def perform(tx: Transaction, request: Request) -> Result:
    if request.at is None:
        return _changes(tx, request)
    return _held(tx, request, request.at.resolved(tx.now))


def _changes(tx: Transaction, request: Request) -> Result:
    wanted = history.Filter(
        vrf=_vrf(request),
        object=request.object,
        name=request.name,
        places=tuple(_places(tx, request)),
        addresses=tuple(_addresses(request)),
        since=request.since and request.since.resolved(tx.now),
        until=request.until and request.until.resolved(tx.now),
    )
    found = list(history.newest(tx, wanted, request.limit + 1))
    entries = [entry_record(noted) for noted in reversed(found[: request.limit])]
    return {"changed": False, "entries": entries, "more": len(found) > request.limit}


def _held(tx: Transaction, request: Request, at: int) -> Result:
    networks = past.networks_at(tx, _vrf(request), at)
    found = list(itertools.islice(_holdings(tx, request, at, networks), request.limit + 1))
    result: Result = {"changed": False, "held": found[: request.limit], "more": len(found) > request.limit}
    kept = history.retention(tx)
    if kept is not None and at < tx.now - kept:
        result["warnings"] = [f"at: {parse.format_time(at)} is before what the history still has, {kept} seconds."]
    return result


def _holdings(tx: Transaction, request: Request, at: int, networks: past.Networks) -> t.Iterator[Record]:
    keys = tuple(key for key, _text in _addresses(request))
    if request.subnet is None:
        yield from past.held_at(tx, at, Scope(_vrf(request), request.name, keys), networks)
        return
    for (vrf, name), network in past.named(networks, request.subnet).items():
        span = (to_key(network.first, network.version), to_key(network.last, network.version))
        for record in past.held_at(tx, at, Scope(vrf, request.name, keys, span), networks):
            if record["subnet"] == name:  # else it lies in a child
                yield record


def _vrf(request: Request) -> str | None:
    return None if request.vrf == "*" else request.vrf


def _places(tx: Transaction, request: Request) -> t.Iterator[tuple[str | None, str]]:
    """What entries may call the subnet: by the name that was asked for, or the one that a CIDR has now."""
    if request.subnet is None:
        return
    yield _vrf(request), request.subnet
    if "/" in request.subnet:
        for vrf in vrfs.names(tx) if request.vrf == "*" else [request.vrf]:
            found = find.find_subnet(tx, vrf, request.subnet)
            if found:
                yield vrf, found.name


def _addresses(request: Request) -> list[tuple[str, str]]:
    """The key and the text of the address; an IPv4-mapped one is looked for in both readings."""
    if request.address is None:
        return []
    readings = dict.fromkeys(parse.parse_host(request.address, "address", version)[0] for version in (None, 6))
    return [(to_key(one.value, one.version), format_address(one.value, one.version)) for one in readings]


def _moment(text: str, option: str) -> Moment | None:
    """Read a time, or a span with a unit, which is so long ago; empty is none.

    A number alone could be either, or a year.
    """
    if not text:
        return None
    try:
        return Moment(parse.parse_duration(text, option), ago=True) if _UNIT.search(text) else _time(text, option)
    except LedgerError:
        raise bad_request(
            option, text, "is neither a time, such as 2030-12-31T18:00:00Z, nor how long ago, such as 90m or 7d."
        ) from None


def _time(text: str, option: str) -> Moment:
    if text.strip().isdecimal():
        raise bad_request(option, text, "is a number.")
    return Moment(parse.parse_time(text, option))


TASK: t.Final = Task("history_info", ARGUMENTS, read, perform, writes=False)
