# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists and dicts of texts in one column, as JSON. Most are empty, which costs nothing here.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t


def write_list(values: t.Sequence[t.Any]) -> str:
    return json.dumps(values) if values else "[]"


def write_dict(values: t.Mapping[str, t.Any]) -> str:
    return json.dumps(values, sort_keys=True) if values else "{}"


def read_list(text: str) -> tuple[t.Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def read_dict(text: str) -> dict[str, t.Any]:
    return {} if text == "{}" else dict(json.loads(text))
