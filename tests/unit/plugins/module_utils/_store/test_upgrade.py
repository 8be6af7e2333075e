# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers of earlier releases: refused until they are upgraded, which many may try at once, and which may break off."""

from __future__ import annotations

import contextlib
import multiprocessing.synchronize
import sqlite3
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import kind_of
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, open_store, upgrade_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import (
    APPLICATION_ID,
    MARIADB,
    POSTGRESQL,
    SQLITE,
    VERSION,
    migrate,
    steps,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.tests.apart import FORK
from ansible_collections.netledger.ipam.tests.ledger import Ledger

# The format of a text file has a version of its own.
pytestmark = pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")

TERMS = Terms("tester", 20)
DIALECTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "mariadb": MARIADB}
VIEWS = ("v_address", "v_free", "v_pool")
FIRST, SECOND = (len(statements) for _version, statements in steps(MARIADB, 0, to=2))
"""How many statements the first steps have."""


@contextlib.contextmanager
def connected(ledger: Ledger) -> t.Iterator[t.Any]:
    """A connection on which every statement is committed by itself; the place is made, and empty."""
    kind = kind_of(ledger.store)
    if kind == "sqlite":
        with contextlib.closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            yield connection
        return
    location = parse_server(ledger.store, "")
    with contextlib.closing(engine(location, 30).connect(0, "", 10)) as session:
        if kind == "postgresql":
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {location.options['schema']}")
        yield session


@pytest.fixture
def old(ledger: Ledger) -> Ledger:
    """A ledger of the first release, with something in it."""
    with connected(ledger) as connection:
        migrate(connection, 0, DIALECTS[kind_of(ledger.store)], to=1)
        connection.execute("INSERT INTO vrf (name, rev) VALUES ('kept', 7)")
    return ledger


def opened(ledger: Ledger) -> None:
    open_store(ledger.place, TERMS, create=True).close()


def refused(ledger: Ledger, words: str) -> None:
    with pytest.raises(LedgerError, match=words) as caught:
        opened(ledger)
    assert caught.value.reason == "store_schema"


def check_newest(ledger: Ledger) -> None:
    assert list(ledger.rows("SELECT schema_version FROM meta")) == [(VERSION,)]
    for view in VIEWS:
        assert not ledger.rows(f"SELECT * FROM {view}")


def test_an_old_ledger_is_refused_until_it_is_upgraded(old: Ledger) -> None:
    refused(old, "has schema 1, and this release works with schema")
    assert upgrade_store(old.place, TERMS) is True
    check_newest(old)
    assert list(old.rows("SELECT name, rev FROM vrf")) == [("kept", 7)]
    assert upgrade_store(old.place, TERMS) is False
    old.subnet(name="lan", cidr="10.0.0.0/24")


def test_a_newer_ledger_is_refused_and_left(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    with connected(ledger) as connection:
        # A node of a cluster is up to date once it was read.
        assert connection.execute("SELECT schema_version FROM meta").fetchone() == (VERSION,)
        connection.execute(f"UPDATE meta SET schema_version = {VERSION + 1}")
    with contextlib.suppress(LedgerError):
        upgrade_store(ledger.place, TERMS)
    refused(ledger, f"has schema {VERSION + 1}, and this release knows schemas up to {VERSION}")


def test_many_upgrade_at_once(old: Ledger) -> None:
    """One of them does it; the others wait and find it done."""
    start, answers = FORK.Barrier(8), FORK.SimpleQueue()
    children = [FORK.Process(target=upgrade, args=(old, start, answers)) for number in range(8)]
    for child in children:
        child.start()
    found = [answers.get() for _ in children]
    for child in children:
        child.join(60)
    assert sorted(found) == [(False, "")] * 7 + [(True, "")]
    check_newest(old)


@pytest.mark.stores("sqlite", "file", "postgresql", "mariadb", "galera")
def test_many_make_a_ledger_at_once(ledger: Ledger) -> None:
    start, answers = FORK.Barrier(8), FORK.SimpleQueue()
    children = [FORK.Process(target=make_a_subnet, args=(ledger, start, answers, number)) for number in range(8)]
    for child in children:
        child.start()
    found = [answers.get() for _ in children]
    for child in children:
        child.join(60)
    assert found == [""] * 8
    assert sorted(one["name"] for one in ledger.subnet_info()) == [f"lan{number}" for number in range(8)]


def make_a_subnet(ledger: Ledger, start: multiprocessing.synchronize.Barrier, answers: t.Any, number: int) -> None:
    start.wait(60)
    try:
        ledger.subnet(name=f"lan{number}", cidr=f"10.0.{number}.0/24")
        answers.put("")
    except BaseException as error:
        answers.put(repr(error))


def upgrade(ledger: Ledger, start: multiprocessing.synchronize.Barrier, answers: t.Any) -> None:
    start.wait(60)
    try:
        answers.put((upgrade_store(ledger.place, TERMS), ""))
    except BaseException as error:
        answers.put((False, repr(error)))


@pytest.mark.stores("mariadb", "galera")
@pytest.mark.parametrize("done", range(SECOND + 1))
def test_an_upgrade_that_broke_off_is_completed(old: Ledger, done: int) -> None:
    """MariaDB commits each statement that makes something by itself."""
    with connected(old) as connection:
        ((_version, statements),) = steps(MARIADB, 1, to=2)
        for statement in statements[:done]:
            connection.execute(statement)
    refused(old, "has schema 1")
    assert upgrade_store(old.place, TERMS) is True
    check_newest(old)
    assert list(old.rows("SELECT name, rev FROM vrf")) == [("kept", 7)]


@pytest.mark.stores("mariadb", "galera")
@pytest.mark.parametrize("done", range(1, FIRST + 1))
def test_the_making_of_a_ledger_that_broke_off_is_completed(ledger: Ledger, done: int) -> None:
    with connected(ledger) as connection:
        ((_version, statements),) = steps(MARIADB, 0, to=1)
        for statement in statements[:done]:
            connection.execute(statement)
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    check_made(ledger)


def check_made(ledger: Ledger) -> None:
    assert list(ledger.rows("SELECT schema_version FROM meta")) == [(VERSION,)]
    assert list(ledger.rows("SELECT subnet, first_address FROM v_free")) == [("lan", "10.0.0.0")]


@pytest.mark.stores("sqlite", "postgresql")
def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(old: Ledger) -> None:
    """Here a step is taken back as a whole, or not done at all."""
    with connected(old) as connection:
        connection.execute("CREATE TABLE v_pool (somebody_elses INTEGER)")
    with pytest.raises(LedgerError, match="v_pool"):
        upgrade_store(old.place, TERMS)
    refused(old, "has schema 1")
    with connected(old) as connection:
        connection.execute("DROP TABLE v_pool")
    assert upgrade_store(old.place, TERMS) is True
    check_newest(old)
