# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How tests reach a server: URLs, statements of the administrator, databases and users.

These objects hold no more than addresses, so that processes which did not start the server can have them.
"""

from __future__ import annotations

import abc
import contextlib
import typing as t
import urllib.parse

from ansible_collections.netledger.ipam.tests.services.processes import HOST

# The database and the users that every server has. What USER may do, PASSWORD_USER may do.
DATABASE = "ipam"
USER = "ipam"
PASSWORD_USER = "ipam_password"
PASSWORD = "se:cret/@'\"% ?#"
Row = tuple[str, ...]


class Access(abc.ABC):
    """A server, or several that hold the same data, as its clients see it.

    ``ports`` are those of 127.0.0.1; ``database`` is the one for whoever needs only one.
    """

    scheme: str

    def __init__(self, *ports: int, database: str = DATABASE) -> None:
        self.ports = list(ports)
        self.database = database

    def url(self, database: str | None = None, user: str = USER, **options: str) -> str:
        """The URL of a database, without a password; the options become its query."""
        hosts = ",".join(f"{HOST}:{port}" for port in self.ports)
        query = f"?{urllib.parse.urlencode(options)}" if options else ""
        return f"{self.scheme}://{user}@{hosts}/{database or self.database}{query}"

    @abc.abstractmethod
    def admin(self, sql: str, database: str | None = None) -> list[Row]:
        """Run statements as the administrator. Gives the rows of all of them as text."""

    @abc.abstractmethod
    def create_user(self, name: str, password: str | None = None, *, tls: bool = False) -> None:
        """A user who may log in, with this password or without any, with ``tls`` only so."""

    @abc.abstractmethod
    def create_database(self, name: str) -> None:
        """An empty database in which USER and PASSWORD_USER may do everything; its name starts with ``ipam``."""

    @abc.abstractmethod
    def drop_database(self, name: str) -> None:
        """Drop it also while somebody is connected to it."""

    @contextlib.contextmanager
    def empty_database(self, name: str) -> t.Iterator[Database]:
        """A database for as long as it is needed."""
        self.create_database(name)
        try:
            yield Database(self, name)
        finally:
            self.drop_database(name)


class Database(t.NamedTuple):
    """One database of a server."""

    server: Access
    name: str

    def url(self, user: str = USER, **options: str) -> str:
        return self.server.url(self.name, user, **options)

    def admin(self, sql: str) -> list[Row]:
        return self.server.admin(sql, self.name)


def quoted(text: str) -> str:
    """A string in SQL; none of the tests' strings has a backslash, which is special for MariaDB only."""
    assert "\\" not in text
    return "'" + text.replace("'", "''") + "'"


def rows(output: str) -> list[Row]:
    """The rows that a client printed, a tab between two columns."""
    return [tuple(line.split("\t")) for line in output.split("\n")[:-1]]
