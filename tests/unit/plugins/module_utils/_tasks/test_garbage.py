# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collector of cyclic garbage rests while a task works, and is then as it was."""

from __future__ import annotations

import gc
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.garbage import uncollected
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, run_task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task


@pytest.fixture(autouse=True)
def _collecting() -> t.Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_collects_nothing_inside_and_goes_on_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_whoever_has_turned_it_off_finds_it_off() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_a_task_works_without_it() -> None:
    seen: list[bool] = []
    context = Context(Place("ipam.db", ""), 1, "somebody")
    task = Task(
        "nothing",
        {},
        read=lambda options: seen.append(gc.isenabled()),
        around=lambda request, context, transact: {"changed": False},
    )
    assert run_task(task, {"vrf": "default"}, context) == {"changed": False}
    assert (seen, gc.isenabled()) == ([False], True)
