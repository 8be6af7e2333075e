# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task export_file: a file says what is in the ledger, so that import_file can write it into another one.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, find, pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import is_path, real_path
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address_info, subnet_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import document, files, table
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import ADDRESSES, SUBNETS
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import (
    STORE_ARGUMENTS,
    Options,
    Result,
    Task,
    Transact,
)

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "path": {"type": "str", "required": True},
        "format": {"type": "str", "choices": list(files.FORMATS)},
        "objects": {"type": "list", "elements": "str", "choices": [SUBNETS, ADDRESSES]},
        "delimiter": {"type": "str", "choices": list(table.DELIMITERS)},
        "subnet": {"type": "str"},
        "tags": {"type": "list", "elements": "str"},
        "labels": {"type": "dict"},
        "mode": {"type": "raw"},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}

COLUMNS: t.Final = {
    SUBNETS: (
        "name", "vrf", "cidr", "gateway", "dns_servers", "domain", "vlan_id", "mtu", "reserved", "pools", "hold_down",
        "strategy", "min_prefix_length", "max_prefix_length", "default_prefix_length", "quota", "tags", "labels",
        "description",
    ),
    ADDRESSES: (
        "address", "name", "interface", "count", "subnet", "vrf", "status", "expires", "mac", "fqdn", "tags", "labels",
        "description",
    ),
}  # fmt: skip
"""The options that a file has, in the order of its columns."""

MOST_SHOWN: t.Final = 1 << 20  # bytes of a file in a diff
_MODE: t.Final = re.compile(r"0?[0-7]{3}")


class Request(t.NamedTuple):
    """What to write where; ``mode`` is None for that of the file."""

    path: str
    format: str
    objects: tuple[str, ...]
    delimiter: str
    wanted: address_info.Request
    mode: int | None


def read(options: Options) -> Request:
    reader = Reader(options)
    path = reader.value("path", files.parse_path) or ""
    file_format = reader.value("path", lambda value, option: files.format_of(path, options.get("format")))
    asked = options.get("objects") or ([ADDRESSES] if file_format == "csv" else [SUBNETS, ADDRESSES])
    if file_format == "csv" and len(set(asked)) > 1:
        reader.refuse("objects", "is more than a CSV file has room for. Write one file for each.")
    table.refuse_options(reader, file_format, ["delimiter"])
    request = Request(
        path=path,
        format=file_format or "",
        objects=tuple(kind for kind in COLUMNS if kind in asked),
        delimiter=table.DELIMITERS[options.get("delimiter") or ("tab" if path.lower().endswith(".tsv") else "comma")],
        wanted=address_info.Request(
            vrf=reader.named("vrf") or "default",
            subnet=reader.named("subnet"),
            tags=frozenset(reader.value("tags", parse.parse_tags) or ()),
            labels=reader.value("labels", parse.parse_labels) or {},
        ),
        mode=reader.value("mode", _mode),
    )
    reader.finish()
    return request


def perform(tx: Transaction, request: Request) -> Result:
    """The text of the file and how much is in it."""
    if request.wanted.subnet:
        subnet_info.named(tx, request.wanted.vrf, request.wanted.subnet)
    elif request.wanted.vrf != "*":
        find.check_vrf(tx, request.wanted.vrf)
    records = {SUBNETS: _subnets, ADDRESSES: _addresses}
    content = {kind: records[kind](tx, request.wanted) for kind in request.objects}
    if request.format == "csv":
        ((kind, rows),) = content.items()
        text = table.written(COLUMNS[kind], rows, request.delimiter)
    else:
        text = document.written(content, as_json=request.format == "json")
    return {"changed": False, "text": text, "counts": {kind: len(rows) for kind, rows in content.items()}}


def around(request: Request, context: Context, transact: Transact) -> Result:
    """Put the text into the file, unless it is there."""
    _refuse_ledger(request.path, context)
    result = transact(request)
    content = result.pop("text").encode()
    present = files.current(request.path, max(len(content), MOST_SHOWN))
    other_mode = present is not None and request.mode not in (None, files.mode_of(request.path))
    if context.plan is None and content != present:
        files.replace(request.path, content, request.mode)
    elif context.plan is None and other_mode:
        files.set_mode(request.path, t.cast(int, request.mode))
    return {
        **result,
        "changed": content != present or other_mode,
        "path": request.path,
        "format": request.format,
        "diff": difference(request.path, _shown(present or b"", "before"), _shown(content, "after")),
    }


def _shown(content: bytes, when: str) -> str:
    """The text for a diff, which everybody who registers the result keeps; of a large one that it is large."""
    if len(content) > MOST_SHOWN:
        return f"The file {when}, more than {MOST_SHOWN:,} bytes, is too large to be shown.\n"
    return content.decode(errors="replace")


def _refuse_ledger(path: str, context: Context) -> None:
    store = context.place.store
    if is_path(store) and os.path.realpath(real_path(store)) == os.path.realpath(path):
        raise bad_request("path", path, "is the ledger itself. Name another file.")


def _mode(value: t.Any, option: str) -> int:
    """Permissions as chmod(1) has them in octal; YAML makes another number of one without quotes."""
    if not isinstance(value, str) or not _MODE.fullmatch(value):
        raise bad_request(option, value, "is not a mode. Write it in octal and in quotes, such as '0644'.")
    return int(value, 8)


def _subnets(tx: Transaction, wanted: address_info.Request) -> list[Options]:
    """By VRF, IP version and address, those around others first."""
    found = subnet_info.matching(tx, subnet_info.Request(wanted.vrf, wanted.subnet, (), wanted.tags, wanted.labels))
    found.sort(key=lambda one: (one.vrf, one.version, one.network.first, one.network.prefix_length))
    return [_record(SUBNETS, {**facts.subnet_record(one, None, []), "pools": _pools(tx, one)}) for one in found]


def _pools(tx: Transaction, subnet: Subnet) -> list[Options] | None:
    """The pools of a subnet; None for those that it has by itself, if there is nothing else to say of them."""
    present = pool_rows.of(tx, subnet)
    if subnet.pools_generated and present == pools.generated(subnet):
        return None
    records = (facts.pool_record(subnet, pool) for pool in present)
    return [{name: value for name, value in record.items() if value is not None} for record in records]


def _addresses(tx: Transaction, wanted: address_info.Request) -> list[Options]:
    """By VRF, IP version and address; several of one holder stand together, in the order in which they were given."""
    holders: dict[t.Any, list[tuple[Subnet, Address]]] = {}
    for subnet, held in address_info.matching(tx, wanted):
        holders.setdefault((subnet.id, held.name, held.interface), []).append((subnet, held))
    for several in holders.values():
        several.sort(key=lambda pair: pair[1].ordinal)
    ordered = sorted(holders.values(), key=lambda several: _place(*several[0]))
    return [
        _record(
            ADDRESSES,
            {**facts.address_record(subnet, held), "count": len(several) if len(several) > 1 else None},
        )
        for several in ordered
        for subnet, held in several
    ]


def _place(subnet: Subnet, held: Address) -> tuple[str, int, int]:
    return subnet.vrf, subnet.version, held.value


def _record(kind: str, record: facts.Record) -> Options:
    """What an entry says; what is empty is left out, but for the pools of a subnet that has none."""
    said = ((column, record[column]) for column in COLUMNS[kind])
    return {
        column: value for column, value in said if value not in (None, "", [], {}) or (column, value) == ("pools", [])
    }


TASK: t.Final = Task("export_file", ARGUMENTS, read, perform, writes=False, around=around)
