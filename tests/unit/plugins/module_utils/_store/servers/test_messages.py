# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What drivers say of a connection that failed, where they have no more than words for it."""

from __future__ import annotations

import psycopg
import pymysql
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.kinds import engine
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server

HOST = 'connection to server at "10.0.0.9", port 5432 failed: '


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Connection refused", "store_unreachable"),
        ("FATAL:  the database system is starting up", "store_unreachable"),
        ("FATAL:  the database system is shutting down", "store_unreachable"),
        ("FATAL:  the database system is not yet accepting connections", "store_unreachable"),
        ('FATAL:  too many connections for role "ipam"', "store_unreachable"),
        ('FATAL:  too many connections for database "ipam"', "store_unreachable"),
        ("FATAL:  sorry, too many clients already", "store_unreachable"),
        ('FATAL:  database "ipam" does not exist', "store_missing"),
        ('FATAL:  role "ipam" does not exist', "login_failed"),
        ('FATAL:  password authentication failed for user "ipam"', "login_failed"),
        ("fe_sendauth: no password supplied", "login_failed"),
        ('FATAL:  no pg_hba.conf entry for host "::1", user "a", database "b", no encryption', "login_failed"),
        (
            'FATAL:  pg_hba.conf rejects connection for host "::1", user "a", database "b", no encryption',
            "login_failed",
        ),
        ('FATAL:  permission denied for database "ipam"', "access_denied"),
        ("server does not support SSL, but SSL was required", "tls_failed"),
        ("SSL error: certificate verify failed", "tls_failed"),
        ('server certificate for "a" does not match host name "b"', "tls_failed"),
        ("SSL SYSCALL error: EOF detected", "store_unreachable"),
        ("SSL connection has been closed unexpectedly", "store_unreachable"),
        ("SSL error: unexpected eof while reading", "store_unreachable"),
        # What libpq has instead of the words of a server that is just being started, or cannot start a process.
        ("server sent an error response during SSL exchange", "store_unreachable"),
    ],
)
def test_postgresql(said: str, reason: str) -> None:
    """What passes is tried again, what does not is not."""
    fault = engine(parse_server("postgresql://ipam@10.0.0.9/ipam", ""), 30).fault(psycopg.OperationalError(HOST + said))
    assert fault
    assert (fault.reason, fault.again, fault.lost) == (reason, reason == "store_unreachable", True)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("([Errno 111] Connection refused)", "store_unreachable"),
        ("([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate)", "tls_failed"),
        ("([SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca)", "tls_failed"),
        ("([SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol)", "store_unreachable"),
    ],
)
def test_mariadb(said: str, reason: str) -> None:
    error = pymysql.OperationalError(2003, f"Can't connect to MySQL server on '10.0.0.9' {said}")
    fault = engine(parse_server("mariadb://ipam@10.0.0.9/ipam", ""), 30).fault(error)
    assert fault
    assert (fault.reason, fault.again, fault.lost) == (reason, reason == "store_unreachable", True)


def test_somebody_elses_error() -> None:
    for url in ("postgresql://h/db", "mariadb://h/db"):
        assert engine(parse_server(url, ""), 30).fault(ValueError("x")) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "Error while appending streaming replication fragment(provider status: Not connected to Primary Component)",
            "store_unreachable",
        ),
        ("Got error 5 during COMMIT", "store_failed"),
    ],
)
def test_a_commit_that_failed(said: str, reason: str) -> None:
    """A Galera node that has lost the others takes no more writers; in any case nobody knows whether it was done."""
    fault = engine(parse_server("mariadb://ipam@10.0.0.9/ipam", ""), 30).fault(pymysql.OperationalError(1180, said))
    assert fault
    assert (fault.reason, fault.again, fault.lost) == (reason, True, True)
