# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What commands cost: the processes that they start included."""

from __future__ import annotations

import math
import resource
import time
import typing as t


class Cost(t.NamedTuple):
    """Seconds of one run."""

    wall: float
    cpu: float


def cost(command: t.Callable[[], t.Any]) -> Cost:
    """What it costs to run something that starts processes and waits for them."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - wall, cpu)


def p95(values: t.Iterable[float]) -> float:
    """The least of the values that 95 in 100 do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]
