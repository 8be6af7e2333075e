# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task store: makes an empty ledger, and ends leases and hold-downs in portions. Repairs are in test_verify."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import holds
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION
from ansible_collections.netledger.ipam.plugins.module_utils._store.side_lock import SideLock
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import store
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.apart import SPAWN
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

HOUR = 3600


def run(ledger: Ledger, plan: Plan | None = None, **options: t.Any) -> Result:
    return ledger.run(store.TASK, plan, store=ledger.store, **options)


def make(store: str, barrier: t.Any, results: t.Any) -> None:
    """Make a store at the same moment as others do."""
    barrier.wait()
    results.put(run(Ledger(store))["changed"])


# Making one


def test_an_empty_ledger_is_made_once(ledger: Ledger, store_kind: str) -> None:
    kinds = {"galera": "mariadb"}
    facts = {"location": ledger.store, "schema_version": VERSION, "backend": kinds.get(store_kind, store_kind)}
    first, second = run(ledger), run(ledger)
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["store"] == second["store"] == facts
    assert first["diff"]["before"] is None
    assert first["diff"]["after"] == second["diff"]["before"] == second["diff"]["after"]
    assert first["diff"]["after"]["store"] == facts
    assert ledger.subnet_info() == []


def test_of_many_at_once_one_makes_it(ledger: Ledger) -> None:
    barrier, results = SPAWN.Barrier(6), SPAWN.Queue()
    makers = [SPAWN.Process(target=make, args=(ledger.store, barrier, results)) for _ in range(6)]
    for maker in makers:
        maker.start()
    changed = [results.get(timeout=60) for _ in makers]
    for maker in makers:
        maker.join(60)
    assert sorted(changed) == [False] * 5 + [True]


def test_a_dry_run_makes_nothing(ledger: Ledger) -> None:
    assert run(ledger, Plan())["changed"] is True
    later = run(ledger, Plan([{"task": "store", "options": {"store": ledger.store}}]))
    assert later["changed"] is False
    assert ledger.traces() == []
    assert later["store"] == run(ledger)["store"]


@pytest.mark.parametrize("option", ["verify", "repair", "reap"])
def test_what_is_to_be_checked_has_to_be_there(ledger: Ledger, option: str) -> None:
    for plan in (None, Plan()):
        assert run(ledger, plan, **{option: True})["reason"] == "store_missing"
    assert ledger.traces() == []


def test_a_password_is_not_shown(ledger: Ledger) -> None:
    result = ledger.run(store.TASK, store="postgresql://me:secret@db/ipam")
    assert result["store"]["location"] == "postgresql://me:***@db/ipam"
    assert "secret" not in str(result)


# Checking one


