# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks that change while hosts live in them: grown, shrunk, renamed, split, merged, carved from several parents."""

from __future__ import annotations

from ansible_collections.netledger.ipam.tests.plays.project import Project


def test_a_network_grows_gets_a_name_and_becomes_two_and_one_again(project: Project) -> None:
    play = """
        - name: grow
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/23}
        - name: rename
          netledger.ipam.subnet: {name: lan, new_name: office}
        - name: split
          netledger.ipam.subnet: {name: office, split: 2, split_names: [floor-1, floor-2]}
        - name: at home
          netledger.ipam.address: {name: web, subnet: floor-1}
        - name: new on the second floor
          netledger.ipam.address: {name: db, subnet: floor-2}
    """
    project.tasks(
        """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24, gateway: first, domain: example.com}
        - netledger.ipam.address: {name: web, subnet: lan}
        """
    ).ok()
    dry = project.tasks(play, "--check").ok()
    assert project.held() == {"10.0.0.2": "web"}
    run = project.tasks(play).ok()
    assert [run[task] for task in ("grow", "rename")] == [dry[task] for task in ("grow", "rename")]
    assert run["grow"]["subnet"]["cidr"] == "10.0.0.0/23"
    assert [(one["name"], one["cidr"], one["gateway"]) for one in run["split"]["subnets"]] == [
        ("floor-1", "10.0.0.0/24", "10.0.0.1"),
        ("floor-2", "10.0.1.0/24", None),
    ]
    assert run["split"]["subnets"] == dry["split"]["subnets"]
    assert (run["at home"]["changed"], run["at home"]["address"]) == (False, "10.0.0.2")
    assert (run["new on the second floor"]["address"], run["new on the second floor"]["fqdn"]) == (
        "10.0.1.1",
        "db.example.com",
    )
    merge = """
        - name: merge
          netledger.ipam.subnet: {name: office, merge: [floor-1, floor-2], mtu: 1400}
        - name: all of them
          netledger.ipam.address: {names: [web, db], subnet: office}
        - name: shrink over db
          netledger.ipam.subnet: {name: office, cidr: 10.0.0.0/24}
          ignore_errors: true
    """
    for changed in (True, False):
        run = project.tasks(merge).ok()
        assert (run["merge"]["changed"], run["merge"]["subnet"]["cidr"]) == (changed, "10.0.0.0/23")
        assert (run["merge"]["subnet"]["gateway"], run["merge"]["subnet"]["mtu"]) == ("10.0.0.1", 1400)
        assert run["all of them"]["changed"] is False
        assert {one["prefix_length"] for one in run["all of them"]["addresses"]} == {23}
        assert run["shrink over db"]["reason"] == "shrink_in_use"
        assert "10.0.1.1 (db)" in run["shrink over db"]["msg"]
    assert project.held() == {"10.0.0.2": "web", "10.0.1.1": "db"}


def test_a_play_that_splits_can_run_again(project: Project) -> None:
    project.tasks("- netledger.ipam.subnet: {name: lan, cidr: 2001:db8::/62}").ok()
    tasks = """
        - name: split
          netledger.ipam.subnet: {name: lan, split: 4}
        - name: each
          netledger.ipam.address: {name: "web{{ item }}", subnet: "lan-{{ item }}"}
          loop: [1, 2, 3, 4]
    """
    assert [project.tasks(tasks).ok().changed for _time in range(2)] == [2, 0]
    assert sorted(project.held()) == ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1", "2001:db8::1"]


