# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the ``store`` setting to an open store.

What only one kind of store needs is imported where it is used: on the way of a task imports are most of the time.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import types
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_systems import network_type
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import (
    Place,
    kind_of,
    real_path,
    without_secrets,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION, check_version
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.store import ServerStore

T = t.TypeVar("T")


class Store(t.Protocol):
    """Runs transactions on one ledger."""

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T: ...

    def close(self) -> None: ...


class Terms(t.NamedTuple):
    """How a store is opened: who asks, how long to wait for others (seconds), and what is to be changed."""

    actor: str
    lock_timeout: float
    affinity: str = ""


def open_store(place: Place, terms: Terms, *, create: bool) -> Store:
    """Open the ledger, or make it first where ``create`` allows that.

    Raises ``store_missing`` with the place and where the setting came from, and whatever else is wrong with the store.
    """
    if is_on_server(place):
        return _open_server(place, terms, create=create)
    kind, path, made = _file_kind(place), real_path(place.store), False
    if not kind.exists(path, place=str(place)):
        if not create:
            raise missing(place)
        made = kind.create(path, place=str(place), lock_timeout=terms.lock_timeout)
    opened = kind.opened(path, place=str(place), lock_timeout=terms.lock_timeout, actor=terms.actor, made=made)
    return t.cast(Store, opened)


def open_rehearsal(place: Place, terms: Terms, *, create: bool) -> Store:
    """Open the ledger for check mode: one in memory stands in for one that the real run would make."""
    if create and is_missing(place, terms):
        return sqlite.MemoryStore(terms.actor)
    return open_store(place, terms, create=False)


def remove_store(place: Place, terms: Terms) -> None:
    """Take a ledger away with all that it knows."""
    if not is_on_server(place):
        _file_kind(place).remove(real_path(place.store), place=str(place), lock_timeout=terms.lock_timeout)
        return
    with contextlib.closing(server_store(place, terms)) as store:
        store.remove()


def upgrade_store(place: Place, terms: Terms) -> bool:
    """Bring an older schema to the newest; False where nothing was to be done."""
    if not needs_upgrade(place, terms):
        return False
    if not is_on_server(place):
        return sqlite.upgrade(real_path(place.store), place=str(place), lock_timeout=terms.lock_timeout)
    with contextlib.closing(server_store(place, terms)) as store:
        return store.upgrade()


def needs_upgrade(place: Place, terms: Terms) -> bool:
    """Whether the ledger has an older schema."""
    if kind_of(place.store) == "file" or is_missing(place, terms):
        return False  # the format of a text file has a version of its own
    if not is_on_server(place):
        found = sqlite.version_of(real_path(place.store), place=str(place), lock_timeout=terms.lock_timeout)
        return found < VERSION
    with contextlib.closing(server_store(place, terms)) as store:
        return (store.version() or VERSION) < VERSION


def warnings(place: Place) -> list[str]:
    """What its user should know about where a ledger is."""
    kind = network_type(real_path(place.store)) if kind_of(place.store) == "sqlite" else None
    if kind is None:
        return []
    said = (
        f"The ledger {place} is on a network file system ({kind}). It is kept without a write-ahead log there, so "
        "writers and readers wait for each other, and it is as safe as the locks of that file system are. For several "
        "machines, keep it in a database server."
    )
    return [said]


def warnings_of_new(place: Place) -> list[str]:
    """What whoever made a ledger there should know."""
    if is_on_server(place) or not {"AWX_HOST", "JOB_ID"} <= os.environ.keys():
        return []
    said = (
        f"This job made a new ledger, {place}. A job of AWX or Automation Platform runs in a container, and a file "
        "goes away with it: the next job would give the same addresses again. Keep the ledger in a database server, or "
        "in a folder that is mounted into every job."
    )
    return [said]


def name_of(place: Place) -> str:
    """What a person calls the store: the name of its file or database."""
    if not is_on_server(place):
        return os.path.basename(real_path(place.store))
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server

    return parse_server(place.store, "").database


def is_missing(place: Place, terms: Terms) -> bool:
    """Whether nothing is there yet. Raises what is wrong with the place otherwise."""
    if not is_on_server(place):
        return not _file_kind(place).exists(real_path(place.store), place=str(place))
    with contextlib.closing(server_store(place, terms)) as store:
        return not store.version()


def missing(place: Place) -> LedgerError:
    advice = (
        "Create a subnet first (netledger.ipam.subnet makes the ledger too), make an empty one with "
        "netledger.ipam.store, or correct the setting store."
        if place.option == "store"
        else f"Correct {place.option}: it has to name a ledger that is there."
    )
    return LedgerError("store_missing", f"There is no ledger at {place}. {advice}", store=without_secrets(place.store))


def is_on_server(place: Place) -> bool:
    return kind_of(place.store) not in ("sqlite", "file")


def server_store(place: Place, terms: Terms) -> ServerStore:
    """The ledger of a server as it may be: nobody has looked whether there is one."""
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.store import ServerStore

    return ServerStore(
        engine(parse_server(place.store, place.password), terms.lock_timeout),
        place=str(place),
        lock_timeout=terms.lock_timeout,
        actor=terms.actor,
        affinity=terms.affinity,
    )


def preload(store: str) -> None:
    """Import what a store of that kind needs, and connect to nothing."""
    place = Place(store, "")
    if is_on_server(place):
        server_store(place, Terms("", 1))
    else:
        _file_kind(place)


def _open_server(place: Place, terms: Terms, *, create: bool) -> Store:
    store = server_store(place, terms)
    version = store.version()
    if version:
        check_version(version, str(place))
    elif create:
        store.make()
    else:
        raise missing(place)
    return store


def _file_kind(place: Place) -> types.ModuleType:
    if kind_of(place.store) == "sqlite":
        return sqlite
    from ansible_collections.netledger.ipam.plugins.module_utils._store import file

    return file
