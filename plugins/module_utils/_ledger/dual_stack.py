# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests for an IPv4 and an IPv6 address at once, on request with the same host part.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, first_of
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_host
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import host_parts, overflow
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.certain import TAKEN, value_in
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import Change
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import (
    DERIVED,
    Key,
    Request,
    refuse_repeated,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

Changes = tuple[list[Change], list[Change]]


class Pair(t.NamedTuple):
    """The subnets of both families, each in the order in which they are asked."""

    four: list[Subnet]
    six: list[Subnet]


def acquire(
    tx: Transaction, subnets: Pair, requests: t.Sequence[Request], *, same_host_part: bool, force: bool
) -> list[Change]:
    """Give every request addresses of both families, all those of IPv4 first; all or, by an error, none."""
    if not same_host_part:
        asked = [_of_four(one) for one in requests], [_of_six(one) for one in requests]
        four, six = _give(tx, subnets, *asked, force=force)
        return four + six
    refuse_repeated(requests)
    made: dict[Key, Changes] = {}
    # Certain ones first, so that a free pair is not one that the same call names.
    for request in sorted(requests, key=lambda one: one.address is None):
        made[request.key] = _give_pair(tx, subnets, request, force=force)
    changes = [made[request.key] for request in requests]
    return [one for four, _six in changes for one in four] + [one for _four, six in changes for one in six]


def _give(
    tx: Transaction, subnets: Pair, four: t.Sequence[Request], six: t.Sequence[Request], *, force: bool
) -> Changes:
    return (
        overflow.acquire(tx, subnets.four, four, force=force),
        overflow.acquire(tx, subnets.six, six, force=force),
    )


def _of_four(request: Request) -> Request:
    """What the IPv4 subnets are asked for: an IPv6 address and strategies of IPv6 are not their business."""
    certain = request.address is not None and parse_host(request.address, "address")[0].version == 4
    asked = request if certain else request._replace(address=None)
    return asked._replace(strategy=None) if asked.strategy in DERIVED else asked


def _of_six(request: Request) -> Request:
    certain = request.address is not None and parse_host(request.address, "address")[0].version == 6
    return request if certain else request._replace(address=None)


def _give_pair(tx: Transaction, subnets: Pair, request: Request, *, force: bool) -> Changes:
    """Give a request two addresses that go together."""
    try:
        return _pair(tx, subnets, request, force=force)
    except LedgerError as error:
        if error.reason == "bad_request":
            raise  # of all requests alike
        raise first_of({request.key: error}) from None


def _pair(tx: Transaction, subnets: Pair, request: Request, *, force: bool) -> Changes:
    held = [home for home in (_home(tx, family, request) for family in subnets) if home]
    if request.address is not None and not (held and request.fallback):
        try:
            with tx.savepoint():
                subnet = overflow.around([*subnets.four, *subnets.six], request.address)
                if isinstance(subnet, LedgerError):
                    raise subnet
                value = value_in(subnet, request.address)
                return _give_texts(tx, subnets, request, _counterparts(subnets, subnet, value, request), force=force)
        except LedgerError as error:
            if not request.fallback or error.reason not in TAKEN:
                raise
    if len(held) == 2:
        return _give(tx, subnets, [request.any], [request.any], force=force)
    if held:
        return _add_counterpart(tx, subnets, request, *held[0], force=force)
    return _give_texts(tx, subnets, request, host_parts.free_pair(tx, *subnets, request.any), force=force)


def _home(tx: Transaction, family: list[Subnet], request: Request) -> tuple[Subnet, int] | None:
    """Where a request holds an address already, and which."""
    home = overflow.held_in(tx, family, [request]).get(request.key)
    return (home[0], home[1][0].value) if home else None


def _add_counterpart(
    tx: Transaction, subnets: Pair, request: Request, home: Subnet, value: int, *, force: bool
) -> Changes:
    """Keep what is held in one family, all of it, and give the counterpart of one of these in the other."""
    four, six = (
        request._replace(address=text, fallback=False) for text in _counterparts(subnets, home, value, request)
    )
    asked = ([request.any], [six]) if home.version == 4 else ([four], [request.any])
    return _give(tx, subnets, *asked, force=force)


def _give_texts(tx: Transaction, subnets: Pair, request: Request, texts: t.Sequence[str], *, force: bool) -> Changes:
    four, six = (request._replace(address=text, fallback=False) for text in texts)
    return _give(tx, subnets, [four], [six], force=force)


def _counterparts(subnets: Pair, subnet: Subnet, value: int, request: Request) -> list[str]:
    """An address of a subnet, and the one with the same host part in the first large enough of the other family."""
    host_part = value - subnet.network.first
    others = subnets.six if subnet.version == 4 else subnets.four
    other = next((one for one in others if host_part < one.network.size), None)
    if other is None:
        listed = ", ".join(f"'{one.name}' ({one.network})" for one in others)
        raise LedgerError(
            "address_outside_subnet",
            f"{listed} has no address with the host part of {subnet.text(value)}, {host_part}, for {request.name}.",
        )
    texts = [subnet.text(value), other.text(other.network.first + host_part)]
    return texts if subnet.version == 4 else texts[::-1]
