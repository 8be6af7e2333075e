# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin: hosts, variables and groups as Ansible sees them, its settings, its cache, its errors."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.plays.inventories import PLUGIN, listed
from ansible_collections.netledger.ipam.tests.plays.project import BIN, CONFIG, Project, Result, Run

GATHER: t.Final = {"hosts": "all", "gather_facts": False}


def fill(ledger: Ledger) -> None:
    ledger.subnet(name="site", cidr="10.0.0.0/16")
    ledger.subnet(
        name="lan",
        cidr="10.0.1.0/24",
        gateway="10.0.1.1",
        dns_servers=["10.0.1.2", "10.0.1.3"],
        domain="example.com",
        vlan_id=7,
        mtu=9000,
        pools=[{"name": "servers", "start": "10.0.1.10", "end": "10.0.1.19"}],
    )
    ledger.subnet(name="six", cidr="2001:db8::/64")
    ledger.address(
        name="web1",
        subnet="lan",
        mac="52-54-00-12-34-56",
        tags=["x", "a-b"],
        labels={"role": "web"},
        description="The first",
    )
    ledger.address(name="web1", subnet="six", interface="eth1")
    ledger.address(name="db1", subnet="lan", expires="2999-12-31")
    ledger.address(name="later", subnet="lan", status="reserved")


@pytest.mark.parametrize("kind", ["list", "graph", "host"])
def test_hosts_of_any_store(project: Project, kind: str) -> None:
    fill(project.store)
    project.write("lab.ipam.yml", PLUGIN)
    if kind == "graph":
        run = project.run(BIN / "ansible-inventory", "-i", "lab.ipam.yml", "--graph", "subnet_site").ok()
        assert run.output.splitlines() == ["@subnet_site:", "  |--@subnet_lan:", "  |  |--web1", "  |  |--db1"]
    elif kind == "host":
        run = project.run(BIN / "ansible-inventory", "-i", "lab.ipam.yml", "--host", "web1", "--yaml").ok()
        assert "ansible_host: 10.0.1.10\n" in run.output
        assert "db1" not in run.output
    else:
        assert_listed(project)


def assert_listed(project: Project) -> None:
    inventory = listed(project)
    assert sorted(inventory.variables) == ["db1", "web1"]
    web1 = {
        "address": "10.0.1.10",
        "name": "web1",
        "interface": "",
        "subnet": "lan",
        "vrf": "default",
        "status": "active",
        "expires": None,
        "mac": "52:54:00:12:34:56",
        "fqdn": "web1.example.com",
        "tags": ["a-b", "x"],
        "labels": {"role": "web"},
        "description": "The first",
        "cidr": "10.0.1.10/24",
        "version": 4,
        "prefix_length": 24,
        "netmask": "255.255.255.0",
        "network": "10.0.1.0",
        "gateway": "10.0.1.1",
        "dns_servers": ["10.0.1.2", "10.0.1.3"],
        "domain": "example.com",
        "vlan_id": 7,
        "mtu": 9000,
        "pool": "servers",
        "reverse_pointer": "10.1.0.10.in-addr.arpa",
    }
    held = inventory.variables["web1"].pop("ipam_addresses")
    assert inventory.variables["web1"] == {
        "ansible_host": "10.0.1.10",
        **{f"ipam_{name}": value for name, value in web1.items()},
    }
    assert held[0] == web1
    assert [(one["address"], one["interface"], one["subnet"]) for one in held[1:]] == [("2001:db8::1", "eth1", "six")]
    assert inventory.variables["db1"]["ipam_expires"] == "2999-12-31T00:00:00Z"
    hosts = {name: set(group.get("hosts", [])) for name, group in inventory.groups.items() if name != "all"}
    assert hosts == {
        "subnet_lan": {"web1", "db1"},
        "subnet_site": set(),
        "subnet_six": {"web1"},
        "tag_x": {"web1"},
        "tag_a_b": {"web1"},
        "label_role_web": {"web1"},
        "vrf_default": {"web1", "db1"},
    }
    assert inventory.groups["subnet_site"]["children"] == ["subnet_lan"]


sqlite_only = pytest.mark.stores("sqlite")

NASTY: t.Final = "{{ 1234*4321 }}"


