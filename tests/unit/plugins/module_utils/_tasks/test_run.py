# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dry runs: each task sees what the ones before it would have done, and nothing is written."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.ledger import Ledger

LAN = {"name": "lan", "cidr": "10.0.0.0/24"}


def step(task: str, **options: t.Any) -> dict[str, t.Any]:
    return {"task": task, "options": options}


def test_a_dry_run_goes_on_from_what_it_would_have_made(ledger: Ledger) -> None:
    plan = Plan([step("subnet", **LAN), step("address", name="a", subnet="lan")])
    result = ledger.run(address.TASK, plan, name="b", subnet="lan")
    assert (result["changed"], result["address"]) == (True, "10.0.0.2")
    shown = ledger.run(address_info.TASK, plan, subnet="lan")
    assert [one["name"] for one in shown["addresses"]] == ["a"]
    assert ledger.traces() == []


def test_a_dry_run_goes_on_from_the_ledger(ledger: Ledger) -> None:
    ledger.subnet(**LAN)
    ledger.address(name="a", subnet="lan")
    before = ledger.content()
    plan = Plan([step("address", name="a", state="absent"), step("address", name="b", subnet="lan")])
    result = ledger.run(address.TASK, plan, name="a", subnet="lan")
    assert (result["changed"], result["address"]) == (True, "10.0.0.2")
    assert ledger.content() == before
    ledger.check()


def test_a_step_that_became_impossible_leaves_nothing(ledger: Ledger) -> None:
    ledger.subnet(**LAN)
    ledger.address(name="other", subnet="lan", address="10.0.0.9")
    wishes = [{"name": "a"}, {"name": "b", "address": "10.0.0.9"}]
    plan = Plan([step("address", addresses=wishes, subnet="lan"), step("address", name="c", subnet="lan")])
    assert ledger.run(address.TASK, plan, name="d", subnet="lan")["address"] == "10.0.0.2"


def test_without_a_store_a_dry_run_fails_as_the_real_one_would(ledger: Ledger) -> None:
    assert ledger.rehearse(address.TASK, name="a", subnet="lan")["reason"] == "store_missing"
    assert ledger.rehearse(subnet.TASK, name="lan")["reason"] == "store_missing"
    assert ledger.traces() == []


def test_the_actor_is_noted(ledger: Ledger) -> None:
    ledger.subnet(**LAN)
    assert ledger.rows("SELECT DISTINCT actor FROM history") == [("tester",)]


def test_a_first_task_that_fails_makes_no_store(ledger: Ledger) -> None:
    """10.0.0.255 is the broadcast address of the subnet (RFC 1122, 3.2.1.3), so it cannot be its gateway."""
    ledger.refused(subnet.TASK, "bad_request", gateway="10.0.0.255", **LAN)
    assert ledger.traces() == []
