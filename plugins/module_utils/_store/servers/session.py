# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection to a server through any driver of Python's DB API (PEP 249).

Private to the collection: may change in any release.
"""

from __future__ import annotations

import abc
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.parameters import in_portions, with_percent
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Row


class ServerSession(abc.ABC):
    """What the connections of all drivers have of a ``Session``."""

    def __init__(self, connection: t.Any, identity: t.Hashable) -> None:
        self._connection = connection
        self.identity = identity
        self.error: BaseException | None = None

    def execute(self, sql: str, parameters: t.Sequence[t.Any] = (), /) -> t.Any:
        try:
            cursor = self._connection.cursor()
            if parameters:
                cursor.execute(with_percent(sql), parameters)
            else:
                cursor.execute(sql)
        except Exception as error:
            self.error = error
            raise
        return cursor

    def executemany(self, sql: str, parameters: t.Iterable[t.Sequence[t.Any]], /) -> t.Any:
        try:
            cursor = self._connection.cursor()
            self._write_many(cursor, with_percent(sql), parameters)
        except Exception as error:
            self.error = error
            raise
        return cursor

    @abc.abstractmethod
    def _write_many(self, cursor: t.Any, sql: str, rows: t.Iterable[t.Sequence[t.Any]]) -> None:
        """Write many rows in the way that is fast with this driver."""

    def stream(self, sql: str, parameters: t.Sequence[t.Any], /) -> t.Iterator[Row]:
        return in_portions(lambda portion, given: self.execute(portion, given).fetchall(), sql, parameters)

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        self.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()
