# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of tasks as they were written: what is said of wrong ones, whatever is wrong with them."""

from __future__ import annotations

import importlib
import pkgutil
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils import _tasks
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, import_file
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import validated

MODULES = [
    importlib.import_module(f"{_tasks.__name__}.{found.name}") for found in pkgutil.iter_modules(_tasks.__path__)
]
TASKS: list[Task] = [module.TASK for module in MODULES if hasattr(module, "TASK")]


def refused(task: Task, options: Options) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        validated(task, options)
    assert caught.value.reason == "bad_request"
    return caught.value


def chosen(spec: Options) -> t.Iterator[tuple[str, t.Any]]:
    """Options that have choices, with a value that is none of them, at every depth."""
    for name, option in spec.items():
        if "choices" in option:
            wrong = 99 if option["type"] == "int" else "nonsense"
            yield name, [wrong] if option["type"] == "list" else wrong
        for inner, value in chosen(option.get("options", {})):
            yield name, [{inner: value}]


CHOSEN = [(task, option, value) for task in TASKS for option, value in chosen(task.arguments["argument_spec"])]


def test_there_are_such_options() -> None:
    assert {"address", "subnet", "import_file", "export_file"} <= {task.name for task, _option, _value in CHOSEN}


@pytest.mark.parametrize(
    ("task", "option", "value"), CHOSEN, ids=[f"{task.name}-{option}" for task, option, _value in CHOSEN]
)
def test_a_value_that_is_none_of_the_choices(task: Task, option: str, value: t.Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,address\n")
    given = {"path": str(path)} if "path" in task.arguments["argument_spec"] else {}
    assert "must be one" in refused(task, {option: value, **given}).message


def test_a_file_is_not_read_where_an_option_is_wrong(tmp_path: Path) -> None:
    """It may be on another host than the one that checks. What else is wrong with the options is said all the same."""
    path = str(tmp_path / "none.csv")
    assert refused(import_file.TASK, {"path": path, "delimter": "tab"}).details["option"] == "delimter"
    said = refused(import_file.TASK, {"path": path, "delimter": "tab", "vrf": "*"})
    assert [one.partition(":")[0] for one in said.details["errors"]] == ["delimter", "vrf"]


@pytest.mark.parametrize("text", ["\x1b[31m", "\ud800", "x" * 100_000, "a\nb"])
def test_what_users_write_is_no_flood_and_moves_no_cursor(text: str) -> None:
    for options in ({text: "x"}, {"name": "web", "subnet": "lan", "status": text}, {"addresses": [{text: "x"}]}):
        error = refused(address.TASK, options)
        assert error.message.isprintable()
        assert len(error.message) < 1000
        assert str(error.details.get("option", "")).isprintable()
