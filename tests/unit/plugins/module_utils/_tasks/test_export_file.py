# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task export_file: which file says what of the ledger, and when it is written."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import export_file, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="site", cidr="10.0.0.0/16", tags=["prod"], quota=1024)
    ledger.subnet(
        name="lan", cidr="10.0.1.0/24", gateway="first", vlan_id=120, dns_servers=["10.0.1.2"], labels={"floor": "1"},
        pools=[{"name": "low", "start": "10.0.1.10", "end": "10.0.1.19", "strategy": "random"}], hold_down="1h",
    )  # fmt: skip
    ledger.subnet(name="none", cidr="10.0.2.0/24", pools=[])
    ledger.subnet(name="lan", cidr="10.0.1.0/24", vrf="red")
    ledger.address(
        name="web02", subnet="lan", address="10.0.1.200", interface="eth0", mac="525400123456", tags=["prod"]
    )
    ledger.address(name="web01", subnet="lan", count=2, strategy="highest", description="=1+1")
    ledger.address(name="web01", subnet="site", address="10.0.3.1", expires="2099-12-31", labels={"a": "b"})
    ledger.address(name="gone", subnet="lan")
    ledger.address(name="gone", subnet="lan", state="absent")
    ledger.address(name="red", subnet="lan", vrf="red")
    return ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "files"
    found.mkdir()
    return found


def export(ledger: Ledger, path: Path, **options: t.Any) -> Result:
    return succeeded(ledger.run(export_file.TASK, path=str(path), **options))


YAML = """---
subnets:
  - {"name": "site", "vrf": "default", "cidr": "10.0.0.0/16", "hold_down": 0, "strategy": "lowest", "quota": 1024, \
"tags": ["prod"]}
  - {"name": "lan", "vrf": "default", "cidr": "10.0.1.0/24", "gateway": "10.0.1.1", "dns_servers": ["10.0.1.2"], \
"vlan_id": 120, "pools": [{"name": "low", "start": "10.0.1.10", "end": "10.0.1.19", "strategy": "random"}], \
"hold_down": 3600, "strategy": "lowest", "labels": {"floor": "1"}}
  - {"name": "none", "vrf": "default", "cidr": "10.0.2.0/24", "pools": [], "hold_down": 0, "strategy": "lowest"}
addresses:
  - {"address": "10.0.1.19", "name": "web01", "count": 2, "subnet": "lan", "vrf": "default", "status": "active", \
"description": "=1+1"}
  - {"address": "10.0.1.18", "name": "web01", "count": 2, "subnet": "lan", "vrf": "default", "status": "active", \
"description": "=1+1"}
  - {"address": "10.0.1.200", "name": "web02", "interface": "eth0", "subnet": "lan", "vrf": "default", \
"status": "active", "mac": "52:54:00:12:34:56", "tags": ["prod"]}
  - {"address": "10.0.3.1", "name": "web01", "subnet": "site", "vrf": "default", "status": "active", \
"expires": "2099-12-31T00:00:00Z", "labels": {"a": "b"}}
"""
CSV = """address,name,interface,count,subnet,vrf,status,expires,mac,fqdn,tags,labels,description
10.0.1.19,web01,,2,lan,default,active,,,,,,'=1+1
10.0.1.18,web01,,2,lan,default,active,,,,,,'=1+1
10.0.1.200,web02,eth0,,lan,default,active,,52:54:00:12:34:56,,prod,,
10.0.3.1,web01,,,site,default,active,2099-12-31T00:00:00Z,,,,a=b,
"""


def test_the_text_of_a_file(lan: Ledger, folder: Path) -> None:
    result = export(lan, folder / "plan.yml")
    assert (folder / "plan.yml").read_text() == YAML
    assert (result["changed"], result["format"], result["counts"]) == (True, "yaml", {"subnets": 3, "addresses": 4})
    assert result["path"] == str(folder / "plan.yml")
    assert (result["diff"]["before"], result["diff"]["after"]) == ("", YAML)
    assert "text" not in result
    export(lan, folder / "a.csv")
    assert (folder / "a.csv").read_text() == CSV


def test_a_sheet_of_subnets(lan: Ledger, folder: Path) -> None:
    export(lan, folder / "a.tsv", objects=["subnets"], subnet="lan")
    header, row = ((folder / "a.tsv").read_text()).splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["name"] == "lan"
    assert '"[{""name"": ""low"",' in row


SELECTED: list[tuple[dict[str, t.Any], list[str], list[str]]] = [
    ({"subnet": "lan"}, ["lan"], ["web01", "web01", "web02"]),
    ({"subnet": "10.0.1.0/24", "objects": ["addresses"]}, [], ["web01", "web01", "web02"]),
    ({"tags": ["prod"]}, ["site"], ["web02"]),
    ({"labels": {"floor": "1"}}, ["lan"], []),
    ({"objects": ["subnets"]}, ["site", "lan", "none"], []),
    ({"vrf": "red"}, ["lan"], ["red"]),
    ({"vrf": "*", "subnet": "lan"}, ["lan", "lan"], ["web01", "web01", "web02", "red"]),
]


@pytest.mark.parametrize(("options", "subnets", "addresses"), SELECTED)
def test_what_is_written(
    lan: Ledger, folder: Path, options: dict[str, t.Any], subnets: list[str], addresses: list[str]
) -> None:
    export(lan, folder / "a.json", **options)
    found = json.loads((folder / "a.json").read_text())
    assert [one["name"] for one in found.get("subnets", [])] == subnets
    assert [one["name"] for one in found.get("addresses", [])] == addresses


