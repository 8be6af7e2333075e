# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cells of a CSV file: what is written, what that is read as, and that no spreadsheet executes it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import cells

TEXT = {"type": "str"}
LIST = {"type": "list"}
DICT = {"type": "dict"}

# The list of OWASP's page on CSV injection: equals, plus, minus, at, tab, carriage return, line feed, full-width forms.
BEGINNINGS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_formula_gets_an_apostrophe(beginning: str) -> None:
    text = f'{beginning}HYPERLINK("http://x";A1)'
    assert cells.written(text) == f"'{text}"
    assert cells.read(f"'{text}", "description", TEXT) == text


WRITTEN: list[tuple[t.Any, str]] = [
    (None, ""),
    ("", ""),
    (0, "0"),
    (120, "120"),
    ("web01", "web01"),
    ("'=1", "''=1"),  # or it would be read as =1
    ("''=1", "'''=1"),
    ("'quoted'", "'quoted'"),
    ("a=b", "a=b"),
    (" =1", "' =1"),
    ("2001:db8::1", "2001:db8::1"),
    (["web", "prod"], "web, prod"),
    (["-x", "y"], "'-x, y"),
    (["a,b"], '["a,b"]'),
    (["[a"], '["[a"]'),
    ([" a"], '[" a"]'),
    ([""], '[""]'),
    ([], "[]"),
    ({"owner": "me", "rack": "12"}, "owner=me, rack=12"),
    ({"a": "x=y"}, "a=x=y"),
    ({"a=b": "x"}, '{"a=b": "x"}'),
    ({"a": "x, y"}, '{"a": "x, y"}'),
    ({"a": " x"}, '{"a": " x"}'),
    ({"{a": "x"}, '{"{a": "x"}'),
    ({"=a": "x"}, '{"=a": "x"}'),
    ({"-a": "x"}, "'-a=x"),
    ({"a": ""}, "a="),
    ([{"name": "p", "start": "10.0.0.1"}], '[{"name": "p", "start": "10.0.0.1"}]'),
    (
        [{"name": "p", "start": "10.0.0.1", "end": "10.0.0.9"}],
        '[{"name": "p", "start": "10.0.0.1", "end": "10.0.0.9"}]',
    ),
]


@pytest.mark.parametrize(("value", "cell"), WRITTEN)
def test_what_is_written_is_read_again(value: t.Any, cell: str) -> None:
    assert cells.written(value) == cell
    spec = LIST if isinstance(value, list) else DICT if isinstance(value, dict) else TEXT
    assert cells.read(cell, "description", spec) == ("" if value is None else str(value) if spec is TEXT else value)


READ: list[tuple[str, str, dict[str, str], t.Any]] = [
    (" web01 ", "name", TEXT, "web01"),
    ("\u00a0web01", "name", TEXT, "web01"),  # what a spreadsheet calls a non-breaking space
    (" text ", "description", TEXT, " text "),
    ("a,b , ,c", "tags", LIST, ["a", "b", "c"]),
    ("a b", "tags", LIST, ["a b"]),
    ('["a", "b"]', "tags", LIST, ["a", "b"]),
    ("a, b", "subnet", LIST, "a, b"),
    ("owner = me , rack=", "labels", DICT, {"owner": "me", "rack": ""}),
    ("-5", "description", TEXT, "-5"),
    ("'", "description", TEXT, "'"),
    ("'a", "description", TEXT, "'a"),
]


@pytest.mark.parametrize(("cell", "option", "spec", "value"), READ)
def test_what_people_write(cell: str, option: str, spec: dict[str, str], value: t.Any) -> None:
    assert cells.read(cell, option, spec) == value


@pytest.mark.parametrize(
    ("cell", "spec"), [("[a", LIST), ('["a"', LIST), ("{a", DICT), ("owner", DICT), ("[" * 100_000, LIST),
     ("a=1, a=2", DICT), ("a=1, a =1", DICT), ('{"a": 1, "a": 2}', DICT), ('[{"a": 1, "a": 2}]', LIST),
     ('{"a": NaN}', DICT), ('{"a": -Infinity}', DICT), ('{"a": 1.5}', DICT)],
)  # fmt: skip
def test_what_nobody_can_read(cell: str, spec: dict[str, str]) -> None:
    with pytest.raises(LedgerError, match=r"^tags: ") as caught:
        cells.read(cell, "tags", spec)
    assert caught.value.reason == "bad_request"
    assert len(caught.value.message) < 300
