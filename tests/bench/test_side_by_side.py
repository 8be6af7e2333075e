# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark beside Neutron. Others stand in for Neutron's driver: the real one takes minutes to install."""

from __future__ import annotations

import runpy
import subprocess
import sys
import typing as t
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from ansible_collections.netledger.ipam.tests.bench import side_by_side
from ansible_collections.netledger.ipam.tests.bench.places import Store
from ansible_collections.netledger.ipam.tests.ledger import Ledger

TINY = side_by_side.Size((0,), 1, 2, 60)
PYTHON = Path(sys.executable)
ALL = [f"10.0.0.{number}" for number in range(1, 255)]


def test_ours_empties_a_subnet_and_counts(tmp_path: Path) -> None:
    found = side_by_side.emptied_by_us(Ledger(tmp_path / "ipam.db"), TINY)
    assert (sum(found.counts), len(found.counts), found.errors) == (254, 2, 0)


def test_ours_gives_up_where_errors_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "run", lambda *arguments, **options: {"failed": True, "reason": "store_error"})
    monkeypatch.setattr(Ledger, "subnet", lambda *arguments, **options: None)
    monkeypatch.setattr(Ledger, "subnet_info", lambda *arguments, **options: None)
    with pytest.raises(AssertionError, match=r"0 of 254 addresses were taken, with \d+ errors"):
        side_by_side.emptied_by_us(Ledger(tmp_path / "ipam.db"), TINY._replace(seconds=0.1))


def test_what_was_given_twice_or_not_at_all_is_seen() -> None:
    found = side_by_side.emptied([(ALL[:100], 1, 0.5, 2.0), (ALL[100:], 0, 0.75, 3.0)])
    assert found == side_by_side.Emptied([100, 154], 1, 0.75, 3.0)
    with pytest.raises(AssertionError, match="twice"):
        side_by_side.emptied([(ALL, 0, 0.1, 1.0), (ALL[:1], 0, 0.1, 1.0)])
    with pytest.raises(AssertionError, match="253 of 254"):
        side_by_side.emptied([(ALL[1:], 0, 0.1, 1.0)])


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the program that is Neutron's driver."""
    monkeypatch.setattr(side_by_side, "_HERE", tmp_path)
    return tmp_path / "neutron_driver.py"


def test_the_driver_is_asked_in_turns(driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    command, *arguments = json.loads(line)\n"
        f"    given = {{'addresses': {ALL}, 'errors': 0, 'longest': 1, 'elapsed': 4}}\n"
        "    print(json.dumps(2_000_000_000 if command == 'allocate' else given), flush=True)\n"
    )
    monkeypatch.setattr(side_by_side, "BULK", 5)
    found = side_by_side.measure([Store("sqlite", tmp_path, None)], TINY._replace(processes=1), PYTHON)
    assert [(figure.what, figure.against) for figure in found] == [
        ("one address, 0 held", 2000),
        ("5 at once, 0 held", 2000),
        ("1 processes empty a /24", 4),
    ]
    assert found[0].value == pytest.approx(found[0].median / 2000)


def test_a_driver_that_ends_is_told_with_what_it_said(driver: Path) -> None:
    driver.write_text("import sys\nsys.exit('no such module')\n")
    with side_by_side.Neutron(PYTHON, "sqlite://", "10.0.0.0/8") as neutron:
        neutron._process.wait(60)  # so that the pipe is broken
        with pytest.raises(RuntimeError, match="no such module"):
            neutron.ask("make", 0)


def test_a_driver_that_does_not_end_is_killed(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(side_by_side, "_PATIENCE", 0.1)
    with pytest.raises(KeyError), side_by_side.Neutron(PYTHON, "sqlite://", "10.0.0.0/8") as neutron:
        raise KeyError
    assert neutron._process.returncode == -9


class Installed:
    """Stands in for the commands that make an environment; ``fails`` is a part of the one that does not work."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.fails = ""

    def __call__(self, command: t.Sequence[str | Path], **_options: t.Any) -> subprocess.CompletedProcess[str]:
        said = " ".join(map(str, command))
        self.commands.append(said)
        if "venv" in command:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        failed = bool(self.fails) and self.fails in said
        return subprocess.CompletedProcess([], int(failed), "WARNING: slow\nERROR: No matching distribution\n\n")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Installed:
    found = Installed()
    monkeypatch.setattr(subprocess, "run", found)
    return found


def test_an_environment_is_made_once(installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    python = side_by_side.environment(Path("build"))
    assert python == tmp_path / "build" / "neutron" / "bin" / "python"  # which is started in another folder
    assert side_by_side.environment(Path("build")) == python
    assert len(installed.commands) == 2
    python.unlink()
    side_by_side.environment(Path("build"))
    assert len(installed.commands) == 4


@pytest.mark.parametrize("part", ["venv --clear", "pip install"])
def test_half_an_environment_is_none(installed: Installed, tmp_path: Path, part: str) -> None:
    stamp = side_by_side.environment(tmp_path).parents[1] / "requirements.txt"
    made = stamp.read_text()
    stamp.write_text("older")
    installed.fails = part
    with pytest.raises(side_by_side.NeutronMissing, match=r"^Neutron is left out: ERROR: No matching distribution$"):
        side_by_side.environment(tmp_path)
    assert not stamp.exists()
    installed.fails = ""
    side_by_side.environment(tmp_path)
    assert stamp.read_text() == made


def test_without_neutron_nothing_is_measured(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed.fails = "pip"
    monkeypatch.setattr(sys, "argv", ["side_by_side", f"--folder={tmp_path}"])
    assert side_by_side.main() == 1
    assert "Neutron is left out: ERROR: No matching distribution" in capsys.readouterr().err


def test_errors_of_both_libraries_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """oslo.db raises its own after its retries."""
    of_sqlalchemy, of_oslo, none_left = (type(name, (Exception,), {}) for name in ("DBAPIError", "DBError", "NoneLeft"))
    for name in (
        *("netaddr", "neutron", "neutron.ipam", "neutron.ipam.drivers", "neutron.ipam.drivers.neutrondb_ipam"),
        *("neutron_lib", "neutron_lib.db", "oslo_config", "oslo_db", "sqlalchemy"),
    ):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    monkeypatch.setattr(sys.modules["sqlalchemy"].exc, "DBAPIError", of_sqlalchemy)
    monkeypatch.setattr(sys.modules["oslo_db"].exception, "DBError", of_oslo)
    monkeypatch.setattr(sys.modules["neutron.ipam"].exceptions, "IpAddressGenerationFailure", none_left)
    found = runpy.run_path(str(Path(side_by_side.__file__).with_name("neutron_driver.py")))
    served = found["Driver"]("sqlite://", "10.0.0.0/24")
    served._take_retried = MagicMock(side_effect=[of_sqlalchemy, ["10.0.0.1"], of_oslo, none_left])
    counted = served.empty(60)
    assert (counted["addresses"], counted["errors"]) == (["10.0.0.1"], 2)
