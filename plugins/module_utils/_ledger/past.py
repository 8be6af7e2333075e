# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who held what at a time that is over, from the history.

The newest entry of an address until then says who held it. Where that was purged, the next entry after it says who did
before, and where there is none either, nothing has happened since: whoever holds it now held it then.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import heapq
import itertools
import operator
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS, from_key, to_key, version_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import (
    format_time,
    parse_address,
    parse_network,
)
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record, address_fields
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import before_and_after
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history, past
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.history import Entry, Filter, Noted
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.past import Scope
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Holder = tuple[str, str]  # name and interface
Networks = dict[tuple[str, str], Network]  # by VRF and name

_NOW: t.Final = 1 << 63  # behind every number and every time that a column can hold


class _Event(t.NamedTuple):
    """What an entry means for one address: who held it before and after, None for nobody."""

    place: tuple[str, int, str]  # VRF, digits of the key, key: the order of the addresses
    number: int
    at: int
    actor: str
    before: Holder | None
    after: Holder | None
    entry: Entry


_in_order: t.Final = operator.attrgetter("place", "number")


def held_at(tx: Transaction, at: int, scope: Scope, networks: Networks) -> t.Iterator[Record]:
    """The addresses of a scope that were held at a time (seconds since 1970), by VRF and address.

    Each is a record of the address with ``time`` and ``actor`` of the newest entry until then, None where that was
    purged. ``networks`` are the subnets at that time: an address lies in the smallest one around it, because its
    entries have the name that its subnet had when they were written.
    """
    events = heapq.merge(_changes(tx, scope), _departures(tx, scope), _presence(tx, scope), key=_in_order)
    end = format_time(at)
    around = _Around(networks)
    for place, of_address in itertools.groupby(events, key=operator.attrgetter("place")):
        record, event = _state(of_address, at)
        if record is None or (record["expires"] is not None and record["expires"] <= end):
            continue
        record["subnet"] = around.name(place[0], place[2]) or record["subnet"]
        yield {**record, "time": event and format_time(event.at), "actor": event and event.actor}


def networks_at(tx: Transaction, vrf: str | None, at: int) -> Networks:
    """The subnets that there were at a time, of a VRF or of all: what there is now, with what came later undone."""
    found = {(one.vrf, one.name): one.network for one in subnet_rows.every(tx, vrf)}
    for noted in history.newest(tx, Filter(vrf=vrf, object="subnet", since=at + 1)):
        entry = noted.entry
        if entry.after:
            found.pop((entry.vrf, entry.after["name"]), None)
        if entry.before:
            found[entry.vrf, entry.before["name"]] = parse_network(entry.before["cidr"], "cidr")
    return found


def named(networks: Networks, reference: str) -> Networks:
    """Those of a name or CIDR, by VRF."""
    wanted: Network | None = None
    if "/" in reference:
        try:
            wanted = parse_network(reference, "subnet")
        except LedgerError:
            wanted = None  # a name with a slash in it
    return {place: network for place, network in sorted(networks.items()) if reference == place[1] or wanted == network}


def _changes(tx: Transaction, scope: Scope) -> t.Iterator[_Event]:
    for noted in past.entries(tx, scope):
        entry = noted.entry
        came = entry.before is not None and "address" in entry.before  # from another address, which _departures tells
        yield _event(noted, t.cast(str, entry.addr), None if came else entry.before, entry.after)


def _departures(tx: Transaction, scope: Scope) -> list[_Event]:
    """Holders that left an address for another one; only force does that, so there are few."""
    events = []
    for noted in past.moves(tx, scope):
        before = t.cast(Record, noted.entry.before)
        version, value = parse_address(before["address"], "address", version_of(t.cast(str, noted.entry.addr)))
        key = to_key(value, version)
        if scope.covers(key):
            events.append(_event(noted, key, before, None))
    return sorted(events, key=_in_order)


def _presence(tx: Transaction, scope: Scope) -> t.Iterator[_Event]:
    """Who holds what now, as if it were written down behind all entries."""
    for vrf, subnet, key, address in past.held(tx, scope):
        record = address_fields(format_address(address.value, version_of(key)), subnet, vrf, address)
        entry = Entry(vrf, subnet, "address", address.name, key, record, None)
        yield _event(Noted(_NOW, _NOW, "", entry), key, record, None)


def _event(noted: Noted, key: str, before: Record | None, after: Record | None) -> _Event:
    entry = noted.entry
    place = (entry.vrf, len(key), key)
    return _Event(place, noted.number, noted.at, noted.actor, _holder(entry, before), _holder(entry, after), entry)


def _holder(entry: Entry, said: Record | None) -> Holder | None:
    return None if said is None else (said.get("name", entry.name), said.get("interface", ""))


def _state(events: t.Iterable[_Event], at: int) -> tuple[Record | None, _Event | None]:
    """The record of an address at a time, None if nobody held it, and the event that says so.

    Who leaves an address in the same transaction in which another one gets it may stand behind that one. So an event
    ends only what its own holder had, and tells of the time before only what the events in between do not explain.
    """
    last: _Event | None = None
    known = False
    present: Holder | None = None
    for event in events:
        if event.at <= at:
            known = True
            if event.after or (last and last.after == event.before):
                last = event
        elif not known:
            if event.before not in (None, present):
                return before_and_after(event.entry)[0], None
            present = event.after
    return (before_and_after(last.entry)[1], last) if last and last.after else (None, None)


class _Around:
    """Finds the smallest network around an address."""

    def __init__(self, networks: Networks) -> None:
        self._names = {(vrf, *network): name for (vrf, name), network in networks.items()}
        self._lengths = sorted({network.prefix_length for network in networks.values()}, reverse=True)

    def name(self, vrf: str, key: str) -> str | None:
        version, value = version_of(key), from_key(key)
        for length in self._lengths:
            host_bits = BITS[version] - length
            name = self._names.get((vrf, version, value >> host_bits << host_bits, length)) if host_bits >= 0 else None
            if name is not None:
                return name
        return None
