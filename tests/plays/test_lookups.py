# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookups address, addresses and subnet."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project, Run

LEDGER = """
- netledger.ipam.subnet:
    name: lan
    cidr: 10.0.0.0/24
    gateway: 10.0.0.1
    pools: [{name: p, start: 10.0.0.8, end: 10.0.0.19}, {name: q, start: 10.0.0.100, end: 10.0.0.109}]
- netledger.ipam.subnet: {name: inner, cidr: 10.0.0.64/28}
- netledger.ipam.subnet: {name: six, cidr: 2001:db8::/64}
- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, vrf: red}
- netledger.ipam.address: {name: last, subnet: lan, pool: q, tags: [x, y], labels: {role: db}}
- netledger.ipam.address: {names: [web, one], subnet: lan, tags: [x], labels: {role: web, n: 1}}
- netledger.ipam.address: {name: web, subnet: lan, interface: eth1}
- netledger.ipam.address: {names: [web, one], subnet: six}
- netledger.ipam.address: {name: web, subnet: lan, vrf: red, address: 10.0.0.8}
"""

# The expression and what it has to yield: 10.0.0.8 is web's, .9 one's, .10 web's eth1, .100 last's.
YIELDS: dict[str, t.Any] = {
    "lookup('address', 'last')": "10.0.0.100",
    "lookup('address', 'last', 'one', version=4)": "10.0.0.100,10.0.0.9",
    "query('address', 'last', 'one', version='4')": ["10.0.0.100", "10.0.0.9"],
    "query('address', 'last')": ["10.0.0.100"],
    "lookup('address', 'web', subnet='lan', interface='')": "10.0.0.8",
    "lookup('address', 'web', subnet='lan', interface='eth1')": "10.0.0.10",
    "lookup('address', 'web', subnet='2001:DB8::/64')": "2001:db8::1",
    "lookup('address', 'web', version=6)": "2001:db8::1",
    "lookup('address', 'web', vrf='red')": "10.0.0.8",
    "lookup('address', 'nobody', default='none')": "none",
    "lookup('address', 'nobody', default='')": "",
    "lookup('address', 'one', default='none', version=6)": "2001:db8::2",
    "query('address', 'nobody', 'last', default='none')": ["none", "10.0.0.100"],
    "query('address', 'nobody', 'last', missing='empty')": ["10.0.0.100"],
    "query('address', 'nobody', missing='empty')": [],
    "lookup('address', 'web', subnet='not there', default='none')": "none",
    "query('address', 'web', subnet='not there', missing='empty')": [],
    "lookup('address', 'web', store='not-there.db', default='none')": "none",
    "query('address', 'web', store='not-there.db', missing='empty')": [],
    "lookup('address', 'last', pool='q')": "10.0.0.100",
    "query('address', 'last', pool='p', missing='empty')": [],
    "query('address', '10.0.0.10', '2001:db8:0::2', reverse=true)": ["web", "one"],
    "query('address', '10.0.0.99', '10.0.0.8', reverse=true, missing='empty', vrf='red')": ["web"],
    "lookup('address', '10.0.0.99', reverse=true, default='nobody')": "nobody",
    "lookup('address', 'last', subnet='lan', missing='reserve')": "10.0.0.100",
    "query('addresses') | map(attribute='address')": [
        "10.0.0.8",
        "10.0.0.9",
        "10.0.0.10",
        "10.0.0.100",
        "2001:db8::1",
        "2001:db8::2",
    ],
    "query('addresses', 'one', 'last') | map(attribute='address')": ["10.0.0.9", "10.0.0.100", "2001:db8::2"],
    "query('addresses', subnet='lan', pool='q') | map(attribute='name')": ["last"],
    "query('addresses', tags=['x']) | map(attribute='name')": ["web", "one", "last"],
    "query('addresses', tags=['y', 'x']) | map(attribute='name')": ["last"],
    "query('addresses', labels={'role': 'web', 'n': 1}) | map(attribute='name')": ["web", "one"],
    "query('addresses', vrf='*') | map(attribute='vrf')": ["default"] * 6 + ["red"],
    "query('addresses', subnet='lan', vrf='*') | map(attribute='vrf')": ["default"] * 4 + ["red"],
    "query('addresses', 'nobody')": [],
    "query('addresses', subnet='six')[0].gateway is none": True,
    "lookup('subnet', 'lan').gateway": "10.0.0.1",
    "lookup('subnet', '10.0.0.77/24').name": "lan",
    "lookup('subnet', '10.0.0.70').name": "inner",
    "lookup('subnet', '::ffff:10.0.0.5').name": "lan",
    "lookup('subnet', 'lan').pools | map(attribute='name')": ["p", "q"],
    "lookup('subnet', 'lan', vrf='red').gateway is none": True,
    "query('subnet', 'six', 'lan') | map(attribute='cidr')": ["2001:db8::/64", "10.0.0.0/24"],
}

