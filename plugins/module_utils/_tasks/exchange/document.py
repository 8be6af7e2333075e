# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and YAML files: a list of subnets and one of addresses, whose entries have the options of their modules.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import by_hand, json_text
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import MARK, Lines, escaped
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import InvalidError, named
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import KINDS, Kind, Row
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import unknown_option


def read(text: str, *, as_json: bool) -> list[tuple[Kind, list[Row]]]:
    """The rows of the file by kind; ``file_invalid`` where it is in another language or of another shape."""
    try:
        document = json_text.read_slowly(text) if as_json else by_hand.read(text)
        return _rows({} if document.data is None else document.data, document.lines())
    except InvalidError as error:
        where = f"{error.where}: " if error.path else ""
        if error.line is None:
            raise LedgerError("file_invalid", f"{where}{error.text}") from None
        raise LedgerError("file_invalid", f"Line {error.line}: {where}{error.text}", line=error.line) from None


def written(content: t.Mapping[str, t.Sequence[Options]], *, as_json: bool) -> str:
    """The text of a file, an entry a line."""
    lists = {kind: [json.dumps(record, ensure_ascii=False) for record in records] for kind, records in content.items()}
    if as_json:
        parts = ('"' + kind + '": [' + ",".join(f"\n  {one}" for one in some) + "\n]" for kind, some in lists.items())
        return escaped("{\n" + ",\n".join(parts) + "\n}\n")
    texts = (f"{kind}:\n" + "".join(f"  - {one}\n" for one in some) for kind, some in lists.items() if some)
    return escaped("---\n" + "".join(texts))


def _rows(data: t.Any, lines: Lines) -> list[tuple[Kind, list[Row]]]:
    if not isinstance(data, dict):
        raise InvalidError(f"{named(data)} stands where a mapping with {' and '.join(KINDS)} belongs.", line=1)
    if MARK in data:
        raise InvalidError("This is a ledger. Copy it with netledger.ipam.store and copy_from.", line=1)
    for key in data:
        if key not in KINDS:
            raise InvalidError(
                unknown_option("the file", key, {kind: kind for kind in KINDS}).message, line=lines[key,]
            )
    return [(kind, _of_kind(kind.name, data.get(kind.name), lines)) for kind in KINDS.values()]


def _of_kind(key: str, entries: t.Any, lines: Lines) -> list[Row]:
    if not isinstance(entries, (list, type(None))):
        raise InvalidError(f"{named(entries)} stands where a list belongs.", (key,), lines[key,])
    return [Row(lines[key, number], entry) for number, entry in enumerate(entries or ())]
