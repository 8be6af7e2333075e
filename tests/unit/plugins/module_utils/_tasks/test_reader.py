# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of tasks: everything that is wrong with them is said at once."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    address_info,
    pool,
    subnet,
    subnet_info,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.ledger import Ledger

# task, options, what the message must say of each
WRONG: list[tuple[Task, dict[str, t.Any], list[str]]] = [
    (
        subnet.TASK,
        {
            "cidr": "10.0.0.0/33", "gateway": "gw", "vlan_id": 4095, "mtu": 67, "hold_down": "soon", "domain": "a..b",
            "dns_servers": ["9.9.9.9", "dns"], "tags": [" "], "labels": {"a": []}, "description": "\x00",
            "pools": [{"start": "x", "end": "10.0.0.9", "name": " "}],
        },
        ["cidr: '10.0.0.0/33'", "gateway: 'gw'", "vlan_id: 4095", "mtu: 67", "hold_down: 'soon'", "domain: 'a..b'",
         "dns_servers: 'dns'", "tags: ' '", "labels.a: []", "description: ", "pools[0].start: 'x'",
         "pools[0].name: ' '"],
    ),
    (
        address.TASK,
        {"address": "10.0.0.256", "mac": "mac", "fqdn": "-", "interface": " eth0", "pool": "p\n", "subnet": "lan"},
        ["address: '10.0.0.256'", "mac: 'mac'", "fqdn: '-'", "interface: ' eth0'", "pool: ", "name: is missing"],
    ),
    (
        address.TASK,
        {"addresses": [{"name": "a", "mac": "x"}, {"name": "", "address": "y"}], "vrf": " "},
        ["addresses[0].mac: 'x'", "addresses[1].name: '' is empty", "addresses[1].address: 'y'", "vrf: ' '",
         "subnet: is missing"],
    ),
    (address.TASK, {"names": ["a", "b", "a"], "subnet": "lan", "mac": "x"}, ["names: 'a' is there twice", "mac: 'x'"]),
    (address.TASK, {"state": "absent", "mac": "x"}, ["mac: 'x'", "Say whose address to free, or which address"]),
    (pool.TASK, {"subnet": "lan", "start": "x", "size": 0}, ["start: 'x'", "size: 0"]),
    (pool.TASK, {"subnet": "lan", "end": "y"}, ["end: 'y'", "start with end, or start with size"]),
    (subnet.TASK, {"name": "lan", "cidr": "10/8", "prefix_length": 129}, ["cidr: '10/8'", "prefix_length: 129"]),
    (subnet.TASK, {"name": "", "cidr": "", "mtu": 1}, ["name: '' is empty: give name or cidr", "mtu: 1"]),
    (subnet_info.TASK, {"name": " ", "tags": [""], "labels": {"": "x"}}, ["name: ' '", "tags: ''", "labels: ''"]),
    (address_info.TASK, {"address": "x", "mac": "y", "free": 3}, ["address: 'x'", "mac: 'y'", "free: needs subnet"]),
    (address_info.TASK, {"subnet": "lan", "free": 65537, "pool": " "}, ["free: 65537", "pool: ' '"]),
]  # fmt: skip

ONE_WRONG: list[tuple[Task, dict[str, t.Any], str]] = [
    (subnet.TASK, {"cidr": "10.0.0.0"}, "cidr"),
    (address.TASK, {"name": "web", "subnet": "lan", "mac": "x"}, "mac"),
    (address.TASK, {"name": "web"}, "subnet"),
    (pool.TASK, {"subnet": "lan"}, "start"),
    (address_info.TASK, {"free": 3, "subnet": "lan", "vrf": "*"}, "free"),
    (subnet.TASK, {"cidr": "10.0.0.0/24", "vrf": "*"}, "vrf"),
    (address.TASK, {"name": "web", "subnet": "lan", "vrf": "*"}, "vrf"),
    (pool.TASK, {"subnet": "lan", "start": "10.0.0.1", "size": 1, "vrf": "*"}, "vrf"),
    (subnet.TASK, {"cidr": 7}, "cidr"),  # of another type than the argument spec lets through
]

# Templates leave empty text where a variable is empty.
EMPTY: list[tuple[Task, dict[str, t.Any]]] = [
    (address.TASK, {"name": "web", "subnet": "lan", "address": "", "pool": "", "interface": "", "mac": "", "fqdn": ""}),
    (subnet.TASK, {"name": "", "cidr": "10.0.0.0/24", "parent": "", "gateway": "", "domain": "", "description": ""}),
    (address_info.TASK, {"name": "", "address": "", "subnet": "", "pool": "", "mac": ""}),
    (subnet_info.TASK, {"name": "", "parent": ""}),
]


@pytest.mark.parametrize(("task", "options", "said"), WRONG)
def test_every_error_is_said(ledger: Ledger, task: Task, options: dict[str, t.Any], said: list[str]) -> None:
    result = ledger.refused(task, "bad_request", **options)
    for text in said:
        assert text in result["msg"]
    assert len(result["errors"]) == len(said)
    assert " ".join(result["errors"]) == result["msg"]
    assert ledger.content() is None


@pytest.mark.parametrize(("task", "options", "option"), ONE_WRONG)
def test_a_single_error_names_its_option(ledger: Ledger, task: Task, options: dict[str, t.Any], option: str) -> None:
    result = ledger.refused(task, "bad_request", **options)
    assert result["option"] == option
    assert "errors" not in result


MALFORMED: list[dict[str, t.Any]] = [
    {"name": "web", "address": "10.0.0"},
    {"addresses": [{"name": "web", "address": "10.0.0"}, {"name": "db", "address": "10.0.0.2"}]},
]


@pytest.mark.parametrize("options", MALFORMED)
def test_a_wrong_address_is_not_a_missing_one(ledger: Ledger, options: dict[str, t.Any]) -> None:
    assert ledger.refused(address.TASK, "bad_request", **options)["msg"].count("is ") == 1


@pytest.mark.parametrize("options", [{"name": "web", "address": ""}, {"addresses": [{"name": "web"}]}])
def test_without_an_address_a_subnet_is_missing(ledger: Ledger, options: dict[str, t.Any]) -> None:
    assert "subnet: is missing" in ledger.refused(address.TASK, "bad_request", **options)["msg"]


@pytest.mark.parametrize(("task", "options"), EMPTY)
def test_empty_text_is_not_given(ledger: Ledger, task: Task, options: dict[str, t.Any]) -> None:
    ledger.subnet(name="lan", cidr="10.1.0.0/24")
    assert not ledger.run(task, **options).get("failed")
