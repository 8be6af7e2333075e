# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a ledger file, and where in it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, plain, shown

_KEY: t.Final = 200  # characters of a key in a message: those that a ledger has are shorter

Path = tuple[t.Any, ...]
"""The keys that lead to a value, from the outside in; an entry of a list is known by its number from 0 on."""


class InvalidError(Exception):
    """``text`` names the value and the rule that it breaks; ``line`` counts from 1, None is not known yet."""

    def __init__(self, text: str, path: Path = (), line: int | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.path = path
        self.line = line

    @property
    def where(self) -> str:
        """The keys that lead to the value, for a message."""
        return " > ".join(str(key + 1) if isinstance(key, int) else plain(key, _KEY) for key in self.path)


class OtherShapeError(Exception):
    """A text that is not in the shape in which the collection writes it: the other reader has to look at it."""


class NoLedgerError(Exception):
    """A file that is something else than a ledger."""


def repeated(key: str, path: Path, line: int, first: int) -> InvalidError:
    """The error where a key stands twice in one mapping, which would lose one of the two."""
    text = f"{shown(key)} stands here a second time, after line {first}. Keep one of the two."
    return InvalidError(text, (*path, key), line)


def named(value: object) -> str:
    """A value that is not what it should be, as the subject of a sentence that says so."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()}, a boolean,"
    if isinstance(value, (int, float)):
        return f"{value}, a number,"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else shown(value)


def mapping(value: object, path: Path) -> dict[str, t.Any]:
    """The value, if it is a mapping."""
    if not isinstance(value, dict):
        raise InvalidError(f"{named(value)} stands where a mapping belongs.", path)
    return value


def parsed(parser: t.Callable[[str, str], t.Any], text: str, path: Path) -> t.Any:
    """What a parser of options makes of a key of the file."""
    try:
        return parser(text, "")
    except LedgerError as error:
        raise InvalidError(said(error, ""), path) from None


def said(error: LedgerError, option: str) -> str:
    """The message of an error without the name of the option, which the path to it tells."""
    start = f"{option}: "
    return error.message[len(start) :] if error.message.startswith(start) else error.message
