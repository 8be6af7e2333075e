# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``partial``: those who can have an address get it, and the others are named."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

Wishes = list[dict[str, t.Any]]


@pytest.fixture
def lan(ledger: Ledger) -> t.Iterator[Ledger]:
    """Room for four; db has one of them."""
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1",
        pools=[{"name": "default", "start": "10.0.0.10", "end": "10.0.0.13"}],
    )  # fmt: skip
    ledger.subnet(name="other", cidr="10.0.1.0/24")
    ledger.address(name="db", subnet="lan", address="10.0.0.11")
    yield ledger
    ledger.check()


def given(result: dict[str, t.Any]) -> dict[str, str]:
    return {one["name"]: one["address"] for one in result["addresses"]}


# wishes, who gets what, who fails and why
PARTLY: list[tuple[Wishes, dict[str, str], dict[str, str]]] = [
    ([{"name": "a"}], {"a": "10.0.0.10"}, {}),
    (
        [{"name": name} for name in "abcde"],
        {"a": "10.0.0.10", "b": "10.0.0.12", "c": "10.0.0.13"},
        {"d": "pool_exhausted", "e": "pool_exhausted"},
    ),
    (
        [{"name": "a", "address": "10.0.0.1"}, {"name": "b"}],
        {"b": "10.0.0.10"},
        {"a": "gateway_address"},
    ),
    (
        [{"name": "a", "address": "10.0.0.11"}, {"name": "b", "address": "10.0.0.50"}],
        {"b": "10.0.0.50"},
        {"a": "address_conflict"},
    ),
    (
        [{"name": "db", "address": "10.0.0.50"}, {"name": "b"}],
        {"b": "10.0.0.10"},
        {"db": "address_differs"},
    ),
    (
        [{"name": "a", "count": 4}, {"name": "b", "count": 3}],
        {"b": "10.0.0.13"},  # the last of its three
        {"a": "pool_exhausted"},
    ),
    (
        [{"name": "a", "address": "10.0.2.1"}, {"name": "b"}],
        {"b": "10.0.0.10"},
        {"a": "address_outside_subnet"},
    ),
]


@pytest.mark.parametrize(("wishes", "met", "failed"), PARTLY)
def test_what_can_be_given(lan: Ledger, wishes: Wishes, met: dict[str, str], failed: dict[str, str]) -> None:
    predicted = lan.rehearse(address.TASK, addresses=wishes, subnet="lan", partial=True)
    result = lan.address(addresses=wishes, subnet="lan", partial=True)
    assert result == predicted
    assert result["changed"] is True
    assert given(result) == met
    assert {one["name"]: one["reason"] for one in result["failures"]} == failed
    assert all(one["msg"] and one["interface"] == "" for one in result["failures"])
    again = lan.address(addresses=wishes, subnet="lan", partial=True)
    assert (again["changed"], again["addresses"]) == (False, result["addresses"])
    assert {one["name"]: one["reason"] for one in again["failures"]} == failed


def test_the_warning_names_them(lan: Ledger) -> None:
    result = lan.address(names=list("abcde"), subnet="lan", partial=True)
    (warning,) = result["warnings"]
    assert "2 of 5" in warning
    assert "d (pool_exhausted), e (pool_exhausted)" in warning


def test_no_warning_where_all_are_met(lan: Ledger) -> None:
    result = lan.address(names=["a", "b"], subnet="lan", partial=True)
    assert result["failures"] == []
    assert "warnings" not in result


def test_failures_say_what_the_failing_task_would(lan: Ledger) -> None:
    alone = lan.refused(address.TASK, "address_conflict", name="a", subnet="lan", address="10.0.0.11")
    wishes = [{"name": "a", "interface": "eth1", "address": "10.0.0.11"}, {"name": "b"}]
    (failure,) = lan.address(addresses=wishes, subnet="lan", partial=True)["failures"]
    assert (failure["name"], failure["interface"], failure["holder"]) == ("a", "eth1", "db")
    assert failure["msg"] == alone["msg"]


@pytest.mark.parametrize("partial", [False, None])
def test_without_it_all_or_nothing(lan: Ledger, partial: bool | None) -> None:
    lan.refused(address.TASK, "pool_exhausted", names=list("abcde"), subnet="lan", partial=partial)
    assert given(lan.address_info()) == {"db": "10.0.0.11"}


def test_nobody_can_have_one(lan: Ledger) -> None:
    wishes = [{"name": "a", "address": "10.0.0.11"}, {"name": "b", "address": "10.0.0.1"}]
    result = lan.refused(address.TASK, "address_conflict", addresses=wishes, subnet="lan", partial=True)
    assert [one["reason"] for one in result["failures"]] == ["address_conflict", "gateway_address"]
    assert "2" in result["msg"]


