# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A PostgreSQL primary falls under load, and its standby takes over."""

from __future__ import annotations

import contextlib

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import audit
from ansible_collections.netledger.ipam.tests.faults.load import LOCK_TIMEOUT, Load, check_sound
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import DATABASE
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer
from ansible_collections.netledger.ipam.tests.services.processes import HOST

WRITERS = 6
SUBNETS = ["lan0", "lan1"]


def url(*servers: PostgresServer) -> str:
    hosts = ",".join(f"{HOST}:{server.port}" for server in servers)
    return f"postgresql://ipam@{hosts}/{DATABASE}"


def make(ledger: Ledger) -> None:
    for number, name in enumerate(SUBNETS):
        ledger.subnet(name=name, cidr=f"10.{number}.0.0/16")
    idle.close_all()


def test_a_synchronous_standby_takes_over_under_load() -> None:
    """Nothing that was acknowledged is lost, and nobody has to do anything but wait."""
    with PostgresServer() as primary, contextlib.closing(primary.standby(synchronous=True)) as standby:
        ledger = Ledger(url(primary, standby), LOCK_TIMEOUT)
        make(ledger)
        load = Load([url(primary, standby), url(standby, primary)], WRITERS, SUBNETS)
        with load.running():
            primary.kill()
            standby.promote()
            load.wait_for_more(60)
        load.check(ledger)
        assert load.longest() < LOCK_TIMEOUT + 10
    idle.close_all()


def test_an_asynchronous_standby_has_what_it_has() -> None:
    """What it had not received is lost, addresses that were given out too; the ledger itself is sound.

    Whatever is in it was committed before all that is missing, so no check finds a gap. An audit of the hosts does.
    """
    with PostgresServer(durable=False) as primary, contextlib.closing(primary.standby()) as standby:
        ledger = Ledger(url(primary, standby), LOCK_TIMEOUT)
        make(ledger)
        load = Load([url(primary, standby)], WRITERS, SUBNETS)
        with load.running():
            standby.stop()
            load.wait_for_more(30)
            primary.kill()
            standby.start()
            standby.promote()
            load.wait_for_more(30)
        # Some of what was to be freed is gone already, and that is all.
        assert [failure for failure in load.failures() if "'failed'" in failure] == []
        check_sound(ledger)
        there = {one["name"]: one["address"] for one in ledger.address_info()["addresses"]}
        lost = {name: held for name, held in load.held().items() if there.get(name) != held}
        assert lost
        # The next ones were given what the lost ones believe to have.
        assert set(lost.values()) & set(there.values())
        for name, address in lost.items():
            (found,) = ledger.run(audit.TASK, name=name, observed=[{"address": address}])["findings"]
            assert (found["address"], found["kind"]) == (
                address,
                "wrong_holder" if address in there.values() else "unknown",
            )
    idle.close_all()