def test_only_another_text_is_written(lan: Ledger, folder: Path) -> None:
    path = folder / "a.csv"
    export(lan, path)
    number = path.stat().st_ino
    assert export(lan, path)["changed"] is False
    assert path.stat().st_ino == number
    lan.address(name="new", subnet="none", address="10.0.2.5")
    result = export(lan, path)
    assert result["changed"] is True
    assert (result["diff"]["before"], result["diff"]["after"]) == (CSV, path.read_text())


def test_a_large_file_is_not_in_the_diff(lan: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_file, "MOST_SHOWN", 100)
    path = folder / "a.csv"
    path.write_text("small\n")
    first = export(lan, path)
    assert first["diff"]["before"] == "small\n"
    assert first["diff"]["after"] == "The file after, more than 100 bytes, is too large to be shown.\n"
    assert path.read_text() == CSV
    assert export(lan, path)["changed"] is False
    path.write_text(CSV + "more")
    again = export(lan, path)
    assert (again["changed"], path.read_text()) == (True, CSV)
    assert again["diff"]["before"] == "The file before, more than 100 bytes, is too large to be shown.\n"


def test_mode(lan: Ledger, folder: Path) -> None:
    path = folder / "a.csv"
    changes = [export(lan, path, mode=mode)["changed"] for mode in ("0640", "640", None, "0600")]
    assert changes == [True, False, False, True]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_dry_run_writes_nothing_and_knows_what_is_planned(lan: Ledger, folder: Path) -> None:
    path = folder / "a.json"
    assert succeeded(lan.rehearse(export_file.TASK, path=str(path)))["changed"] is True
    assert not path.exists()
    export(lan, path, mode="0600")
    steps = [{"task": "subnet", "options": {"name": "new", "cidr": "10.9.0.0/24"}}]
    planned = succeeded(lan.run(export_file.TASK, Plan(steps), path=str(path), mode="0644"))
    assert planned["counts"]["subnets"] == 4
    assert '"new"' in planned["diff"]["after"]
    assert '"new"' not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert succeeded(lan.rehearse(subnet.TASK, name="new", cidr="10.9.0.0/24"))["changed"] is True


WRONG: list[tuple[str, dict[str, t.Any], str, str]] = [
    ("a.txt", {}, "bad_request", "say which format"),
    ("a.csv", {"objects": ["subnets", "addresses"]}, "bad_request", "Write one file for each"),
    ("a.yml", {"delimiter": "tab"}, "bad_request", "delimiter: is for CSV files"),
    ("a.yml", {"mode": 420}, "bad_request", "in quotes, such as '0644'"),
    ("a.yml", {"mode": "u+x"}, "bad_request", "mode"),
    ("a.yml", {"mode": "4755"}, "bad_request", "mode"),
    ("a.yml", {"subnet": "nowhere"}, "subnet_missing", "nowhere"),
    ("a.yml", {"subnet": "nowhere", "vrf": "*"}, "subnet_missing", "no subnet 'nowhere' in any VRF"),
    ("a.yml", {"vrf": "rde"}, "subnet_missing", "'rde'. It has no subnets. There are subnets in VRF default, red."),
    ("none/a.yml", {}, "bad_request", "No such file or directory"),
    (".", {"format": "csv"}, "bad_request", "is not a file"),
]


@pytest.mark.parametrize(("name", "options", "reason", "said"), WRONG)
def test_refused(lan: Ledger, folder: Path, name: str, options: dict[str, t.Any], reason: str, said: str) -> None:
    result = lan.refused(export_file.TASK, reason, path=str(folder / name), **options)
    assert said in result["msg"]
    assert list(folder.iterdir()) == []


def test_an_empty_ledger_makes_an_empty_file(ledger: Ledger, folder: Path) -> None:
    """Also where only the last subnet is gone, but not in a VRF that has a name of its own."""
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.subnet(name="lan", state="absent")
    for vrf in ("default", "*"):
        assert export(ledger, folder / f"{vrf}.json", vrf=vrf)["counts"] == {"subnets": 0, "addresses": 0}
    ledger.refused(export_file.TASK, "subnet_missing", path=str(folder / "a.json"), vrf="red")


def test_the_default_vrf_is_missed_where_all_subnets_are_in_others(ledger: Ledger, folder: Path) -> None:
    ledger.subnet(name="lan", cidr="10.0.0.0/24", vrf="red")
    path = folder / "a.csv"
    path.write_text("precious\n")
    result = ledger.refused(export_file.TASK, "subnet_missing", path=str(path))
    assert (result["vrf"], path.read_text()) == ("default", "precious\n")


@pytest.mark.stores("sqlite", "file")
def test_the_ledger_itself_is_no_place_for_it(lan: Ledger, folder: Path) -> None:
    link = folder / "a.csv"
    link.symlink_to(lan.path)
    result = lan.refused(export_file.TASK, "bad_request", path=str(link))
    assert "is the ledger itself" in result["msg"]


def test_no_ledger(ledger: Ledger, folder: Path) -> None:
    ledger.refused(export_file.TASK, "store_missing", path=str(folder / "a.csv"))
    assert list(folder.iterdir()) == []
