# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that take and free addresses while a server fails, and what has to be true afterwards."""

from __future__ import annotations

import collections
import contextlib
import multiprocessing.synchronize
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store
from ansible_collections.netledger.ipam.tests.apart import FORK
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded
from ansible_collections.netledger.ipam.tests.services.processes import wait_until

LOCK_TIMEOUT = 30


class Answer(t.NamedTuple):
    """What a task said: an address, or why there is none, and after how many seconds."""

    name: str
    address: str
    failure: str
    seconds: float


class Load:
    """Writers of their own, each for ever taking an address of a subnet for a new holder; every fifth is freed again.

    ``urls`` are those of one ledger, hosts in whatever order; a writer has one of them.
    """

    def __init__(self, urls: t.Sequence[str], writers: int, subnets: t.Sequence[str]) -> None:
        self._answers: t.Any = FORK.Queue()
        self._stop = FORK.Event()
        self._seen: list[Answer] = []
        self._processes = [
            FORK.Process(
                target=_write, args=(urls[number % len(urls)], f"w{number}", subnets, self._stop, self._answers)
            )
            for number in range(writers)
        ]

    @contextlib.contextmanager
    def running(self) -> t.Iterator[None]:
        for process in self._processes:
            process.start()
        try:
            self.wait_for_more(len(self._processes) * 3)
            yield
            self._stop.set()
            self._collect_until(lambda: not any(process.is_alive() for process in self._processes))
        finally:
            for process in self._processes:
                process.kill()
                process.join()

    def wait_for_more(self, count: int = 30) -> None:
        """Wait until so many more tasks have been done, by each writer at least one."""
        before = len(self._seen)

        def enough() -> bool:
            recent = [answer for answer in self._seen[before:] if answer.address]
            return len(recent) >= count and len({answer.name.split("-")[0] for answer in recent}) == len(
                self._processes
            )

        self._collect_until(enough)

    def _collect_until(self, check: t.Callable[[], bool]) -> None:
        def collected() -> bool:
            while not self._answers.empty():
                self._seen.append(self._answers.get())
            return check()

        wait_until(collected, "the writers go on", seconds=120, log=lambda: f"{len(self._seen)}: {self._seen[-3:]}")

    def failures(self) -> list[str]:
        return [answer.failure for answer in self._seen if answer.failure]

    def longest(self) -> float:
        """How long the task took that waited longest, in seconds."""
        return max(answer.seconds for answer in self._seen)

    def held(self) -> dict[str, str]:
        """By holder, the address that it was told to have and has not freed."""
        held: dict[str, str] = {}
        for answer in self._seen:
            if answer.address == "freed":
                del held[answer.name]
            elif answer.address:
                held[answer.name] = answer.address
        return held

    def check(self, ledger: Ledger) -> None:
        """Nothing that was acknowledged is lost, nothing is there twice or by half."""
        assert self.failures() == []
        check_sound(ledger)
        there = {one["name"]: one["address"] for one in ledger.address_info()["addresses"]}
        assert there == self.held()
        assert len(set(there.values())) == len(there)
        taken = collections.Counter(name for (name,) in ledger.rows("SELECT name FROM history WHERE old IS NULL"))
        assert [name for name, times in taken.items() if times > 1 and "-" in name] == []


def check_sound(ledger: Ledger) -> None:
    assert succeeded(ledger.run(store.TASK, store=ledger.store, verify=True))["differences"] == []
    ledger.check()


def _write(
    url: str, name: str, subnets: t.Sequence[str], stop: multiprocessing.synchronize.Event, answers: t.Any
) -> None:
    ledger = Ledger(url, LOCK_TIMEOUT)
    number = 0
    while not stop.is_set():
        holder = f"{name}-{number}"
        options: Result = {"name": holder, "subnet": subnets[number % len(subnets)]}
        answers.put(_asked(ledger, holder, options))
        if number % 5 == 4:
            answers.put(_asked(ledger, holder, {**options, "state": "absent"}))
        number += 1


def _asked(ledger: Ledger, holder: str, options: Result) -> Answer:
    started = time.monotonic()
    result = ledger.run(address.TASK, **options)
    seconds = time.monotonic() - started
    if result.get("failed") or not result["changed"]:
        return Answer(holder, "", str(result), seconds)
    return Answer(holder, result.get("address") or "freed", "", seconds)


def make_at_once(urls: list[str]) -> list[Result]:
    """What those were told who made the same ledger at the same moment."""
    start, answers = FORK.Barrier(len(urls)), FORK.Queue()
    makers = [FORK.Process(target=_make, args=(url, start, answers)) for url in urls]
    for maker in makers:
        maker.start()
    found = [answers.get(timeout=120) for _ in makers]
    for maker in makers:
        maker.join(60)
    return found


def _make(url: str, start: multiprocessing.synchronize.Barrier, answers: t.Any) -> None:
    start.wait(60)
    answers.put(Ledger(url, LOCK_TIMEOUT).run(store.TASK, store=url))
