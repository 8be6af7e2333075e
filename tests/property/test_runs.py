# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs in small spaces, against a search that looks at every address."""

from __future__ import annotations

import itertools

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge
from ansible_collections.netledger.ipam.plugins.module_utils._space.runs import lowest_run
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import MemoryStore
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = [(4, 0, 26), (4, (1 << 32) - 64, 26), (6, 0, 122), (6, (1 << 128) - 64, 122)]
SIZE = 64


def brute_force(free: set[int], window: Range, size: int, step: int) -> Range | None:
    """Look at each first address in turn."""
    for first in range(window.first, window.last + 1):
        run = Range(first, first + size - 1)
        if first % step == 0 and run.last <= window.last and free.issuperset(range(first, run.last + 1)):
            return run
    return None


@given(
    st.sampled_from(NETWORKS),
    st.lists(st.booleans(), min_size=SIZE, max_size=SIZE),
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).map(sorted),
    st.integers(1, 20),
)
def test_lowest_run(network: tuple[int, int, int], bits: list[bool], ends: list[int], size: int) -> None:
    version, start, length = network
    free = {start + number for number, is_free in enumerate(bits) if is_free}
    window = Range(start + ends[0], start + ends[1])
    power = next(1 << bit for bit in itertools.count() if 1 << bit >= size)

    def work(tx: Transaction) -> list[Range | None]:
        vrf_id = vrfs.insert(tx, "default")
        subnet = subnets.insert(tx, Subnet(0, vrf_id, "default", 0, "lan", Network(version, start, length)))
        extent.insert(tx, subnet, merge(Range(value, value) for value in free))
        return [lowest_run(tx, subnet, window, size, align=align) for align in (False, True)]

    store = MemoryStore("tester")
    found = store.run(work, Access.WRITE)
    store.close()
    assert found == [brute_force(free, window, size, step) for step in (1, power)]
