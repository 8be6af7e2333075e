# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers: processes that ask at random until they are told to stop, or are killed and have a successor."""

from __future__ import annotations

import os
import random
import time
import traceback
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import preload
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info, pool, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, run_task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.apart import FORK
from ansible_collections.netledger.ipam.tests.endurance import journal, world
from ansible_collections.netledger.ipam.tests.endurance.journal import Answer, Journal, Question
from ansible_collections.netledger.ipam.tests.endurance.operations import Knowledge
from ansible_collections.netledger.ipam.tests.ledger import succeeded

MAKER = "maker"
"""The slot of the one who makes the ledger."""

_TASKS = {one.name: one for one in (address.TASK, address_info.TASK, pool.TASK, subnet.TASK)}
_PATIENCE = (1.0, 5.0, 20.0)  # seconds: some give up while a server is away, others outlast it
_STOP = "stop"
_END = 120.0  # seconds that a worker has to come to an end
_KEPT = ("changed", "reason", "msg", "removed")


class Job(t.NamedTuple):
    """``urls`` are those of one ledger, hosts in whatever order; ``folder`` is where the journals are."""

    urls: t.Sequence[str]
    folder: Path
    seed: str


class Crew:
    """A worker in each slot."""

    def __init__(self, job: Job, slots: int) -> None:
        self._job = job
        self._numbers = [0] * slots
        self._processes: list[t.Any] = [None] * slots
        self.wrong: list[str] = []

    def start(self) -> None:
        preload(self._job.urls[0])  # once, not by each worker
        for slot in range(len(self._processes)):
            self._begin(slot)

    def kill(self, slots: t.Sequence[int]) -> None:
        """kill -9 of workers at the same moment, wherever they are, and start their successors."""
        for slot in slots:
            self._look_after(slot)
            self._processes[slot].kill()
        for slot in slots:
            self._processes[slot].join()
            self._begin(slot)

    def __len__(self) -> int:
        return len(self._processes)

    def stop(self) -> None:
        """Let each answer come, and wait for all to end; whoever does not is named in ``wrong``."""
        (self._job.folder / _STOP).touch()
        deadline = time.monotonic() + _END
        for slot, process in enumerate(self._processes):
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                self.wrong.append(f"{self._name(slot)} does not come to an end")
                process.kill()
                process.join()
            else:
                self._look_after(slot)

    def end(self) -> None:
        """Leave no process behind, whatever has happened."""
        for process in self._processes:
            if process is not None and process.is_alive():
                process.kill()
                process.join()

    def _begin(self, slot: int) -> None:
        self._numbers[slot] += 1
        process = FORK.Process(target=work, args=(self._job, f"w{slot}", self._numbers[slot]))
        process.start()
        self._processes[slot] = process

    def _look_after(self, slot: int) -> None:
        code = self._processes[slot].exitcode
        if code:
            self.wrong.append(f"{self._name(slot)} ended by itself with {code}")

    def _name(self, slot: int) -> str:
        return f"w{slot}.{self._numbers[slot]}"


def make_world(job: Job) -> None:
    """Make what all workers share; nothing is tormented yet."""
    noted = Journal(job.folder, f"{MAKER}.1")
    for question in world.questions():
        succeeded(ask(noted, job.urls[0], f"{MAKER}.1", question, 60)[1])
    noted.close()


def work(job: Job, slot: str, which: int) -> None:
    worker, parent = f"{slot}.{which}", os.getppid()
    chance = random.Random(f"{job.seed} {worker}")
    url = job.urls[int(slot[1:]) % len(job.urls)]
    known = Knowledge(slot, chance)
    steps = journal.read(job.folder, slot).get(slot, [])
    for step in steps:
        known.learn(step)
    noted = Journal(job.folder, worker)
    # Whoever finds the last question without an answer asks it again: what was done then is not done twice.
    question = steps[-1].question if steps and steps[-1].answer is None else known.next()
    while not (job.folder / _STOP).exists() and os.getppid() == parent:
        number, answer = ask(noted, url, worker, question, chance.choice(_PATIENCE))
        known.learn(journal.Step(worker, number, question, answer))
        question = known.next()
    noted.close()
    idle.close_all()


def ask(noted: Journal, url: str, worker: str, question: Question, patience: float) -> tuple[int, Answer]:
    number = noted.ask(question)
    started = time.monotonic()
    context = Context(Place(url, "the endurance run"), patience, journal.actor(worker, number))
    try:
        task = _TASKS[question.task]
        answer = _kept(task, run_task(task, question.options, context))
    except Exception:  # no task may end so: the judge finds it
        answer = {"crash": traceback.format_exc()}
    noted.told(number, answer, time.monotonic() - started)
    return number, answer


def _kept(task: Task, result: Answer) -> Answer:
    """What a journal keeps of a result: the promise."""
    kept = {key: result[key] for key in _KEPT if key in result}
    if result.get("failed"):
        return {"failed": True, **kept}
    if "addresses" in result:
        kept["addresses"] = [
            {key: one[key] for key in ("address", "name", "interface", "subnet", "expires")}
            for one in result["addresses"]
        ]
    if task is subnet.TASK:
        made = result.get("subnets", [result["subnet"]] if "subnet" in result else [])
        kept["subnets"] = [{"name": one["name"], "cidr": one["cidr"]} for one in made]
    return kept
