# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the options of a task: every wrong one is reported, not just the first.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, shown
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_name
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options

T = t.TypeVar("T")


class Reader:
    """Parses options one by one and keeps their errors until ``finish``."""

    def __init__(self, options: Options, prefix: str = "", errors: list[LedgerError] | None = None) -> None:
        self._options = options
        self._prefix = prefix
        self.errors: list[LedgerError] = [] if errors is None else errors

    def given(self, option: str) -> bool:
        return self._options.get(option) is not None

    def value(self, option: str, parse: t.Callable[[t.Any, str], T]) -> T | None:
        """The parsed option, or None where it was not given or is wrong."""
        value = self._options.get(option)
        if value is None:
            return None
        try:
            return parse(value, self._prefix + option)
        except LedgerError as error:
            self.errors.append(error)
        except (TypeError, AttributeError):
            # Of another type than declared; the argument spec reports that in its own words.
            self.errors.append(bad_request(self._prefix + option, value, "is of the wrong type."))
        return None

    def named(self, option: str) -> str | None:
        """A name, where empty text is as good as none: templates leave it where a variable is empty."""
        return self.value(option, parse_name) if self._options.get(option) != "" else None

    def named_list(self, option: str) -> tuple[str, ...]:
        """Names in their order, each once; empty texts are left out as above."""
        return tuple(self.value(option, _names) or ())

    def cleared(self, option: str, parse: t.Callable[[t.Any, str], T], empty: t.Any = "") -> dict[str, T | None]:
        """``{option: value}`` where it was given, with None for the value that empties it; else nothing."""
        if not self.given(option):
            return {}
        value = self._options[option]
        return {option: None if value == empty else self.value(option, parse)}

    def given_only(self, option: str, parse: t.Callable[[t.Any, str], T]) -> dict[str, t.Any]:
        """``{option: value}`` where it was given, else nothing."""
        return {option: self.value(option, parse)} if self.given(option) else {}

    def items(self, option: str) -> list[Reader]:
        """A reader for each dict of a list option."""
        return [
            Reader(item if isinstance(item, dict) else {}, f"{self._prefix}{option}[{number}].", self.errors)
            for number, item in enumerate(self._options.get(option) or [])
        ]

    def require(self, option: str) -> None:
        """Note an error where the option is empty text; that it is missing, the argument spec reports."""
        if self._options.get(option) == "":
            self.refuse(option, "is empty.")

    def error(self, option: str, rule: str) -> None:
        """Note an error of an option whose value does not matter for it."""
        self.errors.append(LedgerError("bad_request", f"{self._prefix}{option}: {rule}", option=option))

    def refuse(self, option: str, rule: str) -> None:
        """Note an error of the option as it stands."""
        self.errors.append(bad_request(self._prefix + option, self._options.get(option), rule))

    def refuse_repeated(self, option: str) -> None:
        """Note an error where a list holds a value twice."""
        counted = collections.Counter(map(str, self._options.get(option) or []))
        for value in (value for value, times in counted.items() if times > 1):
            self.errors.append(LedgerError("bad_request", f"{option}: {shown(value)} is there twice.", option=option))

    def finish(self) -> None:
        """Raise what was wrong, if anything."""
        if len(self.errors) == 1:
            raise self.errors[0]
        if self.errors:
            raise combined(self.errors)


def _names(texts: str | t.Iterable[str], option: str) -> t.Iterable[str]:
    listed = [texts] if isinstance(texts, str) else texts
    return dict.fromkeys(parse_name(text, option) for text in listed if text != "")


def combined(errors: t.Sequence[LedgerError]) -> LedgerError:
    """One error that says all of them."""
    return LedgerError(
        "bad_request",
        " ".join(error.message for error in errors),
        errors=[error.message for error in errors],
    )
