# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was measured as JSON, with the machine it was measured on."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import sqlite3
import typing as t
from pathlib import Path

_LIBRARIES: t.Final = ("ansible-core", "netaddr", "psycopg", "PyMySQL")


def written(path: Path | None, parts: dict[str, t.Any]) -> None:
    """Write the parts where somebody asked for it; figures and lines become mappings."""
    if path:
        found = {"machine": machine(), **{name: _plain(part) for name, part in parts.items()}}
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _plain(part: t.Any) -> t.Any:
    if hasattr(part, "_asdict"):
        return {**part._asdict(), "over": part.is_over}
    return [_plain(one) for one in part] if isinstance(part, list) else part


def machine() -> dict[str, t.Any]:
    """What figures depend on, as far as the machine tells; the load is that of the last 15 minutes."""
    return {
        "processor": _line("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_line("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) / 1e6, 1),
        "load": os.getloadavg()[2],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def said(found: t.Mapping[str, t.Any]) -> str:
    """The machine in a line."""
    parts = [
        f"{found['processors']} x {found['processor']}",
        f"{found['memory_gb']} GB",
        f"load {found['load']:.1f}",
        found["system"],
    ]
    libraries = ("python", "sqlite", *_LIBRARIES)
    return ", ".join([*parts, *(f"{name} {found[name]}" for name in libraries if name in found)])


def _line(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"))
    return found[1].strip() if found else ""
