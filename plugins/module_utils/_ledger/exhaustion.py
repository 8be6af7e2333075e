# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Saying why there was no address to give.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import format_range
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import usage
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Pool, Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def exhausted(tx: Transaction, subnet: Subnet, chosen: t.Sequence[Pool], lacking: str) -> LedgerError:
    """Say of each pool how large it is and what its addresses are doing; ``lacking`` says what was not found."""
    reports, facts = [], []
    waiting: list[int] = []
    leases: list[int] = []
    for pool in chosen:
        full = usage.of_window(tx, subnet, pool.span)
        facts.append(
            {
                "name": pool.name,
                "start": subnet.text(pool.span.first),
                "end": subnet.text(pool.span.last),
                "size": full.size,
                "used": full.used,
                "held_down": full.held_down,
                "reserved": full.reserved,
                "in_children": full.in_children,
            }
        )
        noun = "address" if full.size == 1 else "addresses"
        reports.append(
            f"pool '{pool.name}' ({format_range(pool.span, subnet.version)}, {full.size} {noun}): {full.used} used, "
            f"{full.held_down} held down, {full.reserved} reserved"
            + (f", {full.in_children} in child subnets" if full.in_children else "")
        )
        waiting += [full.next_release] if full.next_release else []
        ends = address.next_end_within(tx, subnet, pool.span)
        leases += [ends] if ends else []
    soon = "".join(
        f" {what} in {min(when) - tx.now} seconds."
        for what, when in (("The next one on hold is free", waiting), ("The next lease ends", leases))
        if when
    )
    return LedgerError(
        "pool_exhausted",
        f"Subnet '{subnet.name}' ({subnet.network}): {lacking} in {'; '.join(reports)}.{soon} "
        "Grow the pool with netledger.ipam.pool, or free an address.",
        subnet=subnet.name,
        pools=facts,
    )


def everywhere(refusals: t.Sequence[LedgerError]) -> LedgerError:
    """One failure for several subnets that were tried, with the reason of each; the only one as it is."""
    if len(refusals) == 1:
        return refusals[0]
    return LedgerError(
        "pool_exhausted",
        f"None of the {len(refusals)} subnets has what was asked for. "
        + " ".join(f"{number}. {error.message}" for number, error in enumerate(refusals, 1)),
        subnets=[{"reason": error.reason, "msg": error.message, **error.details} for error in refusals],
    )
