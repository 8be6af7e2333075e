# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

NOTES: dict[str, t.Any] = {
    "mac": "52:54:00:ab:cd:ef",
    "fqdn": "web.example.org",
    "tags": ["a", "b"],
    "labels": {"rack": "r1"},
    "description": "{{ 1 + 1 }}",
}


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    """An IPv4 and an IPv6 subnet with a gateway, something reserved and a child each."""
    ledger.subnet(
        name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.5-10.0.0.6"], dns_servers=["9.9.9.9"],
        domain="example.com", vlan_id=7, mtu=1500,
        pools=[{"name": "low", "start": "10.0.0.10", "end": "10.0.0.19"},
               {"name": "high", "start": "10.0.0.100", "end": "10.0.0.109"}],
    )  # fmt: skip
    ledger.subnet(name="six", cidr="2001:db8::/64", gateway="2001:db8::1", reserved=["2001:db8::5"])
    ledger.subnet(name="kid", cidr="10.0.0.224/28")
    ledger.subnet(name="kid6", cidr="2001:db8::f:0/112")
    return ledger


# The same wish in other words.
SPELLINGS: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    ({}, {}),
    ({}, {"address": "10.0.0.10"}),
    ({}, {"address": "10.0.0.10/24"}),
    ({}, {"address": "10.0.0.10/32"}),
    ({}, {"address": "10.0.0.10/255.255.255.0"}),
    ({}, {"address": "::ffff:10.0.0.10"}),
    ({}, {"address": "::FFFF:A00:A"}),
    ({}, {"subnet": "10.0.0.0/24"}),
    ({}, {"subnet": "10.0.0.77/24"}),
    ({}, {"pool": "low"}),
    ({}, {"interface": ""}),
    ({"subnet": "six"}, {"address": "2001:DB8::2"}),
    ({"subnet": "six"}, {"address": "2001:0db8:0:0:0:0:0:2/64"}),
    ({"subnet": "six"}, {"subnet": "2001:DB8::/64"}),
    (NOTES, {}),
    (NOTES, dict.fromkeys(NOTES)),  # left out: stays
    (NOTES, {"mac": "52-54-00-AB-CD-EF"}),
    (NOTES, {"mac": "5254.00ab.cdef"}),
    (NOTES, {"fqdn": "WEB.example.org."}),
    (NOTES, {"tags": ["b", "a", "a"]}),
    ({"labels": {"n": "1", "b": "true"}}, {"labels": {"b": True, "n": 1}}),
]

REFUSED: list[tuple[str, str, str]] = [
    ("lan", "10.0.0.0", "network_address"),
    ("lan", "10.0.0.255", "broadcast_address"),
    ("lan", "10.0.0.1", "gateway_address"),
    ("lan", "10.0.0.5", "address_reserved"),
    ("lan", "10.0.0.6/24", "address_reserved"),
    ("lan", "::ffff:10.0.0.6", "address_reserved"),
    ("lan", "10.0.0.225", "address_in_child"),
    ("lan", "10.0.1.1", "address_outside_subnet"),
    ("lan", "2001:db8::9", "address_outside_subnet"),
    ("lan", "::a00:9", "address_outside_subnet"),
    ("lan", "10.0.0.9/25", "bad_request"),
    ("lan", "10.0.0.11", "address_conflict"),
    ("six", "2001:db8::", "subnet_router_address"),
    ("six", "2001:db8::1", "gateway_address"),
    ("six", "2001:DB8::5", "address_reserved"),
    ("six", "2001:db8::f:1", "address_in_child"),
    ("six", "2001:db8:0:1::1", "address_outside_subnet"),
    ("six", "10.0.0.9", "address_outside_subnet"),
    ("nowhere", "10.0.0.9", "subnet_missing"),
]


