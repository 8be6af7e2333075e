# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records to hosts: the primary address, variables, groups, and what is one host."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.plugin_utils._hosts import Host, Record, hosts_of


def record(address: str, name: str = "web", **fields: t.Any) -> Record:
    plain = {"interface": "", "subnet": "lan", "vrf": "default", "pool": None, "status": "active"}
    return {"address": address, "name": name, "version": 6 if ":" in address else 4, **plain, "tags": [], **fields}


def hosts(*records: Record, primary: t.Sequence[str] = (), by: t.Sequence[str] = (), prefix: str = "") -> list[Host]:
    found = {
        "addresses": [{"labels": {}, **one} for one in records],
        "primary": [["default", name] for name in primary],
    }
    return hosts_of(found, lambda record: str(record["name"]), prefix, by)


@pytest.mark.parametrize(
    ("primary", "records", "expected"),
    [
        ([], [record("10.0.0.9"), record("10.0.0.10")], "10.0.0.9"),
        ([], [record("2001:db8::1"), record("10.0.0.9")], "10.0.0.9"),
        ([], [record("10.0.0.9", interface="eth0"), record("10.0.0.10")], "10.0.0.10"),
        ([], [record("10.0.0.9", interface="eth1"), record("10.0.0.10", interface="eth0")], "10.0.0.9"),
        ([], [record("10.0.0.9", interface="eth1"), record("2001:db8::1")], "10.0.0.9"),
        ([], [record("10.0.0.9", status="deprecated"), record("2001:db8::1")], "2001:db8::1"),
        ([], [record("10.0.0.9", status="deprecated"), record("10.0.0.10", interface="eth0")], "10.0.0.10"),
        (["mgmt"], [record("10.0.0.9"), record("10.0.0.10", subnet="mgmt")], "10.0.0.10"),
        (["mgmt"], [record("10.0.0.9"), record("2001:db8::1", subnet="mgmt", status="deprecated")], "2001:db8::1"),
        (["mgmt"], [record("10.0.0.9"), record("10.0.0.10", subnet="mgmt", vrf="red", name="other")], "10.0.0.9"),
        (["b", "a"], [record("10.0.0.9", subnet="a"), record("10.0.0.10", subnet="b")], "10.0.0.10"),
        (["none"], [record("10.0.0.9", subnet="a"), record("10.0.0.10", subnet="b")], "10.0.0.9"),
    ],
)
def test_the_primary_address(primary: list[str], records: list[Record], expected: str) -> None:
    host = hosts(*records, primary=primary)[0]
    assert host.variables["ansible_host"] == host.variables["address"] == expected


def test_variables_are_the_fields_of_the_primary_address_and_all_records() -> None:
    eth1 = record("10.0.0.9", interface="eth1", tags=["a"])
    first = record("10.0.0.10", tags=["b"])
    (host,) = hosts(eth1, first, prefix="x_")
    assert host.variables.pop("x_addresses") == [{"labels": {}, **eth1}, {"labels": {}, **first}]
    assert host.variables == {
        "ansible_host": "10.0.0.10",
        "x_address": "10.0.0.10",
        "x_name": "web",
        "x_version": 4,
        "x_interface": "",
        "x_subnet": "lan",
        "x_vrf": "default",
        "x_pool": None,
        "x_status": "active",
        "x_tags": ["b"],
        "x_labels": {},
    }


def test_a_variable_is_no_part_of_another_one() -> None:
    (host,) = hosts(record("10.0.0.9", tags=["a"]))
    host.variables["tags"].append("b")
    assert host.variables["addresses"][0]["tags"] == ["a"]


def test_groups_follow_from_all_addresses_of_a_host() -> None:
    records = [
        record("10.0.0.9", tags=["a", "b"], labels={"role": "web", "old": ""}, pool="servers"),
        record("10.0.0.10", tags=["a"], subnet="mgmt", interface="eth1"),
        record("10.0.0.9", name="db", vrf="red"),
    ]
    web, db = hosts(*records, by=["subnet", "tag", "label", "vrf", "pool"])
    assert web.groups == [
        "subnet_lan",
        "subnet_mgmt",
        "tag_a",
        "tag_b",
        "label_role_web",
        "label_old",
        "vrf_default",
        "pool_servers",
    ]
    assert db.groups == ["subnet_lan", "vrf_red"]
    assert [host.groups for host in hosts(*records, by=["pool"])] == [["pool_servers"], []]
    assert [host.groups for host in hosts(*records)] == [[], []]


def test_the_name_of_a_host_follows_from_its_primary_address_in_each_vrf() -> None:
    records = [
        record("10.0.0.9", subnet="lan", fqdn="web.example.com"),
        record("10.0.1.9", subnet="mgmt", fqdn="web.mgmt.example.com"),
        record("10.0.0.9", vrf="red", fqdn="web.red.example.com"),
    ]
    found = {"addresses": [{"labels": {}, **one} for one in records], "primary": [["default", "mgmt"]]}
    by_fqdn = hosts_of(found, lambda record: str(record["fqdn"]), "", [])
    assert [(host.name, len(host.variables["addresses"])) for host in by_fqdn] == [
        ("web.mgmt.example.com", 2),
        ("web.red.example.com", 1),
    ]
    (by_name,) = hosts_of(found, lambda record: str(record["name"]), "", [])
    assert by_name.variables["ansible_host"] == "10.0.1.9"
    assert len(by_name.variables["addresses"]) == 3


def test_of_holders_that_are_one_host_the_lowest_address_counts() -> None:
    """db holds both of its addresses before it is one host with web, whose only one is between them."""
    records = [
        record("10.0.0.1", "db", interface="eth0"),
        record("10.0.0.2", "web"),
        record("10.0.0.3", "db"),
    ]
    found = {"addresses": [{"labels": {}, **one} for one in records], "primary": []}
    (host,) = hosts_of(found, lambda record: "one", "", [])
    assert host.variables["ansible_host"] == "10.0.0.2"
    assert [one["address"] for one in host.variables["addresses"]] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


def test_hosts_come_in_the_order_of_their_first_addresses() -> None:
    names = [host.name for host in hosts(record("10.0.0.1", "b"), record("10.0.0.2", "a"), record("10.0.0.3", "b"))]
    assert names == ["b", "a"]
