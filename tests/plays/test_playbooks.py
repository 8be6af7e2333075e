# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of the collection, and a whole address plan compared with its source by other means."""

from __future__ import annotations

import collections
import ipaddress
import json
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.plays.project import BIN, HERE, Project, Run, from_hex

pytestmark = pytest.mark.stores("sqlite")

DATA = HERE.parent / "data"
Place = tuple[str, str]  # VRF and CIDR


def test_the_quick_start_prints_who_got_what_and_changes_nothing_the_second_time(project: Project) -> None:
    """And frees nothing else. A relative store of a playbook called by its full name lies in the current folder."""
    ledger = Ledger(project.folder / "quick.db")
    ledger.subnet(name="other", cidr="10.77.0.0/24")
    ledger.address(name="web03", subnet="other")
    command = BIN / "ansible-playbook", "netledger.ipam.quickstart", "--extra-vars=netledger_ipam_store=quick.db"
    first = project.run(*command).ok()
    addresses = {
        "web01": ("192.0.2.10/24", "2001:db8:0:2::2/64"),
        "web02": ("192.0.2.11/24", "2001:db8:0:2::3/64"),
        "web03": ("192.0.2.12/24", "2001:db8:0:2::4/64"),
    }
    lines = [line.strip(' ",').split() for line in first.output.splitlines()]
    for name, (v4, v6) in addresses.items():
        assert [name, v4, v6, "192.0.2.1"] in lines
    assert ["lan", "servers", "192.0.2.10", "192.0.2.49", "3", "37"] in lines
    assert ["lan", "vips", "192.0.2.200", "192.0.2.209", "0", "10"] in lines
    # Two subnets, two requests and one release; the pass between them changed nothing.
    assert first.stats["localhost"]["changed"] == 5
    assert "The second run changed nothing." in first.output
    held = {"10.77.0.1", "192.0.2.10", "192.0.2.11", "2001:db8:0:2::2", "2001:db8:0:2::3"}
    assert set(project.held("quick.db")) == held
    # Another run reserves web03 again, gets the same addresses for everybody, and frees it again.
    second = project.run(*command).ok()
    assert second.stats["localhost"]["changed"] == 3
    assert [line for line in lines if line[:1] == ["web03"]] == [
        line for line in (one.strip(' ",').split() for one in second.output.splitlines()) if line[:1] == ["web03"]
    ]
    assert set(project.held("quick.db")) == held