@pytest.mark.stores("sqlite")
def test_a_check_waits_for_nobody(ledger: Ledger) -> None:
    """A writer has the lock meanwhile; a repair waits for it."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    impatient = Ledger(ledger.path, lock_timeout=0)
    lock = SideLock(f"{ledger.path}.lock", 0)
    lock.acquire()
    try:
        assert run(impatient, verify=True)["differences"] == []
        assert run(impatient)["changed"] is False
        assert run(impatient, repair=True)["reason"] == "lock_timeout"
        assert run(impatient, reap=True)["reason"] == "lock_timeout"
    finally:
        lock.release()


@pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")  # a text file does not store free space
def test_a_dry_repair_tells_what_the_real_one_does(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.write(lambda tx: tx.execute("DELETE FROM extent"))
    before = ledger.content()
    told = run(ledger, Plan(), repair=True)
    assert ledger.content() == before
    assert run(ledger, repair=True) == told
    (text,) = (one["text"] for one in told["repaired"])
    assert text == "Subnet lan (10.0.0.0/24): free and not stored as free: 10.0.0.0-10.0.0.255."
    assert (told["diff"]["before"]["differences"], told["diff"]["after"]["differences"]) == ([text], [])
    ledger.check()


def test_a_check_in_a_dry_run_sees_what_would_be(ledger: Ledger) -> None:
    plan = Plan([{"task": "subnet", "options": {"name": "lan", "cidr": "10.0.0.0/24"}}])
    assert run(ledger, plan, verify=True)["differences"] == []
    assert ledger.traces() == []


# Ending leases and hold-downs


@pytest.fixture
def many(ledger: Ledger, clock: Clock) -> Ledger:
    """700 hold-downs in one subnet and 30 leases in another, all of which end within the hour; 10 do not."""
    ledger.subnet(name="wide", cidr="10.0.0.0/20", hold_down="30m")
    ledger.subnet(name="guests", cidr="10.9.0.0/24")
    ledger.address(names=[f"h{number}" for number in range(700)], subnet="wide")
    ledger.address(names=[f"h{number}" for number in range(700)], subnet="wide", state="absent")
    ledger.address(names=[f"g{number}" for number in range(30)], subnet="guests", lease="1h")
    ledger.address(names=[f"s{number}" for number in range(10)], subnet="guests", lease="2h")
    clock.now += HOUR
    return ledger


def test_everything_that_has_ended_is_freed_in_portions(many: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """730 ends make three transactions: 256, 256, and the rest."""
    portions: list[int] = []
    reap = store._reap

    def noted(tx: Transaction) -> int:
        portions.append(reap(tx))
        return portions[-1]

    monkeypatch.setattr(store, "_reap", noted)
    result = run(many, reap=True)
    assert (result["changed"], result["reaped"]) == (True, 730)
    assert portions == [256, 256, 218]
    assert (result["diff"]["before"]["reaped"], result["diff"]["after"]["reaped"]) == (0, 730)
    assert many.rows("SELECT count(*) FROM hold") == [(0,)]
    assert many.rows("SELECT count(*) FROM address") == [(10,)]
    many.check()
    again = run(many, reap=True)
    assert (again["changed"], again["reaped"]) == (False, 0)


def test_others_write_between_two_portions(many: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each portion ends its transaction: whoever waits for the lock gets it then."""
    rest = store.TASK.rest
    changed: list[bool] = []

    def meanwhile(request: t.Any, result: Result) -> t.Any:
        changed.append(many.address(name=f"new{len(changed)}", subnet="guests")["changed"])
        return rest(request, result)

    ended = many.run(store.TASK._replace(rest=meanwhile), store=many.store, reap=True)
    assert ended["reaped"] >= 700
    assert changed == [True] * 3
    many.check()


def test_a_dry_run_frees_all_in_one_transaction_and_nothing(many: Ledger) -> None:
    before = many.content()
    told = run(many, Plan(), reap=True)
    assert many.content() == before
    assert told == run(many, reap=True)


def test_a_dry_run_goes_on_after_it(many: Ledger) -> None:
    plan = Plan([{"task": "store", "options": {"store": many.store, "reap": True}}])
    assert run(many, plan, reap=True)["reaped"] == 0


def test_a_failure_between_two_portions_tells_what_was_done(many: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    reap, calls = holds.reap, []

    def once(*arguments: t.Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise LedgerError("lock_timeout", "Somebody else has it.")
        return reap(*arguments)

    monkeypatch.setattr(holds, "reap", once)
    result = run(many, reap=True)
    assert (result["failed"], result["reason"], result["msg"]) == (True, "lock_timeout", "Somebody else has it.")
    assert (result["changed"], result["reaped"]) == (True, 256)
    assert many.rows("SELECT count(*) FROM hold") == [(444,)]
    many.check()


@pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")  # a text file does not store free space
def test_a_ledger_that_is_not_sound_is_not_reaped(many: Ledger) -> None:
    many.write(lambda tx: tx.execute("DELETE FROM extent"))
    assert run(many, verify=True, reap=True)["reason"] == "ledger_inconsistent"
    assert many.rows("SELECT count(*) FROM hold") == [(700,)]
    result = run(many, repair=True, reap=True)
    assert (len(result["repaired"]), result["reaped"]) == (2, 730)
    many.check()
