# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task import_file: the subnets and addresses of a file are in the ledger.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record, address_record
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import Request as Asked
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import (
    ADDRESSES,
    KINDS,
    SUBNETS,
    Entry,
    Kind,
    failure,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.import_options import (
    ARGUMENTS,
    Request,
    check,
    creates,
    read,
    settled,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.import_places import Places
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result, Task

MOST_FAILURES: t.Final = 1000
_SAID: t.Final = 5  # failures in the message


class Outcome:
    """What became of the rows so far."""

    def __init__(self, failures: t.Iterable[Result]) -> None:
        self.failures = list(failures)
        self.counts = {kind: {"created": 0, "changed": 0, "unchanged": 0} for kind in KINDS}
        self.before: list[Record] = []
        self.after: list[Record] = []

    def add(self, kind: str, before: Record | None, after: Record | None) -> None:
        """Note a subnet or an address as it was and as it is."""
        if before == after:
            self.counts[kind]["unchanged"] += 1
            return
        self.counts[kind]["changed" if before else "created"] += 1
        self.before += [before] if before else []
        self.after += [after] if after else []

    def fail(self, kind: Kind, entry: Entry, key: tuple[str, str], error: LedgerError) -> None:
        """Note a row that cannot be written; what is wrong with the store is no row's fault."""
        if error.reason.startswith("store_"):
            raise error
        self.failures.append(failure(kind, entry.line, key, error))

    @property
    def changed(self) -> bool:
        return bool(self.before or self.after)


def perform(tx: Transaction, request: Request) -> Result:
    outcome = Outcome(request.failures)
    places = Places(tx)
    for entry in sorted(request.subnets, key=_outer_first):
        _write_subnet(tx, entry, places, outcome)
    for group in _groups(filter(None, (_placed(entry, places, outcome) for entry in request.addresses))):
        _write_addresses(tx, group, outcome)
    outcome.failures.sort(key=lambda one: t.cast(int, one["line"]))
    failures = outcome.failures
    if failures and (not request.partial or len(failures) == request.rows):
        raise _failed(request, failures)
    result = {
        "changed": outcome.changed or tx.made,
        "path": request.path,
        "counts": outcome.counts,
        "failures": failures[:MOST_FAILURES],
        "diff": difference(f"rows of {request.path}", _lines(outcome.before), _lines(outcome.after)),
    }
    if failures:
        some = some_of(f"line {one['line']} ({one['reason']})" for one in failures)
        result["warnings"] = [f"{len(failures)} of {request.described} were not written: {some}."]
    return result


def _failed(request: Request, failures: list[Result]) -> LedgerError:
    some = " ".join(f"Line {one['line']}: {one['msg']}" for one in failures[:_SAID])
    more = f" And {len(failures) - _SAID} more." if len(failures) > _SAID else ""
    return LedgerError(
        failures[0]["reason"],
        f"{len(failures)} of {request.described} cannot be written, so nothing was. {some}{more}",
        path=request.path,
        count=len(failures),
        failures=failures[:MOST_FAILURES],
    )


def _lines(records: list[Record]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _outer_first(entry: Entry) -> t.Any:
    """Networks from the outside in, and then those that are to be carved out of them, in the order of the file."""
    network = entry.request.wish.network
    if network is None:
        return 1, entry.line
    return 0, entry.request.wish.vrf, network.version, network.first, network.prefix_length


def _write_subnet(tx: Transaction, entry: Entry, places: Places, outcome: Outcome) -> None:
    wish = entry.request.wish._replace(adopt=True)
    try:
        with tx.savepoint():
            places.refuse_repeated(wish)
            change = subnets.ensure(tx, wish)
    except LedgerError as error:
        outcome.fail(KINDS[SUBNETS], entry, (wish.name or str(wish.network), ""), error)
    else:
        outcome.add(SUBNETS, change.before, change.after)
        places.wrote(t.cast(Subnet, change.subnet), entry.line)


def _placed(entry: Entry, places: Places, outcome: Outcome) -> Entry | None:
    """The row with its subnets; None where it has none, or another row has its place."""
    try:
        return places.placed(entry)
    except LedgerError as error:
        outcome.fail(KINDS[ADDRESSES], entry, entry.key, error)
        return None


def _groups(entries: t.Iterable[Entry]) -> list[list[Entry]]:
    """Rows that one request can ask for: alike but for their wishes, with no holder twice.

    Those that name an address come first, so that those that do not take none of these. Then they come in the order of
    their subnets, in which these are locked.
    """
    groups: dict[t.Any, list[Entry]] = {}
    times: dict[t.Any, int] = {}
    for entry in entries:
        asked: Asked = entry.request
        alike = (asked.wishes[0].address is None, entry.places, asked.force)
        times[alike, entry.key] = turn = times.get((alike, entry.key), 0) + 1
        groups.setdefault((alike[0], turn, *alike[1:]), []).append(entry)
    return [groups[key] for key in sorted(groups)]


def _write_addresses(tx: Transaction, group: list[Entry], outcome: Outcome) -> None:
    """Write the rows at once; where one of them is wrong for all, halve until it is found."""
    try:
        with tx.savepoint():
            changes, failures = address.served(tx, _together(group))
    except LedgerError as error:
        if len(group) == 1:
            outcome.fail(KINDS[ADDRESSES], group[0], group[0].key, error)
            return
        middle = len(group) // 2
        _write_addresses(tx, group[:middle], outcome)
        _write_addresses(tx, group[middle:], outcome)
        return
    for change in changes:
        before, after = (one and address_record(change.subnet, one) for one in (change.before, change.after))
        outcome.add(ADDRESSES, before, after)
    lines = {entry.key: entry.line for entry in group}
    outcome.failures += [{**one, "line": lines[one["name"], one["interface"]]} for one in failures]


def _together(group: list[Entry]) -> Asked:
    first: Asked = group[0].request
    wishes = [wish for entry in group for wish in entry.request.wishes]
    return first._replace(wishes=wishes, single=False, partial=len(group) > 1)


TASK: t.Final = Task("import_file", ARGUMENTS, read, perform, creates=creates, settled=settled, check=check)
