# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A renamed subnet is the same one, and a subnet stays in its VRF."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger

RENAME = {"name": "lan", "new_name": "office"}


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", tags=["t"])
    ledger.address(name="web", subnet="lan")
    return ledger


def test_it_stays_the_same_row_with_all_that_is_in_it(lan: Ledger) -> None:
    number = lan.rows("SELECT id FROM subnet")
    predicted = lan.rehearse(subnet.TASK, **RENAME)
    result = lan.subnet(**RENAME)
    assert result == predicted
    assert (result["changed"], result["subnet"]["name"], result["subnet"]["tags"]) == (True, "office", ["t"])
    assert (result["diff"]["before"]["name"], result["diff"]["after"]["name"]) == ("lan", "office")
    assert lan.rows("SELECT id FROM subnet") == number
    again = lan.address(name="web", subnet="office")
    assert (again["changed"], again["subnet"]) == (False, "office")
    ((name, before, after),) = lan.rows("SELECT name, old, new FROM history ORDER BY id DESC LIMIT 1")
    assert (name, json.loads(before)["name"], json.loads(after)["name"]) == ("lan", "lan", "office")
    lan.check()


def test_again_it_is_the_one_with_the_new_name(lan: Ledger) -> None:
    lan.subnet(**RENAME)
    before = lan.content()
    assert lan.subnet(**RENAME)["changed"] is False
    assert lan.content() == before
    result = lan.subnet(**RENAME, mtu=1400)
    assert (result["changed"], result["subnet"]["mtu"]) == (True, 1400)


def test_its_own_name_is_no_change(lan: Ledger) -> None:
    assert lan.subnet(name="lan", new_name="lan")["changed"] is False


def test_two_subnets_do_not_share_a_name(lan: Ledger) -> None:
    lan.subnet(name="office", cidr="10.1.0.0/24")
    result = lan.refused(subnet.TASK, "name_conflict", **RENAME)
    assert result["subnet"] == "office"
    for words in ("'office' (10.1.0.0/24)", "'lan' (10.0.0.0/24)"):
        assert words in result["msg"]


def test_the_same_name_in_another_vrf_is_no_conflict(lan: Ledger) -> None:
    lan.subnet(name="office", cidr="10.0.0.0/24", vrf="red")
    assert lan.subnet(**RENAME)["changed"] is True


def test_a_subnet_may_be_renamed_by_its_cidr(lan: Ledger) -> None:
    for wish in ({"cidr": "10.0.0.0/24", "new_name": "office"}, {"name": "10.0.0.0/24", "new_name": "home"}):
        assert lan.subnet(**wish)["subnet"]["name"] == wish["new_name"]
        assert lan.subnet(**wish)["changed"] is False


def test_a_subnet_that_is_made_has_the_new_name_at_once(ledger: Ledger) -> None:
    assert ledger.subnet(**RENAME, cidr="10.0.0.0/24")["subnet"]["name"] == "office"
    assert ledger.subnet(**RENAME, cidr="10.0.0.0/24")["changed"] is False


@pytest.mark.parametrize("name", ["10.1.0.0/24", "10.0.0.0/25", "2001:db8::/64"])
def test_it_is_not_called_by_the_cidr_of_another(lan: Ledger, name: str) -> None:
    lan.refused(subnet.TASK, "bad_request", name="lan", new_name=name)
    assert lan.subnet(name="lan", new_name="10.0.0.0/24")["changed"] is True


def test_a_subnet_that_is_not_there_is_not_renamed(lan: Ledger) -> None:
    lan.refused(subnet.TASK, "subnet_missing", name="lam", new_name="office")


# Another VRF

ELSEWHERE: list[dict[str, t.Any]] = [{"mtu": 1400}, {}, {"new_name": "office"}, {"gateway": "first"}]


@pytest.mark.parametrize("more", ELSEWHERE)
def test_a_subnet_does_not_move_to_another_vrf(lan: Ledger, more: dict[str, t.Any]) -> None:
    lan.subnet(name="other", cidr="10.0.0.0/24", vrf="red")
    for vrf in ("red", "new"):
        result = lan.refused(subnet.TASK, "vrf_differs", name="lan", vrf=vrf, **more)
        assert result["vrfs"] == ["default"]
        for words in (f"'{vrf}'", "'default'", "unique within a VRF", "cidr"):
            assert words in result["msg"]


def test_with_a_cidr_it_is_made_there(lan: Ledger) -> None:
    made = lan.subnet(name="lan", vrf="red", cidr="10.0.0.0/24")
    assert (made["changed"], made["subnet"]["vrf"], made["subnet"]["used"]) == (True, "red", 0)
    assert lan.subnet_info(name="lan")[0]["used"] == 1
