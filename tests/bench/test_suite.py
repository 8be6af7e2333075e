# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole benchmark: what fails a strict run, the picture, and the arithmetic beside Neutron."""

from __future__ import annotations

import json
import sys
import typing as t
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import (
    allocation,
    contention,
    curves,
    inventory,
    memory,
    plays,
    report,
    steps,
    suite,
    widths,
)
from ansible_collections.netledger.ipam.tests.bench.figures import Figure
from ansible_collections.netledger.ipam.tests.bench.places import Store

LINE = report.Line("lowest", "churn", "IPv4", 10, False, 2.0, 3.0, 1.0, 1.0, 2.0, 2.0, 1.3, 1.3, "sqlite")


GROWN = Figure("steps", "lowest", "sqlite", "calls", 900, 900, "/ 1,000 held", 450, 2.0, 1.3, stable=True)
Run = t.Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, whose parts find what they are told; they have tests of their own."""
    figure = Figure("part", "what", "sqlite", "s", 1, 1)
    monkeypatch.setattr(widths, "measure", lambda *arguments: None)
    monkeypatch.setattr(report, "of_widths", lambda found: [LINE._replace(what="wide")])
    monkeypatch.setattr(report, "of_memory", lambda found: [figure])
    for part in (contention, plays):
        monkeypatch.setattr(part, "measure", lambda *arguments: [figure])
    monkeypatch.setattr(memory, "of_tasks", lambda *arguments: [figure])
    monkeypatch.setattr(memory, "of_inventories", lambda *arguments: [figure])
    monkeypatch.setattr(inventory, "prepared", lambda *arguments: None)
    monkeypatch.setattr(inventory, "measure", lambda *arguments: {})
    monkeypatch.setattr(inventory, "to_figures", lambda *arguments: [figure])

    def run(*arguments: str, **found: t.Callable[..., t.Any]) -> int:
        lines = [LINE, LINE._replace(held=0, to_empty=None)]
        monkeypatch.setattr(allocation, "measure", found.get("allocation", lambda store, scope: lines))
        monkeypatch.setattr(steps, "measure", found.get("steps", lambda store: [figure]))
        command = ["suite", "--quick", "--stores=sqlite", f"--folder={tmp_path}", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        return suite.main()

    return run


def test_one_command_runs_all_parts(run: Run, tmp_path: Path) -> None:
    assert run("--strict") == 0
    found = json.loads((tmp_path / "bench-quick.json").read_text())
    assert (len(found["allocation"]), len(found["figures"])) == (3, 6)
    assert found["quick"] is True
    assert [path.name for path in tmp_path.iterdir()] == ["bench-quick.json"]


def test_what_is_the_same_anywhere_fails_a_strict_run(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--strict", allocation=lambda store, scope: [LINE._replace(ratio=9.0, to_empty=9.0)]) == 0
    assert run(steps=lambda store: [GROWN]) == 0
    assert run("--strict", steps=lambda store: [GROWN]) == 1
    said = "worse than its bar: steps, lowest, sqlite: calls / 1,000 held are 2.00, and not 1.3 or less"
    assert capsys.readouterr().out.splitlines()[-1] == said


def test_a_run_that_breaks_off_shows_what_it_has(run: Run, tmp_path: Path) -> None:
    def lost(store: Store) -> t.Any:
        raise RuntimeError("the server is gone")

    with pytest.raises(RuntimeError, match="gone"):
        run(f"--json={tmp_path / 'found.json'}", steps=lost)
    assert len(json.loads((tmp_path / "found.json").read_text())["allocation"]) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--stores=postgres"], "there is no kind 'postgres'; the kinds are sqlite, file, postgresql, mariadb, galera"),
        (["--json=/nowhere/found.json"], "nothing can be written to /nowhere/found.json"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit):
        run(*arguments)
    assert said in capsys.readouterr().err


def test_the_picture_has_a_curve_of_each_operation() -> None:
    lines = [
        LINE._replace(what=what, store=store, held=held, median=median)._asdict()
        for store in ("sqlite", "file")
        for what in ("lowest", "random")
        for held, median in ((0, 1.0), (10, 2.0))
    ]
    lines.append({**lines[0], "layout": "dense", "median": 99.0})
    root = ET.fromstring(curves.drawn(lines, "a <machine>"))
    shapes = [shape.get("points") or "" for shape in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [points for points in shapes if points] == ["60.0,159.1 360.0,68.2"] * 4  # of 2.2 ms: 1.0 and 2.0
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "a <machine>" in texts
    assert "2.2" in texts
