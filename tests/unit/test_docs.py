# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation, argument specs, action plugins and lists of names agree."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import REASONS
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Task
from ansible_collections.netledger.ipam.plugins.plugin_utils._hosts import GROUPS_BY
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project

COLLECTION = "ansible_collections.netledger.ipam"
ROOT = Path(__file__).parents[2]
Options = dict[str, dict[str, t.Any]]


def names_in(kind: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / "plugins" / kind).glob("*.py"))


MODULES, LOOKUPS = names_in("modules"), names_in("lookup")
PLUGINS = [("lookup", name) for name in LOOKUPS] + [("inventory", name) for name in names_in("inventory")]


def task_of(name: str) -> Task:
    return t.cast(Task, importlib.import_module(f"{COLLECTION}.plugins.module_utils._tasks.{name}").TASK)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Options]:
    """The options as ansible-doc shows them, fragments included, by kind and name of the plugin."""
    project = Project(tmp_path_factory.mktemp("doc") / "project")
    found: dict[str, Options] = {}
    for kind, names in (("module", MODULES), ("lookup", LOOKUPS), ("inventory", names_in("inventory"))):
        full = [f"netledger.ipam.{name}" for name in names]
        run = project.run(BIN / "ansible-doc", "--json", f"--type={kind}", *full).ok()
        documents = json.loads(run.output[run.output.index("{") :])
        for name in names:
            found[f"{kind} {name}"] = documents[f"netledger.ipam.{name}"]["doc"]["options"]
    return found


def facts(option: dict[str, t.Any]) -> dict[str, t.Any]:
    """What an argument spec and a documentation both say of an option."""
    inner = option.get("options", option.get("suboptions"))
    choices = option.get("choices")
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "aliases": sorted(option.get("aliases", [])),
        "required": bool(option.get("required")),
        "default": option.get("default"),
        "choices": sorted(choices) if choices else None,
        "options": {name: facts(one) for name, one in inner.items()} if inner else None,
    }


@pytest.mark.parametrize("name", MODULES)
def test_a_module_documents_its_argument_spec(shown: dict[str, Options], name: str) -> None:
    documented = {option: facts(one) for option, one in shown[f"module {name}"].items()}
    specified = {option: facts(one) for option, one in task_of(name).arguments["argument_spec"].items()}
    assert documented == specified


@pytest.mark.parametrize("name", MODULES)
def test_module_and_action_run_the_same_task(name: str) -> None:
    task = task_of(name)
    assert task.name == name
    assert importlib.import_module(f"{COLLECTION}.plugins.modules.{name}").TASK is task
    assert importlib.import_module(f"{COLLECTION}.plugins.action.{name}").ActionModule.task is task


def test_every_module_has_an_action_and_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert names_in("action") == MODULES
    assert sorted(runtime["action_groups"]["all"]) == MODULES


def type_of(name: str, option: dict[str, t.Any]) -> tuple[str, str | None]:
    if name in ("subnet", "pool", "parent", "status") and option["type"] == "list":
        return option["elements"], None
    return option["type"], option["elements"]


def test_an_option_is_the_same_thing_wherever_it_is_found(shown: dict[str, Options]) -> None:
    """Of one name there is one type, one default and one list of aliases, in modules, lookups and inventories.

    Where one thing is written, several may be taken in order: that is the same option.
    """
    seen: dict[str, dict[tuple[t.Any, ...], list[str]]] = {}
    for where, options in shown.items():
        for name, option in options.items():
            if name == "_terms":
                continue
            one = facts(option)
            # Only the address of a task may be left to the host; a lookup has no aliases to share.
            kind = (*type_of(name, one), one["default"] if name in STORE_ARGUMENTS else None)
            seen.setdefault(name, {}).setdefault(kind, []).append(where)
            for inner, sub in (one["options"] or {}).items():
                seen.setdefault(inner, {}).setdefault((*type_of(inner, sub), None), []).append(where)
    assert {name: kinds for name, kinds in seen.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize(("kind", "name"), PLUGINS)
def test_settings_of_a_plugin_come_from_the_places_of_the_chain(
    shown: dict[str, Options], kind: str, name: str
) -> None:
    options = shown[f"{kind} {name}"]
    for option in STORE_ARGUMENTS:
        one = options[option]
        assert [entry["name"] for entry in one["vars"]] == [f"netledger_ipam_{option}"]
        assert [entry["name"] for entry in one["env"]] == [f"NETLEDGER_IPAM_{option.upper()}"]
        assert [(entry["section"], entry["key"]) for entry in one["ini"]] == [("netledger.ipam", option)]


def test_the_inventory_knows_the_same_words(shown: dict[str, Options]) -> None:
    """What its documentation repeats of the code."""
    options = shown["inventory inventory"]
    assert options["status"]["choices"] == list(STATUSES)
    assert options["groups_by"]["choices"] == list(GROUPS_BY)


def as_documented(default: t.Any) -> t.Any:
    """A required argument has no default."""
    unset = default is inspect.Parameter.empty
    return None if unset else list(default) if isinstance(default, tuple) else default


@pytest.mark.parametrize("name", names_in("filter"))
def test_a_filter_documents_its_arguments(name: str) -> None:
    plugin = importlib.import_module(f"{COLLECTION}.plugins.filter.{name}")
    arguments = inspect.signature(plugin.FilterModule().filters()[name]).parameters
    document = yaml.safe_load(plugin.DOCUMENTATION)
    documented = {option: one.get("default") for option, one in document["options"].items() if option != "_input"}
    assert {option: as_documented(one.default) for option, one in list(arguments.items())[1:]} == documented
    assert document.get("positional", "") == ", ".join(documented)


def test_the_document_of_reasons_lists_every_reason() -> None:
    text = (ROOT / "docs/reasons.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|[^|]+\|[^|]+\|$", text, re.MULTILINE)
    assert sorted(listed) == sorted(REASONS)
    assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set(REASONS)


def test_readme_lists_everything_and_the_defaults_of_settings() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `netledger\.ipam\.(\w+)` \|", text, re.MULTILINE)
    playbooks = [path.stem for path in (ROOT / "playbooks").glob("*.yml")]
    plugins = [name for kind in ("modules", "lookup", "inventory", "filter") for name in names_in(kind)]
    assert sorted(listed) == sorted([*plugins, *playbooks])
    roles = [path.name for path in (ROOT / "roles").iterdir()]
    assert sorted(re.findall(r"\[netledger\.ipam\.(\w+)\]\(roles/", text)) == sorted(roles)
    row = next(line for line in text.splitlines() if "| default |" in line)
    for name, option in STORE_ARGUMENTS.items():
        if "default" in option:
            assert f"`{option['default']}`" in row
        else:
            assert f"`{name}`" in text
