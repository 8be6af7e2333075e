# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second run changes nothing, for every module and option, also when only the spelling differs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    address_info,
    pool,
    store,
    subnet,
    subnet_info,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result, Run

V4 = {"name": "lan", "cidr": "10.0.0.0/24"}
MORE = {"name": "more", "cidr": "10.0.1.0/24"}
V6 = {"name": "lan6", "cidr": "2001:db8::/64"}
TWO_POOLS = [
    {"name": "low", "start": "10.0.0.10", "end": "10.0.0.19"},
    {"name": "high", "start": "10.0.0.200", "end": "10.0.0.209"},
]


class Case(t.NamedTuple):
    """A task, the same in other spellings, and one that does differ. Each case has a VRF of its own."""

    module: str
    first: Result
    spelled: t.Sequence[Result] = ()
    other: Result | None = None
    needs: t.Sequence[Result] = ()


def of_subnet(option: str, value: t.Any, *spelled: t.Any, other: t.Any, of: Result = V4) -> Case:
    return Case("subnet", {**of, option: value}, [{**of, option: one} for one in spelled], {**of, option: other})


def of_address(option: str, value: t.Any, *spelled: t.Any, other: t.Any, of: Result = V4) -> Case:
    who = {"name": "web01", "subnet": of["name"]}
    return Case(
        "address",
        {**who, option: value},
        [{**who, option: one} for one in spelled],
        None if other is None else {**who, option: other},
        [of],
    )


