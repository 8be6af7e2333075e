# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history against the journals: each entry has a question that explains it, each answer stands in it.

Each question is an actor of its own. So an entry names the one question that may have made it, and of a question that
was refused there must be none. Holders belong to one slot, whose workers ask one after the other: the state of a holder
after a question is what the entries up to that question leave.
"""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import format_time
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.facts import Record
from ansible_collections.netledger.ipam.tests.endurance.journal import Options, Outcome, Step
from ansible_collections.netledger.ipam.tests.endurance.replay import Entry, Place

Asked = t.Mapping[str, t.Sequence[Step]]
"""The steps of each slot."""


class _Event(t.NamedTuple):
    """What an entry means for a holder: the address that goes and what comes, and which step of its slot made it.

    ``position`` is None where somebody else swept away what was over.
    """

    position: int | None
    gone: str | None
    record: Record | None
    entry: Entry


def unexplained(asked: Asked, entries: t.Sequence[Entry], end: str) -> list[str]:
    """Entries that no question explains, and answers that do not stand in the history; ``end`` is the time as text."""
    steps = {step.actor: step for steps in asked.values() for step in steps}
    wrong = []
    made: dict[str, int] = collections.Counter()
    for entry in entries:
        step = steps.get(entry.actor)
        if step is None:
            wrong.append(f"{entry}: nobody asked for it")
        elif step.outcome is Outcome.REFUSED:
            wrong.append(f"{entry}: it was refused with {step.reason}, and not without a trace: {step.answer}")
        elif _explains(step, entry):
            made[entry.actor] += 1
        elif not _is_over(entry):
            wrong.append(f"{entry}: what was asked was {step.question}")
    for step in steps.values():
        wrong += _unlike(step, made[step.actor], end)
        wrong += _by_half(step, made[step.actor])
    for slot, of_slot in asked.items():
        wrong += _of_slot(slot, of_slot, entries, end)
    return wrong


def _explains(step: Step, entry: Entry) -> bool:
    """Whether what a step asked for may have made this entry."""
    question = step.question
    if question.task == "address":
        return entry.object == "address" and (entry.vrf, entry.name) in {
            (question.vrf, name) for name in question.names
        }
    if question.task == "pool":
        return entry.object == "subnet" and (entry.vrf, entry.name) == (question.vrf, question.options["subnet"])
    if question.task != "subnet" or entry.vrf != question.vrf:
        return False
    own = entry.name.startswith(f"{step.slot}-")
    if entry.object == "subnet":
        several = not question.options.keys().isdisjoint(("split", "merge"))
        return entry.name == question.options["name"] or (own and (several or (question.absent and not entry.after)))
    # With a subnet go its children and all that they hold.
    return question.absent and own and not entry.after


def _is_over(entry: Entry) -> bool:
    """Whether the entry sweeps away an address whose time was over, which anybody may."""
    expires = entry.before["expires"] if entry.object == "address" and entry.before else None
    return entry.after is None and expires is not None and expires <= format_time(entry.at)


def _unlike(step: Step, entries: int, end: str) -> t.Iterator[str]:
    """A task says that it changed something, and nothing stands in the history, or the other way round."""
    answer = step.answer or {}
    if step.outcome is not Outcome.MET or answer["changed"] == bool(entries):
        return
    ends = [one["expires"] for one in answer.get("addresses", ())]
    if step.question.absent and ends and all(one is not None and one <= end for one in ends):
        # A COMMIT was lost, and what it was to free had ended by itself when the task tried again.
        return
    yield f"{step.actor} was told changed: {answer['changed']}, and the history has {entries} entries of it: {step}"


def _by_half(step: Step, entries: int) -> t.Iterator[str]:
    """Those who ask for several addresses at once held none before: they get all of them or, unmet, none."""
    question, options = step.question, step.question.options
    several = "names" in options or "count" in options
    if question.task == "address" and several and not question.absent and not options.get("partial"):
        whole = len(question.names) * options.get("count", 1)
        if entries not in (0, whole):
            yield f"{step.actor} was carried out by half, {entries} of {whole}: {step}"


def _of_slot(slot: str, steps: t.Sequence[Step], entries: t.Sequence[Entry], end: str) -> t.Iterator[str]:
    positions = {step.actor: position for position, step in enumerate(steps)}
    events: dict[Place, list[_Event]] = collections.defaultdict(list)
    for entry in entries:
        if entry.object == "address" and entry.name.startswith(f"{slot}-"):
            gone = entry.before["address"] if entry.before else None
            events[entry.vrf, entry.name].append(_Event(positions.get(entry.actor), gone, entry.after, entry))
    touching: dict[Place, list[tuple[int, Step]]] = collections.defaultdict(list)
    for position, step in enumerate(steps):
        if step.question.task in ("address", "address_info"):
            for name in step.question.names:
                touching[step.question.vrf, name].append((position, step))
    for holder in sorted(touching.keys() | events.keys()):
        yield from _of_holder(holder, touching[holder], events[holder], end)


def _of_holder(
    holder: Place, touching: t.Sequence[tuple[int, Step]], events: t.Sequence[_Event], end: str
) -> t.Iterator[str]:
    """Whether a holder was told each time what the history says that it had then."""
    own = [event.position for event in events if event.position is not None]
    if own != sorted(own):
        yield f"{holder[1]}: the history has its questions in another order: {[str(event.entry) for event in events]}"
        return
    state: dict[str, Record] = {}
    done = 0
    for position, step in touching:
        until = [
            number
            for number, event in enumerate(events[done:], done + 1)
            if event.position is not None and event.position <= position
        ]
        done = max(until, default=done)
        if until:
            state = _state(events[:done])
        if step.outcome is Outcome.MET:
            yield from _told(holder, step, state, end)


def _state(events: t.Sequence[_Event]) -> dict[str, Record]:
    """What a holder has after these events, by address."""
    state: dict[str, Record] = {}
    for event in events:
        state.pop(event.gone or "", None)
        if event.record is not None:
            state[event.record["address"]] = event.record
    return state


def _told(holder: Place, step: Step, state: dict[str, Record], end: str) -> t.Iterator[str]:
    """Whether an answer agrees with what the holder had after it; what has ended meanwhile may be gone or not."""
    question, name = step.question, holder[1]
    answered: list[Options] = (step.answer or {}).get("addresses", [])
    told = {one["address"]: one["interface"] for one in answered if one["name"] == name}
    lasting = {address: one for address, one in state.items() if one["expires"] is None or one["expires"] > end}
    if question.absent:
        options = question.options
        left = [
            address
            for address, one in lasting.items()
            if options.get("interface") in (None, one["interface"]) and options.get("address") in (None, address)
        ]
        if left:
            yield f"{step.actor} freed {name}, and by the history it has {left} after that"
        return
    for address, interface in told.items():
        if address not in state or state[address]["interface"] != interface:
            yield f"{step.actor} gave {address} to {name}, and by the history it has {sorted(state)} after that: {step}"
    if question.task == "address_info" and not lasting.keys() <= told.keys():
        yield f"{step.actor} saw {sorted(told)} of {name}, which has {sorted(state)} by the history"
