# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figures know their bars, and the table and the JSON show them."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import results
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, aligned, failing, table

RATIO = Figure("part", "what", "sqlite", "ms", 3.0, 4.0, "/ bare", 1.5, 2.0, 2.0)


def test_a_value_is_over_its_bar_as_it_is_printed() -> None:
    assert not RATIO.is_over
    assert not RATIO._replace(value=2.004).is_over
    assert RATIO._replace(value=2.006).is_over
    assert RATIO._replace(value=9.0, bar=None).verdict == ""


def test_only_what_is_stable_fails_a_strict_run() -> None:
    over = RATIO._replace(value=3.0)
    assert failing([RATIO._replace(stable=True), over]) == []
    assert failing([over._replace(stable=True)]) == ["part, what, sqlite: ms / bare are 3.00, and not 2.0 or less"]


def test_the_table() -> None:
    text = table([RATIO, RATIO._replace(value=2.5, p95=None, what="more")])
    assert text.splitlines() == [
        "part what store  median p95   unit compared with median value bar      note",
        "part what sqlite 3.000  4.000 ms   / bare        1.500  2.00  2.0 ok",
        "part more sqlite 3.000        ms   / bare        1.500  2.50  2.0 over",
    ]
    assert aligned([("a", ""), ("bcd", "e")]) == "a\nbcd e"


def test_the_json_has_the_machine_and_every_figure(tmp_path: Path) -> None:
    results.written(tmp_path / "found.json", {"some": [RATIO._replace(value=2.5)], "seconds": 1})
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["some"][0]["value"] == 2.5
    assert found["some"][0]["over"] is True
    assert found["seconds"] == 1
    assert results.said(found["machine"]).startswith(f"{found['machine']['processors']} x ")
