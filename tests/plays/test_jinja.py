# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text in the ledger that looks like Jinja comes back as it went in and is never evaluated."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run

pytestmark = pytest.mark.stores("sqlite")

SUM, RAW, PIPE = "{{ 1 + 1 }}", "{% raw %}", "{{ lookup('pipe', 'touch evaluated') }}"
PLAY = """
- hosts: localhost
  gather_facts: false
  vars:
    sum: !unsafe "{{ 1 + 1 }}"
    raw: !unsafe "{% raw %}"
    pipe: !unsafe "{{ lookup('pipe', 'touch evaluated') }}"
  tasks:
    - name: subnet
      netledger.ipam.subnet:
        name: !unsafe "{{ 1 + 1 }}"
        cidr: 10.0.0.0/24
        vrf: !unsafe "{% raw %}"
        pools: [{name: !unsafe "{{ 1 + 1 }}", start: 10.0.0.10, end: 10.0.0.19}]
        tags: [!unsafe "{{ 1 + 1 }}", "{{ raw }}"]
        labels: "{{ {sum: pipe} }}"
        description: !unsafe "{% raw %}"
    - name: address
      netledger.ipam.address:
        name: "{{ pipe }}"
        subnet: "{{ sum }}"
        pool: !unsafe "{{ 1 + 1 }}"
        interface: !unsafe "{{ 1 + 1 }}"
        vrf: "{{ raw }}"
        tags: ["{{ pipe }}"]
        labels: "{{ {sum: raw} }}"
        description: !unsafe "{{ lookup('pipe', 'touch evaluated') }}"
      register: held
    - name: again
      netledger.ipam.address:
        name: "{{ held.name }}"
        subnet: "{{ held.subnet }}"
        vrf: "{{ held.vrf }}"
        interface: "{{ held.interface }}"
        tags: "{{ held.tags }}"
        labels: "{{ held.labels }}"
        description: "{{ held.description }}"
    - name: bulk
      netledger.ipam.address:
        subnet: "{{ sum }}"
        vrf: "{{ raw }}"
        addresses: [{name: second, description: "{{ sum }}"}]
    - name: delegated
      netledger.ipam.address:
        name: third
        subnet: "{{ sum }}"
        vrf: "{{ raw }}"
        description: "{{ raw }}{{ sum }}"
      delegate_to: mgmt
      vars: {ansible_connection: local}
    - name: info
      netledger.ipam.address_info:
        vrf: "{{ raw }}"
      register: all
    - name: subnets
      netledger.ipam.subnet_info:
        vrf: "*"
    - name: use of a result
      ansible.builtin.debug:
        msg: "{{ held.description }} {{ held.tags | first }} {{ all.addresses[0].labels.values() | first }}"
    - name: a fact of a result
      ansible.builtin.set_fact:
        kept: "{{ all.addresses }}"
    - name: use of the fact
      ansible.builtin.debug:
        msg: "{{ kept[0].description }}"
    - name: loop
      ansible.builtin.debug:
        msg: "{{ item.description }}"
      loop: "{{ query('netledger.ipam.addresses', vrf=raw) }}"
    - name: lookups
      ansible.builtin.debug:
        msg:
          - "{{ lookup('netledger.ipam.subnet', sum, vrf=raw).description }}"
          - "{{ lookup('netledger.ipam.subnet', sum, vrf=raw).labels }}"
          - "{{ lookup('netledger.ipam.address', pipe, vrf=raw) }}"
    - name: a default
      ansible.builtin.debug:
        msg: "{{ lookup('netledger.ipam.address', 'nobody', vrf=raw, default=sum) }}"
    - name: refused
      netledger.ipam.address: {name: other, subnet: "{{ sum }}", vrf: "{{ raw }}", address: 10.0.0.10}
      register: refused
      ignore_errors: true
    - name: its message
      ansible.builtin.debug:
        msg: "{{ refused.msg }}"
    - name: change
      netledger.ipam.address: {name: second, subnet: "{{ sum }}", vrf: "{{ raw }}", description: "{{ pipe }}"}
    - name: free
      netledger.ipam.address: {name: "{{ pipe }}", vrf: "{{ raw }}", state: absent}
"""


@pytest.fixture(scope="module")
def run(new_project: t.Callable[[], Project]) -> t.Iterator[Run]:
    project = new_project()
    project.write("ansible.cfg", (project.folder / "ansible.cfg").read_text())
    yield project.play(PLAY, "--diff", "-v").ok()
    assert "evaluated" not in project.files()


def test_results_hold_the_text_as_it_was_given(run: Run) -> None:
    subnet, address = run["subnet"]["subnet"], run["address"]
    assert (subnet["name"], subnet["vrf"], subnet["description"]) == (SUM, RAW, RAW)
    assert (subnet["pools"][0]["name"], sorted(subnet["tags"]), subnet["labels"]) == (SUM, [RAW, SUM], {SUM: PIPE})
    assert (address["name"], address["description"], address["tags"]) == (PIPE, PIPE, [PIPE])
    assert (address["interface"], address["labels"], address["pool"]) == (SUM, {SUM: RAW}, SUM)
    assert run["again"]["changed"] is False
    assert run["delegated"]["description"] == RAW + SUM


def test_what_is_read_back_is_the_text(run: Run) -> None:
    assert [one["description"] for one in run["info"]["addresses"]] == [PIPE, SUM, RAW + SUM]
    assert [one["name"] for one in run["subnets"]["subnets"]] == [SUM]
    assert run["use of a result"]["msg"] == f"{PIPE} {PIPE} {RAW}"
    assert run["use of the fact"]["msg"] == PIPE
    assert [one["msg"] for one in run["loop"]["results"]] == [PIPE, SUM, RAW + SUM]


def test_lookups_return_the_text(run: Run) -> None:
    assert run["lookups"]["msg"] == [RAW, {SUM: PIPE}, "10.0.0.10"]
    assert run["a default"]["msg"] == SUM


def test_messages_and_differences_show_the_text(run: Run) -> None:
    assert PIPE in run["refused"]["msg"]
    assert run["its message"]["msg"] == run["refused"]["msg"]
    assert (run["change"]["diff"]["before"]["description"], run["change"]["diff"]["after"]["description"]) == (
        SUM,
        PIPE,
    )
    assert f'+    "description": "{PIPE}"' in run.output
    assert [one["name"] for one in run["free"]["addresses"]] == [PIPE]


def test_an_ad_hoc_command_stores_the_text_that_its_template_yields(project: Project) -> None:
    project.adhoc("localhost -m netledger.ipam.subnet -a 'name=lan cidr=10.0.0.0/24'").ok()
    command = (
        "localhost -m netledger.ipam.address -a 'name=a subnet=lan description=\"{% raw %}{{ 1 + 1 }}{% endraw %}\"'"
    )
    assert project.adhoc(command).ok().only["description"] == SUM
    assert project.adhoc(command).ok().only["changed"] is False
    assert project.adhoc("localhost -m netledger.ipam.address_info").ok().only["addresses"][0]["description"] == SUM
