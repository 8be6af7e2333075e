# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subnet whose free space is set by hand."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Pairs = list[tuple[int, int]]
TOPS = [(4, 0, 24), (4, 10 << 24, 24), (4, (1 << 32) - 256, 24), (6, 0, 120), (6, (1 << 128) - 256, 120)]


class Space:
    """Free space in numbers from the first address of a subnet on."""

    def __init__(self, tx: Transaction, subnet: Subnet) -> None:
        self.tx = tx
        self.subnet = subnet

    def set(self, pairs: Pairs) -> None:
        extent.delete(self.tx, self.subnet, self.subnet.network.first, self.subnet.network.last)
        extent.insert(self.tx, self.subnet, [self.range(*pair) for pair in pairs])

    def get(self) -> Pairs:
        rows = self.tx.all("SELECT first, last FROM extent WHERE subnet_id = ? ORDER BY last", self.subnet.id)
        start = self.subnet.network.first
        return [(int(first, 16) - start, int(last, 16) - start) for first, last in rows]

    def range(self, first: int, last: int) -> Range:
        return Range(self.subnet.network.first + first, self.subnet.network.first + last)

    def check_run_keys(self) -> None:
        """The run key holds subnet, size class (power of two, rounded down) and last address."""
        for first, last, run_key in self.tx.all("SELECT first, last, run_key FROM extent"):
            size = int(last, 16) - int(first, 16) + 1
            size_class = max(power for power in range(129) if 1 << power <= size)
            assert run_key.endswith(f"{size_class:02x}{last}")


@pytest.fixture(params=TOPS, ids=["v4 bottom", "v4", "v4 top", "v6 bottom", "v6 top"])
def space(request: pytest.FixtureRequest, tx: Transaction) -> t.Iterator[Space]:
    """Each subnet in turn, with one of the other family beside it whose free space must not be touched."""
    vrf_id = vrfs.insert(tx, "default")
    version, first, length = request.param
    made = subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "lan", Network(version, first, length)))
    twin_version = 10 - version
    twin = Network(twin_version, first % (1 << 32), 24 if twin_version == 4 else 120)
    other = Space(tx, subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "twin", twin)))
    other.set([(0, 255)])
    yield Space(tx, made)
    assert other.get() == [(0, 255)]
    other.check_run_keys()
