# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cache has to give for the inventory to believe it."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.plugin_utils._inventory import _kept

FOUND: t.Final[dict[str, t.Any]] = {"addresses": [], "primary": [], "parents": []}


def test_the_answer_to_the_same_question() -> None:
    text = json.dumps({"asked": "this", "found": FOUND})
    assert _kept(text, "this") == FOUND
    assert _kept(text, "that") is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        {"asked": "this", "found": FOUND},
        "",
        "no JSON",
        "[1]",
        '"this"',
        "{}",
        '{"asked": "this"}',
        '{"asked": "this", "found": []}',
        '{"asked": "this", "found": {"addresses": [], "primary": []}}',
    ],
)
def test_anything_else_is_no_answer(text: t.Any) -> None:
    assert _kept(text, "this") is None
