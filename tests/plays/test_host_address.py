# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role host_address: hosts that do not exist yet get their addresses, and give them back."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result, Run

pytestmark = pytest.mark.stores("sqlite")

ROLE = "netledger.ipam.host_address"
NETWORK: list[Result] = [
    {
        "name": "network",
        "netledger.ipam.subnet": "{{ item }}",
        "run_once": True,
        "loop": [
            {
                "name": "lan",
                "cidr": "10.0.0.0/24",
                "gateway": "10.0.0.1",
                "dns_servers": ["10.0.0.2"],
                "domain": "example.com",
                "mtu": 9000,
                "vlan_id": 12,
                "reserved": ["10.0.0.2"],
            },
            {"name": "lan6", "cidr": "2001:db8::/64", "gateway": "2001:db8::1", "dns_servers": ["2001:db8::53"]},
            {"name": "small", "cidr": "10.1.0.0/30"},
            {"name": "mgmt", "cidr": "10.0.0.0/24", "vrf": "mgmt"},
        ],
    }
]


def network(project: Project) -> None:
    for task in NETWORK[0]["loop"]:
        project.store.subnet(**task)


def with_role(variables: Result, entry: str = "main", **keywords: t.Any) -> Result:
    include = {"name": ROLE, "tasks_from": entry}
    show = {"name": "facts", "ansible.builtin.debug": {"msg": "{{ [facts, ansible_host | default('none')] }}"}}
    facts = "{{ dict(hostvars[inventory_hostname] | dictsort | selectattr(0, 'in', names)) }}"
    names = ["host_address", "host_address_addresses", "host_address_nics", "host_address_freed"]
    tasks: list[Result] = [
        {"name": "role", "ansible.builtin.include_role": include, "vars": variables},
        {**show, "vars": {"facts": facts, "names": names}},
    ]
    return {"hosts": "web", "gather_facts": False, "tasks": tasks, **keywords}


def facts(run: Run, host: str) -> tuple[Result, str]:
    found, ansible_host = run.by_host("facts")[host]["msg"]
    return found, ansible_host


@pytest.fixture
def web(project: Project) -> Project:
    """Hosts that nobody can reach."""
    project.hosts("[web]", *(f"web{number:02} ansible_host=192.0.2.{number}" for number in range(1, 7)))
    network(project)
    return project


LAN = {"host_address_subnet": "lan"}


def test_hosts_that_do_not_exist_get_their_addresses_and_keep_them(web: Project) -> None:
    """Many at once, in batches and again."""
    first = web.play([with_role(LAN, serial=4)], "--forks=4").ok()
    held = web.held()
    assert sorted(held) == [f"10.0.0.{number}" for number in range(3, 9)]
    assert sorted(held.values()) == [f"web{number:02}" for number in range(1, 7)]
    assert [stats["changed"] for stats in first.stats.values()] == [1] * 6
    second = web.play([with_role(LAN)], "--forks=6").ok()
    assert second.changed == 0
    assert web.held() == held
    for run in (first, second):
        for address, name in held.items():
            found, ansible_host = facts(run, name)
            assert (found["host_address"]["address"], ansible_host) == (address, address)
            assert found["host_address_addresses"] == [found["host_address"]]
            assert found["host_address_nics"] == {
                "": {
                    "cidrs": [f"{address}/24"],
                    "gateway4": "10.0.0.1",
                    "gateway6": None,
                    "dns_servers": ["10.0.0.2"],
                    "domains": ["example.com"],
                    "mtu": 9000,
                    "vlan_id": 12,
                    "mac": None,
                }
            }


def test_a_dry_run_knows_the_addresses_before_their_subnet_is_there(project: Project) -> None:
    project.hosts("[web]", "web01", "web02")
    play = with_role(LAN)
    play["tasks"] = NETWORK + play["tasks"]
    dry = project.play([play], "--check", "--forks=1").ok()
    assert not project.store.path.exists()
    assert [facts(dry, host)[1] for host in ("web01", "web02")] == ["10.0.0.3", "10.0.0.4"]
    project.play([play], "--forks=1").ok()
    assert project.held() == {"10.0.0.3": "web01", "10.0.0.4": "web02"}
    dry = project.play([with_role({}, "release")], "--check").ok()
    assert facts(dry, "web02")[0]["host_address_freed"][0]["address"] == "10.0.0.4"
    assert len(project.held()) == 2


