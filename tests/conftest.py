# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all tests of the collection's Python share."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock as store_clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Access as Server
from ansible_collections.netledger.ipam.tests.stores import KINDS, SERVERS, fresh

pytest_plugins = ["ansible_collections.netledger.ipam.tests.services.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--stores",
        default="sqlite",
        help=f"the kinds of stores to run the tests of the ledger on: all, or some of {','.join(KINDS)}",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each kind of store that was asked for, and that it is for (``@pytest.mark.stores``)."""
    if "store_kind" in metafunc.fixturenames:
        option = metafunc.config.getoption("--stores")
        asked = KINDS if option == "all" else tuple(option.split(","))
        unknown = set(asked) - set(KINDS)
        if unknown:
            raise pytest.UsageError(f"--stores: there is no kind {unknown.pop()}")
        marker = metafunc.definition.get_closest_marker("stores")
        metafunc.parametrize(
            "store_kind", [kind for kind in asked if not marker or kind in marker.args], scope="session"
        )


@pytest.fixture(scope="session")
def store_server(store_kind: str, request: pytest.FixtureRequest) -> Server | None:
    """The server of the kind of store, if it has one."""
    return t.cast(Server, request.getfixturevalue(SERVERS[store_kind])) if store_kind in SERVERS else None


@pytest.fixture
def ledger(store_kind: str, store_server: Server | None, tmp_path: Path) -> t.Iterator[Ledger]:
    """The place of a ledger that is not there yet."""
    with fresh(store_kind, tmp_path, store_server) as ledger:
        yield ledger


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
    monkeypatch.setattr(store_clock, "now", clock.time)
    return clock
