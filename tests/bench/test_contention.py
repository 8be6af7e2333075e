# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that take addresses at once are counted one by one, and what was given twice would be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import contention, memory
from ansible_collections.netledger.ipam.tests.bench.contention import Taken
from ansible_collections.netledger.ipam.tests.bench.places import Store
from ansible_collections.netledger.ipam.tests.ledger import Ledger


def test_one_and_several_are_measured(tmp_path: Path) -> None:
    """One alone goes first, asked for or not: it is what the others are compared with."""
    found = contention.measure(Store("sqlite", tmp_path, None), [2], 0.2)
    assert [(one.what, one.compared) for one in found] == [
        ("1 at once, one subnet", ""),
        ("2 at once, one subnet", "/ 1 process"),
        ("2 at once, 2 subnets", "/ 1 process"),
    ]
    assert all(one.median > 0 and "no errors" in one.note for one in found)


def test_the_arithmetic() -> None:
    many = Taken([(f"10.0.0.{number}", "a") for number in range(30)], [0.1] * 31, ["lock_timeout"], 4.0)
    few = Taken([("10.0.1.1", "b")] * 10, [0.4] * 10, [], 5.0)
    found = contention.figure("file", 2, 1, [many, few], 16.0)
    assert (found.median, found.against, found.value) == (8, 16, 0.5)  # 40 addresses in the five seconds of the slower
    assert found.note == "10..30 each, 1 lock_timeout, longest 0.40 s, p95 0.400 s"


def test_what_was_given_twice_or_lost_is_seen(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ipam.db")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    first = ledger.address(name="a", subnet="lan")["address"]
    right = Taken([(first, "a")], [], [], 1.0)
    contention.check(ledger, [right])
    with pytest.raises(AssertionError, match="twice"):
        contention.check(ledger, [right, Taken([(first, "b")], [], [], 1.0)])
    with pytest.raises(AssertionError, match="1 addresses are held, and 2 were given"):
        contention.check(ledger, [right, Taken([("10.0.0.9", "b")], [], [], 1.0)])


def test_memory_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    one, many = memory.of_tasks(Store("sqlite", tmp_path, None), 20, 10)
    assert (one.what, many.what) == ("one of 20 held", "10 in a task")
    assert one.value is not None
    assert 1 < one.median < 1000
    with pytest.raises(RuntimeError, match="it failed"):
        memory.megabytes("/bin/false")