ALWAYS_FAILS: list[tuple[dict[str, t.Any], str]] = [
    ({"names": ["a", "b"], "subnet": "nowhere"}, "subnet_missing"),
    ({"names": ["a", "b"], "subnet_tags": ["none"]}, "subnet_missing"),
    ({"names": ["a", "b"], "subnet": "lan", "pool": "none"}, "pool_missing"),
    ({"names": ["a", "b", "a"], "subnet": "lan"}, "bad_request"),
    ({"names": ["a", "b"], "subnet": "lan", "count": 0}, "bad_request"),
    ({"names": ["a"], "subnet": "lan", "strategy": "eui64", "mac": "00:00:00:00:00:01"}, "bad_request"),
    ({"addresses": [{"name": "a"}, {"name": "a"}], "subnet": "lan"}, "bad_request"),
    ({"addresses": [{"name": "a"}, {"name": "b", "address": "10.0.0.50/25"}], "subnet": "lan"}, "bad_request"),
    ({"addresses": [{"name": "a"}, {"name": "b", "pool": ["none"]}], "subnet": "lan"}, "pool_missing"),
    # the first one fails for a reason of its own before the second one is looked at
    (
        {"addresses": [{"name": "a", "address": "10.0.0.11"}, {"name": "b", "address": "10.0.1.5/25"}, {"name": "c",
         "address": "10.0.1.6"}]},
        "bad_request",
    ),
    (
        {"addresses": [{"name": "a", "address": "10.0.0.11"}, {"name": "b", "address": "10.0.1.5", "pool": ["none"]},
                       {"name": "c", "address": "10.0.1.6"}]},
        "pool_missing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "reason"), ALWAYS_FAILS)
def test_what_is_wrong_with_the_task_fails_it(lan: Ledger, wish: dict[str, t.Any], reason: str) -> None:
    lan.refused(address.TASK, reason, **wish, partial=True)


def test_rule_63_certain_addresses_first_also_when_another_fails(lan: Ledger) -> None:
    """What any would take is left for the one that names it, as without the failure."""
    wishes = [{"name": "a"}, {"name": "b", "address": "10.0.0.10"}, {"name": "c", "address": "10.0.0.1"}]
    result = lan.address(addresses=wishes, subnet="lan", partial=True)
    assert [one["name"] for one in result["failures"]] == ["c"]
    assert given(result) == {"a": "10.0.0.12", "b": "10.0.0.10"}


def test_a_swap_beside_a_failure(lan: Ledger) -> None:
    """Two holders change places in one task; that a third one fails is not their business."""
    lan.address(name="web", subnet="lan", address="10.0.0.12")
    swap = [{"name": "db", "address": "10.0.0.12"}, {"name": "web", "address": "10.0.0.11"}]
    wishes = [*swap, {"name": "c", "address": "10.0.0.1"}]
    result = lan.address(addresses=wishes, subnet="lan", partial=True, force=True)
    assert [one["name"] for one in result["failures"]] == ["c"]
    assert given(result) == {"db": "10.0.0.12", "web": "10.0.0.11"}


def test_a_failure_leaves_nothing_behind(lan: Ledger) -> None:
    """One that gives up its address to move and then cannot keeps it; history has only what came about."""
    wishes = [{"name": "db", "address": "10.0.0.1"}, {"name": "b"}]
    result = lan.address(addresses=wishes, subnet="lan", partial=True, force=True)
    assert [one["reason"] for one in result["failures"]] == ["gateway_address"]
    assert given(lan.address_info()) == {"b": "10.0.0.10", "db": "10.0.0.11"}
    assert lan.rows("SELECT name FROM history WHERE object = 'address' ORDER BY id") == [("db",), ("b",)]


def test_without_subnet(lan: Ledger) -> None:
    wishes = [{"name": "a", "address": "10.0.0.50"}, {"name": "b", "address": "192.0.2.1"}]
    result = lan.address(addresses=wishes, partial=True)
    assert given(result) == {"a": "10.0.0.50"}
    assert [one["reason"] for one in result["failures"]] == ["address_outside_subnet"]


def test_a_bad_one_in_each_subnet_takes_no_round_of_its_own(lan: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(_tx: t.Any, _subnet: t.Any, requests: t.Any, *, force: bool) -> t.Any:
        asked.append(len(requests))
        return acquire_each(_tx, _subnet, requests, force=force)

    acquire_each = addresses.acquire_each
    monkeypatch.setattr(addresses, "acquire_each", counted)
    wishes = [{"name": "out", "address": "192.0.2.1"}]
    for number in range(2, 6):
        lan.subnet(name=f"s{number}", cidr=f"10.0.{number}.0/24", gateway="first")
        wishes += [{"name": f"{end}-{number}", "address": f"10.0.{number}.{end}"} for end in (1, 9)]
    result = lan.address(addresses=wishes, partial=True)
    assert [one["name"] for one in result["failures"]] == ["out", "1-2", "1-3", "1-4", "1-5"]
    assert given(result) == {f"9-{number}": f"10.0.{number}.9" for number in range(2, 6)}
    assert asked == [2, 2, 2, 2, 1, 1, 1, 1]


def test_several_subnets(lan: Ledger) -> None:
    lan.subnet(name="tiny", cidr="10.0.2.0/31")
    wishes = [{"name": name} for name in "abcdef"]
    result = lan.address(addresses=wishes, subnet=["lan", "tiny"], partial=True)
    assert given(result) == {
        "a": "10.0.0.10", "b": "10.0.0.12", "c": "10.0.0.13", "d": "10.0.2.0", "e": "10.0.2.1",
    }  # fmt: skip
    assert [(one["name"], one["reason"], len(one["subnets"])) for one in result["failures"]] == [
        ("f", "pool_exhausted", 2)
    ]


def test_random_predicts_who_fails(lan: Ledger) -> None:
    wish: dict[str, t.Any] = {"names": list("abcde"), "subnet": "lan", "strategy": "random", "partial": True}
    predicted = lan.rehearse(address.TASK, **wish)
    made = lan.address(**wish)
    assert made["failures"] == predicted["failures"]
    assert set(given(made).values()) == {"10.0.0.10", "10.0.0.12", "10.0.0.13"}


def test_a_lone_name_fails_as_without(lan: Ledger) -> None:
    lan.refused(address.TASK, "address_conflict", name="a", subnet="lan", address="10.0.0.11", partial=True)
