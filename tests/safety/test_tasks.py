# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever stands in an option of a task, it is answered by a result, and one that failed changed nothing."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.examples import some
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.safety.copies import Copies
from ansible_collections.netledger.ipam.tests.safety.odd import NUMBER_TEXTS, TEXTS, values
from ansible_collections.netledger.ipam.tests.safety.sound import asked, check_ledger, check_result
from hypothesis import given
from hypothesis import strategies as st

Options = dict[str, t.Any]

# Requests that are in order, from which one option after the other is then led astray.
BASES: dict[str, list[Options]] = {
    "address": [
        {"name": "a", "subnet": "lan"},
        {"name": "b", "subnet": ["lan", "lan6"], "dual_stack": True},
        {"names": ["c", "d"], "subnet": "lan", "pool": "servers", "partial": True},
        {"addresses": [{"name": "e", "address": "10.0.0.40"}], "subnet": "lan"},
        {"name": "f", "subnet": "lan6", "strategy": "stable", "secret_key": "0123456789abcdef"},
        {"name": "g", "subnet": "lan", "count": 4, "contiguous": True, "align": True},
        {"name": "web01", "state": "absent"},
    ],
    "address_info": [{}, {"subnet": "lan"}, {"subnet": "lan", "pool": "servers", "free": 2}],
    "audit": [{"name": "web01", "observed": [{"address": "10.0.0.10", "interface": "eth0"}]}],
    "export_file": [{"path": "out.csv", "objects": ["addresses"]}, {"path": "out.yml"}],
    "history_info": [{}, {"name": "web01"}, {"at": "2026-01-01"}],
    "import_file": [
        {
            "path": "in.csv",
            "kind": "addresses",
            "column_names": {"host": "name"},
            "defaults": {"subnet": "lan"},
            "partial": True,
        },
        {"path": "in.csv", "delimiter": "comma", "column_names": {"host": "name"}, "defaults": {"subnet": "lan"}},
        {"path": "in.json"},
    ],
    "pool": [
        {"subnet": "lan", "name": "p", "start": "10.0.0.50", "end": "10.0.0.60"},
        {"subnet": "lan", "name": "servers", "start": "10.0.0.10", "size": 40},
        {"subnet": "lan", "name": "servers", "state": "absent", "force": True},
    ],
    "store": [{"verify": True}, {"repair": True, "reap": True}, {"backup": "other.db"}],
    "store_info": [{}],
    "subnet": [
        {"name": "new", "cidr": "10.1.0.0/24", "gateway": "first"},
        {"name": "new", "parent": "lan6", "prefix_length": 80},
        {"name": "lan", "cidr": "10.0.0.0/23"},
        {"name": "new", "cidr": "10.1.0.0/24", "pools": [{"name": "p", "start": "10.1.0.9", "end": "10.1.0.19"}]},
        {"name": "lan6", "split": 4, "split_names": ["a", "b", "c", "d"], "force": True},
        {"name": "lan", "state": "absent", "force": True},
    ],
    "subnet_info": [{}, {"name": "lan"}],
}
LEDGERS = ("ipam.db", "ipam.yml")
PATHS = ("path", "backup", "restore", "copy_from")
NOT_HERE = ("store", "store_password", "lock_timeout")  # test_settings.py has these
TASKS: dict[str, Task] = {
    name: importlib.import_module(f"ansible_collections.netledger.ipam.plugins.module_utils._tasks.{name}").TASK
    for name in BASES
}
OPTIONS = [
    (name, option) for name in BASES for option in TASKS[name].arguments["argument_spec"] if option not in NOT_HERE
]


def placed(folder: Path, arguments: Options) -> Options:
    """The arguments with paths that lie in that folder, as they do not have to in the wild."""
    inside = {
        name: str(folder / value.replace("/", "\u2215").replace("..", "\u2025"))
        for name, value in arguments.items()
        if name in PATHS and isinstance(value, str) and value
    }
    return {**arguments, **inside}


