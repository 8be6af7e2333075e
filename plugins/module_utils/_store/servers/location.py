# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The URL of a ledger in a database server: who connects to which hosts, and how they prove who they are.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
from urllib.parse import parse_qsl, unquote

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, plain
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import SERVERS, Secret, without_secrets

PORTS: t.Final = {"postgresql": 5432, "mariadb": 3306}
TLS: t.Final = ("verify", "encrypt", "off")
OPTIONS: t.Final = {
    "postgresql": ("tls", "tls_ca", "tls_cert", "tls_key", "socket", "schema"),
    "mariadb": ("tls", "tls_ca", "tls_cert", "tls_key", "socket"),
}

_URL = re.compile(r"(?P<scheme>[a-z0-9+.-]+)://(?:(?P<user>[^/?#]*)@)?(?P<hosts>[^/?#]*)(?:/(?P<rest>[^?#]*))?", re.I)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


class Host(t.NamedTuple):
    name: str
    port: int

    @property
    def is_local(self) -> bool:
        if self.name == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.name).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


class ServerLocation(t.NamedTuple):
    """Where a ledger is kept by a server; without hosts it is asked through a socket of this machine."""

    kind: str
    user: str
    password: Secret
    hosts: tuple[Host, ...]
    database: str
    options: dict[str, str]

    @property
    def identity(self) -> t.Hashable:
        """What two locations share whose connections may stand in for each other."""
        return (*self[:5], *sorted(self.options.items()))

    @property
    def is_local(self) -> bool:
        return all(host.is_local for host in self.hosts)

    @property
    def tls(self) -> str:
        """verify, encrypt or off; empty for what the driver does by itself, which is right on this machine only."""
        return self.options.get("tls", "" if self.is_local else "verify")


def parse_server(store: str, password: str) -> ServerLocation:
    """Read the URL; ``bad_request`` says what is wrong with it, without the password that may stand in it."""
    url, _mark, query = store.partition("?")
    found = _URL.fullmatch(url)
    if not found or "#" in store:
        raise _wrong(store, "is not a URL such as postgresql://user@host/database")
    kind = SERVERS[found["scheme"].lower()]
    user, _colon, own = (found["user"] or "").partition(":")
    database = unquote(found["rest"] or "")
    if not database or "/" in database:
        raise _wrong(store, "names no database: put it behind the last slash")
    hosts = tuple(_host(store, text, kind) for text in found["hosts"].split(",") if found["hosts"])
    options = _options(store, kind, query)
    return ServerLocation(kind, unquote(user), Secret(password or unquote(own)), hosts, database, options)


def _host(store: str, text: str, kind: str) -> Host:
    found = _HOST.fullmatch(text)
    port = int(found[2] or PORTS[kind]) if found else 0
    if not found or not 0 < port < 65536:
        raise _wrong(store, "has a host that is not of the form name, name:port or [address]:port")
    return Host(found[1].strip("[]"), port)


def _options(store: str, kind: str, query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    known = OPTIONS[kind]
    unknown = sorted(set(options) - set(known))
    if "password" in unknown:
        raise _wrong(store, "has its password among the options. Set store_password instead")
    if unknown or len(options) != len(pairs):
        named = f"an unknown option '{plain(unknown[0])}'" if unknown else "an option twice"
        if "@" in query:  # what stands there may be the end of a password that has a ? in it
            named = "an unknown option. Write a ? in a password as %3F"
        raise _wrong(store, f"has {named}. There are {', '.join(known)}")
    if options.get("tls", "verify") not in TLS:
        raise _wrong(store, f"has an unknown value of tls. It is one of {', '.join(TLS)}")
    if not _IDENTIFIER.fullmatch(options.get("schema", "x")):
        raise _wrong(store, "has a schema that is not a plain name")
    return options


def _wrong(store: str, rule: str) -> LedgerError:
    return LedgerError("bad_request", f"store: '{without_secrets(store)}' {rule}.", option="store")
