# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address with ``probe``: the network is asked for each new address before somebody gets it.

Nobody waits for the network under a lock. What a task is about to get is first its own and tentative, so that no other
takes it meanwhile; then the network is asked; then the address is given for good, or somebody unknown has it and the
task looks further. A process that dies in between leaves tentative addresses: the next task under that key asks again.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import certain, find, tentative
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import TENTATIVE
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import Occupied, Request
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Transact
from ansible_collections.netledger.ipam.plugins.module_utils._wire import probe

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context

_QUESTIONS: t.Final = {"arp": "an ARP request or neighbour solicitation", "ping": "a ping"}


class Settlement(t.NamedTuple):
    """What is known of addresses by now: somebody unknown has the ``occupied``, nobody wants the ``unwanted``."""

    vrf: str
    occupied: tuple[Occupied, ...] = ()
    unwanted: tuple[Result, ...] = ()


def settle(tx: Transaction, settlement: Settlement) -> Result:
    """Write down what is known; what somebody else holds for good by now is left as it is."""
    about = {one.address: one for one in settlement.occupied}
    records = {str(record["address"]): record for record in settlement.unwanted}
    places = [(find.around(tx, settlement.vrf, text), text) for text in (*about, *records)]
    changed = False
    for subnet, text in sorted(((place, text) for place, text in places if place), key=lambda pair: pair[0].id):
        subnet = find.locked(tx, subnet)
        value = certain.value_in(subnet, text)
        if text in about:
            said = about[text]
            changed |= tentative.write_down(tx, subnet, value, said.mac, f"Answered {_QUESTIONS[said.probe]}.")
            continue
        held = rows.at(tx, subnet, value)
        key = records[text]["name"], records[text]["interface"]
        if held and held.status == TENTATIVE and (held.name, held.interface) == key:
            tentative.withdraw(tx, subnet, held)
    return {"changed": changed}


def around(request: Request, context: Context, transact: Transact) -> Result:
    """Carry out a request, and ask the network in between where it says so."""
    if not request.probe:
        return transact(request)
    search = _Search(request, request.probe, transact)
    if context.plan is not None:
        return search.with_what_was_found(search.rehearse(to_the_end=True))
    try:
        search.rehearse(to_the_end=request.is_certain)
    except LedgerError:
        search.settle()
        raise
    return search.with_what_was_found(search.carry_out())


class _Search:
    """The way to addresses at which nobody answers."""

    def __init__(self, request: Request, kind: str, transact: Transact) -> None:
        self._request = request._replace(silent=frozenset())
        self._kind = kind
        self._transact = transact
        self._silent: frozenset[str] = frozenset()
        self._occupied: list[Occupied] = []
        self._warnings: list[str] = []

    def rehearse(self, *, to_the_end: bool) -> Result:
        """What the task would get; nothing is written.

        For certain addresses, and in check mode, the network is asked already here. Otherwise it is only made sure that
        it can be asked: of many tasks at once, each would ask for the same addresses.
        """
        while True:
            result = self._transact(self._request._replace(silent=self._silent), dry=True)
            fresh = _tentative(result)
            if not fresh:
                return result
            if not to_the_end:
                probe.require(self._kind, [record["address"] for record in fresh])
                return result
            self._ask(fresh)

    def carry_out(self) -> Result:
        """Take addresses until nobody answers at any of them; where that fails, none of them is kept."""
        fresh: list[Result] = []
        try:
            while True:
                self.settle(fresh)
                result = self._take()
                fresh = _tentative(result)
                self._ask(fresh)
                if fresh and not self._request.occupied:
                    # All are given in one transaction, once nobody answers at any of them.
                    result = self._take(self._silent)
                    fresh = _tentative(result)
                if not fresh:
                    return result
        except BaseException:
            with contextlib.suppress(LedgerError):  # what stays tentative is asked for again by the next task
                self.settle(fresh)
            raise

    def settle(self, unwanted: t.Sequence[Result] = ()) -> None:
        """Write down who is unknown, by itself: that stays true where the task fails."""
        if self._request.occupied or unwanted:
            self._transact(Settlement(self._request.vrf, self._request.occupied, tuple(unwanted)))
            self._request = self._request._replace(occupied=())

    def with_what_was_found(self, result: Result) -> Result:
        said = [_warning(one) for one in self._occupied]
        warnings = list(dict.fromkeys([*said, *self._warnings, *result.get("warnings", [])]))
        return {**result, "occupied": [one._asdict() for one in self._occupied], "warnings": warnings}

    def _take(self, silent: frozenset[str] = frozenset()) -> Result:
        result = self._transact(self._request._replace(silent=silent))
        self._warnings += result.get("warnings", [])
        return result

    def _ask(self, fresh: t.Sequence[Result]) -> None:
        records = [record for record in fresh if record["address"] not in self._silent]
        answers = probe.answering(self._kind, [record["address"] for record in records]) if records else {}
        # One with the MAC that the task says is the host itself.
        occupied = tuple(
            Occupied(record["address"], record["subnet"], answers[record["address"]] or None, self._kind)
            for record in records
            if record["address"] in answers and record["mac"] != answers[record["address"]]
        )
        self._silent |= {record["address"] for record in records} - {one.address for one in occupied}
        self._occupied += occupied
        self._request = self._request._replace(occupied=(*self._request.occupied, *occupied))


def _warning(one: Occupied) -> str:
    who = f"somebody unknown ({one.mac})" if one.mac else "somebody unknown"
    return (
        f"{one.address} in subnet '{one.subnet}' is in use by {who}, who answered {_QUESTIONS[one.probe]}. "
        f"From now on it is held by '{tentative.UNKNOWN}'."
    )


def _tentative(result: Result) -> list[Result]:
    return [record for record in result["addresses"] if record["status"] == TENTATIVE]


def repeated(options: Options, result: Result) -> Options:
    """The options with what the network said, so that a dry run need not ask again."""
    return {**options, "occupied": result["occupied"]} if "occupied" in result else options
