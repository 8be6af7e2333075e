# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of tasks share."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.ledger import Ledger


class Columns:
    """Sets columns of a ledger by SQL, so that a test of one task needs no option of another."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def subnet(self, name: str, **columns: t.Any) -> None:
        self._set("subnet", "name = ?", [name], columns)

    def pool(self, subnet: str, name: str, **columns: t.Any) -> None:
        self._set("pool", "subnet_id = (SELECT id FROM subnet WHERE name = ?) AND name = ?", [subnet, name], columns)

    def _set(self, table: str, where: str, parameters: list[str], columns: dict[str, t.Any]) -> None:
        assignments = ", ".join(f"{column} = ?" for column in columns)
        statement = f"UPDATE {table} SET {assignments} WHERE {where}"
        assert self._ledger.write(lambda tx: tx.execute(statement, *columns.values(), *parameters)) == 1


@pytest.fixture
def columns(ledger: Ledger) -> Columns:
    return Columns(ledger)