@sqlite_only
def test_what_the_ledger_holds_is_never_a_template(project: Project) -> None:
    ledger = project.store
    ledger.subnet(name="{{ lan }}", cidr="10.0.0.0/24")
    ledger.address(
        name=NASTY,
        subnet="{{ lan }}",
        labels={"size": NASTY, "{% x %}": "", "role": "web"},
        tags=[NASTY],
        description="{# none",
    )
    project.write("lab.ipam.yml", PLUGIN + "compose: {twice: ipam_labels.size ~ ipam_labels.size}\n")
    shown = "{{ [inventory_hostname, ipam_name, ipam_labels.size, ipam_tags[0], ipam_addresses[0].subnet, twice] }}"
    tasks = [
        {"name": "texts", "ansible.builtin.debug": {"msg": shown}},
        {"name": "description", "ansible.builtin.debug": {"msg": "<{{ ipam_description }}>"}},
        {"name": "all", "ansible.builtin.debug": {"msg": "{{ hostvars[inventory_hostname] | to_json }}"}},
    ]
    run = project.play([{**GATHER, "tasks": tasks}], "-i", "lab.ipam.yml").ok()
    assert run["texts"]["msg"] == [NASTY, NASTY, NASTY, NASTY, "{{ lan }}", NASTY + NASTY]
    assert run["description"]["msg"] == "<{# none>"
    assert str(1234 * 4321) not in str(run["all"]["msg"])
    groups = listed(project).groups
    assert groups["label_role_web"]["hosts"] == [NASTY]
    assert {"subnet____lan___", "tag____1234_4321___", "label_size____1234_4321___", "label____x___"} <= set(groups)


@sqlite_only
def test_names_that_would_be_taken_for_something_else_are_left_out(project: Project) -> None:
    """A host of the name .. would get the variables in all files of the project, one called localhost be the machine
    on which Ansible runs."""
    ledger = project.store
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(names=["web", "..", "a/b", "all", "subnet_lan", "localhost", "::1"], subnet="lan")
    (project.folder / "host_vars").mkdir()
    project.write("lab.ipam.yml", PLUGIN)
    inventory = listed(project)
    output = " ".join(inventory.run.output.split())
    assert inventory.places == {"web": "10.0.0.1"}
    assert "left out, because they would be taken for paths: '..', 'a/b'." in output
    assert "left out, because they would be taken for groups: 'all', 'subnet_lan'." in output
    assert "left out, because they would be taken for the machine on which Ansible runs: 'localhost', '::1'." in output
    project.write("lab.ipam.yml", PLUGIN + "hostname: name | replace('/', '-') ~ '.lab'\n")
    left = {"web.lab", "...lab", "a-b.lab", "all.lab", "subnet_lan.lab", "localhost.lab", "::1.lab"}
    assert set(listed(project).variables) == left


@sqlite_only
def test_subnets_of_several_vrfs_that_lie_the_other_way_round(project: Project) -> None:
    """Groups cannot; names that become the same one are one group."""
    ledger = project.store
    for vrf, outer, inner in (("a", "x", "y"), ("b", "y", "x"), ("c", "x-1", "x_1")):
        ledger.subnet(name=outer, cidr="10.0.0.0/24", vrf=vrf)
        ledger.subnet(name=inner, cidr="10.0.0.128/25", vrf=vrf)
        ledger.address(name=f"host-{vrf}", subnet=inner, vrf=vrf)
    project.write("lab.ipam.yml", PLUGIN + "vrf: '*'\n")
    inventory = listed(project)
    groups = inventory.groups
    output = " ".join(inventory.run.output.split())
    assert "these names make the same group: subnet_x-1 and subnet_x_1 (subnet_x_1). Their hosts" in output
    assert output.count("make the same group") == 1
    assert groups["subnet_x"] == {"hosts": ["host-b"], "children": ["subnet_y"]}
    assert groups["subnet_y"] == {"hosts": ["host-a"]}
    assert groups["subnet_x_1"] == {"hosts": ["host-c"]}


@sqlite_only
def test_what_constructed_makes_of_it(project: Project) -> None:
    fill(project.store)
    project.write(
        "lab.ipam.yml",
        PLUGIN
        + """
pool: ["{{ 'servers' }}"]
status: [active, reserved]
hostname: fqdn
host_vars_prefix: net_
groups_by: [pool]
compose:
  where: net_subnet ~ '/' ~ inventory_hostname
  missing: net_labels.none
groups:
  first: where == 'lan/web1.example.com'
keyed_groups:
  - {key: net_status, prefix: status}
  - {key: net_labels, prefix: by}
""",
    )
    inventory = listed(project)
    assert sorted(inventory.variables) == ["db1.example.com", "later.example.com", "web1.example.com"]
    web1 = inventory.variables["web1.example.com"]
    assert (web1["where"], web1["net_mtu"], len(web1["net_addresses"])) == ("lan/web1.example.com", 9000, 1)
    assert "missing" not in web1
    assert {name: sorted(group["hosts"]) for name, group in inventory.groups.items() if name != "all"} == {
        "pool_servers": ["db1.example.com", "later.example.com", "web1.example.com"],
        "first": ["web1.example.com"],
        "status_active": ["db1.example.com", "web1.example.com"],
        "status_reserved": ["later.example.com"],
        "by_role_web": ["web1.example.com"],
    }


