# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSV files (RFC 4180): their header says which option each column is.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import cells
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.rows import (
    ADDRESSES,
    KINDS,
    SUBNETS,
    Kind,
    Row,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader, combined
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options

DELIMITERS: t.Final = {"comma": ",", "semicolon": ";", "tab": "\t"}

_SEPARATOR: t.Final = re.compile('"?sep=([,;\t])"?(?=[\r\n])', re.IGNORECASE)
_LABEL: t.Final = "labels."
_SAID: t.Final = 5  # columns in a message
_UNNAMED: t.Final = "{} stands under an empty header. Name its column, or leave it out with column_names: {{'': ''}}."
_TO_QUOTE: t.Final = re.compile(r'[",;\t\r\n]|^\s|\s$')

Record = tuple[int, list[str]]  # the line on which it begins, and its cells


class Column(t.NamedTuple):
    """What a column is: an option, or of ``labels`` one label."""

    option: str
    label: str | None = None


_DESCRIPTION: t.Final = Column("description")
_NAMELESS: t.Final = Column("")


class Layout(t.NamedTuple):
    """What the task says of a file: None is to be told by its header. ``names`` has options by header."""

    kind: str | None = None
    delimiter: str | None = None
    names: t.Mapping[str, str] = {}


def read(text: str, layout: Layout) -> tuple[Kind, list[Row]]:
    """The rows of the file; ``file_invalid`` where it is no CSV or its header cannot be understood."""
    text, delimiter = _separated(text, layout)
    with _cells_of_any_length(text):
        records = _records(text, delimiter or _delimiter(text, layout.names))
        line, header = next(records, (1, []))
        if not header:
            raise _invalid("The file is empty. Its first line has to name the columns.", line)
        kind = KINDS[layout.kind or _kind(header, layout.names)]
        columns = _columns(line, header, kind, layout.names)
        return kind, [_row(record, columns, kind) for record in records]


def kind_of(text: str, layout: Layout) -> str:
    """Of what kind the rows are, by nothing but the header."""
    text, delimiter = _separated(text, layout)
    with _cells_of_any_length(text):
        header = _header(text, delimiter or _delimiter(text, layout.names))
    return layout.kind or _kind(header, layout.names)


def refuse_options(reader: Reader, file_format: str | None, options: t.Iterable[str]) -> None:
    """Note an error of each of the options, which are for CSV files only, that was given for another one."""
    for option in options:
        if reader.given(option) and file_format not in ("csv", None):
            reader.error(option, f"is for CSV files, and this one is {file_format.upper()}.")


def written(columns: t.Sequence[str], records: t.Iterable[Options], delimiter: str) -> str:
    """The text of a file; what a record does not have is an empty cell."""
    lines = [list(columns), *([cells.written(record.get(column)) for column in columns] for record in records)]
    return "".join(delimiter.join(map(_quoted, line)) + "\n" for line in lines)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE.search(cell) else cell


def _separated(text: str, layout: Layout) -> tuple[str, str | None]:
    """The text, with an empty line for one that is there for Excel and names the delimiter; and the delimiter."""
    found = _SEPARATOR.match(text)
    return (text[found.end() :], layout.delimiter or found[1]) if found else (text, layout.delimiter)


@contextlib.contextmanager
def _cells_of_any_length(text: str) -> t.Iterator[None]:
    """Let a cell be as long as the file, which has a limit of its own; the csv module's holds for the whole process."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, len(text)))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(text: str, delimiter: str) -> t.Iterator[Record]:
    """The records that are not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for found in reader:
            if any(cell.strip() for cell in found):
                yield line, found
            line = reader.line_num + 1
    except csv.Error as error:
        raise _invalid(f"This is not CSV: {error}. Perhaps a quotation mark is open.", line) from None


def _invalid(text: str, line: int) -> LedgerError:
    return LedgerError("file_invalid", f"Line {line}: {text}", line=line)


def _header(text: str, delimiter: str) -> list[str]:
    return next(_records(text, delimiter), (1, []))[1]


def _delimiter(text: str, names: t.Mapping[str, str]) -> str:
    """The one with which most columns of the header are known."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = _header(text, delimiter)
        except LedgerError:
            return 0, 0
        known = [cell for cell in header if any(_column(cell, kind, names) for kind in KINDS.values())]
        return len(known), len(header)

    return max(DELIMITERS.values(), key=score)


def _kind(header: t.Iterable[str], names: t.Mapping[str, str]) -> str:
    """Subnets are what has a CIDR and no address."""
    found = {kind.name: {_column(cell, kind, names) for cell in header} for kind in KINDS.values()}
    has_cidr = Column("cidr") in found[SUBNETS]
    return SUBNETS if has_cidr and Column("address") not in found[ADDRESSES] else ADDRESSES


def _columns(line: int, header: t.Sequence[str], kind: Kind, names: t.Mapping[str, str]) -> list[Column | None]:
    """What the columns are; None is one that is left out, and one that nobody names has to be empty."""
    _refuse_missing(line, header, names)
    columns = [_column(cell, kind, names) if _is_named(cell, names) else _NAMELESS for cell in header]
    unknown = [cell for cell, column in zip(header, columns) if column is None and _said(cell, names)]
    if unknown:
        said = " ".join(kind.unknown(_said(cell, names)).message for cell in unknown[:_SAID])
        more = f" And {len(unknown) - _SAID} more columns." if len(unknown) > _SAID else ""
        label = f"{_LABEL}{_normal(unknown[0])}"
        advice = f"Say with column_names what a column is, such as {shown(label)}, or '' to leave it out."
        raise _invalid(f"{said}{more} {advice}", line)
    for number, column in enumerate(columns):
        first = columns.index(column)
        if column not in (None, _NAMELESS) and first < number:
            twins = f"Columns {shown(header[first].strip())} and {shown(header[number].strip())}"
            raise _invalid(f"{twins} are the same option. Leave one out with column_names.", line)
    return columns


def _refuse_missing(line: int, header: t.Iterable[str], names: t.Mapping[str, str]) -> None:
    """Refuse a name for a column that is not there; to leave out what is not there is no mistake."""
    present = dict.fromkeys(cell.strip() for cell in header)
    for name in names:
        if names[name].strip() and name not in present:
            listed = some_of(shown(cell) for cell in present if cell)
            raise _invalid(f"column_names: {shown(name)} is no column. The header has {listed}.", line)


def _is_named(cell: str, names: t.Mapping[str, str]) -> bool:
    return bool(cell.strip()) or "" in names


def _said(cell: str, names: t.Mapping[str, str]) -> str:
    """The option that a column is said to be, else its header as one would write an option."""
    cell = cell.strip()
    if cell in names:
        return names[cell].strip()
    return cell if cell.startswith(_LABEL) else _normal(cell)


def _normal(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _column(cell: str, kind: Kind, names: t.Mapping[str, str]) -> Column | None:
    said = _said(cell, names)
    if said.startswith(_LABEL) and len(said) > len(_LABEL):
        return Column("labels", said[len(_LABEL) :])
    option = kind.options().get(said)
    return Column(option) if option else None


def _row(record: Record, columns: t.Sequence[Column | None], kind: Kind) -> Row:
    line, found = record
    values: Options = {}
    errors: list[LedgerError] = []
    for number, cell in enumerate(found):
        column = columns[number] if number < len(columns) else None
        if not (cell.strip() or (cell and column == _DESCRIPTION)):
            continue
        if number >= len(columns):
            rule = (
                f"The row has {len(found)} cells and the header {len(columns)}. Put cells with a delimiter in quotes."
            )
            errors.append(LedgerError("bad_request", rule))
            break
        if column is None:
            continue
        if column == _NAMELESS:
            errors.append(LedgerError("bad_request", _UNNAMED.format(shown(cell))))
            continue
        try:
            _put(values, column, cell, kind)
        except LedgerError as error:
            errors.append(error)
    return Row(line, values, combined(errors) if len(errors) > 1 else next(iter(errors), None))


def _put(values: Options, column: Column, cell: str, kind: Kind) -> None:
    if column.label:
        value = cells.read(cell, f"{_LABEL}{column.label}", {"type": "str"})
        values["labels"] = {**values.get("labels", {}), column.label: value}
        return
    value = cells.read(cell, column.option, kind.spec[column.option])
    values[column.option] = {**value, **values.get("labels", {})} if column.option == "labels" else value
