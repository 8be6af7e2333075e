# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history played from its beginning: each entry has to start from what the entries before it have left."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, version_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record, address_fields
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import before_and_after
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history, past
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Place = tuple[str, str]
"""A VRF, and in it an address or the name of a subnet."""


class Row(t.NamedTuple):
    """A held address as it stands in the ledger."""

    vrf: str
    address: str
    record: Record

    @property
    def place(self) -> Place:
        return self.vrf, self.address


class Entry(t.NamedTuple):
    """An entry of the history, its records whole. ``at`` is in seconds since 1970."""

    number: int
    at: int
    actor: str
    vrf: str
    object: str
    name: str
    before: Record | None
    after: Record | None

    def __str__(self) -> str:
        return f"entry {self.number} of the history ({self.object} {self.name} by {self.actor})"


class Found(t.NamedTuple):
    """All that a ledger says, in one state of it."""

    rows: list[Row]
    subnets: dict[Place, Record]
    entries: list[Entry]


def read(tx: Transaction) -> Found:
    rows = []
    for vrf, subnet, key, address in past.held(tx, past.Scope()):
        text = format_address(address.value, version_of(key))
        rows.append(Row(vrf, text, address_fields(text, subnet, vrf, address)))
    networks = {(one.vrf, one.name): subnets.record(tx, one) for one in subnet_rows.every(tx, None)}
    return Found(rows, networks, [_entry(one) for one in history.since(tx, 0)])


def _entry(noted: history.Noted) -> Entry:
    entry = noted.entry
    before, after = before_and_after(entry)
    if entry.addr is not None:
        # A record names the address only where it is another one than that of the entry.
        text = format_address(from_key(entry.addr), version_of(entry.addr))
        before, after = (record and {**record, "address": record.get("address") or text} for record in (before, after))
    return Entry(noted.number, noted.at, noted.actor, entry.vrf, entry.object, entry.name, before, after)


def played(found: Found) -> list[str]:
    """What is wrong with the history: steps that do not fit, and where it ends with something else than is there."""
    wrong: list[str] = []
    held: dict[Place, Record] = {}
    networks: dict[Place, Record] = {}
    for entry in found.entries:
        state, field = (networks, "name") if entry.object == "subnet" else (held, "address")
        wrong += _step(state, entry, field)
    wrong += _compared("address", held, {row.place: row.record for row in found.rows})
    wrong += _compared("subnet", networks, found.subnets)
    return wrong


def _step(state: dict[Place, Record], entry: Entry, field: str) -> t.Iterator[str]:
    if entry.before is not None:
        place = (entry.vrf, entry.before[field])
        if _told(state.get(place)) != _told(entry.before):
            yield f"{entry} starts from {entry.before}, and the entries before it leave {state.get(place)}"
        state.pop(place, None)
    if entry.after is not None:
        place = (entry.vrf, entry.after[field])
        if place in state:
            yield f"{entry} gives {place[1]} away, which is {state[place]['name']}'s by then"
        state[place] = entry.after


def _told(record: Record | None) -> Record | None:
    """A record without what follows from the networks: where subnets come and go around it, that leaves no entry."""
    return record and {key: value for key, value in record.items() if key not in ("subnet", "parent")}


def _compared(what: str, played_: dict[Place, Record], there: dict[Place, Record]) -> t.Iterator[str]:
    for place in sorted(played_.keys() | there.keys()):
        if _told(played_.get(place)) != _told(there.get(place)):
            ends = f"the history ends with {played_.get(place)}, and the ledger has {there.get(place)}"
            yield f"{what} {place[1]} of VRF {place[0]}: {ends}"
