# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode says what the real run will do, for many hosts at once, and writes nothing."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result, Run

TWENTY = ["[web]", "web[01:20]"]
PLAYS = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: subnet
      netledger.ipam.subnet:
        name: lan
        cidr: 10.0.0.0/24
        gateway: 10.0.0.1
        pools:
          - {name: servers, start: 10.0.0.100, end: 10.0.0.149}
          - {name: vips, start: 10.0.0.200, end: 10.0.0.209}
- hosts: web
  gather_facts: false
  tasks:
    - name: reserve
      netledger.ipam.address:
        subnet: lan
        pool: servers
    - name: look up
      ansible.builtin.debug:
        msg: "{{ lookup('netledger.ipam.address', inventory_hostname, subnet='lan') }}"
    - name: again
      netledger.ipam.address:
        subnet: lan
- hosts: localhost
  gather_facts: false
  tasks:
    - name: addresses
      netledger.ipam.address_info:
        subnet: lan
        free: 2
    - name: subnets
      netledger.ipam.subnet_info:
        name: lan
    - name: lookups
      ansible.builtin.debug:
        msg: "{{ query('netledger.ipam.addresses', subnet='lan') | map(attribute='name') | unique | count }}
          {{ lookup('netledger.ipam.subnet', 'lan').used }}"
"""


def given(run: Run) -> dict[str, str]:
    return {host: result["address"] for host, result in run.by_host("reserve").items()}


def assert_twenty(run: Run) -> None:
    """Everything that a run shows when 20 hosts hold an address, whether they do or would."""
    addresses = given(run)
    assert len(addresses) == len(set(addresses.values())) == 20
    assert all(address in {f"10.0.0.{last}" for last in range(100, 150)} for address in addresses.values())
    assert {host: result["msg"] for host, result in run.by_host("look up").items()} == addresses
    assert [result["changed"] for result in run.by_host("again").values()] == [False] * 20
    assert {one["address"] for one in run["addresses"]["addresses"]} == set(addresses.values())
    assert run["addresses"]["free"] == ["10.0.0.120", "10.0.0.121"]
    assert [(one["used"], one["pools"][0]["free"]) for one in run["subnets"]["subnets"]] == [(20, 30)]
    assert run["lookups"]["msg"] == "20 20"


@pytest.mark.parametrize("forks", [20, 1])
def test_a_dry_run_of_20_hosts_on_a_ledger_that_is_not_there(project: Project, forks: int) -> None:
    project.hosts(*TWENTY)
    project.playbook("play.yml", PLAYS)
    before = project.files()
    dry = [project.play(PLAYS, "--check", f"--forks={forks}").ok() for _ in range(2)]
    assert project.files() == before
    real = project.play(PLAYS, f"--forks={forks}").ok()
    for run in (*dry, real):
        assert_twenty(run)
        assert run.changed == 21
    assert set(given(real).values()) == set(given(dry[0]).values()) == set(given(dry[1]).values())
    assert project.held() == {address: host for host, address in given(real).items()}
    if forks == 1:
        assert given(real) == given(dry[0]) == given(dry[1])
        assert given(real)["web07"] == "10.0.0.106"


LEDGER = """
- netledger.ipam.subnet: {name: top, cidr: 10.0.0.0/16, pools: [{name: p, start: 10.0.200.1, end: 10.0.200.99}]}
- netledger.ipam.subnet: {name: lan, parent: top, prefix_length: 24, pools: [{start: 10.0.0.10, end: 10.0.0.19}]}
- netledger.ipam.address: {names: [a, b, c], subnet: lan}
"""

# Every kind of change, each building on those before it.
CHANGES = """
- name: resize
  netledger.ipam.pool: {subnet: lan, name: 10.0.0.10-10.0.0.19, start: 10.0.0.11, end: 10.0.0.14, force: true}
- name: free one
  netledger.ipam.address: {name: b, state: absent}
- name: freed already
  netledger.ipam.address: {name: b, state: absent}
