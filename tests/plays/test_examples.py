# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples in the documentation of every plugin run, one after the other, and yield what they say."""

from __future__ import annotations

import ast
import importlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.netledger.ipam.tests.plays.inventories import listed
from ansible_collections.netledger.ipam.tests.plays.project import HERE, Project, Result
from ansible_collections.netledger.ipam.tests.services.postgresql import PostgresServer

pytestmark = pytest.mark.stores("sqlite")

SERVER = "postgresql://ipam_owner@db.example.com/ipam"
PLUGINS = [
    (kind, path.stem)
    for kind in ("modules", "lookup", "filter")
    for path in sorted((HERE.parents[1] / "plugins" / kind).glob("*.py"))
]
# What the examples take for granted.
NETWORKS = """
- netledger.ipam.subnet:
    name: lan
    cidr: 10.20.0.0/24
    domain: example.com
    pools: [{name: servers, start: 10.20.0.10, end: 10.20.0.99}, {name: vips, start: 10.20.0.200, end: 10.20.0.219}]
- netledger.ipam.subnet: {name: lan-more, cidr: 10.20.1.0/24}
- netledger.ipam.subnet: {name: lan6, cidr: "2001:db8:20::/64"}
- netledger.ipam.subnet: {name: storage, cidr: 10.21.0.0/24}
- netledger.ipam.subnet: {name: mgmt, cidr: 10.22.0.0/24}
- netledger.ipam.subnet: {name: site-a, cidr: 10.64.0.0/16}
- netledger.ipam.subnet: {name: cluster-1, parent: site-a, prefix_length: 26, tags: [kubernetes]}
- netledger.ipam.address: {name: web01, subnet: lan, labels: {role: web}}
"""
GIVEN = {
    "modules subnet": "[{netledger.ipam.subnet: {name: site-b, cidr: 10.65.0.0/16}}]",
    "modules import_file": NETWORKS + "- netledger.ipam.export_file: {path: plan.yml}\n",
    "modules audit": NETWORKS
    + "- ansible.builtin.set_fact: {all_ipv4_addresses: [10.20.0.10, 10.20.0.33], cacheable: true}\n",
    "modules store": """
- netledger.ipam.store:
- netledger.ipam.subnet: {name: lan, cidr: 10.20.0.0/24, store: then.db}
- netledger.ipam.store: {store: then.db, backup: backups/ipam-2026-11-20.db}
""",
}
FILES = {
    "build.yml": "- ansible.builtin.debug: {msg: Build it}\n",
    "servers.csv": "IP,Hostname,Hardware address,Owner,Ticket\n10.20.0.150,pbx,52:54:00:00:00:50,alice,T-1\n",
    "racks.csv": "name,address\nups,10.20.0.151\nups2,10.20.0.400\n",
}


def text_of(kind: str, name: str) -> str:
    plugin = importlib.import_module(f"ansible_collections.netledger.ipam.plugins.{kind}.{name}")
    return t.cast(str, plugin.EXAMPLES)


def play(given: str, examples: str) -> list[Result]:
    """The examples are for the host of a task, as most tasks of people are."""
    tasks = yaml.safe_load(given) + yaml.safe_load(examples)
    return [{"hosts": "web01", "gather_facts": False, "tasks": tasks}]


@pytest.mark.parametrize(("kind", "name"), [one for one in PLUGINS if one[1] != "store"])
def test_the_examples_run(project: Project, kind: str, name: str) -> None:
    project.hosts("web01 ansible_connection=local")
    for file, text in FILES.items():
        project.write(file, text)
    examples = text_of(kind, name).replace("/tmp/", f"{project.folder}/")
    run = project.play(play(GIVEN.get(f"{kind} {name}", NETWORKS), examples)).ok()
    for task, yielded in re.findall(r"^- name: (.*)\n(?:  (?!# ).*\n)+  # (.*)$", examples, re.MULTILINE):
        assert run[task]["msg"] == ast.literal_eval(yielded)


def test_the_examples_of_store_run(project: Project) -> None:
    project.hosts("web01 ansible_connection=local vault_ipam_password=secret")
    (project.folder / "srv").mkdir()
    (project.folder / "backups").mkdir()
    with PostgresServer() as server:
        for role in ("ipam_owner", "ipam_plays", "ipam_reports"):
            server.admin(f"CREATE ROLE {role} LOGIN")
        server.admin("ALTER DATABASE ipam OWNER TO ipam_owner")
        examples = text_of("modules", "store").replace("/srv/ipam", str(project.folder / "srv"))
        assert examples.count(SERVER) == 2
        project.play(play(GIVEN["modules store"], examples.replace(SERVER, server.url("ipam", "ipam_owner")))).ok()


def test_the_examples_of_the_inventory_are_read(project: Project) -> None:
    project.tasks(NETWORKS + "- netledger.ipam.address: {name: web01, subnet: mgmt}\n").ok()
    found = {}
    for example in text_of("inventory", "inventory").split("---\n"):
        (name,) = re.findall(r"^# ([\w.]+): ", example, re.MULTILINE)
        project.write(f"inventory/{name}", example)
        found[name] = listed(project, f"inventory/{name}").places
    assert found == {"lab.ipam.yml": {"web01": "10.20.0.10"}, "web.ipam.yml": {"web01.example.com": "10.20.0.10"}}
