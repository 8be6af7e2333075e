# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time and memory of an allocation from the widest subnet against the narrowest: nothing may list a pool.

Run by itself (``python -m ...widths FOLDER CIDR START-END...``) it measures the memory of one of them.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tracemalloc
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench.ledgers import SUBNET, Cell
from ansible_collections.netledger.ipam.tests.bench.measuring import Times
from ansible_collections.netledger.ipam.tests.bench.operations import Bench
from ansible_collections.netledger.ipam.tests.ledger import Ledger

STRATEGIES: t.Final = ("lowest", "highest", "random", "rotate")
NARROW: t.Final = ("192.0.2.0/30", "192.0.2.1-192.0.2.1", "192.0.2.2-192.0.2.2")
WIDE: t.Final = ("2001:db8::/32", "2001:db8::1-2001:db8:7fff:ffff::", "2001:db8:8000::-2001:db8:ffff:ffff::")
_PROBED = 200  # allocations of each strategy whose memory is watched


class Memory(t.NamedTuple):
    """In bytes: the most that the process had resident, and the most that Python objects took while allocating."""

    resident: int
    traced: int


class Widths(t.NamedTuple):
    narrow: dict[str, Times]
    wide: dict[str, Times]
    narrow_memory: Memory
    wide_memory: Memory


def measure(folder: Path, rounds: int) -> Widths:
    narrow, wide = _bench(folder / "narrow.db", NARROW), _bench(folder / "wide.db", WIDE)
    times = {bench.cell.layout: {name: Times() for name in STRATEGIES} for bench in (narrow, wide)}
    for _round in range(rounds):
        for strategy in STRATEGIES:
            for bench in (narrow, wide):
                _allocate(bench, strategy, times[bench.cell.layout][strategy])
    narrow.store.close()
    wide.store.close()
    return Widths(
        times[NARROW[0]], times[WIDE[0]], _in_child(folder / "narrow", NARROW), _in_child(folder / "wide", WIDE)
    )


def _bench(path: Path, network: t.Sequence[str]) -> Bench:
    cidr, *pools = network
    bounds = [pool.split("-") for pool in pools]
    Ledger(path).subnet(name=SUBNET, cidr=cidr, pools=[{"start": start, "end": end} for start, end in bounds])
    return Bench(Cell(6 if ":" in cidr else 4, cidr, 0, False, path, ()), random.Random())


def _allocate(bench: Bench, strategy: str, times: Times) -> None:
    work = bench.acquiring(strategy=strategy)
    bench.give_back(times.measure(lambda: bench.write(work)))


def _in_child(folder: Path, network: t.Sequence[str]) -> Memory:
    """A process of its own, that has not had anything else in memory."""
    folder.mkdir()
    command = [sys.executable, "-m", __spec__.name if __name__ == "__main__" else __name__, str(folder), *network]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Memory(**json.loads(answer))


def _watched(folder: Path, network: t.Sequence[str]) -> Memory:
    bench = _bench(folder / "ledger.db", network)
    unused = Times()
    for strategy in STRATEGIES:
        for _probe in range(_PROBED):
            _allocate(bench, strategy, unused)
    # VmHWM and not ru_maxrss, which a child has from its parent.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    resident = int(found[1]) * 1024 if found else 0
    tracemalloc.start()
    for strategy in STRATEGIES:
        _allocate(bench, strategy, unused)
    traced = tracemalloc.get_traced_memory()[1]
    bench.store.close()
    return Memory(resident, traced)


if __name__ == "__main__":
    print(json.dumps(_watched(Path(sys.argv[1]), sys.argv[2:])._asdict()))
