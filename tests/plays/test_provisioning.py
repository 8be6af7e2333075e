# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/provisioning.md: who cannot be built gives its address back, and who was there before keeps its."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project
from ansible_collections.netledger.ipam.tests.plays.test_readme import ROOT, files

pytestmark = pytest.mark.stores("sqlite")

BROKEN = '-e{"broken": ["web01", "web02"]}'


@pytest.mark.parametrize("playbook", ["provision.yml", "by_hand.yml"])
def test_hosts_that_cannot_be_built(project: Project, playbook: str) -> None:
    for name, text in files(ROOT / "docs/provisioning.md").items():
        if name != "ansible.cfg":
            project.write(name, text)
    project.run(BIN / "ansible-playbook", "-iinventory.yml", "network.yml").ok()
    # Its tags change in each run, which is no reason to take its address away.
    project.store.address(name="web02", subnet="lan", address="10.20.0.50", tags=["old"])
    variables = {"host_address_tags": ["new"]}
    project.write("group_vars/web.yml", yaml.safe_dump(variables))
    by_hand = project.folder / "by_hand.yml"
    by_hand.write_text(by_hand.read_text().replace("pool: servers", "pool: servers\n            tags: [new]"))
    run = project.run(BIN / "ansible-playbook", "-iinventory.yml", playbook, BROKEN)
    assert [run.stats[host]["failures"] for host in ("web01", "web02", "web03")] == [1, 1, 0]
    held = project.held()
    assert held.pop("10.20.0.50") == "web02"
    assert list(held.values()) == ["web03"]
    (record,) = project.store.address_info(name="web02")["addresses"]
    assert record["tags"] == ["new"]
    last = ("the message of what failed", "all the same")
    failures = [task["result"]["msg"] for task in run.tasks if task["task"].endswith(last)]
    assert len(failures) == 2
    assert all(message.startswith("Making web0") for message in failures)


def test_what_configures_the_network(project: Project) -> None:
    for name, text in files(ROOT / "docs/provisioning.md").items():
        project.write(name, text)
    for name in ("network.yml", "provision.yml"):
        project.run(BIN / "ansible-playbook", name, "--forks=1").ok()
    written = yaml.safe_load((project.folder / "web02.netplan.yml").read_text())
    assert written["network"]["ethernets"] == {
        "eth0": {
            "addresses": ["10.20.0.11/24"],
            "routes": [{"to": "default", "via": "10.20.0.1"}],
            "nameservers": {"addresses": ["10.20.0.2"], "search": ["example.com"]},
        }
    }
