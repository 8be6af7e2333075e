# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

FULL: dict[str, t.Any] = {
    "name": "lan",
    "cidr": "10.0.0.0/24",
    "gateway": "10.0.0.1",
    "pools": [
        {"name": "low", "start": "10.0.0.10", "end": "10.0.0.19"},
        {"name": "high", "start": "10.0.0.100", "end": "10.0.0.199"},
    ],
    "reserved": ["10.0.0.5", "10.0.0.150-10.0.0.159"],
    "dns_servers": ["9.9.9.9", "2620:fe::fe"],
    "domain": "example.com",
    "vlan_id": 7,
    "mtu": 9000,
    "hold_down": "2h",
    "tags": ["a", "b"],
    "labels": {"rack": "r1", "unit": "7"},
    "description": "{{ 1 + 1 }} {% raw %}",
}
SIX: dict[str, t.Any] = {
    "name": "six",
    "cidr": "2001:db8::/64",
    "gateway": "2001:db8::1",
    "pools": [{"name": "low", "start": "2001:db8::a", "end": "2001:db8::ff"}],
    "reserved": ["2001:db8::f0-2001:db8::ff"],
    "dns_servers": ["2001:db8::53"],
}

# The same wish, spelled in another way.
SPELLINGS: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    (FULL, {}),
    (FULL, {"cidr": "10.0.0.1/24"}),
    (FULL, {"cidr": "10.0.0.0/255.255.255.0"}),
    (FULL, {"cidr": "::ffff:10.0.0.0/120"}),
    (FULL, {"gateway": "::ffff:10.0.0.1"}),
    (FULL, {"pools": FULL["pools"][::-1]}),
    (FULL, {"pools": [{**FULL["pools"][0], "start": "::ffff:10.0.0.10"}, FULL["pools"][1]]}),
    (FULL, {"reserved": ["10.0.0.150-10.0.0.155", "::ffff:10.0.0.5", "10.0.0.156/30", "10.0.0.5/32"]}),
    (FULL, {"dns_servers": ["::ffff:9.9.9.9", "2620:00FE::00FE"]}),
    (FULL, {"domain": "Example.COM."}),
    (FULL, {"hold_down": "120m"}),
    (FULL, {"hold_down": "7200"}),
    (FULL, {"tags": ["b", "a", "b"]}),
    (FULL, {"labels": {"unit": 7, "rack": "r1"}}),
    (FULL, {"name": None, "cidr": "10.0.0.99/24"}),
    (FULL, {"cidr": None}),
    (SIX, {"cidr": "2001:0DB8:0000::99/64"}),
    (SIX, {"gateway": "2001:DB8::0001"}),
    (SIX, {"pools": [{"name": "low", "start": "2001:DB8::A", "end": "2001:db8:0:0:0:0:0:ff"}]}),
    (SIX, {"reserved": ["2001:DB8::F0/124"]}),
    (SIX, {"dns_servers": ["2001:DB8::0:53"]}),
]

