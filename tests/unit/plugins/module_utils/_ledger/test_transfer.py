# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole ledger goes to another store and says the same there, whatever its rows are numbered."""

from __future__ import annotations

import contextlib
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import transfer
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import write_dict
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history, portions
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Row, Transaction
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger, check_free_space

COUNTS = {"vrf": 3, "subnet": 6, "pool": 7, "address": 9, "hold": 1, "extent": 17, "history": 21}
RETENTION = 86_400


@pytest.fixture
def filled(ledger: Ledger, clock: Clock) -> Ledger:
    """Subnets made from the inside out, so that children have lower numbers than their parents; one number is free."""
    ledger.subnet(name="gone", cidr="192.0.2.0/24", vrf="empty")
    ledger.subnet(name="inner", cidr="10.0.1.64/28")
    ledger.subnet(name="middle", cidr="10.0.1.0/24", hold_down="1h", tags=["a"], labels={"b": "ü"}, mtu=9000)
    ledger.subnet(name="outer", cidr="10.0.0.0/16", gateway="10.0.0.1", reserved=["10.0.0.8-10.0.0.9"])
    ledger.subnet(name="gone", vrf="empty", state="absent")
    ledger.subnet(name="middle", cidr="10.0.1.0/24", vrf="red", description="the other one")
    ledger.subnet(name="six", cidr="2001:db8::/48")
    ledger.subnet(name="six-lan", cidr="2001:db8:0:1::/64")
    ledger.pool(
        subnet="middle", name="low", start="10.0.1.1", end="10.0.1.20", strategy="rotate", hold_down="2h", warn_below=3
    )
    ledger.pool(subnet="middle", name="high", start="10.0.1.200", end="10.0.1.250")
    ledger.address(name="web", subnet="middle", pool="low", interface="eth0", mac="02:00:00:00:00:01", tags=["x"])
    clock.now += 100
    ledger.address(name="web", subnet="middle", pool="low", interface="eth1", labels={"k": "v"}, description="两")
    ledger.address(name="many", subnet="inner", count=2)
    ledger.address(name="lease", subnet="outer", address="10.0.7.7", lease="1d", status="dhcp")
    ledger.address(name="web", subnet="middle", vrf="red", address="10.0.1.1")
    ledger.address(names=["v6", "v6-other"], subnet="six-lan")
    clock.now -= 50  # a clock that was put back
    ledger.address(name="left", subnet="middle", pool="high")
    ledger.address(name="left", subnet="middle", state="absent")
    ledger.address(name="last", subnet="middle", address="10.0.1.199")
    ledger.write(lambda tx: history.set_retention(tx, RETENTION))
    return ledger


PLACE = "JOIN subnet s ON s.id = x.subnet_id JOIN vrf v ON v.id = s.vrf_id"
QUERIES = (
    "SELECT history_retention FROM meta ORDER BY id",
    (
        "SELECT v.name, s.name, p.name, s.version, s.first, s.last, s.prefix_length, s.gateway, s.mtu, s.hold_down, "
        "s.reserved, s.tags, s.labels, s.description, s.pools_generated "
        "FROM subnet s JOIN vrf v ON v.id = s.vrf_id LEFT JOIN subnet p ON p.id = s.parent_id ORDER BY v.name, s.name"
    ),
    (
        "SELECT v.name, s.name, x.name, x.first, x.last, x.strategy, x.hold_down, x.warn_below, x.rotated "
        f"FROM pool x {PLACE} ORDER BY 1, 2, 3"
    ),
    (
        "SELECT v.name, s.name, x.addr, x.name, x.interface, x.ordinal, x.status, x.expires, x.mac, x.fqdn, x.tags, "
        f"x.labels, x.description FROM address x {PLACE} AND v.id = x.vrf_id ORDER BY 1, 2, 3"
    ),
    f"SELECT v.name, s.name, x.addr, x.name, x.interface, x.until FROM hold x {PLACE} ORDER BY 1, 2, 3",
    f"SELECT v.name, s.name, x.last, x.first FROM extent x {PLACE} ORDER BY 1, 2, 3",
    "SELECT at, actor, vrf, subnet, object, name, addr, old, new FROM history ORDER BY at, id",
)


def content(tx: Transaction) -> list[list[Row]]:
    """What the tables say, by the names of what they refer to."""
    return [list(tx.all(query)) for query in QUERIES]


def numbers(tx: Transaction) -> list[Row]:
    return list(tx.all("SELECT name, vrf_id, id FROM subnet ORDER BY first, id"))


@pytest.fixture
def second() -> t.Iterator[Transaction]:
    """A transaction on another empty ledger in memory."""
    store = MemoryStore("tester")
    yield store.run(lambda tx: tx, Access.WRITE)
    store.close()


