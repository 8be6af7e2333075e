# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the role render say what its defaults and tasks are."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

ROLE = Path(__file__).parents[3] / "roles/render"
SPECS: dict[str, t.Any] = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))[
    "argument_specs"
]
MAIN: dict[str, t.Any] = SPECS["main"]["options"]
DEFAULTS: dict[str, t.Any] = yaml.safe_load((ROLE / "defaults/main.yml").read_text(encoding="utf-8"))
TARGETS: list[str] = MAIN["render_targets"]["choices"]
TYPES: dict[str, type] = {"str": str, "path": str, "int": int, "bool": bool, "list": list, "dict": dict}


def test_every_option_has_the_default_that_is_documented() -> None:
    documented = {name: option["default"] for name, option in MAIN.items() if not option.get("required")}
    assert documented == DEFAULTS
    for name, default in DEFAULTS.items():
        assert type(default) is TYPES[MAIN[name]["type"]], name


def test_every_target_has_an_entry_point_of_its_own() -> None:
    assert sorted(SPECS) == sorted(["main", *TARGETS])
    for target in TARGETS:
        (task,) = yaml.safe_load((ROLE / f"tasks/{target}.yml").read_text(encoding="utf-8"))
        assert task["vars"] == {"render_targets": [target]}


def test_an_option_is_the_same_in_all_entry_points() -> None:
    for target in TARGETS:
        for name, option in SPECS[target]["options"].items():
            assert option == MAIN[name]
    used = {name for target in TARGETS for name in SPECS[target]["options"]}
    assert used | {"render_targets"} == set(MAIN)


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_option_is_used(name: str) -> None:
    files = [
        *ROLE.glob("tasks/*.yml"),
        *ROLE.glob("vars/*.yml"),
        *ROLE.glob("templates/*.j2"),
        ROLE / "defaults/main.yml",
    ]
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert sum(name in text.replace(f"\n{name}:", "") for text in texts) > 0
