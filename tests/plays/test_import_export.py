# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import and export as users meet them: paths, check mode, other hosts, playbooks, and the way from a spreadsheet."""

from __future__ import annotations

import csv
import sys

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, HERE, Project, Run
from ansible_collections.netledger.ipam.tests.plays.test_readme import commands, files

GUIDE = HERE.parents[1] / "docs/spreadsheet.md"
SHEET = """name,address,description
web01,10.0.0.11,{{ 1 + 1 }}
web02,10.0.0.12,
"""
BAD = SHEET + "web03,10.0.0.11,\nweb04,10.0.0,\n"
LAN = "- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}\n"


@pytest.mark.stores("sqlite")
def test_the_way_from_a_spreadsheet(project: Project) -> None:
    """What the guide tells of its commands is so."""
    for name, text in files(GUIDE).items():
        project.write(name, text)
    runs = {command: project.run("sh", "-euc", command).ok() for command in commands(GUIDE)}
    tried = runs["ansible-playbook sheet.yml --tags try"]
    assert [(one["line"], one["name"]) for one in tried["Try all rows"]["failures"]] == [(6, "db02")]
    assert "10.20.0.12 in subnet 'lan' is held by db01, so db02 cannot have it." in tried.output
    assert runs["ansible-playbook sheet.yml"]["Show how many there are"]["msg"] == {
        "created": 6,
        "changed": 0,
        "unchanged": 0,
    }
    held = {
        "10.20.0.1": "gw", "10.20.0.10": "web01", "10.20.0.11": "web02", "10.20.0.12": "db01", "10.20.0.13": "db02",
        "10.20.0.14": "web03", "10.20.0.20": "printer",
    }  # fmt: skip
    assert project.held() == held
    with (project.folder / "lan.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["address"]: row for row in csv.DictReader(file, delimiter=";")}
    assert {address: row["name"] for address, row in rows.items()} == held
    assert rows["10.20.0.13"]["description"] == "'-- to be replaced"
    assert (rows["10.20.0.20"]["mac"], rows["10.20.0.20"]["labels"]) == ("52:54:00:12:34:60", "owner=office")
    assert project.run(BIN / "ansible-playbook", "sheet.yml").ok().changed == 0


def test_a_dry_run_builds_on_what_it_read(project: Project) -> None:
    """The second task finds what the first would have written, although the file is gone by then."""
    project.write("sheets/a.csv", SHEET)
    tasks = f"""
    {LAN}
    - name: import
      netledger.ipam.import_file: {{path: sheets/a.csv}}
    - ansible.builtin.file: {{path: sheets/a.csv, state: absent}}
      check_mode: false
    - name: taken
      netledger.ipam.address: {{name: other, address: 10.0.0.11}}
      ignore_errors: true
    - name: export
      netledger.ipam.export_file: {{path: out.yml}}
    - name: export again
      netledger.ipam.export_file: {{path: out.yml}}
    """
    dry = project.tasks(tasks, "--check", "--diff").ok()
    assert dry["import"]["counts"]["addresses"] == {"created": 2, "changed": 0, "unchanged": 0}
    assert dry["taken"]["reason"] == "address_conflict"
    assert (dry["export"]["changed"], dry["export"]["counts"]) == (True, {"subnets": 1, "addresses": 2})
    assert '+  - {"address": "10.0.0.11", "name": "web01"' in dry.output
    assert not (project.folder / "out.yml").exists()
    assert project.store.content() is None
    project.write("sheets/a.csv", SHEET)
    real = project.tasks(tasks).ok()
    assert real["import"]["counts"] == dry["import"]["counts"]
    assert real["export"]["diff"] == dry["export"]["diff"]
    assert real["export again"]["changed"] is False
    assert "{{ 1 + 1 }}" in (project.folder / "out.yml").read_text()


def test_bad_rows(project: Project) -> None:
    project.write("a.csv", BAD)
    run = project.tasks(
        f"""
        {LAN}
        - name: none
          netledger.ipam.import_file: {{path: a.csv}}
          ignore_errors: true
        - name: held
          netledger.ipam.address_info:
        - name: some
          netledger.ipam.import_file: {{path: a.csv, partial: true}}
        - name: wrong
          netledger.ipam.import_file: {{pth: a.csv, partial: perhaps}}
          ignore_errors: true
        """
    ).ok()
    told = [(4, "web03", "address_conflict"), (5, "web04", "bad_request")]
    for task in ("none", "some"):
        assert [(one["line"], one["name"], one["reason"]) for one in run[task]["failures"]] == told
    assert (run["none"]["reason"], run["none"]["changed"]) == ("address_conflict", False)
    assert run["held"]["addresses"] == []
    assert run["some"]["counts"]["addresses"]["created"] == 2
    assert "2 of 4 rows" in run.output
    assert "Did you mean path?" in run["wrong"]["msg"]
    assert "partial" in run["wrong"]["msg"]


@pytest.mark.stores("sqlite")
def test_on_another_host(project: Project) -> None:
    """The files and the ledger are those of the host that the tasks are delegated to."""
    interpreter = f"ansible_connection=local ansible_python_interpreter='{sys.executable}'"
    project.hosts("localhost ansible_connection=local", f"other {interpreter}")
    there = project.folder / "there"
    project.write("there/a.yml", "subnets: [{name: lan, cidr: 10.0.0.0/24}]\naddresses: [{name: web01, subnet: lan}]\n")
    tasks = f"""
    - name: import
      netledger.ipam.import_file: {{path: {there}/a.yml, store: {there}/other.db}}
      delegate_to: other
    - name: export
      netledger.ipam.export_file: {{path: {there}/b.csv, store: {there}/other.db}}
      delegate_to: other
    """
    tasks += f"""
    - name: at home there
      netledger.ipam.export_file: {{path: ~/c.csv, store: {there}/other.db}}
      delegate_to: other
      environment: {{HOME: {there}}}
    """
    dry = project.tasks(tasks, "--check").ok()
    assert (dry["export"]["changed"], dry["export"]["counts"]) == (True, {"addresses": 1})
    assert [path.name for path in there.iterdir() if path.is_file()] == ["a.yml"]
    assert project.tasks(tasks).ok().changed == 3
    assert (there / "c.csv").read_text() == (there / "b.csv").read_text()
    assert (there / "b.csv").read_text().splitlines()[1].startswith("10.0.0.1,web01,")
    assert project.tasks(tasks).ok().changed == 0


@pytest.mark.stores("sqlite")
def test_the_playbooks_take_paths_from_the_current_folder(project: Project) -> None:
    project.hosts("localhost ansible_connection=local", "[web]", "web01", "web02")
    project.tasks(LAN).ok()
    project.write("sheets/a.csv", BAD)
    here = project.folder / "sheets"

    def run(playbook: str, variables: str) -> Run:
        config = {"ANSIBLE_CONFIG": str(project.folder / "ansible.cfg")}
        return project.run(BIN / "ansible-playbook", playbook, "-e", variables, cwd=here, env=config).ok()

    imported = run("netledger.ipam.import", "import_path=a.csv import_hosts=web import_partial=true")
    lines = imported.by_host("Show what became of it")["web01"]["msg"]
    assert [line.split() for line in lines[:3]] == [
        ["CREATED", "CHANGED", "UNCHANGED"], ["subnets", "0", "0", "0"], ["addresses", "2", "0", "0"],
    ]  # fmt: skip
    assert [line.partition(":")[0] for line in lines[3:]] == ["line 4", "line 5"]
    exported = run("netledger.ipam.export", "export_path=b.yml export_mode=0640")
    assert exported["Write the file"]["path"] == str(here / "b.yml")
    assert (here / "b.yml").stat().st_mode & 0o777 == 0o640
