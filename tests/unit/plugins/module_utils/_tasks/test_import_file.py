# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task import_file: what the rows of a file become, and what is said of those that become nothing."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import import_file
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import files as exchange_files
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded


class Files:
    """Files to import into one ledger."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger = ledger
        self._folder = folder

    def write(self, text: str, name: str = "a.csv") -> str:
        path = self._folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, text: str, name: str = "a.csv", **options: t.Any) -> Result:
        return succeeded(self.ledger.run(import_file.TASK, path=self.write(text, name), **options))

    def refused(self, text: str, reason: str, name: str = "a.csv", **options: t.Any) -> Result:
        return self.ledger.refused(import_file.TASK, reason, path=self.write(text, name), **options)

    def held(self) -> dict[str, str]:
        return {one["address"]: one["name"] for one in self.ledger.address_info(vrf="*")["addresses"]}


@pytest.fixture
def files(ledger: Ledger, tmp_path: Path) -> t.Iterator[Files]:
    """A ledger with a subnet in which db has an address."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", reserved=["10.0.0.2-10.0.0.9"])
    ledger.address(name="db", subnet="lan", address="10.0.0.20")
    folder = tmp_path / "sheets"
    folder.mkdir()
    yield Files(ledger, folder)
    ledger.check()


def counted(created: int = 0, changed: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"created": created, "changed": changed, "unchanged": unchanged}


SHEET = """name,address,mac,tags,description
web01,10.0.0.11,52-54-00-12-34-56,"web, prod",First
web02,10.0.0.12,,,
"""


def test_a_sheet_of_addresses(files: Files) -> None:
    result = files.run(SHEET)
    assert result["counts"] == {"subnets": counted(), "addresses": counted(created=2)}
    assert (result["changed"], result["failures"]) == (True, [])
    first, second, _db = files.ledger.address_info(subnet="lan")["addresses"]
    assert (first["name"], first["address"], first["subnet"]) == ("web01", "10.0.0.11", "lan")
    assert (first["mac"], first["tags"], first["description"]) == ("52:54:00:12:34:56", ["prod", "web"], "First")
    assert (second["name"], second["mac"], second["tags"]) == ("web02", None, [])


def test_again_changes_nothing_and_another_word_one_record(files: Files) -> None:
    files.run(SHEET)
    again = files.run(SHEET)
    assert again["counts"]["addresses"] == counted(unchanged=2)
    assert (again["changed"], again["diff"]["before"], again["diff"]["after"]) == (False, "", "")
    other = files.run(SHEET.replace("First", "Second"))
    assert other["counts"]["addresses"] == counted(changed=1, unchanged=1)
    before, after = (json.loads(other["diff"][side]) for side in ("before", "after"))
    assert (before["description"], after["description"]) == ("First", "Second")


def test_an_empty_cell_says_nothing(files: Files) -> None:
    files.run(SHEET)
    assert files.run("name,address,mac,tags,description\nweb01,10.0.0.11,,,\n")["changed"] is False


def test_a_sheet_of_subnets_from_the_outside_in(files: Files) -> None:
    sheet = """name;network;VLAN;gateway;reserved;pools
inner;192.168.1.0/24;12;first;192.168.1.2-192.168.1.9, 192.168.1.250;
;192.168.2.0/24;;;;[{"name": "all", "start": "192.168.2.1", "end": "192.168.2.9"}]
outer;192.168.0.0/16;;;;
"""
    assert files.run(sheet)["counts"]["subnets"] == counted(created=3)
    _lan, outer, inner, unnamed = files.ledger.subnet_info()
    assert (outer["name"], outer["children"]) == ("outer", ["inner", "192.168.2.0/24"])
    assert (inner["name"], inner["vlan_id"], inner["gateway"]) == ("inner", 12, "192.168.1.1")
    assert inner["reserved"] == ["192.168.1.2-192.168.1.9", "192.168.1.250"]
    assert [pool["name"] for pool in unnamed["pools"]] == ["all"]
    assert files.run(sheet)["counts"]["subnets"] == counted(unchanged=3)


