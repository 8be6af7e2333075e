# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbook and module audit: what hosts have is compared with what they hold."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.given_facts import GIVE, interface, write_facts
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Run

pytestmark = pytest.mark.stores("sqlite")

ONE, TWO, THREE = (f"52:54:00:00:00:{number:02}" for number in (1, 2, 3))
GIVEN = "-eaudit_gather_facts=false"


@pytest.fixture
def web(project: Project) -> Project:
    project.hosts("[web]", "web01", "web02")
    project.store.subnet(name="lan", cidr="10.0.0.0/24")
    for number, mac in ((1, ONE), (2, TWO)):
        name = f"web{number:02}"
        project.store.address(name=name, subnet="lan", address=f"10.0.0.{number}", mac=mac)
        write_facts(project, name, eth0=interface(mac, f"10.0.0.{number}", f"fe80::{number}"))
    return project


def audit(project: Project, *arguments: str) -> Run:
    return project.play([GIVE, {"import_playbook": "netledger.ipam.audit"}], GIVEN, *arguments)


def shown(run: Run) -> list[t.Any]:
    return t.cast("list[t.Any]", run["Show it"]["msg"])


def test_hosts_as_the_ledger_has_them(web: Project) -> None:
    run = audit(web).ok()
    assert "msg" not in run["Show it"]
    said = "What hosts have is what they hold. Hosts asked: 2, not asked: 0."
    assert run["Nothing differs"]["msg"] == said
    assert run.changed == 0


def test_whatever_differs_is_listed_and_fails(web: Project) -> None:
    web.store.address(name="db", subnet="lan", address="10.0.0.20", mac=THREE)
    write_facts(web, "web01", eth0=interface(ONE, "10.0.0.1", "10.0.0.20"), eth1=interface(THREE, "10.0.0.30"))
    write_facts(web, "web02", eth0=interface(THREE, "10.0.0.2"), eth1=interface(TWO))
    web.store.address(name="web02", subnet="lan", address="10.0.0.40", interface="eth1")
    lines = [
        f"wrong_holder: 10.0.0.20 on web01 (eth0, {ONE}) is held by db ({THREE}).",
        f"unknown: 10.0.0.30 on web01 (eth1, {THREE}) lies in subnet 'lan', and nobody holds it.",
        f"mac_differs: 10.0.0.2 on web02 (eth0, {THREE}) is held with the MAC address {TWO}.",
        "unused: 10.0.0.40 is held by web02 (eth1), which does not have it.",
    ]
    run = audit(web)
    assert run.code != 0
    assert shown(run) == lines
    assert run["Nothing differs"]["msg"].startswith("Differences between hosts and ledger: 4.")
    assert shown(audit(web, "-eaudit_report_only=true").ok()) == lines
    assert shown(audit(web, "--limit=web01", "-eaudit_report_only=true").ok()) == lines[:2]
    assert shown(audit(web, "-e{audit_report_only: true, audit_shared: [db]}").ok()) == lines[1:]


def test_facts_are_gathered_where_none_are_given(project: Project) -> None:
    """Of this machine, which stands for a host that can be reached, beside one that cannot."""
    project.hosts(
        "[web]", "web01 ansible_connection=local", "gone ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1"
    )
    project.store.subnet(name="loopback", cidr="127.0.0.0/8")
    project.store.address(
        addresses=[{"name": "web01", "address": "127.0.0.2"}, {"name": "gone", "address": "127.0.0.3"}]
    )
    run = project.run(BIN / "ansible-playbook", "netledger.ipam.audit", "-eaudit_subnets=loopback")
    assert run.code != 0
    assert any(line.startswith("unused: 127.0.0.2 is held by web01") for line in shown(run))
    assert not any("gone" in line for line in shown(run))
    assert run["Show which hosts could not be asked"]["msg"] == ["gone"]


def test_the_module_on_addresses_that_are_given(web: Project) -> None:
    """Also delegated to another host, and what it finds can be adopted."""
    tasks = """
- name: found
  netledger.ipam.audit:
    observed: [{address: 10.0.0.1}, {address: 10.0.0.77/24, mac: 5254.0000.0003, interface: eth1}]
- name: elsewhere
  netledger.ipam.audit:
    store: "{{ playbook_dir }}/ipam.db"
    observed: [{ip: 10.0.0.77}]
  delegate_to: other
- name: adopted
  netledger.ipam.address: {addresses: "{{ first.adoptable }}"}
  vars: {first: "{{ found }}"}
"""
    tasks = tasks.replace("interface: eth1}]\n", "interface: eth1}]\n  register: found\n", 1)
    web.hosts("[web]", "web01", "[others]", "other ansible_connection=local")
    run = web.tasks(tasks, hosts="web").ok()
    assert [one["kind"] for one in run["found"]["findings"]] == ["unknown"]
    assert [one["kind"] for one in run["elsewhere"]["findings"]] == ["unknown", "unused"]
    (adopted,) = run["adopted"]["addresses"]
    assert (adopted["name"], adopted["address"], adopted["interface"], adopted["mac"]) == (
        "web01", "10.0.0.77", "eth1", THREE,
    )  # fmt: skip


def test_without_a_host_or_its_facts(web: Project) -> None:
    failed = web.adhoc("web01 -m netledger.ipam.audit").only
    assert (failed["reason"], "Gather facts of the host before" in failed["msg"]) == ("bad_request", True)
    web.hosts("web01")
    failed = web.adhoc("localhost -m netledger.ipam.audit").only
    assert [message.partition(":")[0] for message in failed["errors"]] == ["name", "observed"]