@pytest.fixture
def copied(filled: Ledger, tx: Transaction) -> Transaction:
    """A transaction on a copy in memory, where foreign keys are not checked."""
    filled.read(lambda source: transfer.copy(source, tx))
    return tx


@contextlib.contextmanager
def undone(*transactions: Transaction) -> t.Iterator[None]:
    """Take back what the block writes."""
    for one in transactions:
        one.execute("SAVEPOINT undone")
    try:
        yield
    finally:
        for one in transactions:
            one.execute("ROLLBACK TO undone")
            one.execute("RELEASE undone")


def test_a_copy_says_the_same(filled: Ledger, tx: Transaction) -> None:
    counts = filled.read(lambda source: transfer.copy(source, tx))
    assert counts == COUNTS
    assert content(tx) == filled.read(content)
    assert transfer.fingerprint(tx) == filled.read(transfer.fingerprint)
    assert verify(tx).first == []
    check_free_space(tx)
    assert numbers(tx) != filled.read(numbers)


def test_there_and_back(filled: Ledger, tx: Transaction) -> None:
    before, mark = filled.read(content), filled.read(transfer.fingerprint)
    filled.read(lambda source: transfer.copy(source, tx))
    filled.write(transfer.clear)
    assert filled.write(lambda target: transfer.copy(tx, target)) == COUNTS
    assert filled.read(content) == before
    assert filled.read(transfer.fingerprint) == mark
    filled.check()


def test_a_copied_ledger_goes_on(filled: Ledger, tx: Transaction) -> None:
    filled.read(lambda source: transfer.copy(source, tx))
    filled.write(transfer.clear)
    filled.write(lambda target: transfer.copy(tx, target))
    assert filled.address(name="next", subnet="middle", pool="low")["address"] == "10.0.1.3"
    assert filled.address(name="many", subnet="inner", count=2)["changed"] is False
    assert filled.subnet(name="new", cidr="10.0.2.0/24")["changed"] is True
    assert filled.subnet(name="fresh", cidr="10.0.2.0/24", vrf="empty")["changed"] is True
    filled.check()


