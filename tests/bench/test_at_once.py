# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes at the same time: their answers, their failures, and that none of them stays."""

from __future__ import annotations

import os
import select
import time

import pytest
from ansible_collections.netledger.ipam.tests import apart
from ansible_collections.netledger.ipam.tests.bench import at_once

LARGE = 1_000_000  # more than a pipe takes before somebody reads


def _answer(start: at_once.Start, number: int, size: int) -> tuple[int, str]:
    start()
    return number, "x" * size


def test_answers_of_any_size_come_in_order() -> None:
    assert at_once.run(_answer, [(0, LARGE), (1, 1), (2, LARGE)], 60) == [(0, "x" * LARGE), (1, "x"), (2, "x" * LARGE)]


def _fails(start: at_once.Start, number: int) -> None:
    if number == 1:
        raise KeyError("the reason")
    start()


def test_the_one_that_fails_is_told_at_once() -> None:
    """And not the others, which wait for it."""
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.* in _fails.*KeyError: 'the reason'"):
        at_once.run(_fails, [(0,), (1,), (2,)], 60)


def test_one_that_ends_or_hangs_is_told() -> None:
    with pytest.raises(RuntimeError, match="ended without an answer"):
        at_once.run(lambda start: os._exit(0), [()], 60)
    with pytest.raises(TimeoutError, match="2 of 2 processes did not answer"):
        at_once.run(lambda start: time.sleep(600), [(), ()], 0.1)


def test_an_address_given_twice_is_refused() -> None:
    at_once.refuse_twice(["10.0.0.1", "10.0.0.2"])
    with pytest.raises(AssertionError, match="twice"):
        at_once.refuse_twice(["10.0.0.1", "10.0.0.2", "10.0.0.1"])


def _large(start: at_once.Start, ready: int) -> str:
    start()
    os.write(ready, b".")
    time.sleep(1)  # in which the one that started it is killed
    return "x" * LARGE


def test_nobody_stays_where_the_one_that_started_them_is_killed() -> None:
    """They would keep open what they have from it, such as the pipe by which a server learns that it is not needed."""
    reader, writer = os.pipe()
    parent = apart.FORK.Process(target=at_once.run, args=(_large, [(writer,)] * 3, 60))
    parent.start()
    os.close(writer)
    assert os.read(reader, 1) == b"."
    parent.kill()
    parent.join()
    while select.select([reader], [], [], 30)[0]:
        if not os.read(reader, 10):
            break
    else:
        pytest.fail("the pipe is still open")
    os.close(reader)
