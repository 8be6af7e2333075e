# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task history_info: what was changed, by whom and when, and who held what at a time."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import history_info
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded

Result = dict[str, t.Any]
# The clock of the tests starts at 1,000,000 seconds: 1970-01-12, 13:46:40.
START = 1_000_000
RECORD: Result = {
    "address": "10.0.0.1", "name": "web", "interface": "", "subnet": "lan", "vrf": "default", "status": "active",
    "expires": None, "mac": None, "fqdn": None, "tags": [], "labels": {}, "description": "",
}  # fmt: skip


def asked(ledger: Ledger, **options: t.Any) -> Result:
    before = ledger.content()
    result = succeeded(ledger.run(history_info.TASK, **options))
    assert result["changed"] is False
    assert ledger.content() == before
    return result


def told(ledger: Ledger, **options: t.Any) -> list[str]:
    """The entries in short: who or which subnet, and what happened."""
    return [f"{one['name']} {one['action']}" for one in asked(ledger, **options)["entries"]]


def time(after: int) -> str:
    """The time so many seconds after the start."""
    return datetime.datetime.fromtimestamp(START + after, datetime.UTC).isoformat()


def held(ledger: Ledger, at: int | str, **options: t.Any) -> list[str]:
    """Who held what so many seconds after the start, or so long ago."""
    found = asked(ledger, at=time(at) if isinstance(at, int) else at, **options)["held"]
    return [f"{one['address']} {one['name']}" for one in found]


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> Ledger:
    """At 0 subnets are made, at 10 web gets 10.0.0.1, at 20 it changes, at 30 db comes, at 40 web goes."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="blue")
    clock.now += 10
    ledger.address(name="web", subnet="lan")
    clock.now += 10
    ledger.address(name="web", subnet="lan", description="first")
    clock.now += 10
    ledger.address(name="db", subnet="lan")
    ledger.address(name="db", subnet="six")
    ledger.address(name="db", subnet="lan", vrf="blue")
    clock.now += 10
    ledger.address(name="web", state="absent")
    clock.now += 10
    return ledger


def test_an_entry_says_all_there_is(lan: Ledger) -> None:
    first, second, third = asked(lan, name="web")["entries"]
    shared = {
        "actor": "tester", "vrf": "default", "subnet": "lan", "object": "address", "name": "web",
        "address": "10.0.0.1",
    }  # fmt: skip
    changed = {**RECORD, "description": "first"}
    assert first == {**shared, "time": "1970-01-12T13:46:50Z", "action": "given", "before": None, "after": RECORD}
    assert second == {**shared, "time": "1970-01-12T13:47:00Z", "action": "changed", "before": RECORD, "after": changed}
    assert third == {**shared, "time": "1970-01-12T13:47:20Z", "action": "freed", "before": changed, "after": None}


def test_an_entry_of_a_subnet(lan: Ledger) -> None:
    lan.subnet(name="lan", mtu=9000)
    lan.subnet(name="lan", state="absent", force=True)
    created, changed, removed = asked(lan, name="lan", object="subnet")["entries"]
    assert [one["action"] for one in (created, changed, removed)] == ["created", "changed", "removed"]
    assert (created["before"], created["after"]["cidr"]) == (None, "10.0.0.0/24")
    assert (changed["before"]["mtu"], changed["after"]["mtu"]) == (None, 9000)
    assert (removed["before"]["mtu"], removed["after"]) == (9000, None)
    assert {(one["address"], one["subnet"], one["name"]) for one in (created, changed, removed)} == {
        (None, "lan", "lan")
    }


ALL = ["lan created", "six created", "web given", "web changed", "db given", "db given", "web freed"]
ENTRIES: list[tuple[Result, list[str]]] = [
    ({}, ALL),
    ({"vrf": "blue"}, ["lan created", "db given"]),
    ({"vrf": "none"}, []),
    ({"vrf": "*"}, [*ALL[:2], "lan created", *ALL[2:6], "db given", ALL[6]]),
    ({"object": "all"}, ALL),
    ({"object": "subnet"}, ALL[:2]),
    ({"object": "address"}, ALL[2:]),
    ({"name": "web"}, ["web given", "web changed", "web freed"]),
    ({"name": "lan"}, ["lan created"]),
    ({"name": "nobody"}, []),
    ({"subnet": "lan"}, ["lan created", "web given", "web changed", "db given", "web freed"]),
    ({"subnet": "10.0.0.77/24"}, ["lan created", "web given", "web changed", "db given", "web freed"]),
    ({"subnet": "10.0.0.0/24", "vrf": "*", "name": "db"}, ["db given", "db given"]),
    ({"subnet": "six"}, ["six created", "db given"]),
    ({"subnet": "no/cidr"}, []),
    ({"address": "10.0.0.1", "name": "web"}, ["web given", "web changed", "web freed"]),
    ({"address": "10.0.0.2"}, ["db given"]),
    ({"address": "::ffff:10.0.0.2"}, ["db given"]),
    ({"address": "10.0.0.2/24"}, ["db given"]),
    ({"address": "2001:DB8:0::1"}, ["db given"]),
    ({"address": "192.0.2.1"}, []),
    ({"since": "1970-01-12T13:47:00Z"}, ALL[3:]),
    ({"since": "1970-01-12 14:47:00+01:00"}, ALL[3:]),
    ({"since": "30s"}, ALL[3:]),
    ({"since": "29S"}, ALL[4:]),
    ({"since": "1970-01-13"}, []),
    ({"until": "1970-01-12T13:47:00Z"}, ALL[:4]),
    ({"until": "31s"}, ALL[:3]),
    ({"until": "1970-01-12"}, []),
    ({"since": "30s", "until": "20s", "object": "address"}, ALL[3:6]),
    ({"since": "9999w"}, ALL),
    ({"limit": 3}, ALL[4:]),
    ({"limit": 1, "name": "web", "until": "25s"}, ["web changed"]),
    ({"limit": 7}, ALL),
]


def test_entries_that_fit_the_oldest_first(lan: Ledger) -> None:
    assert [(question, told(lan, **question)) for question, _expected in ENTRIES] == ENTRIES


def test_more_says_whether_the_limit_hides_any(lan: Ledger) -> None:
    assert [asked(lan, limit=limit)["more"] for limit in (6, 7, 8)] == [True, False, False]


def test_empty_texts_ask_for_nothing(lan: Ledger) -> None:
    empty = dict.fromkeys(["name", "address", "subnet", "since", "until", "at", "vrf"], "")
    assert told(lan, **empty) == ALL


HELD: list[tuple[int, Result, list[str]]] = [
    (9, {}, []),
    (10, {}, ["10.0.0.1 web"]),
    (29, {}, ["10.0.0.1 web"]),
    (39, {}, ["10.0.0.1 web", "10.0.0.2 db", "2001:db8::1 db"]),
    (40, {}, ["10.0.0.2 db", "2001:db8::1 db"]),
    (50, {}, ["10.0.0.2 db", "2001:db8::1 db"]),
    (39, {"vrf": "*"}, ["10.0.0.1 db", "10.0.0.1 web", "10.0.0.2 db", "2001:db8::1 db"]),
    (39, {"vrf": "blue"}, ["10.0.0.1 db"]),
    (39, {"vrf": "none"}, []),
    (39, {"name": "db"}, ["10.0.0.2 db", "2001:db8::1 db"]),
    (39, {"name": "nobody"}, []),
    (39, {"address": "::ffff:10.0.0.1"}, ["10.0.0.1 web"]),
    (40, {"address": "10.0.0.1"}, []),
    (39, {"address": "10.0.0.1", "name": "db"}, []),
    (39, {"subnet": "lan"}, ["10.0.0.1 web", "10.0.0.2 db"]),
    (39, {"subnet": "lan", "vrf": "*"}, ["10.0.0.1 db", "10.0.0.1 web", "10.0.0.2 db"]),
    (39, {"subnet": "lan", "name": "db"}, ["10.0.0.2 db"]),
    (39, {"subnet": "10.0.0.0/24", "address": "10.0.0.2"}, ["10.0.0.2 db"]),
    (39, {"subnet": "six", "address": "10.0.0.2"}, []),
    (39, {"subnet": "lam"}, []),
    (39, {"limit": 2}, ["10.0.0.1 web", "10.0.0.2 db"]),
    (39, {"object": "address", "limit": 1}, ["10.0.0.1 web"]),
]


def test_who_held_what_at_a_time(lan: Ledger) -> None:
    assert [(at, question, held(lan, at, **question)) for at, question, _expected in HELD] == HELD


def test_a_span_is_how_long_ago(lan: Ledger) -> None:
    assert held(lan, "11s", address="10.0.0.1") == ["10.0.0.1 web"]
    assert held(lan, "10s", address="10.0.0.1") == []


def test_what_is_held_has_its_record_of_that_time_and_who_noted_it(lan: Ledger) -> None:
    noted = {"time": "1970-01-12T13:46:50Z", "actor": "tester"}
    assert asked(lan, at="40s", name="web") == {"changed": False, "held": [{**RECORD, **noted}], "more": False}
    (changed,) = asked(lan, at="30s", name="web")["held"]
    assert changed == {**RECORD, "description": "first", "time": "1970-01-12T13:47:00Z", "actor": "tester"}
    assert asked(lan, at="11s", limit=2)["more"] is True
    assert asked(lan, at="11s", limit=3)["more"] is False


def test_a_lease_is_held_until_it_ends_whenever_that_is_noticed(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="guest", subnet="lan", address="10.0.0.9", lease="60s")
    clock.now += 100
    wish = {"address": "10.0.0.9"}
    guest = ["10.0.0.9 guest"]
    assert [held(lan, at, **wish) for at in (49, 50, 109, 110, 150)] == [[], guest, guest, [], []]
    lan.address(name="next", subnet="lan", address="10.0.0.9")
    clock.now += 10
    assert [held(lan, at, **wish) for at in (49, 50, 109, 110, 149)] == [[], guest, guest, [], []]
    assert held(lan, 150, **wish) == ["10.0.0.9 next"]
    assert told(lan, **wish) == ["guest given", "guest freed", "next given"]


def test_who_moves_leaves_its_old_address(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="db", subnet="lan", address="10.0.0.9", force=True)
    clock.now += 10
    lan.address(name="new", subnet="lan", address="10.0.0.2")
    (_given, moved, _new) = asked(lan, address="10.0.0.2")["entries"]
    assert (moved["action"], moved["address"], moved["before"]["address"]) == ("changed", "10.0.0.9", "10.0.0.2")
    for at, expected in ((49, ["10.0.0.2 db"]), (50, ["10.0.0.9 db"]), (60, ["10.0.0.2 new", "10.0.0.9 db"])):
        assert held(lan, at, subnet="lan") == expected
        assert held(lan, at, subnet="lan", name="db") == [one for one in expected if one.endswith("db")]
        assert held(lan, at, address="10.0.0.2") == [one for one in expected if one.startswith("10.0.0.2")]


def test_two_that_trade_addresses_in_one_task(lan: Ledger, clock: t.Any) -> None:
    """The one who gets an address may be noted before the one who leaves it."""
    lan.address(name="web", subnet="lan")
    clock.now += 10
    trade = [{"name": "web", "address": "10.0.0.2"}, {"name": "db", "address": "10.0.0.1"}]
    lan.address(subnet="lan", force=True, addresses=trade)
    before, after = ["10.0.0.1 web", "10.0.0.2 db"], ["10.0.0.1 db", "10.0.0.2 web"]
    assert [held(lan, at, subnet="lan") for at in (59, 60)] == [before, after]
    lan.write(lambda tx: history.purge(tx, START + 60, 100))
    assert [held(lan, at, subnet="lan") for at in (59, 60)] == [before, after]


def test_a_subnet_has_the_name_of_that_time(lan: Ledger, clock: t.Any) -> None:
    lan.subnet(name="lan", new_name="office")
    clock.now += 10
    lan.address(name="late", subnet="office")
    clock.now += 10
    lan.address(name="db", subnet="office", state="absent")
    assert told(lan, subnet="lan")[-2:] == ["web freed", "lan changed"]
    assert told(lan, subnet="office") == ["late given", "db freed"]
    assert told(lan, subnet="10.0.0.0/24") == ["late given", "db freed"]
    for at, name, others in ((49, "lan", "office"), (50, "office", "lan"), (65, "office", "lan")):
        (db,) = asked(lan, at=time(at), subnet=name, name="db")["held"]
        assert (db["address"], db["subnet"]) == ("10.0.0.2", name)
        assert held(lan, at, subnet=others) == []
        assert held(lan, at, subnet="10.0.0.0/24", name="db") == ["10.0.0.2 db"]


def test_what_lies_in_a_child_is_not_held_in_its_parent(lan: Ledger) -> None:
    lan.subnet(name="kid", cidr="10.0.0.64/28")
    lan.address(name="inner", subnet="kid")
    assert held(lan, "0s", subnet="kid") == ["10.0.0.65 inner"]
    assert held(lan, "0s", subnet="lan") == ["10.0.0.2 db"]


def test_split_merged_and_removed_subnets_are_as_they_were(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="high", subnet="lan", address="10.0.0.200")
    clock.now += 10
    lan.subnet(name="lan", split=2, split_names=["low", "high"])
    clock.now += 10
    lan.subnet(name="whole", merge=["low", "high"])
    clock.now += 10
    lan.subnet(name="whole", state="absent", force=True)
    clock.now += 10

    def where(ago: int) -> list[tuple[str, str]]:
        found = asked(lan, at=f"{ago}s")["held"]
        return [(one["name"], one["subnet"]) for one in found if one["subnet"] != "six"]

    assert where(40) == where(31) == [("db", "lan"), ("high", "lan")]
    assert where(30) == where(21) == [("db", "low"), ("high", "high")]
    assert where(20) == where(11) == [("db", "whole"), ("high", "whole")]
    assert where(10) == where(0) == []
    assert held(lan, "25s", subnet="low") == ["10.0.0.2 db"]


class TestPurged:
    """The history is kept for 20 seconds, the time is 50."""

    @pytest.fixture
    def short(self, lan: Ledger) -> Ledger:
        lan.write(lambda tx: history.set_retention(tx, 20))
        lan.write(lambda tx: history.purge(tx, START + 30, 100))
        return lan

    def test_what_is_left_and_what_is_held_now_tell(self, short: Ledger) -> None:
        assert told(short) == ["db given", "db given", "web freed"]
        (web,) = asked(short, at="20s", name="web")["held"]
        assert web == {**RECORD, "description": "first", "time": None, "actor": None}
        assert held(short, 30) == held(short, 39) == ["10.0.0.1 web", "10.0.0.2 db", "2001:db8::1 db"]
        assert held(short, 40) == ["10.0.0.2 db", "2001:db8::1 db"]

    def test_who_has_held_it_since_long_ago(self, short: Ledger) -> None:
        short.write(lambda tx: history.purge(tx, START + 50, 100))
        assert held(short, 45) == ["10.0.0.2 db", "2001:db8::1 db"]
        (db,) = asked(short, at="5s", address="10.0.0.2")["held"]
        assert (db["time"], db["actor"]) == (None, None)

    def test_a_time_before_that_is_warned_of(self, short: Ledger) -> None:
        assert "warnings" not in asked(short, at="20s")
        (said,) = asked(short, at="21s")["warnings"]
        assert "1970-01-12T13:47:09Z" in said
        assert "20 seconds" in said


@pytest.mark.parametrize("option", ["since", "until", "at"])
@pytest.mark.parametrize("text", ["yesterday", "7", "20260310", "7 days", "-1d", "2026-13-01", "d", "1 1d"])
def test_a_time_that_is_none(ledger: Ledger, option: str, text: str) -> None:
    said = ledger.refused(history_info.TASK, "bad_request", **{option: text})
    assert said["msg"].startswith(f"{option}: '{text}' is neither a time")
    assert "7d" in said["msg"]


WRONG: list[tuple[Result, str]] = [
    ({"limit": 0}, "limit: 0 must be from 1 to 100000."),
    ({"limit": 100_001}, "limit: 100001 must be from 1 to 100000."),
    ({"address": "10.0.0"}, "address: '10.0.0' is not an IPv4 or IPv6 address."),
    ({"object": "subnet", "at": "1d"}, "object: 'subnet' does not go with at"),
    ({"object": "subnet", "address": "10.0.0.1"}, "object: 'subnet' does not go with address"),
]


@pytest.mark.parametrize(("question", "message"), WRONG)
def test_what_cannot_be_asked(ledger: Ledger, question: Result, message: str) -> None:
    assert ledger.refused(history_info.TASK, "bad_request", **question)["msg"].startswith(message)


def test_a_ledger_that_is_not_there(ledger: Ledger) -> None:
    ledger.refused(history_info.TASK, "store_missing")


def test_dry_runs_answer_the_same(lan: Ledger) -> None:
    assert lan.rehearse(history_info.TASK) == asked(lan)
    assert lan.rehearse(history_info.TASK, at="15s") == asked(lan, at="15s")
