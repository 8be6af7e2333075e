# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the records in a ledger file: how each is written, and to which column it is read.

What is as with any other record of the kind is not written. A reader raises ``bad_request``, which names the field, the
value and the rule.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import json
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_address, format_range
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key, to_key, version_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    Path,
    named,
    said,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import write_dict, write_list
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import MOST, STATUSES, STRATEGIES

_MAC: t.Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")

write_json: t.Final[t.Callable[[t.Any], str]] = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
quoted: t.Final[t.Callable[[str], str]] = json.encoder.encode_basestring  # what the encoder does with a text

Read = t.Callable[[t.Any, str, int], t.Any]
"""From the value in the file, the name of the field and the IP version to the column."""


class Field(t.NamedTuple):
    """One field. ``default`` is the column where the file says nothing; ``write`` makes JSON of a column."""

    default: t.Any
    read: Read
    write: t.Callable[[t.Any], str] = write_json


REQUIRED: t.Final = object()


class Kind:
    """A kind of record: its fields, in the order of their columns."""

    def __init__(self, **fields: Field) -> None:
        self.keys = tuple(fields)
        self.defaults = tuple(field.default for field in fields.values())
        self._fields = fields
        self._places = {key: (number, field.read) for number, (key, field) in enumerate(fields.items())}
        self._required = [number for number, default in enumerate(self.defaults) if default is REQUIRED]

    def columns(self, record: object, version: int, path: Path) -> list[t.Any]:
        """The columns of a record; ``InvalidError`` names what cannot be read."""
        if not isinstance(record, dict):
            raise InvalidError(f"{named(record)} stands where a mapping with {self._known} belongs.", path)
        columns = list(self.defaults)
        for key, value in record.items():
            if key not in self._places:
                raise InvalidError(f"{shown(key)} is no key of this record. It has {self._known}.", (*path, key))
            number, read = self._places[key]
            try:
                columns[number] = read(value, key, version)
            except LedgerError as error:
                raise InvalidError(said(error, key), (*path, key)) from None
        for number in self._required:
            if columns[number] is REQUIRED:
                raise InvalidError(f"{self.keys[number]} is missing.", path)
        return columns

    def written(self, columns: t.Sequence[t.Any]) -> str:
        """The record of columns as JSON on one line."""
        parts = [
            f'"{key}": {field.write(value)}'
            for value, (key, field) in zip(columns, self._fields.items())
            if value != field.default
        ]
        return "{" + ", ".join(parts) + "}"

    @property
    def _known(self) -> str:
        return ", ".join(self.keys)


# Readers


def text(value: object, key: str, _version: int = 4) -> str:
    if not isinstance(value, str):
        hint = "" if isinstance(value, (list, dict)) or value is None else ": put it in quotes"
        raise LedgerError("bad_request", f"{key}: {named(value)} stands where a text belongs{hint}.")
    return value


def _texts(value: object, key: str) -> list[str]:
    if not isinstance(value, list):
        raise LedgerError("bad_request", f"{key}: {named(value)} stands where a list of texts belongs.")
    return [text(one, key) for one in value]


def _parsed(parser: t.Callable[[str, str], str]) -> Read:
    return lambda value, key, _version: parser(text(value, key), key)


def _number(low: int, high: int) -> Read:
    def read(value: t.Any, key: str, _version: int) -> int:
        if not parse.is_whole_number(value):
            raise LedgerError("bad_request", f"{key}: {named(value)} stands where a whole number belongs.")
        return parse.parse_number(value, key, low, high)

    return read


def _one_of(words: t.Sequence[str]) -> Read:
    def read(value: t.Any, key: str, _version: int) -> str:
        if text(value, key) not in words:
            raise bad_request(key, value, f"is not one of {', '.join(words)}.")
        return t.cast(str, value)

    return read


def read_time(value: t.Any, key: str, _version: int = 4) -> int:
    """A point in time, or its seconds since 1970 where ISO 8601 has no year for it."""
    if parse.is_whole_number(value):
        return parse.parse_number(value, key, 0, MOST)
    seconds = _seconds(text(value, key), key)
    if seconds < 0:
        raise bad_request(key, value, "lies before 1970.")
    return seconds


@functools.lru_cache(maxsize=1024)  # what was done at once has one time
def _seconds(written: str, key: str) -> int:
    return parse.parse_time(written, key)


