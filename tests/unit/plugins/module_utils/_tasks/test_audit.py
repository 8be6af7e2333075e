# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task audit: what a host has and what it holds."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, audit
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded

ONE, TWO = "52:54:00:00:00:01", "52:54:00:00:00:02"


@pytest.fixture
def lan(ledger: Ledger, clock: t.Any) -> t.Iterator[Ledger]:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1")
    ledger.subnet(name="kid", cidr="10.0.0.224/28")
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="blue")
    ledger.address(name="web", subnet="lan", address="10.0.0.10", mac=ONE)
    ledger.address(name="db", subnet="lan", address="10.0.0.20", interface="eth0", mac=TWO)
    yield ledger
    ledger.check()


def compared(ledger: Ledger, *observed: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    """The result of an audit, which changed nothing."""
    before = ledger.content()
    result = succeeded(ledger.run(audit.TASK, **{"name": "web", "observed": list(observed), **options}))
    assert result["changed"] is False
    assert ledger.content() == before
    return result


def has(address: str, interface: str = "eth0", mac: str | None = ONE) -> dict[str, t.Any]:
    return {"address": address, "interface": interface, "mac": mac}


WEB = has("10.0.0.10")


def test_what_agrees_is_no_finding(lan: Ledger) -> None:
    """Whatever the interface: the ledger knows this one under none."""
    for own in (WEB, has("10.0.0.10/24", "bond0"), {"address": "::ffff:10.0.0.10"}, has("10.0.0.10", mac=None)):
        assert compared(lan, own) == {"changed": False, "findings": [], "adoptable": [], "outside": []}


def test_unknown(lan: Ledger) -> None:
    found = compared(lan, WEB, has("10.0.0.1", "eth1", TWO))
    assert found["findings"] == [
        {
            "kind": "unknown",
            "host": "web",
            "address": "10.0.0.1",
            "interface": "eth1",
            "mac": TWO,
            "subnet": "lan",
            "holder": None,
            "holder_mac": None,
            "text": f"10.0.0.1 on web (eth1, {TWO}) lies in subnet 'lan', and nobody holds it.",
        }
    ]
    assert found["adoptable"] == [{"name": "web", "address": "10.0.0.1", "interface": "eth1", "mac": TWO}]


def test_wrong_holder(lan: Ledger) -> None:
    found = compared(lan, WEB, has("10.0.0.20"))
    assert found["findings"] == [
        {
            "kind": "wrong_holder",
            "host": "web",
            "address": "10.0.0.20",
            "interface": "eth0",
            "mac": ONE,
            "subnet": "lan",
            "holder": "db",
            "holder_mac": TWO,
            "text": f"10.0.0.20 on web (eth0, {ONE}) is held by db (eth0, {TWO}).",
        }
    ]
    assert found["adoptable"] == []


def test_mac_differs(lan: Ledger) -> None:
    (found,) = compared(lan, has("10.0.0.10", mac=TWO))["findings"]
    assert (found["kind"], found["mac"], found["holder"], found["holder_mac"]) == ("mac_differs", TWO, "web", ONE)
    assert found["text"] == f"10.0.0.10 on web (eth0, {TWO}) is held with the MAC address {ONE}."


def test_unused(lan: Ledger) -> None:
    (found,) = compared(lan)["findings"]
    assert (found["kind"], found["address"], found["mac"]) == ("unused", "10.0.0.10", None)
    assert (found["holder"], found["holder_mac"]) == ("web", ONE)
    assert found["text"] == f"10.0.0.10 is held by web ({ONE}), which does not have it."


def test_who_holds_nothing_and_has_nothing(lan: Ledger) -> None:
    assert compared(lan, name="nobody")["findings"] == []


def test_outside(lan: Ledger) -> None:
    """Without what means something on the host or its link only."""
    local = [has("127.0.0.1", "lo"), has("::1", "lo"), has("fe80::1%eth0"), has("169.254.3.4")]
    found = compared(lan, WEB, *local, has("172.17.0.1", "docker0"), has("2001:DB8:0:9::1/64", "wg0", None))
    assert found["findings"] == []
    assert found["outside"] == [has("172.17.0.1", "docker0"), has("2001:db8:0:9::1", "wg0", None)]


def test_a_local_address_matters_where_the_ledger_has_its_subnet(lan: Ledger) -> None:
    lan.subnet(name="link", cidr="fe80::/64")
    (found,) = compared(lan, WEB, has("fe80::1%eth0"))["findings"]
    assert (found["kind"], found["address"], found["subnet"]) == ("unknown", "fe80::1", "link")


def test_an_address_lies_in_the_smallest_subnet_around_it(lan: Ledger) -> None:
    (found,) = compared(lan, WEB, has("10.0.0.230"))["findings"]
    assert (found["kind"], found["subnet"]) == ("unknown", "kid")


def test_an_address_on_two_interfaces_is_one(lan: Ledger) -> None:
    (found,) = compared(lan, WEB, has("10.0.0.30"), has("10.0.0.30", "eth1"))["findings"]
    assert found["interface"] == "eth0"


def test_limits(lan: Ledger) -> None:
    """What lies in another subnet is neither unknown nor unused; what lies in none is outside all the same."""
    seen = [has("10.0.0.230"), has("2001:db8::5"), has("192.0.2.1")]
    found = compared(lan, *seen, subnet=["six", "10.0.0.224/28"])
    assert [one["address"] for one in found["findings"]] == ["10.0.0.230", "2001:db8::5"]
    assert [one["address"] for one in found["outside"]] == ["192.0.2.1"]
    assert [one["kind"] for one in compared(lan, subnet=["lan"])["findings"]] == ["unused"]
    lan.refused(audit.TASK, "subnet_missing", name="web", observed=[], subnet=["lam"])


def test_shared_names(lan: Ledger) -> None:
    assert compared(lan, WEB, has("10.0.0.20"), shared=["db"])["findings"] == []


def test_a_vrf_is_a_world_of_its_own(lan: Ledger) -> None:
    (found,) = compared(lan, WEB, vrf="blue")["findings"]
    assert found["kind"] == "unknown"
    said = lan.refused(audit.TASK, "subnet_missing", name="web", observed=[WEB], vrf="bleu")
    assert said["msg"].endswith("VRF 'bleu'. It has no subnets. There are subnets in VRF blue, default.")


def test_what_has_expired_is_held_by_nobody(lan: Ledger, clock: t.Any) -> None:
    lan.address(name="web", subnet="lan", address="10.0.0.40", interface="eth1", lease="1h")
    assert compared(lan, WEB, has("10.0.0.40", "eth1", None))["findings"] == []
    clock.now += 3600
    assert [one["kind"] for one in compared(lan, WEB, has("10.0.0.40"))["findings"]] == ["unknown"]
    assert compared(lan, WEB)["findings"] == []


def test_all_that_is_adoptable_can_be_adopted_beside_each_other(lan: Ledger) -> None:
    """Also several addresses of an interface in a subnet, and beside one that it holds."""
    seen = [
        WEB,
        has("10.0.0.31", mac=None),
        has("10.0.0.32", "eth1"),
        has("10.0.0.33", "eth1"),
        has("2001:db8::31", "eth1"),
        has("10.0.0.34", "", None),
        has("10.0.0.35", "", None),
    ]
    adoptable = compared(lan, *seen)["adoptable"]
    assert [(one["address"], one["interface"]) for one in adoptable] == [
        ("10.0.0.31", "eth0:10.0.0.31"),
        ("10.0.0.32", "eth1"),
        ("10.0.0.33", "eth1:10.0.0.33"),
        ("2001:db8::31", "eth1"),
        ("10.0.0.34", "10.0.0.34"),  # web holds 10.0.0.10 in the LAN under no interface
        ("10.0.0.35", "10.0.0.35"),
    ]
    assert "mac" not in adoptable[0]
    lan.address(addresses=adoptable, adopt=True)
    assert compared(lan, *seen)["findings"] == []


def test_an_interface_whose_address_was_seen_on_another_one_is_taken(lan: Ledger) -> None:
    lan.address(name="srv", subnet="lan", address="10.0.0.50", interface="eth1")
    lan.address(name="srv", subnet="lan", address="10.0.0.51", interface="eth2")
    seen = [has("10.0.0.50", "eth0", None), has("10.0.0.52", "eth1", None)]
    (offered,) = compared(lan, *seen, name="srv")["adoptable"]
    assert (offered["address"], offered["interface"]) == ("10.0.0.52", "eth1:10.0.0.52")
    lan.address(addresses=[offered], adopt=True)


def test_another_address_than_the_ledger_has_is_no_second_one(lan: Ledger) -> None:
    lan.address(name="srv", subnet="lan", address="10.0.0.50", interface="eth1")
    (offered,) = compared(lan, has("10.0.0.52", "eth1", None), name="srv")["adoptable"]
    assert (offered["address"], offered["interface"]) == ("10.0.0.52", "eth1")
    refused = lan.refused(address.TASK, "address_differs", addresses=[offered], adopt=True)
    assert refused["address"] == "10.0.0.50"


def test_wrong_options(lan: Ledger) -> None:
    said = lan.refused(audit.TASK, "bad_request", name="", observed=[{"address": "10.0.0"}, {"address": ""}])
    assert [message.partition(":")[0] for message in said["errors"]] == [
        "observed[0].address", "observed[1].address", "name",
    ]  # fmt: skip
    said = lan.refused(audit.TASK, "bad_request", name="web")
    assert "Gather facts of the host before" in said["msg"]
    lan.refused(audit.TASK, "bad_request", name="web", observed=[], vrf="*")
