# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Task subnet: one subnet is there as described, or is gone.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import difference, subnet_result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "cidr": {"type": "str", "aliases": ["network"]},
        "parent": {"type": "str"},
        "prefix_length": {"type": "int"},
        "gateway": {"type": "str"},
        "pools": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str"},
                "start": {"type": "str", "required": True},
                "end": {"type": "str", "required": True},
            },
        },
        "reserved": {"type": "list", "elements": "str"},
        "dns_servers": {"type": "list", "elements": "str", "aliases": ["nameservers"]},
        "domain": {"type": "str"},
        "vlan_id": {"type": "int", "aliases": ["vlan"]},
        "mtu": {"type": "int"},
        "hold_down": {"type": "str"},
        "tags": {"type": "list", "elements": "str"},
        "labels": {"type": "dict"},
        "description": {"type": "str"},
        "force": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "required_one_of": [["name", "cidr"]],
    "mutually_exclusive": [["cidr", "prefix_length"]],
    "supports_check_mode": True,
}


class Request(t.NamedTuple):
    wish: subnets.Wish
    absent: bool


def read(options: Options) -> Request:
    reader = Reader(options)
    wish = subnets.Wish(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        name=reader.named("name"),
        network=reader.value("cidr", parse.parse_network) if options.get("cidr") else None,
        parent=reader.named("parent"),
        prefix_length=reader.value("prefix_length", lambda value, option: parse.parse_number(value, option, 0, 128)),
        gateway=options.get("gateway"),
        reserved=options.get("reserved"),
        pools=options.get("pools"),
        settings={
            **reader.given_only("dns_servers", _dns_servers),
            **reader.cleared("domain", parse.parse_domain),
            **reader.cleared("vlan_id", lambda value, option: parse.parse_number(value, option, 1, 4094), 0),
            **reader.cleared("mtu", lambda value, option: parse.parse_number(value, option, 68, 65535), 0),
            **reader.given_only("hold_down", parse.parse_duration),
            **reader.given_only("tags", parse.parse_tags),
            **reader.given_only("labels", parse.parse_labels),
            **reader.given_only("description", parse.parse_text),
        },
        force=bool(options.get("force")),
    )
    _check_texts(reader, options)
    reader.finish()
    return Request(wish, options.get("state") == "absent")


def _check_texts(reader: Reader, options: Options) -> None:
    """Report what is no address at all here, together with all other errors; the rest needs the subnet."""
    if options.get("gateway"):
        reader.value("gateway", parse.parse_address)
    for pool in reader.items("pools"):
        pool.value("start", parse.parse_address)
        pool.value("end", parse.parse_address)
        pool.named("name")
    if not options.get("name") and not options.get("cidr"):
        reader.refuse("name", "is empty: give name or cidr.")


def _dns_servers(texts: list[str], option: str) -> tuple[str, ...]:
    return tuple(parse.canonical_address(text, option) for text in texts)


def perform(tx: Transaction, request: Request) -> Result:
    return _absent(tx, request.wish) if request.absent else _present(tx, request.wish)


def _present(tx: Transaction, wish: subnets.Wish) -> Result:
    change = subnets.ensure(tx, wish)
    name = change.after["name"] if change.after else wish.name
    return {
        "changed": change.before != change.after,
        "subnet": subnet_result(tx, change.subnet) if change.subnet else None,
        "diff": difference(f"subnet {name}", change.before, change.after),
    }


def _absent(tx: Transaction, wish: subnets.Wish) -> Result:
    found = find.find_subnet(tx, wish.vrf, wish.name) if wish.name else None
    if wish.network and not wish.name:
        found = rows.by_network(tx, wish.vrf, wish.network)
    if found and wish.network and found.network != wish.network:
        found = None  # that name now stands for another network, which is not the one to remove
    if not found:
        return {"changed": False, "removed": {"subnets": [], "addresses": []}, "diff": difference("subnet", None, None)}
    gone = subnets.remove(tx, found, force=wish.force)
    return {
        "changed": True,
        "removed": {"subnets": [found.name, *gone.subnets], "addresses": gone.addresses},
        "diff": difference(f"subnet {found.name}", gone.record, None),
    }


def creates(options: Options) -> bool:
    """Only a task that says what the subnet is can make one, and with it the store."""
    made_of = options.get("cidr") or (options.get("parent") and options.get("prefix_length") is not None)
    return options.get("state") != "absent" and bool(made_of)


TASK: t.Final = Task("subnet", ARGUMENTS, read, perform, creates=creates)
