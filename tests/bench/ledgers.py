# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers with one subnet that holds as much as is asked for."""

from __future__ import annotations

import array
import contextlib
import functools
import random
import shutil
import sqlite3
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import to_key
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import cut_out, derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import TABLES
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteConnection
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger, check_free_space
from ansible_collections.netledger.ipam.tests.stores import execute

NETWORKS: t.Final = {4: "10.0.0.0/8", 6: "2001:db8::/64"}
LAYOUTS: t.Final = ("dense", "fragmented", "churn")
SUBNET: t.Final = "bench"
VRF: t.Final = "default"
AFFINITY: t.Final = f"{VRF} {SUBNET}"  # as tasks have it
_PORTION = 50_000  # addresses that are written in one transaction: what every server takes
_PATIENCE = 600  # seconds that a portion may take where the indexes have outgrown a server's memory
_SEED = 20_260_101  # the same churn in every run
_LOG = 8 << 20  # bytes: more than the 1000 pages after which SQLite starts its log over
_VERIFIED = 10_000  # addresses up to which every built file is checked by the slow way of the tests
_NOTED = '{"address": "10.0.0.1", "description": "", "fqdn": null, "interface": "", "labels": {}, "mac": null}'


class Cell(t.NamedTuple):
    """One ledger. ``offsets`` tells which addresses are held, counted from the first one of the subnet.

    ``analyzed`` says whether the engine was asked for the planner's statistics; ``url`` is there on servers only.
    """

    version: int
    layout: str
    held: int
    analyzed: bool
    path: Path
    offsets: t.Sequence[int]
    kind: str = "sqlite"
    url: str = ""

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.url or self.path)


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
    cells = [
        Cell(version, layout, held, False, plain, offsets),
        Cell(version, layout, held, True, analyzed, offsets),
    ]
    analyze(cells[1])
    for cell in cells:
        verify(cell)
    return cells


def build_in(place: Ledger, kind: str, version: int, layout: str, held: int) -> Cell:
    """Make the ledger of one layout in a place of any kind."""
    patient = place.impatient(_PATIENCE)
    patient.subnet(name=SUBNET, cidr=NETWORKS[version])
    offsets = _offsets(layout, held, version)
    for first in range(0, held, _PORTION):
        patient.write(functools.partial(_hold, offsets=offsets[first : first + _PORTION], number=first))
    patient.write(_free_the_rest)
    url = "" if kind in ("sqlite", "file") else place.store
    cell = Cell(version, layout, held, False, place.path, offsets, kind, url)
    verify(cell)
    return cell


def analyze(cell: Cell) -> None:
    """Have the engine make the planner's statistics."""
    if cell.url:
        execute(cell.url, "ANALYZE" if cell.kind == "postgresql" else f"ANALYZE TABLE {', '.join(TABLES)}")
        return
    with contextlib.closing(sqlite3.connect(cell.path, isolation_level=None)) as connection:
        connection.execute("ANALYZE")


def verify(cell: Cell) -> None:
    """It is a ledger that could have come about task by task, and holds as much as it should."""
    found = cell.ledger.rows("SELECT count(*) FROM address")
    if found != [(cell.held,)]:
        raise AssertionError(f"{cell.ledger.store} holds {found} addresses, not {cell.held}")
    if cell.held <= _VERIFIED:
        cell.ledger.read(check_free_space)


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
    _hold(tx, offsets, 0)
    _free_the_rest(tx)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hold(tx: Transaction, offsets: t.Sequence[int], number: int) -> None:
    """Write held addresses, whose first holder has that number, and that they were given."""
    if not offsets:
        return
    subnet = the_subnet(tx)
    first = subnet.network.first
    address.insert(tx, subnet, (Address(first + offset, holder(n)) for n, offset in enumerate(offsets, number)))
    keys = [to_key(first + offset, subnet.version) for offset in (offsets[0], offsets[-1])]
    tx.execute(
        "INSERT INTO history (at, actor, vrf, subnet, object, name, addr, old, new) "
        "SELECT ?, 'bench', ?, ?, 'address', name, addr, NULL, ? FROM address WHERE addr BETWEEN ? AND ?",
        *(tx.now, VRF, SUBNET, _NOTED, *keys),
    )


def _free_the_rest(tx: Transaction) -> None:
    subnet = the_subnet(tx)
    cut_out(tx, subnet, subnet.network.range)
    extent.insert(tx, subnet, list(derive(tx, subnet, subnet.network.range)))


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
