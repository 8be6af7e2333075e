# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ``store`` setting means: which kind of store, and where.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, whole

FILES: t.Final = (".yml", ".yaml", ".json")
SERVERS: t.Final = {"postgresql": "postgresql", "postgres": "postgresql", "mariadb": "mariadb", "mysql": "mariadb"}
"""The kinds of servers, by how their URLs begin."""

_FROM: t.Final = " (from "
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PASSWORD = re.compile(r"(?<=://)([^:]*):.*@|([?&]password=)[^&]*", re.DOTALL)


def is_path(store: str) -> bool:
    """Whether the setting is the path of a file, not a URL."""
    return not _URL.match(store)


def without_secrets(store: str) -> str:
    """The setting as it may be shown: a password in a URL is starred out, also one that is not escaped as it should.

    It is one line, whatever the path has in it.
    """
    return whole(_PASSWORD.sub(lambda match: f"{match[2]}***" if match[2] else f"{match[1]}:***@", store))


def kind_of(store: str) -> str:
    """sqlite, file, postgresql or mariadb; ``store_unsupported`` for any other."""
    url = _URL.match(store)
    if not url:
        return "file" if os.path.splitext(store)[1].lower() in FILES else "sqlite"
    kind = SERVERS.get(url[1].lower())
    if kind is None:
        raise LedgerError(
            "store_unsupported",
            f"store: '{without_secrets(store)}' asks for a store of kind '{url[1]}'. Give the path of a file, such as "
            f"ipam.db or ipam.yml, or a URL that begins with {', '.join(f'{name}://' for name in SERVERS)}.",
            store=without_secrets(store),
        )
    return kind


def is_possible(path: str) -> bool:
    """Whether a file can have that path: some text cannot be the name of one."""
    try:
        return bool(path) and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def real_path(store: str) -> str:
    """The path of a SQLite file, links followed, or that of a text file, whose ending says how it is written."""
    if not is_possible(store):
        raise LedgerError("bad_request", "store: the path of the ledger file is empty or not a path.", option="store")
    path = os.path.expanduser(store)
    return os.path.abspath(path) if kind_of(store) == "file" else os.path.realpath(path)


class Secret(str):
    """A text that shows itself to nobody by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Place(t.NamedTuple):
    """Where the ledger is, which setting said so, and which option that is."""

    store: str
    origin: str
    password: Secret = Secret("")
    option: str = "store"

    def __str__(self) -> str:
        return f"{without_secrets(self.store)}{_FROM}{self.origin})"


def store_in(place: str) -> str:
    """The store of a place as it is shown, without where the setting came from."""
    return place.rpartition(_FROM)[0] or place
