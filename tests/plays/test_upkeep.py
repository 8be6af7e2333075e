# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that look after a ledger: report, release, verify, copy_store."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Run

pytestmark = pytest.mark.stores("sqlite")


@pytest.fixture
def lan(project: Project) -> Project:
    pools = [
        {"name": "servers", "start": "10.0.0.10", "end": "10.0.0.19"},
        {"name": "vips", "start": "10.0.0.30", "end": "10.0.0.39"},
    ]
    project.store.subnet(name="lan", cidr="10.0.0.0/24", gateway="10.0.0.1", pools=pools, hold_down="1h")
    project.store.subnet(name="six", cidr="2001:db8:1111:2222::/64", vrf="blue")
    project.store.address(names=[f"web{number:02}" for number in range(1, 11)], subnet="lan", pool="servers")
    project.store.address(name="vip", subnet="lan", pool="vips")
    project.store.address(name="web10", state="absent")
    return project


def playbook(project: Project, name: str, *arguments: str) -> Run:
    return project.run(BIN / "ansible-playbook", f"netledger.ipam.{name}", *arguments)


def report(project: Project, *arguments: str) -> Run:
    """As from a shell, which says what the current folder is."""
    playbook = BIN / "ansible-playbook", "netledger.ipam.report"
    return project.run(*playbook, *arguments, env={"PWD": str(project.folder)})


def test_report(lan: Project) -> None:
    """Nine of ten addresses are held and one waits: none is free."""
    run = report(lan, "-ereport_file=report.txt").ok()
    # 254 usable addresses: ten held, one on hold, the gateway.
    expected = [
        ["VRF", "SUBNET", "CIDR", "POOL", "FULL", "USED", "ON", "HOLD", "RESERVED", "FREE"],
        ["blue", "six", "2001:db8:1111:2222::/64", "0%", "0", "0", "0", f"{2**64 - 1}", "of", f"{2**64 - 1}"],
        ["default", "lan", "10.0.0.0/24", "4%", "10", "1", "1", "242", "of", "254"],
        ["default", "lan", "10.0.0.0/24", "servers", "100%", "9", "1", "0", "0", "of", "10,", "low"],
        ["default", "lan", "10.0.0.0/24", "vips", "10%", "1", "0", "0", "9", "of", "10"],
    ]
    shown = [line.split() for line in run["Show them"]["msg"]]
    pools = [line for line in shown if line[0] == "blue" and len(line) > len(expected[1])]
    assert [line for line in shown if line not in pools] == expected
    assert [line[3] for line in pools] == [pool["name"] for pool in lan.store.subnet_info(vrf="blue")[0]["pools"]]
    assert (lan.folder / "report.txt").read_text().splitlines() == run["Show them"]["msg"]
    again = report(lan, "-ereport_file=report.txt").ok()
    assert again.changed == 0
    # Every column is as wide as its longest cell.
    titles, *lines = run["Show them"]["msg"]
    for title, cell in (("CIDR", r"[0-9a-f.:]+/\d+ "), ("FREE", r"\d+ of \d+(, low)?$")):
        assert all(re.match(cell, line[titles.index(title) :]) for line in lines)


def test_report_of_what_is_low(lan: Project) -> None:
    fails = "-ereport_low_fails=true"
    run = playbook(lan, "report", fails, "-ereport_vrf=default", "-ereport_low_water=91")
    assert run.code != 0
    assert run["No pool is low"]["msg"] == "Low: default lan servers, default lan vips."
    assert "VRF" in run["Show them"]["msg"][0]
    assert not any("blue" in line for line in run["Show them"]["msg"])
    playbook(lan, "report", fails, "-ereport_vrf=blue").ok()
    assert playbook(lan, "report", "-ereport_vrf=nope").code != 0
    # What a pool says itself goes before the percentage: 9 of vips are free.
    lan.store.pool(subnet="lan", name="vips", warn_below=10)
    run = playbook(lan, "report", fails, "-ereport_low_water=0")
    assert run["No pool is low"]["msg"] == "Low: default lan vips."


