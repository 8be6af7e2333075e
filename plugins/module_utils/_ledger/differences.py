# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check of a ledger reports: where it differs from what its rules say.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

SHOWN: t.Final = 1000  # differences that a report spells out: a result with a million of them helps nobody


class Mend(t.NamedTuple):
    """What brings a derived thing back in line: which thing, of which subnet, and its right value."""

    what: str
    subnet: int
    value: int = 0


class Difference(t.NamedTuple):
    """One thing that is not as it should be. ``mend`` is None where only its owner can know what is right."""

    kind: str
    vrf: str
    subnet: str
    text: str
    mend: Mend | None = None

    def facts(self) -> dict[str, t.Any]:
        return {**dict(zip(("kind", "vrf", "subnet", "text"), self)), "repairable": self.mend is not None}


class Report:
    """Differences: all are counted, the first are kept. ``mends`` are what all that can be mended needs."""

    def __init__(self) -> None:
        self.count = 0
        self.beyond_repair = 0
        self.first: list[Difference] = []
        self.mends: dict[Mend, None] = {}

    def add(self, difference: Difference) -> None:
        self.count += 1
        if difference.mend:
            self.mends[difference.mend] = None
        else:
            self.beyond_repair += 1
        if len(self.first) < SHOWN:
            self.first.append(difference)

    def extend(self, differences: t.Iterable[Difference]) -> None:
        for difference in differences:
            self.add(difference)
