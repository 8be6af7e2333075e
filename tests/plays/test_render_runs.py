# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role render, run again and again: what changes, what is refused, and what its users can make of it."""

from __future__ import annotations

import json
import os
import re
import typing as t

import pytest
import yaml
from ansible_collections.netledger.ipam.tests.plays.project import HERE, Project, Run
from ansible_collections.netledger.ipam.tests.plays.rendering import ENV, MAC, SETTINGS, ledger, read, render
from ansible_collections.netledger.ipam.tests.plays.test_readme import commands, files

pytestmark = pytest.mark.stores("sqlite")

GUIDE = HERE.parents[1] / "docs/render.md"
ROLE = HERE.parents[1] / "roles/render"


ZONES = ["0.20.10.in-addr.arpa", "example.com"]


def zones_written(run: Run) -> list[dict[str, t.Any]]:
    """What the task that writes zones did with each."""
    (task,) = [one["task"] for one in run.tasks if one["task"].endswith("Write the zones")]
    return t.cast("list[dict[str, t.Any]]", run[task]["results"])


def serials(project: Project) -> dict[str, int]:
    found = {}
    for path in (project.folder / "out/bind").glob("*.zone"):
        (serial,) = re.findall(r"^ *(\d+) ; serial$", path.read_text(), re.MULTILINE)
        found[path.stem] = int(serial)
    return found


def test_only_what_changes_is_written_and_gets_a_new_serial(project: Project) -> None:
    """A dry run tells what will be, a run does it, another one does nothing; handlers hear of their own files only."""
    ledger(project)
    notify = {"bind": "reload bind", "kea": ["reload kea"]}

    def again(*arguments: str) -> Run:
        more = {"render_notify": notify, "render_zones": ZONES, "render_dest_bind": "{{ playbook_dir }}/out/bind/"}
        return render(project, ["bind", "kea"], *arguments, **more).ok()

    def reloaded(run: Run) -> set[str]:
        return {one["task"] for one in run.tasks if one["task"].startswith("reload")}

    dry = again("--check")
    assert (dry.changed > 0, (project.folder / "out").exists(), "WARNING" in dry.output) == (True, False, False)
    assert reloaded(again()) == {"reload bind", "reload kea"}
    assert serials(project) == {"example.com": 1, "0.20.10.in-addr.arpa": 1}

    path = project.folder / "out/bind/example.com.zone"
    path.write_text(path.read_text().replace("    1 ; serial", f"    {2**32 - 1} ; serial"))
    same = again()
    assert same.stats["web01"]["changed"] == 0
    assert [(one["item"], "skipped" in one) for one in zones_written(same)] == [(name, True) for name in ZONES]
    path.chmod(0o600)
    assert [one["changed"] for one in zones_written(again())] == [False, True]
    assert path.stat().st_mode & 0o777 == 0o644
    assert serials(project) == {"example.com": 2**32 - 1, "0.20.10.in-addr.arpa": 1}

    project.store.address(name="web02", subnet="lan", address="10.20.0.12", fqdn="web02.example.net")
    before = project.files()
    diff = again("--check", "--diff").output
    assert "+12.0.20.10.in-addr.arpa. IN PTR web02.example.net." in diff
    assert "+    2 ; serial" in diff
    assert project.files() == before
    assert reloaded(again()) == {"reload bind"}
    assert serials(project) == {"example.com": 2**32 - 1, "0.20.10.in-addr.arpa": 2}

    # RFC 1982 3.2: the highest serial is followed by 0. Some take that for none, so it is left out.
    project.store.address(name="web02", subnet="lan", fqdn="web02.example.com")
    again()
    assert serials(project) == {"example.com": 1, "0.20.10.in-addr.arpa": 3}


