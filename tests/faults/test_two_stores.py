# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two ledgers of the same kind of server, open one inside the other as in a copy: each answers for its own errors."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.stores import SERVERS, fresh


@pytest.fixture(params=["postgresql", "mariadb"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> t.Iterator[tuple[Ledger, Ledger]]:
    server: Access = request.getfixturevalue(SERVERS[request.param])
    with fresh(request.param, tmp_path, server) as one, fresh(request.param, tmp_path, server) as other:
        for ledger in (one, other):
            ledger.subnet(name="lan", cidr="10.0.0.0/24")
        yield one, other


def test_an_error_names_the_store_that_it_is_of(pair: tuple[Ledger, Ledger]) -> None:
    source, target = pair
    with pytest.raises(LedgerError) as caught:
        target.write(lambda tx: source.read(lambda _theirs: tx.execute("UPDATE nothing SET at = 1")))
    assert f"The store {target.store} (" in caught.value.message
    with pytest.raises(LedgerError) as caught:
        target.write(lambda _tx: source.read(lambda theirs: theirs.all("SELECT at FROM nothing")))
    assert f"The store {source.store} (" in caught.value.message
