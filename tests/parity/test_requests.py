# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking for addresses and giving them back: rules 1, 2 and 40 to 60 of docs/parity.md."""

from __future__ import annotations

import functools
import itertools
import sqlite3
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    """Two pools of three addresses with a gap between them."""
    ledger.subnet(
        name="lan",
        cidr="10.0.0.0/24",
        gateway="10.0.0.1",
        pools=[
            {"name": "low", "start": "10.0.0.10", "end": "10.0.0.12"},
            {"name": "high", "start": "10.0.0.20", "end": "10.0.0.22"},
        ],
    )
    return ledger


def given(result: Result) -> list[str]:
    return [one["address"] for one in result["addresses"]]


# What is stored


def test_rule_1_the_schema_refuses_a_second_holder(lan: Ledger) -> None:
    """By itself, whatever the code above it does: in its subnet, and in another one of the VRF."""
    lan.subnet(name="other", cidr="10.0.1.0/24")
    lan.address(name="web", subnet="lan")
    columns = "subnet_id, addr, vrf_id, name, interface, ordinal, status, tags, labels, description"
    for subnet_id in ("subnet_id", "(SELECT id FROM subnet WHERE name = 'other')"):
        another = columns.replace("subnet_id", subnet_id, 1).replace("interface", "'eth9'", 1)
        statement = f"INSERT INTO address ({columns}) SELECT {another} FROM address"
        with pytest.raises(LedgerError, match=r"(?i)unique|duplicate"):
            lan.write(lambda tx, sql=statement: tx.execute(sql))  # type: ignore[misc]


def test_rule_2_d14_an_address_says_whose_it_is_and_since_when(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="web", interface="eth0", subnet="lan", description="the shop", status="dhcp", lease="1h")
    (shown,) = lan.address_info(name="web")["addresses"]
    expected = {"name": "web", "interface": "eth0", "description": "the shop", "status": "dhcp", "address": "10.0.0.10"}
    assert {key: shown[key] for key in expected} == expected
    assert shown["expires"] == "1970-01-12T14:46:40Z"  # an hour after the clock's 1,000,000 seconds
    lan.address(name="web", state="absent")
    noted = lan.rows("SELECT at, actor, addr, old IS NULL, new IS NULL FROM history WHERE object = 'address'")
    assert [row[:2] + row[3:] for row in noted] == [(clock.now, "tester", 1, 0), (clock.now, "tester", 0, 1)]


# Kinds of requests


def test_rule_40_each_kind_of_request_has_its_option(lan: Ledger) -> None:
    lan.subnet(name="six", cidr="2001:db8::/64")
    assert lan.address(name="certain", subnet="lan", address="10.0.0.99")["address"] == "10.0.0.99"
    mac = "34:56:78:9a:bc:de"  # RFC 4291 appendix A
    assert lan.address(name="made", subnet="six", strategy="eui64", mac=mac)["address"] == (
        "2001:db8::3656:78ff:fe9a:bcde"
    )
    assert lan.address(name="lowest", subnet="lan", strategy="lowest")["address"] == "10.0.0.10"
    assert lan.address(name="any", subnet="lan", strategy="random")["address"] in ("10.0.0.11", "10.0.0.12")
    assert len(given(lan.address(name="bulk", subnet="lan", count=2))) == 2


def test_rule_42_what_is_given_says_which_kind_it_is(lan: Ledger) -> None:
    """Empty text is no address, as templates leave it; what serves a network takes the lowest, if it says so."""
    assert lan.address(name="web", subnet="lan", address="")["address"] == "10.0.0.10"
    assert lan.address(name="dhcp", subnet="lan", address=None, strategy="lowest", status="dhcp")["status"] == "dhcp"


# A certain address


