# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/inventory.md: its files yield what it says."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible.release import __version__
from ansible_collections.netledger.ipam.tests.plays.inventories import Listed, listed
from ansible_collections.netledger.ipam.tests.plays.project import BIN, CONFIG, HERE, Project
from ansible_collections.netledger.ipam.tests.plays.test_readme import files

pytestmark = pytest.mark.stores("sqlite")

GUIDE = HERE.parents[1] / "docs/inventory.md"
GRAPHS = re.findall(r"^```text\n(@all:\n.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def guide(new_project: t.Callable[[], Project]) -> Project:
    project = new_project()
    for name, text in files(GUIDE).items():
        project.write(name, CONFIG + text if name == "ansible.cfg" else text)
    project.run(BIN / "ansible-playbook", "network.yml").ok()
    return project


def graph(project: Project, name: str) -> str:
    return project.run(BIN / "ansible-inventory", "-i", name, "--graph").ok().output


def test_the_graphs(guide: Project) -> None:
    assert len(GRAPHS) == 2
    for name, expected in zip(("lab.ipam.yml", "groups.ipam.yml"), GRAPHS, strict=True):
        assert graph(guide, name) == expected
    assert graph(guide, "site.ipam.yml") == GRAPHS[0]


def test_where_hosts_are_reached(guide: Project) -> None:
    lab = listed(guide)
    assert lab.places == {"web01": "10.20.1.1", "web02": "10.20.1.2", "db01": "10.20.1.3"}
    assert len(lab.variables["web01"]["ipam_addresses"]) == 3
    web = listed(guide, "web.ipam.yml").places
    assert web == {"web01.example.com": "10.20.1.1", "web02.example.com": "10.20.1.2"}
    assert listed(guide, "all.ipam.yml").places == {**lab.places, "web01": "10.20.2.1"}
    groups = listed(guide, "groups.ipam.yml").variables
    assert {variables["ansible_user"] for variables in groups.values()} == {"deploy"}
    assert groups["db01"]["dns_name"] == "db01.example.com"


def test_the_mark_at_texts(guide: Project) -> None:
    marks = tuple(map(int, __version__.split(".")[:2])) >= (2, 19)
    assert ("__ansible_unsafe" in listed(guide).run.output) == marks
    yaml = guide.run(BIN / "ansible-inventory", "-i", "lab.ipam.yml", "--host", "web01", "--yaml").ok().output
    assert "unsafe" not in yaml


def test_the_cache_and_a_new_host(guide: Project) -> None:
    before: Listed = listed(guide, "cached.ipam.yml")
    run = guide.run(BIN / "ansible-playbook", "-i", "lab.ipam.yml", "new_host.yml").ok()
    shown = {one["result"]["msg"] for one in run.tasks if one["task"] == "Show where the web servers are"}
    assert shown == {"web01 is at 10.20.1.1", "web02 is at 10.20.1.2", "web04 is at 10.20.1.5"}
    assert listed(guide, "cached.ipam.yml").variables == before.variables
    assert (guide.folder / "inventory-cache").is_dir()
    ordered = guide.run(BIN / "ansible-playbook", "-i", "lab.ipam.yml", "order.yml").ok()
    assert ordered["Hosts by their addresses"]["msg"] == ["web01", "web02", "db01", "web04"]
    assert ordered["Ranges in which addresses are held"]["msg"] == ["10.20.1.1-10.20.1.5"]
