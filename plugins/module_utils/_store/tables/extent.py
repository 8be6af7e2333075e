# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on the table of free space: maximal free ranges of each subnet.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import WIDTH, from_key
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_CLASSES: t.Final = 8  # size classes that are looked into at once
_FIRST: t.Final = 2  # free ranges of each of them
# The key is selected so that a server is asked for what comes behind the last row, and not once more for all before it.
_BETWEEN: t.Final = "SELECT run_key, first, last FROM extent WHERE run_key BETWEEN ? AND ? ORDER BY run_key"
_OF_CLASSES: t.Final = " UNION ALL ".join(
    f"SELECT run_key, first, last FROM ({_BETWEEN} LIMIT {limit}) c{number}"
    for number, limit in enumerate([_FIRST] * _CLASSES + [1])
)


def reaching(tx: Transaction, subnet: Subnet, value: int) -> Range | None:
    """The first free range that ends at the address or after it."""
    row = tx.one(
        "SELECT first, last FROM extent WHERE subnet_id = ? AND last >= ? ORDER BY last LIMIT 1",
        subnet.id,
        subnet.key(value),
    )
    return Range(from_key(row[0]), from_key(row[1])) if row else None


def ending_at(tx: Transaction, subnet: Subnet, value: int) -> Range | None:
    """The free range whose last address this is."""
    row = tx.one("SELECT first FROM extent WHERE subnet_id = ? AND last = ?", subnet.id, subnet.key(value))
    return Range(from_key(row[0]), value) if row else None


def overlapping(tx: Transaction, subnet: Subnet, window: Range, limit: int | None = None) -> t.Iterator[Range]:
    """The free ranges that have addresses in the window, whole, in order."""
    rows = tx.each(
        "SELECT first, last FROM extent WHERE subnet_id = ? AND last >= ? ORDER BY last",
        subnet.id,
        subnet.key(window.first),
        limit=limit,
    )
    for first, last in rows:
        span = Range(from_key(first), from_key(last))
        if span.first > window.last:
            return
        yield span


def overlapping_backwards(
    tx: Transaction, subnet: Subnet, window: Range, limit: int | None = None
) -> t.Iterator[Range]:
    """The same ranges from the last to the first."""
    last = reaching(tx, subnet, window.last)
    if last and last.first <= window.last:
        yield last
    rows = tx.each(
        "SELECT first, last FROM extent WHERE subnet_id = ? AND last >= ? AND last < ? ORDER BY last DESC",
        subnet.id,
        subnet.key(window.first),
        subnet.key(window.last),
        limit=limit,
    )
    for first, end in rows:
        yield Range(from_key(first), from_key(end))


def by_class(tx: Transaction, subnet: Subnet, size_class: int, window: Range) -> t.Iterator[t.Iterator[Range]]:
    """For each size class from this one on the free ranges that have addresses in the window, whole, in order.

    Most classes are done with after their first range, so several classes are looked into at once: a server is asked
    a few times, however the free space is scattered.
    """
    following: int | None = size_class
    while following is not None:
        found, following = _first_ones(tx, subnet, range(following, following + _CLASSES), window)
        for number, ranges in found.items():
            more = _after(tx, subnet, number, ranges[-1]) if len(ranges) == _FIRST else ()
            yield itertools.takewhile(lambda free: free.first <= window.last, itertools.chain(ranges, more))


def _first_ones(
    tx: Transaction, subnet: Subnet, classes: range, window: Range
) -> tuple[dict[int, list[Range]], int | None]:
    """Of each class the first ranges that do not end before the window, and the next class after these that has any."""
    number, start = f"{subnet.id:08x}", subnet.key(window.first)
    bounds = [(f"{number}{one:02x}{start}", f"{number}{one:02x}g") for one in classes]
    rows = tx.all(_OF_CLASSES, *itertools.chain(*bounds), f"{number}{classes.stop:02x}", f"{number}g")
    found: dict[int, list[Range]] = {}
    for key, first, last in sorted(rows):
        found.setdefault(int(key[8:10], 16), []).append(Range(from_key(first), from_key(last)))
    following = next((one for one in found if one not in classes), None)
    if following is not None:
        del found[following]
    return found, following


def _after(tx: Transaction, subnet: Subnet, size_class: int, free: Range) -> t.Iterator[Range]:
    """The free ranges of a size class after one of them, in order; looked up when the first one is asked for."""
    number = f"{subnet.id:08x}{size_class:02x}"
    yield from _between(tx, f"{number}{subnet.key(free.last)}g", f"{number}g")


def at_least(tx: Transaction, subnet: Subnet, size: int) -> t.Iterator[Range]:
    """The free ranges of the size classes that can hold ``size`` addresses (a power of two), the small ones first."""
    number = f"{subnet.id:08x}"
    return _between(tx, f"{number}{size.bit_length() - 1:02x}", f"{number}g")


def _between(tx: Transaction, low: str, high: str) -> t.Iterator[Range]:
    for _key, first, last in tx.each(_BETWEEN, low, high):
        yield Range(from_key(first), from_key(last))


def insert(tx: Transaction, subnet: Subnet, spans: t.Iterable[Range]) -> None:
    tx.many(
        "INSERT INTO extent (subnet_id, first, last, run_key) VALUES (?, ?, ?, ?)",
        [(subnet.id, *row) for row in as_rows(subnet, spans)],
    )


def move_first(tx: Transaction, subnet: Subnet, free: Range, to: int) -> None:
    """Give a free range another first address."""
    span, where = Range(to, free.last), "WHERE subnet_id = ? AND last = ?"
    if size_class(span) == size_class(free):
        # Most often so: an index that is not named is not written.
        tx.execute(f"UPDATE extent SET first = ? {where}", subnet.key(to), subnet.id, subnet.key(free.last))
    else:
        ((first, last, run_key),) = as_rows(subnet, [span])
        tx.execute(f"UPDATE extent SET first = ?, run_key = ? {where}", first, run_key, subnet.id, last)


def delete(tx: Transaction, subnet: Subnet, first_last: int, last_last: int) -> None:
    """Remove the free ranges whose last addresses lie between the two."""
    tx.execute(
        "DELETE FROM extent WHERE subnet_id = ? AND last BETWEEN ? AND ?",
        subnet.id,
        subnet.key(first_last),
        subnet.key(last_last),
    )


def as_rows(subnet: Subnet, spans: t.Iterable[Range]) -> t.Iterator[tuple[str, str, str]]:
    """Free ranges of a subnet as they are stored: first, last, and the run key of subnet, size class and last."""
    digits, number = WIDTH[subnet.version], f"{subnet.id:08x}"
    for first, last in spans:
        key = f"{last:0{digits}x}"
        yield f"{first:0{digits}x}", key, f"{number}{size_class(Range(first, last)):02x}{key}"


def size_class(span: Range) -> int:
    """Class n holds sizes from 2^n to 2^(n+1) - 1."""
    return span.size.bit_length() - 1
