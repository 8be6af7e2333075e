# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cells of a CSV file: options as text, and text that no spreadsheet takes for a formula.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request, shown
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import STRICT
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import OtherShapeError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options

# What OWASP's page on CSV injection names, the full-width forms included. The apostrophes in front are there so that
# a text that begins with one comes back as it was.
_FORMULA: t.Final = re.compile("'*(?:\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")


def written(value: t.Any) -> str:
    """The cell of an option's value; None is an empty one."""
    text = _text(value)
    return f"'{text}" if _FORMULA.match(text) else text


def read(cell: str, option: str, spec: Options) -> t.Any:
    """The value of a cell for an option of that argument spec; the space around it counts in a description only."""
    text = cell if option == "description" else cell.strip()
    if text.startswith("'") and _FORMULA.match(text):
        text = text[1:]
    if spec["type"] == "list" and option != "subnet":  # a row has one subnet, whose name may have commas
        return _list(text, option)
    return _dict(text, option) if spec["type"] == "dict" else text


def _text(value: t.Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        plain = bool(value) and all(isinstance(one, str) and _is_plain(one) for one in value)
        return ", ".join(value) if plain and value[0][0] != "[" else _json(value)
    if isinstance(value, dict):
        plain = bool(value) and all(_is_plain(name) and "=" not in name for name in value)
        plain = plain and all(not text or _is_plain(text) for text in value.values())
        text = ", ".join(f"{name}={one}" for name, one in value.items())
        return text if plain and text[0] != "{" else _json(value)
    return str(value)


def _is_plain(text: str) -> bool:
    """Whether a text can stand among others with commas between them."""
    return bool(text) and "," not in text and text == text.strip()


def _json(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(text: str, option: str) -> list[t.Any]:
    if text.startswith("["):
        return t.cast("list[t.Any]", _from_json(text, option))
    return [one for one in map(str.strip, text.split(",")) if one]


def _dict(text: str, option: str) -> dict[str, t.Any]:
    if text.startswith("{"):
        return t.cast("dict[str, t.Any]", _from_json(text, option))
    pairs: dict[str, t.Any] = {}
    for one in filter(None, map(str.strip, text.split(","))):
        name, equals, value = map(str.strip, one.partition("="))
        if not equals:
            raise bad_request(option, one, "is not of the form name=value.")
        if name in pairs:
            raise bad_request(option, text, f"names {shown(name)} twice.")
        pairs[name] = value
    return pairs


def _from_json(text: str, option: str) -> t.Any:
    try:
        return STRICT.decode(text)
    except OtherShapeError:
        raise bad_request(option, text, "has a name twice, or a number that is not whole.") from None
    except (ValueError, RecursionError):
        raise bad_request(option, text, "begins as JSON does, and is none.") from None
