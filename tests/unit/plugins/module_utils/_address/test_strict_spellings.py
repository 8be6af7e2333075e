# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses in the strict forms only: what the others mean depends on who reads them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError

ARABIC = "\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT ZERO}"

NO_ADDRESSES = ["010.0.0.1", "10.1", "10", "0xa.0.0.1", f"{ARABIC}.0.0.1", "10.0.0.1\n", " 10.0.0.1", "+10.0.0.1"]

NO_NETWORKS = [
    "10/8",
    "10.0/16",
    "010.0.0.0/8",
    "10.0.0.0/ 24",
    "10.0.0.0 /24",
    "10.0.0.0/24 ",
    "10.0.0.0/24\n",
    "10.0.0.0\n/24",
    "10.0.0.0/+16",
    "10.0.0.0/-16",
    "10.0.0.0/2_4",
    f"10.0.0.0/{ARABIC}",
    f"{ARABIC}.0.0.0/8",
    "2001:db8::/ 64",
    f"2001:db8::/{ARABIC}",
    "10.0.0.0/255.0.255.0",
    "10.0.0.0/0.0.0.255",
    "10.0.0.0/255.255.255",
    "10.0.0.0/255.255.255.0\n",
    "10.0.0.0/ffff::",
    "2001:db8::/255.255.0.0",
    "::ffff:10.0.0.0/255.255.255.0",
    "10.0.0.0/10.0.0.0/8",
]

NETWORKS = [
    ("10.0.0.0/255.255.255.0", "10.0.0.0/24"),
    ("10.0.0.9/255.255.255.255", "10.0.0.9/32"),
    ("10.0.0.9/0.0.0.0", "0.0.0.0/0"),
    ("10.0.0.9/128.0.0.0", "0.0.0.0/1"),
    ("10.0.0.0/024", "10.0.0.0/24"),
    ("2001:db8::1/ffff:ffff::", "2001:db8::/32"),
]


def assert_refused(function: t.Callable[[str, str], object], text: str) -> None:
    with pytest.raises(LedgerError) as caught:
        function(text, "opt")
    assert caught.value.reason == "bad_request"


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_no_address(text: str) -> None:
    assert_refused(parse.parse_address, text)
    assert_refused(parse.parse_host, text)
    assert_refused(parse.parse_host, f"{text}/24")


@pytest.mark.parametrize("text", NO_NETWORKS)
def test_no_network(text: str) -> None:
    assert_refused(parse.parse_network, text)
    assert_refused(parse.parse_host, text)


@pytest.mark.parametrize(("text", "cidr"), NETWORKS)
def test_netmasks(text: str, cidr: str) -> None:
    assert str(parse.parse_network(text, "opt")) == cidr


def test_the_message_shows_the_whole_value() -> None:
    with pytest.raises(LedgerError, match=r"opt: '10\.0\.0\.0/255\.0\.255\.0' is not a network"):
        parse.parse_network("10.0.0.0/255.0.255.0", "opt")