CASES = {
    "a cidr with host bits": Case(
        "subnet", {"cidr": "10.0.0.0/24"}, [{"cidr": "10.0.0.1/24"}], {"cidr": "10.1.0.0/24"}
    ),
    "a cidr with a netmask": Case("subnet", {"cidr": "10.0.0.0/24"}, [{"network": "10.0.0.0/255.255.255.0"}]),
    "an IPv6 cidr": Case("subnet", {"cidr": "2001:db8::/64"}, [{"cidr": "2001:DB8:0:0:0::1/64"}]),
    "a mapped cidr": Case("subnet", {"cidr": "10.0.0.0/24"}, [{"cidr": "::ffff:10.0.0.0/120"}]),
    "a mapped cidr first": Case("subnet", {"cidr": "::ffff:10.0.0.0/120"}, [{"cidr": "10.0.0.0/24"}]),
    "a name alone": Case(
        "subnet", V4, [{"name": "lan"}, {"cidr": "10.0.0.0/24"}], {"name": "wan", "cidr": "10.1.0.0/24"}
    ),
    "the next free child": Case(
        "subnet",
        {"name": "child", "parent": "lan", "prefix_length": 28},
        [{"name": "child", "parent": "10.0.0.9/24", "prefix_length": "28"}, {"name": "child"}],
        {"name": "another", "parent": "lan", "prefix_length": 28},
        [V4],
    ),
    "a child by cidr": Case(
        "subnet", {"cidr": "10.0.0.0/28", "parent": "lan"}, [{"cidr": "10.0.0.0/28"}], {"cidr": "10.0.0.16/28"}, [V4]
    ),
    "gateway": of_subnet("gateway", "10.0.0.1", "::ffff:10.0.0.1", "::FFFF:a00:1", other="10.0.0.2"),
    "an IPv6 gateway": of_subnet("gateway", "2001:db8::1", "2001:DB8:0::0001", other="2001:db8::2", of=V6),
    "no gateway": of_subnet("gateway", "", other="10.0.0.1"),
    "pools": of_subnet(
        "pools",
        TWO_POOLS,
        TWO_POOLS[::-1],
        [{**one, "start": f"::ffff:{one['start']}"} for one in TWO_POOLS],
        other=TWO_POOLS[:1],
    ),
    "pools without names": of_subnet(
        "pools",
        [{"start": "2001:db8::10", "end": "2001:db8::ff"}],
        [{"end": "2001:DB8::FF", "start": "2001:db8:0::10"}],
        other=[{"start": "2001:db8::10", "end": "2001:db8::fe"}],
        of=V6,
    ),
    "no pools": of_subnet("pools", [], other=TWO_POOLS),
    "reserved": of_subnet(
        "reserved",
        ["10.0.0.1-10.0.0.9", "10.0.0.16/30"],
        ["10.0.0.16-10.0.0.19", "10.0.0.6 - 10.0.0.9", "10.0.0.1-10.0.0.7"],
        ["::ffff:10.0.0.1-::ffff:10.0.0.9", "10.0.0.16/255.255.255.252"],
        other=["10.0.0.1-10.0.0.9"],
    ),
    "IPv6 reserved": of_subnet("reserved", ["2001:db8::a"], ["2001:DB8::A/128"], other=["2001:db8::b"], of=V6),
    "nothing reserved": of_subnet("reserved", [], other=["10.0.0.9"]),
    "dns_servers": Case(
        "subnet",
        {**V4, "dns_servers": ["2001:db8::53", "10.0.0.2"]},
        [
            {**V4, "dns_servers": ["2001:DB8:0::0053", "::ffff:10.0.0.2"]},
            {**V4, "nameservers": ["2001:db8::53", "10.0.0.2"]},
        ],
        {**V4, "dns_servers": ["10.0.0.2", "2001:db8::53"]},
    ),
    "domain": of_subnet("domain", "example.com", "Example.COM", "example.com.", other="example.org"),
    "no domain": of_subnet("domain", "", other="example.org"),
    "vlan_id": of_subnet("vlan_id", 120, "120", other=121),
    "the alias vlan": of_subnet("vlan", "120", 120, other=0),
    "no vlan_id": of_subnet("vlan_id", 0, "0", other=1),
    "mtu": of_subnet("mtu", 9000, "9000", other=0),
    "hold_down": of_subnet("hold_down", "10m", 600, "600s", " 10 M ", other="11m"),
    "tags": of_subnet("tags", ["b", "a"], ["a", "b"], ["a", "b", "a"], "b,a", other=["a"]),
    "labels": of_subnet("labels", {"rack": 4, "on": True}, {"on": "true", "rack": "4"}, other={"rack": 4}),
    "description": of_subnet("description", "The LAN\nof site A", "The LAN\nof site A", other=""),
    "strategy of a subnet": of_subnet("strategy", "random", "random", other="lowest"),
    "min_prefix_length": of_subnet("min_prefix_length", 26, "26", other=-1),
    "max_prefix_length": of_subnet("max_prefix_length", 28, "28", other=30),
    "default_prefix_length": of_subnet("default_prefix_length", 27, "27", other=-1),
    "quota": of_subnet("quota", 64, "64", other=0),
    "another cidr": Case("subnet", V4, [{"name": "lan"}], {"name": "lan", "cidr": "10.0.0.0/23"}),
    "the next child of several": Case(
        "subnet",
        {"name": "child", "parent": ["lan", "more"], "prefix_length": 25},
        [{"name": "child", "parent": ["more", "lan"]}, {"name": "child", "parent": "lan,more"}],
        {"name": "another", "parent": "more,lan", "prefix_length": 25},
        [V4, MORE],
    ),
    "state, force and the store": Case(
        "subnet",
        {**V4, "state": "present", "force": False, "store": "ipam.db", "lock_timeout": 30},
        [
            {**V4, "force": True},
            {**V4, "store": "./no/../ipam.db", "lock_timeout": "5"},
            {**V4, "store": "{{ playbook_dir }}/ipam.db"},
        ],
    ),
    "a pool by its end": Case(
        "pool",
        {"subnet": "lan", "name": "few", "start": "10.0.0.10", "end": "10.0.0.19"},
        [
            {"subnet": "10.0.0.7/24", "name": "few", "start": "::ffff:10.0.0.10", "end": "10.0.0.19"},
            {"subnet": "lan", "name": "few", "start": "10.0.0.10", "size": "10", "force": True, "state": "present"},
        ],
        {"subnet": "lan", "name": "few", "start": "10.0.0.10", "end": "10.0.0.20"},
        [V4],
    ),
    "the default pool by its size": Case(
        "pool",
        {"subnet": "lan6", "start": "2001:db8::10", "size": 16},
        [{"subnet": "2001:DB8::/64", "name": "default", "start": "2001:DB8::10", "end": "2001:db8::1f"}],
        {"subnet": "lan6", "start": "2001:db8::10", "size": 17},
        [V6],
    ),
    "strategy and hold_down of a pool": Case(
        "pool",
        {"subnet": "lan", "strategy": "rotate", "hold_down": "1h", "warn_below": 5},
        [
            {"subnet": "lan", "strategy": "rotate", "hold_down": 3600},
            {"subnet": "lan", "hold_down": "60m", "warn_below": "5"},
        ],
        {"subnet": "lan", "strategy": "", "hold_down": ""},
        [V4],
    ),
    "several subnets": Case(
        "address",
        {"name": "web01", "subnet": ["lan", "more"]},
        [{"name": "web01", "subnet": "more,lan"}, {"name": "web01", "subnet": "10.0.0.0/24"}],
        {"name": "web01", "subnet": "more"},
        [V4, MORE],
    ),
    "subnets by tag and label": Case(
        "address",
        {"name": "web01", "subnet_tags": ["front"], "subnet_labels": {"site": 1}},
        [{"name": "web01", "subnet_tags": "front"}, {"name": "web01", "subnet_labels": {"site": "1"}}],
        {"name": "web02", "subnet_tags": "front"},
        [{**V4, "tags": ["front", "x"], "labels": {"site": 1}}, MORE],
    ),
    "version": Case(
        "address",
        {"name": "web01", "subnet": ["lan", "lan6"], "version": 4},
        [{"name": "web01", "subnet": ["lan", "lan6"], "version": "4"}],
        {"name": "web01", "subnet": ["lan", "lan6"], "version": 6},
        [V4, V6],
    ),
    "dual_stack": Case(
        "address",
        {"name": "web01", "subnet": ["lan", "lan6"], "dual_stack": True},
        [{"name": "web01", "subnet": ["lan6", "lan"], "dual_stack": "yes"}],
        {"name": "web02", "subnet": ["lan", "lan6"], "dual_stack": True},
        [V4, V6],
    ),
    "same_host_part": Case(
        "address",
        {"name": "web01", "subnet": ["lan", "lan6"], "same_host_part": True},
        [{"name": "web01", "subnet": ["lan", "lan6"], "dual_stack": True}],
        {"name": "web02", "subnet": ["lan", "lan6"], "same_host_part": True},
        [V4, V6],
    ),
    "strategy": Case(
        "address",
        {"name": "web01", "subnet": "lan", "strategy": "random"},
        [{"name": "web01", "subnet": "lan", "strategy": "highest"}, {"name": "web01", "subnet": "lan"}],
        {"name": "web02", "subnet": "lan", "strategy": "random"},
        [V4],
    ),
    "strategy stable": Case(
        "address",
        {"name": "web01", "subnet": "lan6", "strategy": "stable", "secret_key": "0123456789abcdef"},
        [{"name": "web01", "subnet": "lan6"}],
        {
            "name": "web01",
            "subnet": "lan6",
            "strategy": "stable",
            "secret_key": "fedcba9876543210",
            "force": True,
        },
        [V6],
    ),
    "fallback": Case(
        "address",
        {"name": "web01", "subnet": "lan", "address": "10.0.0.255", "fallback": "next"},
        [{"name": "web01", "subnet": "lan"}, {"name": "web01", "subnet": "lan", "fallback": "error"}],
        {"name": "web02", "subnet": "lan", "address": "10.0.0.9", "fallback": "next"},
        [V4],
    ),
    "count": of_address("count", 2, "2", other=3),
    "a run": Case(
        "address",
        {"name": "web01", "subnet": "lan", "count": 4, "contiguous": True, "align": True},
        [{"name": "web01", "subnet": "lan", "count": "4"}, {"name": "web01", "subnet": "lan"}],
        {"name": "web02", "subnet": "lan", "count": 4, "contiguous": "yes"},
        [V4],
    ),
    "lease": of_address("lease", "12h", "720m", 43200, other="30d"),
    "expires": of_address("expires", "2090-01-01T00:00:00Z", "2090-01-01", "2090-01-01 01:00:00+01:00", other=""),
    "status": of_address("status", "reserved", "reserved", other="active"),
    "adopt": Case(
        "address",
        {"name": "router", "address": "10.0.0.1", "adopt": True},
        [{"name": "router", "subnet": "lan", "address": "10.0.0.1"}],
        {"name": "router", "address": "10.0.0.1", "adopt": True, "status": "dhcp"},
        [{**V4, "gateway": "10.0.0.1"}],
    ),
    "partial": Case(
        "address",
        {"names": ["a", "b", "c"], "subnet": "lan", "partial": True},
        [{"names": ["a", "b"], "subnet": "lan"}, {"names": ["b", "c", "a"], "subnet": "lan", "partial": "yes"}],
        None,
        [{"name": "lan", "cidr": "10.0.0.0/30"}],
    ),
    # Nobody can be asked for 10.0.0.1 here: what is held is not asked for.
    "probe": of_address("probe", "off", False, "arp", "ping", other=None),
    "a name": Case(
        "address",
        {"name": "web01", "subnet": "lan"},
        [{"name": "web01", "subnet": "10.0.0.1/24"}, {"name": "web01", "subnet": "lan", "address": ""}],
        {"name": "Web01", "subnet": "lan"},
        [V4],
    ),
    "an address": of_address("address", "10.0.0.5", "10.0.0.5/24", "10.0.0.5/32", "::ffff:10.0.0.5", other=None),
    "a mapped address": of_address("address", "::ffff:10.0.0.5", "10.0.0.5", other=None),
    "an IPv6 address": of_address("ip", "2001:db8::a", "2001:DB8::A", "2001:db8:0::000a/64", other=None, of=V6),
    "an address without its subnet": Case(
        "address",
        {"name": "web01", "address": "10.0.0.5"},
        [{"name": "web01", "ip_address": "10.0.0.5", "subnet": "lan"}],
        {"name": "web01", "address": "10.0.0.6", "force": True},
        [V4],
    ),
    "an interface": of_address("interface", "eth0", other="ETH0"),
    "no interface": of_address("interface", "", None, other="eth1"),
    "a pool to take from": Case(
        "address",
        {"name": "web01", "subnet": "lan", "pool": "low"},
        [{"name": "web01", "subnet": "lan"}, {"name": "web01", "subnet": "lan", "pool": ""}],
        {"name": "web02", "subnet": "lan", "pool": "low"},
        [{**V4, "pools": TWO_POOLS}],
    ),
    "mac": of_address(
        "mac", "52:54:00:AB:cd:01", "52-54-00-ab-CD-01", "5254.00ab.cd01", "525400abcd01", other="52:54:00:ab:cd:02"
    ),
    "the alias mac_address": of_address("mac_address", "525400ABCD01", "52:54:00:ab:cd:01", other=""),
    "fqdn": of_address("fqdn", "web.example.com", "WEB.Example.com.", other="www.example.com"),
    "tags of an address": of_address("tags", ["b", "a"], ["a", "b", "b"], other=[]),
    "labels of an address": of_address("labels", {"u": 42, "x": 1.5}, {"x": "1.5", "u": "42"}, other={}),
    "description of an address": of_address("description", "first", "first", other="second"),
    "names": Case(
        "address",
        {"names": ["c", "a", "b"], "subnet": "lan"},
        [{"names": ["a", "b", "c"], "subnet": "lan"}, {"names": "a,b,c", "subnet": "lan"}],
        {"names": ["a", "b", "c", "d"], "subnet": "lan"},
        [V4],
    ),
    "addresses": Case(
        "address",
        {
            "subnet": "lan",
            "addresses": [
                {
                    "name": "a",
                    "address": "10.0.0.9",
                    "mac": "525400abcd01",
                    "tags": ["y", "x"],
                    "fqdn": "A.example.com",
                },
                {"name": "a", "interface": "eth1", "pool": "high", "labels": {"n": 1}, "description": "second"},
            ],
        },
        [
            {
                "subnet": "lan",
                "addresses": [
                    {"name": "a", "interface": "eth1", "labels": {"n": "1"}, "description": "second"},
                    {"name": "a", "ip": "10.0.0.9/24", "mac_address": "52:54:00:AB:CD:01", "tags": ["x", "y"]},
                ],
            }
        ],
        {"subnet": "lan", "addresses": [{"name": "a", "fqdn": "b.example.com"}]},
        [{**V4, "pools": TWO_POOLS}],
    ),
    "address_info": Case(
        "address_info",
        {
            "name": "web01",
            "address": "10.0.0.5",
            "subnet": "lan",
            "pool": "default",
            "interface": "",
            "mac": "525400abcd01",
            "tags": ["a"],
            "labels": {"n": 1},
            "status": "active",
            "free": 3,
        },
        [{"subnet": "lan", "free": "3"}],
        needs=[V4],
    ),
    "subnet_info": Case(
        "subnet_info", {"name": "lan", "parent": "lan", "tags": ["a"], "labels": {"n": 1}}, [{}], needs=[V4]
    ),
    "store": Case("store", {"verify": True, "repair": True, "reap": True}, [{"verify": "yes"}, {}], needs=[V4]),
}