PLACES = ["file", "variable", "process", "config", "default"]


@sqlite_only
@pytest.mark.parametrize("place", PLACES)
def test_each_place_is_stronger_than_those_after_it(project: Project, place: str) -> None:
    """The same chain as of lookups, with the folder at which a relative path starts."""
    there = PLACES[PLACES.index(place) :]
    folders = {
        "file": "inventories",
        "variable": "plays",
        "process": "elsewhere",
        "config": ".",
        "default": "elsewhere",
    }
    for one, folder in folders.items():
        (project.folder / folder).mkdir(exist_ok=True)
        ledger = Ledger(project.folder / folder / ("ipam.db" if one == "default" else f"{one}.db"))
        for number, vrf in enumerate(PLACES, start=1):
            ledger.subnet(name="lan", cidr=f"10.0.{number}.0/24", vrf=vrf)
            ledger.address(name=one, subnet="lan", vrf=vrf)
    project.write(
        "ansible.cfg", CONFIG + ("[netledger.ipam]\nstore = config.db\nvrf = config\n" if "config" in there else "")
    )
    own = 'store: "{{ word }}.db"\nvrf: "{{ word }}"\nlock_timeout: "{{ 2 + 3 }}"\n' if place == "file" else ""
    project.write("inventories/lab.ipam.yml", PLUGIN + own)
    arguments = ["-e", "word=file"]
    if "variable" in there:
        arguments += ["-e", "netledger_ipam_store={{ 'variable' }}.db", "-e", "netledger_ipam_vrf=variable"]
    env = {"ANSIBLE_CONFIG": str(project.folder / "ansible.cfg")}
    if "process" in there:
        env |= {"NETLEDGER_IPAM_STORE": "process.db", "NETLEDGER_IPAM_VRF": "process"}
    shown = {"name": "shown", "ansible.builtin.debug": {"msg": "{{ ipam_vrf }} {{ ansible_host }}"}}
    run = project.play(
        [{**GATHER, "tasks": [shown]}],
        *("-i", str(project.folder / "inventories/lab.ipam.yml")),
        *arguments,
        name="plays/site.yml",
        cwd=project.folder / "elsewhere",
        env=env,
    ).ok()
    assert run.by_host("shown").keys() == {place}
    assert run["shown"]["msg"] == f"{place} 10.0.{PLACES.index(place) + 1}.1"


@sqlite_only
def test_the_cache(project: Project) -> None:
    """It serves until it is refreshed, gives what the ledger gave, and only to those who ask the same."""
    ledger = project.store
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(names=["one", "two"], subnet="lan", tags=["a"], labels={"x": NASTY})
    cached = PLUGIN + "store_password: hunter2\nprimary_subnet: lan\ncompose: {more: 'ipam_tags + ipam_tags'}\n"
    cached += "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: cache\n"
    project.write("lab.ipam.yml", cached.replace("cache: true", "cache: false"))
    fresh = listed(project)
    project.write("lab.ipam.yml", cached)
    first = listed(project)
    ledger.address(name="three", subnet="lan")
    second = listed(project)
    assert first.variables == second.variables == fresh.variables
    assert first.groups == second.groups == fresh.groups
    (kept,) = [path for path in (project.folder / "cache").iterdir() if path.is_file()]
    assert "10.0.0.2" in kept.read_text(encoding="utf-8")
    assert "hunter2" not in kept.read_text(encoding="utf-8")

    tasks: list[Result] = [{"ansible.builtin.meta": "refresh_inventory"}]
    show = {"name": "after", "ansible.builtin.debug": {"msg": "{{ ansible_host }}"}}
    before = {"name": "before", "ansible.builtin.debug": {"msg": "{{ ansible_play_hosts }}"}, "run_once": True}
    run = project.play([{**GATHER, "tasks": [before, *tasks]}, {**GATHER, "tasks": [show]}], "-i", "lab.ipam.yml").ok()
    assert run["before"]["msg"] == ["one", "two"]
    assert run.by_host("after").keys() == {"one", "two", "three"}
    assert listed(project).places.keys() == {"one", "two", "three"}

    ledger.address(name="four", subnet="lan")
    project.write("lab.ipam.yml", cached + "tags: [a]\n")
    assert listed(project).places == {"one": "10.0.0.1", "two": "10.0.0.2"}
    project.write("lab.ipam.yml", cached)
    assert listed(project).places.keys() == {"one", "two", "three", "four"}

    # Another release may keep something else.
    kept.write_text(kept.read_text(encoding="utf-8").replace("parents", "around"), encoding="utf-8")
    ledger.address(name="four", state="absent")
    assert listed(project).places.keys() == {"one", "two", "three"}


