# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What task import_file is told, checked and read, and the rows of its file.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    plain,
    whole,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import document, files, table
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import (
    ADDRESSES,
    SUBNETS,
    Entry,
    Kind,
    Row,
    check_rows,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import unknown_option

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "path": {"type": "str", "required": True},
        "format": {"type": "str", "choices": list(files.FORMATS)},
        "kind": {"type": "str", "choices": [ADDRESSES, SUBNETS]},
        "delimiter": {"type": "str", "choices": list(table.DELIMITERS)},
        "column_names": {"type": "dict"},
        "defaults": {"type": "dict"},
        "partial": {"type": "bool", "default": False},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}

_TEXT: t.Final = "_text"  # the text of the file, in the options of a step of a plan; the argument spec does not have it


class Request(t.NamedTuple):
    """The entries of each kind, and what is said of the rows that are none."""

    path: str
    subnets: list[Entry]
    addresses: list[Entry]
    failures: list[Result]
    partial: bool

    @property
    def rows(self) -> int:
        return len(self.subnets) + len(self.addresses) + len(self.failures)

    @property
    def described(self) -> str:
        return f"{self.rows} rows of {whole(self.path)}"


class Told(t.NamedTuple):
    """What the options say by themselves."""

    path: str
    format: str
    layout: table.Layout
    defaults: Options


def check(options: Options) -> Told:
    """Check the options without a look at the file, which may be on another host."""
    reader = Reader(options)
    vrf = reader.value("vrf", parse.parse_vrf) or "default"
    path = reader.value("path", files.parse_path) or ""
    file_format = reader.value("path", lambda value, option: files.format_of(path, options.get("format")))
    table.refuse_options(reader, file_format, ("kind", "delimiter", "column_names"))
    names = reader.value("column_names", _column_names) or {}
    defaults = {name: value for name, value in (options.get("defaults") or {}).items() if value is not None}
    delimiter = options.get("delimiter")
    layout = table.Layout(options.get("kind"), table.DELIMITERS[delimiter] if delimiter else None, names)
    reader.finish()
    return Told(path, file_format or "", layout, {"vrf": vrf, **defaults})


def read(options: Options) -> Request:
    told = check(options)
    found = _rows(options, told)
    _refuse_unknown(told.defaults, [kind for kind, _rows in found])
    checked = {kind.name: check_rows(kind, rows, told.defaults) for kind, rows in found}
    return Request(
        path=told.path,
        subnets=checked[SUBNETS].entries if SUBNETS in checked else [],
        addresses=checked[ADDRESSES].entries if ADDRESSES in checked else [],
        failures=[failure for one in checked.values() for failure in one.failures],
        partial=bool(options.get("partial")),
    )


def settled(options: Options) -> Options:
    """The options with the text of the file, which may be another one, or gone, when a plan is carried out again."""
    return {**options, _TEXT: _text(options, check(options).path)}


def creates(options: Options) -> bool:
    """Only a file that may have subnets in it can make a ledger: where there is none, addresses have no place."""
    try:
        told = check(options)
        return told.format != "csv" or table.kind_of(_text(options, told.path), told.layout) == SUBNETS
    except LedgerError:
        return False


def _text(options: Options, path: str) -> str:
    return t.cast(str, options[_TEXT]) if _TEXT in options else files.read_text(path)


def _rows(options: Options, told: Told) -> list[tuple[Kind, list[Row]]]:
    text = _text(options, told.path)
    try:
        if told.format == "csv":
            return [table.read(text, told.layout)]
        return document.read(text, as_json=told.format == "json")
    except LedgerError as error:
        said = f"{whole(told.path)}: {error.message}"
        raise LedgerError(error.reason, said, path=told.path, **error.details) from None


def _column_names(given: Options, option: str) -> dict[str, str]:
    """Options by header, without the space around it; None leaves a column out as empty text does."""
    for header, name in given.items():
        if not isinstance(name, (str, type(None))):
            raise bad_request(f"{option}.{plain(header)}", name, "is not the name of an option.")
    return {header.strip(): name or "" for header, name in given.items()}


def _refuse_unknown(defaults: Options, kinds: list[Kind]) -> None:
    """A default that no row has is a mistake, and so are two for the same option."""
    known = {name: option for kind in kinds for name, option in kind.options().items()}
    first: dict[str, str] = {}
    for name in defaults:
        if name not in known:
            error = unknown_option(f"a row of {' or '.join(kind.name for kind in kinds)}", name, known)
            raise LedgerError("bad_request", f"defaults: {error.message}", option="defaults")
        twin = first.setdefault(known[name], name)
        if twin != name:
            message = f"defaults: {name} is the same option as {twin}. Give one of them."
            raise LedgerError("bad_request", message, option="defaults")