- name: take what was freed
  netledger.ipam.address: {name: d, subnet: lan}
- name: note
  netledger.ipam.address: {name: c, subnet: lan, description: third}
- name: move
  netledger.ipam.address: {name: c, subnet: lan, address: 10.0.0.77, force: true}
- name: child
  netledger.ipam.subnet: {name: next, parent: top, prefix_length: 24}
- name: refused
  netledger.ipam.subnet: {name: lan, state: absent}
  ignore_errors: true
- name: remove
  netledger.ipam.subnet: {name: lan, state: absent, force: true}
- name: what is left
  netledger.ipam.subnet_info:
- name: who is left
  netledger.ipam.address_info:
- name: no pool
  netledger.ipam.pool: {subnet: next, name: default, state: absent}
- name: no longer found
  ansible.builtin.debug:
    msg: "{{ lookup('netledger.ipam.address', 'a', default='nobody') }}"
"""


def telling(run: Run) -> list[tuple[str, Result]]:
    """The results of a run without what differs from process to process."""
    kept = (
        "changed",
        "failed",
        "msg",
        "reason",
        "address",
        "addresses",
        "subnet",
        "subnets",
        "pool",
        "stranded",
        "diff",
    )
    return [(one["task"], {key: one["result"].get(key) for key in kept}) for one in run.tasks]


@pytest.fixture(scope="module")
def shared(new_project: object) -> tuple[Project, dict[str, Run]]:
    """A ledger, a dry run of all kinds of changes, another one, and the real run."""
    project = new_project()  # type: ignore[operator]
    project.tasks(LEDGER).ok()
    project.tasks(CHANGES, "--check", "--diff")
    before = project.files()
    runs = {
        "dry": project.tasks(CHANGES, "--check", "--diff").ok(),
        "dry again": project.tasks(CHANGES, "--check", "--diff").ok(),
    }
    assert project.files() == before, "a dry run wrote something"
    assert project.held() == {"10.0.0.10": "a", "10.0.0.11": "b", "10.0.0.12": "c"}
    runs["real"] = project.tasks(CHANGES, "--diff").ok()
    return project, runs


def test_every_kind_of_change_is_predicted_with_its_diff(shared: tuple[Project, dict[str, Run]]) -> None:
    _project, runs = shared
    assert telling(runs["dry"]) == telling(runs["real"])


def test_a_dry_run_leaves_nothing_to_the_next_one(shared: tuple[Project, dict[str, Run]]) -> None:
    _project, runs = shared
    assert telling(runs["dry"]) == telling(runs["dry again"])


def test_what_was_predicted_is_right(shared: tuple[Project, dict[str, Run]]) -> None:
    project, runs = shared
    dry = runs["dry"]
    assert dry["resize"]["stranded"] == [{"address": "10.0.0.10", "name": "a", "interface": ""}]
    assert [dry[name]["changed"] for name in ("free one", "freed already")] == [True, False]
    assert dry["take what was freed"]["address"] == "10.0.0.11"
    assert dry["move"]["address"] == "10.0.0.77"
    assert dry["child"]["subnet"]["cidr"] == "10.0.1.0/24"
    assert dry["refused"]["reason"] == "subnet_in_use"
    assert [one["name"] for one in dry["what is left"]["subnets"]] == ["top", "next"]
    assert dry["who is left"]["addresses"] == []
    assert dry["no pool"]["pool"] is None
    assert dry["no longer found"]["msg"] == "nobody"
    assert project.held() == {}


def test_check_mode_of_one_task_in_a_real_run_writes_nothing(project: Project) -> None:
    """The task's own check_mode keyword counts, not the command line's."""
    run = project.tasks(
        """
        - name: real
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
        - name: dry
          netledger.ipam.address: {name: a, subnet: lan}
          check_mode: true
        - name: after
          netledger.ipam.address_info:
        """
    ).ok()
    assert run["dry"]["changed"] is True
    assert run["dry"]["address"] == "10.0.0.1"
    assert run["after"]["addresses"] == []
    assert project.held() == {}
