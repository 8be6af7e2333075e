# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Galera cluster: MariaDB servers of which each takes writes, and which hold the same data."""

from __future__ import annotations

import re
import secrets
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.services.access import Row
from ansible_collections.netledger.ipam.tests.services.mariadb import Mariadb, MariadbServer
from ansible_collections.netledger.ipam.tests.services.processes import (
    HOST,
    ServiceFailed,
    ServiceMissing,
    find_program,
    free_port,
    run,
    wait_until,
)
from ansible_collections.netledger.ipam.tests.services.server import Startable

_LIBRARIES = (
    "/usr/lib/galera/libgalera_smm.so",
    "/usr/lib/galera-4/libgalera_smm.so",
    "/usr/lib64/galera-4/libgalera_smm.so",
)
# A dead node is out after two seconds instead of five, and a silent one after six instead of fifteen.
_TIMES = {
    "evs.keepalive_period": "PT0.5S",
    "evs.inactive_check_period": "PT0.5S",
    "evs.suspect_timeout": "PT2S",
    "evs.inactive_timeout": "PT6S",
}
_SETTINGS = {
    "binlog_format": "ROW",
    "default_storage_engine": "InnoDB",
    "innodb_autoinc_lock_mode": "2",
    "wsrep_on": "ON",
    "wsrep_node_address": HOST,
    "wsrep_sst_method": "rsync",
    "wsrep_slave_threads": "2",
}


class Galera(Mariadb):
    """A cluster as its clients see it: its URL names every node, the administrator uses the first that answers."""

    def admin(self, sql: str, database: str | None = None) -> list[Row]:
        return next(filter(_takes_writes, map(Mariadb, self.ports)), Mariadb(self.ports[0])).admin(sql, database)


class GaleraNode(MariadbServer):
    """One node; the cluster starts it."""

    def __init__(self, name: str, *, durable: bool, tls: bool, settings: t.Mapping[str, str]) -> None:
        super().__init__(durable=durable, tls=tls, settings={**_SETTINGS, "wsrep_node_name": name, **settings})
        self.group_port, state_port, self._increment_port = free_port(), free_port(), free_port()
        self.settings["wsrep_provider"] = _library()
        self.settings["wsrep_sst_receive_address"] = f"{HOST}:{state_port}"
        self._state = self.data / "grastate.dat"
        self.new = True

    def join(self, cluster: str, members: str) -> None:
        """Say which cluster it is of."""
        provider = {
            "gmcast.listen_addr": f"tcp://{HOST}:{self.group_port}",
            "ist.recv_addr": f"{HOST}:{self._increment_port}",
            "gcache.size": "64M",
            **_TIMES,
        }
        self.settings["wsrep_cluster_name"] = cluster
        self.settings["wsrep_cluster_address"] = f"gcomm://{members}"
        self.settings["wsrep_provider_options"] = (
            '"' + ";".join(f"{key}={value}" for key, value in provider.items()) + '"'
        )

    def start(self) -> None:
        """Join the nodes that run, and wait until it has what they have."""
        self.launch()
        self.wait_until_synced()

    def launch(self, *, bootstrap: bool = False) -> None:
        """Start it without waiting; ``bootstrap`` makes a new cluster of the data that it has."""
        if bootstrap and self.new:
            self._make_data()
        elif self.new:
            self.data.mkdir()
            self.account.give(self.data)
        elif bootstrap:
            text = self._state.read_text()
            self._state.write_text(re.sub("safe_to_bootstrap: .", "safe_to_bootstrap: 1", text))
        start_position = f"--wsrep_start_position={self.position()[0]}" if not self.new else None
        self.new = False
        options = ["--wsrep-new-cluster"] if bootstrap else []
        self._launch([*self._command(), *options, *([start_position] if start_position else [])])

    def wait_until_synced(self, size: int | None = None) -> None:
        """Wait until it takes writes, in a cluster of exactly so many nodes."""
        self._wait_until_ready(120)
        what = f"{self.settings['wsrep_node_name']} takes writes in a cluster of {size or 'any number of'} nodes"

        def ready() -> bool:
            try:
                return self.synced(size)
            except ServiceFailed:  # a node ends connections when it leaves one state of the cluster for the next
                return False

        wait_until(ready, what, seconds=60, log=self.tail)

    def synced(self, size: int | None = None) -> bool:
        """Whether it takes writes, in a cluster of so many nodes."""
        states = self.states()
        synced = states["wsrep_local_state_comment"] == "Synced" and states["wsrep_ready"] == "ON"
        return synced and size in (None, int(states["wsrep_cluster_size"]))

    def size(self) -> int:
        """How many nodes it sees, itself included."""
        return int(self.states()["wsrep_cluster_size"])

    def states(self) -> dict[str, str]:
        """What wsrep says of itself, such as ``wsrep_cluster_status``, which is Primary where a majority is."""
        return {row[0]: row[-1] for row in self.admin("SHOW GLOBAL STATUS LIKE 'wsrep_%'")}

    def position(self) -> tuple[str, int]:
        """What the stopped node has: cluster and number of the last transaction, as text and the number alone.

        The state file holds it after a proper end only, else the storage engine knows.
        """
        state = dict(re.findall(r"^(uuid|seqno):\s+(\S+)$", self._state.read_text(), re.MULTILINE))
        if state["seqno"] == "-1":
            log = self.folder / "recover.log"
            log.unlink(missing_ok=True)
            command = [*self._command(), "--wsrep-recover", f"--log-error={log}"]
            run(command, account=self.account, cwd=str(self.data))
            found = re.findall(r"Recovered position:? ([0-9a-f-]{36}):(-?\d+)", log.read_text())
            if not found:
                raise ServiceFailed(f"no position in {log}")
            state = dict(zip(("uuid", "seqno"), found[-1], strict=True))
        return f"{state['uuid']}:{state['seqno']}", int(state["seqno"])


