# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading long tables of a server in portions: every row once, in order, and few of them in memory at a time."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.parameters import in_portions
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteConnection
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

ROWS = 20_000


@pytest.fixture
def numbers() -> t.Iterator[SqliteConnection]:
    connection = SqliteConnection(":memory:")
    connection.execute("CREATE TABLE number (id INTEGER PRIMARY KEY, half INTEGER, odd INTEGER)")
    connection.executemany("INSERT INTO number VALUES (?, ?, ?)", ((n, n // 2, n % 2) for n in range(ROWS)))
    yield connection
    connection.close()


class Fetched:
    """Fetches from the table, and notes the statements and how many rows each gave."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self.statements: list[str] = []
        self.sizes: list[int] = []

    def __call__(self, sql: str, parameters: t.Sequence[t.Any]) -> list[Row]:
        rows = self._connection.execute(sql, parameters).fetchall()
        self.statements.append(sql)
        self.sizes.append(len(rows))
        return rows


ALL = [(number,) for number in range(ROWS)]


@pytest.mark.parametrize(
    ("sql", "parameters", "rows"),
    [
        ("SELECT id FROM number ORDER BY id", (), ALL),
        ("SELECT id FROM number ORDER BY id DESC", (), ALL[::-1]),
        ("SELECT id FROM number WHERE odd = ? ORDER BY id", (1,), ALL[1::2]),
        ("SELECT id FROM number WHERE id < ? OR odd = ? ORDER BY id", (0, 1), ALL[1::2]),
        ("SELECT id FROM number WHERE id IN (SELECT id FROM number WHERE odd = ?) ORDER BY id", (1,), ALL[1::2]),
        ("SELECT n.id FROM number n JOIN number m ON m.id = n.id WHERE m.odd = ? ORDER BY n.id", (0,), ALL[::2]),
        ("SELECT odd, id FROM number WHERE half = ? ORDER BY id", (3,), [(0, 6), (1, 7)]),
    ],
)
def test_a_portion_starts_behind_the_one_before(
    numbers: SqliteConnection, sql: str, parameters: tuple[t.Any, ...], rows: list[Row]
) -> None:
    fetch = Fetched(numbers)
    assert list(in_portions(fetch, sql, parameters)) == rows
    assert max(fetch.sizes) <= 8192
    assert not any("OFFSET" in statement for statement in fetch.statements)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT half FROM number ORDER BY id",
        "SELECT half FROM number ORDER BY half, odd",
        "SELECT max(half) AS half FROM number GROUP BY id ORDER BY half",
    ],
)
def test_else_the_rows_before_are_passed_over(numbers: SqliteConnection, sql: str) -> None:
    fetch = Fetched(numbers)
    assert list(in_portions(fetch, sql, ())) == [(number // 2,) for number in range(ROWS)]
    assert fetch.sizes == [64, 512, 4096, 15_328]


def test_rows_that_go_while_they_are_looked_at_hide_no_others(numbers: SqliteConnection) -> None:
    seen = []
    for (number,) in in_portions(Fetched(numbers), "SELECT id FROM number ORDER BY id", ()):
        numbers.execute("DELETE FROM number WHERE id = ?", (number,))
        seen.append((number,))
    assert seen == ALL


def test_what_is_not_looked_at_is_not_fetched(numbers: SqliteConnection) -> None:
    fetch = Fetched(numbers)
    assert next(in_portions(fetch, "SELECT id FROM number ORDER BY id", ())) == (0,)
    assert fetch.sizes == [64]
