# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lookups ask of the ledger.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address_info
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.results import address_results, subnet_result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result


def address_of(tx: Transaction, name: str, options: Options, vrf: str) -> str | None:
    """The one address that a name holds, or None; ``ambiguous`` where it holds several that fit."""
    wanted = _request(options, parse.parse_vrf(vrf, "vrf"))._replace(
        names=frozenset([name]),
        pool=options.get("pool") or None,
        interface=options.get("interface"),
        version=options.get("version"),
    )
    found = address_info.matching(tx, wanted)
    if len(found) > 1:
        listed = (f"{subnet.text(held.value)} in '{subnet.name}' ({held.holder})" for subnet, held in found)
        raise LedgerError(
            "ambiguous", f"{name} holds {some_of(listed)}. Say which is meant by subnet, interface or version."
        )
    return found[0][0].text(found[0][1].value) if found else None


def holder_of(tx: Transaction, address: str, options: Options, vrf: str) -> str | None:
    """The name that holds an address, or None."""
    wanted = _request(options, parse.parse_vrf(vrf, "vrf"))._replace(
        address=parse.checked_host(address, "address"), interface=options.get("interface")
    )
    found = address_info.matching(tx, wanted)
    return found[0][1].name if found else None


def addresses_of(tx: Transaction, names: t.Iterable[str], options: Options, vrf: str) -> list[Result]:
    """Records of the held addresses that fit, by VRF, IP version and address."""
    wanted = _request(options, vrf)._replace(
        names=frozenset(names),
        pool=options.get("pool") or None,
        tags=frozenset(parse.parse_tags(options.get("tags") or ())),
        labels=parse.parse_labels(options.get("labels") or {}),
    )
    return address_results(tx, address_info.matching(tx, wanted))


def subnet_of(tx: Transaction, reference: str, vrf: str) -> Result:
    """The record of the subnet of that name or CIDR, or of the smallest one around an address."""
    found = find.find_subnet(tx, parse.parse_vrf(vrf, "vrf"), reference)
    if found is None:
        try:
            address, length = parse.parse_host(reference, "subnet")
        except LedgerError:
            raise find.subnet_missing(tx, vrf, reference) from None
        if length not in (None, BITS[address.version]):
            raise find.subnet_missing(tx, vrf, reference)  # the CIDR of a network, not an address in one
        found = find.subnet_around(tx, vrf, reference)
    return subnet_result(tx, found)


def missing(name: str, options: Options, vrf: str) -> LedgerError:
    """What is said where a name holds no address, or in reverse an address has no holder."""
    where = f"subnet '{options['subnet']}' of VRF '{vrf}'" if options.get("subnet") else f"VRF '{vrf}'"
    if options.get("reverse"):
        return LedgerError("address_missing", f"{name} is held by nobody in {where}. Give the lookup a default.")
    return LedgerError(
        "address_missing",
        f"{name} holds no address in {where}. Reserve one with netledger.ipam.address, or give the lookup a default.",
    )


def _request(options: Options, vrf: str) -> address_info.Request:
    return address_info.Request(vrf=vrf, subnet=options.get("subnet") or None)
