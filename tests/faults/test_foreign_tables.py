# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A database in which somebody else has tables of our names: left as they are, and said so."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store, subnet
from ansible_collections.netledger.ipam.tests.faults.raw import connected
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Database

OTHERS = {
    "meta of keys and values": (
        "CREATE TABLE meta (name VARCHAR(20), value VARCHAR(20))",
        "INSERT INTO meta VALUES ('a', 'b')",
    ),
    "meta of text": (
        "CREATE TABLE meta (id VARCHAR(20), schema_version VARCHAR(20))",
        "INSERT INTO meta VALUES ('1', 'b')",
    ),
    "meta with a version of text": (
        "CREATE TABLE meta (id INTEGER, schema_version VARCHAR(9))",
        "INSERT INTO meta VALUES (1, '1.2')",
    ),
    "a subnet": ("CREATE TABLE subnet (cidr VARCHAR(20))", "INSERT INTO subnet VALUES ('10.0.0.0/8')"),
    "an address, and a view": (
        "CREATE TABLE address (street VARCHAR(20))",
        "CREATE VIEW v_pool AS SELECT street FROM address",
    ),
}


def tables(database: Database) -> list[tuple[str, ...]]:
    schema = "'public'" if database.server.scheme == "postgresql" else "DATABASE()"
    return database.admin(
        f"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = {schema} ORDER BY 1, 2"
    )


@pytest.mark.parametrize("others", OTHERS)
def test_tables_of_others(database: Database, others: str) -> None:
    with connected(database) as run:
        for statement in OTHERS[others]:
            run(statement)
    before = tables(database)
    ledger = Ledger(database.url())
    for task, options in (
        (subnet.TASK, {"name": "lan", "cidr": "10.0.0.0/24"}),
        (store.TASK, {"store": ledger.store}),
    ):
        result = ledger.run(task, None, **options)
        assert (result["reason"], result["changed"]) == ("not_a_ledger", False), result
        assert "these were left as they are" in result["msg"]
    assert ledger.run(address.TASK, name="a", subnet="lan")["reason"] in ("not_a_ledger", "store_missing")
    assert tables(database) == before


def test_tables_of_others_with_other_names(database: Database) -> None:
    database.admin("CREATE TABLE customer (name VARCHAR(20)); INSERT INTO customer VALUES ('a')")
    ledger = Ledger(database.url())
    assert ledger.subnet(name="lan", cidr="10.0.0.0/24")["changed"] is True
    assert database.admin("SELECT * FROM customer") == [("a",)]


def test_a_table_is_gone(lan: Ledger, database: Database) -> None:
    database.admin("DROP VIEW v_free; DROP TABLE extent")
    result = lan.run(address.TASK, name="a", subnet="lan")
    assert (result["reason"], result["changed"]) == ("not_a_ledger", False)
    assert "extent" in result["msg"]
