# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of docs/architecture.md: each imports only what stands below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
PREFIX = "ansible_collections.netledger.ipam.plugins."
# From the top down; what stands in one line may not import each other.
LAYERS = (
    ("modules", "action", "lookup", "inventory", "filter"),
    ("plugin_utils",),
    ("module_utils._tasks",),
    ("module_utils._ledger",),
    ("module_utils._space",),
    ("module_utils._store",),
    ("module_utils._wire",),
    ("module_utils._address",),
)
# What runs on another host cannot bring along what only a controller has.
CONTROLLER_ONLY = ("plugin_utils", "action", "lookup", "inventory", "filter")
SOURCES = sorted(path for path in PLUGINS.rglob("*.py") if "doc_fragments" not in path.parts)


def layer(module: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if module.startswith(names))


def imported(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return [name.removeprefix(PREFIX) for name in froms + plain if name.startswith(PREFIX)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_imports_only_from_below(path: Path) -> None:
    own = ".".join(path.relative_to(PLUGINS).with_suffix("").parts)
    for module in imported(path):
        beside = layer(module) == layer(own) > 0
        assert layer(module) > layer(own) or beside, f"{own} imports {module}"
        if own.startswith(("modules", "module_utils")):
            assert not module.startswith(CONTROLLER_ONLY)


def test_a_layer_upwards_would_be_seen() -> None:
    assert layer("module_utils._store.open") > layer("module_utils._ledger.find") > layer("modules.address")
