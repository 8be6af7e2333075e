# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written into files comes back as it was, whatever it is, and other programs read the same."""

from __future__ import annotations

import csv
import io
import json
import typing as t

import yaml
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import cells, document, table
from hypothesis import given
from hypothesis import strategies as st

Options = dict[str, t.Any]

# With what OWASP's page on CSV injection names, and what has a meaning in a cell.
ODD = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'\"[]{},; a1"
TEXTS = st.text(ODD, max_size=6) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
NAMES = st.text(ODD, min_size=1, max_size=6).filter(lambda text: text == text.strip())


@given(TEXTS)
def test_every_text_comes_back_and_none_is_a_formula(text: str) -> None:
    cell = cells.written(text)
    assert cells.read(cell, "description", {"type": "str"}) == text
    assert not cell or cell[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@given(st.lists(NAMES))
def test_every_list_comes_back(value: list[str]) -> None:
    assert cells.read(cells.written(value), "tags", {"type": "list"}) == value


@given(st.dictionaries(NAMES, TEXTS))
def test_every_mapping_comes_back(value: dict[str, str]) -> None:
    assert cells.read(cells.written(value), "labels", {"type": "dict"}) == value


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.sampled_from(sorted(table.DELIMITERS.values())))
def test_other_programs_read_the_same_cells(found: list[tuple[str, str]], delimiter: str) -> None:
    records: list[Options] = [{"name": name, "description": text} for name, text in found]
    text = table.written(("name", "description"), records, delimiter)
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    assert read == [["name", "description"], *([cells.written(cell) for cell in pair] for pair in found)]


VALUES = TEXTS | st.integers(0, 2**63 - 1) | st.lists(TEXTS, max_size=3)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=4)


@given(RECORDS, RECORDS)
def test_other_programs_read_the_same_json_and_yaml(subnets: list[Options], addresses: list[Options]) -> None:
    content = {"subnets": subnets, "addresses": addresses}
    as_json, as_yaml = (document.written(content, as_json=language) for language in (True, False))
    assert json.loads(as_json) == content
    assert {"subnets": [], "addresses": [], **(yaml.safe_load(as_yaml) or {})} == content
    for text, language in ((as_json, True), (as_yaml, False)):
        found = document.read(text, as_json=language)
        assert {kind.name: [row.values for row in rows] for kind, rows in found} == content