PLAN: dict[str, t.Any] = {
    "addresses": [
        {"name": "web01", "address": "192.168.1.5", "labels": {"rack": 12}},
        {"name": "web02", "subnet": "carved, too"},
        {"name": "web03", "subnet": "inner", "vrf": "red", "ip": "192.168.1.5"},
    ],
    "subnets": [
        {"name": "carved, too", "parent": ["outer"], "prefix_length": 30},
        {"name": "inner", "cidr": "192.168.1.0/24", "pools": [{"start": "192.168.1.9", "end": "192.168.1.10"}]},
        {"name": "outer", "cidr": "192.168.0.0/16"},
        {"name": "inner", "cidr": "192.168.1.0/24", "vrf": "red"},
    ],
}


def test_the_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it can make a ledger is told by the same text that is written then."""
    path = tmp_path / "plan.csv"
    path.write_text("name,cidr\nlan,10.0.0.0/24\n")
    read: list[str] = []
    text_of = exchange_files.read_text

    def noted(name: str) -> str:
        read.append(name)
        return text_of(name)

    monkeypatch.setattr(exchange_files, "read_text", noted)
    succeeded(Ledger(tmp_path / "ipam.db").run(import_file.TASK, path=str(path)))
    assert read == [str(path)]


def test_subnets_before_addresses_in_any_order(files: Files) -> None:
    result = files.run(json.dumps(PLAN), "plan.json")
    assert result["counts"] == {"subnets": counted(created=4), "addresses": counted(created=3)}
    found = files.ledger.address_info(vrf="*")["addresses"]
    places = {one["name"]: (one["vrf"], one["subnet"], one["address"]) for one in found}
    assert places == {
        "db": ("default", "lan", "10.0.0.20"),
        "web01": ("default", "inner", "192.168.1.5"),
        "web02": ("default", "carved, too", "192.168.0.1"),
        "web03": ("red", "inner", "192.168.1.5"),
    }
    assert next(one["labels"] for one in found if one["name"] == "web01") == {"rack": "12"}
    assert files.run(json.dumps(PLAN), "plan.json")["changed"] is False


def test_what_is_in_use_may_be_reserved_or_the_gateway(files: Files) -> None:
    sheet = "name,address\nrouter,10.0.0.1\ndns,10.0.0.2\n"
    assert files.run(sheet)["counts"]["addresses"] == counted(created=2)
    refused = files.refused(
        "name,address,adopt\nother,10.0.0.3,no\nthird,10.0.0.4,yes\n", "address_reserved", partial=False
    )
    assert [one["name"] for one in refused["failures"]] == ["other"]


def test_a_parents_limits_do_not_keep_what_is_there_out(files: Files) -> None:
    files.ledger.subnet(name="lan", quota=8, max_prefix_length=26)
    assert files.run("name,cidr\nsmall,10.0.0.64/28\n")["counts"]["subnets"] == counted(created=1)


def test_defaults_and_names_of_columns(files: Files) -> None:
    sheet = "Host;IP;Owner;Ticket;Subnet\nweb01;10.0.0.11;me;4711;\nweb02;10.0.0.12;;;lan\n"
    files.ledger.subnet(name="other", cidr="10.0.1.0/24")
    names = {"Host": "name", "Owner": "labels.owner", "Ticket": ""}
    refused = files.refused(sheet, "address_outside_subnet", column_names=names, defaults={"subnet": "other"})
    assert [one["line"] for one in refused["failures"]] == [2]
    files.run(sheet, column_names=names, defaults={"subnet": "lan", "tags": ["sheet"]})
    found = [one for one in files.ledger.address_info()["addresses"] if one["name"] != "db"]
    assert [one["labels"] for one in found] == [{"owner": "me"}, {}]
    assert [one["tags"] for one in found] == [["sheet"], ["sheet"]]


def test_a_default_of_nothing_says_nothing(files: Files) -> None:
    files.ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="red")
    files.run("name,address\nweb01,10.0.0.11\n", vrf="red", defaults={"vrf": None, "status": None})
    assert [one["vrf"] for one in files.ledger.address_info(name="web01", vrf="*")["addresses"]] == ["red"]


def test_the_default_of_an_option_counts_for_its_aliases_too(files: Files) -> None:
    result = files.run("name,ip\nweb01,10.0.0.11\nweb02,\n", defaults={"ip_address": "10.0.0.12"})
    assert result["counts"]["addresses"] == counted(created=2)
    assert files.held() == {"10.0.0.11": "web01", "10.0.0.12": "web02", "10.0.0.20": "db"}


def test_certain_addresses_first(files: Files) -> None:
    """The lowest free one, 10.0.0.10, stands in a later row."""
    files.run("name,address,subnet\nany,,lan\nweb01,10.0.0.10,\n")
    assert files.held() == {"10.0.0.10": "web01", "10.0.0.11": "any", "10.0.0.20": "db"}


def test_several_addresses_of_a_holder(files: Files) -> None:
    sheet = "name,address,subnet,count\nweb01,10.0.0.30,lan,3\nweb01,10.0.0.11,lan,3\nweb01,10.0.0.12,lan,3\n"
    assert files.run(sheet)["counts"]["addresses"] == counted(created=3)
    found = files.ledger.address(name="web01", subnet="lan")["addresses"]
    assert [one["address"] for one in found] == ["10.0.0.30", "10.0.0.11", "10.0.0.12"]
    assert files.run(sheet)["counts"]["addresses"] == counted(unchanged=3)
    refused = files.refused("name,address,subnet,count\nweb01,10.0.0.13,lan,3\n", "address_differs")
    assert "10.0.0.30" in refused["failures"][0]["msg"]


def test_a_holder_in_two_subnets_needs_no_count(files: Files) -> None:
    files.ledger.subnet(name="other", cidr="10.0.1.0/24")
    assert files.run("name,ip\nweb01,10.0.0.11\nweb01,10.0.1.11\n")["counts"]["addresses"] == counted(created=2)


# Failures

MIXED = """name,address,mac
web01,10.0.0.11,
web02,10.0.0.20,
web03,10.0.0.300,
"web04",10.0.0.14,12:34
web05,192.0.2.1,
,10.0.0.16,
web07,10.0.0.17/25,
web01,10.0.0.11,
web09,10.0.0.11,
"""
WRONG = [
    (3, "web02", "address_conflict"),
    (4, "web03", "bad_request"),
    (5, "web04", "bad_request"),
    (6, "web05", "address_outside_subnet"),
    (7, "", "bad_request"),
    (8, "web07", "bad_request"),
    (9, "web01", "bad_request"),
    (10, "web09", "address_conflict"),
]


def test_any_bad_row_and_nothing_is_written(files: Files) -> None:
    result = files.refused(MIXED, "address_conflict")
    assert [(one["line"], one["name"], one["reason"]) for one in result["failures"]] == WRONG
    assert result["count"] == 8
    assert result["failures"][0]["holder"] == "db"
    assert (result["failures"][0]["address"], result["failures"][0]["interface"]) == ("10.0.0.20", "")
    assert result["msg"].startswith(f"8 of 9 rows of {result['path']} cannot be written, so nothing was. Line 3: ")
    assert "held by db" in result["msg"]
    assert "And 3 more." in result["msg"]
    assert "line 2" in result["failures"][6]["msg"]


def test_partial_writes_the_good_ones(files: Files) -> None:
    result = files.run(MIXED, partial=True)
    assert [(one["line"], one["name"], one["reason"]) for one in result["failures"]] == WRONG
    assert files.held() == {"10.0.0.11": "web01", "10.0.0.20": "db"}
    assert result["counts"]["addresses"] == counted(created=1)
    (warning,) = result["warnings"]
    assert warning.startswith("8 of 9 rows")
    assert "line 3 (address_conflict)" in warning
    again = files.run(MIXED, partial=True)
    assert (again["changed"], len(again["failures"])) == (False, 8)


def test_partial_with_no_good_row_fails(files: Files) -> None:
    result = files.refused("name,address\nweb01,10.0.0.20\n", "address_conflict", partial=True)
    assert result["count"] == 1


def test_no_rows_are_no_failure(files: Files) -> None:
    assert files.run("name,address\n", partial=True)["changed"] is False


def test_bad_subnets_and_the_addresses_in_them(files: Files) -> None:
    plan = """
