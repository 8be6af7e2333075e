# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What task subnet is told, checked and read.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import pools
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import MOST, STRATEGIES
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool_options
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options

MOST_PARTS: t.Final = 65536

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "name": {"type": "str"},
        "new_name": {"type": "str"},
        "cidr": {"type": "str", "aliases": ["network"]},
        "parent": {"type": "list", "elements": "str"},
        "prefix_length": {"type": "int"},
        "min_prefix_length": {"type": "int"},
        "max_prefix_length": {"type": "int"},
        "default_prefix_length": {"type": "int"},
        "quota": {"type": "int"},
        "split": {"type": "int"},
        "split_names": {"type": "list", "elements": "str"},
        "merge": {"type": "list", "elements": "str"},
        "gateway": {"type": "str"},
        "pools": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str"},
                "start": {"type": "str", "required": True},
                "end": {"type": "str", "required": True},
                **pool_options.SETTINGS,
            },
        },
        "reserved": {"type": "list", "elements": "str"},
        "dns_servers": {"type": "list", "elements": "str", "aliases": ["nameservers"]},
        "domain": {"type": "str"},
        "vlan_id": {"type": "int", "aliases": ["vlan"]},
        "mtu": {"type": "int"},
        "hold_down": {"type": "str"},
        "strategy": {"type": "str", "choices": list(STRATEGIES)},
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

_BESIDE_SPLIT: t.Final = {"name", "split", "split_names", "force", "state", *STORE_ARGUMENTS}
_NOT_BESIDE_MERGE: t.Final = ("new_name", "cidr", "parent", "prefix_length")


class Request(t.NamedTuple):
    """``split`` is a number of parts or None, ``merge`` names the parts or is empty."""

    wish: Wish
    absent: bool
    split: int | None = None
    split_names: tuple[str, ...] = ()
    merge: tuple[str, ...] = ()


def read(options: Options) -> Request:
    reader = Reader(options)
    wish = Wish(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        name=reader.named("name"),
        network=reader.value("cidr", parse.parse_network) if options.get("cidr") else None,
        parents=reader.named_list("parent"),
        prefix_length=reader.value("prefix_length", _length),
        new_name=reader.named("new_name"),
        gateway=options.get("gateway"),
        reserved=options.get("reserved"),
        pools=_pools(reader, options),
        settings=_settings(reader),
        force=bool(options.get("force")),
    )
    request = Request(
        wish,
        options.get("state") == "absent",
        split=reader.value("split", lambda value, option: parse.parse_number(value, option, 2, MOST_PARTS)),
        split_names=reader.named_list("split_names"),
        merge=reader.named_list("merge"),
    )
    if options.get("gateway") and options["gateway"] not in ("first", "last"):
        reader.value("gateway", parse.parse_address)
    if not options.get("name") and not options.get("cidr"):
        reader.refuse("name", "is empty: give name or cidr.")
    _check_split(reader, options, request)
    _check_merge(reader, options, request)
    reader.finish()
    return request


def _settings(reader: Reader) -> dict[str, t.Any]:
    return {
        **reader.given_only("dns_servers", _dns_servers),
        **reader.cleared("domain", parse.parse_domain),
        **reader.cleared("vlan_id", lambda value, option: parse.parse_number(value, option, 1, 4094), 0),
        **reader.cleared("mtu", lambda value, option: parse.parse_number(value, option, 68, 65535), 0),
        **reader.given_only("hold_down", parse.parse_duration),
        **reader.given_only("strategy", pools.parse_strategy),
        **reader.cleared("min_prefix_length", _length, -1),
        **reader.cleared("max_prefix_length", _length, -1),
        **reader.cleared("default_prefix_length", _length, -1),
        **reader.cleared("quota", lambda value, option: parse.parse_number(value, option, 1, MOST), 0),
        **reader.given_only("tags", parse.parse_tags),
        **reader.given_only("labels", parse.parse_labels),
        **reader.given_only("description", parse.parse_text),
    }


def _length(value: int, option: str) -> int:
    return parse.parse_number(value, option, 0, 128)


def _dns_servers(texts: list[str], option: str) -> tuple[str, ...]:
    return tuple(parse.canonical_address(text, option) for text in texts)


def _pools(reader: Reader, options: Options) -> list[dict[str, t.Any]] | None:
    """The entries, with what needs no subnet to be read; what is no address at all is reported with all errors."""
    if options.get("pools") is None:
        return None
    entries = []
    for pool, item in zip(options["pools"], reader.items("pools")):
        item.value("start", parse.parse_address)
        item.value("end", parse.parse_address)
        own = pool_options.settings(item)
        if isinstance(pool, dict):
            entries.append({"start": pool.get("start"), "end": pool.get("end"), "name": item.named("name"), **own})
    return entries


def _check_split(reader: Reader, options: Options, request: Request) -> None:
    if request.split is None:
        if request.split_names and not reader.given("split"):
            reader.error("split_names", "needs split, the number of parts.")
        return
    if request.split & (request.split - 1):
        reader.refuse("split", "is not a power of two.")
    reader.refuse_repeated("split_names")
    if request.split_names and len(request.split_names) != request.split:
        reader.error("split_names", f"has {len(request.split_names)} names for {request.split} parts.")
    if not options.get("name"):
        reader.error("name", "is missing. Say which subnet to split.")
    for option in sorted(set(options) - _BESIDE_SPLIT):
        if reader.given(option) and options[option] not in ("", []):
            reader.error(option, "does not go with split, which changes nothing else. Use a task of its own.")
    if request.absent:
        reader.error("split", "does not go with state=absent.")


def _check_merge(reader: Reader, options: Options, request: Request) -> None:
    if not request.merge:
        return
    if len(request.merge) < 2:
        reader.refuse("merge", "names one subnet, and at least two can become one.")
    if not options.get("name"):
        reader.error("name", "is missing. Say what the merged subnet is called.")
    for option in _NOT_BESIDE_MERGE:
        if reader.given(option) and options[option] not in ("", []):
            reader.error(option, "does not go with merge.")
    if request.absent:
        reader.error("merge", "does not go with state=absent.")


def creates(options: Options) -> bool:
    """Only a task that says what the subnet is can make one, and with it the store."""
    made_of = options.get("cidr") or (any(options.get("parent") or ()) and options.get("prefix_length") is not None)
    return options.get("state") != "absent" and bool(made_of)
