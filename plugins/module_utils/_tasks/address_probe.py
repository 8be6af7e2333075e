# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task address with ``probe``: the network is asked for each new address before somebody gets it.

Nobody waits for the network in a transaction. The task is rehearsed, and the network is asked for what it would give,
until nobody answers at any of that; then it is carried out. Where others were faster meanwhile, so that it would give
other addresses by then, nothing is written, and it goes on with these.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import random
import secrets
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, certain, find, unknown
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import Occupied, Request
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Transact
from ansible_collections.netledger.ipam.plugins.module_utils._wire import probe

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context

MOST: t.Final = 256  # answers to one task: more than that means that something answers for everything
AHEAD: t.Final = 60  # addresses more that are asked for where many tasks want the next ones
_QUESTIONS: t.Final = {"arp": "an ARP request or neighbour solicitation", "ping": "a ping"}


class Unasked(Exception):  # noqa: N818  # no failure: it ends a transaction that must not be committed
    """The task would give addresses for which nobody was asked."""


class Findings(t.NamedTuple):
    """What a task is carried out with: the addresses at which somebody answers."""

    vrf: str
    occupied: tuple[Occupied, ...]


def write_down(tx: Transaction, findings: Findings) -> Result:
    """Let somebody unknown hold what is occupied."""
    places = [(find.around(tx, findings.vrf, one.address), one) for one in findings.occupied]
    for place, one in sorted(((place, one) for place, one in places if place), key=lambda pair: pair[0].id):
        subnet = find.locked(tx, place)
        value = certain.value_in(subnet, one.address)
        unknown.write_down(tx, subnet, value, one.mac, f"Answered {_QUESTIONS[one.probe]}.")
    return {"changed": tx.changed}


def prepare(tx: Transaction, request: Request) -> None:
    """Do before a request what the network made necessary."""
    if request.seed:
        # What is rehearsed is drawn again. Each task has a seed of its own, from the operating system.
        tx.random = random.Random(request.seed)
    if request.occupied:
        write_down(tx, Findings(request.vrf, request.occupied))


def unasked(tx: Transaction, request: Request, result: Result) -> Result:
    """The result with what the network is to be asked for; raises ``Unasked`` where it is too late for that."""
    if request.silent is None:
        return result
    if tx.unasked and request.final:
        raise Unasked
    return {**result, "unasked": tx.unasked, "ahead": _ahead(tx, request) if tx.unasked else []}


def _ahead(tx: Transaction, request: Request) -> list[str]:
    """Addresses that others are about to get, and that this task may come to want in the end."""
    if not request.ahead:
        return []
    found: list[str] = []
    subnets = {subnet.id: subnet for subnet in (find.around(tx, request.vrf, text) for text in tx.unasked) if subnet}
    pools = next((wish.how["pools"] for wish in request.wishes), ())
    for subnet in subnets.values():
        with contextlib.suppress(LedgerError):  # a certain address may come from where there are no pools
            found += [subnet.text(value) for value in addresses.preview(tx, subnet, pools, request.ahead)]
    return found


def around(request: Request, context: Context, transact: Transact) -> Result:
    """Carry out a request, and ask the network in between where it says so."""
    if not request.probe:
        return transact(request)
    has_seed = context.plan is not None and context.plan.seed
    search = _Search(request._replace(silent=frozenset(), seed="" if has_seed else secrets.token_hex(32)), transact)
    while True:
        try:
            result = search.rehearse()
            if context.plan is None:
                search.write_down()
                result = search.carry_out()
        except Unasked:  # noqa: PERF203  # a round takes a second
            continue
        except LedgerError as error:
            if context.plan is None and error.reason != "probe_unavailable":
                search.write_down()
            error.details = {**error.details, "occupied": search.occupied}
            raise
        else:
            return search.with_what_was_found(result)


class _Search:
    """The way to addresses at which nobody answers."""

    def __init__(self, request: Request, transact: Transact) -> None:
        self._request = request
        self._transact = transact
        self._found: dict[str, Occupied] = {}
        self._answers = 0

    @property
    def occupied(self) -> list[Result]:
        return [one._asdict() for one in self._found.values()]

    def rehearse(self) -> Result:
        """What the task would give, once the network was asked for all of it; nothing is written."""
        while True:
            result = self._transact(self._request, dry=True)
            if not result["unasked"]:
                return result
            self._ask(result)

    def write_down(self) -> None:
        """Write down who is unknown, by itself: that stays true where the task fails."""
        if self._request.occupied:
            self._transact(Findings(self._request.vrf, self._request.occupied))
            self._request = self._request._replace(occupied=())

    def carry_out(self) -> Result:
        return self._transact(self._request._replace(final=True))

    def with_what_was_found(self, result: Result) -> Result:
        shown = {name: value for name, value in result.items() if name not in ("unasked", "ahead")}
        warnings = [_warning(one) for one in self._found.values()] + result.get("warnings", [])
        return {**shown, "occupied": self.occupied, "warnings": warnings}

    def _ask(self, result: Result) -> None:
        kind = t.cast(str, self._request.probe)
        asked = list(dict.fromkeys([*result["unasked"], *result["ahead"]]))
        answers = probe.answering(kind, asked)
        # One with the MAC that the task says is the host itself.
        own = {record["address"] for record in result["addresses"] if record["mac"] == answers.get(record["address"])}
        found = [
            Occupied(address, answers[address] or None, kind)
            for address in result["unasked"]
            if address in answers and address not in own
        ]
        self._answers += len(found)
        if self._answers > MOST:
            raise _too_many()
        self._found.update((one.address, one) for one in found)
        self._request = self._request._replace(
            silent=frozenset({*(self._request.silent or ()), *own, *(one for one in asked if one not in answers)}),
            occupied=(*self._request.occupied, *found),
            # If nobody answered and there is more to ask, somebody else was faster; there may be many of them.
            ahead=0 if found else AHEAD,
        )


def _too_many() -> LedgerError:
    return LedgerError(
        "probe_unavailable",
        f"probe: somebody answers at more than {MOST} addresses of this task. Most likely one machine answers for all "
        "of them, as with proxy ARP, and then the network cannot be asked.",
    )


def _warning(one: Occupied) -> str:
    who = f"somebody unknown ({one.mac})" if one.mac else "somebody unknown"
    return f"{one.address} is in use by {who}, who answered {_QUESTIONS[one.probe]}. So nobody gets it."


def repeated(options: Options, result: Result) -> Options:
    """The options with what the network said, so that a dry run need not ask again."""
    return {**options, "occupied": result["occupied"]} if "occupied" in result else options