def test_a_copy_in_small_portions(filled: Ledger, tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, said = filled.read(transfer.fingerprint), filled.read(content)
    for rows in (1, 2, 3, 9):
        monkeypatch.setattr(portions, "ROWS", rows)
        assert filled.read(transfer.fingerprint) == mark
        with undone(tx):
            assert filled.read(lambda source: transfer.copy(source, tx)) == COUNTS
            assert content(tx) == said
            assert transfer.fingerprint(tx) == mark


def test_no_statement_reads_more_than_a_portion(
    filled: Ledger, tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []
    each = Transaction.each

    def noted(self: Transaction, sql: str, *parameters: t.Any, limit: int | None = None) -> t.Iterator[Row]:
        limits.append(limit)
        return each(self, sql, *parameters, limit=limit)

    monkeypatch.setattr(Transaction, "each", noted)
    filled.read(lambda source: transfer.copy(source, tx))
    transfer.fingerprint(tx)
    assert set(limits) == {5_000}


def test_progress_is_told(filled: Ledger, tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "ROWS", 2)
    monkeypatch.setattr(transfer, "STEP", 4)
    told: list[tuple[str, int, int]] = []
    filled.read(lambda source: transfer.copy(source, tx, lambda *said: told.append(said)))
    assert [said for said in told if said[0] == "history"] == [("history", done, 21) for done in (4, 8, 12, 16, 20)]
    assert [said for said in told if said[0] in ("vrf", "hold")] == []
    assert told[0][0] == "subnet"


def test_a_filled_ledger_is_not_copied_into(filled: Ledger, copied: Transaction) -> None:
    before = content(copied)
    with pytest.raises(LedgerError, match="table subnet has rows") as caught:
        filled.read(lambda source: transfer.copy(source, copied))
    assert caught.value.reason == "store_not_empty"
    assert content(copied) == before


def test_any_rows_are_too_many(copied: Transaction, second: Transaction) -> None:
    tables = [table for table in transfer.TABLES if table != "vrf"]
    for kept in tables:
        with undone(copied):
            for table in tables:
                if table != kept:
                    copied.execute(f"DELETE FROM {table}")
            assert transfer.is_empty(copied) is False
            with pytest.raises(LedgerError, match=f"table {kept} has rows"):
                transfer.copy(second, copied)
            copied.execute(f"DELETE FROM {kept}")
            assert transfer.is_empty(copied) is True


def test_a_vrf_that_is_there_is_used(filled: Ledger, tx: Transaction) -> None:
    tx.execute("INSERT INTO vrf (id, name, rev) VALUES (50, 'red', 4), (51, 'other', 0)")
    assert transfer.is_empty(tx)
    filled.read(lambda source: transfer.copy(source, tx))
    assert tx.all("SELECT addr FROM address WHERE vrf_id = 50") == [("0a000101",)]
    assert tx.all("SELECT name FROM vrf WHERE name IN ('red', 'other') ORDER BY id") == [("red",), ("other",)]
    assert transfer.fingerprint(tx) == filled.read(transfer.fingerprint)


def test_a_subnet_that_somebody_else_makes_meanwhile(
    filled: Ledger, tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "STEP", 3)

    def intrude(table: str, done: int, total: int) -> None:
        if table == "vrf":
            tx.execute("INSERT INTO vrf (id, name, rev) VALUES (60, 'new', 0)")
            tx.execute(
                "INSERT INTO subnet (vrf_id, parent_id, name, version, first, last, prefix_length, hold_down, "
                "strategy, description, dns_servers, reserved, tags, labels, pools_generated, rev) "
                "VALUES (60, 0, 'x', 4, '0a000000', '0a0000ff', 24, 0, 'lowest', '', '[]', '[]', '[]', '{}', 1, 0)"
            )

    with pytest.raises(LedgerError, match="table subnet has rows") as caught:
        filled.read(lambda source: transfer.copy(source, tx, intrude))
    assert caught.value.reason == "store_not_empty"


def test_an_empty_ledger_is_copied(tx: Transaction, second: Transaction) -> None:
    assert transfer.is_empty(tx)
    assert transfer.copy(tx, second) == dict.fromkeys(COUNTS, 0)
    assert transfer.fingerprint(tx) == transfer.fingerprint(second)


def test_a_cleared_ledger_is_as_new(filled: Ledger, tx: Transaction) -> None:
    filled.write(transfer.clear)
    assert filled.read(transfer.is_empty)
    assert filled.read(lambda source: [portions.count(source, table) for table in transfer.TABLES]) == [0] * 7
    assert filled.read(transfer.fingerprint) == transfer.fingerprint(tx)
    assert filled.subnet(name="middle", cidr="10.0.1.0/24")["changed"] is True


BROKEN = {
    "address SET subnet_id = 99 WHERE name = 'lease'": "table address has a row of subnet 99,",
    "address SET vrf_id = 77 WHERE name = 'lease'": "table address has a row of VRF 77,",
    "hold SET subnet_id = 99": "table hold has a row of subnet 99,",
    "pool SET subnet_id = 99 WHERE name = 'low'": "table pool has a row of subnet 99,",
    "extent SET subnet_id = 'x' WHERE last = '0a000007'": "table extent has a row of subnet 'x',",
    "extent SET subnet_id = 0 WHERE last = '0a000007'": "of 17 rows of table extent only 16 ",
    "subnet SET vrf_id = 77 WHERE name = 'six'": "table subnet has a row of VRF 77,",
    "subnet SET parent_id = 99 WHERE name = 'middle' AND mtu > 0": "the parents of 2 subnets ",
    "subnet SET parent_id = id WHERE name = 'six'": "the parents of 2 subnets ",
}
"""A change to one row, and what is said of it."""


def test_rows_of_nothing_are_refused(copied: Transaction, second: Transaction) -> None:
    """Left out, they would be lost without a word."""
    for change, words in BROKEN.items():
        with undone(copied, second):
            assert copied.execute(f"UPDATE {change}") == 1, change
            with pytest.raises(LedgerError) as caught:
                transfer.copy(copied, second)
        assert caught.value.reason == "ledger_inconsistent", change
        assert words in caught.value.message, change


def test_a_refused_copy_leaves_nothing(filled: Ledger, tx: Transaction) -> None:
    filled.read(lambda source: transfer.copy(source, tx))
    tx.execute("UPDATE hold SET subnet_id = 99")
    filled.write(transfer.clear)
    with pytest.raises(LedgerError):
        filled.write(lambda target: transfer.copy(tx, target))
    assert filled.read(lambda target: [portions.count(target, table) for table in transfer.TABLES]) == [0] * 7
    assert filled.read(history.retention) is None


# One change to each column that says something, and each reference.
CHANGES = [
    "meta SET history_retention = NULL",
    "vrf SET name = 'blue' WHERE name = 'red'",
    *(
        f"subnet SET {change} WHERE name = 'inner'"
        for change in (
            "parent_id = 0", "version = 6", "first = 'x'", "last = 'x'", "prefix_length = 1", "pools_generated = 5",
            "name = 'x'", "gateway = 'x'", "domain = 'x'", "vlan_id = 7", "mtu = 7", "hold_down = 7", "strategy = 'x'",
            "min_prefix_length = 7", "max_prefix_length = 7", "default_prefix_length = 7", "quota = 7",
            "dns_servers = 'x'", "reserved = 'x'", "tags = 'x'", "labels = 'x'", "description = 'x'",
        )
    ),
    *(
        f"pool SET {change} WHERE name = 'low'"
        for change in (
            "subnet_id = (SELECT id FROM subnet WHERE name = 'outer')", "name = 'x'", "first = 'x'", "last = 'x'",
            "strategy = 'x'", "hold_down = 7", "warn_below = 7", "rotated = NULL",
        )
    ),
    *(
        f"address SET {change} WHERE interface = 'eth0'"
        for change in (
            "subnet_id = (SELECT id FROM subnet WHERE name = 'outer')",
            "vrf_id = (SELECT id FROM vrf WHERE name = 'empty')",
            "addr = 'x'", "name = 'x'", "interface = 'x'", "ordinal = 7", "status = 'x'", "expires = 7", "mac = NULL",
            "fqdn = 'x'", "tags = 'x'", "labels = 'x'", "description = 'x'", "description = x'00'",
        )
    ),
    *(f"hold SET {change}" for change in ("addr = 'x'", "name = 'x'", "interface = 'x'", "until = 7")),
    *(
        f"extent SET {change} WHERE last = '0a000007'"
        for change in ("first = 'x'", "last = 'x'", "run_key = substr(run_key, 1, 8) || 'x'")
    ),
    *(
        f"history SET {change} WHERE id = 3"
        for change in (
            "at = 7", "actor = 'x'", "vrf = 'x'", "subnet = 'x'", "object = 'x'", "name = 'x'", "addr = 'x'",
            "old = 'x'", "new = 'x'", "id = 100",
        )
    ),
]  # fmt: skip


def test_a_fingerprint_changes_with_the_content(copied: Transaction) -> None:
    before = transfer.fingerprint(copied)
    for change in CHANGES:
        with undone(copied):
            assert copied.execute(f"UPDATE {change}") == 1, change
            assert transfer.fingerprint(copied) != before, change
    assert transfer.fingerprint(copied) == before


def test_every_column_is_in_a_fingerprint() -> None:
    """Those that no change above names are numbers of rows and counters of locks."""
    changed = {(table, column) for table, column in ((one.split()[0], one.split()[2]) for one in CHANGES)}
    unchanged = {
        (table, column)
        for table, columns in {**portions.NUMBERED, **portions.PARTS}.items()
        for column in columns
        if (table, column) not in changed
    }
    assert unchanged == {
        ("subnet", "id"), ("subnet", "vrf_id"), ("subnet", "rev"), ("hold", "subnet_id"), ("extent", "subnet_id"),
    }  # fmt: skip


def test_a_fingerprint_misses_a_row(copied: Transaction) -> None:
    before = transfer.fingerprint(copied)
    for row in (
        "address WHERE name = 'last'",
        "hold WHERE name = 'left'",
        "extent WHERE last = '0a000007'",
        "pool WHERE name = 'low'",
        "history WHERE id = 21",
    ):
        with undone(copied):
            assert copied.execute(f"DELETE FROM {row}") == 1, row
            assert transfer.fingerprint(copied) != before, row


@pytest.mark.parametrize("change", ["vrf SET rev = rev + 1", "subnet SET rev = rev + 1", "history SET id = id + 100"])
def test_counters_are_not_in_a_fingerprint(copied: Transaction, change: str) -> None:
    before = transfer.fingerprint(copied)
    assert copied.execute(f"UPDATE {change}") > 0
    assert transfer.fingerprint(copied) == before


def test_a_fingerprint_of_rows_of_nothing_is_refused(copied: Transaction) -> None:
    copied.execute("UPDATE hold SET subnet_id = 99")
    with pytest.raises(LedgerError, match="table hold has a row of subnet 99"):
        transfer.fingerprint(copied)


def test_texts_are_copied_as_they_are(filled: Ledger, tx: Transaction) -> None:
    """As many rows as drivers may send by other means than statements."""
    odd = ["\\N", "\\", "a\tb\nc\rd", "'\"`", "%s ? {} :x", " ", "é 两 \U0001f600"]
    olds = [*(write_dict({text: text}) for text in odd), "{}", None]
    entries = [(n, odd[n % 7], "v", "s", "address", f"n{n}", "0a000001", olds[n % 9], "{}") for n in range(1_200)]
    portions.insert(tx, "history", portions.NUMBERED["history"][1:], entries)
    filled.write(transfer.clear)
    filled.write(lambda target: transfer.copy(tx, target))
    found = filled.read(lambda target: [row[1:] for rows in portions.numbered(target, "history") for row in rows])
    assert found == entries
