# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Neutron's database IPAM driver at the other end of a pipe; runs in an environment of its own, without the collection.

``python neutron_driver.py URL SUBNET``: the URL is SQLAlchemy's. Each line of the input is a list in JSON, a command
and its arguments, and each line of the output is its answer. Times are in nanoseconds. Every allocation has a
transaction and a context of its own, as in Neutron's core plugin.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator

import netaddr
from neutron.ipam import exceptions, requests  # type: ignore[import-not-found]
from neutron.ipam.drivers.neutrondb_ipam import db_models, driver  # type: ignore[import-not-found]
from neutron_lib import context  # type: ignore[import-not-found]
from neutron_lib.db import api, model_base  # type: ignore[import-not-found]
from oslo_config import cfg  # type: ignore[import-not-found]
from oslo_db import exception, options  # type: ignore[import-not-found]
from sqlalchemy import exc  # type: ignore[import-not-found]

_ID = "00000000-0000-4000-8000-000000000001"  # of the subnet, as Neutron knows it
_TABLES = (db_models.IpamSubnet, db_models.IpamAllocationPool, db_models.IpamAllocation)


class Driver:
    """One subnet in one database."""

    def __init__(self, url: str, cidr: str) -> None:
        self._cidr = cidr
        self._number = ""
        options.set_defaults(cfg.CONF, connection=url)
        cfg.CONF([], project="neutron")

    def make(self, held: int) -> str:
        """Make tables and subnet; the first addresses are held. Returns the number that the driver gave the subnet."""
        engine = api.get_writer_session().get_bind()
        model_base.BASEV2.metadata.create_all(engine, tables=[model.__table__ for model in _TABLES])
        request = requests.SpecificSubnetRequest("bench", _ID, self._cidr)
        with self._transaction() as session:
            subnet = driver.NeutronDbSubnet.create_from_subnet_request(request, session)
        self._number = subnet.subnet_manager._ipam_subnet_id
        first = int(netaddr.IPNetwork(self._cidr).network) + 1
        rows = [
            {"ip_address": str(netaddr.IPAddress(value)), "ipam_subnet_id": self._number, "status": "ALLOCATED"}
            for value in range(first, first + held)
        ]
        if rows:
            with engine.begin() as connection:
                connection.execute(db_models.IpamAllocation.__table__.insert(), rows)
        return self._number

    def use(self, number: str) -> None:
        """Go on with a subnet that another process made."""
        self._number = number

    def allocate(self, count: int) -> int:
        """Take addresses in a transaction, and return what that took. Their rows are removed again by plain SQL."""
        began = time.perf_counter_ns()
        taken = self._take(count)
        passed = time.perf_counter_ns() - began
        table = db_models.IpamAllocation.__table__
        with api.get_writer_session().get_bind().begin() as connection:
            connection.execute(table.delete().where(table.c.ip_address.in_(taken)))
        return passed

    def empty(self, seconds: float) -> dict[str, object]:
        """Take address by address until none is left; errors that reach the caller are counted, and it asks again."""
        taken: list[str] = []
        errors = 0
        longest = 0.0
        began = before = time.perf_counter()
        while before - began < seconds:
            try:
                taken += self._take_retried()
            except exceptions.IpAddressGenerationFailure:
                break
            except (exc.DBAPIError, exception.DBError):  # the latter is what oslo.db raises after its retries
                errors += 1
            now = time.perf_counter()
            longest, before = max(longest, now - before), now
        return {"addresses": taken, "errors": errors, "longest": longest, "elapsed": time.perf_counter() - began}

    @api.retry_db_errors  # type: ignore[untyped-decorator]
    def _take_retried(self) -> list[str]:
        return self._take(1)

    def _take(self, count: int) -> list[str]:
        with self._transaction() as session:
            subnet = self._subnet(session)
            if count == 1:
                return [subnet.allocate(requests.AnyAddressRequest())]
            return list(subnet.bulk_allocate(requests.BulkAddressRequest(count)))

    def _subnet(self, session: object) -> driver.NeutronDbSubnet:
        network = netaddr.IPNetwork(self._cidr)
        pools = [netaddr.IPRange(network[1], network[-2])]
        return driver.NeutronDbSubnet(self._number, session, cidr=network, allocation_pools=pools, subnet_id=_ID)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[object]:
        session = context.get_admin_context()
        with api.CONTEXT_WRITER.using(session):
            yield session


def main() -> None:
    served = Driver(sys.argv[1], sys.argv[2])
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        print(json.dumps(getattr(served, command)(*arguments)), flush=True)


if __name__ == "__main__":
    main()