def tasks_of(pick: t.Callable[[Case], t.Iterable[Result]]) -> list[Result]:
    return [
        {"name": name, f"netledger.ipam.{case.module}": {"vrf": name, **options}}
        for name, case in CASES.items()
        for options in pick(case)
    ]


@pytest.fixture(scope="module")
def runs(new_project: t.Callable[[], Project]) -> dict[str, Run]:
    """The same play twice, the other spellings, and then what does differ."""
    project = new_project()
    whole = [
        {"name": f"need of {name}", "netledger.ipam.subnet": {"vrf": name, **need}}
        for name, case in CASES.items()
        for need in case.needs
    ] + tasks_of(lambda case: [case.first])
    return {
        "first": project.tasks(whole).ok(),
        "second": project.tasks(whole).ok(),
        "spelled": project.tasks(tasks_of(lambda case: case.spelled)).ok(),
        "other": project.tasks(tasks_of(lambda case: [case.other] if case.other else [])).ok(),
    }


def test_the_second_run_of_everything_reports_no_change(runs: dict[str, Run]) -> None:
    assert runs["second"].stats["localhost"]["changed"] == 0
    assert len(runs["second"].tasks) == len(runs["first"].tasks)


@pytest.mark.parametrize("name", CASES)
def test_other_spellings_change_nothing_and_another_value_does(runs: dict[str, Run], name: str) -> None:
    case = CASES[name]
    results = {run: [one["result"] for one in runs[run].tasks if one["task"] == name] for run in runs}
    assert [one["changed"] for one in results["first"]] == [case.module in ("address", "pool", "subnet")]
    assert [one["changed"] for one in results["second"]] == [False]
    assert [one["changed"] for one in results["spelled"]] == [False] * len(case.spelled)
    assert [one["changed"] for one in results["other"]] == [True] * (case.other is not None)


@pytest.mark.parametrize(
    "task",
    [address.TASK, address_info.TASK, pool.TASK, store.TASK, subnet.TASK, subnet_info.TASK],
    ids=lambda task: str(task.name),
)
def test_every_option_has_a_case(task: t.Any) -> None:
    """The alternative spellings of an option by its aliases count for it.

    What replaces a subnet by others runs twice in test_subnet_changes.py: here each run makes anew what it needs. What
    changes or fills a whole store runs twice in the unit tests of task store.
    """
    spec = task.arguments["argument_spec"]
    used = {
        option
        for case in CASES.values()
        if case.module == task.name
        for options in (case.first, *case.spelled)
        for option in options
    } | {*STORE_ARGUMENTS, "force", "state", "new_name", "split", "split_names", "merge"}
    if task is store.TASK:
        used |= {"confirm", "upgrade", "copy_from", "copy_from_password", "backup", "restore"}
        used |= {"readers", "writers", "history_retention"}
    assert {option for option, rule in spec.items() if not used & {option, *rule.get("aliases", ())}} == set()
