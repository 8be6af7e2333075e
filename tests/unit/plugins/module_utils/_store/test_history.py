# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of the history: which entries a filter means, how long they are kept, and what cannot be read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.history import Entry, Filter
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

FIVE, SIX = "0a000005", "00000000000000000000000000000005"


def address(vrf: str, subnet: str, name: str, addr: str, before: t.Any = None) -> Entry:
    return Entry(vrf, subnet, "address", name, addr, before, {})


NOTED = [
    (100, Entry("default", "lan", "subnet", "lan", None, None, {"name": "lan"})),  # 1
    (100, address("default", "lan", "web", FIVE)),  # 2
    (110, address("blue", "lan", "web", FIVE)),  # 3
    (120, address("default", "dmz", "lan", SIX)),  # 4
    (105, address("default", "lan", "db", "0a000006")),  # 5: its transaction waited for the lock
    (130, address("default", "lan", "web", "0a000032", {"address": "10.0.0.5"})),  # 6: moved
    (130, address("default", "lan", "db", "0a000006", {"labels": {"address": "10.0.0.5"}})),  # 7
    (130, address("default", "lan", "db", "0a000007", {"address": "10.0.0.55"})),  # 8
]


@pytest.fixture
def noted(tx: Transaction) -> Transaction:
    for at, entry in NOTED:
        tx.now = at
        history.append(tx, [entry])
    tx.changed = False
    return tx


FILTERS: list[tuple[Filter, list[int]]] = [
    (Filter(), [8, 7, 6, 4, 3, 5, 2, 1]),
    (Filter(vrf="blue"), [3]),
    (Filter(object="subnet"), [1]),
    (Filter(name="lan"), [4, 1]),
    (Filter(name="lan", object="address"), [4]),
    (Filter(places=((None, "lan"),)), [8, 7, 6, 3, 5, 2, 1]),
    (Filter(places=(("blue", "lan"), ("default", "dmz"))), [4, 3]),
    (Filter(places=(("blue", "lan"), ("default", "dmz")), name="web"), [3]),
    (Filter(addresses=((FIVE, "10.0.0.5"),)), [6, 3, 2]),
    (Filter(addresses=((FIVE, "10.0.0.5"), (SIX, "::5")), vrf="default"), [6, 4, 2]),
    (Filter(since=110), [8, 7, 6, 4, 3]),
    (Filter(until=110), [3, 5, 2, 1]),
    (Filter(since=105, until=110), [3, 5]),
    (Filter(since=106, until=109), []),
    (Filter(name="' OR 1=1 --"), []),
]


@pytest.mark.parametrize(("wanted", "numbers"), FILTERS)
def test_newest_first_by_time_and_then_by_number(noted: Transaction, wanted: Filter, numbers: list[int]) -> None:
    assert [one.number for one in history.newest(noted, wanted)] == numbers
    assert [one.number for one in history.newest(noted, wanted, 2)] == numbers[:2]


def test_an_entry_is_read_as_it_was_written(noted: Transaction) -> None:
    found = sorted(history.newest(noted, Filter()), key=lambda one: one.number)
    assert [(one.at, one.entry) for one in found] == NOTED
    assert {one.actor for one in found} == {"tester"}
    assert list(history.since(noted, 0)) == found
    assert list(history.since(noted, 6)) == found[6:]


@pytest.mark.parametrize("text", ["x", "5", '["a"]', ""])
def test_what_cannot_be_read_is_named(noted: Transaction, text: str) -> None:
    noted.execute("UPDATE history SET new = ? WHERE id = 4", text)
    with pytest.raises(LedgerError, match=r"^Entry 4 of the history .* verify: true") as caught:
        list(history.newest(noted, Filter()))
    assert caught.value.reason == "store_corrupt"
    with pytest.raises(LedgerError, match=r"^Entry 4 "):
        list(history.since(noted, 0))


def test_it_is_kept_for_ever_unless_somebody_says_how_long(tx: Transaction) -> None:
    assert history.retention(tx) is None
    history.set_retention(tx, 86400)
    assert history.retention(tx) == 86400
    history.set_retention(tx, 0)
    assert history.retention(tx) == 0
    history.set_retention(tx, None)
    assert history.retention(tx) is None


def left(tx: Transaction) -> list[int]:
    return [one.number for one in history.since(tx, 0)]


def test_entries_from_before_a_time_are_purged(noted: Transaction) -> None:
    assert history.purge(noted, 110, 100) == 3
    assert left(noted) == [3, 4, 6, 7, 8]
    assert noted.changed is True


def test_in_portions_until_none_are_left(noted: Transaction) -> None:
    """The first written go first; one whose transaction waited is no reason to remove what is newer."""
    assert [history.purge(noted, 125, 2) for _portion in range(4)] == [2, 2, 1, 0]
    assert left(noted) == [6, 7, 8]


def test_where_nothing_is_old_enough_nothing_is_written(noted: Transaction) -> None:
    assert history.purge(noted, 100, 100) == 0
    assert noted.changed is False
    assert len(left(noted)) == len(NOTED)
