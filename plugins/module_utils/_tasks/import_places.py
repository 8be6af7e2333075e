# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the rows of a file belong in the ledger: two for the same thing would undo each other with each import.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import Address, parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import Entry


class _Holder(t.NamedTuple):
    """The first row of a name and interface in a subnet, and the lines of its addresses if it may have several."""

    line: int
    beside: int
    lines: dict[Address, int]


class Places:
    """The places of the rows so far."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._named: dict[tuple[str, str], Subnet | LedgerError] = {}
        self._subnets: dict[int, int] = {}
        self._holders: dict[tuple[int, str, str], _Holder] = {}

    def refuse_repeated(self, wish: Wish) -> None:
        """Refuse a row for a subnet that another row wrote already, whatever it calls it."""
        present = subnets.named(self._tx, wish)
        line = self._subnets.get(present.id) if present else None
        if line:
            raise LedgerError("bad_request", f"The same subnet stands in line {line} already. Keep one of the two.")

    def wrote(self, subnet: Subnet, line: int) -> None:
        self._subnets[subnet.id] = line

    def placed(self, entry: Entry) -> Entry:
        """The entry with its subnets; one with an address finds its own. Refuses a second row for the same holder."""
        request = entry.request
        (wish,) = request.wishes
        found = [self._subnet(request.vrf, name) for name in request.subnets]
        found = found or [find.subnet_around(self._tx, request.vrf, wish.address)]
        keys = [(subnet.id, *entry.key) for subnet in found]
        address = parse_host(wish.address, "address")[0] if entry.beside else None
        for holder in filter(None, map(self._holders.get, keys)):
            _refuse_second(holder, entry, address)
        for key in keys:
            holder = self._holders.setdefault(key, _Holder(entry.line, entry.beside, {}))
            if address:
                holder.lines[address] = entry.line
        names = tuple(subnet.name for subnet in found)
        return entry._replace(request=request._replace(subnets=names), places=tuple(subnet.id for subnet in found))

    def _subnet(self, vrf: str, reference: str) -> Subnet:
        """The subnet of that name or CIDR, looked up once."""
        key = (vrf, reference)
        if key not in self._named:
            found = find.find_subnet(self._tx, vrf, reference)
            self._named[key] = found or find.subnet_missing(self._tx, vrf, reference)
        known = self._named[key]
        if isinstance(known, LedgerError):
            raise known
        return known


def _refuse_second(holder: _Holder, entry: Entry, address: Address | None) -> None:
    name = entry.key[0]
    if not (holder.beside and address) or address in holder.lines:
        line = holder.lines.get(address, holder.line) if address else holder.line
        raise LedgerError(
            "bad_request",
            f"{name} stands in line {line} already, with the same subnet and interface. Keep one of the two, give "
            "each an interface of its own, or say in both with count how many addresses it has.",
        )
    if entry.beside != holder.beside:
        raise LedgerError(
            "bad_request",
            f"count: {name} has {holder.beside} addresses by line {holder.line}, and {entry.beside} by this one. "
            "Say the same in all of its lines.",
        )
    if len(holder.lines) == holder.beside:
        raise LedgerError(
            "bad_request",
            f"count: {name} has {holder.beside} addresses by line {holder.line}, and they stand in the lines before "
            "already. Say in all of its lines how many it has.",
        )
