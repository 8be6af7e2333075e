# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A short endurance run on each kind of store: files where the other tests run on SQLite, servers where asked for."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.apart import can_mount
from ansible_collections.netledger.ipam.tests.endurance import run, world
from ansible_collections.netledger.ipam.tests.endurance.judge import Verdict
from ansible_collections.netledger.ipam.tests.endurance.report import Report, table
from ansible_collections.netledger.ipam.tests.stores import KINDS

FILES = ("sqlite", "file")
MINUTES = {"sqlite": 0.35, "file": 0.35, "postgresql": 0.5, "mariadb": 0.5, "galera": 1.0}
COMMAND = [sys.executable, "-m", run.__name__]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`make unit` runs it on files and `make rules` on servers, so that neither does what the other one did."""
    if "kind" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--stores")
        if asked == "sqlite":
            kinds: tuple[str, ...] = FILES
        else:
            kinds = tuple(kind for kind in KINDS if kind not in FILES and (asked == "all" or kind in asked.split(",")))
        metafunc.parametrize("kind", kinds)


def test_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    """Each torment has happened, tasks were met and cut off, and the judge finds nothing."""
    options = ["--stores", kind, "--minutes", str(MINUTES[kind]), "--processes", "3", "--folder", str(tmp_path)]
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    line = re.search(rf"^{kind} +1 +(\d+) +(\d+) +(\d+) +\S+ s +sound$", done.stdout, re.MULTILINE)
    assert line, done.stdout
    asked, met, unanswered = map(int, line.groups())
    assert asked > met > 50
    assert unanswered > 0
    assert re.search(r"worker killed \d", done.stdout)
    if kind != "galera" and (can_mount() or os.environ.get("CI")):
        assert re.search(r"disk filled \d", done.stdout)
        assert re.search(r"store_full \d", done.stdout)
    if kind not in FILES:
        assert re.search(r"server killed \d", done.stdout)
    assert list(tmp_path.iterdir()) == []


def test_a_torment_that_never_happened_is_wrong() -> None:
    report = Report("sqlite", can_fill=True)
    report.torments["worker killed"] = 3
    report.check_torments(["worker killed", "disk filled"])
    assert report.wrong == ["no disk filled: the run was too short"]


def test_the_table_says_what_happened() -> None:
    sound, wrong = Report("sqlite", can_fill=True), Report("galera", can_fill=False)
    verdict = Verdict(asked=12, met=9, unanswered=1, refused={"store_full": 2}, longest=1.26, wrong=[])
    sound.add(verdict, [])
    sound.add(verdict, [])
    sound.torments.update({"worker killed": 5, "disk filled": 1})
    wrong.add(verdict._replace(refused={}), ["something"])
    assert table([sound, wrong]).split("\n") == [
        "store   rounds  asked  met  unanswered  longest  verdict",
        "sqlite  2       24     18   2           1.3 s    sound",
        "galera  1       12     9    1           1.3 s    1 WRONG",
        "",
        "sqlite:",
        "  torments: disk filled 1, worker killed 5",
        "  refused: store_full 4",
        "",
        "galera:",
        "  torments: none",
        "  no disk was filled: it had none of its own, which takes root, and which a cluster never has",
        "  refused: none",
        "  WRONG: something",
    ]


def test_what_is_wrong_is_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(kind: str, plan: run.Plan) -> Report:
        raise RuntimeError("no server")

    monkeypatch.setattr(run, "torment", broken)
    monkeypatch.setattr(sys, "argv", ["run", "--stores", "sqlite", "--seed", "7", "--folder", str(tmp_path)])
    assert run.main() == 1
    (kept,) = tmp_path.iterdir()
    told = capsys.readouterr().out
    assert "RuntimeError: no server" in told
    assert f"The seed is 7, the journals are kept in {kept}." in told


def test_the_guide_gives_commands_and_numbers_that_are_right() -> None:
    guide = (Path(__file__).parents[2] / "docs/endurance.md").read_text(encoding="utf-8")
    commands = re.findall(rf"^python -m {re.escape(run.__name__)} (.+)$", guide, re.MULTILINE)
    asked = [run.options_of(shlex.split(command)) for command in commands]
    assert [(one.stores, one.minutes, one.processes) for one in asked] == [
        (KINDS, 60.0, 4),
        (("sqlite", "galera"), 1.0, 8),
    ]
    assert f"{len(world.questions())} subnets in two VRFs" in guide
