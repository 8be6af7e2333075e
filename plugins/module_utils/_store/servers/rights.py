# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may do what with the tables of a ledger in a server.

Readers read. Writers give and take addresses and subnets, and neither alter the history nor the tables.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import TABLES, VIEWS

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Session

Rights = dict[str, frozenset[str]]
"""By table or view, what a user may do with it."""

_READ: t.Final = frozenset(("SELECT",))
_ADD: t.Final = _READ | {"INSERT"}
_ALL: t.Final = _ADD | {"UPDATE", "DELETE"}
_OF_WRITERS: t.Final = {"meta": _READ, "history": _ADD}

READERS: t.Final[Rights] = dict.fromkeys((*TABLES, *VIEWS), _READ)
WRITERS: t.Final[Rights] = {name: _OF_WRITERS.get(name, _READ if name in VIEWS else _ALL) for name in READERS}


_NO_RIGHTS: t.Final = (1141, 1147)  # none at all, none on the table


class Account(t.NamedTuple):
    """A user as engines know it; MariaDB has one for each host that it comes from."""

    name: str
    host: str


def parse_account(text: str, option: str) -> Account:
    """Read ``user`` or ``user@host``."""
    name, _at, host = text.rpartition("@") if "@" in text else (text, "", "%")
    if not name or not host or not text.isprintable() or any(mark in text for mark in "'\"`\\"):
        raise bad_request(option, text, "is not a user of the database, such as joe or joe@10.0.0.%.")
    return Account(name, host)


class PostgresRights:
    """Rights in PostgreSQL, where a user is the same from wherever it comes."""

    def give(self, session: Session, account: Account, rights: Rights) -> bool:
        """Give a user exactly these rights, in the caller's transaction; False where it had them."""
        role = account.name if account.host == "%" else f"{account.name}@{account.host}"
        rows = session.execute(
            "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r "
            "ON r.oid = a.grantee WHERE r.rolname = ? AND c.relnamespace = current_schema()::regnamespace",
            (role,),
        ).fetchall()
        changes = _changes(_by_name(rows), rights, f'"{role}"')
        if changes:
            (schema,) = session.execute("SELECT quote_ident(current_schema())").fetchone()
            changes.append(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')
        for change in changes:
            session.execute(change)
        return bool(changes)


class MariadbRights:
    """Rights in MariaDB and MySQL."""

    def give(self, session: Session, account: Account, rights: Rights) -> bool:
        """The same. Rights of others are shown to administrators only: for the others they are taken and given anew."""
        user = f"'{account.name}'@'{account.host}'"
        rows = session.execute(
            "SELECT table_name, privilege_type FROM information_schema.table_privileges "
            "WHERE grantee = ? AND table_schema = DATABASE()",
            (user,),
        ).fetchall()
        present = _by_name(rows)
        changes = _changes(present, rights, user)
        for name in rights if not present else ():
            self._take_all(session, name, user)
        for change in changes:
            session.execute(change)
        return bool(changes)

    def _take_all(self, session: Session, name: str, user: str) -> None:
        try:
            session.execute(f"REVOKE ALL PRIVILEGES ON {name} FROM {user}")
        except Exception as error:
            if not error.args or error.args[0] not in _NO_RIGHTS:
                raise


def _by_name(rows: t.Iterable[tuple[t.Any, t.Any]]) -> Rights:
    found: dict[str, set[str]] = {}
    for name, right in rows:
        found.setdefault(str(name), set()).add(str(right))
    return {name: frozenset(rights) for name, rights in found.items()}


def _changes(present: Rights, rights: Rights, user: str) -> list[str]:
    """The statements that make the present rights of a user those that it is to have."""
    changes = []
    for name, wanted in rights.items():
        there = present.get(name, frozenset())
        if wanted - there:
            changes.append(f"GRANT {', '.join(sorted(wanted - there))} ON {name} TO {user}")
        if there - wanted:
            changes.append(f"REVOKE {', '.join(sorted(there - wanted))} ON {name} FROM {user}")
    return changes