def again(copies: Copies, name: str) -> Ledger:
    """A ledger beside which are files to import."""
    ledger = copies.again(name)
    (copies.folder / "in.csv").write_text("host,address\nweb09,10.0.0.99\n", encoding="utf-8")
    (copies.folder / "in.json").write_text('{"addresses": [{"name": "x", "subnet": "lan"}]}', encoding="utf-8")
    return ledger


def check(copies: Copies, task: Task, name: str, arguments: Options) -> None:
    ledger = again(copies, name)
    arguments = placed(copies.folder, arguments)
    present = ledger.traces()
    dry = asked(ledger, task, arguments, Plan())
    check_result(dry)
    assert ledger.content() == copies.kept[name]
    result = asked(ledger, task, arguments)
    check_result(result)
    assert bool(result.get("failed")) == bool(dry.get("failed")), (dry, result)
    if result.get("failed"):
        assert ledger.content() == copies.kept[name]
        assert [one for one in ledger.traces() if not one.endswith(".lock")] == present
    elif ledger.path.exists():
        check_ledger(ledger)


@pytest.mark.parametrize(("task", "option"), OPTIONS, ids=[".".join(one) for one in OPTIONS])
def test_an_option_with_anything_in_it(copies: Copies, task: str, option: str) -> None:
    spec = TASKS[task].arguments["argument_spec"]

    @some(12)
    @given(st.sampled_from(BASES[task]), values(spec[option]), st.sampled_from(LEDGERS))
    def checked(base: Options, value: t.Any, name: str) -> None:
        check(copies, TASKS[task], name, {**base, option: value})

    checked()


@pytest.mark.parametrize("task", BASES)
def test_several_options_with_anything_in_them(copies: Copies, task: str) -> None:
    spec = TASKS[task].arguments["argument_spec"]
    some_odd = st.fixed_dictionaries({}, optional={name: values(spec[name]) for name in spec if name not in NOT_HERE})

    @some(30)
    @given(st.sampled_from(BASES[task]), some_odd, st.sampled_from(LEDGERS))
    def checked(base: Options, odd: Options, name: str) -> None:
        check(copies, TASKS[task], name, {**base, **odd})

    checked()


@pytest.mark.parametrize("task", BASES)
@pytest.mark.parametrize(
    "value", [10**5000, -(10**5000), [10**5000], {"a": 10**5000}], ids=["large", "small", "list", "dict"]
)
def test_numbers_that_python_does_not_write(copies: Copies, task: str, value: t.Any) -> None:
    """It refuses to turn integers of more than 4300 digits into text; a hexadecimal one in YAML may have as many."""
    for option in TASKS[task].arguments["argument_spec"]:
        if option not in NOT_HERE:
            check(copies, TASKS[task], "ipam.yml", {**BASES[task][0], option: value})


@pytest.mark.parametrize("text", NUMBER_TEXTS)
def test_texts_of_numbers_that_never_end(copies: Copies, text: str) -> None:
    """Of some, ansible-core would make an integer with all digits, which takes for ever; on others it would fail."""
    for option in ("vlan_id", "mtu", "quota", "min_prefix_length"):
        arguments = {"name": "new", "cidr": "10.1.0.0/24", option: text}
        ledger = copies.again("ipam.db")
        result = asked(ledger, TASKS["subnet"], arguments)
        check_result(result)
        assert result["reason"] == "bad_request"
        assert option in result["msg"]


@pytest.mark.parametrize("task", BASES)
def test_options_that_there_are_not(copies: Copies, task: str) -> None:
    @some(12)
    @given(st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3))
    def checked(odd: Options) -> None:
        ledger = copies.again("ipam.db")
        odd = {name: value for name, value in odd.items() if name not in TASKS[task].arguments["argument_spec"]}
        result = asked(ledger, TASKS[task], {**BASES[task][0], **odd})
        check_result(result)
        assert not odd or result["reason"] == "bad_request"
        assert not odd or ledger.content() == copies.kept["ipam.db"]

    checked()


@pytest.mark.parametrize("task", BASES)
def test_the_requests_are_in_order(copies: Copies, task: str) -> None:
    """Else nothing would be led astray."""
    for base in BASES[task]:
        result = asked(again(copies, "ipam.db"), TASKS[task], placed(copies.folder, base))
        assert not result.get("failed"), result
