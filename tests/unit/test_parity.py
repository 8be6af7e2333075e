# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/parity.md lists every rule of the reference once, and the tests that it names are there."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NUMBERS = [str(number) for number in range(1, 89)] + [f"D{number}" for number in range(1, 17)]
STATES = ("met", "differs", "done right", "no meaning")
_NUMBERED = re.compile(r"test((?:_rules_\d+_to_\d+|_rule_\d+|_d\d+)+)_[a-z]")
_PART = re.compile(r"_rules_(\d+)_to_(\d+)|_rule_(\d+)|_d(\d+)")


class Row(t.NamedTuple):
    """``state`` is one of STATES if the row is well-formed, ``why`` what stands behind it."""

    number: str
    rule: str
    state: str
    why: str
    tests: list[str]


def rows() -> list[Row]:
    found = []
    for line in (ROOT / "docs/parity.md").read_text(encoding="utf-8").splitlines():
        if not re.match(r"\| D?\d+ \|", line):
            continue
        number, rule, here, tests = (cell.strip() for cell in line.strip("|").split("|"))
        state, why = re.fullmatch(r"\*\*([a-z ]+)\*\*:?(.*)", here, re.DOTALL).groups()  # type: ignore[union-attr]
        found.append(Row(number, rule, state, why.strip(), [one.strip("` ") for one in tests.split(",") if "`" in one]))
    return found


ROWS = rows()


def numbers_in(name: str) -> set[str]:
    """The numbers that the name of a test claims."""
    claimed = _NUMBERED.match(name)
    found: set[str] = set()
    for low, high, one, defect in _PART.findall(claimed[1]) if claimed else []:
        found |= {f"D{defect}"} if defect else set(map(str, range(int(low or one), int(high or one) + 1)))
    return found


def all_tests() -> set[str]:
    names = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return {name for name in names if name.startswith("test_")}


TESTS = all_tests()


def test_every_number_is_there_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == NUMBERS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_row_has_tests_or_a_reason_why_not(row: Row) -> None:
    assert row.state in STATES
    assert row.rule.endswith(".")
    assert bool(row.tests) == (row.state != "no meaning")
    if row.state in ("differs", "no meaning"):
        assert row.why.endswith(".")
    if row.number.startswith("D"):
        assert row.state == "done right"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_the_tests_of_a_row_are_there_and_have_its_number(row: Row) -> None:
    assert [name for name in row.tests if name not in TESTS] == []
    assert [name for name in row.tests if row.number not in numbers_in(name)] == []
    assert len(set(row.tests)) == len(row.tests)


def test_no_test_has_a_number_that_has_no_meaning() -> None:
    meant = {row.number for row in ROWS if row.state != "no meaning"}
    assert {name: numbers_in(name) - meant for name in TESTS if numbers_in(name) - meant} == {}


NAMES: list[tuple[str, set[str]]] = [
    ("test_rule_16_all", {"16"}),
    ("test_rules_26_to_28_d4_pools", {"26", "27", "28", "D4"}),
    ("test_d15_rule_8_gateways", {"D15", "8"}),
    ("test_rule_81_a_quota_of_64s", {"81"}),
    ("test_many_rule_7_things", set()),
    ("test_rules_are_many", set()),
    ("test_d_is_a_letter", set()),
    ("test_rule_4", set()),  # it says nothing of what it is about
]


@pytest.mark.parametrize(("name", "numbers"), NAMES)
def test_numbers_are_read_from_the_beginning_of_a_name(name: str, numbers: set[str]) -> None:
    assert numbers_in(name) == numbers
