# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the benchmark says what there is, and takes the figures of a run."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import inventory, page, plays, report, steps, suite
from ansible_collections.netledger.ipam.tests.bench.figures import Figure
from ansible_collections.netledger.ipam.tests.bench.test_suite import LINE

PAGE = Path(__file__).parents[2] / "docs" / "benchmark.md"
PACKAGE = page.__name__.rpartition(".")[0]


def test_the_options_are_those_of_the_command() -> None:
    command = [sys.executable, "-m", suite.__name__, "--help"]
    offered = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"--[a-z]+", PAGE.read_text(encoding="utf-8"))) - {"--help"}
    assert "--neutron" in named
    assert named <= set(re.findall(r"--[a-z]+", offered))


def test_each_part_can_be_run() -> None:
    (names,) = re.findall(r"of its own \(`--help`\): ([^.]+)\.", PAGE.read_text(encoding="utf-8"))
    parts = re.findall(r"`(\w+)`", names)
    assert len(parts) == 7
    for part in (*parts, "copies", "page"):
        assert callable(importlib.import_module(f"{PACKAGE}.{part}").main)


def test_the_bars_are_those_of_the_code() -> None:
    said = {
        work: bar
        for work, _against, bar in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    }
    to_bare = report.TO_BARE
    assert to_bare["postgresql"] == to_bare["mariadb"] == to_bare["galera"]
    expected = {
        "one allocation with each strategy": f"{to_bare['sqlite']:g} on SQLite, {to_bare['postgresql']:g} on servers",
        "the same with 10,000 to 1,000,000": f"{report.TO_EMPTY:g}",
        "65,536 addresses": f"{report.BULK:g}",
        "the same in a transaction": f"{report.BULK:g}",
        "one allocation from an IPv6 /32": f"{report.TO_NARROW:g}",
        "instructions of SQLite": f"{steps.BAR:g}",
        "a task per host": f"{plays.PER_HOST:g}",
        "1,000 hosts in one task": f"{plays.IN_ONE_TASK:g} on SQLite",
        "200 lookups": f"{plays.LOOKUP:g}",
        "an inventory of 10,000 hosts": f"{inventory.TO_SCRIPT:g}",
    }
    for beginning, bar in expected.items():
        assert [found for work, found in said.items() if work.startswith(beginning)] == [bar], beginning


def test_the_page_has_the_figures_of_the_run() -> None:
    figure = Figure("plays", "200 lookups", "sqlite", "ms", 4.0, 5.0, "- template", 1.0, 3.0, 5.0)._asdict()
    machine = {"processors": 2, "processor": "Z80", "memory_gb": 1, "load": 0.5, "system": "CP/M"}
    found = {"quick": True, "seconds": 90, "machine": machine, "allocation": [LINE._asdict()], "figures": [figure]}
    text = page.filled(f"before\n\n{page.BEGIN}\nold\n{page.END}\n\nafter\n", [found])
    first = "From a quick run of 2 minutes (sqlite) on 2 x Z80, 1 GB, load 0.5, CP/M."
    assert text.startswith(f"before\n\n{page.BEGIN}\n\n{first}")
    assert text.endswith(f"{page.END}\n\nafter\n")
    assert "old" not in text
    allocation = "| sqlite | lowest | 2.000 | 3.000 | 2.00 | 2.00 | IPv4 churn 10 | 1.30 | 1.30 | IPv4 churn 10 | ok |"
    assert allocation in text
    assert "| 200 lookups | sqlite | 4.000 | 5.000 | ms | - template | 1.000 | 3.00 | 5.0 | ok |  |" in text
    assert page.filled(text, [found]) == text
    with pytest.raises(SystemExit, match="no place for figures"):
        page.filled("another page", [found])


def test_of_several_runs_the_last_one_counts_for_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = {"processors": 2, "processor": "Z80", "memory_gb": 1, "load": 0.5, "system": "CP/M"}
    runs = []
    for number, stores in enumerate((("sqlite", "file"), ("file", "galera"))):
        lines = [LINE._replace(store=store, median=number + 1.0)._asdict() for store in stores]
        figures = [Figure("memory", "a task", store, "MiB", number + 7, None)._asdict() for store in stores]
        run = {"quick": bool(number), "seconds": 60, "machine": machine, "allocation": lines, "figures": figures}
        runs.append(tmp_path / f"{number}.json")
        runs[-1].write_text(json.dumps(run))
    to = tmp_path / "page.md"
    to.write_text(f"{page.BEGIN}\n{page.END}\n")
    monkeypatch.setattr(sys, "argv", ["page", *map(str, runs), str(to)])
    assert page.main() == 0
    text = to.read_text()
    assert re.findall(r"\| (\w+) \| lowest \| ([\d.]+)", text) == [
        ("sqlite", "1.000"),
        ("file", "2.000"),
        ("galera", "2.000"),
    ]
    assert re.findall(r"\| a task \| (\w+) \| ([\d.]+)", text) == [
        ("sqlite", "7.000"),
        ("file", "8.000"),
        ("galera", "8.000"),
    ]
    assert "a full run of 1 minutes (sqlite) on" in text
    assert to.with_suffix(".svg").exists()