def test_clusters_get_blocks_from_one_site_after_the_other(project: Project) -> None:
    tasks = """
        - name: sites
          netledger.ipam.subnet:
            name: "site-{{ item }}"
            cidr: "10.{{ item }}.0.0/24"
            min_prefix_length: 25
            default_prefix_length: 26
            max_prefix_length: 28
            quota: 128
          loop: [1, 2]
        - name: clusters
          netledger.ipam.subnet: {name: "cluster-{{ item }}", parent: [site-1, site-2], gateway: first}
          loop: [1, 2, 3, 4]
        - name: one too many
          netledger.ipam.subnet: {name: cluster-5, parent: [site-1, site-2]}
          ignore_errors: true
        - name: too large
          netledger.ipam.subnet: {name: cluster-5, parent: site-1, prefix_length: 24}
          ignore_errors: true
        - name: read
          netledger.ipam.subnet_info: {parent: [site-1, site-2]}
    """
    first, again = project.tasks(tasks).ok(), project.tasks(tasks).ok()
    assert [run.changed for run in (first, again)] == [2, 0]
    expected = ["10.1.0.0/26", "10.1.0.64/26", "10.2.0.0/26", "10.2.0.64/26"]
    assert [one["cidr"] for one in again["read"]["subnets"]] == expected
    assert [one["gateway"] for one in again["read"]["subnets"]] == ["10.1.0.1", "10.1.0.65", "10.2.0.1", "10.2.0.65"]
    full = again["one too many"]
    assert full["reason"] == "quota_exceeded"
    assert [(one["parent"], one["reason"]) for one in full["parents"]] == [
        ("site-1", "quota_exceeded"),
        ("site-2", "quota_exceeded"),
    ]
    assert again["too large"]["reason"] == "bad_request"
    assert "from 25 to 32" in again["too large"]["msg"]


def test_what_cannot_be_changed_says_so(project: Project) -> None:
    run = project.tasks(
        """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/24}
        - netledger.ipam.subnet: {name: other, cidr: 10.0.1.0/24}
        - netledger.ipam.address: {name: edge, subnet: lan, address: 10.0.0.127}
        - netledger.ipam.address: {names: [twin], subnet: lan}
        - netledger.ipam.address: {names: [twin], subnet: other}
        - name: over the neighbour
          netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/23}
          ignore_errors: true
        - name: through a holder
          netledger.ipam.subnet: {name: lan, split: 2}
          ignore_errors: true
        - name: in three
          netledger.ipam.subnet: {name: lan, split: 3}
          ignore_errors: true
        - name: a holder twice
          netledger.ipam.subnet: {name: all, merge: [lan, other]}
          ignore_errors: true
        - name: a name twice
          netledger.ipam.subnet: {name: lan, new_name: other}
          ignore_errors: true
        - name: to another vrf
          netledger.ipam.subnet: {name: lan, vrf: red}
          ignore_errors: true
        - name: a pool of two versions
          netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.2, end: "2001:db8::9"}
          ignore_errors: true
        """
    ).ok()
    expected = {
        "over the neighbour": ("overlap", "other (10.0.1.0/24)"),
        "through a holder": ("split_impossible", "10.0.0.127 (edge)"),
        "in three": ("bad_request", "power of two"),
        "a holder twice": ("merge_impossible", "twin"),
        "a name twice": ("name_conflict", "'other' (10.0.1.0/24)"),
        "to another vrf": ("vrf_differs", "'default'"),
        "a pool of two versions": ("version_mismatch", "2001:db8::9"),
    }
    for task, (reason, words) in expected.items():
        assert (run[task]["failed"], run[task]["reason"]) == (True, reason), run[task]["msg"]
        assert words in run[task]["msg"]


def test_pools_rotate_and_wait_as_told(project: Project) -> None:
    tasks = """
        - netledger.ipam.subnet: {name: lan, cidr: 10.0.0.0/29, gateway: last}
        - name: rotate
          netledger.ipam.pool: {subnet: lan, strategy: rotate, hold_down: 0}
        - netledger.ipam.address: {name: a, subnet: lan}
        - netledger.ipam.address: {name: a, subnet: lan, state: absent}
        - name: next
          netledger.ipam.address: {name: b, subnet: lan}
        - name: as the subnet does
          netledger.ipam.pool: {subnet: lan, strategy: "", hold_down: ""}
        - name: lowest
          netledger.ipam.address: {name: c, subnet: lan}
    """
    run = project.tasks(tasks).ok()
    assert (run["rotate"]["pool"]["strategy"], run["rotate"]["pool"]["hold_down"]) == ("rotate", 0)
    assert (run["rotate"]["pool"]["start"], run["rotate"]["pool"]["end"]) == ("10.0.0.1", "10.0.0.5")
    assert run["next"]["address"] == "10.0.0.2"
    assert run["as the subnet does"]["pool"]["strategy"] is None
    assert run["lowest"]["address"] == "10.0.0.1"