def test_several_interfaces(web: Project) -> None:
    """In several subnets and VRFs; what an entry leaves out is taken from the variable."""
    variables = {
        **LAN,
        "host_address_tags": ["prod"],
        "host_address_name": "db",
        "host_address_set_ansible_host": False,
        "host_address_interfaces": [
            {"interface": "eth0", "mac": "52:54:00:00:00:01", "subnet": ["lan6", "lan"], "dual_stack": True},
            {"interface": "eth1", "address": "10.0.0.77", "tags": ["backup"]},
            {"interface": "ipmi", "subnet": "mgmt", "vrf": "mgmt"},
        ],
    }
    run = web.play([with_role(variables)], "--limit=web01").ok()
    found, ansible_host = facts(run, "web01")
    assert [(one["address"], one["interface"], one["tags"], one["vrf"]) for one in found["host_address_addresses"]] == [
        ("10.0.0.3", "eth0", ["prod"], "default"),
        ("2001:db8::2", "eth0", ["prod"], "default"),
        ("10.0.0.77", "eth1", ["backup"], "default"),
        ("10.0.0.1", "ipmi", ["prod"], "mgmt"),
    ]
    assert found["host_address"]["address"] == "10.0.0.3"
    assert ansible_host == "192.0.2.1"
    assert found["host_address_nics"]["eth0"] == {
        "cidrs": ["10.0.0.3/24", "2001:db8::2/64"],
        "gateway4": "10.0.0.1",
        "gateway6": "2001:db8::1",
        "dns_servers": ["10.0.0.2", "2001:db8::53"],
        "domains": ["example.com"],
        "mtu": 9000,
        "vlan_id": 12,
        "mac": "52:54:00:00:00:01",
    }
    assert found["host_address_nics"]["ipmi"]["cidrs"] == ["10.0.0.1/24"]
    assert set(web.held().values()) == {"db"}
    again = web.play([with_role(variables)], "--limit=web01").ok()
    assert again.changed == 0
    web.play([with_role({**variables, "host_address_release_interface": "eth1"}, "release")], "--limit=web01").ok()
    assert sorted(web.held()) == ["10.0.0.1", "10.0.0.3", "2001:db8::2"]
    freed = web.play([with_role(variables, "release")], "--limit=web01").ok()
    assert [one["address"] for one in facts(freed, "web01")[0]["host_address_freed"]] == [
        "10.0.0.3", "2001:db8::2", "10.0.0.1",
    ]  # fmt: skip
    assert web.held() == {}


def test_release_frees_all_of_the_name_or_what_is_named(web: Project) -> None:
    for subnet in ("lan", "small"):
        web.store.address(name="web01", subnet=subnet)
        web.store.address(name="web02", subnet=subnet)
    web.play([with_role({**LAN, "host_address_release_subnet": "small"}, "release")], "--limit=web01").ok()
    assert sorted(web.held().items()) == [("10.0.0.3", "web01"), ("10.0.0.4", "web02"), ("10.1.0.2", "web02")]
    # The subnet to reserve in does not keep anything.
    run = web.play([with_role({"host_address_subnet": "small"}, "release")], "--limit=web01").ok()
    assert sorted(web.held()) == ["10.0.0.4", "10.1.0.2"]
    assert facts(run, "web01")[1] == "192.0.2.1"
    again = web.play([with_role(LAN, "release")], "--limit=web01").ok()
    assert again.changed == 0
    assert facts(again, "web01")[0]["host_address_freed"] == []


FAIL = "netledger.ipam.host_address : Fail with the message of what failed"
PACKAGE = """
from ansible.module_utils.basic import AnsibleModule

AnsibleModule({}).fail_json(msg="no room", results=["some text"])
"""
BUILD = """
---
- name: make the machine
  ansible.builtin.fail:
    msg: "no room for {{ inventory_hostname }} at {{ host_address.address }}"
  when: inventory_hostname in ('web01', 'web02')
"""


