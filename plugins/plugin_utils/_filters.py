# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the filters do with lists of addresses.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.listed import (
    address_texts,
    order_of,
    range_texts,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import is_whole_number
from ansible_collections.netledger.ipam.plugins.plugin_utils._arguments import (
    filtered,
    is_text_or_none,
    items,
    option,
    refused,
)


def ip_sort(values: t.Any, attribute: str | None = None) -> list[t.Any]:
    """The values in the order of their addresses, or of the addresses that their attributes are."""
    name = "ip_sort"

    def work() -> list[t.Any]:
        option("attribute", attribute, is_text_or_none, "is not the name of a key.")
        return sorted(items(values, name), key=lambda item: order_of(_text(item, attribute, name), name))

    return filtered(work)


def ip_ranges(values: t.Any, expand: bool = False, limit: int = 65536) -> list[str]:
    """The fewest ranges that hold the same addresses, or with ``expand`` each of these."""
    name = "ip_ranges"

    def work() -> list[str]:
        option("expand", expand, lambda value: isinstance(value, bool), "is not true or false.")
        option("limit", limit, is_whole_number, "is not a whole number.")
        texts = [_text(item, None, name) for item in items(values, name)]
        return address_texts(texts, name, limit) if expand else range_texts(texts, name)

    return filtered(work)


def _text(item: t.Any, attribute: str | None, name: str) -> str:
    """The item, or what its attribute is; with dots in it, of what is inside of it."""
    found = item
    for step in attribute.split(".") if attribute else ():
        if not isinstance(found, t.Mapping) or step not in found:
            raise refused(name, item, f"has no attribute '{attribute}'.")
        found = found[step]
    if not isinstance(found, str):
        hint = " Say which attribute of it is one." if isinstance(found, t.Mapping) else ""
        raise refused(name, found, f"is not the text of an address.{hint}")
    return found
