# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One server for all workers of a test run: the first who needs it has it started, it ends when the last one is gone.

``python -m ...services.shared KIND FOLDER`` is the process that owns the server. It belongs to no worker, because the
worker that was first may be done before the others are. Each user holds a shared lock on a file for as long as it uses
the server. The lock ends with the process, however that ends, so nobody has to be counted.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.services.galera import Galera, GaleraCluster
from ansible_collections.netledger.ipam.tests.services.mariadb import Mariadb, MariadbServer
from ansible_collections.netledger.ipam.tests.services.postgresql import Postgres, PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import ServiceFailed, tail, wait_until

KINDS: dict[str, type[PostgresServer | MariadbServer | GaleraCluster]] = {
    "postgresql": PostgresServer,
    "mariadb": MariadbServer,
    "galera": GaleraCluster,
}
_OWNERS: list[subprocess.Popen[bytes]] = []  # kept, because a Popen that is dropped complains that its process runs


@contextlib.contextmanager
def shared_server(kind: str, folder: Path) -> t.Iterator[Access]:
    """The server of this kind of all that name this folder."""
    address = folder / f"{kind}.json"
    with (folder / f"{kind}.users").open("a") as users:
        with (folder / f"{kind}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # An owner that is about to leave holds this one until its address is gone.
            fcntl.flock(users, fcntl.LOCK_SH)
            if not address.exists():
                _start_owner(kind, folder, address)
        ports = json.loads(address.read_text())["ports"]
        access: dict[str, type[Postgres | Mariadb]] = {"galera": Galera, "postgresql": Postgres, "mariadb": Mariadb}
        yield access[kind](*ports)


def _start_owner(kind: str, folder: Path, address: Path) -> None:
    KINDS[kind].check_installed()
    log = folder / f"{kind}.log"
    with log.open("wb") as output:
        owner = subprocess.Popen(
            [sys.executable, "-m", __name__, kind, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
        )
    _OWNERS.append(owner)

    def started() -> bool:
        if owner.poll() is not None:
            raise ServiceFailed(f"{kind} does not start\n{tail(log)}")
        return address.exists()

    wait_until(started, f"{kind} is started", seconds=240, log=lambda: tail(log))


def own(kind: str, folder: Path) -> None:
    """Start a server and keep it until nobody uses it. Nothing of it outlives that, so it need not be durable."""
    address = folder / f"{kind}.json"
    with (folder / f"{kind}.users").open("a") as users, KINDS[kind](durable=False) as server:
        unfinished = address.with_suffix(".new")
        unfinished.write_text(json.dumps({"ports": server.ports}))
        unfinished.rename(address)
        fcntl.flock(users, fcntl.LOCK_EX)
        address.unlink()
        fcntl.flock(users, fcntl.LOCK_UN)


if __name__ == "__main__":
    own(sys.argv[1], Path(sys.argv[2]))
