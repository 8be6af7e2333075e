# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""PostgreSQL through psycopg 3, or psycopg2 where that is what there is.

READ COMMITTED: the row lock comes first, so each statement after it sees what the last writer left.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import importlib
import re
import ssl
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import POSTGRESQL, migrate
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.drivers import load
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Fault, Session
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.faults import FaultError, version_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import ServerLocation
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.rights import PostgresRights
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.session import ServerSession
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access

_INSERT: t.Final = re.compile(r"INSERT INTO (\w+ \([\w, ]+\)) VALUES \((?:%s, )*%s\)")
_FEW: t.Final = 4  # rows; more are faster as COPY (measured: 16 in a third of the time, 500 in a sixth)
_LOCK: t.Final = 0x6E6C6970  # of pg_advisory_xact_lock: who makes or upgrades tables
_SSLMODE: t.Final = {"": "prefer", "verify": "verify-full", "encrypt": "require", "off": "disable"}
# A host that is gone while it is to answer is noticed within 25 seconds, not two hours.
_KEEPALIVES: t.Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_BEGIN: t.Final = {
    Access.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    Access.WRITE: "BEGIN",
    Access.REHEARSE: "BEGIN",
}

# SQLSTATE or its class (the first two characters): the reason, whether to try again, whether the connection is gone.
_STATES: t.Final = {
    "08": ("store_unreachable", True, True),
    "23505": ("store_failed", True, False),
    "25006": ("store_readonly", True, True),
    "25P03": ("store_unreachable", True, True),
    "28": ("login_failed", False, True),
    "3D": ("store_missing", False, True),
    "3F": ("store_missing", False, False),
    "40": ("lock_timeout", True, False),
    "42704": ("bad_request", False, False),
    "42501": ("access_denied", False, False),
    "42P01": ("not_a_ledger", False, False),
    "42703": ("not_a_ledger", False, False),
    "42P07": ("not_a_ledger", False, False),
    "53100": ("store_full", False, False),
    "53": ("store_unreachable", True, True),
    "55P03": ("lock_timeout", False, False),
    "57P": ("store_unreachable", True, True),
    "58030": ("store_failed", False, True),
    "XX001": ("store_corrupt", False, False),
    "XX002": ("store_corrupt", False, False),
}
# A refused connection has no SQLSTATE in libpq, only a text.
_REFUSALS: t.Final = tuple(
    (re.compile(text, re.DOTALL), reason)
    for text, reason in (
        (r"no password supplied|authentication failed|pg_hba\.conf", "login_failed"),
        (r'FATAL: +role "', "login_failed"),
        (r"permission denied for database", "access_denied"),
        (r'FATAL: +database ".*" does not exist', "store_missing"),
        # A connection through TLS that breaks tells of SSL too, and so does one that the server had no process for.
        (r"SSL SYSCALL|unexpected eof|closed unexpectedly|error response during SSL", ""),
        (r"certificate|private key|SSL", "tls_failed"),
    )
)

_HOLDERS: t.Final = """
SELECT a.usename, host(a.client_addr), a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.relation IN (to_regclass('subnet'), to_regclass('vrf')) AND l.mode IN ('RowExclusiveLock',
'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') AND l.granted AND a.pid <> pg_backend_pid()
ORDER BY a.xact_start LIMIT 1"""


class PostgresSession(ServerSession):
    """A connection to PostgreSQL."""

    kind = "postgresql"

    def __init__(self, connection: t.Any, batch: t.Callable[..., None], identity: t.Hashable) -> None:
        super().__init__(connection, identity)
        self._batch = batch
        now, self.is_standby, self.version = self.execute(
            # A standby, or a user or database that is set to read only.
            "SELECT extract(epoch FROM clock_timestamp())::float8, current_setting('transaction_read_only')::bool, "
            "current_setting('server_version')"
        ).fetchone()
        self.ahead = clock.offset(now)

    def _write_many(self, cursor: t.Any, sql: str, rows: t.Iterable[t.Sequence[t.Any]]) -> None:
        self._batch(cursor, sql, rows)

    def insert(self, sql: str, parameters: t.Sequence[t.Any], /) -> int:
        return int(self.execute(f"{sql} RETURNING id", parameters).fetchone()[0])

    def begin(self, access: Access) -> None:
        self.execute(_BEGIN[access])


