# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lookups ask of the ledger."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import queries
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.address(name="web", subnet="lan", tags=["www"])
    ledger.address(name="web", subnet="lan", interface="eth1")
    ledger.address(name="web", subnet="six", labels={"os": "debian"})
    ledger.address(name="db", subnet="lan")
    return ledger


ONE: list[tuple[str, dict[str, t.Any], str | None]] = [
    ("db", {}, "10.0.0.3"),
    ("web", {"version": 6}, "2001:db8::1"),
    ("web", {"version": 4, "interface": "eth1"}, "10.0.0.2"),
    ("web", {"subnet": "lan", "interface": ""}, "10.0.0.1"),
    ("web", {"subnet": "2001:DB8::/64"}, "2001:db8::1"),
    ("db", {"version": 6}, None),
    ("nobody", {}, None),
]

MANY: list[tuple[list[str], dict[str, t.Any], list[str]]] = [
    ([], {}, ["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::1"]),
    (["db", "web"], {"subnet": "lan"}, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    ([], {"tags": ["www"]}, ["10.0.0.1"]),
    ([], {"labels": {"os": "debian"}}, ["2001:db8::1"]),
    ([], {"pool": "default", "subnet": "six"}, ["2001:db8::1"]),
    (["nobody"], {}, []),
]

SUBNETS = [
    ("lan", "lan"),
    ("10.0.0.0/24", "lan"),
    ("10.0.0.77", "lan"),
    ("2001:DB8::9", "six"),
    ("::ffff:10.0.0.1", "lan"),
]
NO_SUBNETS = [("lam", "subnet_missing"), ("192.0.2.1", "address_outside_subnet"), ("10.0.0.0/23", "subnet_missing")]


@pytest.mark.parametrize(("name", "options", "expected"), ONE)
def test_the_address_of_a_name(lan: Ledger, name: str, options: dict[str, t.Any], expected: str | None) -> None:
    assert lan.read(lambda tx: queries.address_of(tx, name, options, "default")) == expected


def test_several_that_fit_are_named(lan: Ledger) -> None:
    with pytest.raises(
        LedgerError, match=r"10\.0\.0\.1 in 'lan' \(web\), 10\.0\.0\.2 in 'lan' \(web \(eth1\)\)"
    ) as caught:
        lan.read(lambda tx: queries.address_of(tx, "web", {}, "default"))
    assert caught.value.reason == "ambiguous"


@pytest.mark.parametrize(("names", "options", "expected"), MANY)
def test_records_that_fit(lan: Ledger, names: list[str], options: dict[str, t.Any], expected: list[str]) -> None:
    found = lan.read(lambda tx: queries.addresses_of(tx, names, options, "default"))
    assert [one["address"] for one in found] == expected


@pytest.mark.parametrize(("reference", "name"), SUBNETS)
def test_the_subnet_of_a_name_a_cidr_or_an_address(lan: Ledger, reference: str, name: str) -> None:
    assert lan.read(lambda tx: queries.subnet_of(tx, reference, "default"))["name"] == name


@pytest.mark.parametrize(("reference", "reason"), NO_SUBNETS)
def test_no_subnet(lan: Ledger, reference: str, reason: str) -> None:
    with pytest.raises(LedgerError) as caught:
        lan.read(lambda tx: queries.subnet_of(tx, reference, "default"))
    assert caught.value.reason == reason


def test_what_is_said_of_a_name_without_address() -> None:
    assert "in VRF 'blue'" in queries.missing("web", {}, "blue").message
    assert "in subnet 'lan' of VRF 'blue'" in queries.missing("web", {"subnet": "lan"}, "blue").message
    assert queries.missing("web", {}, "blue").reason == "address_missing"
