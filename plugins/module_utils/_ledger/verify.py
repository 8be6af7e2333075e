# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a whole ledger: everything that is derived is derived again, and every rule is looked at.

Rows are read as they are, because a row that breaks a rule must not break the check. Addresses are read as they come,
so that a million of them needs no more memory than a hundred.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS, from_key, to_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import wellformed
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.differences import Difference, Mend, Report
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.nesting import Block, Nesting, nest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify_lock import keep_writers_out
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify_subnet import Known, differences_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import raw
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_DAMAGE_SHOWN: t.Final = 100


class Found(t.NamedTuple):
    """A subnet as far as its row can be read.

    ``block`` is None where not even its bounds can, ``subnet`` where nothing can be said about what lies in it.
    ``blocked`` says whether it is known which addresses are nobody's.
    """

    number: int
    vrf_id: t.Any
    vrf: str
    name: str
    parent_id: t.Any
    block: Block | None
    subnet: Subnet | None
    blocked: bool

    def differs(self, kind: str, text: str, mend: Mend | None = None) -> Difference:
        where = f"{self.name} ({self.subnet.network})" if self.subnet else self.name
        return Difference(kind, self.vrf, self.name, f"Subnet {where}: {text}", mend)


def verify(tx: Transaction) -> Report:
    """Everything that is wrong with the ledger, in one state of it."""
    if tx.steady:
        return _verified(tx)
    while True:
        locked = keep_writers_out(tx)
        report = _verified(tx)
        if raw.names_of_vrfs(tx) == locked:
            return report
        # Whoever made a VRF meanwhile was perhaps at work in it.


def _verified(tx: Transaction) -> Report:
    report = Report()
    report.extend(Difference("damaged", "", "", text) for text in raw.damage(tx, _DAMAGE_SHOWN))
    by_vrf: dict[t.Any, list[Found]] = collections.defaultdict(list)
    for number, row in raw.subnets(tx):
        found = _read(report, number, dict(zip(raw.SUBNET, row)))
        by_vrf[found.vrf_id].append(found)
    for subnets in by_vrf.values():
        report.extend(_in_vrf(tx, subnets))
    report.extend(_orphans(tx))
    report.extend(_history(tx))
    return report


def _read(report: Report, number: int, row: dict[str, t.Any]) -> Found:
    """Read the row of a subnet and report what cannot be read."""
    vrf = str(row["vrf"]) if row["vrf"] is not None else ""
    found = Found(number, row["vrf_id"], vrf, str(row["name"]), row["parent_id"], None, None, blocked=True)
    if row["vrf"] is None:
        report.add(found.differs("vrf_missing", f"its VRF, number {shown(row['vrf_id'])}, is gone."))
    version = row["version"]
    if version not in BITS:
        report.add(found.differs("malformed", f"version is {shown(version)}, not 4 or 6."))
        return found
    bounds = wellformed.faults(raw.SUBNET, tuple(row.values()), wellformed.rules_of_bounds(version))
    others = wellformed.faults(raw.SUBNET, tuple(row.values()), wellformed.rules_of_subnet(version))
    for fault in bounds + others:
        report.add(found.differs(fault.kind, f"{fault.text}."))
    if bounds:
        return found
    return _with_network(report, found, row, {fault.column for fault in others})


def _with_network(report: Report, found: Found, row: dict[str, t.Any], unreadable: set[str]) -> Found:
    version, span = row["version"], Range(from_key(row["first"]), from_key(row["last"]))
    found = found._replace(block=Block(version, span, found.number))
    network = _network(version, span.first, row["prefix_length"])
    if network is None or network.range != span:
        text = f"its bounds {row['first']} and {row['last']} are not those of a /{row['prefix_length']}."
        report.add(found.differs("wrong_bounds", text))
        return found if span.first <= span.last else found._replace(block=None)
    blocked = not unreadable & {"gateway", "reserved"}
    subnet = Subnet(
        id=found.number,
        vrf_id=found.vrf_id,
        vrf=found.vrf,
        parent_id=found.parent_id,
        name=found.name,
        network=network,
        gateway=from_key(row["gateway"]) if blocked and row["gateway"] is not None else None,
        reserved=tuple(Range(*map(from_key, pair)) for pair in wellformed.parsed(row["reserved"])) if blocked else (),
        pools_generated=row["pools_generated"] == 1,
    )
    found = found._replace(subnet=subnet, blocked=blocked)
    for reserved in subnet.reserved:
        if not network.range.covers(reserved):
            text = f"the reserved range {_keys(version, reserved)} does not lie in it."
            report.add(found.differs("reserved_outside_subnet", text))
    return found


def _network(version: int, first: int, prefix_length: int) -> Network | None:
    """The network that starts there, if one of that length can."""
    if prefix_length > BITS[version]:
        return None
    network = Network(version, first, prefix_length)
    return None if first % network.size else network


def _keys(version: int, span: Range) -> str:
    return f"{to_key(span.first, version)}-{to_key(span.last, version)}"


def _in_vrf(tx: Transaction, subnets: t.Sequence[Found]) -> t.Iterator[Difference]:
    """What is wrong with the subnets of one VRF, their places and what lies in them."""
    nesting = nest(found.block for found in subnets if found.block)
    # Where one subnet has no place, nothing can be said about the free space and the parents of the others.
    placed = all(found.subnet for found in subnets) and not nesting.clashes
    yield from _clashes(subnets, nesting)
    for found in subnets:
        if placed and found.parent_id != nesting.parents[found.number]:
            yield _wrong_parent(subnets, found, nesting.parents[found.number])
        if found.subnet:
            children = tuple(nesting.children.get(found.number, ()))
            yield from differences_in(tx, Known(found.subnet, children, placed and found.blocked))


def _clashes(subnets: t.Sequence[Found], nesting: Nesting) -> t.Iterator[Difference]:
    by_number = {found.number: found for found in subnets}
    for number, other in nesting.clashes:
        text = f"it overlaps subnet {by_number[number].name}, and neither lies in the other."
        yield by_number[other].differs("subnet_overlap", text)


def _wrong_parent(subnets: t.Sequence[Found], found: Found, parent: int) -> Difference:
    around = next((one.name for one in subnets if one.number == parent), None)
    stored = next((one.name for one in subnets if one.number == found.parent_id), f"number {found.parent_id}")
    is_, says = around or "none", stored if found.parent_id else "none"
    return found.differs(
        "wrong_parent", f"its parent is stored as {says} and is {is_}.", Mend("parent", found.number, parent)
    )


def _orphans(tx: Transaction) -> t.Iterator[Difference]:
    for table in raw.PARTS:
        derived = table in ("extent", "pool")
        for number, times in raw.orphans(tx, table):
            rows = "1 row" if times == 1 else f"{times} rows"
            text = f"Subnet number {number} is gone, and table {table} still has {rows} of it."
            yield Difference("orphan", "", "", text, Mend(f"orphan {table}", number) if derived else None)


def _history(tx: Transaction) -> t.Iterator[Difference]:
    for number, vrf, subnet, *records in raw.odd_history(tx):
        for column, text in zip(("old", "new"), records):
            if not wellformed.is_record(text):
                said = f"Entry {number} of the history: {column} is {shown(text)}, not a JSON object."
                yield Difference("history_unreadable", str(vrf), str(subnet), said)