WRONG: t.Final[dict[str, tuple[str, str, t.Sequence[str]]]] = {
    "key": ("subnets: [lan]\nvfr: x", "bad_request", ["subnets: is not", "Did you mean subnet?", "Did you mean vrf?"]),
    "missing": (
        "store: data/not.db",
        "store_missing",
        ["FOLDER/data/not.db", "the option store in FOLDER/missing.ipam"],
    ),
    "subnet": ("subnet: lam", "subnet_missing", ["'lam'", "Did you mean 'lan'?"]),
    "pool": ("pool: serv", "pool_missing", ["'serv'", "servers"]),
    "status": ("status: [active, gone]", "bad_request", ["status", "gone"]),
    "timeout": ("lock_timeout: soon", "bad_request", ["'soon'", "the option lock_timeout in FOLDER/timeout.ipam"]),
    "template": ('vrf: "{{ nobody }}"', "bad_request", ["vrf: cannot be read", "nobody"]),
    "prefix": ("host_vars_prefix: 1-", "bad_request", ["host_vars_prefix: '1-'"]),
    "hostname": ("hostname: labels.serial", "bad_request", ["hostname: 'labels.serial'", "web1"]),
    "empty": ("hostname: description", "bad_request", ["hostname: 'description' is ''", "db1"]),
    "tags": ('tags: ["a\\nb"]', "bad_request", ["tags: 'a\\nb'"]),
}


@sqlite_only
def test_what_is_wrong_is_said_with_a_reason(project: Project) -> None:
    fill(project.store)
    sources: list[str] = []
    for name, (keys, _reason, _words) in WRONG.items():
        project.write(f"{name}.ipam.yml", PLUGIN + keys + "\n")
        sources += ["-i", f"{name}.ipam.yml"]
    project.write("strict.ipam.yaml", PLUGIN + "strict: true\ncompose: {x: ipam_labels.none}\n")
    project.write("lab.yml", PLUGIN)
    run = project.run(BIN / "ansible-inventory", *sources, "-i", "strict.ipam.yaml", "-i", "lab.yml", "--list")
    hint = f"{project.folder}/lab.yml says plugin: netledger.ipam.inventory, and the names of its files must end with"
    expected = ["Could not set x for host", hint]
    for _keys, reason, words in WRONG.values():
        expected += [f"(reason: {reason})", *(word.replace("FOLDER", str(project.folder)) for word in words)]
    # Warnings are broken into lines, by some releases within words.
    output = "".join(run.output.split())
    assert [text for text in expected if "".join(text.split()) not in output] == [], run.output


@sqlite_only
def test_filters_in_a_template(project: Project) -> None:
    """Addresses of an inventory in order, and as ranges."""
    ledger = project.store
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(names=[f"h{number:02}" for number in range(1, 12)], subnet="lan")
    project.write("lab.ipam.yml", PLUGIN)
    held = "groups.all | map('extract', hostvars) | netledger.ipam.ip_sort(attribute='ansible_host')"
    held += " | map(attribute='ansible_host')"
    wrong = "{{ ['10.0.0.1', 'web'] | netledger.ipam.ip_sort }}"
    tasks: list[Result] = [
        {"name": "sorted", "ansible.builtin.debug": {"msg": f"{{{{ {held} }}}}"}},
        {"name": "ranges", "ansible.builtin.debug": {"msg": f"{{{{ {held} | netledger.ipam.ip_ranges }}}}"}},
        {"name": "wrong", "ansible.builtin.debug": {"msg": wrong}, "ignore_errors": True},
    ]
    run: Run = project.play([{**GATHER, "hosts": "h01", "tasks": tasks}], "-i", "lab.ipam.yml").ok()
    assert run["sorted"]["msg"] == [f"10.0.0.{number}" for number in range(1, 12)]
    assert run["ranges"]["msg"] == ["10.0.0.1-10.0.0.11"]
    assert "ip_sort: 'web' is not an IPv4 or IPv6 address. (reason: bad_request)" in run["wrong"]["msg"]