# The expression, the reason at the end of its message, and words of it.
FAILS: dict[str, tuple[str, t.Sequence[str]]] = {
    "lookup('address', 'nobody')": ("address_missing", ["nobody", "default"]),
    "lookup('address', 'web', subnet='six', version=4)": ("address_missing", ["web", "'six'"]),
    "lookup('address', 'web')": ("ambiguous", ["10.0.0.8 in 'lan'", "10.0.0.10 in 'lan' (web (eth1))", "2001:db8::1"]),
    "lookup('address', 'web', default='none')": ("ambiguous", ["web"]),
    "lookup('address', 'web', subnet='lam')": ("subnet_missing", ["'lam'", "'lan'"]),
    "lookup('address', 'web', store='not-there.db')": ("store_missing", ["not-there.db", "the option store"]),
    "lookup('address', 'web', subnt='lan')": ("bad_request", ["subnt", "Did you mean subnet?"]),
    "lookup('address', 'web', defalt='x', missng='empty')": ("bad_request", ["Did you mean default?", "missing?"]),
    "lookup('address', '10.0.0.99', reverse=true)": ("address_missing", ["10.0.0.99", "nobody"]),
    "lookup('address', 'web', reverse=true)": ("bad_request", ["'web'"]),
    "lookup('address', 'web', missing='reserve')": ("bad_request", ["missing", "subnet"]),
    "lookup('address', '10.0.0.8', subnet='lan', reverse=true, missing='reserve')": ("bad_request", ["reverse"]),
    "lookup('address', 'new', subnet='lam', missing='reserve')": ("subnet_missing", ["'lam'", "'lan'"]),
    "lookup('address', 'new', subnet='lan', pool='r', missing='reserve')": ("pool_missing", ["'r'"]),
    "query('addresses', sbnet='lan')": ("bad_request", ["sbnet", "Did you mean subnet?"]),
    "query('addresses', labels={'a': [1]})": ("bad_request", ["labels.a"]),
    "query('addresses', subnet='lam')": ("subnet_missing", ["'lam'"]),
    "lookup('subnet', 'lam')": ("subnet_missing", ["'lam'", "'lan'"]),
    "lookup('subnet', '192.0.2.1')": ("address_outside_subnet", ["192.0.2.1"]),
    "lookup('subnet', 'lan', vfr='red')": ("bad_request", ["vfr", "Did you mean vrf?"]),
}


def in_full(expression: str) -> str:
    for call in ("lookup", "query"):
        expression = expression.replace(f"{call}('", f"{call}('netledger.ipam.")
    return "{{ " + expression + " }}"


@pytest.fixture(scope="module")
def run(new_project: t.Callable[[], Project]) -> Run:
    project = new_project()
    project.tasks(LEDGER).ok()
    expressions = [*YIELDS, *FAILS, "query('address', 'web', version=5)", "query('address', 'web', missing='perhaps')"]
    return project.tasks(
        [
            {"name": one, "ansible.builtin.set_fact": {"found": in_full(one)}, "ignore_errors": True}
            for one in expressions
        ]
    ).ok()


