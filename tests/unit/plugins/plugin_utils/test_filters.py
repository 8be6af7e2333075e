# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters as templates call them, and what they say of what is wrong."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.netledger.ipam.plugins.filter import dns_zones as zones_plugin
from ansible_collections.netledger.ipam.plugins.filter import interfaces as interfaces_plugin
from ansible_collections.netledger.ipam.plugins.filter import ip_ranges as ranges_plugin
from ansible_collections.netledger.ipam.plugins.filter import ip_sort as sort_plugin

ip_sort = sort_plugin.FilterModule().filters()["ip_sort"]
ip_ranges = ranges_plugin.FilterModule().filters()["ip_ranges"]
dns_zones = zones_plugin.FilterModule().filters()["dns_zones"]
interfaces = interfaces_plugin.FilterModule().filters()["interfaces"]


def test_texts_are_sorted_as_addresses() -> None:
    given = ["2001:db8::1", "10.0.0.10", "10.0.0.9/24"]
    assert ip_sort(given) == ["10.0.0.9/24", "10.0.0.10", "2001:db8::1"]
    assert given[0] == "2001:db8::1"
    assert ip_sort(iter(given)) == ip_sort(tuple(given)) == ip_sort(given)


def test_records_are_sorted_by_an_attribute_and_stay_as_they_are() -> None:
    nine, ten, also_nine = {"a": "10.0.0.9"}, {"a": "10.0.0.10"}, {"a": "10.0.0.9", "b": 1}
    assert ip_sort([ten, nine, also_nine], "a") == [nine, also_nine, ten]
    inside = [{"net": {"cidr": "10.1.0.0/16"}}, {"net": {"cidr": "9.0.0.0/8"}}]
    assert ip_sort(inside, attribute="net.cidr") == inside[::-1]


def test_ranges_and_single_addresses() -> None:
    assert ip_ranges(["10.0.0.2", "10.0.0.1"]) == ["10.0.0.1-10.0.0.2"]
    assert ip_ranges(["10.0.0.1-10.0.0.2"], expand=True) == ["10.0.0.1", "10.0.0.2"]
    assert len(ip_ranges(["10.0.0.0/16"], expand=True)) == 65536


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda: ip_sort(["10.0.0.1", "web01"]), ["ip_sort", "'web01'"]),
        (lambda: ip_sort("10.0.0.1"), ["ip_sort", "'10.0.0.1'", "list"]),
        (lambda: ip_sort({"a": 1}), ["ip_sort", "list"]),
        (lambda: ip_sort(None), ["ip_sort", "None", "list"]),
        (lambda: ip_sort([{"address": "10.0.0.1"}]), ["a dict of address is not", "Say which attribute"]),
        (lambda: ip_sort([{"address": "10.0.0.1"}], "adress"), ["a dict of address has no attribute 'adress'"]),
        (lambda: ip_sort(["10.0.0.1"], "address"), ["'10.0.0.1'", "no attribute 'address'"]),
        (lambda: ip_sort([{"address": None}], "address"), ["None", "not the text of an address"]),
        (lambda: ip_ranges([167772161]), ["ip_ranges", "167772161"]),
        (lambda: ip_ranges("10.0.0.0/24"), ["ip_ranges", "'10.0.0.0/24'", "list"]),
        (lambda: ip_ranges(["::/64"], expand=True), ["18446744073709551616 addresses", "limit=65536"]),
        (lambda: ip_ranges(["10.0.0.0/30"], expand=True, limit=3), ["4 addresses", "limit=3"]),
        (lambda: ip_ranges(["10.0.0.0/30"], expand=True, limit="3"), ["limit: '3' is not a whole number"]),
        (lambda: ip_ranges(["10.0.0.0/30"], expand="false"), ["expand: 'false' is not true or false"]),
        (lambda: ip_sort(["10.0.0.1"], 5), ["attribute: 5 is not the name of a key"]),
        (lambda: dns_zones(None, []), ["dns_zones: None is not a list"]),
        (lambda: dns_zones([], "10.0.0.0/24"), ["subnets: '10.0.0.0/24' is not a list"]),
        (lambda: dns_zones([], ["10.0.0.0/24"]), ["subnets: '10.0.0.0/24' is not a dict"]),
        (lambda: dns_zones([], [{"name": "lan"}]), ["subnets: a dict of name has no key 'cidr'"]),
        (lambda: dns_zones([], [{"cidr": 10, "domain": None}]), ["subnets: cidr: 10 is not what the ledger has there"]),
        (lambda: dns_zones([{"address": "10.0.0.1"}], []), ["dns_zones: a dict of address has no key 'version'"]),
        (lambda: dns_zones([], [], zones="example.com"), ["zones: 'example.com' is not a list"]),
        (lambda: dns_zones([], [], zones=[5]), ["zones: [5] is not a list of names"]),
        (lambda: dns_zones([], [], classless=5), ["classless: 5 is not"]),
        (lambda: interfaces({"a": 1}), ["interfaces: a dict of a is not a list"]),
        (lambda: interfaces([{"address": "10.0.0.1"}]), ["interfaces: a dict of address has no key 'cidr'"]),
        (lambda: interfaces([], unnamed=None), ["unnamed: None is not the name of an interface"]),
        (lambda: interfaces([], gateway_interface=0), ["gateway_interface: 0 is not the name of an interface"]),
    ],
)
def test_what_is_wrong_is_named(work: t.Callable[[], t.Any], words: list[str]) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        work()
    message = str(caught.value)
    assert [word for word in [*words, "(reason: bad_request)"] if word not in message] == [], message


def test_what_is_in_a_dict_stays_there() -> None:
    """It may be all variables of a host."""
    with pytest.raises(AnsibleFilterError) as caught:
        ip_sort([{"ansible_password": "hunter2"}], "ansible_host")
    assert "a dict of ansible_password has no" in str(caught.value)
    assert "hunter2" not in str(caught.value)
