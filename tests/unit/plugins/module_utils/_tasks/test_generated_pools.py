# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools that nobody named are pools like others: who holds an address in one is told before it gets smaller."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.ledger import Ledger

SHRINKING: list[tuple[Task, dict[str, t.Any], set[str]]] = [
    (pool.TASK, {"subnet": "lan", "name": "default", "start": "10.0.0.2", "end": "10.0.0.254"}, {"a"}),
    (pool.TASK, {"subnet": "lan", "name": "default", "start": "10.0.0.1", "size": 2}, {"c"}),
    (pool.TASK, {"subnet": "lan", "name": "servers", "start": "10.0.0.100", "size": 50}, {"a", "b", "c"}),
    (subnet.TASK, {"name": "lan", "pools": [{"name": "p", "start": "10.0.0.3", "end": "10.0.0.9"}]}, {"a", "b"}),
    (subnet.TASK, {"name": "lan", "pools": []}, {"a", "b", "c"}),
]


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    """One subnet with the pool that it gets by itself; a, b and c hold its first addresses."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(names=["a", "b", "c"], subnet="lan")
    return ledger


@pytest.mark.parametrize(("task", "options", "outside"), SHRINKING)
def test_a_generated_pool_does_not_shrink_over_holders(
    lan: Ledger, task: Task, options: dict[str, t.Any], outside: set[str]
) -> None:
    result = lan.refused(task, "shrink_in_use", **options)
    assert {one["name"] for one in result["stranded"]} == outside
    for one in result["stranded"]:
        assert f"{one['address']} ({one['name']})" in result["msg"]
    assert "force" in result["msg"]


@pytest.mark.parametrize(("task", "options", "outside"), SHRINKING)
def test_force_shrinks_it_and_everybody_keeps_the_address(
    lan: Ledger, task: Task, options: dict[str, t.Any], outside: set[str]
) -> None:
    assert lan.run(task, **options, force=True)["changed"] is True
    held = lan.address_info()["addresses"]
    assert [one["name"] for one in held] == ["a", "b", "c"]
    assert {one["name"] for one in held if one["pool"] is None} == outside
    assert lan.run(task, **options)["changed"] is False
    lan.check()


def test_it_gives_way_to_pools_that_cover_the_holders(lan: Ledger) -> None:
    lan.pool(subnet="lan", name="servers", start="10.0.0.1", size=3)
    assert [one["name"] for one in lan.subnet_info()[0]["pools"]] == ["servers"]
