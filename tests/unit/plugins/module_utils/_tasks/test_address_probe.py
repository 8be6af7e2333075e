# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network is asked for new addresses; here it is a table of who answers. tests/wire has a real one."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.netledger.ipam.plugins.inventory import inventory
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_probe, audit, history_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._wire import probe
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded

SQUATTER = "02:00:00:00:00:99"


class Network:
    """Who answers at which address; ``asked`` has what was asked for, task by task."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}
        self.asked: list[list[str]] = []
        self.failure: BaseException | None = None
        self.meanwhile: t.Callable[[], object] = lambda: None

    def answering(self, kind: str, addresses: t.Sequence[str]) -> dict[str, str]:
        assert kind in probe.KINDS
        self.asked.append(list(addresses))
        if self.failure:
            raise self.failure
        self.meanwhile()
        return {one: self.there[one] for one in addresses if one in self.there}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    found = Network()
    monkeypatch.setattr(probe, "answering", found.answering)
    return found


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    pool = {"name": "p", "start": "10.0.0.1", "end": "10.0.0.4"}
    ledger.subnet(name="lan", cidr="10.0.0.0/29", hold_down="1h", pools=[pool])
    ledger.subnet(name="six", cidr="2001:db8::/64")
    return ledger


def holders(ledger: Ledger) -> dict[str, tuple[str, str]]:
    return {one["address"]: (one["name"], one["status"]) for one in ledger.address_info()["addresses"]}


def given(name: str) -> tuple[str, str]:
    return name, "active"


UNKNOWN = ("unknown", "reserved")


def test_nobody_answers(lan: Ledger, network: Network) -> None:
    result = lan.address(name="web", subnet="lan", probe="arp")
    assert (result["address"], result["status"], result["changed"]) == ("10.0.0.1", "active", True)
    assert result["diff"]["before"] is None
    assert result["diff"]["after"]["status"] == "active"
    assert (result["occupied"], result["warnings"]) == ([], [])
    assert network.asked == [["10.0.0.1"]]


def test_who_holds_an_address_is_not_asked_for(lan: Ledger, network: Network) -> None:
    lan.address(name="web", subnet="lan", probe="arp")
    network.there["10.0.0.1"] = SQUATTER  # the host itself by now, whatever its MAC is
    again = lan.address(name="web", subnet="lan", probe="arp", tags=["a"])
    assert (again["address"], again["occupied"]) == ("10.0.0.1", [])
    assert lan.address(name="web", subnet="lan", probe="arp")["changed"] is False
    assert len(network.asked) == 1


def test_one_that_answers_belongs_to_somebody_unknown(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    result = lan.address(name="web", subnet="lan", probe="arp")
    assert result["address"] == "10.0.0.2"
    assert result["occupied"] == [{"address": "10.0.0.1", "mac": SQUATTER, "probe": "arp"}]
    (warning,) = result["warnings"]
    for word in ("10.0.0.1", SQUATTER, "unknown"):
        assert word in warning
    (found,) = lan.address_info(name="unknown")["addresses"]
    assert (found["address"], found["interface"], found["mac"], found["status"]) == (
        "10.0.0.1",
        "10.0.0.1",
        SQUATTER,
        "reserved",
    )
    assert holders(lan) == {"10.0.0.1": UNKNOWN, "10.0.0.2": given("web")}


def test_a_ping_says_no_mac(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = ""
    assert lan.address(name="web", subnet="lan", probe="ping")["occupied"][0]["mac"] is None
    assert lan.address_info(name="unknown")["addresses"][0]["mac"] is None


def test_the_host_itself_is_no_other_host(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    assert lan.address(name="web", subnet="lan", mac=SQUATTER.upper(), probe="arp")["address"] == "10.0.0.1"


def test_off_is_off(lan: Ledger, network: Network) -> None:
    assert "occupied" not in lan.address(name="web", subnet="lan", probe="off")
    assert "occupied" not in lan.address(name="web2", subnet="lan")
    assert network.asked == []


def test_many_at_once_and_two_rounds(lan: Ledger, network: Network) -> None:
    network.there |= {"10.0.0.1": SQUATTER, "10.0.0.3": SQUATTER}
    result = lan.address(names=["a", "b"], subnet="lan", probe="arp")
    assert [one["address"] for one in result["addresses"]] == ["10.0.0.2", "10.0.0.4"]
    assert [change["name"] for change in result["diff"]["after"].values()] == ["a", "b"]
    assert network.asked == [["10.0.0.1", "10.0.0.2"], ["10.0.0.3"], ["10.0.0.4"]]
    assert list(holders(lan)) == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]


def test_both_families(lan: Ledger, network: Network) -> None:
    network.there["2001:db8::1"] = SQUATTER
    result = lan.address(name="web", subnet=["lan", "six"], dual_stack=True, probe="arp")
    assert (result["ipv4"], result["ipv6"]) == ("10.0.0.1", "2001:db8::2")


def test_an_equal_host_part_is_looked_for_until_nobody_answers_at_either(lan: Ledger, network: Network) -> None:
    network.there |= {"10.0.0.1": SQUATTER, "2001:db8::2": SQUATTER}
    result = lan.address(name="web", subnet=["lan", "six"], same_host_part=True, probe="arp")
    assert (result["ipv4"], result["ipv6"]) == ("10.0.0.3", "2001:db8::3")


def test_a_run(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.2"] = SQUATTER
    result = lan.address(name="lb", subnet="lan", count=2, contiguous=True, probe="arp")
    assert [one["address"] for one in result["addresses"]] == ["10.0.0.3", "10.0.0.4"]
    assert holders(lan) == {"10.0.0.2": UNKNOWN, "10.0.0.3": given("lb"), "10.0.0.4": given("lb")}


@pytest.mark.parametrize("strategy", ["highest", "random", "rotate"])
def test_each_strategy(lan: Ledger, network: Network, strategy: str) -> None:
    network.there |= dict.fromkeys(("10.0.0.1", "10.0.0.2", "10.0.0.4"), SQUATTER)
    assert lan.address(name="web", subnet="lan", strategy=strategy, probe="arp")["address"] == "10.0.0.3"


def test_the_next_subnet_where_all_of_one_answer(lan: Ledger, network: Network) -> None:
    lan.subnet(name="more", cidr="10.0.1.0/29")
    network.there |= {f"10.0.0.{number}": SQUATTER for number in range(1, 5)}
    assert lan.address(name="web", subnet=["lan", "more"], probe="arp")["address"] == "10.0.1.1"


def test_a_full_pool_says_why_and_keeps_nothing(lan: Ledger, network: Network) -> None:
    network.there |= {f"10.0.0.{number}": SQUATTER for number in range(1, 4)}
    result = lan.run(address.TASK, names=["a", "b"], subnet="lan", probe="arp")
    assert result["reason"] == "pool_exhausted"
    assert "4 addresses" in result["msg"]
    assert holders(lan) == {f"10.0.0.{number}": UNKNOWN for number in range(1, 4)}
    assert lan.address(name="a", subnet="lan", probe="arp")["address"] == "10.0.0.4", "free without a wait"


def test_a_certain_address(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.6"] = SQUATTER
    result = lan.run(address.TASK, name="web", subnet="lan", address="10.0.0.6", probe="arp")
    assert (result["reason"], result["holder"]) == ("address_conflict", "unknown")
    assert SQUATTER in result["msg"]
    assert holders(lan) == {"10.0.0.6": UNKNOWN}
    assert lan.address(name="web", subnet="lan", address="10.0.0.5", probe="arp")["address"] == "10.0.0.5"
    assert (
        lan.address(name="two", subnet="lan", address="10.0.0.6", fallback="next", probe="arp")["address"] == "10.0.0.1"
    )


def test_a_move_that_fails_leaves_the_holder_where_it_was(lan: Ledger, network: Network) -> None:
    lan.address(name="web", subnet="lan")
    network.there["10.0.0.6"] = SQUATTER
    result = lan.run(address.TASK, name="web", subnet="lan", address="10.0.0.6", force=True, probe="arp")
    assert result["reason"] == "address_conflict"
    assert holders(lan) == {"10.0.0.1": given("web"), "10.0.0.6": UNKNOWN}


def test_what_is_adopted_is_in_use_and_ends_the_unknown(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    lan.address(name="web", subnet="lan", probe="arp")
    asked = len(network.asked)
    assert lan.address(name="printer", address="10.0.0.1", adopt=True, probe="arp")["mac"] is None
    assert holders(lan) == {"10.0.0.1": given("printer"), "10.0.0.2": given("web")}
    assert len(network.asked) == asked
    result = lan.run(address.TASK, name="other", address="10.0.0.1", adopt=True)
    assert (result["reason"], result["holder"]) == ("address_conflict", "printer")


def test_an_audit_takes_the_unknown_for_nobody(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    lan.address(name="web", subnet="lan", probe="arp")
    found = succeeded(lan.run(audit.TASK, name="nas", observed=[{"address": "10.0.0.1", "mac": SQUATTER}]))
    assert [one["kind"] for one in found["findings"]] == ["unknown"]
    assert [one["address"] for one in found["adoptable"]] == ["10.0.0.1"]


def test_who_comes_back_within_the_hold_is_not_asked_for(lan: Ledger, network: Network) -> None:
    lan.address(name="web", subnet="lan")
    lan.address(name="web", state="absent")
    network.there["10.0.0.1"] = SQUATTER  # web, still up
    assert lan.address(name="web", subnet="lan", probe="arp")["address"] == "10.0.0.1"
    assert network.asked == []


@pytest.mark.parametrize("failure", [LedgerError("probe_unavailable", "no network"), KeyboardInterrupt()])
def test_a_search_that_ends_early_writes_nothing(lan: Ledger, network: Network, failure: BaseException) -> None:
    network.failure = failure
    if isinstance(failure, LedgerError):
        lan.refused(address.TASK, "probe_unavailable", names=["a", "b"], subnet="lan", probe="arp")
        return
    before = lan.content()
    with pytest.raises(KeyboardInterrupt):
        lan.run(address.TASK, names=["a", "b"], subnet="lan", probe="arp")
    assert lan.content() == before


def test_nobody_sees_what_is_only_asked_for(lan: Ledger, network: Network) -> None:
    seen: list[t.Any] = []
    network.meanwhile = lambda: seen.append(holders(lan))
    assert lan.address(name="web", subnet="lan", status="dhcp", probe="arp")["status"] == "dhcp"
    assert seen == [{}]


def test_who_was_slower_asks_for_what_is_next_and_more(lan: Ledger, network: Network) -> None:
    def take_it() -> None:
        network.meanwhile = lambda: None
        lan.address(name="other", subnet="lan")

    network.meanwhile = take_it
    network.there["10.0.0.4"] = SQUATTER
    assert lan.address(name="web", subnet="lan", probe="arp")["address"] == "10.0.0.2"
    assert holders(lan) == {"10.0.0.1": given("other"), "10.0.0.2": given("web")}
    assert network.asked == [["10.0.0.1"], ["10.0.0.2", "10.0.0.3", "10.0.0.4"]]


def test_one_answer_for_all_is_none(lan: Ledger, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_probe, "MOST", 3)
    network.there |= {f"2001:db8::{number:x}": SQUATTER for number in range(1, 99)}
    result = lan.refused(address.TASK, "probe_unavailable", name="web", subnet="six", probe="arp")
    assert "more than 3" in result["msg"]


def test_what_is_held_gets_its_notes_with_what_is_new(lan: Ledger, network: Network) -> None:
    """All of it in one transaction: nothing of it where one gets no address."""
    lan.address(name="a", subnet="lan")
    network.there["10.0.0.2"] = SQUATTER
    options: dict[str, t.Any] = {"subnet": "lan", "tags": ["t"], "probe": "arp"}
    dry = lan.rehearse(address.TASK, names=["a", "b"], **options)
    real = lan.address(names=["a", "b"], **options)
    assert dry == real
    assert list(real["diff"]["before"]) == ["lan: a"]
    assert list(real["diff"]["after"]) == ["lan: a", "lan: b"]
    result = lan.run(address.TASK, names=["a", "c", "d"], **{**options, "tags": ["u"]})
    assert (result["reason"], result["changed"]) == ("pool_exhausted", False)
    assert lan.address_info(name="a")["addresses"][0]["tags"] == ["t"]


@pytest.mark.parametrize(
    "options",
    [
        {"name": "a", "subnet": "lan", "address": "10.0.0.5", "force": True},
        {"name": "a", "subnet": "lan", "count": 2, "contiguous": True, "force": True},
        {"names": ["a", "b"], "subnet": "lan", "strategy": "rotate"},
        {"names": ["b"], "subnet": "lan", "strategy": "highest"},
        {"names": ["b"], "subnet": "six", "strategy": "random"},
    ],
)
def test_the_real_run_does_what_the_dry_one_said(lan: Ledger, network: Network, options: dict[str, t.Any]) -> None:
    lan.address(name="a", subnet="lan", status="dhcp", address="10.0.0.3")
    network.there |= dict.fromkeys(("10.0.0.1", "10.0.0.4"), SQUATTER)
    dry = lan.rehearse(address.TASK, probe="arp", **options)
    real = lan.address(probe="arp", **options)
    if options.get("strategy") == "random":
        assert dry.keys() == real.keys()
    else:
        assert dry == real
    assert all(one["status"] == "dhcp" for one in real["addresses"] if one["name"] == "a" and "address" in options)


def test_a_certain_address_on_hold_for_its_holder_is_not_asked_for(lan: Ledger, network: Network) -> None:
    lan.address(name="a", subnet="lan", address="10.0.0.6")
    lan.address(name="a", state="absent")
    network.there["10.0.0.6"] = SQUATTER  # a, still up
    assert lan.address(name="a", subnet="lan", address="10.0.0.6", probe="arp")["address"] == "10.0.0.6"
    assert network.asked == []


def test_a_pair_that_comes_back_is_not_asked_for(lan: Ledger, network: Network) -> None:
    lan.subnet(name="six", hold_down="1h")
    pair: dict[str, t.Any] = {"name": "a", "subnet": ["lan", "six"], "same_host_part": True}
    lan.address(**pair)
    lan.address(name="a", state="absent")
    network.there |= {"10.0.0.1": SQUATTER, "2001:db8::1": SQUATTER}
    assert lan.address(**pair, probe="arp")["ipv4"] == "10.0.0.1"
    assert network.asked == []


@pytest.mark.parametrize("hold_down", ["0", "1h"])
def test_an_ended_lease_at_which_somebody_answers(lan: Ledger, network: Network, clock: t.Any, hold_down: str) -> None:
    lan.subnet(name="lan", hold_down=hold_down)
    lan.address(name="old", subnet="lan", address="10.0.0.6", lease="1m")
    clock.now += 120
    network.there["10.0.0.6"] = SQUATTER
    result = lan.run(address.TASK, name="a", subnet="lan", address="10.0.0.6", probe="arp")
    assert result["reason"] == ("address_on_hold" if hold_down == "1h" else "address_conflict")
    assert [one["name"] for one in lan.address_info()["addresses"]] == ([] if hold_down == "1h" else ["unknown"])


def test_a_hold_that_ended_at_which_somebody_answers(lan: Ledger, network: Network, clock: t.Any) -> None:
    lan.address(name="old", subnet="lan", address="10.0.0.6")
    lan.address(name="old", state="absent")
    clock.now += 4000
    network.there["10.0.0.6"] = SQUATTER
    lan.run(address.TASK, name="a", subnet="lan", address="10.0.0.6", probe="arp")
    assert holders(lan) == {"10.0.0.6": UNKNOWN}
    lan.check()


def test_what_was_found_is_in_the_failure(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.6"] = SQUATTER
    result = lan.run(address.TASK, name="a", subnet="lan", address="10.0.0.6", probe="arp")
    assert (result["failed"], result["changed"]) == (True, True)
    assert [one["address"] for one in result["occupied"]] == ["10.0.0.6"]


def test_a_host_of_that_name_keeps_what_it_holds(lan: Ledger, network: Network) -> None:
    lan.address(name="unknown", subnet="lan")
    result = lan.run(address.TASK, name="web", address="10.0.0.1", adopt=True)
    assert (result["reason"], result["holder"]) == ("address_conflict", "unknown")


def test_somebody_unknown_is_no_host_of_an_inventory(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    lan.address(name="web", subnet="lan", probe="arp")
    assert lan.address_info(name="unknown")["addresses"][0]["status"] not in inventory_statuses()


def inventory_statuses() -> list[str]:
    """Those of which the inventory plugin makes hosts unless it is told otherwise."""
    options = yaml.safe_load(inventory.DOCUMENTATION)["options"]
    return t.cast("list[str]", options["status"]["default"])


def test_a_dry_run_asks_and_says_what_the_real_one_does(lan: Ledger, network: Network) -> None:
    network.there |= {"10.0.0.1": SQUATTER, "10.0.0.6": SQUATTER}
    before = lan.content()
    dry = lan.rehearse(address.TASK, names=["a", "b"], subnet="lan", probe="arp")
    assert lan.content() == before
    real = lan.address(names=["a", "b"], subnet="lan", probe="arp")
    assert dry == real
    certain = lan.rehearse(address.TASK, name="c", subnet="lan", address="10.0.0.6", probe="arp")
    assert certain["reason"] == "address_conflict"


def test_a_later_dry_task_builds_on_what_the_network_said(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    options = {"name": "web", "subnet": "lan", "probe": "arp"}
    first = lan.run(address.TASK, Plan(), **options)
    asked = len(network.asked)
    plan = Plan([{"task": "address", "options": address.TASK.repeated(options, first)}])
    assert lan.run(address.TASK, plan, name="two", subnet="lan")["address"] == "10.0.0.3"
    assert len(network.asked) == asked, "a step is not asked for again"


def test_the_history_says_what_happened(lan: Ledger, network: Network) -> None:
    network.there["10.0.0.1"] = SQUATTER
    lan.address(name="web", subnet="lan", probe="arp")
    entries = succeeded(lan.run(history_info.TASK, subnet="lan"))["entries"]
    told = [(one["name"], one["address"], one["action"]) for one in entries if one["object"] == "address"]
    assert told == [
        ("unknown", "10.0.0.1", "given"),
        ("web", "10.0.0.2", "given"),
    ]
