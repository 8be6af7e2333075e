# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of addresses of both IP versions as people write them: their order, and the ranges that they make up.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_address, format_range
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import (
    parse_address,
    parse_host,
    parse_network,
    parse_range,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge, total


def order_of(text: str, option: str) -> tuple[int, int, int]:
    """By what an address or CIDR is sorted: IPv4 before IPv6, then the address, then large networks before small."""
    (version, value), length = parse_host(text, option)
    return version, value, BITS[version] if length is None else length


def ranges_of(texts: t.Iterable[str], option: str) -> dict[int, list[Range]]:
    """The fewest ranges that hold the same as addresses, ``first-last`` and CIDRs, by IP version and in order."""
    found: dict[int, list[Range]] = {4: [], 6: []}
    for text in texts:
        version = _version_of(text, option)
        found[version].append(parse_range(text, option, version))
    return {version: merge(ranges) for version, ranges in found.items()}


def range_texts(texts: t.Iterable[str], option: str) -> list[str]:
    """The same as texts."""
    return [format_range(span, version) for version, spans in ranges_of(texts, option).items() for span in spans]


def address_texts(texts: t.Iterable[str], option: str, limit: int) -> list[str]:
    """Every single address of them, in order; ``bad_request`` for more than ``limit``."""
    found = ranges_of(texts, option)
    count = sum(total(spans) for spans in found.values())
    if count > limit:
        raise LedgerError(
            "bad_request", f"{option}: holds {count} addresses, more than limit={limit}. Give fewer, or a higher limit."
        )
    return [
        format_address(value, version)
        for version, spans in found.items()
        for span in spans
        for value in range(span.first, span.last + 1)
    ]


def _version_of(text: str, option: str) -> int:
    if "/" in text:
        return parse_network(text, option).version
    versions = {parse_address(end.strip(), option).version for end in text.split("-", 1)}
    if len(versions) > 1:
        raise bad_request(option, text, "begins and ends in different IP versions.")
    return versions.pop()
