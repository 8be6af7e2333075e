# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark measures every kind of store against the least that keeps addresses in the same place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import allocation, bare, bulk, ledgers, report
from ansible_collections.netledger.ipam.tests.bench.operations import Bench
from ansible_collections.netledger.ipam.tests.bench.places import Store
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.stores import SERVERS

TINY = allocation.Scope((30,), ("churn",), (4,), 1, bulk=20)


def _store(kind: str, folder: Path, request: pytest.FixtureRequest) -> Store:
    server: Access | None = request.getfixturevalue(SERVERS[kind]) if kind in SERVERS else None
    return Store(kind, folder, server)


@pytest.mark.parametrize("kind", allocation.SCOPES)
def test_every_kind_is_measured(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    scope = TINY._replace(analyze=kind == "postgresql")
    lines = allocation.measure(_store(kind, tmp_path, request), scope)
    assert {line.store for line in lines} == {kind}
    lowest = [line for line in lines if line.what == "lowest"]
    assert [(line.held, line.analyzed) for line in lowest] == [
        (held, analyzed) for analyzed in (False, True)[: 1 + scope.analyze] for held in (0, 30)
    ]
    assert {line.bar for line in lowest} == {report.TO_BARE[kind]}
    assert sum(line.what.startswith("20 in a ") for line in lines) == 3


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_the_bare_table_refuses_what_the_ledger_refuses(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It has the ledger's keys: one holder of an address, and one address of a holder."""
    with _store(kind, tmp_path, request).fresh() as place:
        table = bare.beside(ledgers.build_in(place, kind, 4, "dense", 0))
        (row,) = table.rows(1)
        table.insert([row])
        with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
            table.insert([row])
        table.close()


def test_a_bare_file_has_the_bytes_of_the_ledger(tmp_path: Path) -> None:
    with Store("file", tmp_path, None).fresh() as place:
        cell = ledgers.build_in(place, "file", 4, "churn", 30)
        table = bare.beside(cell)
        table.insert(table.rows(1))
        assert cell.path.with_suffix(".bare").read_bytes() == cell.path.read_bytes()
        table.close()
        assert not cell.path.with_suffix(".bare").exists()


def test_the_same_rows_are_those_of_the_transaction(tmp_path: Path) -> None:
    store = Store("sqlite", tmp_path, None)
    found = bulk.measure(store, 6, 1, 20)
    assert (found.amount, found.version) == (20, 6)
    with store.fresh() as place:
        cell = ledgers.build_in(place, "sqlite", 6, "dense", 0)
        bench = Bench(cell, random.Random())
        bulk.give(bench, ["a", "b"], found.ours)
        rows = place.read(bulk.written)
        bench.store.close()
    assert [len(table.rows) for table in rows] == [2, 2]