def test_release(lan: Project) -> None:
    """Hosts of the inventory under their names in the ledger, and names that are in no inventory any more."""
    lan.hosts("[web]", "web01", "web02", "machine3 host_address_name=web03")
    lan.store.address(name="web02", subnet="six", vrf="blue")
    dry = playbook(lan, "release", "-erelease_hosts=web", "--check").ok()
    assert len(lan.held()) == 11
    run = playbook(lan, "release", "-erelease_hosts=web02,machine3").ok()
    for one in (dry, run):
        freed = one.by_host("Show what the host held")
        assert (freed["web02"]["msg"], freed["machine3"]["msg"]) == (["10.0.0.11"], ["10.0.0.12"])
    # Another VRF is another world.
    assert lan.held()["2001:db8:1111:2222::1"] == "web02"
    assert sorted(set(lan.held().values())) == [
        "vip",
        "web01",
        "web02",
        *(f"web{number:02}" for number in range(4, 10)),
    ]
    again = playbook(lan, "release", "-erelease_hosts=web02,machine3").ok()
    assert again.changed == 0
    assert [one["msg"] for one in again.by_host("Show what the host held").values()] == ["It held nothing."] * 2
    run = playbook(lan, "release", "-erelease_names='web04, vip,,nobody'").ok()
    assert run["Show what the names held"]["msg"] == ["10.0.0.13 of web04", "10.0.0.30 of vip"]
    playbook(lan, "release", "-e{release_names: [web05]}", "-erelease_hosts=web01").ok()
    assert sorted(lan.held().values()) == ["web02", "web06", "web07", "web08", "web09"]


def test_release_of_nobody(lan: Project) -> None:
    run = playbook(lan, "release", "-erelease_hosts=web01")
    assert run.code != 0
    said = "No host of the inventory fits 'web01'. For names that are not in it, set release_names."
    assert run["The hosts are in the inventory"]["msg"] == said
    run = playbook(lan, "release", "-eanother=web01")
    assert run.code != 0
    assert "set release_hosts or release_names" in run["Somebody is meant"]["msg"]
    assert playbook(lan, "release", "-erelease_names=' ,'").code != 0
    assert len(lan.held()) == 10


def sql(project: Project, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(project.folder / "ipam.db")) as connection, connection:
        connection.execute(statement)


def test_verify(lan: Project) -> None:
    """Damage of what is derived is reported, and repaired when that is asked for."""
    run = playbook(lan, "verify").ok()
    assert run["Nothing is wrong"]["msg"] == "Everything in the ledger fits together."
    sql(lan, "DELETE FROM extent WHERE subnet_id = (SELECT id FROM subnet WHERE name = 'lan')")
    run = playbook(lan, "verify")
    assert run.code != 0
    (line,) = run["Show what is wrong"]["msg"]
    assert "lan (10.0.0.0/24)" in line
    run = playbook(lan, "verify", "-everify_repair=true").ok()
    assert run["Show what was repaired"]["msg"] == [line]
    playbook(lan, "verify").ok()
    sql(lan, "UPDATE address SET addr = '0b000001' WHERE name = 'vip'")
    run = playbook(lan, "verify", "-everify_repair=true")
    assert run.code != 0
    assert "msg" not in run["Show what was repaired"]
    assert len(run["Show what is wrong"]["msg"]) >= 1


def test_verify_of_no_ledger(project: Project) -> None:
    run = playbook(project, "verify")
    assert (run.code != 0, run["Check the ledger"]["reason"]) == (True, "store_missing")


def test_copy_store(lan: Project) -> None:
    arguments = ("-ecopy_store_from=ipam.db", "-ecopy_store_to=copies/ipam.yml")
    (lan.folder / "copies").mkdir()
    playbook(lan, "copy_store", *arguments, "--check").ok()
    copy = Ledger(lan.folder / "copies/ipam.yml")
    assert not copy.path.exists()
    run = playbook(lan, "copy_store", *arguments).ok()
    assert run["Show how many rows of each table were copied"]["msg"]["address"] == 10
    assert copy.address_info() == lan.store.address_info()
    again = playbook(lan, "copy_store", *arguments).ok()
    assert (again.changed, again["Show how many rows of each table were copied"]["msg"][:5]) == (0, "None:")
    lan.store.address(name="new", subnet="lan", pool="vips")
    refused: t.Any = playbook(lan, "copy_store", *arguments)
    assert (refused.code != 0, refused["Copy the ledger"]["reason"]) == (True, "store_not_empty")
    run = playbook(lan, "copy_store", "-ecopy_store_from=ipam.db")
    assert "set copy_store_from and copy_store_to" in run["Both stores are given"]["msg"]
