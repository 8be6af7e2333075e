# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role render: what it writes is read by the programs that it is for, and nothing in the ledger can break it."""

from __future__ import annotations

import ipaddress
import json
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.netledger.ipam.tests.plays.dns_client import ask, serving
from ansible_collections.netledger.ipam.tests.plays.project import Project
from ansible_collections.netledger.ipam.tests.plays.rendering import (
    FIRST_NASTY,
    NASTY,
    PACKAGES,
    REVERSE6,
    ledger,
    program,
    read,
    render,
)
from ansible_collections.netledger.ipam.tests.services.processes import HOST
from ansible_collections.netledger.ipam.tests.services.processes import run as run_program

pytestmark = pytest.mark.stores("sqlite")

NAMED = [("10.20.0.2", "ns1.example.com"), ("10.20.0.10", "web01.example.com"), ("10.20.0.11", "web01.example.com")]
NAMED += [("10.20.0.20", "office.example.org"), ("10.20.0.46", "localhost.example.com")]
NAMED6 = [("2001:db8:20::2", "ns1.example.com"), ("2001:db8:20::10", "web01.example.com")]
LEFT_OUT = [f"10.20.0.{FIRST_NASTY + number}" for number in range(len(NASTY) - 1)]
NOTE = "is left out: its holder has no valid host name."


@pytest.fixture(scope="module")
def out(new_project: t.Callable[[], Project]) -> Path:
    """The folder of the files, each checked by the program that it is for before it took its place."""
    for name in PACKAGES:
        program(name)
    project = new_project()
    ledger(project)
    render(project, ["bind", "dnsmasq", "hosts", "kea", "networkd", "unbound"], render_validate=True).ok()
    render(project, ["netplan"]).ok()
    assert not list(project.folder.rglob("hacked"))
    return project.folder / "out"


def dump(folder: Path, name: str) -> str:
    """A zone as BIND reads it."""
    return run_program([program("named-checkzone"), "-D", "-q", "-o", "-", name, folder / "bind" / f"{name}.zone"])


def zone(folder: Path, name: str) -> list[tuple[str, str, str]]:
    """The records of a zone but its first ones."""
    fields = [line.split(None, 4) for line in dump(folder, name).splitlines()]
    return [(name, kind, value) for name, _ttl, _class, kind, value in fields if kind not in ("SOA", "NS")]


