# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an allocation is compared with: the least that anybody does who keeps addresses in the same place by himself."""

from __future__ import annotations

import abc
import os
import re
import sqlite3
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._store import schema
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_systems import sync_folder
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.tests.bench.ledgers import AFFINITY, Cell, holder, lengthen_log

Rows = list[tuple[t.Any, ...]]
_FILLED: t.Final = {"subnet_id": 1, "vrf_id": 1, "interface": "", "ordinal": 0, "status": "active"} | {
    "tags": "[]",
    "labels": "{}",
    "description": "",
}


class Bare(abc.ABC):
    """Rows to insert, each with an address that was not there yet, and how that is done."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._next = 1
        self._columns: list[str] = []

    def rows(self, count: int) -> Rows:
        """Rows as the ledger would store them."""
        made = []
        for number in range(self._next, self._next + count):
            row = {**_FILLED, "addr": to_key(number, self._version), "name": holder(number)}
            made.append(tuple(row.get(column) for column in self._columns))
        self._next += count
        return made

    @abc.abstractmethod
    def insert(self, rows: Rows) -> None:
        """Write rows so that they outlive the machine."""

    @abc.abstractmethod
    def close(self) -> None: ...


class BareTable(Bare):
    """The ledger's table of held addresses, keys and all but those to other tables: INSERT and COMMIT.

    The driver and its connection are the ledger's, and used as the driver's documentation says.
    """

    def __init__(self, connection: t.Any, dialect: schema.Dialect, mark: str, version: int) -> None:
        super().__init__(version)
        self._connection = connection
        for statement in ("DROP TABLE IF EXISTS bare", *_tables(dialect)):
            connection.cursor().execute(statement)
        connection.commit()
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM bare")
        self._columns = [column[0] for column in cursor.description]
        cursor.close()
        connection.commit()
        self._statement = f"INSERT INTO bare VALUES ({', '.join([mark] * len(self._columns))})"

    def insert(self, rows: Rows) -> None:
        cursor = self._connection.cursor()
        if len(rows) == 1:
            cursor.execute(self._statement, rows[0])
        elif hasattr(cursor, "copy"):  # psycopg, whose documentation has it for many rows
            with cursor.copy("COPY bare FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(self._statement, rows)
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


class BareFile(Bare):
    """A file of as many bytes as the ledger has, written anew beside it and renamed, all of it synced."""

    def __init__(self, ledger: Path, version: int) -> None:
        super().__init__(version)
        self._path = ledger.with_suffix(".bare")
        self._content = ledger.read_bytes()

    def insert(self, rows: Rows) -> None:
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(self._content)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self._path)
        sync_folder(str(self._path))

    def close(self) -> None:
        self._path.unlink(missing_ok=True)


def beside(cell: Cell) -> Bare:
    """The bare one for a ledger, on the same disk or server, as durable."""
    if cell.kind == "file":
        return BareFile(cell.path, cell.version)
    if cell.kind == "sqlite":
        return in_file(cell.path.with_suffix(".bare.db"), cell.version)
    server = engine(parse_server(cell.url, ""), 30)
    session = server.connect(0, AFFINITY, 10)
    connection = session._connection  # type: ignore[attr-defined]
    if callable(connection.autocommit):
        connection.autocommit(False)
    else:
        connection.autocommit = False
    return BareTable(connection, server.dialect, "%s", cell.version)


def in_file(path: Path, version: int) -> BareTable:
    """A table in a SQLite file of its own, with the pragmas of the ledger."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    table = BareTable(connection, schema.SQLITE, "?", version)
    lengthen_log(path)
    return table


def _tables(dialect: schema.Dialect) -> t.Iterator[str]:
    for _version, statements in schema.steps(dialect, 0):
        for statement in statements:
            if re.match(r"CREATE (TABLE address|INDEX address_\w+)\b", statement):
                yield re.sub(r"\baddress", "bare", re.sub(r"REFERENCES \w+ \(id\)", "", statement))
