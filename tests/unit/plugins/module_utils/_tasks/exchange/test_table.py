# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSV files: which columns they have, which rows, and on which lines."""

from __future__ import annotations

import csv
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import table
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange.table import Layout

Found = list[tuple[int, dict[str, t.Any]]]


def rows(text: str, **layout: t.Any) -> Found:
    _kind, found = table.read(text, Layout(**layout))
    assert all(row.error is None for row in found)
    return [(row.line, row.values) for row in found]


ONE: Found = [(2, {"name": "web01", "address": "10.0.0.5"})]

SHEETS: list[tuple[str, Found]] = [
    ("name,address\nweb01,10.0.0.5\n", ONE),
    ("name;address\nweb01;10.0.0.5\n", ONE),
    ("name\taddress\nweb01\t10.0.0.5\n", ONE),
    ("name,address\r\nweb01,10.0.0.5\r\n", ONE),
    ("name,address\rweb01,10.0.0.5\r", ONE),
    ("name,address\nweb01,10.0.0.5", ONE),
    ('"name","address"\n"web01","10.0.0.5"\n', ONE),
    (" Name , IP Address\nweb01,10.0.0.5\n", ONE),
    ("NAME,ip-address\nweb01,10.0.0.5\n", ONE),
    ("name,address,,\nweb01,10.0.0.5,,\n", ONE),
    ("name,address,mac,tags\nweb01,10.0.0.5\n", ONE),  # spreadsheets leave out empty cells at the end
    ("name,address\n,\nweb01,10.0.0.5\n\n", [(3, ONE[0][1])]),
    ("\n\nname,address\n\nweb01,10.0.0.5\n", [(5, ONE[0][1])]),
    (
        'name,description\nweb01,"two\nlines"\nweb02,"a ""quoted"" word, and more"\n',
        [(2, {"name": "web01", "description": "two\nlines"}), (4, {"name": "web02", "description":
         'a "quoted" word, and more'})],
    ),
    # A delimiter in a header is no reason to take it for the delimiter.
    ('name;"description"\nweb01;a,b,c\n', [(2, {"name": "web01", "description": "a,b,c"})]),
    ("name,labels,labels.Owner\nweb01,rack=1,me\n", [(2, {"name": "web01", "labels": {"rack": "1", "Owner": "me"}})]),
    ("name,labels.Owner,labels\nweb01,me,rack=1\n", [(2, {"name": "web01", "labels": {"rack": "1", "Owner": "me"}})]),
    ("name,labels.Owner\nweb01,\n", [(2, {"name": "web01"})]),
    ("name,labels.description\nweb01,  x \n", [(2, {"name": "web01", "labels": {"description": "x"}})]),
    # The line by which Excel knows the delimiter.
    ("sep=;\nname;address\nweb01;10.0.0.5\n", [(3, ONE[0][1])]),
    ('"sep=,"\r\nname,address\r\nweb01,10.0.0.5\r\n', [(3, ONE[0][1])]),
    ("SEP=\t\nname\taddress\nweb01\t10.0.0.5\n", [(3, ONE[0][1])]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SHEETS)
def test_rows(text: str, found: Found) -> None:
    assert rows(text) == found


def test_columns_with_names_of_their_own() -> None:
    text = "Hostname;IP;Hardware, if known;VLAN;Who;Ticket\nweb01;10.0.0.5;525400123456;120;me;4711\n"
    names = {"Hostname": "name", "Hardware, if known": "mac", "VLAN": "labels.vlan", "Who": "labels.owner"}
    names["Ticket"] = ""
    values = {"name": "web01", "address": "10.0.0.5", "mac": "525400123456", "labels": {"vlan": "120", "owner": "me"}}
    assert rows(text, names=names) == [(2, values)]


def test_a_cell_as_long_as_an_export_writes_it() -> None:
    """The csv module has a limit of 131,072 characters for the whole process, which stays as it was."""
    before = csv.field_size_limit()
    text = table.written(["name", "description"], [{"name": "web01", "description": "x" * 200_000}], ",")
    assert rows(text) == [(2, {"name": "web01", "description": "x" * 200_000})]
    with pytest.raises(LedgerError):
        table.read(f"name,x\n{text}", Layout())
    assert csv.field_size_limit() == before


def test_a_cell_without_a_column_is_not_lost() -> None:
    text = "name,address,,\nweb01,10.0.0.5,me,\nweb02,10.0.0.6, ,\n"
    _kind, (first, second) = table.read(text, Layout())
    assert "'me' stands under an empty header" in str(first.error)
    assert (second.values, second.error) == ({"name": "web02", "address": "10.0.0.6"}, None)
    assert rows(text, names={"": ""})[0] == ONE[0]
    assert rows("name,\nweb01,me\n", names={"": "labels.owner"}) == [(2, {"name": "web01", "labels": {"owner": "me"}})]


def test_a_name_for_a_column_that_is_not_there() -> None:
    """To leave out what is not there loses nothing."""
    with pytest.raises(LedgerError, match=r"column_names: 'Ownr' is no column\. The header has 'name', 'address'\."):
        table.read("name,address\n", Layout(names={"Ownr": "labels.owner"}))
    assert rows("name,address\nweb01,10.0.0.5\n", names={"Ticket": ""}) == ONE


@pytest.mark.parametrize(
    ("header", "names", "kind"),
    [
        ("name,address", {}, "addresses"),
        ("name,cidr", {}, "subnets"),
        ("name,network,vlan", {}, "subnets"),
        ("name,subnet,ip", {}, "addresses"),
        ("Name,Subnet", {"Subnet": "cidr"}, "subnets"),
        ("Host", {"Host": "name"}, "addresses"),
    ],
)
def test_the_header_says_what_the_rows_are(header: str, names: dict[str, str], kind: str) -> None:
    layout = Layout(names=names)
    assert table.read(header + "\n", layout)[0].name == table.kind_of(header, layout) == kind


def test_kind_and_delimiter_of_the_task_count() -> None:
    kind, (row,) = table.read("name;x\nweb01;x\n", Layout("subnets", ";", {"x": "description"}))
    assert (kind.name, row.values) == ("subnets", {"name": "web01", "description": "x"})
    with pytest.raises(LedgerError, match="name;address: is not an option"):
        table.read("name;address\n", Layout(delimiter=","))


# text, what the message has to say
REFUSED: dict[str, tuple[str, str]] = {
    "nothing": ("", "Line 1: The file is empty"),
    "nothing but empty lines": ("\n \n\t\n", "empty"),
    "an unknown column": ("name,colour\n", "Line 1: colour: is not an option of a row of addresses."),
    "with its line": ("\n\nname,colour\n", "Line 3: colour"),
    "a misspelt one": ("name,adress\n", "Did you mean address?"),
    "a way out": ("name,Asset Tag\n", "'labels.asset_tag', or ''"),
    "an option that no row has": ("name,state\n", "state: is not an option of a row of addresses"),
    "one of the other kind": ("name,address,vlan_id\n", "vlan_id: is not an option of a row of addresses"),
    "two of the same": ("name,address,name\n", "Columns 'name' and 'name' are the same option."),
    "two for the same": ("name,IP,Address\n", "Columns 'IP' and 'Address' are the same option."),
    "an open quotation mark": ('name,address\nweb01,10.0.0.5\n"web02,10.0.0.6\n', "Line 3: This is not CSV"),
    "a broken one": ('name,address\n"web"01,10.0.0.5\n', "Line 2: This is not CSV"),
    "a cell without end": (f'name\nweb01\n"{"x" * 200_000}\n', "Line 3: This is not CSV"),
    "a line for Excel alone": ("sep=;\n", "The file is empty"),
    "a delimiter that is none": ("sep=|\nname|address\n", "sep=|: is not an option"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(LedgerError) as caught:
        table.read(text, Layout())
    assert caught.value.reason == "file_invalid"
    assert said in caught.value.message
    assert caught.value.details["line"] >= 1


def test_a_header_of_nothing_but_unknown_columns_is_no_flood() -> None:
    with pytest.raises(LedgerError, match="And 99995 more columns") as caught:
        table.read(",".join(f"x{number}" for number in range(100_000)) + "\n", Layout())
    assert len(caught.value.message) < 3000


# a row, what is wrong with it
WRONG: list[tuple[str, str]] = [
    ("web01,10.0.0.5,me,too much", "4 cells and the header 3"),
    ("web01,10.0.0.5,[me", "tags: '[me' begins as JSON"),
]


@pytest.mark.parametrize(("row", "said"), WRONG)
def test_a_wrong_row_leaves_the_others_alone(row: str, said: str) -> None:
    _kind, (first, second) = table.read(f"name,address,tags\n{row}\nweb02,10.0.0.6,a\n", Layout())
    assert (first.line, first.values["name"]) == (2, "web01")
    assert said in str(first.error)
    assert (second.line, second.error) == (3, None)
