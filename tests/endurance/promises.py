# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the journals alone say must be in the ledger, may be, and must not be. The history is not asked."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.tests.endurance.journal import Options, Outcome, Step
from ansible_collections.netledger.ipam.tests.endurance.replay import Place, Row


class Promise(t.NamedTuple):
    """An address that somebody was told to hold; ``expires`` is the end of its lease as text, or None."""

    name: str
    interface: str
    subnet: str
    expires: str | None


class Promises:
    """What the workers of one slot were told, in the order in which they were."""

    def __init__(self, slot: str) -> None:
        self._slot = slot
        self._sure: dict[Place, Promise] = {}
        self._maybe: dict[Place, set[str]] = {}
        """Names that may hold an address because nobody knows whether it was freed."""
        self._open: set[tuple[str, str]] = set()
        """Holders that may have got an address without having been told which."""

    def add(self, step: Step) -> None:
        if step.outcome is Outcome.REFUSED or step.question.task not in ("address", "subnet"):
            return
        if step.question.task == "subnet":
            self._subnet(step)
        elif step.question.absent:
            self._absent(step)
        else:
            self._present(step)

    def broken(self, rows: t.Sequence[Row], now: str) -> t.Iterator[str]:
        """What is not as it was promised. ``rows`` are those of the slot, ``now`` is the time as text."""
        there = {row.place: row.record for row in rows}
        for place, promise in sorted(self._sure.items()):
            record = there.get(place)
            over = promise.expires is not None and promise.expires <= now
            if record is None and not over:
                yield f"{place[1]} of VRF {place[0]} was promised to {promise.name} and is gone"
            elif record and (record["name"], record["interface"]) != (promise.name, promise.interface) and not over:
                yield f"{place[1]} of VRF {place[0]} was promised to {promise.name} and is {record['name']}'s"
        for row in rows:
            if not self._may_be(row, now):
                yield f"{row.address} of VRF {row.vrf} is {row.record['name']}'s, who was not promised it or freed it"

    def _may_be(self, row: Row, now: str) -> bool:
        name, expires = row.record["name"], row.record["expires"]
        promise = self._sure.get(row.place)
        return (
            (promise is not None and promise.name == name)
            or name in self._maybe.get(row.place, ())
            or (row.vrf, name) in self._open
            or (expires is not None and expires <= now)  # over, and not swept away yet
        )

    def _present(self, step: Step) -> None:
        question = step.question
        if question.options.get("force"):
            self._doubt(lambda place, promise: place[0] == question.vrf and promise.name in question.names)
        if step.outcome is Outcome.UNKNOWN:
            self._open |= {(question.vrf, name) for name in question.names}
        else:
            for one in _addresses(step):
                promise = Promise(one["name"], one["interface"], one["subnet"], one["expires"])
                self._sure[question.vrf, one["address"]] = promise

    def _absent(self, step: Step) -> None:
        question, options = step.question, step.question.options
        interface, address = options.get("interface"), options.get("address")

        def meant(place: Place, promise: Promise) -> bool:
            of_name = place[0] == question.vrf and promise.name in question.names
            return of_name and interface in (None, promise.interface) and address in (None, place[1])

        if step.outcome is Outcome.UNKNOWN:
            self._doubt(meant)
            return
        self._forget(meant)
        if interface is None and address is None:
            self._open -= {(question.vrf, name) for name in question.names}
            for place in [place for place in self._maybe if place[0] == question.vrf]:
                self._maybe[place].difference_update(question.names)

    def _subnet(self, step: Step) -> None:
        """Only who removes a subnet by force takes addresses away, and only those of the slot's own subnets."""
        if not step.question.absent:
            return
        if step.outcome is Outcome.UNKNOWN:
            self._doubt(lambda place, promise: promise.subnet.startswith(f"{self._slot}-"))
            return
        gone = {(step.question.vrf, address) for address in _removed(step)}
        self._forget(lambda place, promise: place in gone)

    def _doubt(self, meant: t.Callable[[Place, Promise], bool]) -> None:
        for place, promise in self._forget(meant):
            self._maybe.setdefault(place, set()).add(promise.name)

    def _forget(self, meant: t.Callable[[Place, Promise], bool]) -> list[tuple[Place, Promise]]:
        gone = [(place, promise) for place, promise in self._sure.items() if meant(place, promise)]
        for place, _promise in gone:
            del self._sure[place]
        return gone


def _addresses(step: Step) -> list[Options]:
    return t.cast("list[Options]", (step.answer or {}).get("addresses", []))


def _removed(step: Step) -> list[str]:
    return t.cast("list[str]", (step.answer or {}).get("removed", {}).get("addresses", []))
