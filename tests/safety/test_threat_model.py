# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each line of the threat model names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_tests_of_the_threat_model_are_there() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    table = [line for line in text.partition("## Threat model")[2].splitlines() if line.startswith("| ")]
    for line in table[1:]:
        named = re.findall(r"`([\w/]+\.py)`", line.split(" | ")[-1])
        assert named, line
        assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []
    assert len(table) > 10