@pytest.mark.parametrize(("first", "again"), SPELLINGS)
def test_twice_is_once_in_any_spelling(lan: Ledger, first: dict[str, t.Any], again: dict[str, t.Any]) -> None:
    wish = {"name": "web", "subnet": "lan", **first}
    made = lan.address(**wish)
    assert made["changed"] is True
    before = lan.content()
    result = lan.address(**{**wish, **again})
    assert result["changed"] is False
    assert result["addresses"] == made["addresses"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert lan.content() == before


def test_what_is_returned(lan: Ledger) -> None:
    result = lan.address(name="web", subnet="lan", interface="eth1", **NOTES)
    record = {
        "address": "10.0.0.10", "cidr": "10.0.0.10/24", "prefix_length": 24, "netmask": "255.255.255.0",
        "network": "10.0.0.0", "version": 4, "gateway": "10.0.0.1", "dns_servers": ["9.9.9.9"], "domain": "example.com",
        "vlan_id": 7, "mtu": 1500, "fqdn": "web.example.org", "reverse_pointer": "10.0.0.10.in-addr.arpa",
        "name": "web", "interface": "eth1", "subnet": "lan", "vrf": "default", "pool": "low",
        "mac": "52:54:00:ab:cd:ef", "tags": ["a", "b"], "labels": {"rack": "r1"}, "description": "{{ 1 + 1 }}",
        "status": "active", "expires": None,
    }  # fmt: skip
    assert result["addresses"] == [record]
    assert {key: result[key] for key in record} == record
    assert result["diff"]["before"] is None
    assert result["diff"]["after"]["address"] == "10.0.0.10"


def test_addresses_of_one_task_share_no_list(lan: Ledger) -> None:
    """YAML would write one that is shared as a reference."""
    first, second = lan.address(names=["web", "db"], subnet="lan")["addresses"]
    assert first["dns_servers"] == second["dns_servers"] == ["9.9.9.9"]
    assert first["dns_servers"] is not second["dns_servers"]


FQDNS = [("web", "web.example.com"), ("web.other.net", "web.other.net")]


@pytest.mark.parametrize(("name", "fqdn"), FQDNS)
def test_the_name_in_the_domain_of_the_subnet(lan: Ledger, name: str, fqdn: str) -> None:
    assert lan.address(name=name, subnet="lan")["fqdn"] == fqdn
    assert lan.address(name="bare", subnet="six")["fqdn"] is None


@pytest.mark.parametrize(("subnet", "asked", "reason"), REFUSED)
def test_addresses_that_cannot_be_had(lan: Ledger, subnet: str, asked: str, reason: str) -> None:
    lan.address(name="db", subnet="lan", address="10.0.0.11")
    result = lan.refused(address.TASK, reason, name="web", subnet=subnet, address=asked)
    if reason == "address_conflict":
        assert (result["holder"], result["address"]) == ("db", "10.0.0.11")
        assert "is held by db" in result["msg"]
        assert "address=10.0.0.11 state=absent" in result["msg"]


def test_the_lowest_free_one_of_the_pools_in_order(lan: Ledger) -> None:
    lan.address(name="x", subnet="lan", address="10.0.0.11")
    names = [f"h{number:02}" for number in range(12)]
    taken = [one["address"] for one in lan.address(names=names, subnet="lan")["addresses"]]
    # 10, 12 to 19, then the other pool
    assert taken == [f"10.0.0.{n}" for n in (10, 12, 13, 14, 15, 16, 17, 18, 19, 100, 101, 102)]
    lan.address(name="h03", state="absent")
    assert lan.address(name="new", subnet="lan")["address"] == "10.0.0.14"
    assert lan.address(name="h", subnet="lan", pool="high")["address"] == "10.0.0.103"
    lan.check()


def test_exhaustion_says_everything(lan: Ledger) -> None:
    lan.subnet(name="lan", hold_down="1h")
    lan.subnet(name="lan", reserved=["10.0.0.12", "10.0.0.13"])
    lan.address(names=list("abcdefgh"), subnet="lan", pool="low")
    lan.address(names=["a", "b"], state="absent")
    result = lan.refused(address.TASK, "pool_exhausted", name="new", subnet="lan", pool="low")
    assert result["subnet"] == "lan"
    assert result["pools"] == [
        {"name": "low", "start": "10.0.0.10", "end": "10.0.0.19", "size": 10, "used": 6, "held_down": 2, "reserved": 2,
         "in_children": 0},
    ]  # fmt: skip
    for text in ("'low'", "10.0.0.10-10.0.0.19", "10 addresses", "6 used", "2 held down", "2 reserved", "is free in"):
        assert text in result["msg"]
    both = lan.refused(address.TASK, "pool_exhausted", names=[f"n{n}" for n in range(11)], subnet="lan")
    assert [one["name"] for one in both["pools"]] == ["low", "high"]
    assert "only 10 of the 11 addresses asked for are free" in both["msg"]
    lan.check()


def test_a_key_has_subnet_name_and_interface(lan: Ledger) -> None:
    wishes: list[dict[str, t.Any]] = [
        {"subnet": "lan"}, {"subnet": "lan", "interface": "eth1"}, {"subnet": "six"}, {"subnet": "kid"},
    ]  # fmt: skip
    taken = [lan.address(name="web", **wish)["address"] for wish in wishes]
    assert taken == ["10.0.0.10", "10.0.0.11", "2001:db8::2", "10.0.0.225"]
    assert [lan.address(name="web", **wish)["address"] for wish in wishes] == taken


def test_two_vrfs_have_the_same_addresses(lan: Ledger) -> None:
    lan.subnet(name="lan", cidr="10.0.0.0/24", vrf="blue")
    assert lan.address(name="web", subnet="lan", vrf="blue")["address"] == "10.0.0.1"
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.10"
    assert lan.address(name="web", state="absent", vrf="blue")["changed"] is True
    assert len(lan.address_info(vrf="*")["addresses"]) == 1


def test_one_and_one_of_the_other_family(ledger: Ledger) -> None:
    ledger.subnet(name="four", cidr="0.0.0.0/24")
    ledger.subnet(name="six", cidr="::/120")
    assert ledger.address(name="web", subnet="four", address="0.0.0.1")["address"] == "0.0.0.1"
    assert ledger.address_info(address="::1")["addresses"] == []
    assert ledger.address(name="db", subnet="six", address="::1")["address"] == "::1"
    held = [(one["name"], one["address"], one["subnet"]) for one in ledger.address_info()["addresses"]]
    assert held == [("web", "0.0.0.1", "four"), ("db", "::1", "six")]
    assert ledger.address(address="::1", state="absent")["addresses"][0]["name"] == "db"
    assert ledger.address(address="0.0.0.1", name="web")["changed"] is False
    ledger.refused(address.TASK, "address_outside_subnet", name="x", subnet="six", address="0.0.0.2")
    ledger.refused(address.TASK, "address_outside_subnet", name="x", subnet="four", address="::2")
    ledger.check()


def test_without_subnet_the_address_says_where(lan: Ledger) -> None:
    assert lan.address(name="web", address="10.0.0.226")["subnet"] == "kid"
    assert lan.address(name="web", address="::ffff:10.0.0.50")["subnet"] == "lan"
    many = lan.address(addresses=[{"name": "a", "address": "2001:db8::9"}, {"name": "b", "address": "10.0.0.51"}])
    assert [one["subnet"] for one in many["addresses"]] == ["six", "lan"]
    lan.refused(address.TASK, "address_outside_subnet", name="web", address="192.0.2.1")


def test_a_holder_moves_only_by_force(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", **NOTES)
    result = lan.refused(address.TASK, "address_differs", name="web", subnet="lan", address="10.0.0.50")
    assert result["address"] == "10.0.0.10"
    assert result["msg"].endswith("Set force: true to move it, or give another interface to have both.")
    moved = lan.address(name="web", subnet="lan", address="10.0.0.50", force=True)
    assert (moved["changed"], moved["address"], moved["mac"]) == (True, "10.0.0.50", NOTES["mac"])
    assert (moved["diff"]["before"]["address"], moved["diff"]["after"]["address"]) == ("10.0.0.10", "10.0.0.50")
    assert lan.address(name="db", subnet="lan")["address"] == "10.0.0.10"
    lan.refused(address.TASK, "address_conflict", name="web", subnet="lan", address="10.0.0.10", force=True)
    swapped = [{"name": "web", "address": "10.0.0.10"}, {"name": "db", "address": "10.0.0.50"}]
    lan.address(addresses=swapped, subnet="lan", force=True)
    assert lan.address_info(name="db")["addresses"][0]["address"] == "10.0.0.50"
    lan.check()


CLEARED: list[tuple[str, t.Any, t.Any]] = [
    ("mac", "", None), ("fqdn", "", "web.example.com"), ("tags", [], []), ("labels", {}, {}), ("description", "", ""),
    ("mac", "52:54:00:00:00:01", "52:54:00:00:00:01"),
]  # fmt: skip


@pytest.mark.parametrize(("option", "value", "after"), CLEARED)
def test_notes_are_changed_and_cleared(lan: Ledger, option: str, value: t.Any, after: t.Any) -> None:
    lan.address(name="web", subnet="lan", **NOTES)
    result = lan.address(name="web", subnet="lan", **{option: value})
    assert (result["changed"], result[option], result["address"]) == (True, after, "10.0.0.10")
    before = result["diff"]["before"]
    assert {key for key in before if before[key] != result["diff"]["after"][key]} == {option}


def test_many_in_one_transaction(lan: Ledger) -> None:
    wishes = [
        {"name": "a"},
        {"name": "b", "address": "10.0.0.10", "tags": ["own"]},
        {"name": "a", "interface": "eth1", "pool": "high"},
    ]
    result = lan.address(addresses=wishes, subnet="lan", tags=["all"], labels={"x": "y"})
    assert [one["address"] for one in result["addresses"]] == ["10.0.0.11", "10.0.0.10", "10.0.0.100"]
    assert [one["tags"] for one in result["addresses"]] == [["all"], ["own"], ["all"]]
    assert "address" not in result
    assert set(result["diff"]["after"]) == {"lan: a", "lan: b", "lan: a (eth1)"}
    assert lan.address(addresses=wishes, subnet="lan")["changed"] is False
    part = lan.address(names=["a", "c"], subnet="lan")
    assert [one["address"] for one in part["addresses"]] == ["10.0.0.11", "10.0.0.12"]
    assert part["diff"]["after"]["name"] == "c"
    assert lan.address(names=[], subnet="lan")["changed"] is False
    lan.check()


MANY_REFUSED: list[tuple[list[dict[str, t.Any]], str]] = [
    ([{"name": "n"}, {"name": "n"}], "bad_request"),
    ([{"name": "n", "address": "10.0.0.50"}, {"name": "m", "address": "::ffff:10.0.0.50"}], "bad_request"),
    ([{"name": "n"}, {"name": "m", "address": "10.0.0.1"}], "gateway_address"),
    ([{"name": "n"}, {"name": "m", "pool": "none"}], "pool_missing"),
    ([{"name": f"n{number}"} for number in range(21)], "pool_exhausted"),
]


@pytest.mark.parametrize(("wishes", "reason"), MANY_REFUSED)
def test_many_are_all_or_none(lan: Ledger, wishes: list[dict[str, t.Any]], reason: str) -> None:
    lan.refused(address.TASK, reason, addresses=wishes, subnet="lan")
    assert lan.address_info()["addresses"] == []
    lan.check()


def test_thousands_of_names(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/16")
    names = [f"host{number:04}" for number in range(3000)]
    assert len(ledger.address(names=names, subnet="lan")["addresses"]) == 3000
    assert ledger.address(names=names, subnet="lan")["changed"] is False
    ledger.address(names=names[::2], state="absent")
    result = ledger.address(names=[f"new{number:04}" for number in range(1600)], subnet="lan")
    # every other one of the first 3000, then what comes after
    numbers = [*range(1, 3000, 2), *range(3001, 3101)]
    assert [one["address"] for one in result["addresses"]] == [f"10.0.{n // 256}.{n % 256}" for n in numbers]
    ledger.check()


# what is asked to be freed, what then is free
ABSENT: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"name": "web"}, ["10.0.0.10", "10.0.0.11", "2001:db8::2"]),
    ({"name": "web", "subnet": "lan"}, ["10.0.0.10", "10.0.0.11"]),
    ({"name": "web", "interface": "eth1"}, ["10.0.0.11"]),
    ({"name": "web", "interface": ""}, ["10.0.0.10", "2001:db8::2"]),
    ({"name": "web", "address": "10.0.0.10"}, ["10.0.0.10"]),
    ({"address": "10.0.0.10"}, ["10.0.0.10"]),
    ({"address": "::ffff:10.0.0.10"}, ["10.0.0.10"]),
    ({"address": "10.0.0.10/24", "subnet": "lan"}, ["10.0.0.10"]),
    ({"address": "2001:DB8:0::2"}, ["2001:db8::2"]),
    ({"name": "db", "pool": "high"}, ["10.0.0.100"]),
    ({"name": "db", "pool": "low"}, []),
    ({"names": ["web", "db"], "subnet": "lan"}, ["10.0.0.10", "10.0.0.11", "10.0.0.100"]),
    ({"addresses": [{"name": "web", "interface": "eth1"}, {"name": "db"}]}, ["10.0.0.11", "10.0.0.100"]),
    ({"name": "nobody"}, []),
    ({"address": "10.0.0.77"}, []),
    ({"address": "192.0.2.1"}, []),
    ({"name": "web", "vrf": "blue"}, []),
    ({"name": "web", "subnet": "nowhere"}, []),
    ({"name": "db", "address": "10.0.0.10"}, []),
]


