# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many who ask at once: rules 50, 56, 57, 72, 74, 78 and 87 of docs/parity.md."""

from __future__ import annotations

import contextlib
import sqlite3
import time
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, placement, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.apart import FORK
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

Job = list[dict[str, t.Any]]
LOCK_TIMEOUT = 100  # seconds: a slow machine is no failure


def work(store: str, task: Task, job: Job, answers: t.Any) -> None:
    """The tasks of one process, one after the other, each a transaction of its own."""
    ledger = Ledger(store, LOCK_TIMEOUT)
    answers.put([ledger.run(task, **options) for options in job])


def at_once(ledger: Ledger, task: Task, jobs: list[Job]) -> list[Result]:
    """What all tasks answered, each job in a process of its own."""
    answers = FORK.Queue()
    processes = [FORK.Process(target=work, args=(ledger.store, task, job, answers)) for job in jobs]
    for process in processes:
        process.start()
    try:
        return [result for _ in processes for result in answers.get(timeout=300)]
    finally:
        for process in processes:
            process.join(10)


def test_rule_50_rule_57_rule_72_the_lowest_for_all_who_ask_at_once(ledger: Ledger) -> None:
    """Nobody collides and has to try again, so nobody has to draw at random: writers take turns."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    jobs: list[Job] = [[{"name": f"p{number}-{i}", "subnet": "lan"} for i in range(15)] for number in range(6)]
    results = at_once(ledger, address.TASK, jobs)
    assert [result for result in results if result.get("failed")] == []
    assert sorted(int(result["address"].rsplit(".", 1)[1]) for result in results) == list(range(1, 91))
    assert ledger.rows("SELECT count(*) FROM address") == [(90,)]
    ledger.check()


def test_rule_57_the_same_name_at_once_gets_one_address(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    results = at_once(ledger, address.TASK, [[{"name": "web", "subnet": "lan"}]] * 6)
    assert [result["address"] for result in results] == ["10.0.0.1"] * 6
    assert sorted(result["changed"] for result in results) == [False] * 5 + [True]


def test_rule_74_the_last_addresses_go_to_some_and_the_others_are_told(ledger: Ledger) -> None:
    """Full is full at once: nobody waits for others to give something back."""
    ledger.subnet(name="link", cidr="10.0.0.0/29")
    jobs: list[Job] = [[{"name": f"p{number}-{i}", "subnet": "link"} for i in range(2)] for number in range(5)]
    results = at_once(ledger, address.TASK, jobs)
    assert len({result["address"] for result in results if not result.get("failed")}) == 6
    assert [result["reason"] for result in results if result.get("failed")] == ["pool_exhausted"] * 4
    ledger.check()


@pytest.mark.stores("sqlite")
def test_rule_74_a_locked_ledger_is_waited_for(ledger: Ledger) -> None:
    """Up to lock_timeout; the reference gives up at once where SQLite says that it is locked."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    impatient = Ledger(ledger.path, lock_timeout=0.3)
    with contextlib.closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        result = impatient.run(address.TASK, name="web", subnet="lan")
        assert (result["reason"], result["changed"]) == ("lock_timeout", False)
        assert time.monotonic() - started >= 0.25
        other.execute("ROLLBACK")
    assert impatient.address(name="web", subnet="lan")["address"] == "10.0.0.1"


# Subnets


def test_rule_78_children_that_are_carved_out_at_once(ledger: Ledger) -> None:
    """Each its own block, all of the parent, without gaps, and the last ones are told that it is full."""
    ledger.subnet(name="site", cidr="10.0.0.0/24")
    jobs: list[Job] = [
        [{"name": f"p{number}-{i}", "parent": ["site"], "prefix_length": 28} for i in range(4)] for number in range(5)
    ]
    results = at_once(ledger, subnet.TASK, jobs)
    made = sorted(int(result["subnet"]["network"].rsplit(".", 1)[1]) for result in results if not result.get("failed"))
    assert made == list(range(0, 256, 16))
    assert [result["reason"] for result in results if result.get("failed")] == ["parent_exhausted"] * 4
    ledger.check()


def test_rule_87_one_network_is_made_once_whoever_asks_at_once(ledger: Ledger) -> None:
    """The reference needed a lock of its own for that; here it is that of the VRF."""
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    jobs: list[Job] = [[{"name": f"n{number}", "cidr": "10.0.7.0/24"}] for number in range(5)]
    results = at_once(ledger, subnet.TASK, jobs)
    assert sorted(result.get("reason", "made") for result in results) == ["made"] + ["overlap"] * 4
    assert ledger.rows("SELECT count(*) FROM subnet WHERE prefix_length = 24") == [(1,)]
    ledger.check()


# Gone between look-up and lock


@pytest.fixture
def stale(tx: Transaction) -> t.Any:
    """A subnet as somebody saw it who was overtaken: it is gone by now."""
    lan = subnets.ensure(tx, Wish(vrf="default", name="lan", network=Network(4, 0x0A000000, 24))).subnet
    assert lan
    subnets.remove(tx, lan, force=False)
    return lan


def test_rule_56_a_subnet_that_went_away_meanwhile_is_missing(tx: Transaction, stale: t.Any) -> None:
    """No address is written into it, and no foreign key is what one reads about."""
    with pytest.raises(LedgerError) as caught:
        find.locked(tx, stale)
    assert caught.value.reason == "subnet_missing"
    assert "'lan'" in caught.value.message


def test_rule_78_a_parent_that_is_gone_is_missing(tx: Transaction, stale: t.Any) -> None:
    with pytest.raises(LedgerError) as caught:
        placement.next_free(tx, "default", [stale.name], 28)
    assert caught.value.reason == "subnet_missing"
