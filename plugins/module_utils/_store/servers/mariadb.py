# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""MariaDB, Galera and MySQL through PyMySQL, or mysqlclient where that is what there is.

READ COMMITTED for writers: the row lock comes first, so each statement after it sees what the last writer left. In a
Galera cluster the loser of two writers on different nodes learns it at the end at the latest, and starts anew.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t
import zlib

from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import MARIADB, TABLES, VERSION, VIEWS, steps
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.drivers import load
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Fault, Session
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.faults import FaultError, version_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import ServerLocation
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.mariadb_connect import connect
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.rights import MariadbRights
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.session import ServerSession
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access

_LOCK: t.Final = "netledger.ipam"  # of GET_LOCK: who makes or upgrades tables
_THERE_ALREADY: t.Final = (1050, 1060, 1061)  # table, column, index: of a step that was interrupted

_NAMES: t.Final = ", ".join(f"'{name}'" for name in (*TABLES, *VIEWS))
_OURS: t.Final = (
    f"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ({_NAMES})"
)
_RAISE_VERSION: t.Final = "UPDATE meta SET schema_version = ? WHERE schema_version = ?"

# Codes of errors: the reason, whether to try again, whether the connection is gone.
_CODES: t.Final = {
    0: ("store_unreachable", True, True),
    3: ("store_full", False, False),
    1020: ("lock_timeout", True, False),
    1021: ("store_full", False, False),
    1026: ("store_full", False, False),
    1034: ("store_corrupt", False, False),
    1040: ("store_unreachable", True, True),
    1044: ("access_denied", False, False),
    1045: ("login_failed", False, True),
    1047: ("store_unreachable", True, True),
    1049: ("store_missing", False, True),
    1053: ("store_unreachable", True, True),
    1054: ("not_a_ledger", False, False),
    1062: ("store_failed", True, False),
    1114: ("store_full", False, False),
    1129: ("store_unreachable", False, True),
    1133: ("bad_request", False, False),
    1142: ("access_denied", False, False),
    1143: ("access_denied", False, False),
    1146: ("not_a_ledger", False, False),
    1180: ("store_failed", True, True),
    1194: ("store_corrupt", False, False),
    1205: ("lock_timeout", False, False),
    1213: ("lock_timeout", True, False),
    1227: ("access_denied", False, False),
    1290: ("store_readonly", True, True),
    1305: ("lock_timeout", True, False),  # no such savepoint: the transaction lost against another one
    1370: ("access_denied", False, False),
    1410: ("bad_request", False, False),
    1698: ("login_failed", False, True),
    1820: ("login_failed", False, True),
    1836: ("store_readonly", True, True),
    1862: ("login_failed", False, True),
    1927: ("store_unreachable", True, True),
    2002: ("store_unreachable", True, True),
    2003: ("store_unreachable", True, True),
    2005: ("store_unreachable", True, True),
    2006: ("store_unreachable", True, True),
    2013: ("store_unreachable", True, True),
    2026: ("tls_failed", False, True),
    2055: ("store_unreachable", True, True),
    4151: ("login_failed", False, True),
}

_HOLDERS: t.Final = (
    "SELECT p.user, p.host, p.id FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.id = t.trx_mysql_thread_id WHERE t.trx_rows_locked > 0 AND p.id <> CONNECTION_ID() AND p.db = DATABASE() "
    "ORDER BY t.trx_started LIMIT 1"
)


class MariadbSession(ServerSession):
    """A connection to MariaDB or MySQL."""

    def __init__(self, connection: t.Any, identity: t.Hashable, lock_timeout: float) -> None:
        super().__init__(connection, identity)
        now, read_only, self.version = self.execute(
            "SELECT UNIX_TIMESTAMP(NOW(6)), @@global.read_only, VERSION()"
        ).fetchone()
        self.ahead = clock.offset(float(now))
        self.is_standby = bool(read_only)
        self.kind = "mariadb" if "mariadb" in self.version.lower() else "mysql"
        wait = max(1, int(lock_timeout))
        self.execute(
            f"SET SESSION innodb_lock_wait_timeout = {wait}, lock_wait_timeout = {wait}, "
            # MariaDB would make a user whom a GRANT names. A Galera node first catches up with all commits elsewhere.
            # And a machine that is gone keeps nobody waiting for the rows that it locked.
            + (
                "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_CREATE_USER', wsrep_sync_wait = 1, "
                f"idle_transaction_timeout = {60 + wait}"
                if self.kind == "mariadb"
                else "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"
            )
        )
        self.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")

    def _write_many(self, cursor: t.Any, sql: str, rows: t.Iterable[t.Sequence[t.Any]]) -> None:
        cursor.executemany(sql, list(rows))

    def insert(self, sql: str, parameters: t.Sequence[t.Any], /) -> int:
        return int(self.execute(sql, parameters).lastrowid)

    def begin(self, access: Access) -> None:
        if access is Access.READ:
            # All statements of a reader see the same; for a writer that would be what was there before it waited.
            self.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            self.execute("START TRANSACTION READ ONLY")
        else:
            self.execute("START TRANSACTION")

    def close(self) -> None:
        # A connection that the server ended is closed already, and the drivers complain about that.
        if getattr(self._connection, "open", True):
            super().close()