subnets:
  - {name: good, cidr: 192.168.0.0/24}
  - {name: lan, cidr: 172.16.0.0/24}
  - {name: odd, cidr: 192.168.1.0/24, vlan_id: 5000}
addresses:
  - {name: web01, subnet: good}
  - {name: web02, subnet: odd}
"""
    wrong = [(4, "lan", "subnet_differs"), (5, "odd", "bad_request"), (8, "web02", "subnet_missing")]
    refused = files.refused(plan, "subnet_differs", "plan.yml")
    assert [(one["line"], one["name"], one["reason"]) for one in refused["failures"]] == wrong
    result = files.run(plan, "plan.yml", partial=True)
    assert [one["line"] for one in result["failures"]] == [4, 5, 8]
    assert result["counts"] == {"subnets": counted(created=1), "addresses": counted(created=1)}


# rows, the line that is refused, what its message says
REPEATED: list[tuple[str, str, int, str]] = [
    ("name,subnet,address", "a,lan,10.0.0.11\na,lan,10.0.0.12", 3, "with count"),
    ("name,subnet,address", "a,,10.0.0.11\na,,10.0.0.11/24", 3, "in line 2 already"),
    ("name,subnet", "a,lan\nb,lan\na,lan", 4, "in line 2 already"),
    ("name,cidr", "a,10.1.0.0/24\na,10.2.0.0/24", 3, "in line 2 already"),
    ("name,cidr,mtu", "lan,10.0.0.0/24,1500\n,10.0.0.0/24,9000", 3, "in line 2 already"),
    ("name,cidr,mtu", ",10.0.0.0/24,1500\nlan,,9000", 3, "in line 2 already"),
    ("name,cidr", "a,10.1.0.0/24\na,10.1.0.0/25", 3, "in line 2 already"),
    ("name,address,subnet,description", "w,10.0.0.40,lan,A\nw,10.0.0.40,,B", 3, "in line 2 already"),
    ("name,address,subnet,description", "w,10.0.0.40,lan,A\nw,10.0.0.40,10.0.0.0/24,B", 3, "in line 2 already"),
    ("name,address,subnet", "w,10.0.0.40,\nw,,lan", 3, "in line 2 already"),
    ("name,address,force", "d,10.0.0.41,yes\nd,10.0.0.42,yes", 3, "in line 2 already"),
    ("name,address,count", "n,10.0.0.33,2\nn,10.0.0.34,3", 3, "count: n has 2 addresses by line 2, and 3 by this one"),
    ("name,address,count", "n,10.0.0.33,2\nn,10.0.0.34,2\nn,10.0.0.35,2", 4, "in the lines before already"),
    ("name,address,count", "n,10.0.0.33,2\nn,::ffff:10.0.0.33,2", 3, "in line 2 already"),
    ("name,address,count", "n,10.0.0.33,2\nn,10.0.0.34,", 3, "in line 2 already"),
    ("name,address,count,subnet", "n,10.0.0.33,2,lan\nn,,3,lan", 3, "in line 2 already"),
]


@pytest.mark.parametrize(("header", "rows", "line", "said"), REPEATED)
def test_rows_that_contradict_each_other(files: Files, header: str, rows: str, line: int, said: str) -> None:
    result = files.refused(f"{header}\n{rows}\n", "bad_request")
    assert [one["line"] for one in result["failures"]] == [line]
    assert said in result["failures"][0]["msg"]


ENTRIES: list[tuple[t.Any, str]] = [
    ("web01", "addresses: 'web01' is not a mapping"),
    ({"nmae": "web01", "address": "10.0.0.11"}, "nmae: is not an option of a row of addresses. Did you mean name?"),
    ({"name": "web01", "address": "10.0.0.11", "state": "absent"}, "state: is not an option"),
    ({"name": "web01", "address": "10.0.0.11", "ip": "10.0.0.11"}, "same option"),
    ({"name": ["web01"], "address": "10.0.0.11"}, "name: is a list, not text"),
    ({"name": "web01", "address": "10.0.0.11", "count": "many"}, "count"),
    ({"name": "web01", "address": "10.0.0.11", "count": 0}, "count: 0 must be from 1 to 65536."),
    ({"name": "web01", "address": "10.0.0.11", "count": -5}, "count: -5 must be from 1 to 65536."),
    ({"name": "web01", "address": "10.0.0.11", "count": 65537}, "count: 65537 must be from 1 to 65536."),
    ({"name": "web01", "address": "10.0.0.11", "status": "new"}, "status"),
    ({"name": "web01", "address": "10.0.0.11", "lease": "1h", "expires": "2100-01-01"}, "lease"),
    ({"name": "web01", "address": "10.0.0.11", "expires": "2000-01-01"}, "is over already"),
    ({"name": "web01", "address": "10.0.0.11", "vrf": "*"}, "vrf"),
    ({"name": "web01"}, "subnet: is missing"),
    ({"name": "web01", "address": "10.0.0.11", "subnet": ["lan", "none"]}, "'none'"),
]


@pytest.mark.parametrize(("entry", "said"), ENTRIES)
def test_entries_are_checked_as_the_options_of_a_task(files: Files, entry: t.Any, said: str) -> None:
    good = {"name": "good", "address": "10.0.0.12"}
    text = json.dumps({"addresses": [entry, good]})
    result = succeeded(files.ledger.run(import_file.TASK, path=files.write(text, "a.json"), partial=True))
    (failure,) = result["failures"]
    assert said in failure["msg"]
    assert files.held() == {"10.0.0.12": "good", "10.0.0.20": "db"}


@pytest.mark.parametrize("name", ["\x1b[31m", "\ud800", "x" * 100_000])
def test_the_name_of_a_wrong_row_is_no_flood(files: Files, name: str) -> None:
    text = json.dumps({"addresses": [{"name": name, "address": "10.0.0.11"}, {"name": "gr\u00fcn", "address": "10.0"}]})
    first, second = files.refused(text, "bad_request", "a.json")["failures"]
    assert first["name"].isprintable()
    assert len(first["name"]) <= 200
    assert second["name"] == "gr\u00fcn"


def test_one_row_among_many_is_found(files: Files) -> None:
    """What is wrong with it fails a request as a whole, so the rows are written by halves."""
    rows = [f"web{number},10.0.0.{number},lan" for number in range(30, 60)]
    rows[17] = "web47,10.0.0.47/25,lan"
    result = files.run("\n".join(["name,address,subnet", *rows, ""]), partial=True)
    assert [(one["line"], one["name"]) for one in result["failures"]] == [(19, "web47")]
    assert result["counts"]["addresses"] == counted(created=29)


def test_a_row_for_a_subnet_in_several_names_the_other(files: Files) -> None:
    """A list of subnets is one row's in each of them."""
    files.ledger.subnet(name="other", cidr="10.0.1.0/24")
    first, second = {"name": "web01", "subnet": ["lan", "other"]}, {"name": "web01", "subnet": "other"}
    result = files.refused(json.dumps({"addresses": [first, second]}), "bad_request", "a.json")
    assert "web01 stands in line 1 already" in result["failures"][0]["msg"]


