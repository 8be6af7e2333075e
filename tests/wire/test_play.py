# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A play on a link on which another host has 203.0.113.10 and 2001:db8:77::10 already."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Result, Run
from ansible_collections.netledger.ipam.tests.wire.conftest import THERE, Host

SUBNETS: list[Result] = [
    {"name": "lan", "cidr": "203.0.113.0/24", "pools": [{"name": "p", "start": "203.0.113.10", "end": "203.0.113.12"}]},
    {
        "name": "six",
        "cidr": "2001:db8:77::/64",
        "pools": [{"name": "p", "start": "2001:db8:77::10", "end": "2001:db8:77::19"}],
    },
]
HOSTS = ("web01", "web02")


def provisioned(project: Project, here: Host, kind: str, *arguments: str) -> Run:
    """Reserve for two hosts at once through the role, in the network of ``here``."""
    role = {"name": "netledger.ipam.host_address"}
    variables = {"host_address_subnet": ["lan", "six"], "host_address_dual_stack": True, "host_address_probe": kind}
    reserve = {"name": "role", "ansible.builtin.include_role": role, "vars": variables}
    book = project.playbook("play.yml", [{"hosts": "web", "gather_facts": False, "tasks": [reserve]}])
    return project.run(*here.inside, BIN / "ansible-playbook", book, *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = Project(tmp_path / "project")
    found.hosts("[web]", *HOSTS)
    for options in SUBNETS:
        found.store.subnet(**options)
    return found


@pytest.mark.parametrize(("kind", "mac"), [("arp", THERE[0]), ("ping", None)])
def test_no_host_gets_what_somebody_has(project: Project, here: Host, kind: str, mac: str | None) -> None:
    before = project.store.content()
    dry = provisioned(project, here, kind, "--check").ok()
    assert "203.0.113.10 is in use by somebody unknown" in dry.output
    assert project.store.content() == before

    real = provisioned(project, here, kind).ok()
    assert "203.0.113.10 is in use by somebody unknown" in real.output
    held = project.held()
    assert {address for address, name in held.items() if name in HOSTS} == {
        "203.0.113.11", "203.0.113.12", "2001:db8:77::11", "2001:db8:77::12",
    }  # fmt: skip
    unknown = project.store.address_info(name="unknown")["addresses"]
    assert {(one["address"], one["mac"]) for one in unknown} == {("203.0.113.10", mac), ("2001:db8:77::10", mac)}

    again = provisioned(project, here, kind).ok()
    assert again.changed == 0
    assert "unknown" not in again.output
    assert project.held() == held


def test_where_all_of_a_pool_answers_the_task_says_so(project: Project, here: Host) -> None:
    project.store.address(names=["a", "b"], subnet="lan", pool="p", strategy="highest")
    run = provisioned(project, here, "arp", "--limit=web01")
    assert run.code != 0
    assert "3 used" in run.output
    assert set(project.held().values()) == {"a", "b", "unknown"}


@pytest.mark.parametrize("spelled", ["off", "no", "'off'"])
def test_off_in_any_way_that_yaml_has(project: Project, here: Host, spelled: str) -> None:
    provisioned(project, here, "arp", "-e", f"{{host_address_probe: {spelled}}}").ok()
    assert "unknown" not in project.held().values()
