# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all tests of the collection's Python share."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """The place of a ledger whose file is not there yet."""
    return Ledger(tmp_path / "ipam.db")


@pytest.fixture
def tx() -> t.Iterator[Transaction]:
    """A transaction on an empty ledger in memory; its clock is ``tx.now``."""
    store = MemoryStore("tester")
    transaction = store.run(lambda tx: tx, Access.WRITE)
    transaction.now = 1_000_000
    yield transaction
    store.close()


class Clock:
    """The clock of every store, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sqlite, "time", types.SimpleNamespace(time=clock.time))
    return clock
