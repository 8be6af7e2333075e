# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge: reads all journals and the ledger, and says what is wrong.

An acknowledged address is there with its holder, none has two, nothing is there that nobody asked for, the free space
is exact, the history is complete and gives what is there, and no task failed for a reason that nothing explains.
"""

from __future__ import annotations

import collections
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import format_time
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import store
from ansible_collections.netledger.ipam.tests.endurance import journal, replay
from ansible_collections.netledger.ipam.tests.endurance.attribution import unexplained
from ansible_collections.netledger.ipam.tests.endurance.journal import Outcome, Step
from ansible_collections.netledger.ipam.tests.endurance.promises import Promises
from ansible_collections.netledger.ipam.tests.endurance.replay import Found
from ansible_collections.netledger.ipam.tests.ledger import Ledger

OF_REQUESTS = frozenset(
    (
        "address_conflict",
        "address_differs",
        "address_in_child",
        "address_on_hold",
        "address_reserved",
        "broadcast_address",
        "gateway_address",
        "merge_impossible",
        "network_address",
        "overlap",
        "parent_exhausted",
        "pool_exhausted",
        "pool_missing",
        "pool_outside_subnet",
        "pool_overlap",
        "prefix_length_refused",
        "quota_exceeded",
        "shrink_in_use",
        "split_impossible",
        "subnet_differs",
        "subnet_in_use",
        "subnet_missing",
    )
)
"""What a task may say to a random question."""

PATIENCE = 60  # seconds that the judge waits for the store


class Verdict(t.NamedTuple):
    """What was asked and answered, and all that is wrong."""

    asked: int
    met: int
    unanswered: int
    refused: dict[str, int]
    longest: float
    wrong: list[str]


def judge(ledger: Ledger, folder: Path, faults: t.Collection[str]) -> Verdict:
    """Judge a ledger that nobody writes any more. ``faults`` are the reasons that the torments explain."""
    asked = journal.read(folder)
    steps = [step for of_slot in asked.values() for step in of_slot]
    found = ledger.read(replay.read)
    now = format_time(int(clock.now()))
    wrong = [
        *_reasons(steps, OF_REQUESTS | set(faults)),
        *_doubles(found),
        *_broken_promises(asked, found, now),
        *replay.played(found),
        *unexplained(asked, found.entries, now),
        *_unsound(ledger),
    ]
    return Verdict(
        asked=len(steps),
        met=sum(step.outcome is Outcome.MET for step in steps),
        unanswered=sum(step.answer is None for step in steps),
        refused=dict(collections.Counter(step.reason for step in steps if step.reason)),
        longest=max((step.seconds for step in steps), default=0.0),
        wrong=wrong,
    )


def _reasons(steps: t.Iterable[Step], expected: t.Collection[str]) -> t.Iterator[str]:
    for step in steps:
        if step.answer and "crash" in step.answer:
            yield f"{step.actor} broke down: {step.question}\n{step.answer['crash']}"
        elif step.reason and step.reason not in expected:
            yield f"{step.actor} failed with {step.reason}: {step}"


def _doubles(found: Found) -> t.Iterator[str]:
    times = collections.Counter(row.place for row in found.rows)
    for (vrf, address), count in times.items():
        if count > 1:
            holders = sorted(row.record["name"] for row in found.rows if row.place == (vrf, address))
            yield f"{address} of VRF {vrf} has {count} holders: {holders}"


def _broken_promises(asked: t.Mapping[str, t.Sequence[Step]], found: Found, now: str) -> t.Iterator[str]:
    by_slot: dict[str, list[replay.Row]] = collections.defaultdict(list)
    for row in found.rows:
        by_slot[row.record["name"].partition("-")[0]].append(row)
    for slot in sorted(by_slot.keys() | asked.keys()):
        promises = Promises(slot)
        for step in asked.get(slot, ()):
            promises.add(step)
        yield from promises.broken(by_slot[slot], now)


def _unsound(ledger: Ledger) -> t.Iterator[str]:
    """What the collection's own check finds, and what the tests' count of the free space does."""
    result = ledger.run(store.TASK, store=ledger.store, verify=True)
    if result.get("failed"):
        yield f"store verify: {result['reason']}: {result['msg']}"
    try:
        ledger.check()
    except AssertionError as error:
        yield f"the free space is another: {error}"
