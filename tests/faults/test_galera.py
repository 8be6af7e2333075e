# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Galera cluster: all nodes take writers, and one falls under load."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.transfer import fingerprint
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info
from ansible_collections.netledger.ipam.tests.faults.background import Background
from ansible_collections.netledger.ipam.tests.faults.load import LOCK_TIMEOUT, Load, check_sound, make_at_once
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.galera import GaleraCluster
from ansible_collections.netledger.ipam.tests.services.processes import HOST, wait_until

WRITERS = 6


@pytest.fixture(scope="module")
def cluster() -> t.Iterator[GaleraCluster]:
    with GaleraCluster() as cluster:
        yield cluster
    idle.close_all()


def url(cluster: GaleraCluster, ports: t.Iterable[int], database: str) -> str:
    return f"mariadb://ipam@{','.join(f'{HOST}:{port}' for port in ports)}/{database}"


def check_all_agree(cluster: GaleraCluster, database: str) -> None:
    """Every node by itself says the same."""
    said = {Ledger(url(cluster, [port], database)).read(fingerprint) for port in cluster.ports}
    assert len(said) == 1


def test_a_node_is_killed_under_load(cluster: GaleraCluster) -> None:
    with cluster.empty_database("ipam_kill") as database:
        ledger = Ledger(database.url(), LOCK_TIMEOUT)
        subnets = [f"lan{number}" for number in range(4)]
        for number, name in enumerate(subnets):
            ledger.subnet(name=name, cidr=f"10.{number}.0.0/16")
        load = Load([database.url()], WRITERS, subnets)
        with load.running():
            cluster.kill(cluster.nodes[1])
            load.wait_for_more(60)
            cluster.rejoin(cluster.nodes[1])
            load.wait_for_more(30)
        load.check(ledger)
        assert load.longest() < LOCK_TIMEOUT + 10
        check_all_agree(cluster, database.name)


def test_writers_on_different_nodes_take_from_one_subnet(cluster: GaleraCluster) -> None:
    """Whoever loses at COMMIT begins anew, as often as it takes."""
    with cluster.empty_database("ipam_orders") as database:
        ledger = Ledger(database.url(), LOCK_TIMEOUT)
        ledger.subnet(name="lan", cidr="10.0.0.0/16")
        # By the name of the subnet they would all go to one.
        urls = [url(cluster, [port], database.name) for port in cluster.ports]
        load = Load(urls, WRITERS, ["lan"])
        before = conflicts(cluster)
        with load.running():
            load.wait_for_more(120)
        load.check(ledger)
        assert conflicts(cluster) > before
        check_all_agree(cluster, database.name)


def conflicts(cluster: GaleraCluster) -> int:
    """How many transactions have lost against one of another node."""
    states = [node.states() for node in cluster.nodes]
    return sum(int(state["wsrep_local_cert_failures"]) + int(state["wsrep_local_bf_aborts"]) for state in states)


def test_a_ledger_is_made_on_all_nodes_at_once(cluster: GaleraCluster) -> None:
    """Nobody sees it by half, in whatever order the nodes are named."""
    with cluster.empty_database("ipam_made") as database:
        found = make_at_once([url(cluster, ports, database.name) for ports in itertools.permutations(cluster.ports)])
        assert [one for one in found if one.get("failed")] == []
        assert sorted(one["changed"] for one in found) == [False] * 5 + [True]
        check_sound(Ledger(database.url()))
        check_all_agree(cluster, database.name)


def test_a_node_without_the_majority_waits_for_it(cluster: GaleraCluster) -> None:
    """It takes no writers, and no readers either. Once it is told that it is all there is, they go on."""
    first, second, third = cluster.nodes
    with cluster.empty_database("ipam_quorum") as database:
        ledger = Ledger(database.url(), LOCK_TIMEOUT)
        ledger.subnet(name="lan", cidr="10.0.0.0/24")
        ledger.address(name="a", subnet="lan")
        cluster.kill(first, second)
        wait_until(lambda: not third.synced(), "the third node sees it", seconds=30, log=third.tail)
        for result in (
            ledger.impatient(2).run(address.TASK, name="b", subnet="lan"),
            ledger.impatient(2).run(address_info.TASK),
        ):
            assert result["reason"] == "store_unreachable"
            assert "1047" in result["msg"]
        task = Background(ledger, name="b", subnet="lan")
        cluster.bootstrap(third)
        assert task.result()["address"] == "10.0.0.2"
        cluster.rejoin(first)
        cluster.rejoin(second)
        check_all_agree(cluster, database.name)
