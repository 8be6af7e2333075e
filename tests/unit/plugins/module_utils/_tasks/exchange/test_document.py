# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and YAML files: their entries with their lines, and what is refused, with its line."""

from __future__ import annotations

import sys
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import document

YAML = """---
# A comment
subnets:
  - name: lan
    cidr: 10.0.0.0/24
    vlan_id: 120
addresses:
  - name: web01
    address: 10.0.0.5
    tags: [a, "b"]
    mac: "52:54:00:12:34:56"

  - {name: web02, address: null}
"""
JSON = """{
  "addresses": [
    {"name": "web01", "address": "10.0.0.5", "tags": ["a", "b"], "mac": "52:54:00:12:34:56"},

    {"name": "web02",
     "address": null}
  ],
  "subnets": [{"name": "lan", "cidr": "10.0.0.0/24", "vlan_id": 120}]
}
"""
SUBNETS = [{"name": "lan", "cidr": "10.0.0.0/24", "vlan_id": 120}]
ADDRESSES: list[dict[str, t.Any]] = [
    {"name": "web01", "address": "10.0.0.5", "tags": ["a", "b"], "mac": "52:54:00:12:34:56"},
    {"name": "web02", "address": None},
]


def read(text: str, *, as_json: bool) -> dict[str, list[tuple[int, t.Any]]]:
    return {kind.name: [(row.line, row.values) for row in rows] for kind, rows in document.read(text, as_json=as_json)}


def test_yaml() -> None:
    lines = {"subnets": [(4, SUBNETS[0])], "addresses": [(8, ADDRESSES[0]), (13, ADDRESSES[1])]}
    assert read(YAML, as_json=False) == lines


def test_json() -> None:
    lines = {"subnets": [(8, SUBNETS[0])], "addresses": [(3, ADDRESSES[0]), (5, ADDRESSES[1])]}
    assert read(JSON, as_json=True) == lines


@pytest.mark.parametrize("text", ["{}", "subnets:\n", "addresses: []\n"])
def test_nothing_in_it(text: str) -> None:
    assert read(text, as_json=False) == {"subnets": [], "addresses": []}


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\naddresses: [*b]\n"

# What YAML takes for something else than what was meant, and what to do about it.
MISTYPED = {
    "a MAC address of digits": "mac: 52:54:00:12:34:56",
    "a number in hexadecimal": "name: 0x10",
    "a switch": "name: on",
    "another one": "name: No",
    "a date": "description: 2026-03-01",
    "a number with underscores": "name: 1_000",
    "a number in octal": "name: 0123",
    "a number with a point": "name: 1.10",
}

# text, line, what the message says
REFUSED_YAML: dict[str, tuple[str, int, str]] = {
    **{
        what: (f"addresses:\n  - address: 10.0.0.5\n    {line}\n", 3, "Put it in quotes.")
        for what, line in MISTYPED.items()
    },
    "an anchor": (BOMB, 1, "is an anchor or alias"),
    "a tag": ("addresses: !!python/object/apply:os.system [id]\n", 1, "is a tag"),
    "a key twice": ("addresses: []\nsubnets: []\naddresses: []\n", 3, "a second time, after line 1"),
    "no YAML": ("addresses:\n  - {name: web01\n", 3, "This is not YAML"),
    "a tab": ("addresses:\n\t- name: web01\n", 2, "YAML indents with spaces"),
    "two documents": ("addresses: []\n---\naddresses: []\n", 2, "second document"),
    "a list": ("- name: web01\n", 1, "a list stands where a mapping with subnets and addresses belongs"),
    "a text": ("web01\n", 1, "'web01' stands where a mapping"),
    "another key": ("adresses: []\n", 1, "Did you mean addresses?"),
    "a mapping of addresses": ("addresses:\n  web01: {}\n", 1, "addresses: a mapping stands where a list belongs"),
    "a ledger": ("netledger.ipam: {version: 1}\nvrfs: {}\n", 1, "This is a ledger. Copy it"),
    "no text": ("addresses: [\x07]\n", 1, "U+0007"),
    "depth": ("addresses: " + "[" * 50 + "]" * 50 + "\n", 1, "lie in each other"),
}
REFUSED_JSON: dict[str, tuple[str, int, str]] = {
    "no JSON": ('{\n"addresses": [{]\n}\n', 2, "This is not JSON"),
    "nothing": ("", 1, "This is not JSON"),
    "a key twice": ('{"addresses": [],\n"addresses": []}', 2, "a second time, after line 1"),
    "a number with a point": ('{"addresses":\n[{"name": 1.5}]}', 2, "no whole number"),
    "no number": ('{"addresses":\n[{"name": NaN}]}', 2, "no whole number"),
    "a list": ("[]", 1, "a list stands where a mapping"),
    "another key": ('{"subnets": [],\n"pools": []}', 2, "pools: is not an option of the file"),
    "a text of addresses": ('{\n"addresses": "web01"}', 2, "addresses: 'web01' stands where a list belongs"),
    "depth": ('{"addresses": ' + "[" * 100_000 + "]" * 100_000 + "}", 1, "lie in each other"),
}


@pytest.mark.parametrize(("text", "line", "said"), REFUSED_YAML.values(), ids=REFUSED_YAML)
def test_refused_yaml(text: str, line: int, said: str) -> None:
    _refused(text, line, said, as_json=False)


@pytest.mark.parametrize(("text", "line", "said"), REFUSED_JSON.values(), ids=REFUSED_JSON)
def test_refused_json(text: str, line: int, said: str) -> None:
    _refused(text, line, said, as_json=True)


def _refused(text: str, line: int, said: str, *, as_json: bool) -> None:
    with pytest.raises(LedgerError) as caught:
        document.read(text, as_json=as_json)
    assert (caught.value.reason, caught.value.details["line"]) == ("file_invalid", line)
    assert caught.value.message.startswith(f"Line {line}: ")
    assert said in caught.value.message


def test_json_whose_fault_has_no_line() -> None:
    with pytest.raises(LedgerError, match="This is not JSON") as caught:
        document.read('{"addresses": [' + "1" * 10_000 + "]}", as_json=True)
    assert caught.value.details == {}


def test_a_host_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read(JSON, as_json=True)["subnets"]
    with pytest.raises(LedgerError) as caught:
        document.read(YAML, as_json=False)
    assert (caught.value.reason, caught.value.details) == ("library_missing", {"library": "PyYAML"})
