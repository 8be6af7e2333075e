# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a store on a server needs of its engine, and what can go wrong there.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import Dialect
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.rights import (
    MariadbRights,
    PostgresRights,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Connection


class Fault(t.NamedTuple):
    """An error of a driver in the words of the ledger.

    ``again`` says that the whole transaction may be tried again, ``lost`` that the connection is gone: whether a
    COMMIT that ended so has happened nobody knows. ``double`` says that a row is there already.
    """

    reason: str
    cause: str
    again: bool = False
    lost: bool = False
    double: bool = False


class Session(Connection, t.Protocol):
    """An open connection to a server."""

    kind: str  # as results call the store: postgresql, mariadb or mysql
    version: str
    ahead: float  # how many seconds the clock of the server is ahead of ours
    is_standby: bool
    error: BaseException | None  # the last one of a statement: two stores of a kind may be open, one inside the other
    identity: t.Hashable  # the same for all connections that are as good as this one

    def begin(self, access: Access) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class Engine(t.Protocol):
    """One kind of server with one of its drivers."""

    dialect: Dialect

    @property
    def rights(self) -> PostgresRights | MariadbRights:
        """How it spells who may do what."""

    def identity(self, affinity: str) -> t.Hashable:
        """That of the connections that this engine makes."""

    @property
    def hosts(self) -> int:
        """How many hosts there are to try."""

    def connect(self, number: int, affinity: str, seconds: float) -> Session:
        """Connect to the host of that number in at most so many seconds; raises an error of the driver.

        The numbers go by what is to be changed: who changes the same meets at the same host.
        """

    def fault(self, error: BaseException) -> Fault | None:
        """What an error means; None for one that is not the driver's."""

    def version_of(self, session: Session) -> int | None:
        """The schema version of the ledger; None where there is none. ``not_a_ledger`` where others have the place."""

    def migrate(self, session: Session, version: int | None) -> bool:
        """Bring the ledger to the newest schema, one process at a time; False where others were faster."""

    def holder(self, session: Session) -> str:
        """Who keeps others waiting, as far as the server tells."""
