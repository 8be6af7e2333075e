# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""MariaDB, 10.6 or later."""

from __future__ import annotations

import socket
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.access import (
    DATABASE,
    PASSWORD,
    PASSWORD_USER,
    USER,
    Access,
    Row,
    quoted,
    rows,
)
from ansible_collections.netledger.ipam.tests.services.processes import HOST, Account, find_program, run
from ansible_collections.netledger.ipam.tests.services.server import Server
from ansible_collections.netledger.ipam.tests.services.tls import Authority

PACKAGE = "mariadb-server"
_SETTINGS = {
    "bind-address": HOST,
    "skip-name-resolve": "ON",
    "max_connections": "200",
    "character-set-server": "utf8mb4",
    "innodb_buffer_pool_size": "128M",
    "innodb_log_file_size": "64M",
}
_NOT_DURABLE = {"innodb_flush_log_at_trx_commit": "0", "innodb_flush_method": "nosync", "innodb_doublewrite": "OFF"}


def program(name: str) -> str:
    return find_program(name, PACKAGE, [Path("/usr/sbin")])


class Mariadb(Access):
    """A MariaDB server as its clients see it."""

    scheme = "mariadb"

    def admin(self, sql: str, database: str | None = None) -> list[Row]:
        plain = ["--no-defaults", "--batch", "--skip-column-names", "--raw", "--skip-ssl", "--protocol=tcp"]
        place = ["-h", HOST, "-P", str(self.ports[0]), "-u", "root", database or "mysql"]
        return rows(run([program("mariadb"), *plain, *place], stdin=sql))

    def create_user(self, name: str, password: str | None = None, *, tls: bool = False) -> None:
        self.admin(_new_user(name, password, tls=tls))

    def create_database(self, name: str) -> None:
        self.admin(f"CREATE DATABASE {name}")

    def drop_database(self, name: str) -> None:
        self.admin(f"DROP DATABASE IF EXISTS {name}")

    def make_users(self) -> None:
        """Those that every server has. They may do everything in databases whose names start with ``ipam``."""
        statements = ["DELETE FROM global_priv WHERE User = ''", "FLUSH PRIVILEGES", f"CREATE DATABASE {DATABASE}"]
        for name, password in ((USER, None), (PASSWORD_USER, PASSWORD)):
            statements += [_new_user(name, password), f"GRANT ALL ON `ipam%`.* TO {name}@{quoted(HOST)}"]
        self.admin(";".join(statements))


def _new_user(name: str, password: str | None, *, tls: bool = False) -> str:
    secret = "" if password is None else f"IDENTIFIED BY {quoted(password)}"
    return f"CREATE USER {name}@{quoted(HOST)} {secret} {'REQUIRE SSL' if tls else ''}"


class MariadbServer(Server, Mariadb):
    """A MariaDB server of one's own.

    ``durable=False`` is for tests in which it does not fall. ``settings`` are lines of its section in my.cnf; what is
    changed in them later holds from the next start on.
    """

    def __init__(self, *, durable: bool = True, tls: bool = False, settings: t.Mapping[str, str] | None = None) -> None:
        self.check_installed()
        Server.__init__(self, "ipam-my-", Account.of("mysql", PACKAGE))
        Mariadb.__init__(self, self.port)
        self.authority = Authority(self.folder / "tls") if tls else None
        self.settings = {**_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {})}

    @staticmethod
    def check_installed() -> None:
        for name in ("mariadb-install-db", "mariadbd", "mariadb"):
            program(name)

    def start(self) -> None:
        new = not self.data.exists()
        if new:
            self._make_data()
        self._launch(self._command())
        self._wait_until_ready(60)
        if new:
            self.make_users()

    def ready(self) -> bool:
        """The server greets whoever connects, once it takes connections."""
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                return connection.recv(5)[4:] == b"\x0a"  # after four bytes of frame, the version of the protocol
        except OSError:
            return False

    def _command(self) -> list[str | Path]:
        return [program("mariadbd"), f"--defaults-file={self._configuration()}"]

    def _make_data(self) -> None:
        options = [f"--datadir={self.data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
        install = program("mariadb-install-db")
        run([install, "--no-defaults", *options], account=self.account, cwd=str(self.folder))

    def _configuration(self) -> Path:
        settings = {
            **self.settings,
            "datadir": str(self.data),
            "port": str(self.port),
            "socket": str(self.folder / "socket"),
            "pid-file": str(self.folder / "pid"),
        }
        if self.authority:
            certificate, key = self.authority.issue("server", self.account)
            settings |= {"ssl_ca": str(self.authority.certificate), "ssl_cert": str(certificate), "ssl_key": str(key)}
        path = self.folder / "my.cnf"
        path.write_text("[mariadbd]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
        return path
