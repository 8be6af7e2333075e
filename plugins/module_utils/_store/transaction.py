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
    """What is needed of a DB-API cursor or connection."""

    def execute(self, sql: str, parameters: t.Sequence[t.Any] = ...) -> t.Any: ...

    def executemany(self, sql: str, parameters: t.Iterable[t.Sequence[t.Any]]) -> t.Any: ...


class Transaction:
    """Statements inside one BEGIN and its end, which the store brings about.

    ``now`` is the store's clock in seconds since 1970, ``actor`` who asks. ``changed`` says whether anything was
    written: a transaction that wrote nothing is not committed, so that a task without change costs no disk write.
    ``made`` says whether the ledger was made for this transaction. ``alone`` is set where the engine lets but one
    transaction at a time write, so that rows need no lock of their own. ``random`` is the operating system's source,
    but in check mode one that draws the same again when it is replayed.
    """

    def __init__(self, connection: Connection, now: int, actor: str, *, made: bool = False) -> None:
        self._connection = connection
        self.now = now
        self.actor = actor
        self.changed = False
        self.made = made
        self.alone = False
        self.random: random.Random = _SYSTEM

    def one(self, sql: str, *parameters: t.Any) -> Row | None:
        return t.cast("Row | None", self._connection.execute(sql, parameters).fetchone())

    def all(self, sql: str, *parameters: t.Any) -> list[Row]:
        return t.cast("list[Row]", self._connection.execute(sql, parameters).fetchall())

    def each(self, sql: str, *parameters: t.Any) -> t.Iterator[Row]:
        """Rows as they come, for results of any length."""
        return iter(self._connection.execute(sql, parameters))

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
        return int(self._connection.execute(sql, parameters).lastrowid)

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
        self._connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO SAVEPOINT step")
            raise
        finally:
            self._connection.execute("RELEASE SAVEPOINT step")
