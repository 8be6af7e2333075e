# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""On whose behalf and where tasks run: hosts that nobody can reach, delegation, loops."""

from __future__ import annotations

import sys
import typing as t

from ansible_collections.netledger.ipam.tests.plays.project import Project

LAN = "- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}\n"

# Stands for the connections to network devices, for which ansible-core starts a process of their own.
SWITCH = """
from ansible.plugins.connection import NetworkConnectionBase

DOCUMENTATION = '''
name: switch_cli
short_description: Never connects
description: [Leaves a trace.]
options:
  persistent_log_messages: {{description: [As others have it.], type: bool, default: false}}
'''

class Connection(NetworkConnectionBase):
    transport = "switch_cli"
    force_persistence = True

    def _connect(self):
        open({trace!r}, "a").write("switch_cli")
"""


def test_no_host_is_contacted(project: Project) -> None:
    """Hosts that do not answer, that need another user or that are no computers: ssh would leave a trace."""
    trace = project.folder / "contacted"
    ssh = project.write("ssh", f"#!/bin/sh\necho \"$0 $@\" >> '{trace}'\nexit 255\n")
    ssh.chmod(0o755)
    project.write("connection_plugins/switch_cli.py", SWITCH.format(trace=trace))
    project.hosts(
        "[silent]",
        "gone ansible_host=192.0.2.1",
        "root ansible_host=192.0.2.2 ansible_become=true ansible_become_user=nobody ansible_become_exe=/bin/false",
        "switch ansible_host=192.0.2.3 ansible_connection=switch_cli ansible_network_os=none",
        "windows ansible_host=192.0.2.4 ansible_connection=winrm",
        "nopython ansible_host=192.0.2.5 ansible_python_interpreter=/nowhere/python",
        "[silent:vars]",
        f"ansible_ssh_executable={ssh}",
        "ansible_ssh_retries=0",
    )
    run = project.tasks(
        LAN.replace("24}", "24}\n  run_once: true")
        + """
- name: reserve
  netledger.ipam.address: {subnet: lan}
  become: "{{ inventory_hostname == 'gone' }}"
- name: habit
  netledger.ipam.address: {subnet: lan}
  delegate_to: localhost
- name: loopback
  netledger.ipam.address: {subnet: lan}
  delegate_to: 127.0.0.1
- name: look
  netledger.ipam.address_info: {name: "{{ inventory_hostname }}"}
- name: contact
  ansible.builtin.ping:
  when: inventory_hostname == 'gone'
  ignore_unreachable: true
""",
        hosts="silent",
    )
    hosts = ["gone", "nopython", "root", "switch", "windows"]
    assert sorted(run.by_host("reserve")) == hosts
    assert [one.get("msg") for one in run.by_host("reserve").values() if not one["changed"]] == []
    for task in ("habit", "loopback"):
        assert sorted(run.by_host(task)) == hosts
        assert not any(one["changed"] for one in run.by_host(task).values())
    assert sorted(project.held().values()) == hosts
    # Only the ping, to show that the trace works.
    assert run.by_host("contact")["gone"]["unreachable"] is True
    assert "192.0.2.1" in trace.read_text()
    assert not [line for line in trace.read_text().splitlines() if "192.0.2.1" not in line]


def manage_elsewhere(project: Project, *hosts: str) -> t.Callable[[], int]:
    """An inventory with a host ``mgmt``; returns how often its Python was started."""
    trace = project.home / "started"
    python = project.write("python", f"#!/bin/sh\necho started >> '{trace}'\nexec '{sys.executable}' \"$@\"\n")
    python.chmod(0o755)
    project.hosts(*hosts, f"mgmt ansible_connection=local ansible_python_interpreter={python}")
    return lambda: len(trace.read_text().splitlines()) if trace.exists() else 0


def test_a_dry_run_of_delegated_tasks_writes_nothing_and_predicts(project: Project) -> None:
    """Each host gets another address, in a subnet and a ledger that are not there yet."""
    count = manage_elsewhere(project, "[web]", "web[1:4]", "[elsewhere]")
    tasks = (
        LAN.replace("24}", "24}\n  run_once: true\n  delegate_to: mgmt")
        + "- name: reserve\n  netledger.ipam.address: {subnet: lan}\n  delegate_to: mgmt\n"
    )
    project.playbook("play.yml", tasks)
    before = set(project.files())
    dry = project.tasks(tasks, "--check", hosts="web").ok()
    assert set(project.files()) == before
    real = project.tasks(tasks, hosts="web").ok()
    assert count() == 10
    given = [{host: one["address"] for host, one in run.by_host("reserve").items()} for run in (dry, real)]
    expected = {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}
    assert [set(one.values()) for one in given] == [expected, expected]
    assert project.held() == {address: host for host, address in given[1].items()}


