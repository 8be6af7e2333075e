# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a task or lookup as a templating engine leaves them, and as plain values.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError


def plain(value: t.Any) -> t.Any:
    """The value as ordinary text, numbers, lists and dicts, without the marks that a templating engine put on it.

    What YAML reads as a date, or a vault as a secret, becomes its text, as a value and as a key. ``bad_request`` where
    that cannot be done: of an integer of thousands of digits, or of lists and dicts that lie in each other for ever.
    """
    try:
        return json.loads(json.dumps(_with_text_keys(value), default=str))
    except (RecursionError, ValueError):
        raise LedgerError(
            "bad_request",
            "An option holds a number of thousands of digits, or lists and dicts that lie in each other too deep. "
            "Look for a variable that is not what it should be.",
        ) from None


def _with_text_keys(value: t.Any) -> t.Any:
    if isinstance(value, t.Mapping):
        return {str(key): _with_text_keys(one) for key, one in value.items()}
    return [_with_text_keys(one) for one in value] if isinstance(value, (list, tuple)) else value
