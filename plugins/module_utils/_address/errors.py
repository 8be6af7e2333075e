# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures: what went wrong in words for a person and in one word for a play.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import typing as t

REASONS: t.Final[dict[str, str]] = {
    "access_denied": "The store or its folder may not be read or written by this user.",
    "address_conflict": "The address is held by somebody else.",
    "address_differs": "The holder already has another address under the same key.",
    "address_in_child": "The address lies in a subnet carved out of the one asked.",
    "address_missing": "No address is held under that name.",
    "address_on_hold": "The address was released and waits for its last holder until its hold-down ends.",
    "address_outside_subnet": "The address does not lie in the subnet, or is of the other IP version.",
    "address_reserved": "The address lies in a reserved range of the subnet.",
    "ambiguous": "More than one record fits and the caller must say which is meant.",
    "bad_request": "An option is missing, unknown, malformed or contradicts another.",
    "broadcast_address": "The last address of an IPv4 subnet cannot be given to a host.",
    "driver_missing": "The Python driver of the database is not installed.",
    "file_invalid": "A line of the ledger file, or of a file to import, cannot stand so.",
    "gateway_address": "The address is the gateway of the subnet.",
    "gateway_in_pool": "A pool covers the gateway of the subnet.",
    "ledger_inconsistent": "The ledger breaks a rule that all of its tasks keep.",
    "library_missing": "A Python library that the collection needs is not installed.",
    "lock_timeout": "Somebody else kept the store locked for longer than lock_timeout.",
    "login_failed": "The database server did not let the user in.",
    "merge_impossible": "The subnets to be merged do not make up one network, or something in them stands in the way.",
    "name_conflict": "The new name belongs to another subnet.",
    "network_address": "The first address of an IPv4 subnet cannot be given to a host.",
    "not_a_ledger": "The store exists but is not a ledger of this collection.",
    "overlap": "The subnet covers the same addresses as another one.",
    "parent_exhausted": "The parent has no free block of the prefix length asked for.",
    "pool_exhausted": "No free address is left in the pool.",
    "pool_missing": "The subnet has no pool, or none of that name.",
    "pool_outside_subnet": "A pool does not lie within the usable addresses of its subnet.",
    "pool_overlap": "Two pools of a subnet have addresses in common.",
    "prefix_length_refused": "The parent takes no children of that prefix length.",
    "probe_unavailable": "The network cannot be asked from where the task runs whether an address is in use.",
    "quota_exceeded": "The children of the parent would take more than its quota.",
    "shrink_in_use": "A smaller subnet or pool, or a removed pool, would leave held addresses without a place.",
    "split_impossible": "The subnet is too small to be split so, or something in it stands in the way.",
    "store_corrupt": "The store is damaged.",
    "store_failed": "The store reported an error that has no word of its own.",
    "store_full": "The disk of the store is full.",
    "store_missing": "The store does not exist.",
    "store_not_empty": "The store to copy into has something in it already.",
    "store_readonly": "The database server takes no changes.",
    "store_replaced": "The file of the store was replaced while it was open.",
    "store_schema": "The store was written by a newer release of the collection, or has to be upgraded.",
    "store_unreachable": "The database server does not answer.",
    "store_unsupported": "The store setting names a kind of store that is not supported.",
    "subnet_differs": "The subnet exists with other, unchangeable properties.",
    "subnet_in_use": "The subnet still holds addresses or other subnets.",
    "subnet_missing": "There is no such subnet.",
    "subnet_router_address": "The first address of an IPv6 subnet belongs to its routers (RFC 4291, 2.6.1).",
    "tls_failed": "The connection to the database server is not safe.",
    "version_mismatch": "An address or subnet is of the other IP version than what it belongs to.",
    "vrf_differs": "The subnet lies in another VRF, and subnets do not move between them.",
}
"""Every word that may stand in the ``reason`` of a failed task, with its meaning."""


_PATH: t.Final = 4096  # characters, more than paths have


class LedgerError(Exception):
    """A request that cannot be met.

    ``reason`` is one of ``REASONS``; ``details`` are plain values that a play may want beside the message. Where
    several were asked for at once, ``refused`` has by its key what was wrong with each that cannot be met.
    """

    refused: t.Mapping[t.Any, LedgerError] = {}

    def __init__(self, reason: str, message: str, **details: t.Any) -> None:
        if reason not in REASONS:
            raise KeyError(reason)
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.details = details


def first_of(refused: t.Mapping[t.Any, LedgerError]) -> LedgerError:
    """The first of several errors, which has all of them with it."""
    error = next(iter(refused.values()))
    error.refused = dict(refused)
    return error


def bad_request(option: str, value: object, rule: str) -> LedgerError:
    """Name the option, the value and the rule it breaks."""
    return LedgerError("bad_request", f"{option}: {shown(value)} {rule}", option=option)


def shown(value: object, limit: int = 80) -> str:
    """Quote a value for a message, shortened, so that no text floods the terminal."""
    text = _quoted(value)
    return text if len(text) <= limit else text[: limit - 4] + "...'"


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.encode("unicode_escape").decode() + "'"
    try:
        return repr(value)
    except ValueError:  # an integer with more digits than Python writes
        return f"a {type(value).__name__} of too many digits"


def with_reason(error: LedgerError) -> str:
    """The message of a plugin that has no result in which the reason could stand."""
    return f"{error.message} (reason: {error.reason})"


def plain(text: str, limit: int = 80) -> str:
    """A text for a message as it is, without quotes, if it is short and can be printed; else as it would be quoted."""
    return text if len(text) <= limit and text.isprintable() else shown(text, limit)[1:-1]


def whole(text: str) -> str:
    """A path or the like for a message: in full, and in one line."""
    return plain(text, _PATH)


def some_of(names: t.Iterable[str], limit: int = 10) -> str:
    """Join names for a message, the first few and how many more."""
    left = iter(names)
    listed = ", ".join(itertools.islice(left, limit))
    more = sum(1 for _name in left)
    return listed + (f" and {more} more" if more else "")
