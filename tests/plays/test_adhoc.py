# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ad-hoc commands, with nothing but an ansible.cfg or an environment variable."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import CONFIG, Project

LAN = "localhost -m netledger.ipam.subnet -a 'name=lan cidr=10.0.0.0/24 gateway=10.0.0.1'"


@pytest.mark.parametrize("setting", ["ansible.cfg", "environment"])
def test_one_setting_is_enough_for_the_commands_of_the_issue(project: Project, setting: str) -> None:
    """A name of its own, and a group by the names of its hosts."""
    env = {}
    if setting == "environment":
        project.write("ansible.cfg", CONFIG)
        env = {"NETLEDGER_IPAM_STORE": str(project.folder / "ipam.db")}
    project.hosts("[web]", "web[1:3] ansible_host=192.0.2.1")
    project.adhoc(LAN, env=env).ok()
    one = project.adhoc("localhost -m netledger.ipam.address -a 'name=vip1 subnet=lan'", env=env).ok()
    assert one.only["address"] == "10.0.0.2"
    group = project.adhoc("web -m netledger.ipam.address -a subnet=lan", env=env).ok()
    assert [one["result"]["changed"] for one in group.tasks] == [True, True, True]
    again = project.adhoc("web -m netledger.ipam.address -a subnet=lan", env=env).ok()
    assert again.changed == 0
    assert sorted(project.held().values()) == ["vip1", "web1", "web2", "web3"]
    assert set(project.held()) == {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}