def test_who_cannot_be_built_gives_back_what_this_run_reserved(web: Project) -> None:
    """And nothing else: web02 was there before, with one of its two interfaces. The others are built."""
    web.write("tasks/build.yml", BUILD)
    web.store.address(name="web02", subnet="lan", interface="eth0", address="10.0.0.50")
    variables = {
        **LAN,
        "host_address_interfaces": [{"interface": "eth0"}, {"interface": "eth1", "subnet": "mgmt", "vrf": "mgmt"}],
        "host_address_build_tasks": "tasks/build.yml",
        "host_address_release_on_failure": True,
    }
    run = web.play([with_role(variables)], "--limit=web01,web02,web03", "--forks=1")
    assert run.code != 0
    failed = run.by_host(FAIL)
    assert {host: one["msg"] for host, one in failed.items()} == {
        "web01": "no room for web01 at 10.0.0.3",
        "web02": "no room for web02 at 10.0.0.50",
    }
    with web.ledger() as ledger:
        held = ledger.execute("SELECT addr, name, interface FROM address ORDER BY name, interface").fetchall()
    # 10.0.0.4 and 10.0.0.3 of VRF mgmt: --forks=1 keeps the order of the hosts.
    assert held == [("0a000032", "web02", "eth0"), ("0a000004", "web03", "eth0"), ("0a000003", "web03", "eth1")]


def test_tasks_that_build_may_include_files_that_are_called_as_those_of_the_role_were(web: Project) -> None:
    """Ansible looks into the role first, which would go on for ever with one that reserves and builds."""
    include = "- ansible.builtin.include_tasks: {}\n"
    web.write("tasks/new.yml", include.format("build.yml") + include.format("reserve.yml"))
    web.write("tasks/build.yml", "- name: built\n  ansible.builtin.debug:\n")
    web.write("tasks/reserve.yml", "- name: reserved\n  ansible.builtin.debug:\n")
    variables = {**LAN, "host_address_build_tasks": "tasks/new.yml"}
    run = web.play([with_role(variables)], "--limit=web01").ok()
    assert [list(run.by_host(f"{ROLE} : {task}")) for task in ("built", "reserved")] == [["web01"]] * 2


GIVING_BACK = {**LAN, "host_address_build_tasks": "build.yml", "host_address_release_on_failure": True}


