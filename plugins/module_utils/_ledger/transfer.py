# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole ledger from one store to another, of whatever kinds they are.

Rows are copied as they are; only the numbers of VRFs, subnets and entries are made anew, because engines number them
by themselves. Subnets apart, of which a few bytes each are kept, memory holds one portion of rows at a time.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history, portions, vrf
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

STEP: t.Final = 10_000  # rows between two reports of progress
TABLES: t.Final = ("vrf", "subnet", *portions.PARTS, "history")

_NUMBER_DIGITS: t.Final = 8  # of a subnet, at the start of a run key
_as_json: t.Final = json.JSONEncoder(default=repr).encode  # a row broken by hand may hold what is no JSON
_NOT_CONTENT: t.Final = ("id", "subnet_id", "rev")  # numbers of rows, and counters of locks

Tell = t.Callable[[str, int, int], None]
"""Is told a table, how many of its rows are copied, and how many there are."""
Numbers = t.Mapping[int, int]
"""The number of a row in the target by its number in the source."""
T = t.TypeVar("T")


def _silent(table: str, done: int, total: int) -> None:
    pass


def is_empty(tx: Transaction) -> bool:
    """Whether the ledger has no subnets, nothing in any and no history."""
    return portions.first_filled(tx) is None


def clear(tx: Transaction) -> None:
    """Remove all that is in the ledger, its history and its settings too, while nobody else can write into it."""
    portions.lock(tx, "vrf", "subnet")
    portions.delete_all(tx)
    history.set_retention(tx, None)


def copy(source: Transaction, target: Transaction, tell: Tell = _silent) -> dict[str, int]:
    """Fill an empty ledger with all that another one holds, and return how many rows of each table that was.

    Raises ``store_not_empty`` where something is in the target, and ``ledger_inconsistent`` where rows of the source
    belong to nothing.
    """
    progress = _Progress({table: portions.count(source, table) for table in TABLES}, tell)
    # The row of the settings first: of two copies into one store the second waits there and finds the store filled.
    history.set_retention(target, history.retention(source))
    portions.lock(target, "vrf")
    filled = portions.first_filled(target)
    if filled:
        raise _not_empty(filled)
    vrfs = _copy_vrfs(source, target, progress)
    subnets = _copy_subnets(source, target, vrfs, progress)
    for table in portions.PARTS:
        _copy_parts(source, target, table, vrfs, subnets, progress)
    _copy_history(source, target, progress)
    progress.check()
    return progress.done


def fingerprint(tx: Transaction) -> str:
    """A digest of all that the ledger holds, the same for equal ledgers in stores of different kinds.

    It goes by names instead of the numbers of rows; entries of the history count in the order of their numbers.
    """
    vrfs = dict(portions.vrfs(tx))
    names = _names(tx, vrfs)
    of_subnets = dict.fromkeys(names, b"")
    for table in ("subnet", *portions.PARTS):
        for number, content in _contents(tx, table, vrfs, names):
            of_subnets[number] = _chained(of_subnets[number], [table, *content])
    digest = _chained(b"", [history.retention(tx)])
    for number in sorted(names, key=names.__getitem__):
        digest = _chained(digest, [of_subnets[number].hex()])
    for entries in portions.numbered(tx, "history"):
        for entry in entries:
            digest = _chained(digest, entry[1:])
    return digest.hex()


class _Progress:
    """How many rows are copied of how many."""

    def __init__(self, totals: dict[str, int], tell: Tell) -> None:
        self.done = dict.fromkeys(totals, 0)
        self._totals = totals
        self._tell = tell

    def add(self, table: str, rows: int) -> None:
        before = self.done[table]
        self.done[table] += rows
        if self.done[table] // STEP > before // STEP:
            self._tell(table, self.done[table], self._totals[table])

    def check(self) -> None:
        for table, total in self._totals.items():
            if self.done[table] != total:
                raise _inconsistent(f"of {total} rows of table {table} only {self.done[table]} could be found again.")


def _not_empty(table: str) -> LedgerError:
    return LedgerError(
        "store_not_empty",
        f"The store to copy into is not empty: its table {table} has rows. A copy never mixes two ledgers, so it fills "
        "only a store with nothing in it. Give one that is not there yet, or an empty one.",
    )


def _inconsistent(text: str) -> LedgerError:
    return LedgerError(
        "ledger_inconsistent",
        f"The ledger breaks its own rules: {text} Nothing was changed. To see all that is wrong, run "
        "netledger.ipam.store with verify: true on it.",
    )


def _known(numbers: t.Mapping[int, T], number: t.Any, table: str, what: str) -> T:
    """What stands for the subnet or the VRF of that number, to which a row of a table belongs."""
    try:
        return numbers[number]
    except KeyError:
        raise _inconsistent(f"table {table} has a row of {what} {shown(number)}, which is not there.") from None