def test_the_name_of_a_wrong_subnet_under_an_alias(files: Files) -> None:
    result = files.refused(json.dumps({"subnets": [{"network": "10.0.0.0/33"}]}), "bad_request", "a.json")
    assert [one["name"] for one in result["failures"]] == ["10.0.0.0/33"]


def test_more_failures_than_are_listed(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "MOST_FAILURES", 3)
    result = files.refused("name,address\n" + "web,x\n" * 10, "bad_request")
    assert ([one["line"] for one in result["failures"]], result["count"]) == ([2, 3, 4], 10)


# The file


def test_what_is_wrong_with_the_file_is_said_with_its_path(files: Files) -> None:
    result = files.refused('name,address\n"web01,10.0.0.11\n', "file_invalid", partial=True)
    assert result["msg"].startswith(f"{files.write('')}: Line 2: ")
    assert result["line"] == 2


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.txt", {}, "say which format"),
        ("a.yml", {"kind": "subnets"}, "kind: is for CSV files"),
        ("a.json", {"delimiter": "tab"}, "delimiter: is for CSV files"),
        ("a.yml", {"column_names": {"a": "b"}}, "column_names: is for CSV files"),
        (
            "a.csv",
            {"defaults": {"subnt": "lan"}},
            "subnt: is not an option of a row of addresses. Did you mean subnet?",
        ),
        ("a.csv", {"defaults": {"vlan_id": 5}}, "defaults: vlan_id"),
        (
            "a.csv",
            {"defaults": {"ip": "10.0.0.5", "address": "10.0.0.6"}},
            "defaults: address is the same option as ip",
        ),
        ("a.csv", {"column_names": {"address": ["ip"]}}, "column_names.address: ['ip'] is not the name of an option"),
        ("a.csv", {"column_names": {"address": 5}}, "column_names.address: 5 is not the name of an option"),
        ("a.csv", {"vrf": "*"}, "vrf"),
    ],
)
def test_wrong_options(files: Files, name: str, options: dict[str, t.Any], said: str) -> None:
    text = {"a.yml": "addresses: []", "a.json": "{}"}.get(name, "name,address\n")
    assert said in files.refused(text, "bad_request", name, **options)["msg"]


