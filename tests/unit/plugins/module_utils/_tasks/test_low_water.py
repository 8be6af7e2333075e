# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools that warn when few of their addresses are left."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, pool, store
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    """Five addresses of pool small, which warns below three, and five of another one that never does."""
    ledger.subnet(
        name="lan",
        cidr="10.0.0.0/24",
        pools=[
            {"name": "small", "start": "10.0.0.11", "end": "10.0.0.15", "warn_below": 3},
            {"name": "quiet", "start": "10.0.0.21", "end": "10.0.0.25"},
        ],
    )
    return ledger


def warnings(result: Result) -> list[str]:
    return [str(text) for text in succeeded(result).get("warnings", [])]


def test_a_task_warns_once_few_are_left(lan: Ledger) -> None:
    for name, left in (("a", 4), ("b", 3), ("c", 2), ("d", 1), ("e", 0)):
        said = warnings(lan.run(address.TASK, name=name, subnet="lan", pool="small"))
        assert bool(said) == (left < 3)
        for text in said:
            assert text.startswith(
                f"Pool 'small' (10.0.0.11-10.0.0.15) of subnet 'lan' has {left} of 5 addresses free, "
            )
            assert "warn_below of 3" in text
            assert "netledger.ipam.pool" in text
    assert warnings(lan.run(address.TASK, name="e", subnet="lan")) == []  # it has one
    assert warnings(lan.run(address.TASK, names=["f", "g", "h", "i", "j"], subnet="lan")) == []  # of the quiet pool


def test_one_task_warns_once_of_a_pool_and_of_each_pool(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="quiet", warn_below=5)
    said = warnings(lan.run(address.TASK, names=["a", "b", "c", "d", "e", "f"], subnet="lan"))
    assert [text.partition(" (")[0] for text in said] == ["Pool 'small'", "Pool 'quiet'"]


def test_what_was_undone_warns_of_nothing(lan: Ledger) -> None:
    """With partial, what fits is tried again after each one that does not."""
    wishes = [{"name": name} for name in "abc"] + [{"name": "x", "address": "10.0.1.1"}]
    result = succeeded(lan.run(address.TASK, addresses=wishes, subnet="lan", pool="small", partial=True))
    assert [text.partition(" (")[0] for text in result["warnings"]] == ["1 of 4 got no address: x", "Pool 'small'"]


def test_addresses_on_hold_are_not_free(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="small", hold_down="1h")
    lan.address(names=["a", "b"], subnet="lan", pool="small")
    lan.address(name="a", subnet="lan", state="absent")
    assert "has 2 of 5 " in warnings(lan.run(address.TASK, name="c", subnet="lan", pool="small"))[0]


def test_a_dry_run_warns_of_its_own_steps_only(lan: Ledger) -> None:
    plan = Plan()
    plan.steps = [{"task": "address", "options": {"names": ["a", "b", "c"], "subnet": "lan", "pool": "small"}}]
    assert "has 1 of 5 " in warnings(lan.run(address.TASK, plan, name="d", subnet="lan", pool="small"))[0]
    assert warnings(lan.run(address.TASK, plan, name="z", subnet="lan", pool="quiet")) == []


def test_the_mark_is_kept_changed_and_taken_away(lan: Ledger) -> None:
    assert lan.pool(subnet="lan", name="small", start="10.0.0.11", end="10.0.0.16")["pool"]["warn_below"] == 3
    changed = lan.pool(subnet="lan", name="small", warn_below=6)
    assert (changed["changed"], changed["pool"]["warn_below"]) == (True, 6)
    assert changed["diff"]["before"]["warn_below"] == 3
    assert lan.pool(subnet="lan", name="small", warn_below=6)["changed"] is False
    assert lan.subnet_info(name="lan")[0]["pools"][0]["warn_below"] == 6
    assert succeeded(lan.run(store.TASK, store="the ledger", verify=True))["differences"] == []
    assert lan.pool(subnet="lan", name="small", warn_below=0)["pool"]["warn_below"] is None


def test_a_negative_mark_is_refused(lan: Ledger) -> None:
    result = lan.run(pool.TASK, subnet="lan", name="small", warn_below=-1)
    assert result["reason"] == "bad_request"
    assert result["msg"].startswith("warn_below: ")


def test_no_more_than_the_mark_is_counted(ledger: Ledger) -> None:
    """The pool of a /64 has more addresses than could be counted one by one."""
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.pool(subnet="six", warn_below=1000)
    assert warnings(ledger.run(address.TASK, name="a", subnet="six")) == []
