# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.netledger.ipam.plugins.filter.dns_zones import dns_zones

Record = dict[str, t.Any]


def subnet(cidr: str, domain: str | None = None) -> Record:
    return {"cidr": cidr, "domain": domain}


def v4(last: int, fqdn: str | None, length: int = 24, domain: str | None = "example.com") -> Record:
    """An address of 10.20.0.0/24 or of a subnet in it."""
    return {
        "address": f"10.20.0.{last}",
        "cidr": f"10.20.0.{last}/{length}",
        "version": 4,
        "prefix_length": length,
        "reverse_pointer": f"{last}.0.20.10.in-addr.arpa",
        "fqdn": fqdn,
        "domain": domain,
    }


V6_ZONE = "0.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
V6: Record = {
    "address": "2001:db8:20::a",
    "cidr": "2001:db8:20::a/64",
    "version": 6,
    "prefix_length": 64,
    "reverse_pointer": f"a.{'0.' * 15}{V6_ZONE}",
    "fqdn": "web.example.com",
    "domain": "example.com",
}


def lines(zone: Record) -> list[str]:
    return [f"{record['name']} {record['type']} {record['value']}" for record in zone["records"]]


def zones(*arguments: t.Any, **options: t.Any) -> dict[str, Record]:
    return {zone["name"]: zone for zone in dns_zones(*arguments, **options)}


def test_both_families_and_both_directions() -> None:
    found = zones(
        [v4(10, "web.example.com"), v4(11, "web.example.com"), V6],
        [subnet("10.20.0.0/24", "example.com"), subnet("2001:db8:20::/64", "example.com")],
    )
    assert list(found) == [V6_ZONE, "0.20.10.in-addr.arpa", "example.com"]
    assert lines(found["example.com"]) == [
        "web.example.com. A 10.20.0.10",
        "web.example.com. A 10.20.0.11",
        "web.example.com. AAAA 2001:db8:20::a",
    ]
    assert lines(found["0.20.10.in-addr.arpa"]) == [
        "10.0.20.10.in-addr.arpa. PTR web.example.com.",
        "11.0.20.10.in-addr.arpa. PTR web.example.com.",
    ]
    assert lines(found[V6_ZONE]) == [f"a.{'0.' * 15}{V6_ZONE}. PTR web.example.com."]


def test_a_subnet_without_addresses_has_its_zones() -> None:
    found = zones([], [subnet("10.20.0.0/24", "example.com"), subnet("192.0.2.0/24")])
    assert sorted(found) == ["0.20.10.in-addr.arpa", "2.0.192.in-addr.arpa", "example.com"]
    assert found["example.com"] == {"name": "example.com", "children": [], "records": [], "left_out": []}


def test_a_subnet_in_another_one_has_no_reverse_zone_of_its_own() -> None:
    found = zones([v4(10, "web.example.com")], [subnet("10.20.0.0/16"), subnet("10.20.0.0/24", "example.com")])
    assert sorted(found) == ["20.10.in-addr.arpa", "example.com"]
    assert lines(found["20.10.in-addr.arpa"]) == ["10.0.20.10.in-addr.arpa. PTR web.example.com."]


def test_names_lie_in_the_innermost_zone_and_it_is_a_child_of_the_other_one() -> None:
    found = zones(
        [v4(10, "web.example.com"), v4(11, "web.lab.example.com"), v4(12, "example.com"), v4(13, "web.example.org")],
        [subnet("10.20.0.0/24", "example.com"), subnet("10.20.1.0/24", "lab.example.com")],
    )
    assert lines(found["example.com"]) == ["web.example.com. A 10.20.0.10", "example.com. A 10.20.0.12"]
    assert lines(found["lab.example.com"]) == ["web.lab.example.com. A 10.20.0.11"]
    assert {name: zone["children"] for name, zone in found.items() if zone["children"]} == {
        "example.com": ["lab.example.com"]
    }
    assert lines(found["0.20.10.in-addr.arpa"])[-1] == "13.0.20.10.in-addr.arpa. PTR web.example.org."


def test_only_valid_host_names_get_into_records() -> None:
    nasty = ["web 1.example.com", "a_b.example.com", "x\ny.example.com", "{{ 1 }}.example.com", "1.2.3.4", "a/b", None]
    addresses = [v4(number, name) for number, name in enumerate(nasty, start=1)]
    found = zones(addresses, [subnet("10.20.0.0/24", "example.com")])
    assert [zone["records"] for zone in found.values()] == [[], []]
    assert [zone["left_out"] for zone in found.values()] == [[f"10.20.0.{number}" for number in range(1, 8)]] * 2


