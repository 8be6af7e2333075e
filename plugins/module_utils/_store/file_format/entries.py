# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history in a ledger file: one entry a line, the newest last.

An entry says ``vrf`` where that is not default, ``object`` where it is not an address (or, without an address, not a
subnet), and ``name`` where it is not that of the subnet it is about.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import json
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import fields
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import HISTORY
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.fields import Field, Kind
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    Path,
    named,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import write_dict
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

DEFAULT_VRF: t.Final = "default"


def rows_of(history: object) -> list[Row]:
    """The rows of all entries, numbered from 1 on."""
    if not isinstance(history, list):
        raise InvalidError(f"{named(history)} stands where a list belongs.", (HISTORY,))
    return [row_of(entry, number) for number, entry in enumerate(history, 1)]


def row_of(entry: object, number: int) -> Row:
    """The row of the entry of that number."""
    path: Path = (HISTORY, number - 1)
    at, actor, vrf, subnet, kind, name, addr, old, new = ENTRY.columns(entry, 4, path)
    if kind is None:
        kind = "subnet" if addr is None else "address"
    if name is None:
        name = subnet
    return number, at, actor, vrf, subnet, kind, name, addr, old, new


def written(row: Row) -> str:
    """An entry as JSON on one line."""
    _number, at, actor, vrf, subnet, kind, name, addr, old, new = row
    implied = "subnet" if addr is None else "address"
    named_so = None if name == subnet and kind == "subnet" else name
    return ENTRY.written((at, actor, vrf, subnet, None if kind == implied else kind, named_so, addr, old, new))


# Nobody types these: they are records of what was, and no rule of today binds them but that they can be read.


def _key(value: t.Any, key: str, _version: int) -> str:
    found = _key_of(fields.text(value, key))
    if found is None:
        raise bad_request(key, value, "is not an IPv4 or IPv6 address.")
    return found


@functools.lru_cache(maxsize=1024)
def _key_of(text: str) -> str | None:
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text).hex()
    except (OSError, ValueError):
        return None


def _record(value: t.Any, key: str, _version: int) -> str:
    if not isinstance(value, dict):
        raise LedgerError("bad_request", f"{key}: {named(value)} stands where a mapping belongs.")
    return write_dict(value)


def _write_record(column: str) -> str:
    return "{}" if column == "{}" else fields.write_json(json.loads(column))


ENTRY: t.Final = Kind(
    at=Field(fields.REQUIRED, fields.read_time, fields.write_time),
    actor=Field(fields.REQUIRED, fields.text),
    vrf=Field(DEFAULT_VRF, fields.text),
    subnet=Field(fields.REQUIRED, fields.text),
    object=Field(None, fields.text),
    name=Field(None, fields.text),
    address=Field(None, _key, fields.write_key),
    old=Field(None, _record, _write_record),
    new=Field(None, _record, _write_record),
)
