# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses as the text that stores sort: fixed-width lower-case hexadecimal.

Eight digits are IPv4 and 32 digits are IPv6: the width is the family, so that ``::1`` and ``0.0.0.1`` never meet,
and bytewise order is numeric order in every engine.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

WIDTH: t.Final = {4: 8, 6: 32}
BITS: t.Final = {4: 32, 6: 128}
_LAST: t.Final = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
_FORMAT: t.Final = {4: "%08x", 6: "%032x"}
_VERSION: t.Final = {8: 4, 32: 6}


def to_key(value: int, version: int) -> str:
    """Write the number of an address as a key; ``OverflowError`` where it is no address of that version."""
    if not 0 <= value <= _LAST[version]:
        raise OverflowError(f"{value} is no IPv{version} address")
    return _FORMAT[version] % value


def from_key(key: str) -> int:
    """Read the number of a key."""
    return int(key, 16)


def version_of(key: str) -> int:
    """Tell the IP version of a key by its width."""
    return _VERSION[len(key)]
