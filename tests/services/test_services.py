# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers that tests use: they start, fall, come back with their data, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import psycopg
import pymysql
import pytest
from ansible_collections.netledger.ipam.tests.services import during, fixtures
from ansible_collections.netledger.ipam.tests.services.access import (
    DATABASE,
    PASSWORD,
    PASSWORD_USER,
    USER,
    Database,
)
from ansible_collections.netledger.ipam.tests.services.galera import GaleraCluster
from ansible_collections.netledger.ipam.tests.services.mariadb import MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import (
    HOST,
    ServiceFailed,
    ServiceMissing,
    find_program,
    processes_in,
    wait_until,
)

TABLE = "CREATE TABLE kept (number integer PRIMARY KEY); INSERT INTO kept VALUES (1)"
ROWS = "SELECT number FROM kept ORDER BY number"


def postgres(server: PostgresServer, user: str = USER, **options: str) -> psycopg.Connection[t.Any]:
    password = options.pop("password", None)
    return psycopg.connect(server.url(user=user, **options), password=password, connect_timeout=10)


def mariadb(port: int, user: str = USER, **options: t.Any) -> pymysql.Connection[t.Any]:
    return pymysql.connect(host=HOST, port=port, user=user, database=DATABASE, connect_timeout=10, **options)


def test_postgresql_falls_and_comes_back_with_its_data() -> None:
    with PostgresServer() as server:
        with postgres(server) as connection:
            connection.execute(TABLE)
        server.kill()
        assert server.left() == []
        with pytest.raises(psycopg.OperationalError):
            postgres(server)
        server.start()
        assert server.admin(ROWS, DATABASE) == [("1",)]
        assert server.admin("SHOW fsync; SHOW synchronous_commit") == [("on",), ("on",)]
        server.restart()
        with postgres(server) as connection:
            assert connection.execute(ROWS).fetchall() == [(1,)]
        server.stop()
        assert server.left() == []
        server.settings["no_such_setting"] = "1"
        with pytest.raises(ServiceFailed, match='unrecognized configuration parameter "no_such_setting"'):
            server.start()
    assert not server.folder.exists()


def test_postgresql_asks_for_passwords_and_speaks_tls() -> None:
    with PostgresServer(tls=True, durable=False) as server:
        assert server.authority
        server.create_user("careful", tls=True)
        trusted = {"sslmode": "verify-full", "sslrootcert": str(server.authority.certificate)}
        postgres(server, PASSWORD_USER, password=PASSWORD).close()
        postgres(server, "careful", **trusted).close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            postgres(server, PASSWORD_USER, password="wrong")
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            postgres(server, "careful", sslmode="disable")
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            postgres(server, sslmode="verify-full", sslrootcert="system")


def test_a_standby_takes_over_what_was_committed() -> None:
    with PostgresServer() as primary, contextlib.closing(primary.standby(synchronous=True)) as standby:
        primary.admin(TABLE, DATABASE)
        with pytest.raises(ServiceFailed, match="read-only transaction"):
            standby.admin("INSERT INTO kept VALUES (2)", DATABASE)
        primary.kill()
        standby.promote()
        assert standby.admin(f"INSERT INTO kept VALUES (3); {ROWS}", DATABASE) == [("1",), ("3",)]


def test_mariadb_falls_and_comes_back_with_its_data() -> None:
    with MariadbServer() as server:
        server.admin(TABLE, DATABASE)
        server.kill()
        assert server.left() == []
        with pytest.raises(pymysql.OperationalError):
            mariadb(server.port)
        server.start()
        assert server.admin("SELECT @@innodb_flush_log_at_trx_commit") == [("1",)]
        server.restart()
        with mariadb(server.port) as connection, connection.cursor() as cursor:
            cursor.execute(ROWS)
            assert list(cursor.fetchall()) == [(1,)]
        server.stop()
        assert server.left() == []
        server.settings["no_such_setting"] = "1"
        with pytest.raises(ServiceFailed, match="unknown variable 'no_such_setting=1'"):
            server.start()
    assert not server.folder.exists()


def test_mariadb_asks_for_passwords_and_speaks_tls() -> None:
    with MariadbServer(tls=True, durable=False) as server:
        assert server.authority
        server.create_user("careful", tls=True)
        server.admin(f"GRANT ALL ON {DATABASE}.* TO careful@'{HOST}'")
        mariadb(server.port, PASSWORD_USER, password=PASSWORD).close()
        mariadb(server.port, "careful", ssl=ssl.create_default_context(cafile=server.authority.certificate)).close()
        with pytest.raises(pymysql.OperationalError, match="Access denied"):
            mariadb(server.port, PASSWORD_USER, password="wrong")
        with pytest.raises(pymysql.OperationalError, match="Access denied"):
            mariadb(server.port, "careful", ssl_disabled=True)
        with pytest.raises(pymysql.OperationalError, match="certificate verify failed"):
            mariadb(server.port, ssl=ssl.create_default_context())


