# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of the inventory compares two inventories of the same hosts."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import inventory
from ansible_collections.netledger.ipam.tests.plays.inventories import listed


def test_both_sides_are_the_same_hosts(tmp_path: Path) -> None:
    project = inventory.prepared(tmp_path / "project", 1002)
    ours, static = (listed(project, source) for source in ("lab.ipam.yml", "./static.sh"))
    assert len(ours.variables) == 1002
    assert ours.variables == static.variables
    assert {name: sorted(group.get("hosts", [])) for name, group in ours.groups.items()} == {
        name: sorted(group.get("hosts", [])) for name, group in static.groups.items()
    }
    assert len(inventory.measure(project, 1)["plugin"]) == 1