@pytest.mark.parametrize(("wish", "freed"), ABSENT)
def test_freeing(lan: Ledger, wish: dict[str, t.Any], freed: list[str]) -> None:
    for held in ({"subnet": "lan"}, {"subnet": "lan", "interface": "eth1"}, {"subnet": "six"}):
        lan.address(name="web", **held)
    lan.address(name="db", subnet="lan", pool="high")
    everything = {one["address"] for one in lan.address_info()["addresses"]}
    result = lan.address(state="absent", **wish)
    assert result["changed"] is bool(freed)
    assert sorted(one["address"] for one in result["addresses"]) == sorted(freed)
    assert {one["address"] for one in lan.address_info()["addresses"]} == everything - set(freed)
    assert result["diff"]["after"] is None
    again = lan.address(state="absent", **wish)
    assert (again["changed"], again["addresses"]) == (False, [])
    lan.check()


WARNED = [
    ({"name": "web", "subnet": "nowhere"}, "nothing to free"),
    ({"name": "db", "address": "10.0.0.10"}, "held by web"),
]


@pytest.mark.parametrize(("wish", "warning"), WARNED)
def test_freeing_what_is_not_ones_own_warns(lan: Ledger, wish: dict[str, t.Any], warning: str) -> None:
    lan.address(name="web", subnet="lan")
    (said,) = lan.address(state="absent", **wish)["warnings"]
    assert warning in said


