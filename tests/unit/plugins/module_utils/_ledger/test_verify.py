# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows broken by hand: each is found under its own word, repaired where it is derived, and left where it is not."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import verify as verify_module
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import kind_of
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import TABLES
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

# When a text file is read, its free space is derived anew and each record is checked. The nodes of a cluster number
# rows in steps, and the statements below name rows by their numbers.
pytestmark = pytest.mark.stores("sqlite", "postgresql", "mariadb")

# What the tests break: 1 outer, 2 inner in it, 3 six, 4 red in another VRF. 10.0.0.5 is held and 10.0.0.6 on hold.


@pytest.fixture
def broken(ledger: Ledger) -> Broken:
    ledger.subnet(name="outer", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.8-10.0.0.9"], hold_down="1h")
    ledger.subnet(name="inner", cidr="10.0.0.64/28")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.subnet(name="red", cidr="10.0.0.0/24", vrf="red")
    ledger.address(name="held", subnet="outer", address="10.0.0.5", tags=["a"], labels={"b": "c"})
    ledger.address(name="gone", subnet="outer", address="10.0.0.6")
    ledger.address(name="gone", subnet="outer", state="absent")
    ledger.address(name="deep", subnet="inner", address="10.0.0.70")
    ledger.address(name="six", subnet="six", address="2001:db8::5")
    ledger.address(name="red", subnet="red", vrf="red", address="10.0.0.5")
    return Broken(ledger)


class Broken:
    """A sound ledger to break with SQL."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.kind = kind_of(ledger.store)

    def sql(self, *statements: str) -> None:
        """Run statements that alter something, as somebody who has taken the foreign keys away."""
        with contextlib.closing(self._connect()) as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, f"nothing broken by {statement}"

    def _connect(self) -> t.Any:
        if self.kind == "sqlite":
            return sqlite3.connect(self.ledger.path, isolation_level=None)
        session = engine(parse_server(self.ledger.store, ""), 30).connect(0, "", 10)
        if self.kind == "mariadb":
            session.execute("SET foreign_key_checks = 0")
        else:
            for key in ("subnet.vrf_id", "pool.subnet_id", "address.subnet_id", "hold.subnet_id", "extent.subnet_id"):
                table, column = key.split(".")
                session.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{column}_fkey")
        return session

    def verified(self) -> Result:
        return self.ledger.run(store.TASK, store="the ledger", verify=True)

    def repaired(self) -> Result:
        return self.ledger.run(store.TASK, store="the ledger", repair=True)

    def rows_of_truth(self) -> dict[str, list[t.Any]]:
        """All rows but those of the history, which a repaired parent adds to, and the counters of locks."""
        rows: dict[str, list[t.Any]] = {}
        for table in TABLES[:-1]:
            found = self.ledger.rows(f"SELECT * FROM {table}")
            rows[table] = sorted((row[:-1] if table in ("subnet", "vrf") else row for row in found), key=repr)
        return rows


class Case(t.NamedTuple):
    """Statements that break a ledger, and kinds and words of the differences they make.

    ``only_sqlite`` stores such values: ``numbers`` that are none, which servers refuse, or ``bytes`` in place of text,
    which stay bytes nowhere else.
    """

    sql: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    only_sqlite: str = ""


def case(kinds: str, words: str, *sql: str) -> Case:
    return Case(sql, tuple(kinds.split()), tuple(words.split("|")))


def no_number(kinds: str, words: str, *sql: str) -> Case:
    return case(kinds, words, *sql)._replace(only_sqlite="numbers")


def no_text(kinds: str, words: str, *sql: str) -> Case:
    return case(kinds, words, *sql)._replace(only_sqlite="bytes")


def held(key: str, number: int = 1, vrf: int = 1) -> str:
    """A statement that gives an address to somebody, against all rules."""
    return (
        "INSERT INTO address (subnet_id, addr, vrf_id, name, interface, ordinal, status, tags, labels, description) "
        f"VALUES ({number}, {key}, {vrf}, 'intruder', '', 0, 'active', '[]', '{{}}', '')"
    )


def free(number: int, first: str, last: str, size_class: int) -> str:
    """A statement that adds a free range."""
    return (
        "INSERT INTO extent (subnet_id, last, first, run_key) "
        f"VALUES ({number}, '{last}', '{first}', '{number:08x}{size_class:02x}{last}')"
    )


def on_hold(key: str, number: int = 1) -> str:
    return f"INSERT INTO hold (subnet_id, addr, until, name, interface) VALUES ({number}, {key}, 1, 'ghost', '')"


# The free space of outer: .0, .2-.4, .7, .10-.63, .80-.255; that of inner: .64-.69, .71-.79.
DERIVED: dict[str, Case] = {
    "a free range is gone": case(
        "free_missing",
        "Subnet outer (10.0.0.0/24)|10.0.0.7",
        "DELETE FROM extent WHERE subnet_id = 1 AND last = '0a000007'",
    ),
    "a free range is too large": case(
        "free_surplus",
        "outer|stored as free and not free: 10.0.0.8.",
        "UPDATE extent SET last = '0a000008', run_key = '00000001010a000008' WHERE last = '0a000007' AND subnet_id = 1",
    ),
    "a free range is too small": case(
        "free_missing",
        "free and not stored as free: 10.0.0.10-10.0.0.19.",
        "UPDATE extent SET first = '0a000014', run_key = '00000001050a00003f' "
        "WHERE last = '0a00003f' AND subnet_id = 1",
    ),
    "a child is free as well": case(
        "free_surplus free_split free_split",
        "outer|10.0.0.64-10.0.0.79",
        free(1, "0a000040", "0a00004f", 4),
    ),
    "a free range in two": case(
        "free_split",
        "10.0.0.2-10.0.0.3|10.0.0.4",
        "UPDATE extent SET first = '0a000004', run_key = '00000001000a000004' "
        "WHERE last = '0a000004' AND subnet_id = 1",
        free(1, "0a000002", "0a000003", 1),
    ),
    "free ranges overlap": case(
        "free_overlap",
        "10.0.0.2-10.0.0.3|10.0.0.2-10.0.0.4",
        free(1, "0a000002", "0a000003", 1),
    ),
    "a wrong run key": case(
        "wrong_run_key",
        "10.0.0.7|'nonsense'",
        "UPDATE extent SET run_key = 'nonsense' WHERE last = '0a000007' AND subnet_id = 1",
    ),
    "run keys that changed places": case(
        "wrong_run_key wrong_run_key",
        "Subnet outer|Subnet inner",
        "UPDATE extent SET run_key = 'x' WHERE subnet_id = 1 AND last = '0a000007'",
        "UPDATE extent SET run_key = '00000001000a000007' WHERE subnet_id = 2 AND last = '0a00004f'",
        "UPDATE extent SET run_key = '00000002030a00004f' WHERE run_key = 'x'",
    ),
    "a free range that is none": case(
        "free_malformed free_missing",
        "'0A000007'|10.0.0.7",
        "UPDATE extent SET first = '0A000007', last = '0A000007' WHERE last = '0a000007' AND subnet_id = 1",
    ),
    "a free range that ends before it starts": case(
        "free_malformed free_missing",
        "0a0000ff|10.0.0.7",
        "UPDATE extent SET first = '0a0000ff' WHERE last = '0a000007' AND subnet_id = 1",
    ),
    "a free range of no text": no_text(
        "free_malformed free_missing",
        "b'\\xff'|10.0.0.7",
        "UPDATE extent SET first = x'ff' WHERE last = '0a000007' AND subnet_id = 1",
    ),
    "no parent": case(
        "wrong_parent", "inner (10.0.0.64/28)|none|outer", "UPDATE subnet SET parent_id = 0 WHERE id = 2"
    ),
    "another parent": case("wrong_parent", "red|number 3|none", "UPDATE subnet SET parent_id = 3 WHERE id = 4"),
    "a parent that is gone": case("wrong_parent", "number 99|outer", "UPDATE subnet SET parent_id = 99 WHERE id = 2"),
    "a parent that is itself": case("wrong_parent", "inner|outer", "UPDATE subnet SET parent_id = 2 WHERE id = 2"),
    "an address in another VRF": case(
        "wrong_vrf", "outer|1 held address", "UPDATE address SET vrf_id = 77 WHERE subnet_id = 1"
    ),
    "addresses whose VRFs changed places": case(
        "wrong_vrf wrong_vrf",
        "outer|red",
        "UPDATE address SET vrf_id = 77 WHERE subnet_id = 1",
        "UPDATE address SET vrf_id = 1 WHERE subnet_id = 4",
        "UPDATE address SET vrf_id = 2 WHERE subnet_id = 1",
    ),
    "free space of no subnet": case(
        "orphan",
        "Subnet number 99 is gone|table extent still has 1 row of it",
        free(99, "0a000002", "0a000003", 1),
    ),
    "pools of no subnet": case(
        "orphan",
        "table pool still has 2 rows of it",
        "INSERT INTO pool (subnet_id, name, first, last) VALUES (99, 'p', 'x', 'y')",
        "INSERT INTO pool (subnet_id, name, first, last) VALUES (99, 'q', 'x', 'y')",
    ),
}

OWN: dict[str, Case] = {
    "a subnet that is gone": case(
        "orphan orphan orphan",
        "table address|table pool|table extent|number 3",
        "DELETE FROM subnet WHERE id = 3",
    ),
    "a hold of no subnet": case("orphan", "table hold still has 1 row", on_hold("'0a000063'", number=99)),
    "a VRF that is gone": case("vrf_missing", "Subnet red|number 2", "DELETE FROM vrf WHERE id = 2"),
    "an address outside": case("address_outside_subnet", "10.0.1.5|outer", held("'0a000105'")),
    "an address in a child": case("address_in_child", "10.0.0.77|outer|10.0.0.64-10.0.0.79", held("'0a00004d'")),
    "a hold outside": case("hold_outside_subnet", "10.0.1.5|outer", on_hold("'0a000105'")),
    "a hold in a child": case("hold_in_child", "10.0.0.77|10.0.0.64-10.0.0.79", on_hold("'0a00004d'")),
    "held and on hold": case("held_and_on_hold", "10.0.0.5", on_hold("'0a000005'")),
    "a held network address": case("network_address free_surplus", "10.0.0.0, held by intruder", held("'0a000000'")),
    "a held broadcast address": case(
        "broadcast_address free_surplus", "10.0.0.255, held by intruder", held("'0a0000ff'")
    ),
    "a held subnet-router address": case(
        "subnet_router_address free_surplus",
        "2001:db8::, held by intruder",
        held(f"'20010db8{'0' * 24}'", number=3),
    ),
    "a pool outside": case(
        "pool_outside_subnet",
        "pool far (10.0.0.200-10.0.0.255)|10.0.0.1-10.0.0.254",
        "UPDATE subnet SET pools_generated = 0 WHERE id = 1",
        "UPDATE pool SET name = 'far', first = '0a0000c8', last = '0a0000ff' WHERE subnet_id = 1",
    ),
    "a pool over the gateway": case(
        "gateway_in_pool",
        "pool low (10.0.0.1-10.0.0.9)",
        "UPDATE subnet SET pools_generated = 0 WHERE id = 1",
        "UPDATE pool SET name = 'low', first = '0a000001', last = '0a000009' WHERE subnet_id = 1",
    ),
    "pools that overlap": case(
        "pool_overlap",
        "pool p (10.0.0.66-10.0.0.78)|pool default (10.0.0.65-10.0.0.78)",
        "UPDATE subnet SET pools_generated = 0 WHERE id = 2",
        "INSERT INTO pool (subnet_id, name, first, last) VALUES (2, 'p', '0a000042', '0a00004e')",
    ),
    "a pool that ends before it starts": case(
        "malformed",
        "pool default|ends before it starts",
        "UPDATE subnet SET pools_generated = 0 WHERE id = 1",
        "UPDATE pool SET first = '0a000009', last = '0a000008' WHERE subnet_id = 1",
    ),
    "a pool of nonsense": case(
        "wrong_key unknown_word malformed wrong_key",
        "pool default|first is 'x'|strategy is 'best'|hold_down is -1|rotated is '1'",
        "UPDATE subnet SET pools_generated = 0 WHERE id = 1",
        "UPDATE pool SET first = 'x', strategy = 'best', hold_down = -1, rotated = '1' WHERE subnet_id = 1",
    ),
    "pools that were not generated": case(
        "pools_not_generated", "outer|netledger.ipam.subnet", "UPDATE pool SET last = '0a000009' WHERE subnet_id = 1"
    ),
    "a subnet that ends elsewhere": case(
        "wrong_bounds", "Subnet inner|0a000040|0a00003f|/28", "UPDATE subnet SET last = '0a00003f' WHERE id = 2"
    ),
    "a subnet of another length": case(
        "wrong_bounds", "Subnet inner|/29", "UPDATE subnet SET prefix_length = 29 WHERE id = 2"
    ),
    "a subnet of no length": case(
        "wrong_bounds", "Subnet inner|/33", "UPDATE subnet SET prefix_length = 33 WHERE id = 2"
    ),
    "a subnet that starts in the middle": case(
        "wrong_bounds subnet_overlap",
        "Subnet inner|overlaps subnet outer|neither lies in the other",
        "UPDATE subnet SET first = '0a0000f8', last = '0a000107' WHERE id = 2",
    ),
    "a subnet at the end of all addresses": case(
        "wrong_bounds",
        "Subnet inner|fffffff8",
        "UPDATE subnet SET first = 'fffffff8', last = 'ffffffff' WHERE id = 2",
    ),
    "an upper-case subnet": case(
        "wrong_key",
        "Subnet inner|first is '0A000040'",
        "UPDATE subnet SET first = '0A000040' WHERE id = 2",
    ),
    "a subnet of no IP version": case("malformed", "version is 5", "UPDATE subnet SET version = 5 WHERE id = 2"),
    "a reserved range outside": case(
        "reserved_outside_subnet free_missing",
        "0a000100-0a000101|10.0.0.8-10.0.0.9",
        """UPDATE subnet SET reserved = '[["0a000100", "0a000101"]]' WHERE id = 1""",
    ),
    "reserved ranges that are no JSON": case(
        "malformed", "reserved is '[[', not a JSON list", "UPDATE subnet SET reserved = '[[' WHERE id = 1"
    ),
    "reserved ranges of another width": case(
        "malformed", "reserved is", """UPDATE subnet SET reserved = '[["1", "2"]]' WHERE id = 1"""
    ),
    "a gateway of another width": case(
        "wrong_key", "gateway is '0a00001'", "UPDATE subnet SET gateway = '0a00001' WHERE id = 1"
    ),
    "notes of a subnet": case(
        "malformed malformed malformed malformed",
        "dns_servers is '{}'|tags is '[1]'|labels is '[]'|mtu is -1",
        "UPDATE subnet SET dns_servers = '{}', tags = '[1]', labels = '[]', mtu = -1 WHERE id = 2",
    ),
    "a length that is no number": no_number(
        "malformed", "prefix_length is 'x'", "UPDATE subnet SET prefix_length = 'x' WHERE id = 2"
    ),
    "a number of a subnet": no_number("malformed", "mtu is 'x'", "UPDATE subnet SET mtu = 'x' WHERE id = 2"),
    "a text of a subnet": no_text(
        "malformed", "description is b", "UPDATE subnet SET description = x'ff' WHERE id = 2"
    ),
    "JSON that is too deep": case(
        "malformed", "tags is '[[[", f"UPDATE subnet SET tags = '{'[' * 60_000}' WHERE id = 2"
    ),
    "a strategy that nobody knows": case(
        "unknown_word", "inner|strategy is 'best'", "UPDATE subnet SET strategy = 'best' WHERE id = 2"
    ),
    "a status that nobody knows": case(
        "unknown_word", "address 10.0.0.5|status is 'lost'", "UPDATE address SET status = 'lost' WHERE subnet_id = 1"
    ),
    "a status with a blank": case(
        "unknown_word", "status is 'active '", "UPDATE address SET status = 'active ' WHERE subnet_id = 1"
    ),
    "notes of an address": case(
        "malformed malformed malformed malformed",
        "address 10.0.0.5|tags is 'a'|labels is '{\"b\": 1}'|expires is -1|ordinal is -1",
        """UPDATE address SET tags = 'a', labels = '{"b": 1}', expires = -1, ordinal = -1 WHERE subnet_id = 1""",
    ),
    "tags with a letter that JSON has to escape": case(
        "malformed", "tags is '[", f"UPDATE address SET tags = '[\"a{chr(9)}b\"]' WHERE subnet_id = 1"
    ),
    "tags in an object": case(
        "malformed", """tags is '{"a", "b"]'""", """UPDATE address SET tags = '{"a", "b"]' WHERE subnet_id = 1"""
    ),
    "an end of an address": no_number(
        "malformed", "expires is 'x'", "UPDATE address SET expires = 'x' WHERE subnet_id = 1"
    ),
    "an address of nobody": case(
        "malformed", "address 10.0.0.5|name is ''", "UPDATE address SET name = '' WHERE subnet_id = 1"
    ),
    "an upper-case address": case(
        "wrong_key", "address '0A000005'|addr is", "UPDATE address SET addr = '0A000005' WHERE subnet_id = 1"
    ),
    "an address of the other width": case("wrong_key", f"'{'0' * 32}'", held(f"'{'0' * 32}'")),
    "an address with a digit too many": case("wrong_key", "'0a0000051'", held("'0a0000051'")),
    "an address of no digits": case("wrong_key", "'0a0000zz'", held("'0a0000zz'")),
    "an address of bytes": no_text("wrong_key", "b'\\xff'", held("x'ff'")),
    "a hold of no digits": case("wrong_key", "hold 'what'", on_hold("'what'")),
    "a hold of nobody": case("malformed", "hold 10.0.0.6|name is ''", "UPDATE hold SET name = ''"),
    "a hold that ended before all time": case("malformed", "hold 10.0.0.6|until is -1", "UPDATE hold SET until = -1"),
    "a hold without end": no_number("malformed", "hold 10.0.0.6|until is 'x'", "UPDATE hold SET until = 'x'"),
    "history that is no JSON": case(
        "history_unreadable", "Entry 1 of the history|new is 'x'", "UPDATE history SET new = 'x' WHERE id = 1"
    ),
    "history that is a list": case("history_unreadable", "old is '[]'", "UPDATE history SET old = '[]' WHERE id = 1"),
}


def kinds(result: Result, key: str = "differences") -> list[str]:
    return sorted(one["kind"] for one in result[key])


def texts(result: Result, key: str = "differences") -> str:
    return " ".join(one["text"] for one in result[key])


def test_a_sound_ledger_has_no_differences(broken: Broken) -> None:
    before = broken.ledger.content()
    for result in (broken.verified(), broken.repaired()):
        assert (result["changed"], result["differences"], result["repaired"]) == (False, [], [])
    assert broken.ledger.content() == before


def names(cases: dict[str, Case], *only_sqlite: str) -> list[str]:
    return [name for name, one in cases.items() if one.only_sqlite in only_sqlite]


@pytest.mark.parametrize("name", names(DERIVED | OWN, ""))
def test_what_is_broken_is_found(broken: Broken, name: str) -> None:
    finds(broken, name)


@pytest.mark.stores("sqlite")
@pytest.mark.parametrize("name", names(DERIVED | OWN, "numbers", "bytes"))
def test_what_only_sqlite_stores_is_found(broken: Broken, name: str) -> None:
    finds(broken, name)


def finds(broken: Broken, name: str) -> None:
    one = (DERIVED | OWN)[name]
    broken.sql(*one.sql)
    result = broken.verified()
    assert (result["failed"], result["changed"], result["reason"]) == (True, False, "ledger_inconsistent")
    assert kinds(result) == sorted(one.kinds), texts(result)
    assert [word for word in one.words if word not in texts(result)] == [], texts(result)
    assert result["count"] == len(one.kinds)
    assert all(difference["repairable"] for difference in result["differences"]) == (name in DERIVED)


@pytest.mark.stores("postgresql", "mariadb")
@pytest.mark.parametrize("name", names(DERIVED | OWN, "numbers"))
def test_a_server_keeps_out_what_is_no_number(broken: Broken, name: str) -> None:
    with pytest.raises(Exception, match=r"invalid input syntax|Incorrect integer value"):
        broken.sql(*OWN[name].sql)
    assert broken.verified()["differences"] == []


@pytest.mark.parametrize("name", names(DERIVED, ""))
def test_what_is_derived_is_repaired(broken: Broken, name: str) -> None:
    repairs(broken, DERIVED[name])


@pytest.mark.stores("sqlite")
@pytest.mark.parametrize("name", names(DERIVED, "numbers", "bytes"))
def test_what_only_sqlite_stores_is_repaired(broken: Broken, name: str) -> None:
    repairs(broken, DERIVED[name])


def repairs(broken: Broken, one: Case) -> None:
    sound = broken.rows_of_truth()
    broken.sql(*one.sql)
    result = broken.repaired()
    assert result["changed"] is True, result
    assert kinds(result, "repaired") == sorted(one.kinds)
    assert result["differences"] == []
    assert broken.rows_of_truth() == sound
    broken.ledger.check()
    assert broken.verified()["differences"] == []
    assert broken.repaired()["changed"] is False


@pytest.mark.parametrize("name", names(OWN, ""))
def test_what_is_not_derived_is_left(broken: Broken, name: str) -> None:
    leaves(broken, OWN[name])


@pytest.mark.stores("sqlite")
@pytest.mark.parametrize("name", names(OWN, "numbers", "bytes"))
def test_what_only_sqlite_stores_is_left(broken: Broken, name: str) -> None:
    leaves(broken, OWN[name])


def leaves(broken: Broken, one: Case) -> None:
    broken.sql(*one.sql)
    before = broken.ledger.content()
    result = broken.repaired()
    assert (result["failed"], result["changed"], result["reason"]) == (True, False, "ledger_inconsistent")
    assert kinds(result) == sorted(one.kinds)
    assert "nothing was repaired" in result["msg"]
    assert broken.ledger.content() == before


@pytest.mark.stores("sqlite")
def test_damage_that_the_engine_finds_is_reported(broken: Broken) -> None:
    """An index that was made for other rows than those that it should have; an engine words that as it likes."""
    broken.sql(
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'IS NOT NULL', 'IS NULL') WHERE name = 'address_due'",
    )
    for result in (broken.verified(), broken.repaired()):
        assert set(kinds(result)) == {"damaged"}
        assert "address_due" in texts(result)


def test_half_of_it_is_never_repaired(broken: Broken) -> None:
    broken.sql(*DERIVED["a wrong run key"].sql, *OWN["an address outside"].sql)
    before = broken.ledger.content()
    result = broken.repaired()
    assert kinds(result) == ["address_outside_subnet", "wrong_run_key"]
    assert "1 of 2 cannot be repaired without guessing" in result["msg"]
    assert broken.ledger.content() == before


def test_everything_derived_at_once(broken: Broken) -> None:
    """No free space, no parents and no VRFs of addresses: all of it follows from the rest."""
    sound = broken.rows_of_truth()
    broken.sql("DELETE FROM extent", "UPDATE subnet SET parent_id = 3", "UPDATE address SET vrf_id = 100 + subnet_id")
    result = broken.repaired()
    assert result["changed"] is True
    assert broken.rows_of_truth() == sound
    (parent,) = broken.ledger.rows("SELECT count(*) FROM history WHERE object = 'subnet' AND old LIKE '%six%'")
    assert parent[0] > 0


def test_a_message_says_how_many_and_the_first(broken: Broken) -> None:
    broken.sql("DELETE FROM extent")
    message = broken.verified()["msg"]
    assert message.startswith(
        "The ledger the ledger has 4 differences from what its rules say. Subnet outer (10.0.0.0/24): free and not "
        "stored as free: 10.0.0.0, 10.0.0.2-10.0.0.4, 10.0.0.7, 10.0.0.10-10.0.0.63, 10.0.0.80-10.0.0.255. Subnet inner"
    )
    assert message.endswith("And 1 more. All of it can be derived again: set repair: true.")


@pytest.mark.stores("postgresql", "mariadb")
def test_nobody_writes_while_a_check_looks_at_one_thing_after_the_other(broken: Broken) -> None:
    """In a transaction that only reads, a server shows one state anyway."""
    other = broken.ledger.impatient(1)

    def checked(tx: Transaction) -> tuple[int, Result]:
        return verify(tx).count, other.run(address.TASK, name="new", subnet="outer")

    count, result = broken.ledger.write(checked)
    assert (count, result["reason"]) == (0, "lock_timeout")
    count, result = broken.ledger.read(checked)
    assert (count, result["changed"]) == (0, True)


@pytest.mark.stores("postgresql", "mariadb")
def test_what_a_new_vrf_brings_meanwhile_is_checked_at_rest(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Result] = []

    def history(tx: Transaction) -> t.Iterator[t.Any]:
        """What the check does last; the first time somebody makes a VRF then."""
        made.append(broken.ledger.impatient(1).run(subnet.TASK, name="blue", cidr="10.0.0.0/24", vrf="blue"))
        return iter(())

    monkeypatch.setattr(verify_module, "_history", history)
    assert broken.ledger.write(verify_module.verify).count == 0
    assert [one.get("reason", one["changed"]) for one in made] == [True, "lock_timeout"]


def test_many_differences_are_counted_and_the_first_are_listed(broken: Broken) -> None:
    ghosts = ", ".join(f"(1, 'c0{number:06x}', 1, 'ghost', '')" for number in range(1500))
    broken.sql(f"INSERT INTO hold (subnet_id, addr, until, name, interface) VALUES {ghosts}")
    result = broken.verified()
    assert (result["count"], len(result["differences"])) == (1500, 1000)
    assert "has 1500 differences" in result["msg"]


def test_a_repaired_ledger_goes_on(broken: Broken) -> None:
    broken.sql(*DERIVED["a free range is gone"].sql, *DERIVED["no parent"].sql)
    broken.repaired()
    assert broken.ledger.address(name="new", subnet="outer", address="10.0.0.7")["changed"] is True
    broken.ledger.refused(address.TASK, "address_in_child", name="x", subnet="outer", address="10.0.0.65")
    broken.ledger.refused(subnet.TASK, "subnet_in_use", name="outer", state="absent")


def test_a_repair_of_a_parent_is_in_the_history(broken: Broken) -> None:
    broken.sql(*DERIVED["no parent"].sql)
    broken.repaired()
    ((actor, name, before, after),) = broken.ledger.rows(
        "SELECT actor, name, old, new FROM history ORDER BY id DESC LIMIT 1"
    )
    parents = json.loads(before).get("parent"), json.loads(after).get("parent")
    assert (actor, name, *parents) == ("tester", "inner", None, "outer")
