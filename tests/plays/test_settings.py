# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One chain of settings for modules and lookups: each place is stronger than all after it."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, CONFIG, Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

# The strongest first. In the test of a place, it and all weaker ones are set, each to its own name.
PLACES = ["option", "module_defaults", "variable", "task", "process", "config", "default"]
NOT_FOR_LOOKUPS = {"module_defaults", "task"}


def run_with(project: Project, place: str) -> Run:
    there = PLACES[PLACES.index(place) :]
    option = {"store": "{{ 'option' }}.db", "vrf": "{{ 'option' }}"} if place == "option" else {}
    keywords = ", store='option.db', vrf='option'" if place == "option" else ""
    address = {"name": "a", "subnet": "lan"}
    play: Result = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"word": "variable", "default_word": "module_defaults"},
        "tasks": [
            {"name": "subnet", "netledger.ipam.subnet": {"name": "lan", "cidr": "10.0.0.0/24", **option}},
            {"name": "pool", "netledger.ipam.pool": {"subnet": "lan", "start": "10.0.0.7", "size": 3, **option}},
            {"name": "address", "netledger.ipam.address": address | option},
            {"name": "subnet_info", "netledger.ipam.subnet_info": option or None},
            {"name": "address_info", "netledger.ipam.address_info": option or None},
        ],
    }
    if place not in NOT_FOR_LOOKUPS:
        found = [
            f"lookup('netledger.ipam.address', 'a'{keywords})",
            f"lookup('netledger.ipam.subnet', 'lan'{keywords}).vrf",
            f"query('netledger.ipam.addresses', 'a'{keywords})[0].vrf",
        ]
        play["tasks"].append(
            {"name": "lookups", "ansible.builtin.debug": {"msg": [f"{{{{ {one} }}}}" for one in found]}}
        )
    if "module_defaults" in there:
        play["module_defaults"] = {
            "group/netledger.ipam.all": {"store": "{{ default_word }}.db", "vrf": "{{ default_word }}"}
        }
    if "variable" in there:
        play["vars"] |= {"netledger_ipam_store": "{{ word }}.db", "netledger_ipam_vrf": "{{ word }}"}
    if "task" in there:
        play["environment"] = {"NETLEDGER_IPAM_STORE": "{{ 'task' }}.db", "NETLEDGER_IPAM_VRF": "task"}
    env = {"NETLEDGER_IPAM_STORE": "process.db", "NETLEDGER_IPAM_VRF": "process"} if "process" in there else {}
    config = "[netledger.ipam]\nstore = config.db\nvrf = config\n" if "config" in there else ""
    project.write("ansible.cfg", CONFIG + config)
    return project.play([play], env=env).ok()


@pytest.mark.parametrize("place", PLACES)
def test_each_place_is_stronger_than_those_after_it(project: Project, place: str) -> None:
    run = run_with(project, place)
    store = "ipam.db" if place == "default" else f"{place}.db"
    assert {name for name in project.files() if name.endswith(".db")} == {store}
    assert project.held(store) == {"10.0.0.7": "a"}
    assert run["subnet"]["subnet"]["vrf"] == run["pool"]["pool"]["vrf"] == run["address"]["vrf"] == place
    assert [one["vrf"] for one in run["subnet_info"]["subnets"]] == [place]
    assert [one["vrf"] for one in run["address_info"]["addresses"]] == [place]
    if place not in NOT_FOR_LOOKUPS:
        assert run["lookups"]["msg"] == ["10.0.0.7", place, place]


def test_settings_of_groups_and_hosts_and_empty_ones(project: Project) -> None:
    """Each host has its own ledger; an empty value counts as none; numbers may be templates."""
    project.hosts("[web]", "web1", "web2 netledger_ipam_vrf=blue", "web3 netledger_ipam_store=")
    project.write(
        "group_vars/web.yml",
        """
        site: b
        netledger_ipam_store: "{{ inventory_dir }}/{{ site }}-{{ inventory_hostname }}.db"
        netledger_ipam_lock_timeout: "{{ 2 + 3 }}"
        """,
    )
    tasks = """
    - name: subnet
      netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, vrf: ""}
    - name: lookup
      ansible.builtin.debug:
        msg: "{{ lookup('netledger.ipam.subnet', 'lan').vrf }}"
    """
    run = project.tasks(tasks, "-v", hosts="web").ok()
    assert {name for name in project.files() if name.endswith(".db")} == {"b-web1.db", "b-web2.db", "ipam.db"}
    assert [run.by_host("subnet")[host]["subnet"]["vrf"] for host in ("web1", "web2", "web3")] == [
        "default",
        "blue",
        "default",
    ]
    assert [one["msg"] for one in run.by_host("lookup").values()].count("blue") == 1
    assert {one["invocation"]["module_args"]["lock_timeout"] for one in run.by_host("subnet").values()} == {5}


