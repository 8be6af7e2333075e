# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import errors
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import REASONS, LedgerError

PLUGINS = Path(errors.__file__).parents[2]

SHOWN = [
    ("web01", "'web01'"),
    ("", "''"),
    ("a\nb\x1b", r"'a\nb\x1b'"),
    (7, "7"),
    (None, "None"),
    ("x" * 78, "'" + "x" * 78 + "'"),
    ("x" * 79, "'" + "x" * 75 + "...'"),
]


def test_a_failure_has_a_word_that_is_listed() -> None:
    with pytest.raises(KeyError):
        LedgerError("no_such_word", "")


def test_a_failure_carries_what_a_play_may_want() -> None:
    error = LedgerError("address_conflict", "held", holder="web01")
    assert (error.reason, error.message, str(error), error.details) == (
        "address_conflict",
        "held",
        "held",
        {"holder": "web01"},
    )


def test_every_word_is_used_somewhere() -> None:
    texts = {
        node.value
        for path in PLUGINS.rglob("*.py")
        if path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert set(REASONS) - texts - {"bad_request"} == set()


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_shown(value: object, text: str) -> None:
    assert errors.shown(value) == text


def test_some_of_many() -> None:
    assert errors.some_of("abc") == "a, b, c"
    assert errors.some_of(map(str, range(12))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert errors.some_of([]) == ""
