# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._space import derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Hold
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address, hold

WINDOWS: list[tuple[tuple[int, int], list[tuple[int, int]]]] = [
    ((0, 255), [(0, 2), (4, 6), (8, 9), (13, 29), (31, 255)]),
    ((3, 3), []),
    ((5, 11), [(5, 6), (8, 9)]),
    ((4, 6), [(4, 6)]),
]


def furnish(space: t.Any) -> None:
    """Address 3 is held, 7 waits, 10 to 12 are reserved, 30 is the gateway."""
    first = space.subnet.network.first
    address.insert(space.tx, space.subnet, [Address(first + 3, "web")])
    hold.insert(space.tx, space.subnet, Hold(first + 7, 2_000_000, "db", ""))
    space.subnet = space.subnet._replace(reserved=(space.range(10, 12),), gateway=first + 30)


@pytest.mark.parametrize(("window", "free"), WINDOWS)
def test_derive(space: t.Any, window: tuple[int, int], free: list[tuple[int, int]]) -> None:
    furnish(space)
    found = derive.derive(space.tx, space.subnet, space.range(*window))
    assert list(found) == [space.range(*pair) for pair in free]


SPOILT: list[list[tuple[int, int]]] = [[], [(0, 255)], [(0, 20)], [(3, 3), (7, 7)], [(0, 2), (4, 6), (8, 9), (13, 29)]]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_rebuild_repairs_the_window_and_nothing_else(space: t.Any, spoilt: list[tuple[int, int]]) -> None:
    furnish(space)
    space.set(spoilt)
    derive.rebuild(space.tx, space.subnet, space.range(0, 255))
    assert space.get() == WINDOWS[0][1]
    space.check_run_keys()


def test_rebuild_joins_at_the_edges_of_the_window(space: t.Any) -> None:
    furnish(space)
    space.set([(0, 2), (13, 29), (31, 255)])
    derive.rebuild(space.tx, space.subnet, space.range(4, 14))
    assert space.get() == [(0, 2), (4, 6), (8, 9), (13, 29), (31, 255)]


def test_cut_out(space: t.Any) -> None:
    space.set([(0, 5), (9, 20), (30, 40)])
    derive.cut_out(space.tx, space.subnet, space.range(4, 10))
    assert space.get() == [(0, 3), (11, 20), (30, 40)]
    derive.cut_out(space.tx, space.subnet, space.range(50, 60))
    assert space.get() == [(0, 3), (11, 20), (30, 40)]
    derive.cut_out(space.tx, space.subnet, space.range(0, 255))
    assert space.get() == []
