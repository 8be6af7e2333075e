# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of stores that the tests of the ledger run on, and a fresh place in each."""

from __future__ import annotations

import contextlib
import functools
import itertools
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Session
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Access

KINDS = ("sqlite", "file", "postgresql", "mariadb", "galera")
SERVERS = {"postgresql": "postgres_server", "mariadb": "mariadb_server", "galera": "galera_cluster"}
"""The fixtures that give a running server with a database."""

_numbers = itertools.count(1)


@contextlib.contextmanager
def fresh(kind: str, folder: Path, server: Access | None) -> t.Iterator[Ledger]:
    """A place where no ledger is yet: a path in the folder, or a schema or database of its own on the server."""
    if server is None:
        yield Ledger(folder / ("ipam.db" if kind == "sqlite" else "ipam.yml"))
        return
    name = f"{server.database}_{next(_numbers)}"
    own = "SCHEMA" if kind == "postgresql" else "DATABASE"
    if own == "DATABASE":
        execute(server.url(), f"CREATE DATABASE {name}")
        _wait_for_all(server.url())
    yield Ledger(server.url(schema=name) if own == "SCHEMA" else server.url(name))
    execute(server.url(), f"DROP {own} IF EXISTS {name}{' CASCADE' if own == 'SCHEMA' else ''}")


def execute(url: str, *statements: str) -> None:
    """Run statements on a server as the user of the URL."""
    session = _session(url)
    for statement in statements:
        session.execute(statement)


def _wait_for_all(url: str) -> None:
    """Each node of a cluster has what another one made, also one that is busy: whoever asks waits until it is so."""
    for number in range(engine(parse_server(url, ""), 30).hosts):
        _session(url, number).execute("SELECT 1 FROM information_schema.schemata LIMIT 1").fetchall()


@functools.lru_cache(maxsize=12)
def _session(url: str, number: int = 0) -> Session:
    return engine(parse_server(url, ""), 30).connect(number, "", 10)
