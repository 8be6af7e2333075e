# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of the inventory compares two inventories of the same hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import inventory, memory
from ansible_collections.netledger.ipam.tests.bench.costs import Cost
from ansible_collections.netledger.ipam.tests.plays.inventories import listed


def test_both_sides_are_the_same_hosts(tmp_path: Path) -> None:
    project = inventory.prepared(tmp_path / "project", 1002)
    ours, static = (listed(project, source) for source in ("lab.ipam.yml", "./static.sh"))
    assert len(ours.variables) == 1002
    assert ours.variables == static.variables
    assert {name: sorted(group.get("hosts", [])) for name, group in ours.groups.items()} == {
        name: sorted(group.get("hosts", [])) for name, group in static.groups.items()
    }
    found = inventory.measure(project, 1)
    assert len(found["plugin"]) == 1
    assert [figure.unit for figure in inventory.to_figures(1002, found)] == ["s", "s CPU"]


def test_an_inventory_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    project = inventory.prepared(tmp_path / "project", 2)
    project.write("static.sh", '#!/bin/sh\necho \'{"all": {"hosts": ["host00000"]}, "_meta": {"hostvars": {}}}\'\n')
    with pytest.raises(AssertionError, match=r"has [01] hosts, not 2"):
        inventory.measure(project, 1)
    project.write("lab.ipam.yml", "plugin: netledger.ipam.inventory\nnonsense: 1\n")
    with pytest.raises(AssertionError, match="nonsense"):
        inventory.list_hosts(project, "lab.ipam.yml")


def test_memory_of_both_is_measured(tmp_path: Path) -> None:
    (found,) = memory.of_inventories(2, tmp_path)
    assert found.value is not None
    assert 1 < found.median < 1000
    assert list(tmp_path.iterdir()) == []


def test_the_arithmetic() -> None:
    found = {"plugin": [Cost(3, 6), Cost(5, 6), Cost(4, 6)], "script": [Cost(2, 4)]}
    wall, cpu = inventory.to_figures(10_000, found)
    assert (wall.median, wall.against, wall.value, wall.is_over) == (4, 2, 2, True)
    assert (cpu.value, cpu.is_over) == (1.5, False)
