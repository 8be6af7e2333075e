# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the columns of a raw row can be read, and in words what is wrong with those that cannot.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import DERIVED
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES, STRATEGIES
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

_KEYS: t.Final = {4: re.compile("[0-9a-f]{8}"), 6: re.compile("[0-9a-f]{32}")}
_UNREADABLE: t.Final = object()


class Rule(t.NamedTuple):
    """What a column may hold: a test, what to call it, and the kind of difference where it fails."""

    test: t.Callable[[t.Any], bool]
    what: str
    kind: str = "malformed"

    @property
    def optional(self) -> Rule:
        return self._replace(test=lambda value: value is None or self.test(value))


def is_key(value: object, version: int) -> bool:
    """Whether this is how an address of the version is stored: in lower case, as wide as the version says."""
    return isinstance(value, str) and _KEYS[version].fullmatch(value) is not None


def parsed(text: object) -> t.Any:
    """The value of a JSON text, or one that is nothing else."""
    try:
        return json.loads(text) if isinstance(text, str) else _UNREADABLE
    except (ValueError, RecursionError):
        return _UNREADABLE


def is_record(text: object) -> bool:
    return text is None or isinstance(parsed(text), dict)


# Nearly all rows hold one of a few texts here: to parse each of them would double the time of the whole check.
@functools.lru_cache(maxsize=1024)
def _is_texts(text: object) -> bool:
    value = parsed(text)
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


@functools.lru_cache(maxsize=1024)
def _is_labels(text: object) -> bool:
    value = parsed(text)
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _is_ranges(text: object, version: int) -> bool:
    value = parsed(text)
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(is_key(end, version) for end in pair) and pair[0] <= pair[1]
        for pair in value
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and value >= 0


_TEXT: t.Final = Rule(lambda value: isinstance(value, str), "a text")
_NAME: t.Final = Rule(lambda value: isinstance(value, str) and value != "", "a name")
_NUMBER: t.Final = Rule(_is_number, "a number from 0 on")
_TEXTS: t.Final = Rule(_is_texts, "a JSON list of texts")
_LABELS: t.Final = Rule(_is_labels, "a JSON object of texts")
_STRATEGY: t.Final = Rule(lambda value: value in (*STRATEGIES, *DERIVED), "a strategy", "unknown_word")
_STATUS: t.Final = Rule(lambda value: value in STATUSES, "a status", "unknown_word")


def _key(version: int) -> Rule:
    return Rule(lambda value: is_key(value, version), f"the key of an IPv{version} address", "wrong_key")


_RULES_OF_A_SUBNET: t.Final = {
    "name": _NAME,
    "domain": _TEXT.optional,
    "vlan_id": _NUMBER.optional,
    "mtu": _NUMBER.optional,
    "hold_down": _NUMBER,
    "strategy": _STRATEGY,
    "min_prefix_length": _NUMBER.optional,
    "max_prefix_length": _NUMBER.optional,
    "default_prefix_length": _NUMBER.optional,
    "quota": _NUMBER.optional,
    "description": _TEXT,
    "dns_servers": _TEXTS,
    "tags": _TEXTS,
    "labels": _LABELS,
    "pools_generated": Rule(lambda value: value in (0, 1), "0 or 1"),
}


def rules_of_bounds(version: int) -> dict[str, Rule]:
    """What makes a subnet a network; without these nothing can be said about what lies in it."""
    return {"first": _key(version), "last": _key(version), "prefix_length": _NUMBER}


@functools.cache
def rules_of_subnet(version: int) -> dict[str, Rule]:
    """The other columns of a subnet."""
    return {
        **_RULES_OF_A_SUBNET,
        "gateway": _key(version).optional,
        "reserved": Rule(lambda text: _is_ranges(text, version), "a JSON list of ranges"),
    }


@functools.cache
def rules_of_pool(version: int) -> dict[str, Rule]:
    key = _key(version)
    own = {"strategy": _STRATEGY.optional, "hold_down": _NUMBER.optional, "warn_below": _NUMBER.optional}
    return {"name": _NAME, "first": key, "last": key, **own, "rotated": key.optional}


@functools.cache
def rules_of_address(version: int) -> dict[str, Rule]:
    return {
        "addr": _key(version),
        "name": _NAME,
        "interface": _TEXT,
        "ordinal": _NUMBER,
        "status": _STATUS,
        "expires": _NUMBER.optional,
        "mac": _TEXT.optional,
        "fqdn": _TEXT.optional,
        "tags": _TEXTS,
        "labels": _LABELS,
        "description": _TEXT,
    }


@functools.cache
def rules_of_hold(version: int) -> dict[str, Rule]:
    return {"addr": _key(version), "until": _NUMBER, "name": _NAME, "interface": _TEXT}


class Fault(t.NamedTuple):
    """A column that cannot be read."""

    kind: str
    column: str
    text: str


def faults(columns: t.Sequence[str], row: Row, rules: dict[str, Rule]) -> list[Fault]:
    """What is wrong with a row, column by column."""
    return [
        Fault(rules[column].kind, column, f"{column} is {shown(value)}, not {rules[column].what}")
        for column, value in zip(columns, row)
        if column in rules and not rules[column].test(value)
    ]
