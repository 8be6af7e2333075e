#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put the figures of runs of the benchmark into its page, and the curves beside it.

    python -m ansible_collections.netledger.ipam.tests.bench.page build/bench.json docs/benchmark.md

What stands between the two marks of the page is replaced. Of several runs, each before the page, the last one that has
a kind of store counts for it.
"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import curves
from ansible_collections.netledger.ipam.tests.bench.figures import Figure, number
from ansible_collections.netledger.ipam.tests.bench.report import Line, worst_rows
from ansible_collections.netledger.ipam.tests.bench.results import said

BEGIN: t.Final = "<!-- figures begin -->"
END: t.Final = "<!-- figures end -->"
_PARTS: t.Final = {
    "steps": "Steps of an allocation",
    "contention": "Several processes at once",
    "plays": "Tasks and lookups in plays",
    "inventory": "Inventories",
    "memory": "Memory",
    "neutron": "Beside Neutron's driver",
}

Found = dict[str, t.Any]


def main() -> int:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    *runs, page = map(Path, sys.argv[1:])
    found = [json.loads(run.read_text(encoding="utf-8")) for run in runs]
    page.write_text(filled(page.read_text(encoding="utf-8"), found), encoding="utf-8")
    machine = said(found[-1]["machine"])
    page.with_suffix(".svg").write_text(curves.drawn(_of_all(found, "allocation"), machine), encoding="utf-8")
    return 0


def filled(page: str, runs: t.Sequence[Found]) -> str:
    """The page with the figures of these runs."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"the page has no place for figures between {BEGIN} and {END}")
    return "\n\n".join([before + BEGIN, *_sections(runs), END + after])


def _stores(run: Found) -> list[str]:
    return list(dict.fromkeys(line["store"] for line in run["allocation"]))


def _last(runs: t.Sequence[Found]) -> dict[str, int]:
    """For each kind of store the number of the last run that has it."""
    return {store: number for number, run in enumerate(runs) for store in _stores(run)}


def _of_all(runs: t.Sequence[Found], part: str) -> list[Found]:
    """Lines or figures, for each kind of store those of the last run that has it."""
    last = _last(runs)
    found = [one for number, run in enumerate(runs) for one in run[part] if last[one["store"]] == number]
    return sorted(found, key=lambda one: list(last).index(one["store"])) if part == "allocation" else found


def _sections(runs: t.Sequence[Found]) -> t.Iterator[str]:
    for at, run in enumerate(runs):
        kind = "quick" if run["quick"] else "full"
        stores = ", ".join(store for store, last in _last(runs).items() if last == at)
        yield f"From a {kind} run of {run['seconds'] / 60:.0f} minutes ({stores}) on {said(run['machine'])}."
    yield "### Allocations\n\nOf each kind of work the worst ratios, and where:"
    yield _markdown(worst_rows([_line(one) for one in _of_all(runs, "allocation")]))
    figures = [_figure(one) for one in _of_all(runs, "figures")]
    for part, title in _PARTS.items():
        some = [figure for figure in figures if figure.part == part]
        if some:
            yield f"### {title}"
            yield _markdown([_TITLES, *(_cells(figure) for figure in some)])


_TITLES: t.Final = ("what", "store", "median", "p95", "unit", "compared with", "its median", "value", "bar", "", "note")


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        *(figure.what, figure.store, number(figure.median), number(figure.p95), figure.unit),
        *(figure.compared, number(figure.against)),
        *(number(figure.value, 2), number(figure.bar, 1), figure.verdict, figure.note),
    )


def _markdown(rows: t.Sequence[t.Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def _line(found: Found) -> Line:
    return Line(**{name: value for name, value in found.items() if name in Line._fields})


def _figure(found: Found) -> Figure:
    return Figure(**{name: value for name, value in found.items() if name in Figure._fields})


if __name__ == "__main__":
    sys.exit(main())
