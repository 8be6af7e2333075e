# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ``store`` setting means: which kind of store, and where.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PASSWORD = re.compile(r"(?<=://)([^/:@]*):.*@|([?&]password=)[^&]*")


def is_path(store: str) -> bool:
    """Whether the setting is the path of a file, not a URL."""
    return not _URL.match(store)


def without_secrets(store: str) -> str:
    """The setting as it may be shown: a password in a URL is starred out, also one that is not escaped as it should."""
    return _PASSWORD.sub(lambda match: f"{match[2]}***" if match[2] else f"{match[1]}:***@", store)


def sqlite_path(store: str) -> str:
    """The real path of a SQLite store, links followed; ``store_unsupported`` for any other kind."""
    url = _URL.match(store)
    kind = url[1] if url else os.path.splitext(store)[1].lower()
    if url or kind in (".yml", ".yaml", ".json"):
        raise LedgerError(
            "store_unsupported",
            f"store: '{without_secrets(store)}' asks for a store of kind '{kind}', and this release keeps its ledger "
            "in a SQLite file. Give a path such as ipam.db.",
            store=without_secrets(store),
        )
    if not store or "\0" in store:
        raise LedgerError("bad_request", "store: the path of the ledger file is empty or not a path.", option="store")
    return os.path.realpath(os.path.expanduser(store))


class Place(t.NamedTuple):
    """Where the ledger is and which setting said so."""

    store: str
    origin: str

    def __str__(self) -> str:
        return f"{without_secrets(self.store)} (from {self.origin})"
