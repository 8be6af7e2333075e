# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One transaction as the layers above see it: statements in, rows out, and what it knows of its surroundings.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import enum
import random
import typing as t

Row = tuple[t.Any, ...]

_SYSTEM: t.Final = random.SystemRandom()


class Access(enum.Enum):
    """What a transaction is for."""

    READ = "read"
    WRITE = "write"
    REHEARSE = "rehearse"  # write, look, roll back


class Connection(t.Protocol):
    """What is needed of a connection; statements have ``?`` for their parameters."""

    def execute(self, sql: str, parameters: t.Sequence[t.Any] = ..., /) -> t.Any:
        """Run a statement and return its cursor: fetchone, fetchall, rowcount, iteration."""

    def executemany(self, sql: str, parameters: t.Iterable[t.Sequence[t.Any]], /) -> t.Any: ...

    def stream(self, sql: str, parameters: t.Sequence[t.Any], /) -> t.Iterator[Row]:
        """The rows of a statement, fetched in portions; other statements may run in between."""

    def insert(self, sql: str, parameters: t.Sequence[t.Any], /) -> int:
        """Insert a row into a table that numbers them, and return its number."""


class Transaction:
    """Statements inside one BEGIN and its end, which the store brings about.

    ``now`` is the store's clock in seconds since 1970, ``actor`` who asks. ``changed`` says whether anything was
    written: a transaction that wrote nothing is not committed, so that a task without change costs no disk write.
    ``made`` says whether the ledger was made for this transaction. ``alone`` is set where the engine lets but one
    transaction at a time write, so that rows need no lock of their own. ``steady`` says whether all statements see the
    same state, but for what they write themselves. ``random`` is the operating system's source, but in check mode one
    that draws the same again when it is replayed. ``engine`` is sqlite, postgresql or mariadb, which MySQL counts as.
    ``warnings`` are what the task tells its user beside its result. ``unasked`` are the addresses that were newly given
    although the network was to be asked for them before.
    """

    def __init__(
        self, connection: Connection, now: int, actor: str, *, made: bool = False, engine: str = "sqlite"
    ) -> None:
        self._connection = connection
        self.now = now
        self.actor = actor
        self.changed = False
        self.made = made
        self.engine = engine
        self.alone = False
        self._steps = 0
        self.steady = True
        self.random: random.Random = _SYSTEM
        self.warnings: list[str] = []
        self.unasked: list[str] = []

    def one(self, sql: str, *parameters: t.Any) -> Row | None:
        return t.cast("Row | None", self._connection.execute(sql, parameters).fetchone())

    def all(self, sql: str, *parameters: t.Any) -> list[Row]:
        return list(self._connection.execute(sql, parameters).fetchall())

    def each(self, sql: str, *parameters: t.Any, limit: int | None = None) -> t.Iterator[Row]:
        """Rows as they come, at most ``limit``, for results of any length of which perhaps not all are looked at.

        The statement has an order that no two rows share, and no limit of its own. It gets the limit as text, so that
        a planner knows how few rows are taken.
        """
        if limit is not None:
            return iter(self._connection.execute(f"{sql} LIMIT {limit:d}", parameters))
        return self._connection.stream(sql, parameters)

    def lock(self, sql: str, *parameters: t.Any) -> int:
        """Write a row only to lock it; by itself no reason to commit. Returns how many rows there were."""
        return int(self._connection.execute(sql, parameters).rowcount)

    def execute(self, sql: str, *parameters: t.Any) -> int:
        """Write, and return how many rows that touched."""
        self.changed = True
        return int(self._connection.execute(sql, parameters).rowcount)

    def insert(self, sql: str, *parameters: t.Any) -> int:
        """Insert one row and return its number."""
        self.changed = True
        return self._connection.insert(sql, parameters)

    def many(self, sql: str, rows: t.Iterable[t.Sequence[t.Any]]) -> None:
        """Write once for each row; no rows are no change."""
        listed = list(rows)
        if len(listed) == 1:
            self.execute(sql, *listed[0])  # costs two thirds
        elif listed:
            self.changed = True
            self._connection.executemany(sql, listed)

    @contextlib.contextmanager
    def savepoint(self) -> t.Iterator[None]:
        """Undo what the block wrote if it fails, and keep the transaction alive."""
        self._steps += 1  # MariaDB forgets a savepoint when another one gets its name
        step = f"step{self._steps}"
        warned = len(self.warnings)
        self._connection.execute(f"SAVEPOINT {step}")
        try:
            yield
        except BaseException:
            del self.warnings[warned:]
            self._connection.execute(f"ROLLBACK TO SAVEPOINT {step}")
            raise
        finally:
            self._connection.execute(f"RELEASE SAVEPOINT {step}")
            self._steps -= 1
