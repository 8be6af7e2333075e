# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""PostgreSQL, 13 or later."""

from __future__ import annotations

import signal
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
from ansible_collections.netledger.ipam.tests.services.processes import (
    HOST,
    Account,
    ServiceFailed,
    find_program,
    run,
    wait_until,
)
from ansible_collections.netledger.ipam.tests.services.server import Server
from ansible_collections.netledger.ipam.tests.services.tls import Authority

_PACKAGE = "postgresql"
# Who is in these roles, logs in that way; everybody else needs no password.
_WITH_PASSWORD = "with_password"
_WITH_TLS = "with_tls"
_HBA = f"""
hostnossl all +{_WITH_TLS} {HOST}/32 reject
host all +{_WITH_PASSWORD} {HOST}/32 scram-sha-256
local all +{_WITH_PASSWORD} scram-sha-256
host all all {HOST}/32 trust
local all all trust
host replication postgres {HOST}/32 trust
"""
_SETTINGS = {
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "wal_keep_size": "256MB",
    "hot_standby": "on",
    # In the data folder, where kill -9 leaves nothing behind that outlives it.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def program(name: str) -> str:
    """A program of the newest PostgreSQL on the machine."""
    versions = sorted(Path("/usr/lib/postgresql").glob("[0-9]*"), key=lambda folder: float(folder.name), reverse=True)
    return find_program(name, _PACKAGE, [version / "bin" for version in versions])


class Postgres(Access):
    """A PostgreSQL server as its clients see it."""

    scheme = "postgresql"

    def admin(self, sql: str, database: str | None = None) -> list[Row]:
        quiet = ["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        place = ["-h", HOST, "-p", str(self.ports[0]), "-U", "postgres", "-d", database or "postgres"]
        return rows(run([program("psql"), *quiet, *place, "-f", "-"], stdin=sql))

    def create_user(self, name: str, password: str | None = None, *, tls: bool = False) -> None:
        self.admin(_new_user(name, password, tls=tls))

    def create_database(self, name: str) -> None:
        self.admin(_new_database(name))

    def drop_database(self, name: str) -> None:
        self.admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _new_user(name: str, password: str | None = None, *, tls: bool = False) -> str:
    roles = [_WITH_PASSWORD] * (password is not None) + [_WITH_TLS] * tls
    secret = "" if password is None else f"PASSWORD {quoted(password)}"
    return f"CREATE ROLE {name} LOGIN {secret} {'IN ROLE ' if roles else ''}{', '.join(roles)}"


def _new_database(name: str) -> str:
    return f"CREATE DATABASE {name} OWNER {USER}"


class PostgresServer(Server, Postgres):
    """A PostgreSQL server of one's own.

    ``durable=False`` is for tests in which it does not fall. ``settings`` are lines of postgresql.conf; what is changed
    in them later holds from the next start on.
    """

    stop_signal = signal.SIGINT  # its fast shutdown, which does not wait for clients to leave

    def __init__(
        self,
        *,
        durable: bool = True,
        tls: bool = False,
        settings: t.Mapping[str, str] | None = None,
        primary: PostgresServer | None = None,
        name: str = "primary",
    ) -> None:
        self.check_installed()
        Server.__init__(self, "ipam-pg-", Account.of("postgres", _PACKAGE))
        Postgres.__init__(self, self.port)
        self.name = name
        self.authority = Authority(self.folder / "tls") if tls else None
        self._durable = durable
        self._primary = primary
        self.settings = {"cluster_name": name, **_SETTINGS, **({} if durable else _NOT_DURABLE), **(settings or {})}

    @staticmethod
    def check_installed() -> None:
        for name in ("initdb", "postgres", "pg_basebackup", "psql"):
            program(name)

    def start(self) -> None:
        new = not self.data.exists()
        if new:
            self._make_data()
        self._configure()
        self._launch([program("postgres"), "-D", self.data])
        self._wait_until_ready(60)
        if new and self._primary is None:
            self._make_users()

    def ready(self) -> bool:
        """The server writes its state into the eighth line of its pid file, as pg_ctl relies on."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() in ("ready", "standby")

    def close(self) -> None:
        segment = self._shared_memory()
        super().close()
        # Key, which is signed here, and number.
        listed = [line.split()[:2] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
        if segment in [(int(key) % 2**32, int(number)) for key, number in listed]:
            run(["ipcrm", "-m", str(segment[1])])

    def standby(self, name: str = "standby", *, synchronous: bool = False) -> PostgresServer:
        """A started standby that streams from this server. Synchronous: a commit here waits for it to have it."""
        made = PostgresServer(durable=self._durable, primary=self, name=name)
        try:
            made.start()
            wait_until(lambda: self._streams_to(name, "async"), f"{name} streams", seconds=30, log=made.tail)
            if synchronous:
                self.synchronous(name)
        except BaseException:
            made.close()
            raise
        return made

    def synchronous(self, *standbys: str) -> None:
        """From now on a commit waits for one of these standbys; without any it waits for none."""
        names = f"ANY 1 ({', '.join(standbys)})" if standbys else ""
        self.admin(f"ALTER SYSTEM SET synchronous_standby_names = {quoted(names)}; SELECT pg_reload_conf()")
        for name in standbys:
            wait_until(lambda: self._streams_to(name, "quorum"), f"{name} is synchronous", seconds=30, log=self.tail)  # noqa: B023

    def promote(self) -> None:
        """Make a standby a server that takes writes."""
        if self.admin("SELECT pg_promote(true, 60)") != [("t",)]:
            raise ServiceFailed(f"{self.name} is not promoted\n{self.tail()}")

    def _streams_to(self, name: str, state: str) -> bool:
        sql = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming' AND application_name"
        return self.admin(f"{sql} = {quoted(name)}") == [(state,)]

    def _make_data(self) -> None:
        if self._primary is None:
            options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            run([program("initdb"), "-D", self.data, *options, "--no-sync"], account=self.account)
            (self.data / "pg_hba.conf").write_text(_HBA)
        else:
            place = ["-h", HOST, "-p", str(self._primary.port), "-U", "postgres", "-c", "fast", "-X", "stream"]
            run([program("pg_basebackup"), "-D", self.data, *place, "--no-sync"], account=self.account)
            (self.data / "standby.signal").touch()
            # What was set on the primary while it ran, such as who it waits for.
            (self.data / "postgresql.auto.conf").write_text("")
            # Its name there is cluster_name.
            self.settings["primary_conninfo"] = f"host={HOST} port={self._primary.port} user=postgres"

    def _configure(self) -> None:
        settings = {**self.settings, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        if self.authority:
            certificate, key = self.authority.issue("server", self.account)
            settings |= {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)}
        lines = [f"{name} = {quoted(value)}\n" for name, value in settings.items()]
        (self.data / "postgresql.conf").write_text("".join(lines))

    def _make_users(self) -> None:
        roles = [f"CREATE ROLE {role}" for role in (_WITH_PASSWORD, _WITH_TLS)]
        users = [_new_user(USER), _new_user(PASSWORD_USER, PASSWORD), f"GRANT {USER} TO {PASSWORD_USER}"]
        self.admin(";".join([*roles, *users, _new_database(DATABASE)]))

    def _shared_memory(self) -> tuple[int, int]:
        """Key and number of the server's segment, which only it removes: one that was killed leaves it behind."""
        try:
            key, number = (self.data / "postmaster.pid").read_text().splitlines()[6].split()
        except (FileNotFoundError, IndexError, ValueError):  # it ended properly, or has not come that far
            return 0, -1
        return int(key), int(number)