def _copy_vrfs(source: Transaction, target: Transaction, progress: _Progress) -> Numbers:
    numbers = {}
    for number, name in portions.vrfs(source):
        there = vrf.number(target, name)
        numbers[number] = vrf.insert(target, name) if there is None else there
        progress.add("vrf", 1)
    return numbers


def _copy_subnets(source: Transaction, target: Transaction, vrfs: Numbers, progress: _Progress) -> Numbers:
    """Copy the subnets that lie in none, then those that lie in these, and so on: each needs its parent's number."""
    total = portions.count(source, "subnet")
    numbers: dict[int, int] = {}
    while len(numbers) < total:
        copied = _copy_generation(source, target, vrfs, numbers, progress)
        if not copied:
            raise _inconsistent(f"the parents of {total - len(numbers)} subnets are not there.")
        for number, vrf_id, name in portions.subnet_numbers(target, max(numbers.values(), default=0)):
            if (vrf_id, name) not in copied:  # made by somebody else since, in a VRF that was not there to be locked
                raise _not_empty("subnet")
            numbers[copied[vrf_id, name]] = number
    return numbers


def _copy_generation(
    source: Transaction, target: Transaction, vrfs: Numbers, before: Numbers, progress: _Progress
) -> dict[tuple[int, str], int]:
    """Copy the subnets whose parents were copied ``before``; their old numbers by new VRF and name."""
    columns = portions.NUMBERED["subnet"]
    copied = {}
    for rows in portions.numbered(source, "subnet"):
        new = []
        for values in rows:
            row = dict(zip(columns, values))
            number, parent = row.pop("id"), row["parent_id"]
            if number in before or (parent and parent not in before):
                continue
            row["parent_id"] = before[parent] if parent else 0
            row["vrf_id"] = _known(vrfs, row["vrf_id"], "subnet", "VRF")
            copied[row["vrf_id"], row["name"]] = number
            new.append(tuple(row.values()))
        portions.insert(target, "subnet", columns[1:], new)
        progress.add("subnet", len(new))
    return copied


def _copy_parts(
    source: Transaction, target: Transaction, table: str, vrfs: Numbers, subnets: Numbers, progress: _Progress
) -> None:
    columns = portions.PARTS[table]
    for rows in portions.parts(source, table):
        new = []
        for values in rows:
            row = dict(zip(columns, values))
            number = row["subnet_id"] = _known(subnets, row["subnet_id"], table, "subnet")
            if "vrf_id" in row:
                row["vrf_id"] = _known(vrfs, row["vrf_id"], table, "VRF")
            if "run_key" in row:
                row["run_key"] = f"{number:08x}{str(row['run_key'])[_NUMBER_DIGITS:]}"
            new.append(tuple(row.values()))
        portions.insert(target, table, columns, new)
        progress.add(table, len(new))


def _copy_history(source: Transaction, target: Transaction, progress: _Progress) -> None:
    """Copy the entries in the order in which they were written, so that the target numbers them in that order too."""
    columns = portions.NUMBERED["history"]
    for entries in portions.numbered(source, "history"):
        portions.insert(target, "history", columns[1:], [entry[1:] for entry in entries])
        progress.add("history", len(entries))


def _names(tx: Transaction, vrfs: t.Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """VRF and name of each subnet by its number."""
    return {
        number: (_known(vrfs, vrf_id, "subnet", "VRF"), name) for number, vrf_id, name in portions.subnet_numbers(tx, 0)
    }


def _contents(
    tx: Transaction, table: str, vrfs: t.Mapping[int, str], names: t.Mapping[int, tuple[str, str]]
) -> t.Iterator[tuple[int, list[t.Any]]]:
    """Every row of a table that belongs to subnets: the number of its subnet, and its content by names."""
    columns = portions.NUMBERED[table] if table in portions.NUMBERED else portions.PARTS[table]
    for rows in portions.numbered(tx, table) if table in portions.NUMBERED else portions.parts(tx, table):
        for values in rows:
            row = dict(zip(columns, values))
            _known(names, values[0], table, "subnet")
            if "vrf_id" in row:
                row["vrf_id"] = _known(vrfs, row["vrf_id"], table, "VRF")
            if row.get("parent_id"):
                row["parent_id"] = _known(names, row["parent_id"], table, "subnet")
            if "run_key" in row:
                row["run_key"] = str(row["run_key"])[_NUMBER_DIGITS:]
            yield values[0], [value for column, value in row.items() if column not in _NOT_CONTENT]


def _chained(digest: bytes, content: t.Sequence[t.Any]) -> bytes:
    """The digest of a row and all that came before it."""
    return hashlib.sha256(digest + _as_json(content).encode()).digest()
