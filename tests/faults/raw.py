# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections beside the ledger: of somebody else who works in the same database."""

from __future__ import annotations

import contextlib
import typing as t

import psycopg
import pymysql
from ansible_collections.netledger.ipam.tests.services.access import USER, Database
from ansible_collections.netledger.ipam.tests.services.processes import HOST

Run = t.Callable[[str], list[tuple[t.Any, ...]]]


@contextlib.contextmanager
def connected(database: Database, user: str = USER, node: int = 0) -> t.Iterator[Run]:
    """A function that runs a statement and returns its rows. Nothing is committed unless a statement says so."""
    port = database.server.ports[node]
    if database.server.scheme == "postgresql":
        with psycopg.connect(
            host=HOST, port=port, user=user, dbname=database.name, autocommit=True, application_name="somebody"
        ) as connection:

            def run(sql: str) -> list[tuple[t.Any, ...]]:
                cursor = connection.execute(sql)
                return cursor.fetchall() if cursor.description else []

            yield run
    else:
        with pymysql.connect(
            host=HOST, port=port, user=user, database=database.name, autocommit=True, ssl_disabled=True
        ) as other:

            def run(sql: str) -> list[tuple[t.Any, ...]]:
                with other.cursor() as cursor:
                    cursor.execute(sql)
                    return list(cursor.fetchall())

            yield run
