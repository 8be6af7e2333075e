# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and playbooks: argument specs, defaults, tasks and documents name the same variables."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))
Options = dict[str, dict[str, t.Any]]


def load(path: str) -> t.Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def entries(role: str) -> dict[str, Options]:
    specs = load(f"roles/{role}/meta/argument_specs.yml")["argument_specs"]
    return {name: entry["options"] for name, entry in specs.items()}


def options(role: str) -> Options:
    """Those of all entry points; what is in several has one meaning, and one default."""
    found: Options = {}
    for entry in entries(role).values():
        for name, option in entry.items():
            assert found.setdefault(name, option).get("default") == option.get("default")
    return found


def rows(text: str, columns: int) -> list[list[str]]:
    """The rows of tables whose first cell is a name."""
    found = re.findall(r"^\| `(\w+)` \|" + r"([^|]*)\|" * (columns - 1) + "$", text, re.MULTILINE)
    return [[cell.strip() for cell in row] for row in found]


@pytest.mark.parametrize("role", ROLES)
def test_the_argument_spec_has_the_defaults_of_the_role(role: str) -> None:
    specified = {name: option["default"] for name, option in options(role).items() if "default" in option}
    assert specified == load(f"roles/{role}/defaults/main.yml")


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_point_has_tasks_and_every_variable_a_use(role: str) -> None:
    for entry in entries(role):
        assert (ROOT / "roles" / role / "tasks" / f"{entry}.yml").exists()
    folders = [ROOT / "roles" / role / folder for folder in ("tasks", "vars", "defaults")]
    code = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.iterdir())
    for name, option in options(role).items():
        assert name.startswith(f"{role}_")
        assert re.search(rf"\b{name}\b", code)
        assert option["description"]


@pytest.mark.parametrize("role", ROLES)
def test_readme_of_a_role_lists_its_variables(role: str) -> None:
    text = (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    listed = rows(text, 3)
    assert {name for name, _default, _means in listed} == set(options(role))
    for name, default, _means in listed:
        expected = str(options(role)[name].get("default", ""))
        expected = {"True": "true", "False": "false"}.get(expected, expected)
        assert default.strip("`") == re.sub(r"^{{ (\w+).* }}$", r"\1", expected), name


def test_variables_of_host_address_are_options_of_the_module() -> None:
    """As are those of an interface, and of the same type."""
    spec = address.TASK.arguments["argument_spec"]
    main = entries("host_address")["main"]
    inner = main["host_address_interfaces"]["options"]
    outer = {name.removeprefix("host_address_"): option for name, option in main.items()}
    own = {"interfaces", "set_ansible_host", "build_tasks", "release_on_failure", "wait", "wait_timeout"}
    for option, one in [*inner.items(), *((name, outer[name]) for name in outer.keys() - own)]:
        for fact in ("type", "elements", "choices"):
            assert one.get(fact) == spec[option].get(fact), option
    assert inner.keys() - {"vrf"} == outer.keys() - own - {"name", "secret_key"}
    (reserve,) = [task for task in load("roles/host_address/tasks/_reserve.yml") if "netledger.ipam.address" in task]
    assert reserve["netledger.ipam.address"].keys() == (outer.keys() - own) | {"vrf"}


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_playbook_is_documented_with_its_variables(name: str) -> None:
    guide = (ROOT / "docs/playbooks.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", guide, re.MULTILINE | re.DOTALL)
    text = (ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
    listed = {row[0] for row in rows(section, 2) if row[0].startswith(f"{name}_")}
    asked = re.findall(rf"\b({name}_\w+) (?:\| default\(|is defined)", text)
    own = re.findall(rf"^ +(?:register: )?({name}_\w+)(?::|$)", text, re.MULTILINE)
    assert set(asked) - set(own) <= listed
    assert all(re.search(rf"\b{one}\b", text) for one in listed)
    assert f"netledger.ipam.{name}" in section
    assert f"{name}_hosts" in listed
    assert re.search(rf"^#   ansible-playbook netledger\.ipam\.{name}\b", text, re.MULTILINE)
