# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers as pytest fixtures, a pytest plugin.

``..._server`` is what all workers of a run share; tests that change or end a server start one of their own instead.
``..._database`` is an empty database of one test on it. Without the server on the machine the tests fail.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.services.access import Access, Database
from ansible_collections.netledger.ipam.tests.services.shared import shared_server

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Access]:
    """PostgreSQL; ``database`` is this worker's own."""
    with _server("postgresql", tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Access]:
    """MariaDB; ``database`` is this worker's own."""
    with _server("mariadb", tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def galera_cluster(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Access]:
    """A Galera cluster of three nodes; ``database`` is this worker's own."""
    with _server("galera", tmp_path_factory) as cluster:
        yield cluster


@pytest.fixture
def postgres_database(postgres_server: Access) -> t.Iterator[Database]:
    with postgres_server.empty_database(_name()) as database:
        yield database


@pytest.fixture
def mariadb_database(mariadb_server: Access) -> t.Iterator[Database]:
    with mariadb_server.empty_database(_name()) as database:
        yield database


@pytest.fixture
def galera_database(galera_cluster: Access) -> t.Iterator[Database]:
    with galera_cluster.empty_database(_name()) as database:
        yield database


@contextlib.contextmanager
def _server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Access]:
    # A worker's folder stands in that of the run; without workers it is that of the run.
    folder = tmp_path_factory.getbasetemp()
    with shared_server(kind, folder if WORKER == "main" else folder.parent) as server:
        server.database = f"ipam_{WORKER}"
        with server.empty_database(server.database):
            yield server


def _name() -> str:
    return f"ipam_{WORKER}_{next(_NUMBERS)}"