# RFC 3021 (/31), RFC 6164 (/127), RFC 4291 2.6.1 (/64): size, netmask, broadcast, pools
KINDS: list[tuple[str, int, str, str | None, list[tuple[str, str]]]] = [
    ("10.0.0.0/31", 2, "255.255.255.254", None, [("10.0.0.0", "10.0.0.1")]),
    ("10.0.0.7/32", 1, "255.255.255.255", None, [("10.0.0.7", "10.0.0.7")]),
    ("10.0.0.0/30", 2, "255.255.255.252", "10.0.0.3", [("10.0.0.1", "10.0.0.2")]),
    ("10.0.0.0/24", 254, "255.255.255.0", "10.0.0.255", [("10.0.0.1", "10.0.0.254")]),
    ("2001:db8::/127", 2, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", None, [("2001:db8::", "2001:db8::1")]),
    ("2001:db8::7/128", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None, [("2001:db8::7", "2001:db8::7")]),
    ("2001:db8::/64", 2**64 - 1, "ffff:ffff:ffff:ffff::", None, [("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff")]),
]

GATEWAYS: list[tuple[str, str, str | None]] = [
    ("::/64", "::ffff:10.0.9.1", None),  # IPv4-mapped, and one of IPv6 here
    ("10.0.0.0/24", "10.0.0.0", "bad_request"),
    ("10.0.0.0/24", "10.0.0.255", "bad_request"),
    ("10.0.0.0/24", "2001:db8::1", "version_mismatch"),
    ("2001:db8::/64", "10.0.0.1", "version_mismatch"),
    ("10.0.0.0/24", "10.9.9.9", None),  # on-link, outside
    ("10.0.0.0/31", "10.0.0.0", None),
    ("10.0.0.7/32", "10.0.0.7", None),
    ("10.0.0.7/32", "10.0.0.1", None),
    ("2001:db8::/64", "2001:db8::", None),  # the routers' own address
    ("2001:db8::/64", "fe80::1", None),
    ("2001:db8::/127", "2001:db8::1", None),
]

POOLS: list[tuple[list[dict[str, str]], str]] = [
    ([{"start": "10.0.0.0", "end": "10.0.0.9"}], "pool_outside_subnet"),
    ([{"start": "10.0.0.200", "end": "10.0.0.255"}], "pool_outside_subnet"),
    ([{"start": "10.0.0.200", "end": "10.0.1.9"}], "pool_outside_subnet"),
    ([{"start": "2001:db8::1", "end": "2001:db8::9"}], "version_mismatch"),
    ([{"start": "10.0.0.9", "end": "10.0.0.2"}], "bad_request"),
    ([{"start": "10.0.0.1", "end": "10.0.0.9"}], "gateway_in_pool"),
    ([{"start": "10.0.0.2", "end": "10.0.0.9"}, {"start": "10.0.0.9", "end": "10.0.0.12"}], "pool_overlap"),
    ([{"start": "10.0.0.2", "end": "10.0.0.9", "name": "p"}, {"start": "10.0.0.10", "end": "10.0.0.11", "name": "p"}],
     "bad_request"),
]  # fmt: skip

CHANGES: list[tuple[dict[str, t.Any], str, t.Any]] = [
    ({"gateway": "10.0.0.2"}, "gateway", "10.0.0.2"),
    ({"gateway": ""}, "gateway", None),
    ({"domain": ""}, "domain", None),
    ({"description": ""}, "description", ""),
    ({"vlan_id": 0}, "vlan_id", None),
    ({"mtu": 0}, "mtu", None),
    ({"mtu": 1500}, "mtu", 1500),
    ({"hold_down": "0"}, "hold_down", 0),
    ({"tags": []}, "tags", []),
    ({"labels": {"site": "x"}}, "labels", {"site": "x"}),
    ({"dns_servers": ["1.1.1.1"]}, "dns_servers", ["1.1.1.1"]),
    ({"reserved": []}, "reserved", []),
    ({"pools": []}, "pools", []),
]


def bounds(pools: list[Result]) -> list[tuple[str, str]]:
    return [(one["start"], one["end"]) for one in pools]


@pytest.mark.parametrize(("first", "again"), SPELLINGS)
def test_twice_is_once_in_any_spelling(ledger: Ledger, first: dict[str, t.Any], again: dict[str, t.Any]) -> None:
    assert ledger.subnet(**first)["changed"] is True
    before = ledger.content()
    result = ledger.subnet(**{**first, **again})
    assert result["changed"] is False
    assert result["diff"]["before"] == result["diff"]["after"]
    assert ledger.content() == before


def test_what_is_returned(ledger: Ledger) -> None:
    result = ledger.subnet(**FULL)
    made = result["subnet"]
    assert made == {
        "name": "lan", "vrf": "default", "cidr": "10.0.0.0/24", "version": 4, "network": "10.0.0.0",
        "netmask": "255.255.255.0", "prefix_length": 24, "broadcast": "10.0.0.255", "parent": None, "children": [],
        "gateway": "10.0.0.1", "dns_servers": ["9.9.9.9", "2620:fe::fe"], "domain": "example.com", "vlan_id": 7,
        "mtu": 9000, "hold_down": 7200, "strategy": "lowest", "min_prefix_length": None, "max_prefix_length": None,
        "default_prefix_length": None, "quota": None, "reserved": ["10.0.0.5", "10.0.0.150-10.0.0.159"],
        "pools": [
            {"name": "low", "start": "10.0.0.10", "end": "10.0.0.19", "strategy": None, "hold_down": None,
             "warn_below": None,
             "size": 10, "used": 0, "held_down": 0,
             "reserved": 0, "in_children": 0, "free": 10},
            {"name": "high", "start": "10.0.0.100", "end": "10.0.0.199", "strategy": None, "hold_down": None,
             "warn_below": None,
             "size": 100, "used": 0, "held_down": 0,
             "reserved": 10, "in_children": 0, "free": 90},
        ],
        "size": 254, "used": 0, "held_down": 0, "reserved_count": 12, "in_children": 0, "free": 242,
        "tags": ["a", "b"], "labels": {"rack": "r1", "unit": "7"}, "description": "{{ 1 + 1 }} {% raw %}",
    }  # fmt: skip
    assert result["diff"]["before"] is None
    assert result["diff"]["after"]["cidr"] == "10.0.0.0/24"
    assert ledger.subnet_info() == [made]


@pytest.mark.parametrize(("cidr", "size", "netmask", "broadcast", "pools"), KINDS)
def test_kinds_of_networks(
    ledger: Ledger, cidr: str, size: int, netmask: str, broadcast: str | None, pools: list[tuple[str, str]]
) -> None:
    made = ledger.subnet(cidr=cidr)["subnet"]
    assert (made["size"], made["netmask"], made["broadcast"]) == (size, netmask, broadcast)
    assert bounds(made["pools"]) == pools
    again = [{"start": start, "end": end} for start, end in pools]
    ledger.subnet(cidr=cidr, pools=again)  # what is generated may be given
    for number in range(min(size, 2)):
        taken = ledger.address(name=f"host{number}", subnet=cidr)
        ledger.address(name=f"host{number}", subnet=cidr, address=taken["address"])  # and named
    if size <= 2:
        ledger.refused(address.TASK, "pool_exhausted", name="more", subnet=cidr)
    ledger.check()


@pytest.mark.parametrize(("cidr", "gateway", "reason"), GATEWAYS)
def test_gateways(ledger: Ledger, cidr: str, gateway: str, reason: str | None) -> None:
    if reason:
        ledger.subnet(name="elsewhere", cidr="172.16.0.0/12")
        ledger.refused(subnet.TASK, reason, cidr=cidr, gateway=gateway)
        ledger.subnet(cidr=cidr)
        ledger.refused(subnet.TASK, reason, cidr=cidr, gateway=gateway)
    else:
        assert ledger.subnet(cidr=cidr, gateway=gateway)["subnet"]["gateway"] == gateway
        assert ledger.subnet(cidr=cidr, gateway=gateway)["changed"] is False


@pytest.mark.parametrize(("pools", "reason"), POOLS)
def test_pools_that_cannot_be(ledger: Ledger, pools: list[dict[str, str]], reason: str) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.refused(subnet.TASK, reason, name="lan", pools=pools)


@pytest.mark.parametrize(("wish", "field", "value"), CHANGES)
def test_what_is_given_changes_and_the_rest_stays(
    ledger: Ledger, wish: dict[str, t.Any], field: str, value: t.Any
) -> None:
    before = ledger.subnet(**FULL)["diff"]["after"]
    result = ledger.subnet(name="lan", **wish)
    assert result["changed"] is True
    assert result["subnet"][field] == value
    assert result["diff"]["before"] == before
    assert {key for key in before if before[key] != result["diff"]["after"][key]} == {field}
    assert ledger.subnet(name="lan", **wish)["changed"] is False
    ledger.check()


def test_pools_follow_the_gateway_until_somebody_names_them(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/29")
    split = ledger.subnet(name="lan", gateway="10.0.0.3")["subnet"]["pools"]
    assert [(one["name"], one["start"], one["end"]) for one in split] == [
        ("default", "10.0.0.1", "10.0.0.2"),
        ("default-2", "10.0.0.4", "10.0.0.6"),
    ]
    assert bounds(ledger.subnet(name="lan", gateway="")["subnet"]["pools"]) == [("10.0.0.1", "10.0.0.6")]
    ledger.subnet(name="lan", pools=[{"name": "p", "start": "10.0.0.2", "end": "10.0.0.4"}])
    ledger.refused(subnet.TASK, "gateway_in_pool", name="lan", gateway="10.0.0.3")
    assert bounds(ledger.subnet(name="lan", gateway="10.0.0.1")["subnet"]["pools"]) == [("10.0.0.2", "10.0.0.4")]


def test_the_smallest_subnet_around_is_the_parent(ledger: Ledger) -> None:
    ledger.subnet(name="inner", cidr="10.0.0.0/28")
    ledger.subnet(name="outer", cidr="10.0.0.0/8")
    ledger.subnet(name="middle", cidr="10.0.0.0/16")
    ledger.subnet(name="blue", cidr="10.0.0.0/12", vrf="blue")
    ledger.subnet(name="six", cidr="::a00:0/104")
    parents = {one["name"]: one["parent"] for one in ledger.subnet_info(vrf="*")}
    assert parents == {"outer": None, "middle": "outer", "inner": "middle", "blue": None, "six": None}
    assert [one["name"] for one in ledger.subnet_info(parent="outer")] == ["middle"]
    assert ledger.subnet_info(name="middle")[0]["children"] == ["inner"]
    assert ledger.subnet_info(name="middle")[0]["in_children"] == 15  # of the usable ones, not the network address
    ledger.check()


def test_the_next_free_child(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.address(name="web", subnet="site", address="10.0.0.130")
    # free: .0, .2-.129, .131-.255; the /26 that fits best is 10.0.0.64/26, then 10.0.0.192/26
    made = [ledger.subnet(name=f"kid{n}", parent="site", prefix_length=26)["subnet"]["cidr"] for n in range(2)]
    assert made == ["10.0.0.64/26", "10.0.0.192/26"]
    result = ledger.refused(subnet.TASK, "parent_exhausted", name="kid2", parent="site", prefix_length=26)
    assert (result["parent"], result["prefix_length"]) == ("site", 26)
    assert "2 child subnets" in result["msg"]
    again = ledger.subnet(name="kid0", parent="10.0.0.0/24", prefix_length=26)
    assert (again["changed"], again["subnet"]["cidr"]) == (False, "10.0.0.64/26")
    ledger.check()


DIFFERENT: list[tuple[dict[str, t.Any], str]] = [
    ({"name": "lan", "cidr": "10.0.1.0/24"}, "subnet_differs"),
    ({"name": "lan", "parent": "site", "prefix_length": 25}, "subnet_differs"),
    ({"name": "lan", "parent": "other"}, "subnet_differs"),
    ({"name": "lan", "parent": "lan"}, "subnet_differs"),
    ({"name": "lan", "parent": "nowhere"}, "subnet_missing"),
    ({"name": "new", "cidr": "10.0.0.0/24"}, "overlap"),
    ({"name": "new", "cidr": "10.0.9.0/24", "parent": "lan"}, "subnet_differs"),
    ({"name": "new", "cidr": "172.16.0.0/24", "parent": "site"}, "subnet_differs"),
    ({"name": "new", "parent": "site", "prefix_length": 16}, "bad_request"),
    ({"name": "new", "parent": "site", "prefix_length": 33}, "bad_request"),
    ({"name": "new"}, "subnet_missing"),
    ({"name": "10.0.77.0/24", "cidr": "10.0.78.0/24"}, "bad_request"),
    ({"cidr": "10.0.0.0/28"}, "subnet_in_use"),
    ({"name": "lan", "reserved": ["10.0.1.0"]}, "bad_request"),
    ({"name": "lan", "reserved": ["::1"]}, "bad_request"),
    ({"name": "lan", "gateway": "10.0.0.1"}, "address_conflict"),
    ({"name": "site", "gateway": "10.0.0.77"}, "bad_request"),
]


@pytest.mark.parametrize(("wish", "reason"), DIFFERENT)
def test_what_cannot_be(ledger: Ledger, wish: dict[str, t.Any], reason: str) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="other", cidr="192.168.0.0/16")
    ledger.address(name="web", subnet="lan")
    ledger.refused(subnet.TASK, reason, **wish)


def test_a_subnet_in_use_is_not_removed(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="deep", cidr="10.0.0.0/28")
    ledger.address(name="web", subnet="deep")
    ledger.address(name="db", subnet="site", interface="eth1")
    result = ledger.refused(subnet.TASK, "subnet_in_use", name="site", state="absent")
    assert (result["addresses"], result["children"]) == (["10.0.1.0"], ["lan"])
    assert "10.0.1.0 (db (eth1))" in result["msg"]
    assert "lan (10.0.0.0/24)" in result["msg"]
    gone = ledger.subnet(name="site", state="absent", force=True)
    assert gone["changed"] is True
    assert gone["removed"] == {"subnets": ["site", "lan", "deep"], "addresses": ["10.0.1.0", "10.0.0.1"]}
    assert gone["diff"]["after"] is None
    assert ledger.subnet_info() == []
    for table in ("address", "extent", "hold", "pool", "subnet"):
        assert ledger.rows(f"SELECT * FROM {table}") == []


def test_an_address_counts_once(ledger: Ledger) -> None:
    """What is reserved and lies in a child is the child's; what is reserved and held is held."""
    ledger.subnet(name="site", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.address(name="web", subnet="site", address="10.0.0.200")
    ledger.subnet(name="lan", cidr="10.0.0.64/26")
    ledger.subnet(name="site", reserved=["10.0.0.1", "10.0.0.66-10.0.0.68", "10.0.0.199-10.0.0.200"])
    (site,) = ledger.subnet_info(name="site")
    counted = [site[key] for key in ("size", "used", "held_down", "reserved_count", "in_children", "free")]
    # 254 usable; .200 is used; .1 and .199 are reserved; 64 are the child's
    assert counted == [254, 1, 0, 2, 64, 187]
    ledger.check()


def test_a_removed_child_gives_its_place_back(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/24", reserved=["10.0.0.66"])
    ledger.subnet(name="lan", cidr="10.0.0.64/26")
    ledger.subnet(name="lan", state="absent")
    ledger.check()
    assert ledger.subnet_info()[0]["free"] == 253


ABSENT = [
    {"name": "nowhere"},
    {"cidr": "10.9.0.0/24"},
    {"name": "lan", "cidr": "10.9.0.0/24"},
    {"name": "lan", "vrf": "x"},
]


@pytest.mark.parametrize("wish", ABSENT)
def test_what_is_gone_is_gone(ledger: Ledger, wish: dict[str, t.Any]) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    result = ledger.subnet(state="absent", **wish)
    assert (result["changed"], result["removed"]) == (False, {"subnets": [], "addresses": []})
    assert len(ledger.subnet_info()) == 1


def test_a_dry_run_of_a_new_store_makes_none(ledger: Ledger) -> None:
    result = ledger.rehearse(subnet.TASK, **FULL)
    assert result["changed"] is True
    assert result["subnet"]["free"] == 242
    assert ledger.content() is None
    assert ledger.traces() == []


def test_a_dry_run_leaves_the_bytes_alone(ledger: Ledger) -> None:
    ledger.subnet(**FULL)
    before = ledger.content()
    predicted = ledger.rehearse(subnet.TASK, name="lan", gateway="10.0.0.2", state="present")
    assert ledger.content() == before
    real = ledger.subnet(name="lan", gateway="10.0.0.2")
    assert predicted == real