@pytest.mark.parametrize("expression", YIELDS)
def test_a_lookup_yields(run: Run, expression: str) -> None:
    result = run[expression]
    assert result["failed"] is False, result["msg"]
    assert result["ansible_facts"]["found"] == YIELDS[expression]


@pytest.mark.parametrize("expression", FAILS)
def test_a_lookup_fails_with_a_reason(run: Run, expression: str) -> None:
    reason, words = FAILS[expression]
    message = run[expression]["msg"]
    assert f"(reason: {reason})" in message
    assert [word for word in words if word not in message] == [], message


def test_a_value_that_an_option_does_not_have_is_refused(run: Run) -> None:
    for option in ("version=5", "missing='perhaps'"):
        result = run[f"query('address', 'web', {option})"]
        assert result["failed"] is True
        assert "Invalid value" in result["msg"]
        assert "(reason: bad_request)" in result["msg"]
        assert option.partition("=")[0] in result["msg"]


def test_ansible_host_by_lookup_serves_the_very_play_that_reserves(project: Project) -> None:
    """ansible-core evaluates ansible_host for every task, so also before anything is reserved or the ledger exists."""
    project.hosts("[web]", "web[1:3]")
    project.write(
        "group_vars/web.yml",
        """
        ansible_host:
          "{{ lookup('netledger.ipam.address', inventory_hostname, subnet='lan', default=inventory_hostname) }}"
        net: "{{ lookup('netledger.ipam.subnet', 'lan') }}"
        """,
    )
    plays = """
    - hosts: web
      gather_facts: false
      tasks:
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, gateway: 10.0.0.1}
          run_once: true
        - netledger.ipam.address:
            names: "{{ ansible_play_hosts_all }}"
            subnet: lan
          run_once: true
        - name: host
          ansible.builtin.debug:
            msg: "{{ ansible_host }} {{ net.gateway }}"
        - name: neighbours
          ansible.builtin.debug:
            msg: "{{ groups.web | map('extract', hostvars, 'ansible_host') }}"
    """
    addresses = ["10.0.0.2", "10.0.0.3", "10.0.0.4"]
    runs = [project.play(plays, *arguments).ok() for arguments in (["--check"], [], [])]
    for run in runs:
        assert sorted(one["msg"] for one in run.by_host("host").values()) == [f"{one} 10.0.0.1" for one in addresses]
        assert [one["msg"] for one in run.by_host("neighbours").values()] == [addresses] * 3
    assert runs[-1].changed == 0


def test_a_lookup_reserves_what_is_missing(project: Project) -> None:
    project.tasks("- netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}").ok()
    project.tasks("- netledger.ipam.address: {name: b, subnet: lan, interface: eth1, address: 10.0.0.9}").ok()
    tasks = """
    - name: first
      ansible.builtin.debug:
        msg: "{{ query('netledger.ipam.address', 'a', 'b', 'c', 'a', subnet='lan', missing='reserve') }}"
    - name: second
      ansible.builtin.debug:
        msg: "{{ lookup('netledger.ipam.address', 'd', subnet='lan', missing='reserve') }}"
    """
    for arguments in (["--check"], [], []):
        run = project.tasks(tasks, *arguments).ok()
        assert run["first"]["msg"] == ["10.0.0.1", "10.0.0.9", "10.0.0.2", "10.0.0.1"]
        assert run["second"]["msg"] == "10.0.0.3"
        held = project.tasks(
            """
            - name: held
              netledger.ipam.address_info: {subnet: lan}
            - name: who
              netledger.ipam.history_info: {name: c}
            """
        ).ok()
        names = [one["name"] for one in held["held"]["addresses"]]
        assert names == (["b"] if arguments else ["a", "c", "d", "b"])
        actors = [one["actor"].rpartition(", host ")[2] for one in held["who"]["entries"]]
        assert actors == ([] if arguments else ["localhost, lookup address"])