def test_extra_variables_are_variables(project: Project) -> None:
    run = project.adhoc(
        "localhost -m netledger.ipam.subnet -a 'name=lan cidr=10.0.0.0/24' -e netledger_ipam_store=extra.db"
    )
    assert run.ok().changed == 1
    assert project.held("extra.db") == {}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A current folder that is not the project's."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("option", "project/plays"),
        ("variable", "project/plays"),
        ("task", "elsewhere"),
        ("process", "elsewhere"),
        ("config", "project"),
        ("default", "elsewhere"),
    ],
)
def test_where_relative_paths_start(project: Project, elsewhere: Path, place: str, expected: str) -> None:
    project.write("ansible.cfg", CONFIG + ("[netledger.ipam]\nstore = data/ipam.db\n" if place == "config" else ""))
    for folder in (project.folder, project.folder / "plays", elsewhere):
        (folder / "data").mkdir(parents=True)
    path = "data/ipam.db"
    play: Result = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"netledger_ipam_store": path} if place == "variable" else {},
        "environment": {"NETLEDGER_IPAM_STORE": path} if place == "task" else {},
        "tasks": [
            {"netledger.ipam.subnet": {"cidr": "10.0.0.0/24"} | ({"store": path} if place == "option" else {})},
        ],
    }
    if place != "task":
        keyword = f", store='{path}'" if place == "option" else ""
        play["tasks"].append(
            {"ansible.builtin.debug": {"msg": f"{{{{ lookup('netledger.ipam.subnet', '10.0.0.9'{keyword}) }}}}"}}
        )
    env = {"ANSIBLE_CONFIG": str(project.folder / "ansible.cfg")}
    if place == "process":
        env["NETLEDGER_IPAM_STORE"] = path
    project.play([play], name="plays/site.yml", cwd=elsewhere, env=env).ok()
    root = project.folder.parent
    stores = [str(one.parent.relative_to(root)) for one in root.rglob("ipam.db")]
    assert stores == [expected if place == "default" else f"{expected}/data"]


def test_relative_paths_of_ad_hoc_commands_and_a_tilde(project: Project, elsewhere: Path) -> None:
    env = {"ANSIBLE_CONFIG": str(project.folder / "ansible.cfg")}
    command = "localhost -m netledger.ipam.subnet -a 'cidr=10.0.0.0/24 store={}'"
    project.adhoc(command.format("own.db"), cwd=elsewhere, env=env).ok()
    assert (elsewhere / "own.db").exists()
    project.adhoc(command.format("~/own.db"), cwd=elsewhere, env=env).ok()
    assert (project.home / "own.db").exists()


def test_a_wrong_setting_is_reported_with_the_place_it_came_from(project: Project) -> None:
    project.write("ansible.cfg", CONFIG + "[netledger.ipam]\nlock_timeout = later\n")
    task: t.Any = {"name": "task", "netledger.ipam.subnet": {"cidr": "10.0.0.0/24", "nmae": "x"}, "ignore_errors": True}
    wrong: dict[str, t.Any] = {
        "netledger_ipam_lock_timeout": ("soon", "the variable netledger_ipam_lock_timeout"),
        "netledger_ipam_store": ("{{ not_there }}", "not_there"),
    }
    run = project.tasks([task | {"name": name, "vars": {name: value}} for name, (value, _words) in wrong.items()]).ok()
    for name, (_value, words) in wrong.items():
        assert run[name]["reason"] == "bad_request"
        assert words in run[name]["msg"]
        assert "Did you mean name?" in run[name]["msg"]
    look = {"name": "lookup", "ansible.builtin.debug": {"msg": "{{ lookup('netledger.ipam.subnet', 'lan') }}"}}
    configured = project.tasks([task, look])
    assert configured["task"]["reason"] == "bad_request"
    assert "Did you mean name?" in configured["task"]["msg"]
    assert "(reason: bad_request)" in configured["lookup"]["msg"]
    for name in ("task", "lookup"):
        assert "later" in configured[name]["msg"]
        assert str(project.folder / "ansible.cfg") in configured[name]["msg"]
    environment = project.tasks([task], env={"NETLEDGER_IPAM_LOCK_TIMEOUT": "-1"})["task"]
    assert "the environment variable NETLEDGER_IPAM_LOCK_TIMEOUT" in environment["msg"]


def test_ansible_doc_and_ansible_config_know_the_settings(project: Project) -> None:
    """What a user reads about the places is what the plugins declare."""
    shown = project.run(BIN / "ansible-doc", "--type=lookup", "--json", "netledger.ipam.address").ok().output
    for word in ("netledger_ipam_store", "NETLEDGER_IPAM_STORE", "netledger.ipam", "NETLEDGER_IPAM_LOCK_TIMEOUT"):
        assert word in shown