def test_templates_zones_and_subnets_of_ones_own(project: Project) -> None:
    ledger(project)
    project.write("mine/hosts.j2", "{% for held in render_ledger.addresses %}{{ held.address }}{{ '\\n' }}{% endfor %}")
    project.write(
        "mine/zone.j2",
        "{{ render_zone.name }}. 60 IN SOA ns.example.net. root.example.net. {{ render_serial }} 1 1 1 1\n"
        "{{ render_zone.name }}. 60 IN NS ns.example.net.\n"
        "{% for one in render_zone.records %}{{ one.name }} 60 {{ one.type }} {{ one.value }}\n{% endfor %}",
    )
    own = {
        "render_templates": "mine",
        "render_subnets": ["storage", "2001:db8:20::/64"],
        "render_zones": ["example.com"],
        "render_soa_serial": 2026010100,
        "render_mode": "0640",
    }
    render(project, ["bind", "hosts"], **own).ok()
    assert read(project.folder / "out", "hosts") == ["10.30.4.70", "2001:db8:20::2", "2001:db8:20::10"]
    text = read(project.folder / "out/bind", "example.com.zone")
    assert text[0].split()[6] == "2026010100"
    assert sorted(text[2:]) == ["ns1.example.com. 60 AAAA 2001:db8:20::2", "web01.example.com. 60 AAAA 2001:db8:20::10"]
    assert [path.name for path in (project.folder / "out/bind").glob("*.zone")] == ["example.com.zone"]
    assert (project.folder / "out/hosts").stat().st_mode & 0o777 == 0o640
    assert render(project, ["bind", "hosts"], **own).ok().changed == 0