def test_a_dry_run_is_what_would_happen(lan: Ledger) -> None:
    before = lan.content()
    predicted = lan.rehearse(address.TASK, names=["a", "b"], subnet="lan")
    assert lan.content() == before
    assert lan.address(names=["a", "b"], subnet="lan") == predicted
    assert lan.rehearse(address.TASK, name="x", subnet="lan", address="10.0.0.1")["reason"] == "gateway_address"


def test_history_has_every_change_and_no_other(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan")
    lan.address(name="web", subnet="lan")
    lan.address(name="web", subnet="lan", address="10.0.0.50", force=True)
    lan.run(address.TASK, name="db", subnet="lan", address="10.0.0.50")
    lan.address(name="web", state="absent")
    rows = lan.rows("SELECT actor, name, addr, old, new FROM history WHERE object = 'address' ORDER BY id")
    assert [(actor, name, key) for actor, name, key, *_rest in rows] == [
        ("tester", "web", "0a00000a"),
        ("tester", "web", "0a000032"),
        ("tester", "web", "0a000032"),
    ]
    # Of an address an entry says what its name and key do not: here, only where it was before it moved.
    changes = [tuple(one and json.loads(one) for one in row[3:]) for row in rows]
    assert changes == [(None, {}), ({"address": "10.0.0.10"}, {}), ({}, None)]


def test_the_clock_of_the_store_ends_holds(ledger: Ledger, clock: t.Any) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/30", hold_down="10m")
    ledger.address(names=["a", "b"], subnet="lan")
    ledger.address(name="a", state="absent")
    ledger.refused(address.TASK, "pool_exhausted", name="c", subnet="lan")
    ledger.refused(address.TASK, "address_on_hold", name="c", subnet="lan", address="10.0.0.1")
    assert ledger.subnet_info()[0]["held_down"] == 1
    clock.now += 599
    ledger.refused(address.TASK, "pool_exhausted", name="c", subnet="lan")
    clock.now += 1
    assert ledger.address_info(subnet="lan", free=1)["free"] == ["10.0.0.1"]
    assert ledger.address(name="c", subnet="lan")["address"] == "10.0.0.1"
    ledger.check()
