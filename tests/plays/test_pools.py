# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resized pools keep every address, and full ones say what fills them."""

from __future__ import annotations

from ansible_collections.netledger.ipam.tests.plays.project import Project

HELD = {"10.0.0.10": "a", "10.0.0.11": "b", "10.0.0.12": "c"}


def test_a_resized_pool_keeps_every_address(project: Project) -> None:
    run = project.tasks(
        """
        - netledger.ipam.subnet:
            name: lan
            cidr: 10.0.0.0/24
            pools: [{name: p, start: 10.0.0.10, end: 10.0.0.19}, {name: q, start: 10.0.0.50, end: 10.0.0.59}]
        - netledger.ipam.address: {names: [a, b, c], subnet: lan, pool: p}
        - name: grow
          netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.5, end: 10.0.0.40}
        - name: shrink around them
          netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.10, size: 3}
        - name: shrink over them
          netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.10, size: 1}
          ignore_errors: true
        - name: shrink by the subnet
          netledger.ipam.subnet: {name: lan, pools: [{name: p, start: 10.0.0.12, end: 10.0.0.19}]}
          ignore_errors: true
        - name: remove
          netledger.ipam.pool: {subnet: lan, name: p, state: absent}
          ignore_errors: true
        - name: still there
          netledger.ipam.address: {names: [a, b, c], subnet: lan}
        - name: force
          netledger.ipam.pool: {subnet: lan, name: p, start: 10.0.0.10, size: 1, force: true}
        - name: kept
          netledger.ipam.address: {name: b, subnet: lan}
        - name: somebody new
          netledger.ipam.address: {name: d, subnet: lan}
        - name: remove by force
          netledger.ipam.pool: {subnet: lan, name: p, state: absent, force: true}
        - name: removed already
          netledger.ipam.pool: {subnet: lan, name: p, state: absent}
        - name: remove one that holds nothing
          netledger.ipam.pool: {subnet: lan, name: no such, state: absent}
        """
    ).ok()
    assert run["grow"]["pool"] == {
        "name": "p",
        "subnet": "lan",
        "vrf": "default",
        "start": "10.0.0.5",
        "end": "10.0.0.40",
        "strategy": None,
        "hold_down": None,
        "warn_below": None,
        "size": 36,
        "used": 3,
        "held_down": 0,
        "reserved": 0,
        "in_children": 0,
        "free": 33,
    }
    assert run["shrink around them"]["pool"]["free"] == 0
    refusals = {
        "shrink over them": {"10.0.0.11 (b)", "10.0.0.12 (c)"},
        "shrink by the subnet": {"10.0.0.10 (a)", "10.0.0.11 (b)"},
        "remove": {"10.0.0.10 (a)", "10.0.0.11 (b)", "10.0.0.12 (c)"},
    }
    for task, holders in refusals.items():
        assert run[task]["reason"] == "shrink_in_use"
        assert {
            holder for holder in ("10.0.0.10 (a)", "10.0.0.11 (b)", "10.0.0.12 (c)") if holder in run[task]["msg"]
        } == (holders)
        assert {f"{one['address']} ({one['name']})" for one in run[task]["stranded"]} == holders
    assert run["still there"]["changed"] is False
    assert [one["address"] for one in run["force"]["stranded"]] == ["10.0.0.11", "10.0.0.12"]
    assert (run["kept"]["changed"], run["kept"]["address"], run["kept"]["pool"]) == (False, "10.0.0.11", None)
    assert run["somebody new"]["pool"] == "q"
    assert [one["name"] for one in run["remove by force"]["stranded"]] == ["a"]
    assert [run[task]["changed"] for task in ("remove by force", "removed already")] == [True, False]
    assert run["remove one that holds nothing"]["changed"] is False
    assert project.held() == {**HELD, "10.0.0.50": "d"}


def test_exhaustion_names_the_pool_its_bounds_and_what_fills_it(project: Project) -> None:
    """Eight addresses: three held, two held down, three reserved."""
    run = project.tasks(
        """
        - netledger.ipam.subnet:
            name: lan
            cidr: 10.0.0.0/24
            hold_down: 1h
            reserved: [10.0.0.13-10.0.0.15]
            pools: [{name: servers, start: 10.0.0.10, end: 10.0.0.17}, {name: vips, start: 10.0.0.30, end: 10.0.0.30}]
        - netledger.ipam.address: {names: [a, b, c, d, e], subnet: lan, pool: servers}
        - netledger.ipam.address: {names: [d, e], state: absent}
        - name: one too many
          netledger.ipam.address: {name: f, subnet: lan, pool: servers}
          ignore_errors: true
        - name: two too many of all pools
          netledger.ipam.address: {names: [f, g, h], subnet: lan}
          ignore_errors: true
        - name: nobody got anything
          netledger.ipam.subnet_info: {name: lan}
        - name: the last holder may return
          netledger.ipam.address: {name: e, subnet: lan, pool: servers}
        """
    ).ok()
    full = run["one too many"]
    assert full["reason"] == "pool_exhausted"
    facts = {"name": "servers", "start": "10.0.0.10", "end": "10.0.0.17", "size": 8, "used": 3, "held_down": 2}
    assert full["pools"] == [{**facts, "reserved": 3, "in_children": 0}]
    for words in ("'lan'", "'servers'", "10.0.0.10-10.0.0.17", "8 addresses", "3 used", "2 held down", "3 reserved"):
        assert words in full["msg"]
    several = run["two too many of all pools"]
    assert "only 1 of the 3" in several["msg"]
    assert [one["name"] for one in several["pools"]] == ["servers", "vips"]
    (subnet,) = run["nobody got anything"]["subnets"]
    assert [(one["used"], one["free"]) for one in subnet["pools"]] == [(3, 0), (0, 1)]
    assert run["the last holder may return"]["address"] == "10.0.0.17"
