#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure what an allocation costs, and that this does not depend on what is held (``make bench``).

Each ratio has both its sides from the same run, measured in turns, in milliseconds:

/bare   median against the median of a bare INSERT and COMMIT of as many rows, into an empty table with the columns and
        keys of the ledger's, in a file of its own on the same disk, through the same driver, as durable (WAL,
        synchronous=FULL)
/empty  median against the median of the same work on an empty subnet
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import bulk, ledgers, measuring, report, widths

QUICK = (10_000, 100_000)
FULL = (*QUICK, 1_000_000)


def main() -> int:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        lines = _run(folder, FULL if options.full else QUICK, options.rounds, options.realtime)
    finally:
        shutil.rmtree(folder)
    print(report.table(lines), "", report.worst(lines), sep="\n")
    if options.json:
        found = [{**line._asdict(), "over": line.is_over} for line in lines]
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return int(options.strict and any(line.is_over for line in lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", dest="full", action="store_false", help="up to 100,000 held addresses")
    sizes.add_argument("--full", action="store_true", default=True, help="up to 1,000,000 (the default)")
    parser.add_argument("--rounds", type=int, default=25, help=f"each takes {measuring.VISIT} samples of everything")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="on the disk to measure; 2 GB for --full")
    parser.add_argument("--json", type=Path, help="write all lines here too")
    parser.add_argument("--realtime", action="store_true", help="measure before all other processes, as root")
    parser.add_argument("--strict", action="store_true", help="fail when anything is over its bar")
    return parser.parse_args()


def _run(folder: Path, sizes: tuple[int, ...], rounds: int, realtime: bool) -> list[report.Line]:
    lines: list[report.Line] = []
    for version in ledgers.NETWORKS:
        for layout in ledgers.LAYOUTS:
            with tempfile.TemporaryDirectory(dir=folder) as group:
                cells = _layout(Path(group), version, layout, sizes)
                _tell("measuring")
                with measuring.realtime(realtime):
                    lines += report.of_pairs(measuring.measure(cells, rounds))
    for version in ledgers.NETWORKS:
        _tell(f"{bulk.COUNT} addresses at once, IPv{version}")
        empty, _analyzed = ledgers.build(folder, version, "dense", 0)
        with measuring.realtime(realtime):
            lines += report.of_bulk(bulk.measure(empty, max(1, rounds // 5)))
    _tell("the widest subnet and the narrowest")
    with measuring.realtime(realtime):
        return lines + report.of_widths(widths.measure(folder, rounds * measuring.VISIT))


def _layout(folder: Path, version: int, layout: str, sizes: tuple[int, ...]) -> list[ledgers.Cell]:
    """All sizes of one layout, to be measured in turns; the files of more layouts would not stay in memory."""
    cells = []
    for held in (0, *sizes):
        _tell(f"building IPv{version}, {layout}, {held:,} held")
        cells += ledgers.build(folder, version, layout, held)
    return cells


def _tell(text: str) -> None:
    """Progress goes where it can be left away."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