def test_a_file_that_is_not_there(files: Files, tmp_path: Path) -> None:
    result = files.ledger.refused(import_file.TASK, "bad_request", path=str(tmp_path / "none.csv"))
    assert "none.csv" in result["msg"]


# Making a ledger, and check mode


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "name,cidr\nlan,10.0.0.0/24\n"), ("a.yml", "subnets: [{cidr: 10.0.0.0/24}]")]
)
def test_subnets_make_a_ledger(ledger: Ledger, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert succeeded(ledger.rehearse(import_file.TASK, path=str(path)))["changed"] is True
    assert ledger.content() is None
    assert succeeded(ledger.run(import_file.TASK, path=str(path)))["changed"] is True
    assert len(ledger.subnet_info()) == 1


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "name,ip\nweb01,10.0.0.5\n", "store_missing"),
        ("a.yml", "addresses: [{name: web01, subnet: lan}]", "subnet_missing"),
    ],
)
def test_addresses_alone_do_not(ledger: Ledger, tmp_path: Path, name: str, text: str, reason: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    result = ledger.run(import_file.TASK, path=str(path))
    assert (result["failed"], result["reason"]) == (True, reason)
    assert ledger.content() is None


def test_a_dry_run_tells_the_same_and_writes_nothing(files: Files) -> None:
    path = files.write(MIXED)
    before = files.ledger.content()
    predicted = files.ledger.rehearse(import_file.TASK, path=path, partial=True)
    assert files.ledger.content() == before
    assert predicted == files.run(MIXED, partial=True)


def test_a_plan_knows_the_file_as_it_was(files: Files) -> None:
    """Whoever comes later in a dry run builds on what was read, also when the file is another one by then."""
    path = files.write(SHEET)
    options = import_file.TASK.settled({"path": path})
    Path(path).unlink()
    plan = Plan([{"task": "import_file", "options": options}])
    result = files.ledger.run(import_file.TASK, plan, path=files.write("name,address\nother,10.0.0.11\n", "b.csv"))
    assert (result["reason"], result["failures"][0]["holder"]) == ("address_conflict", "web01")
    assert plan.creates() is False


@pytest.mark.stores("sqlite", "postgresql", "mariadb")  # a text file does not keep the free space
def test_what_is_wrong_with_the_store_is_no_rows_fault(files: Files) -> None:
    files.ledger.write(lambda tx: tx.execute("DELETE FROM extent"))
    result = files.ledger.run(import_file.TASK, path=files.write(SHEET), partial=True)
    assert result["reason"] == "store_corrupt"
    assert "failures" not in result
    files.ledger.write(lambda tx: tx.execute("DELETE FROM address"))
    files.ledger.subnet(name="lan", state="absent")
