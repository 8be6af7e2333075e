# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that work at the same time, and what they give back."""

from __future__ import annotations

import functools
import time
import typing as t
from multiprocessing.connection import Connection, wait

from ansible_collections.netledger.ipam.tests import apart

PATIENCE: t.Final = 60.0  # seconds that processes wait for each other
Start = t.Callable[[], t.Any]


def run(function: t.Callable[..., t.Any], each: t.Sequence[tuple[t.Any, ...]], seconds: float) -> list[t.Any]:
    """What ``function(start, *arguments)`` returns for each of the arguments, every one in a fork of this process.

    A process that is ready calls ``start()``, which returns once all have. TimeoutError where they take longer than so
    many seconds; RuntimeError with the traceback of the first one that fails. None of them outlives the call. They do
    not outlive this process for long, either: only it reads their pipes.
    """
    start = functools.partial(apart.FORK.Barrier(len(each)).wait, PATIENCE)
    workers = {}
    try:
        for arguments in each:
            ours, theirs = apart.FORK.Pipe(duplex=False)
            worker = apart.FORK.Process(
                target=apart.answer_to, args=(ours, theirs, function, start, *arguments), daemon=True
            )
            worker.start()
            theirs.close()  # or nobody would see when the worker ends
            workers[ours] = worker
        answers = _gathered(list(workers), time.monotonic() + seconds)
        for worker in workers.values():
            worker.join(PATIENCE)
    finally:
        for pipe, worker in workers.items():
            worker.kill()
            worker.join()
            pipe.close()
    return answers


def _gathered(pipes: t.Sequence[Connection], until: float) -> list[t.Any]:
    """As they come, so that the first failure is told, and not those that follow from it."""
    answers: dict[t.Any, t.Any] = {}
    while len(answers) < len(pipes):
        waiting = [pipe for pipe in pipes if pipe not in answers]
        ready = wait(waiting, max(0.0, until - time.monotonic()))
        if not ready:
            raise TimeoutError(f"{len(waiting)} of {len(pipes)} processes did not answer")
        answers |= {pipe: _received(t.cast(Connection, pipe)) for pipe in ready}
    return [answers[pipe] for pipe in pipes]


def _received(pipe: Connection) -> t.Any:
    try:
        failed, answer = pipe.recv()
    except EOFError:
        failed, answer = True, "a process ended without an answer"
    if failed:
        raise RuntimeError(answer)
    return answer


def refuse_twice(given: t.Sequence[str]) -> None:
    if len(set(given)) != len(given):
        raise AssertionError("an address was given twice")
