# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventories as the commands of Ansible show them."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.netledger.ipam.tests.plays.project import BIN, Project, Run

PLUGIN = "plugin: netledger.ipam.inventory\n"


class Listed(t.NamedTuple):
    """What ``ansible-inventory --list`` prints."""

    run: Run
    groups: dict[str, dict[str, list[str]]]
    variables: dict[str, dict[str, t.Any]]

    @property
    def places(self) -> dict[str, str]:
        """Where each host is reached."""
        return {name: variables["ansible_host"] for name, variables in self.variables.items()}


def listed(project: Project, name: str = "lab.ipam.yml") -> Listed:
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    run = project.run(BIN / "ansible-inventory", "-i", name, "--list", env=strict).ok()
    document = unmarked(json.loads(run.output[run.output.index("{\n") : run.output.rindex("\n}") + 2]))
    hosts = document.pop("_meta")["hostvars"]
    return Listed(run, document, hosts)


def unmarked(value: t.Any) -> t.Any:
    """The value without the marks that ansible-inventory prints at texts that are no templates."""
    if isinstance(value, dict):
        if list(value) == ["__ansible_unsafe"]:
            return value["__ansible_unsafe"]
        return {name: unmarked(one) for name, one in value.items()}
    return [unmarked(one) for one in value] if isinstance(value, list) else value
