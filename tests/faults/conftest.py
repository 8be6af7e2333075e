# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of faults share: a database of each kind of server, and a ledger in it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Database


@pytest.fixture(params=["postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> t.Iterator[Database]:
    """An empty database of this test on each kind of server."""
    yield request.getfixturevalue("postgres_database" if request.param == "postgresql" else "mariadb_database")
    idle.close_all()


@pytest.fixture
def lan(database: Database) -> Ledger:
    """A ledger with the subnet lan, 10.0.0.0/24."""
    ledger = Ledger(database.url())
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    return ledger