def test_rule_44_who_holds_it_is_said_before_what_else_is_wrong(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan", address="10.0.0.50")
    lan.subnet(name="lan", reserved=["10.0.0.40-10.0.0.60"])
    result = lan.refused(address.TASK, "address_conflict", name="db", subnet="lan", address="10.0.0.50")
    assert result["holder"] == "web"
    lan.refused(address.TASK, "address_reserved", name="db", subnet="lan", address="10.0.0.51")


CERTAIN: list[tuple[str, str, str | None]] = [
    ("10.0.0.0/24", "10.0.0.0", "network_address"),
    ("10.0.0.0/24", "10.0.0.255", "broadcast_address"),
    ("10.0.0.0/30", "10.0.0.3", "broadcast_address"),
    ("10.0.0.0/24", "10.0.1.0", "address_outside_subnet"),
    ("10.0.0.0/24", "::1", "address_outside_subnet"),
    ("2001:db8::/64", "10.0.0.1", "address_outside_subnet"),
    ("2001:db8::/64", "2001:db8::", "subnet_router_address"),
    ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", None),
    ("2001:db8::/127", "2001:db8::", None),
    ("2001:db8::/128", "2001:db8::", None),
]


@pytest.mark.parametrize(("cidr", "asked", "reason"), CERTAIN)
def test_rule_45_which_addresses_a_host_can_have(ledger: Ledger, cidr: str, asked: str, reason: str | None) -> None:
    ledger.subnet(name="lan", cidr=cidr)
    if reason:
        ledger.refused(address.TASK, reason, name="web", subnet="lan", address=asked)
    else:
        assert ledger.address(name="web", subnet="lan", address=asked)["address"] == asked


@pytest.mark.parametrize("cidr", ["10.0.0.0/31", "10.0.0.0/32", "2001:db8::/127", "2001:db8::/128"])
def test_rule_45_d4_what_is_given_to_anybody_can_be_asked_for(ledger: Ledger, cidr: str) -> None:
    """The first address of a small network, which the reference gives away and refuses to who names it."""
    ledger.subnet(name="link", cidr=cidr)
    first = cidr.split("/", maxsplit=1)[0]
    assert ledger.address(name="any", subnet="link")["address"] == first
    ledger.address(name="any", state="absent")
    assert ledger.address(name="certain", subnet="link", address=first)["address"] == first
    ledger.check()


def test_rule_46_a_certain_address_may_lie_outside_of_every_pool(lan: Ledger) -> None:
    assert lan.address(name="web", subnet="lan", address="10.0.0.100")["pool"] is None
    lan.subnet(name="bare", cidr="10.0.1.0/24", pools=[])
    assert lan.address(name="web", subnet="bare", address="10.0.1.100")["address"] == "10.0.1.100"


def test_rule_46_the_gateway_is_given_to_who_has_it_already(lan: Ledger) -> None:
    """The reference gives it to any port that names it."""
    lan.refused(address.TASK, "gateway_address", name="web", subnet="lan", address="10.0.0.1")
    assert lan.address(name="router", subnet="lan", address="10.0.0.1", adopt=True)["address"] == "10.0.0.1"
    result = lan.refused(address.TASK, "address_conflict", name="web", subnet="lan", address="10.0.0.1", adopt=True)
    assert result["holder"] == "router"
    lan.check()


def test_rule_47_the_spelling_of_an_address_means_nothing(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:db8::/32")
    assert ledger.address(name="a", subnet="six", address="2001:DB8:0::0001:0")["address"] == "2001:db8::1:0"
    for spelling in ("2001:db8::1:0", "2001:0db8:0000:0000:0000:0000:0001:0000", "2001:db8::0.1.0.0"):
        assert ledger.address(name="a", subnet="six", address=spelling)["changed"] is False
        ledger.refused(address.TASK, "address_conflict", name="b", subnet="six", address=spelling)


# Any address


def test_rule_48_the_lowest_free_one_of_the_first_pool_that_has_any(lan: Ledger) -> None:
    held = [lan.address(name=f"h{number}", subnet="lan")["address"] for number in range(5)]
    assert held == ["10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.20", "10.0.0.21"]
    lan.address(name="h1", state="absent")
    assert lan.address(name="new", subnet="lan")["address"] == "10.0.0.11"  # at once, without hold_down


def test_rule_49_random_is_any_of_all_free_addresses(ledger: Ledger) -> None:
    """Not one of the lowest 1000: 40 draws of 65534 all stay below 1000 once in 10 to the 72nd."""
    ledger.subnet(name="lan", cidr="10.0.0.0/16", strategy="random")
    drawn = given(ledger.address(names=[f"h{number}" for number in range(40)], subnet="lan"))
    offsets = [int(one.split(".")[2]) * 256 + int(one.split(".")[3]) for one in drawn]
    assert len(set(offsets)) == 40
    assert max(offsets) > 1000


@pytest.mark.parametrize("strategy", ["lowest", "highest", "random", "rotate"])
def test_rule_51_d3_few_are_drawn_from_as_much_as_one_is(lan: Ledger, strategy: str) -> None:
    """All of the pool, however many are asked for: with two the reference looks at fewer than with one."""
    lan.subnet(name="lan", pools=[{"name": "p", "start": "10.0.0.10", "end": "10.0.0.19"}])
    everything = {f"10.0.0.{number}" for number in range(10, 20)}
    for count in (1, 2, 9, 10):
        assert set(given(lan.address(name="few", subnet="lan", count=count, strategy=strategy))) <= everything
        lan.check()
    assert set(given(lan.address(name="few", subnet="lan"))) == everything


def test_rule_52_d2_more_than_100000_in_one_request(ledger: Ledger) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/8")
    result = ledger.address(names=["one", "two"], subnet="lan", count=50_001)
    assert len(set(given(result))) == 100_002
    assert given(result)[-1] == "10.1.134.162"  # 100,002 is 1 * 65,536 + 134 * 256 + 162
    ledger.check()


def test_rule_53_many_come_in_order_and_on_request_in_a_row(lan: Ledger) -> None:
    lan.address(name="x", subnet="lan", address="10.0.0.11")
    names = ["c", "a", "b"]
    answer = lan.address(names=names, subnet="lan")["addresses"]
    assert [(one["name"], one["address"]) for one in answer] == list(
        zip(names, ("10.0.0.10", "10.0.0.12", "10.0.0.20"), strict=True)
    )
    lan.address(names=names, state="absent")
    row = lan.address(name="row", subnet="lan", count=3, contiguous=True)
    assert given(row) == ["10.0.0.20", "10.0.0.21", "10.0.0.22"]


def test_rule_54_exhaustion_says_what_the_pools_are_full_of(lan: Ledger, clock: t.Any) -> None:
    lan.subnet(name="lan", hold_down="1h", reserved=["10.0.0.22"])
    lan.address(names=["a", "b", "c", "d", "e"], subnet="lan")
    lan.address(name="b", state="absent")
    result = lan.refused(address.TASK, "pool_exhausted", name="more", subnet="lan")
    counts = [{key: one[key] for key in ("name", "size", "used", "held_down", "reserved")} for one in result["pools"]]
    assert counts == [
        {"name": "low", "size": 3, "used": 2, "held_down": 1, "reserved": 0},
        {"name": "high", "size": 3, "used": 2, "held_down": 0, "reserved": 1},
    ]
    for words in ("10.0.0.10-10.0.0.12", "2 used", "1 held down", "3600 seconds", "netledger.ipam.pool"):
        assert words in result["msg"]


def test_rule_54_no_pool_is_not_a_full_one(ledger: Ledger) -> None:
    ledger.subnet(name="bare", cidr="10.0.0.0/24", pools=[])
    assert "has no pools" in ledger.refused(address.TASK, "pool_missing", name="web", subnet="bare")["msg"]


class Counting:
    """The steps of SQLite's machine, which measure work without a clock."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = t.cast(sqlite3.Connection, tx._connection)
        self.steps = 0

    def of(self, work: t.Callable[[], object]) -> int:
        self.steps = 0
        self._connection.set_progress_handler(self._step, 1)
        work()
        self._connection.set_progress_handler(None, 0)
        return self.steps

    def _step(self) -> int:
        self.steps += 1
        return 0


@pytest.mark.parametrize("strategy", ["lowest", "highest", "rotate"])
@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "2001:db8::/64"])
def test_rule_55_what_is_held_does_not_make_it_slower(tx: Transaction, cidr: str, strategy: str) -> None:
    """Dense, and with every second address free: 3,000 held addresses take as many steps as 100."""
    counting = Counting(tx)
    numbers = itertools.count()
    costs: dict[tuple[int, bool], int] = {}
    for held, scattered in itertools.product((100, 3000), (False, True)):
        lan = subnet_of(tx, f"lan{held}{scattered}", cidr)
        names = [f"h{next(numbers)}" for _ in range(held * (2 if scattered else 1))]
        changes = addresses.acquire(tx, lan, [Request(name) for name in names])
        for change in changes[::2] if scattered else []:
            assert change.after
            addresses.release(tx, lan, change.after)
        wish = [Request("next", strategy=strategy)]
        costs[held, scattered] = counting.of(functools.partial(addresses.acquire, tx, lan, wish))
    assert costs[3000, False] <= costs[100, False] * 1.2
    assert costs[3000, True] <= costs[100, True] * 1.2


def subnet_of(tx: Transaction, vrf: str, cidr: str) -> Subnet:
    subnets.ensure(tx, Wish(vrf=vrf, name="lan", network=parse_network(cidr, "cidr")))
    return find.locked_by_name(tx, vrf, "lan")


# What comes back


def test_rule_59_an_address_is_text_in_its_one_form(ledger: Ledger) -> None:
    ledger.subnet(name="six", cidr="2001:DB8::/64")
    result = ledger.address(name="web", subnet="six")
    assert (result["address"], result["cidr"]) == ("2001:db8::1", "2001:db8::1/64")


# Giving back


def test_rule_60_to_free_what_is_free_changes_nothing(lan: Ledger) -> None:
    lan.address(name="web", subnet="lan")
    assert lan.address(name="web", state="absent")["changed"] is True
    before = lan.content()
    frees: list[dict[str, t.Any]] = [
        {"name": "web"},
        {"address": "10.0.0.10"},
        {"address": "10.0.0.10", "subnet": "lan"},
        {"name": "web", "address": "10.0.0.10"},
        {"name": "never", "subnet": "lan"},
    ]
    for free in frees:
        assert lan.address(**free, state="absent")["changed"] is False
    assert lan.content() == before


@pytest.mark.parametrize("text", ["10.0.0.300", "10.0.0", "web", "10.0.0.10/40", "2001:db8::g"])
def test_rule_60_d9_to_free_what_is_no_address_is_a_mistake(lan: Ledger, text: str) -> None:
    """The reference says nothing, so a slip of the keys in a job that cleans up goes unnoticed."""
    lan.refused(address.TASK, "bad_request", address=text, state="absent")
    lan.refused(address.TASK, "bad_request", address=text, subnet="lan", state="absent")


def test_rule_60_d9_to_free_an_address_of_another_subnet_is_a_mistake(lan: Ledger) -> None:
    lan.refused(address.TASK, "address_outside_subnet", address="10.0.9.9", subnet="lan", state="absent")


def test_rule_60_d9_what_somebody_else_holds_by_now_stays_held_and_is_told(lan: Ledger) -> None:
    lan.address(name="new", subnet="lan")
    result = lan.address(name="old", address="10.0.0.10", state="absent")
    assert result["changed"] is False
    assert result["warnings"] == ["10.0.0.10 is held by new now, so nothing was freed."]


# What the reference does not keep


def test_d14_who_asks_again_gets_the_same(lan: Ledger) -> None:
    """A play that was cut off and runs again takes no second address, and can look up what it has."""
    first = lan.address(name="web", subnet="lan")
    again = lan.address(name="web", subnet="lan")
    assert (first["changed"], again["changed"], again["address"]) == (True, False, first["address"])
    assert [one["address"] for one in lan.address_info(name="web")["addresses"]] == [first["address"]]


def test_rule_48_d16_a_freed_address_waits_for_its_holder(lan: Ledger, clock: t.Any) -> None:
    """With hold_down; the reference gives it to the next who asks."""
    lan.subnet(name="lan", hold_down="1h")
    lan.address(name="web", subnet="lan")
    lan.address(name="web", state="absent")
    clock.now += 3599
    assert lan.address(name="other", subnet="lan")["address"] == "10.0.0.11"
    result = lan.refused(address.TASK, "address_on_hold", name="certain", subnet="lan", address="10.0.0.10")
    assert (result["holder"], result["until"]) == ("web", 1_003_600)
    assert lan.address(name="web", subnet="lan")["address"] == "10.0.0.10"
    lan.address(name="web", state="absent")
    clock.now += 3600
    assert lan.address(name="third", subnet="lan")["address"] == "10.0.0.10"
    lan.check()


def test_d16_rotate_uses_freed_addresses_late(lan: Ledger) -> None:
    lan.subnet(name="lan", strategy="rotate", pools=[{"name": "p", "start": "10.0.0.10", "end": "10.0.0.13"}])
    held = []
    for number in range(6):
        held.append(lan.address(name=f"h{number}", subnet="lan")["address"])
        lan.address(name=f"h{number}", state="absent")
    assert held == [f"10.0.0.{number}" for number in (10, 11, 12, 13, 10, 11)]