class GaleraCluster(Startable, Galera):
    """Three nodes of one's own.

    ``durable=False`` is for tests in which none of them falls. ``settings`` are lines of each my.cnf.
    """

    def __init__(
        self, *, size: int = 3, durable: bool = True, tls: bool = False, settings: t.Mapping[str, str] | None = None
    ) -> None:
        self.check_installed()
        self.nodes: list[GaleraNode] = []
        try:
            for number in range(size):
                name = f"node{number + 1}"
                self.nodes.append(GaleraNode(name, durable=durable, tls=tls, settings=settings or {}))
        except BaseException:
            self.close()
            raise
        super().__init__(*(node.port for node in self.nodes))
        cluster = f"ipam-{secrets.token_hex(4)}"
        members = ",".join(f"{HOST}:{node.group_port}" for node in self.nodes)
        for node in self.nodes:
            node.join(cluster, members)

    @staticmethod
    def check_installed() -> None:
        MariadbServer.check_installed()
        find_program("rsync", "rsync")
        _library()

    def start(self) -> None:
        """Start all nodes, when none runs. The one that knows most is the first."""
        new = self.nodes[0].new
        first = self.nodes[0] if new else max(self.nodes, key=lambda node: node.position()[1])
        first.launch(bootstrap=True)
        first.wait_until_synced()
        if new:
            first.make_users()
        others = [node for node in self.nodes if node is not first]
        for size, node in enumerate(others, start=2):
            node.launch()
            # Two that come at the same moment lose several seconds to finding the group.
            wait_until(lambda: first.size() >= size, f"{size} nodes are there", seconds=60, log=node.tail)  # noqa: B023
        self.wait_until_synced()

    def stop(self) -> None:
        """End all nodes properly, the first one last."""
        for node in reversed(self.nodes):
            node.stop()

    def kill(self, *nodes: GaleraNode) -> None:
        """kill -9 of some nodes, or of all."""
        for node in nodes or self.nodes:
            node.kill()

    def rejoin(self, node: GaleraNode) -> None:
        """Start a node that ended, and wait until it has what the others have."""
        node.start()
        self.wait_until_synced()

    def bootstrap(self, survivor: GaleraNode) -> None:
        """Make the node on its own the cluster: for what is left once the majority is gone."""
        if survivor.running:
            survivor.admin("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'")
        else:
            survivor.launch(bootstrap=True)
        survivor.wait_until_synced()

    def wait_until_synced(self) -> None:
        """Wait until every node that runs takes writes and sees the others that run, and no more."""
        running = [node for node in self.nodes if node.running]
        for node in running:
            node.wait_until_synced(len(running))

    def close(self) -> None:
        """End the nodes quickly, and remove their data."""
        for node in self.nodes:
            node.kill()
        for node in self.nodes:
            node.close()


def _takes_writes(node: Mariadb) -> bool:
    try:
        return node.admin("SHOW GLOBAL STATUS LIKE 'wsrep_ready'") == [("wsrep_ready", "ON")]
    except ServiceFailed:
        return False


def _library() -> str:
    """The shared library of Galera."""
    for path in _LIBRARIES:
        if Path(path).exists():
            return path
    raise ServiceMissing("libgalera_smm.so is missing: install Debian's package galera-4")