def test_an_address_without_a_domain_is_left_out_of_the_reverse_zone_alone() -> None:
    found = zones([v4(10, None, domain=None)], [subnet("10.20.0.0/24"), subnet("10.20.1.0/24", "example.com")])
    assert {name: zone["left_out"] for name, zone in found.items()} == {
        "0.20.10.in-addr.arpa": ["10.20.0.10"],
        "1.20.10.in-addr.arpa": [],
        "example.com": [],
    }


# RFC 2317 4: the zone is called by its first address and its length, the records by the last octet.
@pytest.mark.parametrize(
    ("classless", "zone"), [("/", "64/26.0.20.10.in-addr.arpa"), ("-", "64-26.0.20.10.in-addr.arpa")]
)
def test_classless_zones(classless: str, zone: str) -> None:
    found = zones(
        [v4(10, "lan.example.com"), v4(70, "web.example.com", 26)],
        [subnet("10.20.0.64/26"), subnet("10.20.1.0/24")],
        classless=classless,
    )
    assert sorted(found) == ["1.20.10.in-addr.arpa", zone]
    assert lines(found[zone]) == [f"70.{zone}. PTR web.example.com."]


def test_a_classless_zone_in_a_whole_one_is_part_of_it() -> None:
    found = zones([v4(70, "web.example.com", 26)], [subnet("10.20.0.0/24"), subnet("10.20.0.64/26")], classless="/")
    assert {name: lines(zone) for name, zone in found.items()} == {
        "0.20.10.in-addr.arpa": ["70.0.20.10.in-addr.arpa. PTR web.example.com."]
    }


def test_a_classless_zone_holds_that_of_a_subnet_in_it() -> None:
    zone = "64/26.0.20.10.in-addr.arpa"
    subnets = [subnet("10.20.0.64/28"), subnet("10.20.0.64/26"), subnet("10.20.0.128/28")]
    found = zones(
        [v4(70, "web.example.com", 28), v4(100, "db.example.com", 26), v4(130, "x.example.com", 28)],
        subnets,
        classless="/",
    )
    assert {name: lines(zone) for name, zone in found.items()} == {
        zone: [f"70.{zone}. PTR web.example.com.", f"100.{zone}. PTR db.example.com."],
        "128/28.0.20.10.in-addr.arpa": ["130.128/28.0.20.10.in-addr.arpa. PTR x.example.com."],
    }


# 70 lies in 10.20.0.64/28, 10 in none of the two.
def test_the_smallest_of_wanted_classless_zones_around_an_address() -> None:
    wanted = ["64-26.0.20.10.in-addr.arpa", "64/28.0.20.10.in-addr.arpa"]
    found = zones([v4(10, "a.example.com"), v4(70, "b.example.com"), v4(100, "c.example.com")], [], zones=wanted)
    assert {name: lines(zone) for name, zone in found.items()} == {
        wanted[0]: [f"100.{wanted[0]}. PTR c.example.com."],
        wanted[1]: [f"70.{wanted[1]}. PTR b.example.com."],
    }


# RFC 2317 4: who asks for the usual name is led to the other one.
@pytest.mark.parametrize("around", ["0.20.10.in-addr.arpa", "10.in-addr.arpa"])
def test_the_zone_around_a_classless_one_leads_to_it(around: str) -> None:
    inner = "64/26.0.20.10.in-addr.arpa"
    nobody = v4(101, None)
    found = zones([v4(10, "a.example.com"), v4(100, "b.example.com"), nobody], [], zones=[around, inner])
    assert {name: lines(zone) for name, zone in found.items()} == {
        around: [
            "10.0.20.10.in-addr.arpa. PTR a.example.com.",
            f"100.0.20.10.in-addr.arpa. CNAME 100.{inner}.",
        ],
        inner: [f"100.{inner}. PTR b.example.com."],
    }
    assert found[around]["children"] == [inner]
    assert (found[around]["left_out"], found[inner]["left_out"]) == ([], ["10.20.0.101"])


def test_the_wanted_zones_are_there_and_no_others() -> None:
    found = zones(
        [v4(10, "web.example.com"), v4(11, "web.example.org")],
        [subnet("10.20.0.0/24", "example.com")],
        zones=["Example.org", "10.in-addr.arpa."],
    )
    assert {name: lines(zone) for name, zone in found.items()} == {
        "10.in-addr.arpa": [
            "10.0.20.10.in-addr.arpa. PTR web.example.com.",
            "11.0.20.10.in-addr.arpa. PTR web.example.org.",
        ],
        "example.org": ["web.example.org. A 10.20.0.11"],
    }


@pytest.mark.parametrize(
    ("options", "words"), [({"classless": "_"}, "classless"), ({"zones": ["a b"]}, "'a b'.*bad_request")]
)
def test_wrong_options_are_refused(options: dict[str, t.Any], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        dns_zones([], [], **options)
