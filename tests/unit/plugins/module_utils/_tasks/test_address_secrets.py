# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secret of strategy stable stands in no message, result, difference, history row or file."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import kind_of
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger

SECRET = "tr0ub4dor-and-3-horses"

GOOD: list[dict[str, t.Any]] = [
    {"name": "web", "subnet": "six"},
    {"names": ["a", "b"], "subnet": "six"},
    {"names": ["a", "b"], "subnet": ["six", "four"], "dual_stack": True},
    {"name": "web", "subnet": "six", "fallback": "next", "lease": "1h"},
    {"names": ["a", "b"], "subnet": "six", "partial": True},
]
BAD: list[dict[str, t.Any]] = [
    {"name": "web", "subnet": "four"},
    {"name": "web", "subnet": "nowhere"},
    {"name": "web"},
    {"name": "", "subnet": "six"},
    {"name": "web", "subnet": "six", "mac": "x"},
    {"name": "web", "subnet": "six", "count": 2},
    {"name": "web", "subnet": "six", "contiguous": True, "count": 2},
    {"name": "held", "subnet": "six"},
    {"names": ["held"], "subnet": "six", "partial": True},
]


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.subnet(name="four", cidr="10.0.0.0/24")
    ledger.address(name="held", subnet="six", address="2001:db8::77")
    return ledger


def stored(ledger: Ledger) -> bytes:
    """Everything beside the store, its log and journals too."""
    if kind_of(ledger.store) not in ("sqlite", "file"):
        return repr(ledger.content()).encode()
    return b"".join(path.read_bytes() for path in sorted(ledger.path.parent.iterdir()))


@pytest.mark.parametrize("wish", GOOD)
def test_where_it_is_used(lan: Ledger, wish: dict[str, t.Any]) -> None:
    for force in (False, True):
        result = lan.address(**wish, strategy="stable", secret_key=SECRET, force=force)
        assert result["addresses"]
        assert SECRET not in json.dumps(result)
    assert SECRET not in repr(lan.rows("SELECT * FROM history"))
    assert SECRET.encode() not in stored(lan)
    assert SECRET not in json.dumps(lan.address_info())


@pytest.mark.parametrize("wish", BAD)
def test_where_the_task_fails(lan: Ledger, wish: dict[str, t.Any]) -> None:
    result = lan.run(address.TASK, **wish, strategy="stable", secret_key=SECRET)
    assert result["failed"] is True
    assert SECRET not in json.dumps(result)


WRONG: list[t.Any] = [
    "tr0ub4dor",  # too short
    70_368_744_177_664_123,  # a number, where something forgot to make it text
    ["tr0ub4dor-and-3-horses"],
    {"key": "tr0ub4dor-and-3-horses"},
    b"tr0ub4dor-and-3-horses",
    "tr0ub4dor-and-3-horses\udcff",  # what Python makes of a byte that is no UTF-8
]


@pytest.mark.parametrize("secret", WRONG)
@pytest.mark.parametrize("strategy", ["stable", None])
def test_where_it_is_itself_wrong(lan: Ledger, secret: t.Any, strategy: str | None) -> None:
    result = lan.refused(address.TASK, "bad_request", name="web", subnet="six", strategy=strategy, secret_key=secret)
    assert "secret_key" in result["msg"]
    for text in ("tr0ub4dor", "70368744177664123"):
        assert text not in json.dumps(result)


def test_ansible_hides_it_too() -> None:
    assert address.TASK.arguments["argument_spec"]["secret_key"]["no_log"] is True
