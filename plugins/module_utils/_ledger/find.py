# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding what a request names, and saying what there is where nothing fits.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown, some_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import Address, parse_host, parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnets
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import vrf as vrfs
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def subnet(tx: Transaction, vrf: str, reference: str) -> Subnet:
    """The subnet of that name or CIDR; ``subnet_missing`` names those that there are."""
    found = find_subnet(tx, vrf, reference)
    if found is None:
        raise subnet_missing(tx, vrf, reference)
    return found


def find_subnet(tx: Transaction, vrf: str, reference: str) -> Subnet | None:
    """The subnet of that name, or of that CIDR in any spelling."""
    found = subnets.by_name(tx, vrf, reference)
    if found is None and "/" in reference:
        try:
            found = subnets.by_network(tx, vrf, parse_network(reference, "subnet"))
        except LedgerError:
            return None  # a name with a slash in it, which nobody has
    return found


def locked(tx: Transaction, found: Subnet) -> Subnet:
    """Take the subnet's lock and read it again under it; ``subnet_missing`` where it went away meanwhile."""
    again = subnets.by_id(tx, found.id) if subnets.lock(tx, found.id) else None
    if again is None:
        raise subnet_missing(tx, found.vrf, found.name)
    return again


def locked_by_name(tx: Transaction, vrf: str, reference: str) -> Subnet:
    """The subnet of that name or CIDR, locked; for a name, without reading it twice."""
    found = subnets.by_name(tx, vrf, reference) if subnets.lock_named(tx, vrf, reference) else None
    return found or locked(tx, subnet(tx, vrf, reference))


def all_locked(tx: Transaction, found: t.Sequence[Subnet]) -> list[Subnet]:
    """The same for several: locked in the order of their numbers, returned in the order given, each once."""
    order = list(dict.fromkeys(one.id for one in found))
    by_number = {one.id: one for one in found}
    again = {number: locked(tx, by_number[number]) for number in sorted(order)}
    return [again[number] for number in order]


def innermost(tx: Transaction, vrf: str, address: Address) -> Subnet | None:
    """The smallest subnet of the VRF that contains the address."""
    return enclosing(tx, vrf, Network(address.version, address.value, BITS[address.version]))


def enclosing(tx: Transaction, vrf: str, network: Network) -> Subnet | None:
    """The smallest subnet of the VRF that covers the network, which may be the network itself."""
    vrf_id = vrfs.number(tx, vrf)
    found: Subnet | None = None
    while vrf_id is not None:
        inner = subnets.child_at(tx, vrf_id, found.id if found else 0, network.version, network.first)
        if inner is None or not inner.network.range.covers(network.range):
            break
        found = inner
    return found


def around(tx: Transaction, vrf: str, text: str) -> Subnet | None:
    """The smallest subnet that contains the address of that text, an IPv4-mapped one in either reading."""
    readings = dict.fromkeys(parse_host(text, "address", version)[0] for version in (None, 6))
    return next((found for found in (innermost(tx, vrf, address) for address in readings) if found), None)


def subnet_around(tx: Transaction, vrf: str, text: str) -> Subnet:
    """The same; ``address_outside_subnet`` where there is none."""
    found = around(tx, vrf, text)
    if found is None:
        raise outside(tx, vrf, text)
    return found


def outside(tx: Transaction, vrf: str, text: str) -> LedgerError:
    return LedgerError("address_outside_subnet", f"{text} lies in no subnet of VRF '{vrf}'. {known_subnets(tx, vrf)}")


def subnet_missing(tx: Transaction, vrf: str, reference: str) -> LedgerError:
    return LedgerError(
        "subnet_missing",
        f"There is no subnet {shown(reference)} in VRF '{vrf}'. {known_subnets(tx, vrf, reference)}",
        subnet=reference,
        vrf=vrf,
    )


def check_vrf(tx: Transaction, vrf: str) -> None:
    """Refuse a VRF without subnets, in which nothing can be found; in an empty ledger not the default one."""
    known = vrfs.names(tx)
    if vrf not in (known or ["default"]):
        message = f"Nothing is known of VRF {shown(vrf)}. {known_subnets(tx, vrf)}"
        raise LedgerError("subnet_missing", message, vrf=vrf)


def known_subnets(tx: Transaction, vrf: str, reference: str = "") -> str:
    """A sentence on which subnets a VRF has, or which of them was meant."""
    names = [one.name for one in subnets.every(tx, vrf)]
    if not names:
        others = [name for name in vrfs.names(tx) if name != vrf]
        return "It has no subnets." + (f" There are subnets in VRF {some_of(others)}." if others else "")
    close = difflib.get_close_matches(reference, names, 1)
    return f"Did you mean '{close[0]}'?" if close else f"It has: {some_of(names)}."
