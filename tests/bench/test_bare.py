# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark measures every kind of store against the least that keeps addresses in the same place."""

from __future__ import annotations

import random
import typing as t
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from ansible_collections.netledger.ipam.tests.bench import allocation, bare, bulk, ledgers, report
from ansible_collections.netledger.ipam.tests.bench.measuring import Times
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
        table.insert(table.rows(3))
        with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
            table.insert([row])
        table.close()


def test_many_rows_are_copied_where_the_driver_can(tmp_path: Path) -> None:
    table = bare.in_file(tmp_path / "bare.db", 4)
    rows = table.rows(2)
    table.insert(rows)
    assert table._connection.execute("SELECT count(*) FROM bare").fetchall() == [(2,)]
    table.close()
    table._connection = MagicMock()
    table.insert(rows)
    cursor = table._connection.cursor()
    cursor.copy.assert_called_once_with("COPY bare FROM STDIN")
    assert [call.args for call in cursor.copy().__enter__().write_row.call_args_list] == [(row,) for row in rows]


def test_a_bare_file_is_as_long_as_the_written_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(bare.BareFile, "insert", lambda table, rows: written.append(table._content))
    bulk.measure(Store("file", tmp_path, None), 4, 1, 20)
    assert sum(content.count(ledgers.holder(19).encode()) for content in written) > 0


def test_sides_are_measured_in_both_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several rounds one more comes first, which is not counted."""
    order: list[str] = []

    def noting(name: str) -> t.Callable[[bulk.Sides, Times], None]:
        return lambda sides, times: times.measure(lambda: order.append(name))

    names = ["ours", "same", "task", "bare"]
    for name in names:
        monkeypatch.setattr(bulk.Sides, name, noting(name))
    found = bulk.measure(Store("sqlite", tmp_path, None), 4, 2, 20)
    assert order == [*names, *names, *reversed(names)]
    assert [len(times._wall) for times in (found.ours, found.same, found.task, found.bare)] == [2, 2, 2, 2]
    order.clear()
    bulk.measure(Store("sqlite", tmp_path, None), 4, 1, 20)
    assert order == names


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
