# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What attacks are made of, on its way through whole plays: modules, lookups, filters, the inventory and the files."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.inventories import PLUGIN, listed
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run
from ansible_collections.netledger.ipam.tests.safety.test_injection import NAMES
from ansible_collections.netledger.ipam.tests.safety.test_injection import TEXTS as TEXTS_OF_ALL

pytestmark = pytest.mark.stores("sqlite")

# Beside what is tried elsewhere: each would leave a file if it were carried out.
LIVE = [
    "{{ lookup('pipe', 'touch evaluated') }}",
    "{% for x in lookup('pipe', 'touch evaluated') %}{% endfor %}",
    "$(touch evaluated)",
    "`touch evaluated`",
    "; touch evaluated;",
    "!!python/object/apply:os.system ['touch evaluated']",
]
HOLDER = "host; touch evaluated"  # has an interface that can be configured
TEXTS = [text for text in TEXTS_OF_ALL if len(text) < 10_000]  # longer ones take the time of the others
MARKS = ("evaluated", "DROP", "script", "UNION", "{{", "{%", "{#", "$(", "`", "!!", "HYPERLINK", "\u200b", "etc/passwd")
ENTRIES = [
    {
        "name": name,
        "interface": "eth0" if name == HOLDER else name,
        "address": f"10.0.0.{number + 1}",
        "mac": f"52:54:00:00:00:{number:02x}",
        "tags": [name],
        "labels": {name: TEXTS[number % len(TEXTS)]},
        "description": TEXTS[number % len(TEXTS)],
    }
    for number, name in enumerate([*NAMES, *LIVE, HOLDER])
]
NOTES: dict[str, t.Any] = {"tags": LIVE, "labels": dict.fromkeys(LIVE, LIVE[0]), "description": LIVE[0]}
PLAY = """
- hosts: localhost
  gather_facts: false
  vars:
    given: "{{ lookup('ansible.builtin.file', 'variables.json') | from_json }}"
    entries: "{{ given.entries }}"
    notes: "{{ given.notes }}"
    subnet_name: "{{ given.subnet_name }}"
  tasks:
    - name: subnet
      netledger.ipam.subnet:
        name: !unsafe %(name)s
        cidr: 10.0.0.0/24
        domain: example.com
        gateway: 10.0.0.254
        pools: [{name: !unsafe %(name)s, start: 10.0.0.1, end: 10.0.0.200}]
        tags: "{{ notes.tags }}"
        labels: "{{ notes.labels }}"
        description: "{{ notes.description }}"
    - name: addresses
      netledger.ipam.address:
        subnet: ["{{ subnet_name }}"]
        addresses: "{{ entries }}"
    - name: again
      netledger.ipam.address:
        subnet: ["{{ subnet_name }}"]
        addresses: "{{ entries }}"
    - name: delegated
      netledger.ipam.address_info: {vrf: default}
      delegate_to: mgmt
      vars: {ansible_connection: local}
    - name: lookups
      ansible.builtin.debug:
        msg:
          - "{{ query('netledger.ipam.addresses', subnet=subnet_name) }}"
          - "{{ lookup('netledger.ipam.subnet', subnet_name) }}"
          - "{{ entries | map(attribute='name') | map('extract', held) | list }}"
      vars:
        held: "{{ query('netledger.ipam.addresses') | items2dict('name', 'address') }}"
    - name: filters
      ansible.builtin.debug:
        msg:
          - "{{ query('netledger.ipam.addresses') | reverse | netledger.ipam.ip_sort(attribute='address') }}"
          - "{{ query('netledger.ipam.addresses') | map(attribute='name') | map('netledger.ipam.host_name') | list }}"
          - "{{ query('netledger.ipam.addresses') | netledger.ipam.dns_zones(subnets=[subnet]) }}"
          - "{{ query('netledger.ipam.addresses') | netledger.ipam.interfaces }}"
      vars:
        subnet: "{{ lookup('netledger.ipam.subnet', subnet_name) }}"
    - name: export
      netledger.ipam.export_file: {path: all.csv, objects: [addresses]}
    - name: found
      netledger.ipam.address_info:
      register: all
    - name: render
      ansible.builtin.include_role:
        name: netledger.ipam.render
      vars:
        render_targets: [bind, dnsmasq, hosts, kea, netplan, networkd, unbound]
        render_directory: "{{ playbook_dir }}/out"
        render_soa_primary: ns1.example.com
        render_holder: %(holder)s
"""


