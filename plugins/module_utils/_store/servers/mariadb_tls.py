# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the drivers of MariaDB are told to be safe on the wire.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import ssl
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Fault
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.faults import FaultError
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import ServerLocation

_MODES: t.Final = {"verify": "VERIFY_IDENTITY", "encrypt": "REQUIRED", "off": "DISABLED"}


def tls_arguments(driver: t.Any, location: ServerLocation) -> dict[str, t.Any]:
    """Arguments of connect; on this machine nobody listens on the wire, and a context costs 28 ms."""
    tls = location.tls or "off"
    if driver.__name__ == "pymysql":
        return {"ssl_disabled": True} if tls == "off" else {"ssl": _context(tls, *_files(location))}
    authority, certificate, key = _files(location)
    # mysqlclient verifies whenever it is given an authority.
    trusted = (authority or ssl.get_default_verify_paths().cafile) if tls == "verify" else None
    files = {"ca": trusted, "cert": certificate, "key": key}
    return {"ssl_mode": _MODES[tls], "ssl": {name: file for name, file in files.items() if file and tls != "off"}}


def _files(location: ServerLocation) -> tuple[str | None, str | None, str | None]:
    authority, certificate, key = (location.options.get(name) for name in ("tls_ca", "tls_cert", "tls_key"))
    return authority, certificate, key


@functools.lru_cache(maxsize=8)
def _context(tls: str, authority: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=authority)
        if certificate:
            context.load_cert_chain(certificate, key)
    except OSError as error:
        raise FaultError(Fault("tls_failed", f"a file of tls_ca, tls_cert or tls_key: {error}")) from None
    if tls == "encrypt":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
