# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who holds an address of NetBox: its DNS name, its device or virtual machine, or its number there."""

from __future__ import annotations

import json

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

Holder = tuple[str, str, str]  # VRF, name and interface
RED = {"id": 1, "name": "red", "display": "red (65000:1)"}


def device(name: str | None, interface: str) -> Result:
    owner = {"id": 7, "name": name, "display": name or "Router (7)"}
    return {"id": 70, "display": interface, "device": owner, "name": interface}


def machine(name: str, interface: str) -> Result:
    return {
        "id": 80,
        "display": interface,
        "virtual_machine": {"id": 8, "name": name, "display": name},
        "name": interface,
    }


GROUP: Result = {"id": 90, "display": "gateways: VRRPv3: 10 (10)", "protocol": "vrrp3", "group_id": 10}

# The last part of the address in 10.0.0.0/24, its DNS name, what it is assigned to, its VRF, and who has to hold it.
ADDRESSES: list[tuple[int, str, Result | None, Result | None, Holder]] = [
    (1, "", device("router1", "eth0"), None, ("default", "router1", "eth0")),
    (2, "", device("router2", "eth0"), None, ("default", "router2", "eth0")),
    (3, "", device("router1", "eth1"), None, ("default", "router1", "eth1")),
    (4, "", device("router1", "eth0"), None, ("default", "router1", "netbox-104")),
    (5, "", device("router1", "eth0"), None, ("default", "router1", "netbox-105")),
    (6, "", device("router1", "eth0"), RED, ("red", "router1", "eth0")),
    (7, "www.example.com", None, None, ("default", "www.example.com", "")),
    (8, "www.example.com", None, None, ("default", "www.example.com", "netbox-108")),
    (9, "www.example.com", None, RED, ("red", "www.example.com", "")),
    (10, "db.example.com", device("db1", "bond0"), None, ("default", "db.example.com", "bond0")),
    (11, "db.example.com", device("db2", "bond0"), None, ("default", "db.example.com", "netbox-111")),
    (12, "", machine("vm1", "ens3"), None, ("default", "vm1", "ens3")),
    (13, "", machine("vm2", "ens3"), None, ("default", "vm2", "ens3")),
    (14, "", device(None, "eth0"), None, ("default", "Router (7)", "eth0")),
    (15, "", GROUP, None, ("default", GROUP["display"], "")),
    (16, "", None, None, ("default", "netbox-116", "")),
]


def pages(project: Project) -> None:
    """Pages as NetBox's API answers them, with what the playbook reads; the newest address comes first."""
    prefixes: list[Result] = [
        {
            "prefix": "10.0.0.0/24",
            "vrf": vrf,
            "vlan": None,
            "tags": [],
            "status": {"value": "active"},
            "role": None,
            "tenant": None,
            "description": "",
        }
        for vrf in (None, RED)
    ]
    addresses: list[Result] = [
        {
            "id": 100 + last,
            "address": f"10.0.0.{last}/24",
            "vrf": vrf,
            "dns_name": dns_name,
            "assigned_object": assigned,
            "description": "",
            "tags": [],
            "status": {"value": "active"},
        }
        for last, dns_name, assigned, vrf, _holder in reversed(ADDRESSES)
    ]
    found: dict[str, list[Result]] = {
        "prefixes-page1": prefixes,
        "ip-addresses-page1": addresses[:9],
        "ip-addresses-page2": addresses[9:],
    }
    for name, results in found.items():
        project.write(f"pages/{name}.json", json.dumps({"count": len(results), "results": results}))


def load(project: Project) -> Run:
    folder = project.folder / "pages"
    return project.run(
        BIN / "ansible-playbook",
        "netledger.ipam.load_netbox",
        f"--extra-vars=load_netbox_pages='{folder}' netledger_ipam_store='{project.folder / 'ipam.db'}'",
    ).ok()


def held(project: Project) -> dict[str, Holder]:
    with project.ledger() as ledger:
        rows = ledger.execute(
            "SELECT v.name, a.addr, a.name, a.interface FROM address a "
            "JOIN subnet s ON s.id = a.subnet_id JOIN vrf v ON v.id = s.vrf_id"
        ).fetchall()
    return {f"10.0.0.{int(addr[-2:], 16)}": (vrf, name, interface) for vrf, addr, name, interface in rows}


def expected() -> dict[str, Holder]:
    return {f"10.0.0.{last}": holder for last, *_rest, holder in ADDRESSES}


def test_every_address_has_its_own_holder_and_keeps_it(project: Project) -> None:
    """Also when an interface gets another address."""
    pages(project)
    load(project)
    assert held(project) == expected()
    assert load(project).changed == 0
    path = project.folder / "pages" / "ip-addresses-page1.json"
    page = json.loads(path.read_text(encoding="utf-8"))
    newer = {**page["results"][0], "id": 200, "address": "10.0.0.99/24", "assigned_object": device("router2", "eth0")}
    page["results"].insert(0, newer)
    path.write_text(json.dumps(page), encoding="utf-8")
    load(project)
    assert held(project) == expected() | {"10.0.0.99": ("default", "router2", "netbox-200")}