def test_no_text_of_the_ledger_is_in_any_file(out: Path) -> None:
    for path in out.rglob("*.*"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for word in (
            "web 1",
            "under_score",
            "1337",
            "191",
            "drop",
            "evil",
            "INCLUDE",
            "slash",
            "cher",
            "..",
            "{{",
            "{%",
        ):
            assert word not in text.replace(str(out), ""), path


def test_bind_reads_the_forward_zone(out: Path) -> None:
    expected = {(f"{name}.", "A", address) for address, name in NAMED if name.endswith(".com")}
    assert set(zone(out, "example.com")) == expected | {(f"{name}.", "AAAA", address) for address, name in NAMED6}


def test_bind_reads_the_reverse_zones(out: Path) -> None:
    for name, named in (("0.20.10.in-addr.arpa", NAMED), (REVERSE6, NAMED6)):
        expected = {(ipaddress.ip_address(address).reverse_pointer + ".", "PTR", f"{host}.") for address, host in named}
        assert set(zone(out, name)) == expected
    assert [zone(out, name) for name in ("4.30.10.in-addr.arpa", "0.40.10.in-addr.arpa")] == [[], []]


def test_the_head_of_a_zone(out: Path) -> None:
    head = [line.split() for line in dump(out, "example.com").splitlines()[:2]]
    soa = "ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 3600"
    assert head == [
        ["example.com.", "3600", "IN", "SOA", *soa.split()],
        ["example.com.", "3600", "IN", "NS", "ns1.example.com."],
    ]


def test_bind_finds_all_zones(out: Path) -> None:
    listed = run_program([program("named-checkconf"), "-l", out / "bind/zones.conf"])
    assert sorted(line.split()[0] for line in listed.splitlines()) == sorted(
        path.stem for path in (out / "bind").glob("*.zone")
    )
    assert len(listed.splitlines()) == 6


def answers(port: int) -> None:
    """Every name and every address of the ledger, and none else, is answered."""
    hosts = [*NAMED, *NAMED6]
    for name in {name for _address, name in hosts}:
        for kind, colon in (("A", False), ("AAAA", True)):
            assert ask(port, name, kind) == sorted(one for one, host in hosts if host == name and (":" in one) == colon)
    for address, name in hosts:
        assert ask(port, ipaddress.ip_address(address).reverse_pointer, "PTR") == [name]
    for address in [*LEFT_OUT, "10.20.0.21"]:
        assert ask(port, ipaddress.ip_address(address).reverse_pointer, "PTR") == []


def test_unbound_answers(out: Path, tmp_path: Path) -> None:
    config = tmp_path / "unbound.conf"

    def command(port: int) -> list[str | Path]:
        options = {
            "interface": HOST,
            "port": port,
            "username": '""',
            "chroot": '""',
            "directory": f'"{tmp_path}"',
            "pidfile": '""',
            "use-syslog": "no",
            "module-config": "iterator",
            "do-not-query-localhost": "no",
        }
        lines = [f"  {name}: {value}" for name, value in options.items()]
        # What it does not know itself, it asks a port at which nobody listens.
        more = f"forward-zone:\n  name: .\n  forward-addr: {HOST}@9\nremote-control:\n  control-enable: no\n"
        included = f'include: "{out / "unbound.conf"}"\n'
        config.write_text("server:\n" + "\n".join(lines) + f"\n{more}{included}")
        return [program("unbound"), "-d", "-c", config]

    with serving(command) as port:
        answers(port)


def test_dnsmasq_answers(out: Path, tmp_path: Path) -> None:
    def command(port: int) -> list[str | Path]:
        options = f"--keep-in-foreground --port={port} --listen-address={HOST} --bind-interfaces --no-resolv --no-hosts"
        places = [f"--conf-file={out / 'dnsmasq.conf'}", f"--dhcp-leasefile={tmp_path / 'leases'}", "--pid-file="]
        # The names alone: a DHCP server takes a port of its own, and rights.
        names = tmp_path / "names.conf"
        lines = [line for line in read(out, "dnsmasq.conf") if line.startswith("host-record=")]
        names.write_text("\n".join(lines) + "\n")
        places[0] = f"--conf-file={names}"
        return [program("dnsmasq"), *options.split(), "--user=", *places]

    with serving(command) as port:
        answers(port)


def test_dnsmasq_has_the_reservations(out: Path) -> None:
    lines = read(out, "dnsmasq.conf")
    assert [line for line in lines if line.startswith(("dhcp", "domain"))] == [
        "dhcp-range=set:net-10-20-0-0-24,10.20.0.0,static,255.255.255.0",
        "dhcp-range=set:net-10-20-0-0-24,10.20.0.100,10.20.0.199,255.255.255.0",
        "domain=example.com,10.20.0.0/24",
        "dhcp-option=tag:net-10-20-0-0-24,option:domain-name,example.com",
        "dhcp-option=tag:net-10-20-0-0-24,option:dns-server,10.20.0.2,10.20.0.3",
        "dhcp-option=tag:net-10-20-0-0-24,option:router,10.20.0.1",
        "dhcp-option=tag:net-10-20-0-0-24,option:mtu,1500",
        "dhcp-host=52:54:00:12:34:56,10.20.0.10,web01",
        "dhcp-range=set:net-10-40-0-0-24,10.40.0.0,static,255.255.255.0",
        "dhcp-option=tag:net-10-40-0-0-24,option:router",
        "dhcp-host=52:54:00:12:34:57,10.40.0.9",
        "dhcp-range=set:net-2001-db8-20---64,2001:db8:20::,static,64",
        "domain=example.com,2001:db8:20::/64",
        "dhcp-option=tag:net-2001-db8-20---64,option6:domain-search,example.com",
        "dhcp-option=tag:net-2001-db8-20---64,option6:dns-server,[2001:db8:20::2]",
        "dhcp-host=52:54:00:12:34:56,[2001:db8:20::10],web01",
    ]
    assert "# 2001:db8:100::/56 is left out: dnsmasq takes IPv6 subnets of length 64 and more." in lines
    assert "# 10.20.0.11 is left out: its MAC address has a lower address in this subnet." in lines


def test_kea_has_the_reservations(out: Path) -> None:
    """Kea itself has read them already; the ID of a subnet is made of its CIDR, so it is only told to be one."""
    four = json.loads((out / "kea-dhcp4.conf").read_text())["Dhcp4"]
    lan, other = four.pop("subnet4")
    assert four == {"interfaces-config": {"interfaces": ["*"]}}
    assert 0 < lan.pop("id") < 2**32 - 1
    assert 0 < other.pop("id") < 2**32 - 1
    assert other == {
        "subnet": "10.40.0.0/24",
        "pools": [],
        "option-data": [],
        "reservations": [{"hw-address": "52:54:00:12:34:57", "ip-address": "10.40.0.9"}],
    }
    assert lan == {
        "subnet": "10.20.0.0/24",
        "pools": [{"pool": "10.20.0.100 - 10.20.0.199"}],
        "option-data": [
            {"name": "domain-name-servers", "data": "10.20.0.2, 10.20.0.3"},
            {"name": "domain-name", "data": "example.com"},
            {"name": "routers", "data": "10.20.0.1"},
            {"name": "interface-mtu", "data": "1500"},
        ],
        "reservations": [
            {"hw-address": "52:54:00:12:34:56", "ip-address": "10.20.0.10", "hostname": "web01.example.com"}
        ],
    }
    lan6, wide = json.loads((out / "kea-dhcp6.conf").read_text())["Dhcp6"]["subnet6"]
    assert wide["subnet"] == "2001:db8:100::/56"
    assert lan6 == {
        "id": 7,
        "interface": "lo",
        "subnet": "2001:db8:20::/64",
        "pools": [],
        "option-data": [
            {"name": "dns-servers", "data": "2001:db8:20::2"},
            {"name": "domain-search", "data": "example.com"},
        ],
        "reservations": [
            {
                "hw-address": "52:54:00:12:34:56",
                "ip-addresses": ["2001:db8:20::10"],
                "hostname": "web01.example.com",
            }
        ],
    }


def test_the_file_of_hosts(out: Path) -> None:
    lines = read(out, "hosts")
    assert [line for line in lines if not line.startswith("#")] == [
        "127.0.0.1 localhost",
        "::1 localhost ip6-localhost ip6-loopback",
        "10.20.0.2 ns1.example.com ns1",
        "10.20.0.10 web01.example.com web01",
        "10.20.0.11 web01.example.com web01",
        "10.20.0.20 office.example.org printer",
        "10.20.0.46 localhost.example.com",
        "10.30.4.70 web01",
        "2001:db8:20::2 ns1.example.com ns1",
        "2001:db8:20::10 web01.example.com web01",
        "2001:db8:100::9 wide",
    ]
    assert [line for line in lines if line.endswith(NOTE)] == [
        f"# {address} {NOTE}" for address in [*LEFT_OUT, "10.40.0.9"]
    ]


def test_somebody_unknown_gets_no_name_and_a_host_of_that_name_does(project: Project) -> None:
    project.hosts("web01 ansible_connection=local")
    project.store.subnet(name="lan", cidr="10.20.0.0/24", domain="example.com")
    for name, interface, address in (
        ("unknown", "", "10.20.0.5"),
        ("unknown", "10.20.0.6", "10.20.0.6"),
        ("unknown", "10.20.0.8", "10.20.0.7"),
        ("web01", "eth0", "10.20.0.8"),
    ):
        project.store.address(name=name, interface=interface, address=address, subnet="lan")
    render(project, ["hosts"]).ok()
    assert [line for line in read(project.folder / "out", "hosts") if line.startswith("10.")] == [
        "10.20.0.5 unknown.example.com unknown",
        "10.20.0.7 unknown.example.com unknown",
        "10.20.0.8 web01.example.com web01",
    ]


def test_netplan_has_the_interfaces_of_the_host(out: Path) -> None:
    assert yaml.safe_load((out / "60-netledger.yaml").read_text()) == {
        "network": {
            "version": 2,
            "ethernets": {
                "eth0": {
                    "addresses": ["10.20.0.10/24", "2001:db8:20::10/64"],
                    "mtu": 1500,
                    "nameservers": {
                        "addresses": ["10.20.0.2", "10.20.0.3", "2001:db8:20::2"],
                        "search": ["example.com"],
                    },
                    "routes": [
                        {"to": "0.0.0.0/0", "via": "10.20.0.1", "on-link": True},
                        {"to": "::/0", "via": "fe80::1", "on-link": True},
                    ],
                },
                "eth1": {},
            },
            "vlans": {"eth1.30": {"addresses": ["10.30.4.70/26"], "id": 30, "link": "eth1"}},
        }
    }
    assert (out / "60-netledger.yaml").stat().st_mode & 0o777 == 0o600
    assert any(line.startswith("# 10.20.0.11 is left out") for line in read(out, "60-netledger.yaml"))


def test_networkd_has_the_interfaces_of_the_host(out: Path) -> None:
    files = {path.name: "\n".join(read(out, f"networkd/{path.name}")[1:]) for path in (out / "networkd").iterdir()}
    assert files == {
        "60-netledger-eth0.network": (
            "[Match]\nName=eth0\n\n[Link]\nMTUBytes=1500\n\n[Network]\nAddress=10.20.0.10/24\n"
            "Address=2001:db8:20::10/64\nDNS=10.20.0.2\nDNS=10.20.0.3\nDNS=2001:db8:20::2\nDomains=example.com\n\n"
            "[Route]\nGateway=10.20.0.1\nGatewayOnLink=yes\n\n[Route]\nGateway=fe80::1\nGatewayOnLink=yes"
        ),
        "60-netledger-eth1.network": "[Match]\nName=eth1\n\n[Network]\nVLAN=eth1.30",
        "60-netledger-eth1.30.network": "[Match]\nName=eth1.30\n\n[Network]\nAddress=10.30.4.70/26",
        "60-netledger-eth1.30.netdev": "[NetDev]\nName=eth1.30\nKind=vlan\n\n[VLAN]\nId=30",
    }
