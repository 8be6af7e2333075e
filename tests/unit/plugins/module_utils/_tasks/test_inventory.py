# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory reads: which addresses, in which order, and how their subnets lie in each other."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.inventory import look, read
from ansible_collections.netledger.ipam.tests.conftest import Clock
from ansible_collections.netledger.ipam.tests.ledger import Ledger


def seen(ledger: Ledger, vrf: str = "default", **options: t.Any) -> dict[str, t.Any]:
    return ledger.read(lambda tx: look(tx, read(options, vrf)))


def addresses(ledger: Ledger, vrf: str = "default", **options: t.Any) -> list[str]:
    return [record["address"] for record in seen(ledger, vrf, **options)["addresses"]]


def refusal(ledger: Ledger, **options: t.Any) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        seen(ledger, **options)
    return caught.value


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """Two VRFs; in one a site with two subnets in it, of which one has pools and one has another one in it."""
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(
        name="lan",
        cidr="10.0.1.0/24",
        pools=[
            {"name": "servers", "start": "10.0.1.10", "end": "10.0.1.19"},
            {"name": "vips", "start": "10.0.1.20", "end": "10.0.1.29"},
        ],
    )
    ledger.subnet(name="floor", cidr="10.0.2.0/24")
    ledger.subnet(name="room", cidr="10.0.2.128/25")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.subnet(name="lan", cidr="10.0.1.0/24", vrf="blue")
    ledger.address(name="web", subnet="lan", tags=["a", "b"], labels={"role": "web"})
    ledger.address(name="vip", subnet="lan", pool="vips", tags=["a"], status="reserved")
    ledger.address(name="web", subnet="six")
    ledger.address(name="desk", subnet="room", status="dhcp")
    ledger.address(name="web", subnet="lan", vrf="blue")
    return ledger


def test_all_of_a_vrf_by_version_and_address(filled: Ledger) -> None:
    assert addresses(filled) == ["10.0.1.10", "10.0.1.20", "10.0.2.129", "2001:db8::1"]
    assert addresses(filled, "blue") == ["10.0.1.1"]
    assert addresses(filled, "*") == ["10.0.1.1", "10.0.1.10", "10.0.1.20", "10.0.2.129", "2001:db8::1"]
    assert addresses(filled, "none") == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"subnet": ["room", "2001:DB8::/64"]}, ["10.0.2.129", "2001:db8::1"]),
        ({"subnet": ["six", "lan", "10.0.1.0/24"]}, ["10.0.1.10", "10.0.1.20", "2001:db8::1"]),
        ({"subnet": ["floor"]}, []),
        ({"pool": ["vips"]}, ["10.0.1.20"]),
        ({"pool": ["vips", "servers"]}, ["10.0.1.10", "10.0.1.20"]),
        ({"pool": ["vips"], "subnet": ["lan", "six"]}, ["10.0.1.20"]),
        ({"tags": ["a"]}, ["10.0.1.10", "10.0.1.20"]),
        ({"tags": ["b", "a"]}, ["10.0.1.10"]),
        ({"labels": {"role": "web"}}, ["10.0.1.10"]),
        ({"labels": {"role": "db"}}, []),
        ({"status": ["reserved", "dhcp"]}, ["10.0.1.20", "10.0.2.129"]),
    ],
)
def test_filters(filled: Ledger, options: dict[str, t.Any], expected: list[str]) -> None:
    assert addresses(filled, **options) == expected


def test_a_subnet_of_that_name_in_every_vrf(filled: Ledger) -> None:
    assert addresses(filled, "*", subnet=["lan"]) == ["10.0.1.1", "10.0.1.10", "10.0.1.20"]
    assert seen(filled, "*", primary_subnet=["lan", "six"])["primary"] == [
        ["blue", "lan"],
        ["default", "lan"],
        ["default", "six"],
    ]


def test_how_the_subnets_lie_in_each_other(filled: Ledger) -> None:
    """Of those that hold an address; room lies in floor, which holds none."""
    inner = [["default", "lan", "site"], ["default", "room", "floor"], ["default", "floor", "site"]]
    assert seen(filled, "*")["parents"] == inner
    assert seen(filled, subnet=["lan"])["parents"] == inner[:1]
    assert seen(filled, subnet=["six"])["parents"] == []


class Counter:
    """A connection that counts what it executes."""

    def __init__(self, connection: t.Any) -> None:
        self._connection = connection
        self.statements = 0

    def execute(self, sql: str, parameters: t.Sequence[t.Any] = ()) -> t.Any:
        self.statements += 1
        return self._connection.execute(sql, parameters)

    def stream(self, sql: str, parameters: t.Sequence[t.Any]) -> t.Any:
        self.statements += 1
        return self._connection.stream(sql, parameters)


def statements(ledger: Ledger) -> tuple[int, int]:
    """How many addresses were read by how many statements."""

    def counted(tx: Transaction) -> tuple[int, int]:
        counter = Counter(tx._connection)
        found = look(Transaction(counter, tx.now, "tester"), read({}, "*"))  # type: ignore[arg-type]
        return len(found["addresses"]), counter.statements

    return ledger.read(counted)


@pytest.mark.stores("sqlite")
def test_more_addresses_are_no_more_statements(filled: Ledger) -> None:
    few, before = statements(filled)
    filled.address(names=[f"host{number}" for number in range(400)], subnet="six")
    many, after = statements(filled)
    assert (few, many) == (5, 405)
    assert 0 < after == before


def test_what_is_not_there_is_refused(filled: Ledger) -> None:
    missing = refusal(filled, subnet=["lan", "rom"])
    assert (missing.reason, "Did you mean 'room'?" in missing.message) == ("subnet_missing", True)
    assert refusal(filled, primary_subnet=["lam"]).reason == "subnet_missing"
    everywhere = refusal(filled, vrf="*", subnet=["rom"])
    assert (everywhere.reason, everywhere.message) == ("subnet_missing", "There is no subnet 'rom' in any VRF.")
    pool = refusal(filled, subnet=["lan"], pool=["servers", "vip"])
    assert (pool.reason, pool.message) == (
        "pool_missing",
        "None of the subnets has a pool 'vip'. They have: servers, vips.",
    )


def test_wrong_values_are_reported_together(filled: Ledger) -> None:
    error = refusal(filled, subnet=[" lan"], tags=["a\nb"])
    assert error.reason == "bad_request"
    assert [one.partition(":")[0] for one in error.details["errors"]] == ["subnet", "tags"]


def test_an_address_whose_time_is_over_is_nobodys(filled: Ledger, clock: Clock) -> None:
    filled.address(name="guest", subnet="floor", lease="1h")
    assert addresses(filled, subnet=["floor"]) == ["10.0.2.1"]
    clock.now += 3600
    assert addresses(filled, subnet=["floor"]) == []


def test_what_is_found_is_plain(filled: Ledger) -> None:
    """A cache of any kind gives back what it was given."""
    found = seen(filled, "*", primary_subnet=["lan"])
    assert json.loads(json.dumps(found)) == found
