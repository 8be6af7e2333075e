# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that look given and are none, or stand for something else than one thing."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info, pool, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    return ledger


NAMELESS: list[dict[str, t.Any]] = [
    {"name": ""},
    {"name": "", "address": "10.0.0.5"},
    {"names": [""]},
    {"names": ["web", ""]},
    {"addresses": [{"name": ""}]},
    {"addresses": [{"name": "web"}, {"name": "", "address": "10.0.0.5"}]},
    {"name": "", "state": "absent"},
    {"names": [""], "state": "absent"},
]


@pytest.mark.parametrize("options", NAMELESS)
def test_an_empty_name_holds_nothing(lan: Ledger, options: dict[str, t.Any]) -> None:
    result = lan.refused(address.TASK, "bad_request", subnet="lan", **options)
    assert "name" in result["msg"]


# The VRF that is none

WRITING: list[tuple[Task, dict[str, t.Any]]] = [
    (subnet.TASK, {"cidr": "10.1.0.0/24"}),
    (subnet.TASK, {"name": "lan", "state": "absent"}),
    (pool.TASK, {"subnet": "lan", "start": "10.0.0.1", "size": 9}),
    (pool.TASK, {"subnet": "lan", "state": "absent"}),
    (address.TASK, {"name": "web", "subnet": "lan"}),
    (address.TASK, {"name": "web", "state": "absent"}),
]


@pytest.mark.parametrize(("task", "options"), WRITING)
def test_one_vrf_is_needed_to_write(lan: Ledger, task: Task, options: dict[str, t.Any]) -> None:
    assert "all VRFs" in lan.refused(task, "bad_request", vrf="*", **options)["msg"]


def test_no_store_is_made_for_all_vrfs(ledger: Ledger) -> None:
    ledger.refused(subnet.TASK, "bad_request", vrf="*", cidr="10.1.0.0/24")
    assert ledger.traces() == []


def test_all_vrfs_can_be_read(lan: Ledger) -> None:
    lan.subnet(name="lan", cidr="10.0.0.0/24", vrf="red")
    for vrf in ("default", "red"):
        lan.address(name="web", subnet="lan", vrf=vrf)
    assert [one["vrf"] for one in lan.subnet_info(vrf="*")] == ["default", "red"]
    assert [one["vrf"] for one in lan.address_info(vrf="*")["addresses"]] == ["default", "red"]


# VRFs that are mentioned


def test_a_vrf_without_subnets_is_not_offered(lan: Ledger) -> None:
    lan.subnet(name="gone", cidr="10.0.0.0/24", vrf="red")
    lan.subnet(name="gone", vrf="red", state="absent")
    message = lan.refused(address.TASK, "subnet_missing", name="web", subnet="lan", vrf="blue")["msg"]
    assert "There are subnets in VRF default." in message
    lan.subnet(name="lan", state="absent")
    for vrf in ("blue", "default"):
        message = lan.refused(address.TASK, "subnet_missing", name="web", subnet="lan", vrf=vrf)["msg"]
        assert message.endswith("It has no subnets.")


# Pools that are not there


def test_a_pool_that_is_not_there_is_missing_for_holders_too(lan: Ledger) -> None:
    for present in (False, True):
        for task in (
            {"name": "web"},
            {"names": ["web"]},
            {"addresses": [{"name": "web", "pool": "nope"}]},
            {"name": "web", "address": "10.0.0.1"},
        ):
            result = lan.refused(address.TASK, "pool_missing", **{"subnet": "lan", "pool": "nope", **task})
            assert "'nope'" in result["msg"]
            assert "default" in result["msg"]
        if not present:
            lan.address(name="web", subnet="lan", pool="default")
    assert lan.address(name="web", subnet="lan", pool="default")["changed"] is False


@pytest.mark.parametrize("more", [{}, {"name": "web"}, {"free": 3}])
def test_a_pool_that_is_not_there_is_missing_to_a_question(lan: Ledger, more: dict[str, t.Any]) -> None:
    lan.address(name="web", subnet="lan")
    lan.refused(address_info.TASK, "pool_missing", subnet="lan", pool="nope", **more)


def test_without_a_subnet_some_pool_of_that_name_is_asked_for(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan")
    assert lan.address_info(pool="nope")["addresses"] == []
    assert len(lan.address_info(pool="default")["addresses"]) == 1


def test_nothing_is_freed_of_a_pool_that_is_not_there_and_it_is_said(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan")
    result = lan.address(name="web", subnet="lan", pool="nope", state="absent")
    assert (result["changed"], result["addresses"]) == (False, [])
    assert result["warnings"] == ["Subnet 'lan' has no pool 'nope', so nothing of it was freed."]
    assert "warnings" not in lan.address(name="nobody", subnet="lan", pool="default", state="absent")


# A pool of the other family

OTHER_FAMILY = [
    ("lan", {"start": "2001:db8::1", "size": 3}),
    ("lan", {"start": "2001:db8::1", "end": "2001:db8::9"}),
    ("six", {"start": "10.0.0.1", "size": 3}),
    ("six", {"start": "10.0.0.1", "end": "10.0.0.9"}),
]


@pytest.mark.parametrize(("where", "options"), OTHER_FAMILY)
def test_a_pool_is_of_the_family_of_its_subnet(lan: Ledger, where: str, options: dict[str, t.Any]) -> None:
    lan.subnet(name="six", cidr="2001:db8::/64")
    lan.refused(pool.TASK, "version_mismatch", subnet=where, name="p", **options)


def test_a_pool_of_a_size_may_start_at_a_mapped_address(lan: Ledger) -> None:
    made = lan.pool(subnet="lan", name="p", start="::ffff:10.0.0.5", size=3)["pool"]
    assert (made["start"], made["end"]) == ("10.0.0.5", "10.0.0.7")
