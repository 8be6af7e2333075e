# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of plays runs each of them, and compares what belongs together."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import figures, places, plays
from ansible_collections.netledger.ipam.tests.bench.costs import Cost


def test_each_play_runs_and_holds_what_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plays, "NAMES", 5)
    monkeypatch.setattr(plays, "LOOKUPS", 3)
    found = plays.measure(places.Store("sqlite", tmp_path, None), [2], 1)
    assert [(figure.what, figure.unit, figure.compared) for figure in found] == [
        ("new address per host, 2 hosts", "s", "/ debug"),
        ("new address per host, 2 hosts", "s CPU", "/ debug"),
        ("address per host again, 2 hosts", "s", "/ debug"),
        ("address per host again, 2 hosts", "s CPU", "/ debug"),
        ("5 names in one task", "s CPU", "- empty play"),
        ("each of 3 lookups in a template", "ms", "- same template"),
    ]
    assert len(figures.table(found).splitlines()) == 7


def test_the_arithmetic() -> None:
    samples = {
        "empty": [Cost(1, 0.5)],
        "debug 50": [Cost(2, 1.0), Cost(4, 3.0), Cost(9, 9.0)],
        "task 50": [Cost(5, 4.0), Cost(5, 3.0), Cost(6, 2.0)],
        "again 50": [Cost(4, 3.0)],
        "names": [Cost(2, 1.25)],
        "template": [Cost(1.0, 1)],
        "lookups": [Cost(2.0, 2)],
    }
    new, new_cpu, again, _again_cpu, names, lookups = plays.to_figures("sqlite", [50], samples)
    assert (new.median, new.against, new.value) == (5, 4, 1.25)
    assert (new_cpu.median, new_cpu.against, new_cpu.value) == (3, 3, 1)
    assert again.value == 1
    assert (names.value, names.bar) == (0.75, 1.0)
    assert (lookups.median, lookups.against, lookups.value) == (10, 5, 5)  # 200 in two seconds, and in one
    assert not lookups.is_over


def test_only_sqlite_has_a_bar_for_many_names() -> None:
    samples = {name: [Cost(1, 1)] for name in ("empty", "names", "template", "lookups")}
    assert [figure.bar for figure in plays.to_figures("file", [], samples)] == [None, 5.0]
