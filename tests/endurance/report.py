# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came out of an endurance run, for people to read."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.netledger.ipam.tests.endurance.judge import Verdict

_SHOWN = 20  # faults of a store


class Report:
    """Counts of one kind of store over all its rounds, and all that was wrong."""

    def __init__(self, kind: str, *, can_fill: bool) -> None:
        self.kind = kind
        self.can_fill = can_fill
        self.rounds = 0
        self.asked = 0
        self.met = 0
        self.unanswered = 0
        self.longest = 0.0
        self.refused: collections.Counter[str] = collections.Counter()
        self.torments: collections.Counter[str] = collections.Counter()
        self.wrong: list[str] = []

    def add(self, verdict: Verdict, wrong: t.Sequence[str]) -> None:
        self.rounds += 1
        self.asked += verdict.asked
        self.met += verdict.met
        self.unanswered += verdict.unanswered
        self.longest = max(self.longest, verdict.longest)
        self.refused.update(verdict.refused)
        self.wrong += wrong

    def check_torments(self, kinds: t.Iterable[str]) -> None:
        """A run in which one of these never happened has proved nothing about it."""
        self.wrong += [f"no {kind}: the run was too short" for kind in kinds if not self.torments[kind]]


def table(reports: t.Sequence[Report]) -> str:
    """A line for each store, then what its tasks were refused for, and what is wrong with it."""
    head = ("store", "rounds", "asked", "met", "unanswered", "longest", "verdict")
    lines = [head, *(_line(report) for report in reports)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    for report in reports:
        told += ["", f"{report.kind}:", f"  torments: {_counted(report.torments)}"]
        if not report.can_fill:
            told.append("  no disk was filled: it had none of its own, which takes root, and which a cluster never has")
        told.append(f"  refused: {_counted(report.refused)}")
        told += [f"  WRONG: {one}" for one in report.wrong[:_SHOWN]]
        if len(report.wrong) > _SHOWN:
            told.append(f"  and {len(report.wrong) - _SHOWN} more, all in wrong.txt")
    return "\n".join(told)


def _line(report: Report) -> tuple[str, ...]:
    counts = (report.rounds, report.asked, report.met, report.unanswered)
    verdict = f"{len(report.wrong)} WRONG" if report.wrong else "sound"
    return (report.kind, *map(str, counts), f"{report.longest:.1f} s", verdict)


def _counted(counts: t.Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
