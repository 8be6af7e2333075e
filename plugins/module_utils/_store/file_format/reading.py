# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the bytes of a ledger file to the rows of a ledger, or to an error that names the line.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import is_whole_number
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import (
    by_hand,
    entries,
    fields,
    json_text,
    lines,
    records,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import (
    HISTORY,
    MARK,
    NEWEST,
    VRFS,
    Document,
    Unread,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    OtherShapeError,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import store_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import store_error
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row

_NOTHING: t.Final = Document(None, None, dict)
_UNREADABLE: t.Final = (InvalidError, OtherShapeError, ValueError, RecursionError)


class Contents(t.NamedTuple):
    """What a file holds. ``history`` has all entries, or where the file is ``unread`` in part, the last of them.

    ``retention`` is in seconds, None is for ever.
    """

    rows: records.Rows
    retention: int | None
    history: list[Row]
    unread: Unread | None


def contents(content: bytes, *, as_json: bool, place: str) -> Contents:
    """Read a file; errors call it ``place``.

    Raises ``file_invalid``, ``store_schema``, ``not_a_ledger``, or ``library_missing`` for want of PyYAML.
    """
    document = _NOTHING
    try:
        text = _decoded(content)
        document = _parsed(text, as_json, place)
        _check_format(document.data, place)
        history = _newest(document.unread)
        if not history:
            document = _parsed_slowly(text, as_json) if document.unread else document
            history = entries.rows_of(document.data.get(HISTORY, []))
        _format, retention = _header(document.data)
        return Contents(records.rows_of(document.data), retention, history, document.unread)
    except InvalidError as error:
        raise _explained(error, document, place) from None


def rest_of_history(content: bytes, unread: Unread, *, as_json: bool, place: str) -> list[Row]:
    """All entries of a history that was left unread."""
    document = _NOTHING._replace(unread=unread)
    try:
        try:
            return entries.rows_of(unread.entries())
        except _UNREADABLE:
            document = _parsed_slowly(_decoded(content), as_json)
            return entries.rows_of(document.data.get(HISTORY, []))
    except InvalidError as error:
        raise _explained(error, document, place) from None


def known_history(text: str, *, as_json: bool) -> Unread | None:
    """The history in a text that was just written."""
    return json_text.split(text)[1] if as_json else lines.split(text)[1]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = (
            f"The byte {shown(content[error.start : error.start + 1])} is not UTF-8. Store the file in that encoding."
        )
        raise InvalidError(text, line=content.count(b"\n", 0, error.start) + 1) from None


def _parsed(text: str, as_json: bool, place: str) -> Document:
    try:
        if as_json:
            return json_text.read(text)
        try:
            return lines.read(text)
        except OtherShapeError:
            return by_hand.read(text)
    except InvalidError:
        if MARK not in text:
            raise store_error("not_a_ledger", place) from None
        raise


def _parsed_slowly(text: str, as_json: bool) -> Document:
    return json_text.read_slowly(text) if as_json else by_hand.read(text)


def _newest(unread: Unread | None) -> list[Row]:
    """The last entry of a history that is left unread otherwise; nothing where it has to be read in full."""
    try:
        return [entries.row_of(unread.last(), unread.length)] if unread else []
    except _UNREADABLE:
        return []


def _check_format(data: t.Any, place: str) -> None:
    """Refuse what is no ledger, and one that this release does not understand, before anything else in it."""
    if not isinstance(data, dict) or MARK not in data:
        raise store_error("not_a_ledger", place)
    header = data[MARK]
    version = header.get("format") if isinstance(header, dict) else None
    if is_whole_number(version) and version > NEWEST:
        raise LedgerError(
            "store_schema",
            f"The ledger {place} has format {version}, and this release knows formats up to {NEWEST}. "
            "Use the release of the collection that wrote it, or a newer one.",
        )


def _header(data: dict[str, t.Any]) -> tuple[int, int | None]:
    for key in data:
        if key not in (MARK, VRFS, HISTORY):
            known = ", ".join((MARK, VRFS, HISTORY))
            raise InvalidError(f"{shown(key)} is no part of a ledger. It has {known}.", (key,))
    version, retention = fields.HEADER.columns(data[MARK], 4, (MARK,))
    return version, retention


def _explained(error: InvalidError, document: Document, place: str) -> LedgerError:
    try:
        line = error.line or document.line_of(error.path)
    except InvalidError as other:  # in a part that was left unread
        error, line = other, other.line
    at = f", at {error.where}" if error.path else ""
    where = f"Line {line}{at}" if line else f"Somewhere{at}"
    return LedgerError(
        "file_invalid",
        f"The ledger file {place} cannot be read. {where}: {error.text} Nothing was changed.",
        store=store_in(place),
        **({"line": line} if line else {}),
    )
