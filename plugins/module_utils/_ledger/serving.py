# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of giving addresses: the same key always gets the same address, and no address gets two holders.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, first_of, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import certain, holds, pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.exhaustion import exhausted
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Key, Request
from ansible_collections.netledger.ipam.plugins.module_utils._space import pick
from ansible_collections.netledger.ipam.plugins.module_utils._space.extents import give_back, take
from ansible_collections.netledger.ipam.plugins.module_utils._space.runs import alignment, lowest_run
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Lacking = tuple[Request, int]


class Serving:
    """Requests to one locked subnet on their way, step by step.

    By key: ``changes`` of those that were met, and for the others in ``lacking`` why nothing free was found. ``given``
    has the addresses, by value, whose rows are still to be made.
    """

    def __init__(
        self,
        tx: Transaction,
        subnet: Subnet,
        requests: t.Sequence[Request],
        named: t.Mapping[Key, list[int]],
        present: list[Pool],
    ) -> None:
        """Begin with the certain addresses that requests name, and the pools that the subnet has."""
        self._tx = tx
        self._subnet = subnet
        self._pools = present
        self._requests = requests
        self._named = named
        self._leaving: dict[Key, list[Address]] = {}
        self._staying: dict[Key, list[Address]] = {}
        self.changes: dict[Key, list[Change]] = {}
        self.lacking: dict[Key, LedgerError] = {}
        self.given: dict[int, Address] = {}

    def keep_present(self, *, force: bool) -> bool:
        """Serve those who hold addresses already: they keep them, with new notes, or leave them for what they name.

        What they leave is free then for each other to take. Returns whether there are such.
        """
        present = self._present()
        refused: dict[Key, LedgerError] = {}
        for request in (one for one in self._requests if present.get(one.key)):
            held = present[request.key]
            kept = self._kept(request, held)
            # A certain address is asked for by itself: the others under the key are not its business, unless it moves.
            by_itself = bool(kept and request.key in self._named)
            if not kept and len(self._live(held)) < request.beside:
                self._staying[request.key] = held
                continue
            gone = [] if by_itself else [one for one in held if one not in kept]
            if not force and not all(one.expired(self._tx.now) for one in gone):
                refused[request.key] = self._differs(request, held)
                continue
            left = self._leave(request, gone)
            if kept:
                self._note(request, kept, left)
            elif left:
                self._leaving[request.key] = left
        if refused:
            raise first_of(refused)
        return any(present.values())

    def give_certain(self) -> None:
        """Give the addresses that requests name, or with a fallback leave it to another one."""
        refused: dict[Key, LedgerError] = {}
        for request in self._requests:
            values = self._named.get(request.key)
            if values and request.key not in self.changes:
                waiting = self._waiting(request)
                taken = self._take_certain(request, values)
                if isinstance(taken, LedgerError):
                    refused[request.key] = taken
                elif taken is not None:
                    self._give(request, [taken], comes_back=taken in waiting)
        if refused:
            raise first_of(refused)

    def _waiting(self, request: Request) -> list[int]:
        """What waits for the request; looked for only where new addresses are to be told from those that come back."""
        if request.silent is None:
            return []
        return holds.waiting(self._tx, self._subnet, request.key, [self._subnet.network.range])

    def give_back(self) -> None:
        """Give back to holders what waits for them in the pools that they ask for."""
        for request, lacking in self._lacking():
            if not _wants_run(request):
                windows = [pool.span for pool in pools.among(self._subnet, self._pools, request.pools)]
                waiting = holds.reclaim(self._tx, self._subnet, request.key, windows, lacking)
                self._give(request, waiting, comes_back=True)

    def give_any(self) -> None:
        """Give each request that lacks addresses free ones of its pools."""
        shares: dict[tuple[tuple[str, ...], str | None], list[Lacking]] = {}
        for request, lacking in self._lacking():
            if _wants_run(request):
                self._give_run(request, pools.among(self._subnet, self._pools, request.pools))
            else:
                shares.setdefault((request.pools, request.any.strategy), []).append((request, lacking))
        for (names, strategy), share in shares.items():
            self._share(share, pools.among(self._subnet, self._pools, names), strategy)

    def _lacking(self) -> list[Lacking]:
        """The requests that lack addresses, and how many."""
        left: list[Lacking] = []
        for request in self._requests:
            changes = self.changes.get(request.key)
            got = sum(change.after is not None for change in changes) if changes else 0
            wanted = request.amount or max(got, 1)
            if got < wanted:
                left.append((request, wanted - got))
        return left

    def _present(self) -> dict[Key, list[Address]]:
        requests = self._requests
        if len(requests) > 1:
            return address.of_holders(self._tx, self._subnet, sorted({request.name for request in requests}))
        return {request.key: address.of_holder(self._tx, self._subnet, *request.key) for request in requests}

    def _kept(self, request: Request, held: list[Address]) -> list[Address]:
        """Those of the held addresses that fit the request."""
        named = self._named.get(request.key)
        if named:
            there = [one for one in held if one.value in named]
            return there or (held if request.fallback else [])
        if _wants_run(request):
            fitting = (some for some in (held, self._live(held)) if some and _is_run(request, some))
            return next(fitting, [])
        # What is over comes back as far as the others leave room.
        chosen = sorted(held, key=lambda one: one.expired(self._tx.now))[: request.amount]
        return [one for one in held if one in chosen]

    def _live(self, held: list[Address]) -> list[Address]:
        return [one for one in held if not one.expired(self._tx.now)]

    def _note(self, request: Request, kept: list[Address], gone: list[Address]) -> None:
        noted = [(one, request.noted(one, self._tx.now)) for one in kept]
        for before, after in noted:
            if after != before:
                address.update(self._tx, self._subnet, after)
        changes = [Change(self._subnet, before, after) for before, after in noted]
        self.changes[request.key] = changes + [Change(self._subnet, one, None) for one in gone]

    def _differs(self, request: Request, held: list[Address]) -> LedgerError:
        texts = [self._subnet.text(one.value) for one in self._live(held)]
        if request.amount:
            run = "one after the other" if request.contiguous else "addresses"
            wanted, way_out = f"{request.amount} {run}", "Set force: true to give up what does not fit."
        else:
            wanted = request.address or f"what strategy {request.strategy} gives"
            way_out = "Set force: true to move it, or give another interface to have both."
        return LedgerError(
            "address_differs",
            f"{held[0].holder} holds {some_of(texts)} in subnet '{self._subnet.name}', not {wanted}. {way_out}",
            address=texts[0],
        )

    def _take_certain(self, request: Request, values: list[int]) -> int | LedgerError | None:
        """Take one of the addresses, or say why not; None where another one will do."""
        try:
            return certain.take_first(self._tx, self._subnet, request, values, self.given)
        except LedgerError as error:
            if error.reason not in certain.TAKEN:
                raise
            return None if request.fallback else error

    def _leave(self, request: Request, gone: list[Address]) -> list[Address]:
        """Take addresses from their holder, and return those that it still held."""
        over = [one for one in gone if one.expired(self._tx.now)]
        holds.lapse(self._tx, self._subnet, over)
        left = [one for one in gone if one not in over]
        for one in left:
            address.delete(self._tx, self._subnet, one.value)
            if _wants_run(request):
                holds.free(self._tx, self._subnet, one.value)  # until its place is found: it may lie in it again
            else:
                holds.retire(self._tx, self._subnet, one)
        return left

    def _give(self, request: Request, values: t.Sequence[int], *, comes_back: bool = False) -> None:
        """Write down that the request got these addresses too; who moved takes the notes along.

        Of a run that moved, what it covers again stays what it was. What comes back from a hold is no new address: who
        answers there is most likely the holder.
        """
        if not values:
            return
        key = request.key
        changes = self.changes.setdefault(key, [])
        leaving = {one.value: one for one in self._leaving.pop(key, ())}
        left = iter([one for one in leaving.values() if one.value not in values])
        for ordinal, value in enumerate(values, self._next_ordinal(key)):
            held = leaving.get(value) or next(left, None)
            new = held._replace(value=value) if held else Address(value, *key)
            self.given[value] = after = request.noted(new, self._tx.now, ordinal)
            changes.append(Change(self._subnet, held, after))
            if request.silent is not None and not comes_back and value not in leaving:
                self._note_unasked(value, request.silent)
        changes += [Change(self._subnet, held, None) for held in left]

    def _next_ordinal(self, key: Key) -> int:
        """The number of the next address under the key; not that of a gap: they stay in the order of their coming."""
        present = [one.after for one in self.changes[key] if one.after] or self._staying.get(key)
        return max(one.ordinal for one in present) + 1 if present else 0

    def _note_unasked(self, value: int, silent: frozenset[str]) -> None:
        text = self._subnet.text(value)
        if text not in silent:
            self._tx.unasked.append(text)

    def _give_run(self, request: Request, chosen: t.Sequence[Pool]) -> None:
        size = t.cast(int, request.amount)
        run = self._take_run(chosen, size, align=request.align)
        if run is None:
            some = f"no {'aligned ' if request.align else ''}run of {size} free addresses"
            self.lacking[request.key] = exhausted(self._tx, self._subnet, chosen, some)
            return
        for one in self._leaving.get(request.key, ()):
            if one.value not in run and take(self._tx, self._subnet, Range(one.value, one.value)):
                holds.retire(self._tx, self._subnet, one)
        self._give(request, run)

    def _take_run(self, chosen: t.Sequence[Pool], size: int, *, align: bool) -> range | None:
        while True:
            for pool in chosen:
                run = lowest_run(self._tx, self._subnet, pool.span, size, align=align)
                if run:
                    take(self._tx, self._subnet, run)
                    return range(run.first, run.last + 1)
            if not holds.reap(self._tx, self._subnet):
                return None

    def _share(self, share: t.Sequence[Lacking], chosen: t.Sequence[Pool], strategy: str | None) -> None:
        """Take what all the requests lack in one go, and hand it out in their order."""
        asked = sum(count for _request, count in share)
        taken = self._take_any(chosen, strategy, asked)
        given = 0
        failure: LedgerError | None = None
        for request, count in share:
            mine = taken[given : given + count]
            if len(mine) == count:
                self._give(request, mine)
                given += count
            else:
                failure = failure or self._too_few(chosen, asked, len(taken))
                self.lacking[request.key] = failure
        for value in taken[given:]:
            give_back(self._tx, self._subnet, Range(value, value))

    def _too_few(self, chosen: t.Sequence[Pool], asked: int, found: int) -> LedgerError:
        few = f"only {found} of the {asked} addresses asked for are free" if found else "no free address"
        return exhausted(self._tx, self._subnet, chosen, few)

    def _take_any(self, chosen: t.Sequence[Pool], strategy: str | None, count: int) -> list[int]:
        """Take free addresses pool by pool, and what has ended meanwhile where these do not suffice."""
        taken: list[int] = []
        while True:
            for pool in chosen:
                if len(taken) < count:
                    how = strategy or pools.strategy(self._subnet, pool)
                    taken += self._take_from(pool, how, count - len(taken))
            if len(taken) == count or not holds.reap(self._tx, self._subnet):
                return taken

    def _take_from(self, pool: Pool, strategy: str, count: int) -> list[int]:
        if strategy != "rotate":
            return pick.take(self._tx, self._subnet, pool.span, count, strategy)
        last = pool_rows.rotated(self._tx, self._subnet, pool.name)
        taken = pick.take(self._tx, self._subnet, pool.span, count, strategy, last)
        if taken:
            pool_rows.set_rotated(self._tx, self._subnet, pool.name, taken[-1])
        return taken


def _wants_run(request: Request) -> bool:
    return request.contiguous and request.amount is not None


def _is_run(request: Request, held: list[Address]) -> bool:
    values = [one.value for one in held]
    first, count = min(values), t.cast(int, request.amount)
    aligned = not request.align or first % alignment(count) == 0
    return aligned and sorted(values) == list(range(first, first + count))
