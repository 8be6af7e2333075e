# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several parents in order: the next one is asked where one has no room, for whatever reason."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger

PARENTS = ["small", "full", "picky", "poor", "wide"]


@pytest.fixture
def sites(ledger: Ledger) -> Ledger:
    """Of five parents only the last one has room for a /26."""
    ledger.subnet(name="small", cidr="10.1.0.0/27")
    ledger.subnet(name="full", cidr="10.2.0.0/25")
    ledger.subnet(name="low", cidr="10.2.0.0/26")
    ledger.subnet(name="high", cidr="10.2.0.64/26")
    ledger.subnet(name="picky", cidr="10.3.0.0/24", min_prefix_length=27)
    ledger.subnet(name="poor", cidr="10.4.0.0/24", quota=63)
    ledger.subnet(name="wide", cidr="10.0.0.0/24")
    return ledger


def test_those_without_room_are_passed_over(sites: Ledger) -> None:
    made = sites.subnet(name="kid", parent=PARENTS, prefix_length=26)["subnet"]
    assert (made["cidr"], made["parent"]) == ("10.0.0.0/26", "wide")
    again = sites.subnet(name="kid", parent=PARENTS, prefix_length=26)
    assert (again["changed"], again["subnet"]["cidr"]) == (False, "10.0.0.0/26")
    sites.check()


def test_they_are_tried_in_the_order_given(sites: Ledger) -> None:
    """Not in that of their making, by which they are locked."""
    made = [sites.subnet(name=f"kid{n}", parent=["wide", "poor"], prefix_length=25)["subnet"] for n in range(2)]
    assert [one["cidr"] for one in made] == ["10.0.0.0/25", "10.0.0.128/25"]
    made = [sites.subnet(name=f"tiny{n}", parent=["wide", "poor"], prefix_length=27)["subnet"] for n in range(1)]
    assert [one["cidr"] for one in made] == ["10.4.0.0/27"]


def test_the_error_says_why_of_each(sites: Ledger) -> None:
    result = sites.refused(subnet.TASK, "parent_exhausted", name="kid", parent=PARENTS[:4], prefix_length=26)
    reasons = {one["parent"]: one["reason"] for one in result["parents"]}
    assert reasons == {
        "small": "bad_request",
        "full": "parent_exhausted",
        "picky": "prefix_length_refused",
        "poor": "quota_exceeded",
    }
    for one in result["parents"]:
        assert f"{one['parent']}: {one['msg']}" in result["msg"]


def test_one_reason_of_all_is_the_reason(sites: Ledger) -> None:
    sites.subnet(name="poor too", cidr="10.5.0.0/24", quota=10)
    options: dict[str, t.Any] = {"name": "kid", "parent": ["poor", "poor too"], "prefix_length": 26}
    sites.refused(subnet.TASK, "quota_exceeded", **options)


SINGLE = [("full", "parent_exhausted"), ("picky", "prefix_length_refused"), ("poor", "quota_exceeded")]


@pytest.mark.parametrize(("parent", "reason"), SINGLE)
def test_of_a_single_parent_the_plain_error_is_said(sites: Ledger, parent: str, reason: str) -> None:
    for given in (parent, [parent], ["", parent], [parent, parent]):
        result = sites.refused(subnet.TASK, reason, name="kid", parent=given, prefix_length=26)
        assert "parents" not in result
        assert result["parent"] == parent


def test_a_child_is_smaller_than_its_parent(sites: Ledger) -> None:
    for length in (26, 27, 33):
        result = sites.refused(subnet.TASK, "bad_request", name="kid", parent="small", prefix_length=length)
        assert result["msg"] == (
            f"prefix_length: {length} does not fit into parent 'small' (10.1.0.0/27): it must be from 28 to 32."
        )
        assert result["option"] == "prefix_length"


def test_a_parent_that_is_not_there_is_no_parent_without_room(sites: Ledger) -> None:
    sites.refused(subnet.TASK, "subnet_missing", name="kid", parent=["wide", "wild"], prefix_length=26)


def test_parents_are_of_one_version(sites: Ledger) -> None:
    sites.subnet(name="six", cidr="2001:db8::/48")
    result = sites.refused(subnet.TASK, "version_mismatch", name="kid", parent=["wide", "six"], prefix_length=26)
    listed = "'wide' (10.0.0.0/24), 'six' (2001:db8::/48)"
    assert result["msg"] == f"parent: {listed} are of both IP versions. Name parents of one."
    assert result["option"] == "parent"


def test_each_parent_has_its_own_default_length(sites: Ledger) -> None:
    sites.subnet(name="picky", default_prefix_length=28, quota=16)
    sites.subnet(name="wide", default_prefix_length=26)
    made = [sites.subnet(name=f"kid{n}", parent=["picky", "wide"])["subnet"]["cidr"] for n in range(2)]
    assert made == ["10.3.0.0/28", "10.0.0.0/26"]


def test_a_certain_child_lies_in_one_of_them(sites: Ledger) -> None:
    made = sites.subnet(name="kid", cidr="10.0.0.64/26", parent=["full", "wide"])
    assert made["subnet"]["parent"] == "wide"
    assert sites.subnet(name="kid", cidr="10.0.0.64/26", parent=["full", "wide"])["changed"] is False
    for name in ("kid", "new"):
        options: dict[str, t.Any] = {"cidr": "10.0.0.64/26" if name == "kid" else "10.0.0.0/26"}
        result = sites.refused(subnet.TASK, "subnet_differs", name=name, parent=["full", "poor"], **options)
        assert "'full' (10.2.0.0/25) or 'poor' (10.4.0.0/24)" in result["msg"]
        if name == "new":
            assert result["msg"].endswith(", but in 'wide' (10.0.0.0/24).")
    result = sites.refused(subnet.TASK, "subnet_differs", name="new", parent="full", cidr="10.9.0.0/26")
    assert result["msg"] == "10.9.0.0/26 does not lie directly in 'full' (10.2.0.0/25), but in no other subnet."


def test_no_parent_in_a_list_is_none(sites: Ledger) -> None:
    for nothing in ("", [], [""]):
        assert sites.subnet(name="wide", parent=nothing)["changed"] is False
        sites.refused(subnet.TASK, "subnet_missing", name="new", parent=nothing, prefix_length=26)


def test_children_of_several_parents_can_be_read(sites: Ledger) -> None:
    sites.subnet(name="kid", cidr="10.0.0.64/26")
    assert [one["name"] for one in sites.subnet_info(parent=["wide", "full", "nowhere"])] == ["kid", "low", "high"]
    assert [one["name"] for one in sites.subnet_info(parent="wide")] == ["kid"]
