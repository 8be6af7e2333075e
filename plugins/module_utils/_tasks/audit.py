# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task audit: where the addresses that a host has differ from those that it holds.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import audit, find
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "observed": {
            "type": "list",
            "elements": "dict",
            "options": {
                "address": {"type": "str", "required": True, "aliases": ["ip", "ip_address"]},
                "interface": {"type": "str"},
                "mac": {"type": "str", "aliases": ["mac_address"]},
            },
        },
        "subnet": {"type": "list", "elements": "str"},
        "shared": {"type": "list", "elements": "str"},
        **STORE_ARGUMENTS,
    },
    "supports_check_mode": True,
}


class Request(t.NamedTuple):
    vrf: str
    name: str
    observed: list[audit.Observed]
    subnets: tuple[str, ...]
    shared: frozenset[str]


def read(options: Options) -> Request:
    reader = Reader(options)
    request = Request(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        name=reader.named("name") or "",
        observed=[_observed(item) for item in reader.items("observed")],
        subnets=reader.named_list("subnet"),
        shared=frozenset(reader.named_list("shared")),
    )
    if not options.get("name"):
        reader.error("name", "is missing. Say whose addresses to compare.")
    if not reader.given("observed"):
        reader.error("observed", "is missing. Gather facts of the host before, or say which addresses it has.")
    reader.finish()
    return request


def _observed(item: Reader) -> audit.Observed:
    item.require("address")
    return audit.Observed(
        address=item.value("address", _bare) or "",
        interface=item.value("interface", parse.parse_interface) or "",
        mac=item.cleared("mac", parse.parse_mac).get("mac"),
    )


def _bare(text: str, option: str) -> str:
    """An address without the zone (RFC 4007 11) and the prefix length that stand behind it where hosts show it."""
    without_zone = text.partition("%")[0]
    parse.checked_host(without_zone, option)
    return without_zone.partition("/")[0]


def perform(tx: Transaction, request: Request) -> Result:
    if not request.subnets:
        find.check_vrf(tx, request.vrf)
    limits = frozenset(find.subnet(tx, request.vrf, name).id for name in request.subnets)
    asked = audit.Asked(request.vrf, request.name, limits if request.subnets else None, request.shared)
    held = address_info.matching(tx, address_info.Request(request.vrf, names=frozenset([request.name])))
    found = audit.compare(tx, asked, request.observed, held)
    return {
        "changed": False,
        "findings": [one._asdict() for one in found.findings],
        "adoptable": [{"name": request.name, **_known(one)} for one in found.adoptable],
        "outside": [one._asdict() for one in found.outside],
    }


def _known(one: audit.Observed) -> Result:
    """The address as an entry of task address, which takes what is left out to be as it was."""
    return {field: value for field, value in one._asdict().items() if value is not None}


TASK: t.Final = Task("audit", ARGUMENTS, read, perform, writes=False)