def test_whatever_a_failure_looks_like_the_address_is_given_back(web: Project) -> None:
    """Modules of packages return texts as results; of tasks that cannot be decrypted there is no result at all."""
    web.store.address(name="web03", subnet="lan", address="10.0.0.50")
    web.write("library/install_it.py", PACKAGE)
    web.write("build.yml", "- name: install\n  ansible.legacy.install_it:\n")
    web.write("locked.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    play = with_role(GIVING_BACK)
    reached = {"name": "reached", "ansible.builtin.debug": {"msg": "{{ ansible_host }}"}}
    play["tasks"] = [{"block": play["tasks"], "rescue": [reached]}]
    web.hosts("[web]", *(f"web{n:02} ansible_host=127.0.0.{n} ansible_connection=local" for n in (1, 2, 3)))
    run = web.play([play], "--limit=web01,web03").ok()
    assert {host: one["msg"] for host, one in run.by_host(FAIL).items()} == {"web01": "no room", "web03": "no room"}
    # Where the host is reached during the build is forgotten with it.
    assert {host: one["msg"] for host, one in run.by_host("reached").items()} == {
        "web01": "127.0.0.1", "web03": "127.0.0.3",
    }  # fmt: skip
    run = web.play([with_role({**GIVING_BACK, "host_address_build_tasks": "locked.yml"})], "--limit=web02")
    assert run.code != 0
    assert run[FAIL]["msg"] == f"{web.folder}/locked.yml: these tasks could not be included."
    assert web.held() == {"10.0.0.50": "web03"}


def test_a_file_of_tasks_that_is_missing_is_said_before_anything_is_reserved(web: Project) -> None:
    run = web.play([with_role({**LAN, "host_address_build_tasks": "missing.yml"})], "--limit=web01")
    assert run.code != 0
    assert f"host_address_build_tasks: there is no file {web.folder}/missing.yml." in run.output
    assert web.held() == {}


def test_what_no_log_hides_in_a_build_stays_hidden(web: Project) -> None:
    token = "t0ken-of-the-cloud"
    web.write("secret.yml", f"token: {token}\n")
    build = {"name": "call", "ansible.builtin.command": "grep {{ token }} /dev/null", "no_log": True}
    build["delegate_to"] = "localhost"
    play = with_role(GIVING_BACK, vars_files=["secret.yml"])
    for tasks in ([build], [{**build, "loop": ["{{ token }}"]}]):
        web.playbook("build.yml", tasks)
        run = web.play([play], "--limit=web01", "-vvvv")
        assert run.code != 0
        assert token not in run.output
        assert "'call' failed, and no_log hides how." in run[FAIL]["msg"]
    assert web.held() == {}


def test_without_that_option_a_failed_build_keeps_the_address(web: Project) -> None:
    web.write("tasks/build.yml", BUILD)
    variables = {**LAN, "host_address_build_tasks": str(web.folder / "tasks/build.yml")}
    run = web.play([with_role(variables)], "--limit=web01")
    assert run.by_host("netledger.ipam.host_address : make the machine")["web01"]["failed"] is True
    assert run.stats["web01"]["failures"] == 1
    assert web.held() == {"10.0.0.3": "web01"}
    again = web.play([with_role({**variables, "host_address_release_on_failure": True})], "--limit=web01")
    assert again.code != 0
    assert web.held() == {"10.0.0.3": "web01"}


def test_who_lacks_one_address_gives_the_others_back(web: Project) -> None:
    """The failure of the ledger is known with its reason."""
    web.store.address(names=["a", "b"], subnet="small")
    variables = {
        "host_address_interfaces": [{"interface": "eth0", "subnet": "lan"}, {"interface": "eth1", "subnet": "small"}],
        "host_address_release_on_failure": True,
    }
    play = with_role(variables)
    shown = {"name": "failure", "ansible.builtin.debug": {"msg": "{{ host_address_failure.reason }}"}}
    play["tasks"] = [{"block": play["tasks"], "rescue": [shown]}]
    run = web.play([play], "--limit=web01").ok()
    assert run["failure"]["msg"] == "pool_exhausted"
    assert run.by_host(FAIL)["web01"]["msg"].startswith("Subnet 'small' (10.1.0.0/30): no free address")
    assert set(web.held().values()) == {"a", "b"}


def test_waiting_is_for_the_host_at_its_new_address(project: Project) -> None:
    """Not in a dry run, where the host need not be there."""
    network(project)
    project.hosts("[web]", "web01 ansible_connection=local", "web02 ansible_connection=ssh")
    variables = {**LAN, "host_address_wait": True, "host_address_wait_timeout": 30}
    run = project.play([with_role(variables)], "--limit=web01").ok()
    assert "elapsed" in run.by_host("netledger.ipam.host_address : Wait until the host answers")["web01"]
    project.play([with_role(variables)], "--check").ok()


def test_what_a_variable_cannot_be_is_said_before_anything_is_done(web: Project) -> None:
    """And a secret is not said at all."""
    secret = "correct horse battery"
    variables = {"host_address_subnet": "lan6", "host_address_strategy": "stable", "host_address_secret_key": secret}
    wrong = {**variables, "host_address_interfaces": [{"subnet": "lan"}], "host_address_strategy": "any"}
    run = web.play([with_role(wrong)], "--limit=web01", "-vvvv")
    (failed,) = [task["result"] for task in run.tasks if task["result"].get("failed")]
    assert json.dumps(failed["argument_errors"]).count("host_address_") >= 2
    assert secret not in run.output
    assert web.held() == {}
    run = web.play([with_role(variables)], "--limit=web01", "-vvvv").ok()
    assert secret not in run.output
    assert list(web.held().values()) == ["web01"]
