# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a task or lookup as a templating engine leaves them, and as plain values.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t


def plain(value: t.Any) -> t.Any:
    """The value as ordinary text, numbers, lists and dicts, without the marks that a templating engine put on it.

    What YAML reads as a date, or a vault as a secret, becomes its text, as a value and as a key.
    """
    return json.loads(json.dumps(_with_text_keys(value), default=str))


def _with_text_keys(value: t.Any) -> t.Any:
    if isinstance(value, t.Mapping):
        return {str(key): _with_text_keys(one) for key, one in value.items()}
    return [_with_text_keys(one) for one in value] if isinstance(value, (list, tuple)) else value
