# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/why.md answers every thread once, with tests that are there."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import REASONS
from ansible_collections.netledger.ipam.tests.unit.test_parity import ROOT, TESTS

TEXT = (ROOT / "docs/why.md").read_text(encoding="utf-8")


class Row(t.NamedTuple):
    number: str
    threads: str
    trouble: str
    answer: str
    tests: list[str]


def rows() -> list[Row]:
    found = []
    for line in TEXT.splitlines():
        if re.match(r"\| \d+ \|", line):
            number, threads, trouble, answer, tests = (cell.strip() for cell in line.strip("|").split("|"))
            found.append(Row(number, threads, trouble, answer, re.findall(r"`(\w+)`", tests)))
    return found


ROWS = rows()


def test_every_thread_is_there_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == [str(number) for number in range(1, 71)]
    named = [thread for row in ROWS for thread in re.findall(r"[\w./-]+(?: PR)?#\d+", row.threads)]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_thread_is_answered_by_tests(row: Row) -> None:
    assert re.search(r"#\d+", row.threads)
    assert row.trouble.endswith((".", "?"))
    assert row.answer.endswith(".")
    assert row.tests
    assert [name for name in row.tests if name not in TESTS] == []


def test_the_reasons_in_it_are_reasons() -> None:
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", TEXT))
    options = {"lock_timeout", "run_once", "refresh_inventory", "address_info"}
    assert {word for word in words if not word.startswith("test_")} - options <= set(REASONS)
