# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger file that was read, but not yet understood: plain values, and on which lines they stand.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    OtherShapeError,
    Path,
)

Lines = dict[Path, int]

MARK: t.Final = "netledger.ipam"
"""The key of the header, which says that a file is a ledger."""

VRFS: t.Final = "vrfs"
HISTORY: t.Final = "history"
NEWEST: t.Final = 1
"""The newest format that this release reads, and the one that it writes."""

DEEPEST: t.Final = 12  # mappings and lists in each other; what the collection writes has at most ten

# What a line of JSON may hold and a line of YAML may not: YAML takes some for the end of a line.
ODD: t.Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_CONFLICT: t.Final = re.compile(r"^(?:<{7}|>{7}|\|{7}|={7})(?= |$)", re.MULTILINE)


class Unread(t.NamedTuple):
    """The history as it stands in the file, one entry a line, which is not looked at before somebody asks for it.

    ``line`` is that of the first entry, ``end`` what stands after each entry but the last.
    """

    text: str
    line: int
    end: str

    @property
    def length(self) -> int:
        return self.text.count("\n") + 1

    def entries(self) -> list[t.Any]:
        """All of them as plain values; ``ValueError`` or ``OtherShapeError`` where one is not JSON."""
        return [self._entry(entry) for entry in self.text.split(self.end)]

    def last(self) -> t.Any:
        return self._entry(self.text.rpartition("\n")[2])

    @staticmethod
    def _entry(text: str) -> t.Any:
        return STRICT.decode(text[text.index("{") :])


class Document(t.NamedTuple):
    """``data`` has all but the history where that is ``unread``; ``lines`` finds lines by path when they are needed."""

    data: t.Any
    unread: Unread | None
    lines: t.Callable[[], Lines]

    def line_of(self, path: Path) -> int | None:
        """The line of a value, or of the smallest record around it that has one."""
        if self.unread and path[:1] == (HISTORY,) and len(path) > 1:
            return self.unread.line + int(path[1])
        lines = self.lines()
        for length in range(len(path), 0, -1):
            if path[:length] in lines:
                return lines[path[:length]]
        return None


def odd(text: str) -> bool:
    """Whether there is such a character in it."""
    return "\x7f" in text if text.isascii() else ODD.search(text) is not None


def escaped(text: str) -> str:
    """A text of JSON without such characters; they stand nowhere but in its texts."""
    return ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", text) if odd(text) else text


def refuse_conflict(text: str) -> None:
    """Refuse what git leaves in a file that it could not merge."""
    found = _CONFLICT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise InvalidError(
            f"'{found[0]}' is a mark of a merge conflict. Resolve the conflict: keep the lines that shall hold, and "
            "remove the marks.",
            line=line,
        )


def _no_float(text: str) -> t.NoReturn:
    raise OtherShapeError(text)


def _unique(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise OtherShapeError("a key stands twice")
    return found


STRICT: t.Final = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
"""JSON that knows no number but integers and no key twice: ``OtherShapeError`` where it meets one."""
