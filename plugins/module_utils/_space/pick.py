# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Choosing single free addresses in a window of a subnet, by strategy.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, total
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import cut
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

_PROBES: t.Final = 512  # a miss costs one index probe: as many as are cheaper than reading a nearly full window


def free_ranges(tx: Transaction, subnet: Subnet, window: Range) -> t.Iterator[Range]:
    """The free ranges of a window, cut to it, in order."""
    for free in extent.overlapping(tx, subnet, window):
        piece = free.clip(window)
        if piece:
            yield piece


def peek(
    tx: Transaction, subnet: Subnet, window: Range, count: int, strategy: str, after: int | None = None
) -> list[int]:
    """The ``count`` free addresses that ``take`` would take, or as many as there are; takes none.

    What ``random`` would draw nobody can tell: those are ``count`` other draws.
    """
    if strategy == "random":
        return _sample(tx, subnet, window, count)
    if strategy == "highest":
        pieces = (
            range(piece.last, piece.first - 1, -1)
            for piece in (free.clip(window) for free in extent.overlapping_backwards(tx, subnet, window))
            if piece
        )
        return list(itertools.islice(itertools.chain.from_iterable(pieces), count))
    windows = _rotated(window, after) if strategy == "rotate" else [window]
    ascending = (range(free.first, free.last + 1) for one in windows for free in free_ranges(tx, subnet, one))
    return list(itertools.islice(itertools.chain.from_iterable(ascending), count))


def take(
    tx: Transaction, subnet: Subnet, window: Range, count: int, strategy: str, after: int | None = None
) -> list[int]:
    """Take ``count`` addresses of a window, or as many as there are, out of the free space.

    ``rotate`` goes on behind ``after``, the address that it gave last, and starts again at the end of the window.
    """
    if strategy == "random":
        return _take_random(tx, subnet, window, count)
    if strategy == "highest":
        return _take_highest(tx, subnet, window, count)
    taken: list[int] = []
    for one in _rotated(window, after) if strategy == "rotate" else [window]:
        if len(taken) < count:
            taken += _take_lowest(tx, subnet, one, count - len(taken))
    return taken


def _rotated(window: Range, after: int | None) -> list[Range]:
    if after is None or not window.first <= after < window.last:
        return [window]
    return [Range(after + 1, window.last), Range(window.first, after)]


def _take_lowest(tx: Transaction, subnet: Subnet, window: Range, count: int) -> list[int]:
    """The ranges that are used up stand next to each other, so all of them go with one statement."""
    touched = list(extent.overlapping(tx, subnet, window, limit=count))
    taken: list[int] = []
    used_up: list[Range] = []
    for free in touched:
        first = max(free.first, window.first)
        last = min(free.last, window.last, first + count - len(taken) - 1)
        if last < first:
            break
        taken.extend(range(first, last + 1))
        if Range(first, last) == free:
            used_up.append(free)
        else:
            cut(tx, subnet, free, Range(first, last))
    if used_up:
        extent.delete(tx, subnet, used_up[0].last, used_up[-1].last)
    return taken


def _take_highest(tx: Transaction, subnet: Subnet, window: Range, count: int) -> list[int]:
    """As ``_take_lowest``, from the other end."""
    touched = list(extent.overlapping_backwards(tx, subnet, window, limit=count))
    taken: list[int] = []
    used_up: list[Range] = []
    for free in touched:
        last = min(free.last, window.last)
        first = max(free.first, window.first, last - count + len(taken) + 1)
        if last < first:
            break
        taken.extend(range(last, first - 1, -1))
        if Range(first, last) == free:
            used_up.append(free)
        else:
            cut(tx, subnet, free, Range(first, last))
    if used_up:
        extent.delete(tx, subnet, used_up[-1].last, used_up[0].last)
    return taken


def _take_random(tx: Transaction, subnet: Subnet, window: Range, count: int) -> list[int]:
    taken: list[int] = []
    while len(taken) < count:
        drawn = _draw(tx, subnet, window)
        if drawn is None:
            break
        value, free = drawn
        cut(tx, subnet, free, Range(value, value))
        taken.append(value)
    return taken


def _draw(tx: Transaction, subnet: Subnet, window: Range) -> tuple[int, Range] | None:
    """A free address of the window, each as likely as any other, and the free range that it lies in.

    Addresses of the whole window are drawn until one is free; where that is rare, the free ranges are counted.
    """
    for _probe in range(min(_PROBES, window.size)):
        value = tx.random.randrange(window.first, window.last + 1)
        free = extent.reaching(tx, subnet, value)
        if free and value in free:
            return value, free
    left = total(free_ranges(tx, subnet, window))
    if not left:
        return None
    number = tx.random.randrange(left)
    for free in extent.overlapping(tx, subnet, window):
        piece = free.clip(window)
        size = piece.size if piece else 0
        if piece and number < size:
            return piece.first + number, free
        number -= size
    raise RuntimeError("free ranges changed under the lock")


def _sample(tx: Transaction, subnet: Subnet, window: Range, count: int) -> list[int]:
    """``count`` different free addresses, any set of them as likely as another."""
    found: dict[int, None] = {}
    for _probe in range(count * 4):
        drawn = _draw(tx, subnet, window)
        if drawn is None:
            return []
        found[drawn[0]] = None
        if len(found) == count:
            return list(found)
    # So many draws hit the same few addresses: there are not many more than asked for.
    pieces = list(free_ranges(tx, subnet, window))
    numbers = tx.random.sample(range(total(pieces)), min(count, total(pieces)))
    return [_numbered(pieces, number) for number in numbers]


def _numbered(pieces: list[Range], number: int) -> int:
    for piece in pieces:
        if number < piece.size:
            return piece.first + number
        number -= piece.size
    raise IndexError(number)
