# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role render: zones inside of each other, as BIND reads them without a warning."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project
from ansible_collections.netledger.ipam.tests.plays.rendering import program, read, render
from ansible_collections.netledger.ipam.tests.services.processes import run as run_program

pytestmark = pytest.mark.stores("sqlite")

AROUND = "0.20.10.in-addr.arpa"
INSIDE = f"64/26.{AROUND}"
ZONES = ["example.com", "lab.example.com", "old.lab.example.com", AROUND, INSIDE]
SERVERS = ["ns1.example.com", "NS2.lab.example.com.", "ns3.old.lab.example.com"]
HOSTS = {"ns1.example.com": "10.20.0.2", "ns2.lab.example.com": "10.20.0.70", "ns3.old.lab.example.com": "10.20.0.3"}


def test_zones_inside_of_zones(project: Project) -> None:
    """The servers of a zone inside have their addresses in the one around it (RFC 1034 4.2.1), its own not twice."""
    project.hosts("web01 ansible_connection=local")
    project.store.subnet(name="lan", cidr="10.20.0.0/24")
    project.store.subnet(name="six", cidr="2001:db8::/64")
    for name, address in HOSTS.items():
        project.store.address(name=name, subnet="lan", address=address)
    project.store.address(name="ns2.lab.example.com", subnet="six", address="2001:db8::2")
    render(project, ["bind"], render_zones=ZONES, render_nameservers=SERVERS, render_validate=True).ok()
    folder = project.folder / "out/bind"
    for name in ZONES:  # without a look into the DNS, which knows nothing of these
        path = folder / f"{name.replace('/', '-')}.zone"
        said = run_program([program("named-checkzone"), "-i", "local", name, path])
        assert said.splitlines() == [f"zone {name}/IN: loaded serial 1", "OK"]
    glue = ["ns2.lab.example.com. IN A 10.20.0.70", "ns2.lab.example.com. IN AAAA 2001:db8::2"]
    deep = "ns3.old.lab.example.com. IN A 10.20.0.3"

    def with_addresses(name: str) -> list[str]:
        lines = (folder / f"{name}.zone").read_text(encoding="utf-8").splitlines()
        return sorted(line for line in lines if " A " in line or " AAAA " in line)

    assert with_addresses("example.com") == ["ns1.example.com. IN A 10.20.0.2", *glue, deep]
    assert with_addresses("lab.example.com") == [*glue, deep]
    assert with_addresses("old.lab.example.com") == [deep]
    assert f"70.{AROUND}. IN CNAME 70.{INSIDE}." in read(folder, f"{AROUND}.zone")
