# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger with odd names in it, and the role render run on it."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.plays.project import Project, Run
from ansible_collections.netledger.ipam.tests.services.processes import ENVIRONMENT, find_program

PACKAGES = {
    "dnsmasq": "dnsmasq-base",
    "kea-dhcp4": "kea-dhcp4-server",
    "kea-dhcp6": "kea-dhcp6-server",
    "named-checkconf": "bind9-utils",
    "named-checkzone": "bind9-utils",
    "unbound": "unbound",
    "unbound-checkconf": "unbound",
}
MAC = "52:54:00:12:34:56"
SUBNETS: list[dict[str, t.Any]] = [
    {
        "name": "lan",
        "cidr": "10.20.0.0/24",
        "gateway": "10.20.0.1",
        "dns_servers": ["10.20.0.2", "10.20.0.3"],
        "domain": "example.com",
        "vlan_id": 120,
        "mtu": 1500,
        "pools": [
            {"name": "servers", "start": "10.20.0.2", "end": "10.20.0.99"},
            {"name": "guests", "start": "10.20.0.100", "end": "10.20.0.199"},
        ],
    },
    {
        "name": "lan6",
        "cidr": "2001:db8:20::/64",
        "gateway": "fe80::1",
        "domain": "example.com",
        "dns_servers": ["2001:db8:20::2"],
    },
    {"name": "storage", "cidr": "10.30.4.64/26", "vlan_id": 30},
    {"name": "items", "cidr": "2001:db8:100::/56"},
    {"name": '{{ 7 * 191 }} "drop', "cidr": "10.40.0.0/24"},
]
ADDRESSES: list[dict[str, t.Any]] = [
    {"name": "ns1", "subnet": "lan", "address": "10.20.0.2"},
    {"name": "ns1", "subnet": "lan6", "address": "2001:db8:20::2"},
    {"name": "web01", "subnet": "lan", "address": "10.20.0.10", "interface": "eth0", "mac": MAC},
    {"name": "web01", "subnet": "lan6", "address": "2001:db8:20::10", "interface": "eth0", "mac": MAC},
    {"name": "web01", "subnet": "lan", "address": "10.20.0.11", "interface": "../{{ 7 * 191 }}", "mac": MAC},
    {"name": "web01", "subnet": "storage", "address": "10.30.4.70", "interface": "eth1.30"},
    {"name": "printer", "subnet": "lan", "address": "10.20.0.20", "fqdn": "Office.Example.ORG"},
    {"name": "evil; drop", "subnet": "10.40.0.0/24", "address": "10.40.0.9", "mac": "52:54:00:12:34:57"},
    {"name": "wide", "subnet": "items", "address": "2001:db8:100::9", "mac": "52:54:00:12:34:58"},
    {"name": "over", "subnet": "lan", "address": "10.20.0.21"},
]
# Whoever writes one of these as it is breaks a file, gets a line of his own into one, or runs something.
NASTY = [
    "web 1",
    "under_score",
    "a/../../b",
    "{{ 7 * 191 }}",
    "{% raw %}{{ 7 * 191 }}{% endraw %}",
    '{{ lookup("ansible.builtin.pipe", "touch hacked") }}',
    'quote" ; drop',
    "x,10.20.0.66,evil",
    "evil.example.com. IN A 10.20.0.66 ;",
    "$INCLUDE /etc/passwd",
    "# comment",
    "back\\slash",
    "*",
    "@",
    "bücher",
    "10.20.0.66",
    "localhost",
]
FIRST_NASTY = 30
REVERSE6 = "0.0.0.0.0.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa"

# Where the programs are, and what makes modules start sooner.
ENV = {"PATH": f"{os.environ['PATH']}{os.pathsep}{ENVIRONMENT['PATH']}", "ANSIBLE_PIPELINING": "true"}
SETTINGS = {
    "render_directory": "{{ playbook_dir }}/out",
    "render_soa_primary": "ns1.example.com",
    "render_dhcp_pools": ["guests"],
    "render_kea_subnets": {"lan6": {"interface": "lo", "id": 7}},
    "render_interface": "eth9",
}


def ledger(project: Project) -> None:
    project.hosts("web01 ansible_connection=local", "localhost ansible_connection=local")
    for subnet in SUBNETS:
        project.store.subnet(**subnet)
    for address in ADDRESSES:
        project.store.address(**address)
    project.store.address(
        subnet="lan",
        addresses=[
            {"name": name, "address": f"10.20.0.{number}"} for number, name in enumerate(NASTY, start=FIRST_NASTY)
        ],
    )
    project.store.write(lambda tx: tx.execute("UPDATE address SET expires = 1 WHERE name = 'over'"))


def render(project: Project, targets: t.Sequence[str], *arguments: str, **options: t.Any) -> Run:
    """Run the role on web01 with the settings above and more of them."""
    environment = {**ENV, **options.pop("env", {})}
    handlers = [{"name": f"reload {one}", "ansible.builtin.debug": {"msg": "reload"}} for one in ("bind", "kea")]
    role = {
        "ansible.builtin.include_role": {"name": "netledger.ipam.render"},
        "vars": {**SETTINGS, "render_targets": list(targets), **options},
    }
    play = {"hosts": "web01", "gather_facts": False, "tasks": [role], "handlers": handlers}
    return project.play([play], *arguments, env=environment)


def program(name: str) -> str:
    """The path of a program that reads what the role writes; without it, the test fails and names the package."""
    return find_program(name, PACKAGES[name])


def read(folder: Path, name: str) -> list[str]:
    return (folder / name).read_text(encoding="utf-8").splitlines()
