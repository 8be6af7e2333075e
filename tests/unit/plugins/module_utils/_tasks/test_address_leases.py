# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that are given for a time."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

START = "1970-01-12T13:46:40Z"  # second 1,000,000, where the clock stands
HOUR = 3600


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
    ledger.subnet(name="lan", cidr="10.0.0.0/29")
    yield ledger
    ledger.check()


def names(ledger: Ledger) -> list[str]:
    return [one["name"] for one in ledger.address_info()["addresses"]]


def test_how_long(lan: Ledger) -> None:
    made = lan.address(name="web", subnet="lan", lease="1h")
    assert made["expires"] == "1970-01-12T14:46:40Z"
    assert made["diff"]["after"]["expires"] == "1970-01-12T14:46:40Z"
    assert lan.address_info(name="web")["addresses"][0]["expires"] == "1970-01-12T14:46:40Z"
    assert lan.address(name="db", subnet="lan")["expires"] is None


@pytest.mark.parametrize("lease", ["3600", "3600s", "60m", "1h", " 1H "])
def test_spellings(lan: Ledger, lease: str) -> None:
    assert lan.address(name="web", subnet="lan", lease=lease)["expires"] == "1970-01-12T14:46:40Z"


UNTIL = [
    ("2030-12-31T18:00:00Z", "2030-12-31T18:00:00Z"),
    ("2030-12-31T18:00:00", "2030-12-31T18:00:00Z"),
    ("2030-12-31 18:00:00", "2030-12-31T18:00:00Z"),
    ("2030-12-31T18:00:00+02:00", "2030-12-31T16:00:00Z"),
    ("2030-12-31", "2030-12-31T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
]


@pytest.mark.parametrize(("asked", "shown"), UNTIL)
def test_until_when(lan: Ledger, asked: str, shown: str) -> None:
    made = lan.address(name="web", subnet="lan", expires=asked)
    assert made["expires"] == shown
    for same in (asked, shown):
        assert lan.address(name="web", subnet="lan", expires=same)["changed"] is False


WRONG: list[dict[str, t.Any]] = [
    {"lease": "soon"},
    {"lease": "-1h"},
    {"lease": "1.5h"},
    {"lease": "5300w"},  # more than a hundred years
    {"expires": "tomorrow"},
    {"expires": "2030-13-01"},
    {"expires": "9999-12-31T23:59:59-02:00"},
    {"expires": "0001-01-01"},
    {"expires": "0001-01-01T00:00:00+23:00"},
    {"expires": START},
    {"expires": "1970-01-01"},
    {"lease": "1h", "expires": "2030-12-31"},
    {"lease": "", "expires": ""},
]


@pytest.mark.parametrize("wish", WRONG)
def test_what_is_no_time(lan: Ledger, wish: dict[str, t.Any]) -> None:
    result = lan.refused(address.TASK, "bad_request", name="web", subnet="lan", **wish)
    assert any(option in result["msg"] for option in wish)


class TestRenewal:
    """RFC 2131 4.4.5: T1 is half of the lease."""

    # seconds after the start, changed, seconds of the end after the start
    AGAIN: t.ClassVar = [
        (0, False, 3600), (1, False, 3600), (1799, False, 3600), (1800, True, 5400), (1801, True, 5401),
        (3599, True, 7199),
    ]  # fmt: skip

    @pytest.mark.parametrize(("after", "changed", "end"), AGAIN)
    def test_asking_again(self, lan: Ledger, clock: t.Any, after: int, changed: bool, end: int) -> None:
        lan.address(name="web", subnet="lan", lease="1h")
        clock.now += after
        predicted = lan.rehearse(address.TASK, name="web", subnet="lan", lease="1h")
        again = lan.address(name="web", subnet="lan", lease="1h")
        assert again == predicted
        assert (again["changed"], self.end_of(lan)) == (changed, end)

    def end_of(self, lan: Ledger) -> int | None:
        ((expires,),) = lan.rows("SELECT expires FROM address WHERE name = 'web'")
        return None if expires is None else expires - 1_000_000

    @pytest.mark.parametrize(("other", "changed", "end"), [
        ("30m", True, 1800), ("59m", True, 3540), ("61m", False, 3600), ("119m", False, 3600), ("2h", True, 7200),
        ("1d", True, 86400), ("", True, None), ("0", True, None), (None, False, 3600),
    ])  # fmt: skip
    def test_another_lease(self, lan: Ledger, other: str | None, changed: bool, end: int | None) -> None:
        """At once where the end is not within what is left of the other one in its first half."""
        lan.address(name="web", subnet="lan", lease="1h")
        again = lan.address(name="web", subnet="lan", lease=other)
        assert (again["changed"], self.end_of(lan)) == (changed, end)
        assert lan.address(name="web", subnet="lan", lease=other)["changed"] is False

    def test_from_and_to_without_end(self, lan: Ledger) -> None:
        lan.address(name="web", subnet="lan")
        assert lan.address(name="web", subnet="lan", lease="1h")["changed"] is True
        assert lan.address(name="web", subnet="lan", expires="")["changed"] is True
        assert self.end_of(lan) is None
        assert lan.address(name="web", subnet="lan", expires="")["changed"] is False

    def test_a_lease_of_a_second(self, lan: Ledger, clock: t.Any) -> None:
        lan.address(name="web", subnet="lan", lease="1s")
        assert lan.address(name="web", subnet="lan", lease="1s")["changed"] is False
        clock.now += 1
        assert names(lan) == []

    def test_history_has_each_renewal(self, lan: Ledger, clock: t.Any) -> None:
        lan.address(name="web", subnet="lan", lease="1h")
        clock.now += 1800
        lan.address(name="web", subnet="lan", lease="1h")
        assert len(lan.rows("SELECT 1 FROM history WHERE object = 'address'")) == 2


class TestEntries:
    def test_each_has_its_own(self, lan: Ledger) -> None:
        wishes = [{"name": "a"}, {"name": "b", "lease": "2h"}, {"name": "c", "lease": ""},
                  {"name": "d", "expires": "2030-12-31"}]  # fmt: skip
        made = lan.address(addresses=wishes, subnet="lan", lease="1h")
        assert [one["expires"] for one in made["addresses"]] == [
            "1970-01-12T14:46:40Z", "1970-01-12T15:46:40Z", None, "2030-12-31T00:00:00Z",
        ]  # fmt: skip
        assert lan.address(addresses=wishes, subnet="lan", lease="1h")["changed"] is False

    def test_all_of_a_count(self, lan: Ledger, clock: t.Any) -> None:
        lan.address(name="web", subnet="lan", count=2, lease="1h")
        clock.now += 1800
        more = lan.address(name="web", subnet="lan", count=3, lease="1h")
        assert {one["expires"] for one in more["addresses"]} == {"1970-01-12T15:16:40Z"}


class TestExpired:
    """Nobody holds what has expired."""

    @pytest.fixture
    def late(self, lan: Ledger, clock: t.Any) -> Ledger:
        """web had 10.0.0.1 until now; db holds 10.0.0.2."""
        lan.address(name="web", subnet="lan", lease="1h", mac="52:54:00:00:00:01")
        lan.address(name="db", subnet="lan")
        clock.now += HOUR
        return lan

    def test_the_last_second(self, lan: Ledger, clock: t.Any) -> None:
        lan.address(name="web", subnet="lan", lease="1h")
        clock.now += HOUR - 1
        assert names(lan) == ["web"]
        lan.refused(address.TASK, "address_conflict", name="db", subnet="lan", address="10.0.0.1")
        clock.now += 1
        assert names(lan) == []

    @pytest.mark.parametrize("wish", [
        {}, {"name": "web"}, {"address": "10.0.0.1"}, {"subnet": "lan"}, {"mac": "52:54:00:00:00:01"},
        {"subnet": "lan", "pool": "default"}, {"status": "active"},
    ])  # fmt: skip
    def test_reads_do_not_show_it(self, late: Ledger, wish: dict[str, t.Any]) -> None:
        assert "web" not in [one["name"] for one in late.address_info(**wish)["addresses"]]

    def test_it_counts_as_free(self, late: Ledger) -> None:
        (lan,) = late.subnet_info(name="lan")
        assert (lan["used"], lan["held_down"], lan["free"]) == (1, 0, 5)
        assert late.address_info(subnet="lan", free=2)["free"] == ["10.0.0.1", "10.0.0.3"]

    @pytest.mark.parametrize("wish", [{}, {"address": "10.0.0.1"}])
    def test_others_can_have_it(self, late: Ledger, wish: dict[str, t.Any]) -> None:
        predicted = late.rehearse(address.TASK, name="new", subnet="lan", **wish)
        made = late.address(name="new", subnet="lan", **wish)
        assert made == predicted
        assert (made["address"], made["mac"], made["expires"]) == ("10.0.0.1", None, None)
        assert late.address(name="web", subnet="lan")["address"] == "10.0.0.3"

    def test_the_old_holder_that_comes_back_in_time_keeps_it(self, late: Ledger) -> None:
        again = late.address(name="web", subnet="lan")
        assert (again["changed"], again["address"], again["expires"]) == (True, "10.0.0.1", None)
        assert again["mac"] == "52:54:00:00:00:01"
        assert late.address(name="web", subnet="lan")["changed"] is False

    def test_or_with_a_new_lease(self, late: Ledger) -> None:
        again = late.address(name="web", subnet="lan", lease="1h")
        assert (again["changed"], again["address"], again["expires"]) == (True, "10.0.0.1", "1970-01-12T15:46:40Z")

    def test_history_says_that_it_ended(self, late: Ledger) -> None:
        late.address(name="new", subnet="lan")
        rows = late.rows("SELECT name, new IS NULL FROM history WHERE addr = '0a000001' ORDER BY id")
        assert rows == [("web", 0), ("web", 1), ("new", 0)]

    @pytest.mark.parametrize("wish", [
        {"name": "web"}, {"address": "10.0.0.1"}, {"name": "web", "subnet": "lan"},
        {"name": "web", "address": "10.0.0.1"},
    ])  # fmt: skip
    def test_freeing_it_changes_nothing(self, late: Ledger, wish: dict[str, t.Any]) -> None:
        """Nobody holds it: there is nothing to free."""
        result = late.address(state="absent", **wish)
        assert (result["changed"], result["addresses"]) == (False, [])

    def test_freeing_it_for_another_does_not_say_that_it_is_held(self, late: Ledger) -> None:
        result = late.address(name="db", address="10.0.0.1", state="absent")
        assert result["changed"] is False
        assert "warnings" not in result

    def test_a_check_of_the_dry_run_leaves_it(self, late: Ledger) -> None:
        before = late.content()
        late.rehearse(address.TASK, name="new", subnet="lan")
        assert late.content() == before

    def test_a_full_subnet_says_when_the_next_lease_ends(self, lan: Ledger, clock: t.Any) -> None:
        lan.address(names=list("abcdef"), subnet="lan", lease="1h")
        clock.now += 600
        result = lan.refused(address.TASK, "pool_exhausted", name="new", subnet="lan")
        assert "next lease ends in 3000 seconds" in result["msg"]
        clock.now += 3000
        assert lan.address(name="new", subnet="lan")["address"] == "10.0.0.1"

    def test_in_several_subnets(self, late: Ledger) -> None:
        late.subnet(name="more", cidr="10.0.1.0/29")
        assert late.address(name="web", subnet=["more", "lan"])["address"] == "10.0.0.1"
        assert late.address(name="new", subnet=["lan", "more"])["address"] == "10.0.0.3"

    def test_what_it_holds_elsewhere_goes_before_what_has_expired(self, late: Ledger) -> None:
        late.subnet(name="more", cidr="10.0.1.0/29")
        late.address(name="web", subnet="more")
        again = late.address(name="web", subnet=["lan", "more"])
        assert (again["changed"], again["address"]) == (False, "10.0.1.1")

    def test_a_move_to_another_subnet(self, late: Ledger) -> None:
        late.subnet(name="more", cidr="10.0.1.0/29")
        assert late.address(name="web", subnet=["lan", "more"], address="10.0.1.5")["address"] == "10.0.1.5"

    def test_a_move_away_from_it(self, late: Ledger) -> None:
        """Who holds nothing any more does not have to be forced."""
        made = late.address(name="web", subnet="lan", address="10.0.0.5")
        assert (made["changed"], made["address"]) == (True, "10.0.0.5")

    def test_fewer_than_it_had(self, late: Ledger, clock: t.Any) -> None:
        late.address(name="lb", subnet="lan", count=3, lease="1h")
        clock.now += HOUR
        assert len(late.address(name="lb", subnet="lan", count=2)["addresses"]) == 2


class TestMany:
    """A writer frees at most 64 expired addresses on its way, and as many ended holds."""

    @pytest.fixture
    def wide(self, ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
        ledger.subnet(name="wide", cidr="10.0.0.0/24")
        ledger.address(name="old", subnet="wide", count=254, lease="1h")
        clock.now += HOUR
        yield ledger
        ledger.check()

    def left(self, wide: Ledger) -> int:
        ((count,),) = wide.rows("SELECT count(*) FROM address WHERE name = 'old'")
        return int(count)

    def test_sixty_four_at_a_time(self, wide: Ledger) -> None:
        for number in range(1, 4):
            wide.address(name=f"new{number}", subnet="wide")
            assert self.left(wide) == 254 - 64 * number

    def test_all_that_are_needed(self, wide: Ledger) -> None:
        assert len(wide.address(name="new", subnet="wide", count=254)["addresses"]) == 254

    def test_the_preview_shows_them_all(self, wide: Ledger) -> None:
        assert len(wide.address_info(subnet="wide", free=200)["free"]) == 200

    def test_any_of_them_can_be_asked_for(self, wide: Ledger) -> None:
        for number in (254, 1, 130):
            assert wide.address(name=f"n{number}", subnet="wide", address=f"10.0.0.{number}")["changed"] is True


class TestHoldDown:
    """After a lease the hold-down counts from its end."""

    @pytest.fixture
    def quiet(self, lan: Ledger, clock: t.Any) -> Ledger:
        """web had 10.0.0.1 until five minutes ago; it waits for ten."""
        lan.subnet(name="lan", hold_down="10m")
        lan.address(name="web", subnet="lan", lease="1h")
        clock.now += HOUR + 300
        return lan

    def test_others_wait(self, quiet: Ledger, clock: t.Any) -> None:
        result = quiet.refused(address.TASK, "address_on_hold", name="new", subnet="lan", address="10.0.0.1")
        assert "another 300 seconds" in result["msg"]
        assert quiet.address(name="new", subnet="lan")["address"] == "10.0.0.2"
        clock.now += 299
        quiet.refused(address.TASK, "address_on_hold", name="other", subnet="lan", address="10.0.0.1")
        clock.now += 1
        assert quiet.address(name="other", subnet="lan")["address"] == "10.0.0.1"

    def test_nobody_reaped_it_before_the_wait_was_over(self, quiet: Ledger, clock: t.Any) -> None:
        clock.now += 300
        assert quiet.address_info(subnet="lan", free=1)["free"] == ["10.0.0.1"]
        assert quiet.address(name="new", subnet="lan")["address"] == "10.0.0.1"

    def test_the_preview_leaves_it_out(self, quiet: Ledger) -> None:
        assert quiet.address_info(subnet="lan", free=1)["free"] == ["10.0.0.2"]

    def test_the_preview_knows_the_wait_of_a_pool(self, quiet: Ledger, clock: t.Any, columns: t.Any) -> None:
        columns.pool("lan", "default", hold_down=HOUR)
        clock.now += HOUR - 301
        assert quiet.address_info(subnet="lan", free=1)["free"] == ["10.0.0.2"]
        clock.now += 1
        assert quiet.address_info(subnet="lan", free=1)["free"] == ["10.0.0.1"]

    def test_the_last_holder_does_not_wait(self, quiet: Ledger) -> None:
        quiet.address(name="new", subnet="lan")
        assert quiet.address(name="web", subnet="lan")["address"] == "10.0.0.1"

    def test_freeing_it_afterwards_does_not_start_the_wait_again(self, quiet: Ledger, clock: t.Any) -> None:
        quiet.address(name="web", state="absent")
        clock.now += 300
        assert quiet.address(name="new", subnet="lan", address="10.0.0.1")["changed"] is True

    def test_a_pool_has_its_own_wait(self, quiet: Ledger, clock: t.Any, columns: t.Any) -> None:
        columns.pool("lan", "default", hold_down=HOUR)
        quiet.address(name="new", subnet="lan")
        clock.now += HOUR - 301
        quiet.refused(address.TASK, "address_on_hold", name="other", subnet="lan", address="10.0.0.1")
        clock.now += 1
        assert quiet.address(name="other", subnet="lan", address="10.0.0.1")["changed"] is True

    # The test sets what no task sets, in a generated pool, which a text file derives.
    @pytest.mark.stores("sqlite", "postgresql", "mariadb", "galera")
    @pytest.mark.parametrize(("of_pool", "waits"), [(0, False), (60, True), (None, True)])
    def test_the_wait_of_the_pool_goes_before_that_of_the_subnet(
        self, lan: Ledger, columns: t.Any, of_pool: int | None, waits: bool
    ) -> None:
        lan.subnet(name="lan", hold_down="10m")
        columns.pool("lan", "default", hold_down=of_pool)
        lan.address(name="web", subnet="lan")
        lan.address(name="web", state="absent")
        assert lan.address(name="new", subnet="lan")["address"] == ("10.0.0.2" if waits else "10.0.0.1")


class TestStatus:
    @pytest.mark.parametrize("status", ["active", "reserved", "deprecated", "dhcp", "slaac"])
    def test_it_is_a_note(self, lan: Ledger, status: str) -> None:
        made = lan.address(name="web", subnet="lan", status=status)
        assert (made["changed"], made["status"]) == (True, status)
        assert lan.address(name="web", subnet="lan", status=status)["changed"] is False
        assert lan.address(name="web", subnet="lan")["status"] == status
        assert [one["name"] for one in lan.address_info(status=status)["addresses"]] == ["web"]
        assert lan.address(name="web", subnet="lan", status="active")["changed"] is (status != "active")

    def test_entries(self, lan: Ledger) -> None:
        wishes = [{"name": "a"}, {"name": "b", "status": "slaac"}]
        made = lan.address(addresses=wishes, subnet="lan", status="dhcp")
        assert [one["status"] for one in made["addresses"]] == ["dhcp", "slaac"]
