# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledger files with one subnet that holds as much as is asked for, and the bare tables they are compared with."""

from __future__ import annotations

import array
import contextlib
import random
import shutil
import sqlite3
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import cut_out, derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteConnection
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger, check_free_space

NETWORKS: t.Final = {4: "10.0.0.0/8", 6: "2001:db8::/64"}
LAYOUTS: t.Final = ("dense", "fragmented", "churn")
SUBNET: t.Final = "bench"
VRF: t.Final = "default"
_SEED = 20_260_101  # the same churn in every run
_LOG = 8 << 20  # bytes: more than the 1000 pages after which SQLite starts its log over
_VERIFIED = 10_000  # addresses up to which every built file is checked by the slow way of the tests
_NOTED = '{"address": "10.0.0.1", "description": "", "fqdn": null, "interface": "", "labels": {}, "mac": null}'


class Cell(t.NamedTuple):
    """One ledger file. ``offsets`` tells which addresses are held, counted from the first one of the subnet."""

    version: int
    layout: str
    held: int
    analyzed: bool
    path: Path
    offsets: t.Sequence[int]


def holder(number: int) -> str:
    """The name of a host, its own for any number below 2^32; those of neighbours are far from each other."""
    return f"host-{number * 2654435761 % (1 << 32):08x}.example.com"


def build(folder: Path, version: int, layout: str, held: int) -> list[Cell]:
    """Make the file of one layout, as it is and once more with the planner's statistics."""
    plain = folder / f"v{version}-{layout}-{held}.db"
    analyzed = plain.with_suffix(".analyzed.db")
    Ledger(plain).subnet(name=SUBNET, cidr=NETWORKS[version])
    offsets = _offsets(layout, held, version)
    with contextlib.closing(sqlite3.connect(plain, isolation_level=None, factory=SqliteConnection)) as connection:
        _fill(connection, offsets)
    shutil.copyfile(plain, analyzed)
    with contextlib.closing(sqlite3.connect(analyzed, isolation_level=None)) as connection:
        connection.execute("ANALYZE")
    cells = [
        Cell(version, layout, held, False, plain, offsets),
        Cell(version, layout, held, True, analyzed, offsets),
    ]
    for cell in cells:
        verify(cell)
    return cells


def verify(cell: Cell) -> None:
    """The file is a ledger that could have come about task by task, and holds as much as it should."""
    with contextlib.closing(sqlite3.connect(cell.path, factory=SqliteConnection)) as connection:
        found = connection.execute("SELECT count(*) FROM address").fetchone()
        if found != (cell.held,):
            raise AssertionError(f"{cell.path} holds {found[0]} addresses, not {cell.held}")
        if cell.held <= _VERIFIED:
            check_free_space(Transaction(connection, 0, "bench"))


def _offsets(layout: str, held: int, version: int) -> t.Sequence[int]:
    """Where the held addresses lie.

    Churn is what hosts that come and go leave behind: half of them lie where the others of twice as many were
    removed, half were spread over the whole subnet.
    """
    if layout == "dense":
        return range(1, held + 1)
    if layout == "fragmented":
        return range(1, 2 * held, 2)
    source = random.Random(_SEED)
    near = source.sample(range(1, held + 1), held // 2)
    far = source.sample(range(held + 1, (1 << (24 if version == 4 else 62)) - 2), held - len(near))
    return array.array("Q", sorted(near + far))


def _fill(connection: SqliteConnection, offsets: t.Sequence[int]) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    connection.execute("BEGIN IMMEDIATE")
    tx = Transaction(connection, int(time.time()), "bench")
    subnet = the_subnet(tx)
    first = subnet.network.first
    address.insert(tx, subnet, (Address(first + offset, holder(n)) for n, offset in enumerate(offsets)))
    cut_out(tx, subnet, subnet.network.range)
    extent.insert(tx, subnet, list(derive(tx, subnet, subnet.network.range)))
    connection.execute(
        "INSERT INTO history (at, actor, vrf, subnet, object, name, addr, old, new) "
        "SELECT ?, 'bench', ?, ?, 'address', name, addr, NULL, ? FROM address",
        (tx.now, VRF, SUBNET, _NOTED),
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def the_subnet(tx: Transaction) -> Subnet:
    """The only subnet of the file."""
    found = subnets.by_name(tx, VRF, SUBNET)
    if found is None:
        raise AssertionError("the subnet is missing")
    return found


def lengthen_log(path: Path) -> None:
    """Bring the write-ahead log of an open database to the length that it keeps later on.

    A log that still grows costs more to sync, and the file that is written less would grow for longer. The pages come
    from a transaction that is larger than the cache, and is rolled back.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 10")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE filling (bytes BLOB)")
        connection.execute("INSERT INTO filling VALUES (zeroblob(?))", (_LOG,))
        connection.execute("ROLLBACK")


class Bare:
    """The ledger's table of held addresses, keys and all, by itself in a file: what anybody needs who writes SQL.

    The driver is the ledger's with the pragmas of the ledger, and used as its documentation says.
    """

    def __init__(self, path: Path, ledger: Path, version: int) -> None:
        self._version = version
        self._next = 1
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        with contextlib.closing(sqlite3.connect(ledger)) as connection:
            columns = connection.execute("PRAGMA table_info(address)").fetchall()
            made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'address' AND sql IS NOT NULL ORDER BY type DESC"
            for (statement,) in connection.execute(made).fetchall():
                self._connection.execute(statement)
        self._columns = [column[1] for column in columns]
        self._connection.commit()
        lengthen_log(path)
        self._statement = f"INSERT INTO address VALUES ({', '.join('?' * len(columns))})"
        self._filled = {"subnet_id": 1, "vrf_id": 1, "interface": "", "ordinal": 0, "status": "active"}
        self._filled |= {"tags": "[]", "labels": "{}", "description": ""}

    def rows(self, count: int) -> list[tuple[t.Any, ...]]:
        """Rows as the ledger would store them, each with an address that was not there yet."""
        made = []
        for number in range(self._next, self._next + count):
            row = {**self._filled, "addr": to_key(number, self._version), "name": holder(number)}
            made.append(tuple(row.get(column) for column in self._columns))
        self._next += count
        return made

    def insert(self, rows: list[tuple[t.Any, ...]]) -> None:
        if len(rows) == 1:
            self._connection.execute(self._statement, rows[0])
        else:
            self._connection.executemany(self._statement, rows)
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()
