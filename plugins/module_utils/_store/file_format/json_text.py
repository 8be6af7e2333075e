# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger file in JSON, in any layout; where something is wrong, on which line.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import shown
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import (
    DEEPEST,
    HISTORY,
    STRICT,
    Document,
    Lines,
    Unread,
    refuse_conflict,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    OtherShapeError,
    Path,
    repeated,
)

ENTRY: t.Final = "  "
_START: t.Final = f',\n"{HISTORY}": [\n{ENTRY}{{'
_END: t.Final = "}\n]\n}\n"
_TOKEN: t.Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|\n|[^\s"{}\[\],:]+')


def read(text: str) -> Document:
    """Read the file; ``InvalidError`` tells the line of what is not JSON or more than plain data."""
    try:
        head, unread = split(text)
        # The history was not looked at: what is no JSON in it is found where lines are asked for.
        return Document(STRICT.decode(head), unread, lambda: read_slowly(text).lines())
    except (ValueError, OtherShapeError, RecursionError):
        return read_slowly(text)


def split(text: str) -> tuple[str, Unread | None]:
    """Part the history from the rest, if it is where the collection writes it: last, one entry a line."""
    at = text.find(_START)
    if at < 0 or not text.endswith(_END):
        return text, None
    first = at + len(_START) - len(ENTRY) - 1
    history = text[first : len(text) - len(_END) + 1]
    if history.count(f"}},\n{ENTRY}{{") != history.count("\n"):
        return text, None
    return text[:at] + "}", Unread(history, text.count("\n", 0, first) + 1, ",\n")


def read_slowly(text: str) -> Document:
    """Find out what is wrong with the text."""
    refuse_conflict(text)
    try:
        json.loads(text)
    except ValueError as error:
        problem, line = getattr(error, "msg", str(error)), getattr(error, "lineno", None)
        raise InvalidError(f"This is not JSON: {problem}.", line=line) from None
    except RecursionError:
        pass
    lines = _Walker().lines(text)
    return Document(STRICT.decode(text), None, lambda: lines)


class _Walker:
    """Walks through JSON that can be read and notes the lines of all keys; refuses what a ledger has no use for."""

    def __init__(self) -> None:
        self._lines: Lines = {}
        self._open: list[tuple[str, int]] = []  # brackets, with the number of the entry
        self._path: list[t.Any] = []
        self._line = 1

    def lines(self, text: str) -> Lines:
        awaits_key = False
        for match in _TOKEN.finditer(text):
            token = match[0]
            if token == "\n":
                self._line += 1
            elif token in "{[":
                self._entry()
                self._begin(token)
                awaits_key = token == "{"
            elif token in "}]":
                self._end()
            elif token == ",":
                awaits_key = self._next()
            elif awaits_key:
                self._key(json.loads(token, strict=False))
                awaits_key = False
            else:
                self._entry()
                self._refuse_float(token)
        return self._lines

    def _begin(self, token: str) -> None:
        self._open.append((token, 0))
        self._path.append(None)
        if len(self._open) > DEEPEST:
            raise InvalidError(f"More than {DEEPEST} mappings and lists lie in each other here.", line=self._line)

    def _end(self) -> None:
        self._open.pop()
        self._path.pop()

    def _next(self) -> bool:
        kind, number = self._open[-1]
        self._open[-1] = (kind, number + 1)
        return kind == "{"

    def _entry(self) -> None:
        """Note the line of an entry of a list."""
        if self._open and self._open[-1][0] == "[":
            self._path[-1] = self._open[-1][1]
            self._lines[tuple(self._path)] = self._line

    def _key(self, key: str) -> None:
        self._path[-1] = key
        path: Path = tuple(self._path)
        if path in self._lines:
            raise repeated(key, path[:-1], self._line, self._lines[path])
        self._lines[path] = self._line

    def _refuse_float(self, token: str) -> None:
        if token[0] not in '"tfn' and not re.fullmatch(r"-?[0-9]+", token):
            text = f"{shown(token)} is no whole number, and no others are read."
            raise InvalidError(text, tuple(self._path), self._line)
