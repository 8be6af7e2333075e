# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of tasks: records with what can be said about them at the moment.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import usable
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import facts, subnets, usage
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address, Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pools
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Result


def subnet_result(tx: Transaction, subnet: Subnet) -> Result:
    """A subnet with what follows from its CIDR, what lies in it and how full it is."""
    counts = usage.of_window(tx, subnet, usable(subnet.network))
    children = subnet_rows.children(tx, subnet.vrf_id, subnet.id, subnet.network)
    return {
        **subnets.record(tx, subnet),
        **facts.network_facts(subnet),
        "pools": [pool_result(tx, subnet, pool) for pool in pools.of(tx, subnet)],
        "children": [child.name for child in children],
        "size": counts.size,
        "used": counts.used,
        "held_down": counts.held_down,
        "reserved_count": counts.reserved,
        "in_children": counts.in_children,
        "free": counts.free,
    }


def pool_result(tx: Transaction, subnet: Subnet, pool: Pool) -> Result:
    counts = usage.of_window(tx, subnet, pool.span)
    return {
        **facts.pool_record(subnet, pool),
        "size": counts.size,
        "used": counts.used,
        "held_down": counts.held_down,
        "reserved": counts.reserved,
        "in_children": counts.in_children,
        "free": counts.free,
    }


def address_results(tx: Transaction, held: t.Iterable[tuple[Subnet, Address]]) -> list[Result]:
    """Addresses with what a host needs to use them; the pools of each subnet are read once."""
    known: dict[int, facts.AddressFacts] = {}
    results = []
    for subnet, address in held:
        if subnet.id not in known:
            known[subnet.id] = facts.AddressFacts(subnet, pools.of(tx, subnet))
        results.append(known[subnet.id].of(address))
    return results


def difference(what: str, before: object, after: object) -> Result:
    """A ``diff`` as Ansible prints it: the records before and after, with what they are about."""
    return {"before": before, "after": after, "before_header": what, "after_header": what}