def test_delegated_to_another_host_the_module_runs_there(project: Project) -> None:
    """The host is this machine by another name, with a Python that keeps count of what it runs."""
    count = manage_elsewhere(project, "web1 ansible_host=192.0.2.1")
    run = project.tasks(
        """
        - name: subnet
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, vlan: 7}
          delegate_to: mgmt
        - name: reserve
          netledger.ipam.address: {subnet: lan, mac: 525400ab0001, tags: [a]}
          delegate_to: mgmt
        - name: again
          netledger.ipam.address: {subnet: lan, mac: "52-54-00-AB-00-01"}
          delegate_to: mgmt
        - name: dry
          netledger.ipam.address: {name: other, subnet: lan}
          delegate_to: mgmt
          check_mode: true
        - name: here
          netledger.ipam.address: {name: here, subnet: lan}
        - name: pool
          netledger.ipam.pool: {subnet: lan, start: 10.0.0.1, size: 9}
          delegate_to: mgmt
        - name: subnets
          netledger.ipam.subnet_info:
          delegate_to: mgmt
        - name: addresses
          netledger.ipam.address_info: {subnet: lan, free: 1}
          delegate_to: mgmt
        - name: free
          netledger.ipam.address: {state: absent}
          delegate_to: mgmt
        - name: nothing to free
          netledger.ipam.address: {state: absent, subnet: no such}
          delegate_to: mgmt
        - name: refused
          netledger.ipam.address: {subnet: lan, address: 10.0.0.2}
          delegate_to: mgmt
          ignore_errors: true
        - name: typo
          netledger.ipam.address: {subnt: lan}
          delegate_to: mgmt
          ignore_errors: true
        """,
        "-v",
        hosts="web1",
    ).ok()
    assert run["reserve"]["cidr"] == "10.0.0.1/24"
    assert run["reserve"]["name"] == "web1"
    assert run["again"]["changed"] is False
    assert (run["dry"]["changed"], run["dry"]["address"]) == (True, "10.0.0.2")
    assert run["here"]["address"] == "10.0.0.2"
    assert run["pool"]["pool"]["used"] == 2
    assert [one["vlan_id"] for one in run["subnets"]["subnets"]] == [7]
    assert run["addresses"]["free"] == ["10.0.0.3"]
    assert [one["address"] for one in run["free"]["addresses"]] == ["10.0.0.1"]
    assert "no such" in run["nothing to free"]["warnings"][0]
    assert run["refused"]["reason"] == "address_conflict"
    assert "Did you mean subnet?" in run["typo"]["msg"]
    assert "alias" not in run.output
    assert count() == 10, "all but here, and the typo, which is found before"
    actors = dict(project.store.rows("SELECT name, actor FROM history WHERE new IS NOT NULL"))
    assert actors["here"] == actors["web1"]
    assert actors["web1"].endswith("play web1, host web1")
    assert project.held() == {"10.0.0.2": "here"}


def test_a_delegated_module_says_that_its_host_cannot_be_reached(project: Project) -> None:
    project.hosts("web1", "mgmt ansible_host=192.0.2.1 ansible_ssh_executable=/bin/false ansible_ssh_retries=0")
    run = project.tasks(
        "- name: there\n  netledger.ipam.address: {subnet: lan}\n  delegate_to: mgmt\n", "-v", hosts="web1"
    )
    assert run["there"]["unreachable"] is True


def test_the_name_is_the_host_unless_there_is_none(project: Project) -> None:
    """The implicit localhost is nobody; a localhost in the inventory is a host like any other."""
    project.hosts("web1")
    tasks = LAN + "- name: reserve\n  netledger.ipam.address: {subnet: lan}\n  ignore_errors: true\n"
    nobody = project.tasks(tasks).ok()["reserve"]
    assert (nobody["reason"], "name: is missing" in nobody["msg"]) == ("bad_request", True)
    free = project.adhoc("localhost -m netledger.ipam.address -a state=absent")
    assert free.only["reason"] == "bad_request"
    project.hosts("web1", "localhost ansible_connection=local")
    assert project.tasks(tasks).ok()["reserve"]["name"] == "localhost"


def test_loops_until_run_once_and_play_wide_requests(project: Project) -> None:
    project.hosts("[web]", "web[1:4]")
    run = project.tasks(
        LAN.replace("24}", "24, pools: [{name: p, start: 10.0.0.5, end: 10.0.0.50}]}\n  run_once: true")
        + """
- name: all at once
  netledger.ipam.address:
    names: "{{ ansible_play_hosts_all }}"
    subnet: lan
  run_once: true
  register: nics
- name: mine
  ansible.builtin.debug:
    msg: "{{ (nics.addresses | selectattr('name', 'eq', inventory_hostname) | first).address }}"
- name: interfaces
  netledger.ipam.address: {subnet: lan, interface: "{{ item }}"}
  loop: [eth1, eth2]
- name: until
  netledger.ipam.address: {subnet: lan}
  register: tried
  until: tried.address is defined and not tried.changed
  retries: 3
  delay: 0
- name: condition
  ansible.builtin.debug:
    msg: "{{ 'free' if tried is not changed else 'taken' }}"
  when: not tried.changed and tried.addresses | length == 1
- name: release the interfaces
  netledger.ipam.address:
    state: absent
    interface: "{{ item.interface }}"
  loop: [{interface: eth1}, {interface: eth2}]
""",
        hosts="web",
    ).ok()
    given = [one["address"] for one in run["all at once"]["addresses"]]
    assert given == ["10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"]
    assert [run.by_host("mine")[f"web{number}"]["msg"] for number in range(1, 5)] == given
    interfaces = [one["address"] for each in run.by_host("interfaces").values() for one in each["results"]]
    assert set(interfaces) == {f"10.0.0.{last}" for last in range(9, 17)}
    assert {one["attempts"] for one in run.by_host("until").values()} == {1}
    assert set(run.by_host("condition")) == {"web1", "web2", "web3", "web4"}
    assert project.held() == {address: f"web{number}" for number, address in enumerate(given, 1)}


def test_a_failed_build_gives_its_address_back(project: Project) -> None:
    """Reserve, build, and free in rescue: the next host gets the address."""
    run = project.tasks(
        LAN
        + """
- block:
    - name: reserve
      netledger.ipam.address: {name: web1, subnet: lan}
    - name: build
      ansible.builtin.fail: {msg: no capacity}
  rescue:
    - name: free
      netledger.ipam.address: {name: web1, state: absent}
- name: next
  netledger.ipam.address: {name: web2, subnet: lan}
"""
    ).ok()
    assert run["next"]["address"] == run["reserve"]["address"] == "10.0.0.1"
