# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, to_key, version_of

# An octet is two hexadecimal digits (RFC 791), a group of IPv6 four (RFC 4291, 2.2).
KEYS = [
    (0, 4, "00000000"),
    (1, 4, "00000001"),
    ((10 << 24) + 1, 4, "0a000001"),
    ((1 << 32) - 1, 4, "ffffffff"),
    (0, 6, "00000000000000000000000000000000"),
    (1, 6, "00000000000000000000000000000001"),
    ((0x20010DB8 << 96) + 0xA, 6, "20010db800000000000000000000000a"),
    ((1 << 128) - 1, 6, "ffffffffffffffffffffffffffffffff"),
]

NO_ADDRESSES = [(-1, 4), (1 << 32, 4), (-1, 6), (1 << 128, 6)]


@pytest.mark.parametrize(("value", "version", "key"), KEYS)
def test_a_key_has_the_digits_of_its_version(value: int, version: int, key: str) -> None:
    assert to_key(value, version) == key
    assert from_key(key) == value
    assert version_of(key) == version


@pytest.mark.parametrize(("value", "version"), NO_ADDRESSES)
def test_what_is_no_address_has_no_key(value: int, version: int) -> None:
    with pytest.raises(OverflowError, match=f"{value} is no IPv{version} address"):
        to_key(value, version)


def test_the_same_number_in_two_versions_is_two_keys() -> None:
    assert to_key(1, 4) != to_key(1, 6)


def test_text_order_is_number_order() -> None:
    values = [0, 1, 9, 10, 15, 16, 255, 256, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
    keys = [to_key(value, 4) for value in values]
    assert sorted(keys) == keys