class Source:
    """The plan as the pages of NetBox have it, read with the standard library alone."""

    def __init__(self) -> None:
        self.prefixes = self.grouped("prefixes", "prefix")
        self.addresses = self.grouped("ip-addresses", "address")
        self.ranges = [one for one in self.pages("ip-ranges") if one["status"]["value"] == "reserved"]

    @staticmethod
    def pages(kind: str) -> list[dict[str, t.Any]]:
        pages: list[Path] = sorted((DATA / "netbox-demo").glob(f"{kind}-page*.json"))
        return [one for page in pages for one in json.loads(page.read_text(encoding="utf-8"))["results"]]

    @staticmethod
    def vrf(one: dict[str, t.Any]) -> str:
        return str(one["vrf"]["name"]) if one["vrf"] else "default"

    def grouped(self, kind: str, key: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = collections.defaultdict(list)
        for one in self.pages(kind):
            found[self.vrf(one)].append(one[key])
        return dict(found)

    def around(self, vrf: str, inner: str) -> str | None:
        """The smallest prefix of the VRF that strictly contains a network or address."""
        network = ipaddress.ip_network(inner, strict=False)
        outer = [ipaddress.ip_network(one) for one in self.prefixes[vrf]]
        fitting = [
            one
            for one in outer
            if one.version == network.version and one != network and network.subnet_of(one)  # type: ignore[arg-type]
        ]
        return str(max(fitting, key=lambda one: one.prefixlen)) if fitting else None

    def held_by_prefix(self) -> dict[Place, int]:
        """How many addresses lie in each prefix and in no smaller one."""
        counts: collections.Counter[Place] = collections.Counter()
        for vrf, addresses in self.addresses.items():
            for address in addresses:
                prefix = self.around(vrf, address.partition("/")[0])
                assert prefix is not None, f"{address} of VRF {vrf} lies in no prefix"
                counts[vrf, prefix] += 1
        return dict(counts)


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


@pytest.fixture(scope="module")
def project(new_project: t.Callable[[], Project]) -> Project:
    return new_project()


@pytest.fixture(scope="module")
def runs(project: Project) -> list[Run]:
    """The plan loaded and new addresses taken, twice."""
    pages = f"--extra-vars=load_netbox_pages='{DATA / 'netbox-demo'}'"
    return [project.run(BIN / "ansible-playbook", DATA / "real_plan.yml", pages).ok() for _ in range(2)]


@pytest.fixture(scope="module")
def subnets(project: Project, runs: list[Run]) -> dict[int, tuple[str, str, int]]:
    """Of each row, by its number: VRF, CIDR and the number of its parent, from the file."""
    with project.ledger() as ledger:
        rows = ledger.execute(
            "SELECT s.id, v.name, s.first, s.prefix_length, s.parent_id FROM subnet s JOIN vrf v ON v.id = s.vrf_id"
        ).fetchall()
    return {number: (vrf, f"{from_hex(first)}/{length}", parent) for number, vrf, first, length, parent in rows}


NEW = {("default", "10.112.129.0/24"), ("default", "192.168.0.0/22"), ("Bravo", "172.17.0.0/24")}


def test_the_second_run_of_a_real_plan_changes_nothing(runs: list[Run], source: Source) -> None:
    assert runs[0].stats["localhost"]["changed"] > 0
    assert runs[1].stats["localhost"]["changed"] == 0
    assert (sum(map(len, source.prefixes.values())), sum(map(len, source.addresses.values()))) == (90, 180)


def test_every_prefix_is_in_its_vrf_under_the_right_parent(
    subnets: dict[int, tuple[str, str, int]], source: Source
) -> None:
    loaded = {(vrf, cidr): subnets[parent][1] if parent else None for vrf, cidr, parent in subnets.values()}
    assert len(loaded) == len(subnets)
    expected = {(vrf, cidr): source.around(vrf, cidr) for vrf, cidrs in source.prefixes.items() for cidr in cidrs}
    assert loaded == expected


def test_every_address_is_in_the_smallest_prefix_around_it(
    project: Project, subnets: dict[int, tuple[str, str, int]], source: Source
) -> None:
    with project.ledger() as ledger:
        rows = ledger.execute("SELECT subnet_id, addr FROM address WHERE name != 'new01'").fetchall()
    counts = collections.Counter(subnets[number][:2] for number, _addr in rows)
    assert dict(counts) == source.held_by_prefix()
    by_vrf: dict[str, list[str]] = collections.defaultdict(list)
    for number, addr in rows:
        by_vrf[subnets[number][0]].append(from_hex(addr))
    assert {vrf: sorted(addresses) for vrf, addresses in by_vrf.items()} == {
        vrf: sorted(address.partition("/")[0] for address in addresses) for vrf, addresses in source.addresses.items()
    }


def test_new_addresses_are_not_in_the_plan(
    project: Project, subnets: dict[int, tuple[str, str, int]], source: Source
) -> None:
    with project.ledger() as ledger:
        rows = ledger.execute("SELECT subnet_id, addr FROM address WHERE name = 'new01'").fetchall()
    assert {subnets[number][:2] for number, _addr in rows} == NEW
    for number, addr in rows:
        vrf, cidr, _parent = subnets[number]
        address = ipaddress.ip_address(from_hex(addr))
        network = ipaddress.ip_network(cidr)
        assert address in network
        assert address not in (network.network_address, network.broadcast_address)
        assert str(address) not in {one.partition("/")[0] for one in source.addresses[vrf]}
        assert source.around(vrf, str(address)) == cidr
        for span in source.ranges:
            ends = [ipaddress.ip_address(span[end].partition("/")[0]) for end in ("start_address", "end_address")]
            assert source.vrf(span) != vrf or not int(ends[0]) <= int(address) <= int(ends[1])


def test_a_folder_without_pages_is_reported(project: Project) -> None:
    run = project.run(
        BIN / "ansible-playbook", "netledger.ipam.load_netbox", f"--extra-vars=load_netbox_pages='{project.home}'"
    )
    assert run.code != 0
    assert str(project.home) in run["There is a plan to load"]["msg"]


def required() -> list[tuple[str, str]]:
    """Each variable that docs/playbooks.md calls required, with its playbook."""
    text = (HERE.parent.parent / "docs/playbooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| [^|]*\brequired\b", text, re.MULTILINE)
    playbooks = sorted(path.stem for path in (HERE.parent.parent / "playbooks").glob("*.yml"))
    return [(max((name for name in playbooks if row.startswith(f"{name}_")), key=len), row) for row in rows]


def test_variables_are_required() -> None:
    assert {playbook for playbook, _name in required()} == {"copy_store", "export", "import", "load_netbox"}


@pytest.mark.parametrize(("playbook", "name"), required())
def test_a_required_variable_that_is_missing_is_named(project: Project, playbook: str, name: str) -> None:
    others = [f"-e{other}=any" for found, other in required() if found == playbook and other != name]
    run = project.run(BIN / "ansible-playbook", f"netledger.ipam.{playbook}", *others)
    assert run.code != 0
    (only,) = run.tasks
    assert name in only["result"]["msg"]
    assert only["result"]["msg"].startswith("Say ")
