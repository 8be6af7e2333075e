# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of hosts that are not there: set as cached ones, as a fact cache would have them."""

from __future__ import annotations

import yaml
from ansible_collections.netledger.ipam.tests.plays.project import Project, Result

INTERFACES = ("eth0", "eth1")
GIVE: Result = {
    "hosts": "web",
    "gather_facts": False,
    "tasks": [
        {
            "name": "give facts",
            "ansible.builtin.set_fact": {
                "cacheable": True,
                "interfaces": list(INTERFACES),
                **{name: "{{ given." + name + " | default({}) }}" for name in INTERFACES},
            },
            "when": "given is defined",
        }
    ],
}


def interface(mac: str, *addresses: str) -> Result:
    """An interface as setup describes it on Linux."""
    four, six = ([one for one in addresses if (":" in one) is wanted] for wanted in (False, True))
    return {
        "macaddress": mac,
        **({"ipv4": {"address": four[0]}} if four else {}),
        **({"ipv4_secondaries": [{"address": one} for one in four[1:]]} if four[1:] else {}),
        "ipv6": [{"address": one, "prefix": "64"} for one in six],
    }


def write_facts(project: Project, host: str, **interfaces: Result) -> None:
    project.write(f"host_vars/{host}.yml", yaml.safe_dump({"given": interfaces}))
