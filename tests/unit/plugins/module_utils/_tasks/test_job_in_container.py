# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job of AWX that makes a new ledger in a file is warned: the file goes away with its container."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.ledger import Ledger

LAN = {"name": "lan", "cidr": "10.0.0.0/24"}


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> None:
    """What AWX sets for each job."""
    monkeypatch.setenv("AWX_HOST", "https://awx.example.com")
    monkeypatch.setenv("JOB_ID", "7")


@pytest.mark.stores("sqlite", "file")
def test_a_job_that_makes_a_file_is_warned_once(job: None, ledger: Ledger) -> None:
    (warning,) = ledger.subnet(**LAN)["warnings"]
    assert warning.startswith(f"This job made a new ledger, {ledger.path}")
    assert "database server" in warning
    assert "warnings" not in ledger.address(name="a", subnet="lan")


@pytest.mark.stores("postgresql", "mariadb", "galera")
def test_a_server_stays(job: None, ledger: Ledger) -> None:
    assert "warnings" not in ledger.subnet(**LAN)


def test_elsewhere_nobody_is_warned(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> None:
    monkeypatch.setenv("JOB_ID", "7")  # which other systems set too
    assert "warnings" not in ledger.subnet(**LAN)
