# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the rows of a ledger to the text of its file: sorted, one record a line, nothing that follows from the rest.

YAML and JSON have the same lines, indented alike; JSON adds its brackets and commas.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import itertools
import operator
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import entries, fields, json_text, lines
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import (
    HISTORY,
    MARK,
    NEWEST,
    VRFS,
    Unread,
    escaped,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.pools import generated
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import whole
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Connection, Row

_REMARK: t.Final = "# A ledger of netledger.ipam, which keeps no comments. See docs/file_store.md of the collection."
_FIRST: t.Final = operator.itemgetter(0)
_PLAIN: t.Final = fields.ADDRESS.defaults[1:]
_quoted: t.Final = fields.quoted

Body = dict[str, t.Any]
"""Keys with records as JSON texts, or with bodies of their own."""


def write(connection: Connection, *, as_json: bool, unread: Unread | None = None) -> str:
    """The text of the file; the entries that are in ``unread`` stand as they do there."""
    header = fields.HEADER.written((NEWEST, whole.retention(connection)))
    body: Body = {MARK: header}
    vrfs = _vrfs(connection)
    if vrfs:
        body[VRFS] = vrfs
    history = [entries.written(row) for row in whole.history(connection, unread.length if unread else 0)]
    text = _json(body, history, unread) if as_json else _yaml(body, history, unread)
    return escaped(text)


# The ledger as nested mappings


def _vrfs(connection: Connection) -> Body:
    parts = {
        "pools": _by_subnet(whole.pools(connection)),
        "addresses": _by_subnet(whole.addresses(connection)),
        "holds": _by_subnet(whole.holds(connection)),
    }
    names = {number: name for number, name, _rev in whole.vrfs(connection)}
    vrfs: Body = {_quoted(name): {} for name in names.values()}
    for row in whole.subnets(connection):
        subnet = dict(zip(whole.SUBNET, row))
        network = Network(subnet["version"], from_key(subnet["first"]), subnet["prefix_length"])
        number = subnet["id"]
        body: Body = {"subnet": fields.SUBNET.written(row[len(row) - len(fields.SUBNET.keys) :])}
        pools = _pools(subnet, network, parts["pools"].get(number, []))
        if pools is not None:
            body["pools"] = pools
        if number in parts["addresses"]:
            body["addresses"] = {_text(row[1]): _address(row) for row in parts["addresses"][number]}
        if number in parts["holds"]:
            body["holds"] = {_text(row[1]): fields.HOLD.written(row[2:]) for row in parts["holds"][number]}
        vrfs[_quoted(names[subnet["vrf_id"]])][f'"{network}"'] = body
    return vrfs


def _by_subnet(rows: t.Iterable[Row]) -> dict[int, list[Row]]:
    return {number: list(group) for number, group in itertools.groupby(rows, _FIRST)}


def _pools(subnet: dict[str, t.Any], network: Network, pools: list[Row]) -> Body | None:
    """The pools of a subnet; of those that it has by itself no more than what was said of them, or nothing."""
    gateway = None if subnet["gateway"] is None else from_key(subnet["gateway"])
    by_name = {row[1]: row[2:] for row in pools}
    own = generated(network, gateway)
    if subnet["pools_generated"] and {name: row[:2] for name, row in by_name.items()} == own:
        by_name = {name: (None, None, *row[2:]) for name, row in by_name.items() if any(row[2:])}
        if not by_name:
            return None
    return {_quoted(name): fields.POOL.written(row) for name, row in by_name.items()}


def _address(row: Row) -> str:
    # Nearly all have nothing but a name.
    return f'{{"name": {_quoted(row[3])}}}' if row[4:] == _PLAIN else fields.ADDRESS.written(row[3:])


def _text(key: str) -> str:
    """The quoted text of an address, by the system's own function: netaddr takes six times as long."""
    raw = bytes.fromhex(key)
    return f'"{socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)}"'


# The two languages


def _yaml(body: Body, history: list[str], unread: Unread | None) -> str:
    written = [_REMARK]
    _add_yaml(written, body, "")
    if history or unread:
        written.append(f"{HISTORY}:")
        written += [unread.text] if unread else []
        written += [lines.ENTRY + entry for entry in history]
    return "\n".join(written) + "\n"


def _add_yaml(written: list[str], body: Body, indent: str) -> None:
    for key, value in body.items():
        if isinstance(value, str):
            written.append(f"{indent}{key}: {value}")
        elif value:
            written.append(f"{indent}{key}:")
            _add_yaml(written, value, indent + "  ")
        else:
            written.append(f"{indent}{key}: {{}}")


def _json(body: Body, history: list[str], unread: Unread | None) -> str:
    written = _json_lines(body, "")
    if history or unread:
        known = [unread.text] if unread else []
        said = ",\n".join(known + [json_text.ENTRY + entry for entry in history])
        written += f',\n"{HISTORY}": [\n{said}\n]'
    return f"{{\n{written}\n}}\n"


def _json_lines(body: Body, indent: str) -> str:
    written = []
    for key, value in body.items():
        name = key if key.startswith('"') else f'"{key}"'
        if isinstance(value, str):
            written.append(f"{indent}{name}: {value}")
        elif value:
            inner = _json_lines(value, indent + "  ")
            written.append(f"{indent}{name}: {{\n{inner}\n{indent}}}")
        else:
            written.append(f"{indent}{name}: {{}}")
    return ",\n".join(written)