def test_a_cluster_loses_nodes_and_gets_them_back() -> None:
    def alone() -> bool:
        return third.states()["wsrep_cluster_status"] == "non-Primary"

    with GaleraCluster() as cluster:
        first, second, third = cluster.nodes
        assert [node.size() for node in cluster.nodes] == [3, 3, 3]
        second.admin(TABLE, DATABASE)
        cluster.kill(first)
        cluster.wait_until_synced()
        assert third.size() == 2
        third.admin("INSERT INTO kept VALUES (2)", DATABASE)
        cluster.rejoin(first)
        assert first.admin(f"SET wsrep_sync_wait = 1; {ROWS}", DATABASE) == [("1",), ("2",)]

        cluster.kill(first, second)
        wait_until(alone, "the third node sees that it is alone", seconds=30, log=third.tail)
        with pytest.raises(ServiceFailed, match="1047"):
            third.admin(ROWS, DATABASE)
        cluster.bootstrap(third)
        assert third.admin(ROWS, DATABASE) == [("1",), ("2",)]
    assert not any(node.left() or node.folder.exists() for node in cluster.nodes)


def test_workers_share_a_server_and_the_last_one_ends_it(tmp_path: Path) -> None:
    (tmp_path / "test_ports.py").write_text(
        "import pathlib, time\n"
        "def test_port(postgres_server):\n"
        "    postgres_server.admin('CREATE TABLE one (n integer)', postgres_server.database)\n"
        "    seen = pathlib.Path('seen')\n"
        "    seen.open('a').write(f'{postgres_server.ports[0]} {postgres_server.database}\\n')\n"
        "    while len(seen.read_text().splitlines()) < 2: time.sleep(0.05)\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "--dist=each", "--tx=2*popen"]
    command += ["-p", fixtures.__name__, "--basetemp=temporary"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take longer to load than the server to start
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = [line.split() for line in (tmp_path / "seen").read_text().splitlines()]
    assert len({port for port, _ in seen}) == 1
    assert {database for _, database in seen} == {"ipam_gw0", "ipam_gw1"}
    run = tmp_path / "temporary"
    wait_until(lambda: not owners(run), "the owner ends the server", seconds=20, log=(run / "postgresql.log").read_text)
    assert not (run / "postgresql.json").exists()


def owners(folder: Path) -> list[int]:
    """The processes that own a shared server of this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes().split(b"\0")[-3:-1] == [b"postgresql", str(folder).encode()]:
                found.append(int(path.parent.name))
    return found


def test_a_command_has_a_server_as_long_as_it_runs() -> None:
    ask = "import os, psycopg; print(psycopg.connect(os.environ['NETLEDGER_IPAM_STORE']).info.port); exit(3)"
    command = [sys.executable, "-m", during.__name__, "postgresql", sys.executable, "-c", ask]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=HOST, port=int(done.stdout))


@pytest.mark.parametrize("kind", [PostgresServer, MariadbServer], ids=["postgresql", "mariadb"])
def test_a_server_ends_with_the_process_that_started_it(kind: type) -> None:
    started = (
        f"import time; from {kind.__module__} import {kind.__name__} as Kind; server = Kind(durable=False)\n"
        "server.start(); print(server.folder, flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", started], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    folder = Path(owner.stdout.readline().strip())
    assert processes_in(folder)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    deadline = time.monotonic() + 15
    while folder.exists() or processes_in(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_test_has_an_empty_database_of_its_own(postgres_database: Database, mariadb_database: Database) -> None:
    assert postgres_database.admin("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [("0",)]
    assert mariadb_database.admin("SHOW TABLES") == []
    postgres_url, mariadb_url = postgres_database.url(), mariadb_database.url(PASSWORD_USER, tls="off")
    port = mariadb_database.server.ports[0]
    assert postgres_url == f"postgresql://ipam@127.0.0.1:{postgres_database.server.ports[0]}/{postgres_database.name}"
    assert mariadb_url == f"mariadb://ipam_password@127.0.0.1:{port}/{mariadb_database.name}?tls=off"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ServiceMissing, match="no-such-server is missing: install Debian's package postgresql"):
        find_program("no-such-server", "postgresql")
