# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of addresses: their order and their ranges."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.listed import (
    address_texts,
    order_of,
    range_texts,
)


def test_the_order() -> None:
    ordered = [
        "9.255.255.255",
        "10.0.0.0/8",
        "10.0.0.0/24",
        "10.0.0.0",
        "10.0.0.9",
        "10.0.0.10/8",
        "10.0.0.10/24",
        "::ffff:10.0.0.11",
        "10.0.1.0/255.255.255.0",
        "::1",
        "2001:db8::/32",
        "2001:DB8::9",
        "2001:db8::10",
    ]
    assert sorted(sorted(ordered), key=lambda text: order_of(text, "x")) == ordered


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], []),
        (["10.0.0.1"], ["10.0.0.1"]),
        (["10.0.0.2", "10.0.0.1", "10.0.0.1"], ["10.0.0.1-10.0.0.2"]),
        (["10.0.0.1", "10.0.0.3"], ["10.0.0.1", "10.0.0.3"]),
        (["10.0.0.255", "10.0.1.0"], ["10.0.0.255-10.0.1.0"]),
        (["10.0.0.5/30", "10.0.0.8 - 10.0.0.9"], ["10.0.0.4-10.0.0.9"]),
        (["10.0.0.1-10.0.0.9", "10.0.0.3-10.0.0.4"], ["10.0.0.1-10.0.0.9"]),
        (["2001:db8::2", "255.255.255.255", "::", "2001:db8::1"], ["255.255.255.255", "::", "2001:db8::1-2001:db8::2"]),
        (["0.0.0.0/0", "::/0"], ["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]),
    ],
)
def test_ranges(texts: list[str], expected: list[str]) -> None:
    assert range_texts(texts, "x") == expected


def test_single_addresses() -> None:
    texts = ["2001:db8::f-2001:db8::11", "10.0.0.254-10.0.1.1", "10.0.1.0/31"]
    expected = ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1", "2001:db8::f", "2001:db8::10", "2001:db8::11"]
    assert address_texts(texts, "x", 7) == expected
    with pytest.raises(LedgerError, match=r"^x: holds 7 addresses, more than limit=6\. ") as caught:
        address_texts(texts, "x", 6)
    assert caught.value.reason == "bad_request"


@pytest.mark.parametrize("work", [order_of, lambda text, option: range_texts([text], option)])
@pytest.mark.parametrize("text", ["", "web01", "10.1", "010.0.0.1", "10.0.0.0/33", "10.0.0.256"])
def test_what_is_no_address_is_named(work: t.Callable[[str, str], t.Any], text: str) -> None:
    with pytest.raises(LedgerError, match=f"^x: '{text}' is not ") as caught:
        work(text, "x")
    assert caught.value.reason == "bad_request"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("10.0.0.2-10.0.0.1", "ends before it starts"),
        ("10.0.0.1-2001:db8::1", "begins and ends in different IP versions"),
    ],
)
def test_ranges_that_are_none(text: str, rule: str) -> None:
    with pytest.raises(LedgerError, match=f"^x: '{text}' {rule}"):
        range_texts([text], "x")