class PostgresEngine:
    """``Engine`` says what is expected of it."""

    dialect = POSTGRESQL
    rights: t.Final = PostgresRights()

    def __init__(self, location: ServerLocation, lock_timeout: float) -> None:
        self._location = location
        self._lock_timeout = lock_timeout
        self._driver = load("postgresql")

    def identity(self, affinity: str) -> t.Hashable:
        return (self._location.identity, self._lock_timeout)

    @property
    def hosts(self) -> int:
        return len(self._location.hosts) or 1

    def connect(self, number: int, affinity: str, seconds: float) -> PostgresSession:
        location = self._location
        found: dict[str, t.Any] = {"dbname": location.database, "connect_timeout": max(2, int(seconds))}
        if location.hosts:
            found["host"], found["port"] = location.hosts[number]
            found["sslmode"] = _SSLMODE[location.tls]
            found.update(_certificates(location))
        if "socket" in location.options:
            found["host"] = location.options["socket"]
        if location.user:
            found["user"] = location.user
        if location.password:
            found["password"] = str(location.password)
        connection = self._driver.connect(
            **found,
            application_name="netledger.ipam",
            client_encoding="UTF8",
            tcp_user_timeout=int(1000 * (self._lock_timeout + 10)),
            **_KEEPALIVES,
            options=self._settings(),
        )
        try:
            connection.autocommit = True
            return PostgresSession(connection, _batch(self._driver), self.identity(""))
        except self._driver.Error:
            connection.close()
            raise

    def _settings(self) -> str:
        timeout = max(1, int(1000 * self._lock_timeout))  # 0 would be for ever
        settings = {"lock_timeout": timeout, "idle_in_transaction_session_timeout": 60_000 + timeout}
        schema = self._location.options.get("schema")
        named = f" -c search_path={schema}" if schema else ""
        return " ".join(f"-c {name}={value}" for name, value in settings.items()) + named

    def fault(self, error: BaseException) -> Fault | None:
        if not isinstance(error, self._driver.Error):
            return None
        state = _state(error)
        cause = str(error)
        for key, (reason, again, lost) in _STATES.items():
            if state == key or (len(key) < 5 and state.startswith(key)):
                return Fault(reason, cause, again, lost or _ends(error), double=state == "23505")
        if state or not isinstance(error, (self._driver.OperationalError, self._driver.InterfaceError)):
            return Fault("store_failed", cause)
        refused = next((reason for text, reason in _REFUSALS if text.search(cause)), "")
        return Fault(refused, cause, lost=True) if refused else Fault("store_unreachable", cause, True, True)

    def version_of(self, session: Session) -> int | None:
        try:
            row = session.execute("SELECT schema_version FROM meta WHERE id = 1").fetchone()
        except self._driver.Error as error:
            state = _state(error)
            if state == "42P01":
                return None
            if state.startswith("42") and state != "42501":
                raise FaultError(Fault("not_a_ledger", str(error))) from None
            raise
        return version_in(row)

    def migrate(self, session: Session, version: int | None) -> bool:
        """In one transaction: PostgreSQL takes back tables as it takes back rows."""
        session.begin(Access.WRITE)
        schema = self._location.options.get("schema")
        session.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        # Without a look, IF NOT EXISTS would take the right to create it also where it is there.
        if schema and not session.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)).fetchone():
            session.execute(f'CREATE SCHEMA "{schema}"')
        session.execute("SAVEPOINT look")
        found = self._version_under_lock(session)
        if found == version:
            migrate(session, found or 0, self.dialect)
        session.commit()
        return found == version

    def _version_under_lock(self, session: Session) -> int | None:
        try:
            return self.version_of(session)
        finally:
            session.execute("ROLLBACK TO SAVEPOINT look")

    def holder(self, session: Session) -> str:
        row = session.execute(_HOLDERS).fetchone()
        if row is None:
            return ""
        user, address, application, process = row
        where = f" from {address}" if address else ""
        return f"user {user}{where} ({application or 'process'} {process})"


def _state(error: BaseException) -> str:
    """The SQLSTATE as psycopg or psycopg2 has it; empty where there is none."""
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""


def _ends(error: BaseException) -> bool:
    """Whether the server closes the connection with this error, as when it has no room for its log."""
    diagnosis = getattr(error, "diag", None)
    return diagnosis is not None and diagnosis.severity_nonlocalized in ("FATAL", "PANIC")


def _batch(driver: t.Any) -> t.Callable[..., None]:
    if driver.__name__ == "psycopg2":
        # psycopg2's own executemany sends rows one by one.
        return functools.partial(importlib.import_module("psycopg2.extras").execute_batch, page_size=500)
    return _insert_many


def _insert_many(cursor: t.Any, sql: str, rows: t.Iterable[t.Sequence[t.Any]]) -> None:
    """Write many rows; a plain INSERT of more than a few as COPY, for which the right to insert suffices."""
    listed = list(rows)
    insert = _INSERT.fullmatch(sql) if len(listed) > _FEW else None
    if insert is None:
        cursor.executemany(sql, listed)
        return
    with cursor.copy(f"COPY {insert[1]} FROM STDIN") as copy:
        for row in listed:
            copy.write_row(row)


def _certificates(location: ServerLocation) -> dict[str, str]:
    named = {"tls_ca": "sslrootcert", "tls_cert": "sslcert", "tls_key": "sslkey"}
    found = {theirs: location.options[ours] for ours, theirs in named.items() if ours in location.options}
    if location.tls == "verify" and "sslrootcert" not in found:
        # The authorities that the machine trusts; libpq by itself looks into the user's home only.
        found["sslrootcert"] = ssl.get_default_verify_paths().cafile or "system"
    return found