@pytest.fixture(scope="module")
def project(new_project: t.Callable[[], Project]) -> Project:
    return new_project()


@pytest.fixture(scope="module")
def run(project: Project) -> t.Iterator[Run]:
    variables = {"entries": ENTRIES, "notes": NOTES, "subnet_name": LIVE[0]}
    # Not behind !unsafe, of which ansible-core makes numbers and booleans where a text looks like one.
    project.write("variables.json", json.dumps(variables))
    yield project.play(PLAY % {"name": json.dumps(LIVE[0]), "holder": HOLDER}, "--diff", "-v").ok()
    assert list(project.folder.rglob("evaluated")) == []
    assert list(project.home.rglob("evaluated")) == []


def fields(records: t.Iterable[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [{field: record[field] for field in ENTRIES[0]} for record in records]


def test_modules_return_the_texts(run: Run) -> None:
    given = run["subnet"]["subnet"]
    assert (given["name"], given["pools"][0]["name"]) == (LIVE[0], LIVE[0])
    assert {field: given[field] for field in NOTES} == {**NOTES, "tags": sorted(NOTES["tags"])}
    assert fields(run["addresses"]["addresses"]) == ENTRIES
    assert run["again"]["changed"] is False
    for task in ("delegated", "found"):
        assert fields(run[task]["addresses"]) == ENTRIES


def test_lookups_and_filters_return_the_texts(run: Run) -> None:
    addresses, subnet, held = run["lookups"]["msg"]
    assert fields(addresses) == ENTRIES
    assert subnet["name"] == LIVE[0]
    assert held == [one["address"] for one in ENTRIES]
    in_order, names, zones, _interfaces = run["filters"]["msg"]
    assert fields(in_order) == ENTRIES
    assert set(names) <= {"", "none", "null", "true", "1e999", "0x7f000001"}
    assert not [mark for mark in MARKS if mark in json.dumps(zones)]


def test_files_for_services_have_none_of_them(run: Run, project: Project) -> None:
    written = [path for path in (project.folder / "out").rglob("*") if path.is_file()]
    assert len(written) >= 8
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert [mark for mark in MARKS if mark in text] == [], path


def test_the_inventory_has_the_texts(run: Run, project: Project) -> None:
    project.write("lab.ipam.yml", PLUGIN + "store: ipam.db\ngroups_by: [subnet, tag, label, vrf, pool]\n")
    found = listed(project)
    paths = [name for name in (one["name"] for one in ENTRIES) if "/" in str(name)]
    for one in ENTRIES:
        if one["name"] in paths:  # is left out, with a warning
            assert one["name"] not in found.variables
            continue
        variables = found.variables[str(one["name"])]
        assert variables["ansible_host"] == one["address"]
        assert {field: variables[f"ipam_{field}"] for field in one} == one
    assert all(name.replace("_", "a").isalnum() for name in found.groups), found.groups.keys()
    assert list(project.folder.rglob("evaluated")) == []


def test_a_play_over_the_inventory_evaluates_nothing(run: Run, project: Project) -> None:
    project.write("lab.ipam.yml", PLUGIN + "store: ipam.db\n")
    tasks = [{"name": "seen", "ansible.builtin.debug": {"msg": "{{ ipam_name }} {{ ipam_description }}"}}]
    seen = project.tasks(tasks, "-i", "lab.ipam.yml", hosts="all").ok().by_host("seen")
    expected = {
        str(one["name"]): f"{one['name']} {one['description']}" for one in ENTRIES if "/" not in str(one["name"])
    }
    assert {name: result["msg"] for name, result in seen.items() if name in expected} == expected
    assert list(project.folder.rglob("evaluated")) == []