def test_netplan_checks_the_file_before_it_takes_its_place(project: Project) -> None:
    ledger(project)
    program = project.write("bin/netplan", '#!/bin/sh\n[ "$1" = generate ] && grep -q eth0 "$3/etc/netplan/60.yaml"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    render(project, ["netplan"], render_validate=True, env={"PATH": path}).ok()
    assert (project.folder / "out/60-netledger.yaml").exists()
    program.write_text("#!/bin/sh\nexit 1\n")
    before = (project.folder / "out/60-netledger.yaml").read_bytes()
    failed = render(project, ["netplan"], render_validate=True, render_subnets=["lan"], env={"PATH": path})
    assert (failed.code, (project.folder / "out/60-netledger.yaml").read_bytes()) == (2, before)


# Settings that cannot be met, and what the message has to name.
REFUSED: dict[str, tuple[str, dict[str, t.Any], str]] = {
    "no such subnet": ("hosts", {"render_subnets": ["lan", "lam"]}, "render_subnets"),
    "no such VRF": ("hosts", {"render_vrf": "red"}, "render_vrf"),
    "two VRFs": ("hosts", {"render_vrf": "*"}, "one VRF"),
    "no primary server": ("bind", {"render_soa_primary": ""}, "render_soa_primary"),
    "no mail address": ("bind", {"render_soa_contact": "hostmaster"}, "render_soa_contact"),
    "no such holder": ("networkd", {"render_holder": "nobody"}, "nobody"),
    "a pool with an address in use": ("kea", {"render_dhcp_pools": ["servers"]}, "10.20.0.2"),
    "an address with the MAC address of another one": (
        "dnsmasq",
        {"render_dhcp_pools": ["servers"]},
        "10.20.0.2, 10.20.0.11, 10.20.0.20, ",
    ),
    "a pool with a subnet in it": ("dnsmasq", {}, "pool guests of 10.20.0.0/24 holds addresses of subnets"),
    "an interface that is not there": ("netplan", {"render_gateway_interface": "eth7"}, "'eth7' is none of the"),
    "a domain with a line of its own": ("dnsmasq", {"render_vrf": "domain"}, "domain: 10.50.0.0/24 has"),
    "a MAC address with one": ("dnsmasq", {"render_vrf": "mac"}, "mac: 10.50.0.9/24 has"),
    "a server with one": ("networkd", {"render_vrf": "dns_servers"}, "dns_servers: 10.50.0.9/24 has"),
    "a number with one": ("networkd", {"render_vrf": "mtu"}, "mtu: 10.50.0.9/24 has"),
    "no name of a zone": ("bind", {"render_zones": ["a b"]}, "a b"),
    "an unknown target": ("bnid", {}, "bnid"),
    "a wrong type": ("hosts", {"render_backup": "perhaps"}, "render_backup"),
    "a zone that BIND refuses": (
        "bind",
        {"render_zones": ["example.com"], "render_nameservers": ["ns9.example.com"], "render_validate": True},
        "ns9.example.com",
    ),
}


# What somebody who writes into the database makes of a field: a line that runs a program.
LINES = {
    "domain": "UPDATE subnet SET domain = 'x.com' || char(10) || 'dhcp-script=/tmp/evil'",
    "dns_servers": """UPDATE subnet SET dns_servers = '["10.50.0.2\\n[Evil]"]'""",
    "mtu": "UPDATE subnet SET mtu = '1500' || char(10) || '[Evil]'",
    "mac": f"UPDATE address SET mac = '{MAC}' || char(10) || 'dhcp-script=/tmp/evil'",
}


def write_lines(project: Project) -> None:
    """Each in a VRF of its own."""
    for vrf, sql in LINES.items():
        project.store.subnet(name="lan", cidr="10.50.0.0/24", vrf=vrf)
        project.store.address(name="web01", subnet="lan", vrf=vrf, address="10.50.0.9", interface="eth0", mac=MAC)
        where = f" WHERE vrf_id = (SELECT id FROM vrf WHERE name = '{vrf}')"
        project.store.write(lambda tx, statement=sql + where: tx.execute(statement))  # type: ignore[misc]


def test_what_cannot_be_written_is_refused(project: Project) -> None:
    ledger(project)
    project.store.subnet(name="cell", cidr="10.20.0.160/28")
    write_lines(project)
    project.store.subnet(name="lan", cidr="10.20.0.0/24", vrf="blue")
    tasks = [
        {
            "block": [
                {
                    "name": f"render {name}",
                    "ansible.builtin.include_role": {"name": "netledger.ipam.render"},
                    "vars": {**SETTINGS, "render_targets": [target], **settings},
                }
            ],
            "rescue": [{"name": name, "ansible.builtin.debug": {"var": "ansible_failed_result"}}],
        }
        for name, (target, settings, _words) in REFUSED.items()
    ]
    run = project.tasks(tasks, hosts="web01", env=ENV).ok()
    for name, (_target, _settings, words) in REFUSED.items():
        assert words in json.dumps(run[name]["ansible_failed_result"]), name
    assert not [path for path in (project.folder / "out").rglob("*") if path.is_file()]
    assert not (project.folder / "out/hosts").exists()
    assert not list((project.folder / "out").rglob("*.zone"))


def test_an_entry_point_of_a_target_and_what_is_stale(project: Project) -> None:
    ledger(project)
    stale, foreign = (project.write(f"out/networkd/{name}.network", "") for name in ("60-netledger-old", "10-own"))
    roles = [
        {
            "ansible.builtin.include_role": {"name": "netledger.ipam.render", "tasks_from": target},
            "vars": {**SETTINGS, "render_subnets": ["storage"]},
        }
        for target in ("networkd", "hosts")
    ]
    project.tasks(roles, hosts="web01", env=ENV).ok()
    assert (stale.exists(), foreign.exists()) == (False, True)
    written = sorted(path.name for path in (project.folder / "out").rglob("*-netledger-*"))
    assert written == [f"60-netledger-eth1{name}" for name in (".30.netdev", ".30.network", ".network")]
    assert read(project.folder / "out", "hosts")[-1] == "10.30.4.70 web01"


def test_the_guide_shows_what_is_written(project: Project) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for name, text in files(GUIDE).items():
        project.write(name, text)
    for command in commands(GUIDE)[:2]:
        project.run("sh", "-euc", command, env=ENV).ok()
    (zone_shown, dnsmasq_shown) = re.findall(r"^```text\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert (project.folder / "rendered/bind/example.com.zone").read_text() == zone_shown
    assert (project.folder / "rendered/dnsmasq.conf").read_text() == dnsmasq_shown
    templates = {path.name for path in (ROLE / "templates").iterdir()}
    rows = re.findall(r"^\| (`.*\.j2`) \|", guide, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(.*?)`", row)} == templates
    shown = re.findall(r"^\| `(\w+)` \| .* \| .* \|$", guide, re.MULTILINE)
    specs = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    assert shown == specs["main"]["options"]["render_targets"]["choices"]
    assert set(re.findall(r"`(render_\w+)[`:]", guide)) <= set(specs["main"]["options"]) | {
        "render_serial",
        "render_zone",
        "render_zone_list",
        "render_network",
        "render_link",
        "render_version",
    }
