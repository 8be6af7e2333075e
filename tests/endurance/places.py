# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of store as something to torment: where its ledgers are, and what can happen to it.

A disk can be filled where the run may mount one of its own, which takes root: ``disk`` is None elsewhere.
"""

from __future__ import annotations

import abc
import contextlib
import itertools
import random
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._ledger.transfer import fingerprint
from ansible_collections.netledger.ipam.tests.endurance import journal
from ansible_collections.netledger.ipam.tests.endurance.judge import PATIENCE
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.galera import GaleraCluster
from ansible_collections.netledger.ipam.tests.services.mariadb import MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import HOST

DISK_SIZES = {"sqlite": "256m", "file": "256m", "postgresql": "400m", "mariadb": "500m"}
"""How large a disk of one's own is for each kind; a cluster has none, because its nodes would share it."""

Torment = t.Callable[[random.Random, Path], bool]

_FULL = 10.0  # seconds that a disk stays full if nobody notices
_NOTICED = '"store_full"'
_DOWN = 7.0  # seconds that a server is away at most, which is more than some are willing to wait

_SMALL_LOG = {"wal_keep_size": "0", "max_wal_size": "64MB", "min_wal_size": "32MB"}


class Place(abc.ABC):
    """A store of some kind. ``faults`` are the reasons that tasks may fail for under its torments."""

    faults: frozenset[str] = frozenset({"lock_timeout"})

    def __init__(self, disk: Path | None) -> None:
        self._disk = disk
        self._numbers = itertools.count(1)

    @property
    def torments(self) -> dict[str, Torment]:
        """What can be done to it, by name; each is over, and its damage mended, when it returns whether it did harm.

        Each gets a source of chance, and the folder of the journals.
        """
        return {"disk filled": self.fill} if self._disk else {}

    @abc.abstractmethod
    def urls(self) -> contextlib.AbstractContextManager[list[str]]:
        """The store setting of a ledger that is not there yet, in as many ways as it can be written."""

    def disagreements(self, urls: t.Sequence[str]) -> list[str]:
        """What is wrong between the copies of a ledger, where there are several."""
        return []

    def fill(self, chance: random.Random, folder: Path) -> bool:
        """Take all the room, until somebody has noticed or for a while, and give it back."""
        assert self._disk
        ballast = self._disk / "ballast"
        before, deadline = journal.count(folder, _NOTICED), time.monotonic() + _FULL
        noticed = False
        try:
            while time.monotonic() < deadline and not noticed:
                _take_all(ballast)
                time.sleep(0.1)
                noticed = journal.count(folder, _NOTICED) > before
            time.sleep(chance.uniform(0, 1))
        finally:
            ballast.unlink()
        return noticed


def _take_all(ballast: Path) -> None:
    """Let the file grow by all the room that is left."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


class InFile(Place):
    """SQLite or a text file, by the ending."""

    faults = frozenset({"lock_timeout", "store_full"})

    def __init__(self, disk: Path | None, folder: Path, ending: str) -> None:
        super().__init__(disk)
        self._folder = disk or folder
        self._ending = ending

    @contextlib.contextmanager
    def urls(self) -> t.Iterator[list[str]]:
        number = next(self._numbers)
        yield [str(self._folder / f"ipam{number}.{self._ending}")]
        for path in self._folder.glob(f"ipam{number}.*"):
            path.unlink()


class OnServer(Place):
    """A server that is killed and started again."""

    faults = frozenset({"lock_timeout", "store_unreachable", "store_full"})

    def __init__(self, disk: Path | None, server: PostgresServer | MariadbServer | GaleraCluster) -> None:
        super().__init__(disk)
        self._server = server

    @property
    def torments(self) -> dict[str, Torment]:
        return {"server killed": self.kill, **super().torments}

    @contextlib.contextmanager
    def urls(self) -> t.Iterator[list[str]]:
        with self._server.empty_database(f"ipam_round{next(self._numbers)}") as database:
            yield [database.url()]

    def kill(self, chance: random.Random, folder: Path) -> bool:
        """All of it at once, and perhaps longer than some are willing to wait."""
        self._server.kill()
        time.sleep(chance.choice([0, chance.uniform(0, _DOWN)]))
        self._server.start()
        return True

    def fill(self, chance: random.Random, folder: Path) -> bool:
        """A server that has no room may end, or wait for ever: it is started anew in any case."""
        noticed = super().fill(chance, folder)
        self._server.kill()
        self._server.start()
        return noticed


class OnCluster(OnServer):
    """A Galera cluster, of which one node after the other is killed and joins again, or all of them."""

    def __init__(self, cluster: GaleraCluster) -> None:
        super().__init__(None, cluster)
        self._cluster = cluster

    @property
    def torments(self) -> dict[str, Torment]:
        return {"node killed": self.kill_one, **super().torments}

    @contextlib.contextmanager
    def urls(self) -> t.Iterator[list[str]]:
        with self._cluster.empty_database(f"ipam_round{next(self._numbers)}") as database:
            ports = self._cluster.ports
            yield [self._url([*ports[first:], *ports[:first]], database.name) for first in range(len(ports))]

    def kill_one(self, chance: random.Random, folder: Path) -> bool:
        node = chance.choice(self._cluster.nodes)
        self._cluster.kill(node)
        time.sleep(chance.uniform(0, _DOWN))
        self._cluster.rejoin(node)
        return True

    def disagreements(self, urls: t.Sequence[str]) -> list[str]:
        database = urls[0].rpartition("/")[2]
        alone = [self._url([port], database) for port in self._cluster.ports]
        said = {url: Ledger(url, PATIENCE).read(fingerprint) for url in alone}
        return [] if len(set(said.values())) == 1 else [f"the nodes do not say the same: {said}"]

    def _url(self, ports: t.Iterable[int], database: str) -> str:
        return f"mariadb://ipam@{','.join(f'{HOST}:{port}' for port in ports)}/{database}"


@contextlib.contextmanager
def place(kind: str, disk: Path | None, folder: Path) -> t.Iterator[Place]:
    """A place of that kind, on the disk if there is one, else in the folder; servers are started for it."""
    if kind in ("sqlite", "file"):
        yield InFile(disk, folder, "db" if kind == "sqlite" else "yml")
        return
    if kind == "galera":
        with GaleraCluster() as cluster:
            yield OnCluster(cluster)
        return
    with _temporary_on(disk), _server(kind) as server:
        yield OnServer(disk, server)


def _server(kind: str) -> PostgresServer | MariadbServer:
    return PostgresServer(settings=_SMALL_LOG) if kind == "postgresql" else MariadbServer()


@contextlib.contextmanager
def _temporary_on(disk: Path | None) -> t.Iterator[None]:
    """Where servers put their folders."""
    before = tempfile.tempdir
    tempfile.tempdir = str(disk) if disk else before
    try:
        yield
    finally:
        tempfile.tempdir = before
