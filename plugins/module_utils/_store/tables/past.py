# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQL on what the history says of addresses, address by address, and on who holds them now.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import from_key
from ansible_collections.netledger.ipam.plugins.module_utils._store.json_columns import read_dict, read_list, write_dict
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables.history import Noted, Where
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

# An address has 8 or 32 digits: IPv4 comes first. Of one address the numbers are in the order of the changes, because
# its subnet is locked; their times need not be, since a transaction takes its time before it waits for the lock.
_BY_ADDRESS: t.Final = "ORDER BY vrf, length(addr), addr"
_LEFT: t.Final = write_dict({"address": ""})[:-2]

_HELD: t.Final = """(SELECT v.name AS vrf, s.name AS subnet, a.addr AS addr, a.name AS name, a.interface AS interface,
  a.ordinal AS ordinal, a.status AS status, a.expires AS expires, a.mac AS mac, a.fqdn AS fqdn, a.tags AS tags,
  a.labels AS labels, a.description AS description
  FROM address a JOIN subnet s ON s.id = a.subnet_id JOIN vrf v ON v.id = s.vrf_id) held"""


class Scope(t.NamedTuple):
    """Which addresses are meant; None and empty mean any. ``span`` is two keys of one width, both included."""

    vrf: str | None = None
    name: str | None = None
    keys: tuple[str, ...] = ()
    span: tuple[str, str] | None = None

    def covers(self, key: str) -> bool:
        """Whether a key is one of ``keys`` and in ``span``."""
        within = self.span is None or (len(key) == len(self.span[0]) and self.span[0] <= key <= self.span[1])
        return within and (not self.keys or key in self.keys)


class Holding(t.NamedTuple):
    """An address that is held now, with the names of its VRF and subnet."""

    vrf: str
    subnet: str
    key: str
    address: Address


def entries(tx: Transaction, scope: Scope) -> t.Iterator[Noted]:
    """The entries of addresses by VRF, address and number."""
    where = _where(scope).equal("object", "address")
    sql = f"SELECT {history.COLUMNS} FROM history{where}{_BY_ADDRESS}, id"
    return map(history.noted, tx.each(sql, *where.parameters))


def moves(tx: Transaction, scope: Scope) -> t.Iterator[Noted]:
    """The entries by which a holder left an address for another one, by number; which address is not looked at."""
    where = _where(Scope(scope.vrf, scope.name)).equal("object", "address")
    where = where.also(f"substr(old, 1, {len(_LEFT)}) = ?", _LEFT)
    return map(history.noted, tx.each(f"SELECT {history.COLUMNS} FROM history{where}ORDER BY id", *where.parameters))


def held(tx: Transaction, scope: Scope) -> t.Iterator[Holding]:
    """Who holds what now, by VRF and address; also those whose time is over and who were not swept away yet."""
    where = _where(scope)
    for vrf, subnet, key, *columns, tags, labels, description in tx.each(
        f"SELECT * FROM {_HELD}{where}{_BY_ADDRESS}", *where.parameters
    ):
        address = Address._make((from_key(key), *columns, read_list(tags), read_dict(labels), description))
        yield Holding(vrf, subnet, key, address)


def _where(scope: Scope) -> Where:
    where = Where().equal("vrf", scope.vrf).equal("name", scope.name)
    where = where.any_of([Where().equal("addr", key) for key in scope.keys])
    if scope.span is None:
        return where
    return where.equal("length(addr)", len(scope.span[0])).also("addr BETWEEN ? AND ?", *scope.span)
