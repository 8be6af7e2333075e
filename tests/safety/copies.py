# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger with something of everything in it, as often as an example needs it new."""

from __future__ import annotations

import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.ledger import Ledger

NAMES: t.Final = ("ipam.db", "ipam.yml", "ipam.json")


class Copies(t.NamedTuple):
    """Ledgers with the same in them, by name, and the folder in which each example finds one."""

    folder: Path
    kept: dict[str, bytes]

    def again(self, name: str) -> Ledger:
        """A ledger as it was, alone in the folder."""
        for path in self.folder.iterdir():
            path.unlink()
        (self.folder / name).write_bytes(self.kept[name])
        return Ledger(self.folder / name)


def made(folder: Path) -> Copies:
    kept = {}
    for name in NAMES:
        ledger = Ledger(folder / name)
        ledger.subnet(
            name="lan",
            cidr="10.0.0.0/24",
            gateway="10.0.0.1",
            pools=[{"name": "servers", "start": "10.0.0.10", "end": "10.0.0.39"}],
            reserved=["10.0.0.2-10.0.0.9"],
            hold_down="1h",
            tags=["prod"],
            labels={"site": "a"},
        )
        ledger.subnet(name="lan6", cidr="2001:db8::/64")
        ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="red")
        ledger.address(names=["web01", "web02"], subnet="lan", description="=1+1")
        ledger.address(name="web01", subnet="lan6", interface="eth1", mac="52:54:00:12:34:56")
        ledger.address(name="web02", state="absent")
        kept[name] = ledger.path.read_bytes()
    return Copies(folder, kept)
