# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From records of addresses to hosts: which addresses are one host's, its variables and its groups.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import copy
import typing as t

Record = dict[str, t.Any]
K = t.TypeVar("K")
GroupsOf = t.Callable[[Record], t.Iterable[str]]


class Host(t.NamedTuple):
    """One host of the inventory; names of groups are not yet cleaned of what a group's name may not have."""

    name: str
    variables: dict[str, t.Any]
    groups: list[str]


def subnet_group(name: str) -> str:
    """The group of the hosts in a subnet."""
    return f"subnet_{name}"


GROUPS_BY: t.Final[dict[str, GroupsOf]] = {
    "subnet": lambda record: [subnet_group(record["subnet"])],
    "tag": lambda record: [f"tag_{tag}" for tag in record["tags"]],
    "label": lambda record: [f"label_{name}_{text}" if text else f"label_{name}" for name, text in _labels(record)],
    "vrf": lambda record: [f"vrf_{record['vrf']}"],
    "pool": lambda record: [f"pool_{record['pool']}"] if record["pool"] else [],
}
"""The groups that an address brings its host into, by what they follow from."""


def hosts_of(
    found: t.Mapping[str, t.Any], name_of: t.Callable[[Record], str], prefix: str, groups_by: t.Iterable[str]
) -> list[Host]:
    """The hosts of what ``_tasks.inventory.look`` found, in the order of their first addresses.

    What one name holds in a VRF is one host's; ``name_of`` tells its name from the record of its primary address.
    Holders with the same host name are one host.
    """
    rank = _ranking(found["primary"])
    holders = _grouped(found["addresses"], _holder)
    names = {holder: name_of(min(records, key=rank)) for holder, records in holders.items()}
    hosts = _grouped(found["addresses"], lambda record: names[_holder(record)])
    kinds = [GROUPS_BY[kind] for kind in groups_by]
    return [
        Host(name, _variables(min(records, key=rank), records, prefix), _groups(records, kinds))
        for name, records in hosts.items()
    ]


def _holder(record: Record) -> tuple[str, str]:
    return record["vrf"], record["name"]


def _grouped(records: t.Iterable[Record], key: t.Callable[[Record], K]) -> dict[K, list[Record]]:
    """The records by what the key tells of them, each list in their order."""
    groups: dict[K, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def _ranking(primary: t.Iterable[t.Sequence[str]]) -> t.Callable[[Record], tuple[t.Any, ...]]:
    """Which of two addresses of a host is rather its primary one: the lower by this key.

    Records come by VRF and address, so of those with equal keys the first is the lowest in the first VRF. That a
    deprecated address comes after others is rule 3 of RFC 6724, section 5.
    """
    places = {(vrf, subnet): number for number, (vrf, subnet) in enumerate(primary)}

    def rank(record: Record) -> tuple[t.Any, ...]:
        place = places.get((record["vrf"], record["subnet"]), len(places))
        return place, record["status"] == "deprecated", record["version"], bool(record["interface"])

    return rank


def _variables(primary: Record, records: list[Record], prefix: str) -> dict[str, t.Any]:
    # YAML writes a list or dict that is there twice as an anchor and a reference to it.
    fields = {f"{prefix}{field}": copy.copy(value) for field, value in primary.items()}
    return {"ansible_host": primary["address"], **fields, f"{prefix}addresses": records}


def _groups(records: t.Iterable[Record], kinds: t.Iterable[GroupsOf]) -> list[str]:
    return list(dict.fromkeys(group for kind in kinds for record in records for group in kind(record)))


def _labels(record: Record) -> t.ItemsView[str, str]:
    return t.cast("dict[str, str]", record["labels"]).items()