def _mac(value: t.Any, key: str, _version: int) -> str:
    if _MAC.fullmatch(text(value, key)):
        return t.cast(str, value)
    return parse.parse_mac(value, key)


def address_key(value: t.Any, key: str, version: int) -> str:
    """The stored form of an address of that IP version."""
    found = parse.parse_address(text(value, key), key, version)
    if found.version != version:
        raise bad_request(key, value, f"is not of IPv{version}, the version of the subnet.")
    return to_key(found.value, version)


def _tags(value: t.Any, key: str, _version: int) -> str:
    return write_list(parse.parse_tags(_texts(value, key), key))


def _labels(value: t.Any, key: str, _version: int) -> str:
    if not isinstance(value, dict):
        raise LedgerError("bad_request", f"{key}: {named(value)} stands where a mapping of texts belongs.")
    return write_dict({parse.parse_name(one, key): parse.parse_text(text(value[one], key), key) for one in value})


def _dns_servers(value: t.Any, key: str, _version: int) -> str:
    return write_list([parse.canonical_address(one, key) for one in _texts(value, key)])


def _reserved(value: t.Any, key: str, version: int) -> str:
    spans = [parse.parse_range(one, key, version) for one in _texts(value, key)]
    return write_list([(to_key(span.first, version), to_key(span.last, version)) for span in spans])


# Writers


def write_time(seconds: int) -> str:
    return f'"{_time(seconds)}"' if seconds <= parse.LAST_SECOND else str(seconds)


@functools.lru_cache(maxsize=1024)
def _time(seconds: int) -> str:
    return parse.format_time(seconds)


def write_key(key: str) -> str:
    """The quoted text of a stored address."""
    return f'"{format_address(from_key(key), version_of(key))}"'


def rewrite(column: str) -> str:
    """JSON of a column, where what is not ASCII is escaped, as people read it."""
    return column if "\\u" not in column else write_json(json.loads(column))


def _write_reserved(column: str) -> str:
    pairs = json.loads(column)
    spans = (format_range(Range(from_key(first), from_key(last)), version_of(first)) for first, last in pairs)
    return write_json(list(spans))


_LENGTH: t.Final = Field(None, _number(0, 128))
_NAME: t.Final = Field(REQUIRED, _parsed(parse.parse_name))
_INTERFACE: t.Final = Field("", _parsed(parse.parse_interface))
_TAGS: t.Final = Field("[]", _tags, rewrite)
_LABELS: t.Final = Field("{}", _labels, rewrite)
_DESCRIPTION: t.Final = Field("", _parsed(parse.parse_text))

SUBNET: t.Final = Kind(
    name=_NAME,
    gateway=Field(None, address_key, write_key),
    domain=Field(None, _parsed(parse.parse_domain)),
    vlan_id=Field(None, _number(1, 4094)),
    mtu=Field(None, _number(68, 65535)),
    hold_down=Field(0, _number(0, MOST)),
    strategy=Field("lowest", _one_of(STRATEGIES)),
    min_prefix_length=_LENGTH,
    max_prefix_length=_LENGTH,
    default_prefix_length=_LENGTH,
    quota=Field(None, _number(1, MOST)),
    dns_servers=Field("[]", _dns_servers, rewrite),
    reserved=Field("[]", _reserved, _write_reserved),
    tags=_TAGS,
    labels=_LABELS,
    description=_DESCRIPTION,
)
POOL: t.Final = Kind(
    start=Field(None, address_key, write_key),
    end=Field(None, address_key, write_key),
    strategy=Field(None, _one_of(STRATEGIES)),
    hold_down=Field(None, _number(0, MOST)),
    warn_below=Field(None, _number(1, MOST)),
    rotated=Field(None, address_key, write_key),
)
ADDRESS: t.Final = Kind(
    name=_NAME,
    interface=_INTERFACE,
    ordinal=Field(0, _number(0, (1 << 31) - 1)),
    status=Field("active", _one_of(STATUSES)),
    expires=Field(None, read_time, write_time),
    mac=Field(None, _mac),
    fqdn=Field(None, _parsed(parse.parse_domain)),
    tags=_TAGS,
    labels=_LABELS,
    description=_DESCRIPTION,
)
HOLD: t.Final = Kind(
    name=_NAME,
    interface=_INTERFACE,
    until=Field(REQUIRED, read_time, write_time),
)
HEADER: t.Final = Kind(
    format=Field(REQUIRED, _number(1, MOST)),
    history_retention=Field(None, _number(0, MOST)),
)
