# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs in small spaces against a search that looks at every address, and in sparse ones at every free range."""

from __future__ import annotations

import itertools
import sqlite3
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range, merge
from ansible_collections.netledger.ipam.plugins.module_utils._space.runs import lowest_run
from ansible_collections.netledger.ipam.plugins.module_utils._store import schema
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.parameters import in_portions
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite import SqliteConnection
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import extent
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from hypothesis import given
from hypothesis import strategies as st

NETWORKS = [(4, 0, 26), (4, (1 << 32) - 64, 26), (6, 0, 122), (6, (1 << 128) - 64, 122)]
SIZE = 64
WIDE = [(4, 0, 0), (6, 0x20010DB8 << 96, 32)]
SCATTERED = 200  # ranges: more than a server gives in its first portion


class InPortions(SqliteConnection):
    """Reads long tables as the connections to servers do, and notes the statements."""

    def __init__(self, *arguments: t.Any, **options: t.Any) -> None:
        super().__init__(*arguments, **options)
        self.streamed: list[str] = []

    def stream(self, sql: str, parameters: t.Sequence[t.Any], /) -> t.Iterator[t.Any]:
        def fetch(portion: str, given: t.Sequence[t.Any]) -> list[t.Any]:
            self.streamed.append(portion)
            return self.execute(portion, given).fetchall()

        return in_portions(fetch, sql, parameters)


def ledger(network: Network, free: t.Iterable[Range]) -> tuple[Transaction, Subnet]:
    """A ledger of one subnet that has these free ranges."""
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=InPortions)
    schema.migrate(connection, 0)
    tx = Transaction(connection, 0, "tester")
    subnet = subnets.insert(tx, Subnet(0, vrfs.insert(tx, "default"), "default", 0, "lan", network))
    extent.insert(tx, subnet, free)
    return tx, subnet


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
    tx, subnet = ledger(Network(version, start, length), merge(Range(value, value) for value in free))
    found = [lowest_run(tx, subnet, window, size, align=align) for align in (False, True)]
    assert found == [brute_force(free, window, size, step) for step in (1, power(size))]


def power(size: int) -> int:
    return next(1 << bit for bit in itertools.count() if 1 << bit >= size)


class Sparse(t.NamedTuple):
    """Free ranges far from each other, in order, and what is looked for among them."""

    network: Network
    free: list[Range]
    window: Range
    size: int


@st.composite
def sparse(draw: st.DrawFn) -> Sparse:
    """Sizes near all powers of two that there is room for, one of them more often; windows that end near a range."""
    network = Network(*draw(st.sampled_from(WIDE)))
    most = network.range.size.bit_length() - 2
    near = st.integers(-2, 2)
    powers = st.sampled_from([draw(st.integers(0, most))] * most + list(range(most + 1)))
    free, after = [], network.first
    for bits, gap in draw(st.lists(st.tuples(powers, st.integers(0, most // 2)), max_size=30)):
        first = after + (1 << gap) * (after > network.first)  # the first one starts where the subnet does
        last = first + max((1 << bits) + draw(near), 1) - 1
        if last <= network.last:
            free.append(Range(first, last))
            after = last + 1
    edges = st.sampled_from([*network.range, *itertools.chain(*free)])
    ends = sorted(min(max(draw(edges) + draw(near), network.first), network.last) for _end in range(2))
    size = max((1 << draw(powers)) + draw(near), 1)
    return Sparse(network, free, Range(*ends), size)


def each_range(sparse: Sparse, step: int) -> Range | None:
    """Look at each free range in turn."""
    for free in sparse.free:
        first = -(-max(free.first, sparse.window.first) // step) * step
        if first + sparse.size - 1 <= min(free.last, sparse.window.last):
            return Range(first, first + sparse.size - 1)
    return None


@given(sparse())
def test_the_lowest_run_of_any_size_class(sparse: Sparse) -> None:
    """Whatever size classes there are, and however many empty ones between them."""
    tx, subnet = ledger(sparse.network, sparse.free)
    found = [lowest_run(tx, subnet, sparse.window, sparse.size, align=align) for align in (False, True)]
    assert found == [each_range(sparse, step) for step in (1, power(sparse.size))]


@pytest.mark.parametrize("bits", [0, 7, 8, 20, 29, 30, 41, 90])
def test_the_only_range_that_is_large_enough(bits: int) -> None:
    """It stands in a later batch of size classes than those where one address is looked for first."""
    network = Network(*WIDE[bits > 30])
    window = Range(network.first + 1, network.last)
    start = network.first + (1 << (bits + 1))  # a multiple of the size
    fits = Range(start, start + (1 << bits) - 1)
    tx, subnet = ledger(network, [Range(network.first, network.first), fits])  # the first one ends before the window
    for size in {1, 1 << bits}:
        assert lowest_run(tx, subnet, window, size, align=True) == Range(fits.first, fits.first + size - 1)


def test_free_ranges_of_a_server_are_continued_behind_the_last_one() -> None:
    """Of one size class, and of all; the rows before are not passed over again."""
    network = Network(4, 10 << 24, 8)
    free = [Range(network.first + 2 * number, network.first + 2 * number) for number in range(SCATTERED)]
    tx, subnet = ledger(network, free)
    assert list(extent.at_least(tx, subnet, 1)) == free
    assert list(itertools.chain.from_iterable(extent.by_class(tx, subnet, 0, network.range))) == free
    streamed = t.cast(InPortions, tx._connection).streamed
    assert len(streamed) == 4  # two portions of each
    assert not any("OFFSET" in statement for statement in streamed)