class MariadbEngine:
    """``Engine`` says what is expected of it."""

    dialect = MARIADB
    rights: t.Final = MariadbRights()

    def __init__(self, location: ServerLocation, lock_timeout: float) -> None:
        # Sorted, so that two who name the nodes in another order still meet.
        self._location = location._replace(hosts=tuple(sorted(location.hosts)))
        self._lock_timeout = lock_timeout
        self._driver = load("mariadb")

    def identity(self, affinity: str) -> t.Hashable:
        return (self._location.identity, self._lock_timeout, self._first(affinity))

    @property
    def hosts(self) -> int:
        return len(self._location.hosts) or 1

    def _first(self, affinity: str) -> int:
        return zlib.crc32(affinity.encode()) % self.hosts

    def connect(self, number: int, affinity: str, seconds: float) -> MariadbSession:
        place = (self._first(affinity) + number) % self.hosts
        connection = connect(self._driver, self._location, place, seconds, max(1, int(self._lock_timeout) + 15))
        try:
            return MariadbSession(connection, self.identity(affinity), self._lock_timeout)
        except self._driver.Error as error:
            connection.close()
            raise FaultError(self._meaning(error)._replace(lost=True)) from None

    def fault(self, error: BaseException) -> Fault | None:
        return self._meaning(error) if isinstance(error, self._driver.Error) else None

    def _meaning(self, error: BaseException) -> Fault:
        code, *said = error.args or (0,)
        cause = f"{code}: {said[-1]}" if said else str(code)
        if isinstance(error, self._driver.InterfaceError) or not isinstance(code, int):
            code = 0  # the driver and the server have lost each other
        elif code == 2003 and "[SSL" in cause and "EOF" not in cause:
            code = 2026
        elif code == 1180 and "Not connected to Primary" in cause:
            code = 1047
        elif code == 1030 and "error 28" in cause:
            code = 1021
        reason, again, lost = _CODES.get(code, ("store_failed", False, False))
        return Fault(reason, cause, again, lost, double=code == 1062)

    def version_of(self, session: Session) -> int | None:
        try:
            row = session.execute("SELECT schema_version FROM meta WHERE id = 1").fetchone()
        except self._driver.Error as error:
            if error.args[0] == 1146:
                return None
            raise
        return version_in(row) or None  # 0 while the tables are being made

    def migrate(self, session: Session, version: int | None) -> bool:
        """Each statement is committed by itself, so one that is there already was made by a step that broke off."""
        row = session.execute("SELECT GET_LOCK(?, ?)", (_LOCK, max(1, int(self._lock_timeout)))).fetchone()
        if not row or row[0] != 1:
            raise FaultError(Fault("lock_timeout", "another process makes or upgrades the tables"))
        try:
            if self.version_of(session) != version:
                return False
            return self._upgrade(session, version) if version else self._make_all(session)
        finally:
            session.execute("SELECT RELEASE_LOCK(?)", (_LOCK,))

    def _make_all(self, session: Session) -> bool:
        """Nobody sees a version before all is there."""
        there = {str(row[0]) for row in session.execute(_OURS).fetchall()}
        if there and "meta" not in there:
            raise FaultError(Fault("not_a_ledger", f"there is a table {min(there)}"))
        for _number, statements in steps(self.dialect, 0):
            for statement in statements:
                self._make(session, statement)
        return bool(session.execute(_RAISE_VERSION, (VERSION, 0)).rowcount)

    def _upgrade(self, session: Session, version: int) -> bool:
        done = False
        for number, statements in steps(self.dialect, version):
            for statement in statements:
                self._make(session, statement)
            done = bool(session.execute(_RAISE_VERSION, (number, number - 1)).rowcount)
        return done

    def _make(self, session: Session, statement: str) -> None:
        if statement.startswith("INSERT INTO meta"):
            statement = statement.replace("INSERT", "INSERT IGNORE", 1)
        try:
            session.execute(statement)
        except self._driver.Error as error:
            if error.args[0] not in _THERE_ALREADY:
                raise

    def holder(self, session: Session) -> str:
        row = session.execute(_HOLDERS).fetchone()
        return f"user {row[0]} from {row[1]} (connection {row[2]})" if row else ""
