# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connecting to MariaDB with either driver: who connects, how long that may take, and how safe it has to be.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import re
import socket
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Fault
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.faults import FaultError
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import Host, ServerLocation
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.mariadb_tls import tls_arguments

_FOUND_ROWS: t.Final = 2  # client flag: an UPDATE counts the rows that it found, not those that it altered
_ESCAPES: t.Final = {"b": "\b", "t": "\t", "n": "\n", "r": "\r", "s": " "}
_QUOTED: t.Final = re.compile(r"(['\"])((?:\\.|(?!\1).)*)\1")
_GROUPS: t.Final = ("client", "client-server", "client-mariadb")


def connect(driver: t.Any, location: ServerLocation, number: int, seconds: float, patience: int) -> t.Any:
    """A connection to the host of that number, made in about so many seconds; ``patience`` is for each answer later.

    Raises an error of the driver, or FaultError.
    """
    host = location.hosts[number] if location.hosts else None
    own = own_settings(os.path.expanduser("~/.my.cnf"))
    found: dict[str, t.Any] = {
        **_account(driver, location, own),
        **_place(location, host, own),
        **tls_arguments(driver, location),
        "database": location.database,
        "charset": "utf8mb4",
        "autocommit": True,
        "connect_timeout": max(1, int(seconds)),
        "read_timeout": patience,
        "write_timeout": patience,
        "client_flag": _FOUND_ROWS,
    }
    if driver.__name__ == "pymysql" and host and "unix_socket" not in found:
        connection = driver.connect(**found, defer_connect=True)
        connection.connect(_greeted(host, seconds))
    else:
        connection = driver.connect(**found)
    if location.tls in ("verify", "encrypt"):
        _check_encrypted(connection)
    return connection


def _account(driver: t.Any, location: ServerLocation, own: dict[str, str]) -> dict[str, t.Any]:
    """Who connects: what the setting says goes before the file of the client."""
    user, password = location.user or own.get("user", ""), str(location.password) or own.get("password", "")
    # PyMySQL by itself takes a password for Latin-1, which it need not be.
    secret: str | bytes = password.encode() if driver.__name__ == "pymysql" else password
    return {name: value for name, value in (("user", user), ("password", secret)) if value}


def _place(location: ServerLocation, host: Host | None, own: dict[str, str]) -> dict[str, t.Any]:
    """Where it connects to. The file of the client counts only where the setting names nothing."""
    if "socket" in location.options:
        return {"unix_socket": location.options["socket"]}
    if host:
        return {"host": host.name, "port": host.port}
    if "socket" in own:
        return {"unix_socket": own["socket"]}
    return {"host": own.get("host", "localhost")}


def own_settings(path: str) -> dict[str, str]:
    """What a file like ~/.my.cnf says to all clients. A line that is none of its form says nothing."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file]
    except OSError:
        return {}
    found: dict[str, str] = {}
    group = ""
    for line in lines:
        if line.startswith("["):
            group = line.strip("[]")
        elif group in _GROUPS and "=" in line and line[0] not in "#;":
            name, _equals, value = line.partition("=")
            found[name.strip()] = _value(value.strip())
    return found


def _value(text: str) -> str:
    """A value without its quotes, or up to a comment, and with what a backslash stands for."""
    quoted = _QUOTED.match(text)
    bare = quoted[2] if quoted else text.partition("#")[0].rstrip()
    return re.sub(r"\\([btnrs\\'\"])", lambda found: _ESCAPES.get(found[1], found[1]), bare)


def _greeted(host: Host, seconds: float) -> socket.socket:
    """A connection on which the server has begun to speak: the driver would wait long for one that hangs."""
    try:
        wire = socket.create_connection(host, timeout=max(1.0, seconds))
    except OSError as error:
        raise _silent(host, error) from None
    try:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        wire.recv(1, socket.MSG_PEEK)
    except OSError as error:
        wire.close()
        raise _silent(host, error) from None
    return wire


def _silent(host: Host, error: OSError) -> FaultError:
    return FaultError(Fault("store_unreachable", f"{host}: {error}", again=True, lost=True))


def _check_encrypted(connection: t.Any) -> None:
    """Old releases of PyMySQL go on in the open where the server does not speak TLS."""
    cursor = connection.cursor()
    cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
    row = cursor.fetchone()
    if not row or not row[1]:
        connection.close()
        raise FaultError(Fault("tls_failed", "the server does not speak TLS"))
