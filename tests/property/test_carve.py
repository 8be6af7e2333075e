# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next child lies where the reference puts it: the smallest free CIDR that fits, the lowest of equal ones."""

from __future__ import annotations

import netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge
from ansible_collections.netledger.ipam.plugins.module_utils._space import carve, derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = [(4, 10 << 24, 8), (4, 0, 8), (6, 0x20010DB8 << 96, 32), (6, 0, 96)]


@given(
    st.sampled_from(NETWORKS),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 18)), min_size=1, max_size=8),
    st.integers(0, 18),
)
def test_next_block(network: tuple[int, int, int], drawn: list[tuple[int, int]], bits: int) -> None:
    version, first, length = network
    free = merge(Range(first + at, first + at + (1 << size) + at % 3) for at, size in drawn)
    ranges = [(format_address(span.first, version), format_address(span.last, version)) for span in free]
    cidrs = netaddr.IPSet(netaddr.IPRange(*pair) for pair in ranges)
    fitting = [cidr for cidr in sorted(cidrs.iter_cidrs(), key=lambda cidr: cidr.size) if cidr.size >= 1 << bits]

    def work(tx: Transaction) -> Range | None:
        vrf_id = vrfs.insert(tx, "default")
        subnet = subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "lan", Network(version, first, length)))
        derive.cut_out(tx, subnet, subnet.network.range)
        extent.insert(tx, subnet, free)
        return carve.next_block(tx, subnet, 1 << bits)

    store = MemoryStore("tester")
    found = store.run(work, Access.WRITE)
    store.close()
    assert found == (Range(int(fitting[0].first), int(fitting[0].first) + (1 << bits) - 1) if fitting else None)
