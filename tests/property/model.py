# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger as simple as can be: sets of single addresses, every rule written once more and nothing stored twice."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

BITS = {4: 32, 6: 128}

Holder = tuple[str, str]
Block = tuple[int, int, int]  # IP version, first address, prefix length


class RefusedError(Exception):
    """The request cannot be met, for any of these reasons."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class Window(t.NamedTuple):
    """A pool: inclusive bounds and a name."""

    first: int
    last: int
    name: str

    @property
    def addresses(self) -> set[int]:
        return set(range(self.first, self.last + 1))


@dataclass
class Net:
    name: str
    version: int
    first: int
    length: int
    gateway: int | None = None
    reserved: set[int] = field(default_factory=set)
    hold_down: int = 0
    generated: bool = True
    pools: list[Window] = field(default_factory=list)
    held: dict[int, Holder] = field(default_factory=dict)
    holds: dict[int, tuple[int, Holder]] = field(default_factory=dict)  # until when, for whom

    @property
    def block(self) -> Block:
        return self.version, self.first, self.length

    @property
    def addresses(self) -> set[int]:
        return addresses_of(self.block)

    @property
    def usable(self) -> set[int]:
        """Without network and broadcast address (IPv4) or subnet-router address (IPv6), unless there are but two."""
        ordered = sorted(self.addresses)
        if len(ordered) <= 2:
            return set(ordered)
        return set(ordered[1:-1] if self.version == 4 else ordered[1:])

    @property
    def blocked_gateway(self) -> set[int]:
        single = len(self.addresses) == 1
        return {self.gateway} if self.gateway in self.addresses and not single and self.gateway is not None else set()

    @property
    def blocked(self) -> set[int]:
        return self.reserved | self.blocked_gateway

    def default_pools(self) -> list[Window]:
        spans = runs(self.usable - self.blocked_gateway)
        return [
            Window(*span, "default" if number == 1 else f"default-{number}") for number, span in enumerate(spans, 1)
        ]

    def address_of(self, holder: Holder) -> int | None:
        return next((value for value, one in self.held.items() if one == holder), None)


class Wanted(t.NamedTuple):
    """One request for an address."""

    holder: Holder
    version: int | None = None
    value: int | None = None
    pool: str | None = None


class Model:
    def __init__(self) -> None:
        self.nets: dict[str, list[Net]] = {}
        self.now = 1_000_000

    # What there is

    def named(self, vrf: str, name: str) -> Net | None:
        return next((net for net in self.nets.get(vrf, []) if net.name == name), None)

    def at(self, vrf: str, block: Block) -> Net | None:
        return next((net for net in self.nets.get(vrf, []) if net.block == block), None)

    def smallest_around(self, vrf: str, block: Block) -> Net | None:
        """The smallest subnet that covers the block, which may be the block itself."""
        around = [
            net for net in self.nets.get(vrf, []) if net.version == block[0] and addresses_of(block) <= net.addresses
        ]
        return min(around, key=lambda net: len(net.addresses), default=None)

    def parent(self, vrf: str, net: Net) -> Net | None:
        around = [
            one
            for one in self.nets[vrf]
            if one is not net and one.version == net.version and net.addresses < one.addresses
        ]
        return min(around, key=lambda one: len(one.addresses), default=None)

    def children(self, vrf: str, net: Net) -> list[Net]:
        return [one for one in self.nets[vrf] if self.parent(vrf, one) is net]

    def in_children(self, vrf: str, net: Net) -> set[int]:
        return set().union(*(child.addresses for child in self.children(vrf, net)))

    def free(self, vrf: str, net: Net) -> set[int]:
        taken = set(net.held) | set(net.holds) | net.blocked | self.in_children(vrf, net)
        return net.addresses - taken

    def next_in(self, vrf: str, net: Net) -> list[int]:
        """What "any" would get, in order, if it reaped what is due first."""
        due = {value for value, (until, _holder) in net.holds.items() if until <= self.now}
        free = self.free(vrf, net) | (due - net.blocked)
        return [value for pool in sorted(net.pools) for value in sorted(pool.addresses & free)]

    # What may be done

    def ensure(
        self,
        vrf: str,
        name: str | None,
        *,
        block: Block | None = None,
        parent: str | None = None,
        length: int | None = None,
        gateway: tuple[int, int] | str | None = None,
        reserved: tuple[int, set[int]] | None = None,
        pools: list[tuple[str | None, int, int, int]] | None = None,
        hold_down: int | None = None,
        force: bool = False,
    ) -> Block:
        """Make or change a subnet; returns the block it has."""
        net = self.named(vrf, name) if name is not None else self.at(vrf, block) if block else None
        if net is None:
            net = self._create(vrf, name, block, parent, length)
        else:
            self._refuse_other(vrf, net, block, parent, length)
        was_generated = net.generated
        if hold_down is not None:
            net.hold_down = hold_down
        if gateway is not None:
            self._set_gateway(vrf, net, gateway)
        if reserved is not None:
            version, values = reserved
            if version != net.version or not values <= net.addresses:
                raise RefusedError("bad_request")
            net.reserved = values
        wanted = net.pools
        if pools is not None:
            wanted = self._read_pools(net, pools)
            net.generated = was_generated and sorted(wanted) == sorted(net.default_pools())
        elif was_generated:
            wanted = net.default_pools()
        self._replace_pools(net, wanted, force=force)
        return net.block

    def _create(self, vrf: str, name: str | None, block: Block | None, parent: str | None, length: int | None) -> Net:
        if block is not None:
            around = self.smallest_around(vrf, block)
            if around and around.block == block:
                raise RefusedError("overlap")
            if parent is not None:
                named = self.named(vrf, parent)
                if named is None:
                    raise RefusedError("subnet_missing")
                if named is not around:
                    raise RefusedError("subnet_differs")
            if around:
                self._reap(around)
                inner = addresses_of(block)
                if inner & (set(around.held) | set(around.holds) | around.blocked_gateway):
                    raise RefusedError("subnet_in_use")
        elif parent is not None and length is not None:
            around = self.named(vrf, parent)
            if around is None:
                raise RefusedError("subnet_missing")
            if not around.length < length <= BITS[around.version]:
                raise RefusedError("bad_request")
            self._reap(around)
            block = self._next_block(vrf, around, length)
            if block is None:
                raise RefusedError("parent_exhausted")
        else:
            raise RefusedError("subnet_missing")
        net = Net(name or "", *block)
        net.pools = net.default_pools()
        self.nets.setdefault(vrf, []).append(net)
        return net

    def _next_block(self, vrf: str, around: Net, length: int) -> Block | None:
        """Of the maximal free CIDR blocks the smallest that is large enough, lowest first; its first part."""
        free = self.free(vrf, around)
        whole = [
            (around.version, first, some)
            for some in range(around.length, BITS[around.version] + 1)
            for first in range(around.first, around.first + len(around.addresses), 1 << (BITS[around.version] - some))
            if addresses_of((around.version, first, some)) <= free
        ]
        covered: set[int] = set()
        maximal = []
        for one in whole:  # the large ones first
            if not addresses_of(one) & covered:
                maximal.append(one)
                covered |= addresses_of(one)
        fitting = sorted((-some, first) for _version, first, some in maximal if some <= length)
        return (around.version, fitting[0][1], length) if fitting else None

    def _refuse_other(self, vrf: str, net: Net, block: Block | None, parent: str | None, length: int | None) -> None:
        if block is not None and block != net.block:
            raise RefusedError("subnet_differs")
        if block is None and length not in (None, net.length):
            raise RefusedError("subnet_differs")
        if parent is not None:
            named = self.named(vrf, parent)
            if named is None:
                raise RefusedError("subnet_missing")
            if named.version != net.version or not net.addresses < named.addresses:
                raise RefusedError("subnet_differs")

    def _set_gateway(self, vrf: str, net: Net, gateway: tuple[int, int] | str) -> None:
        if isinstance(gateway, str):
            net.gateway = None
            return
        version, value = gateway
        if version != net.version:
            raise RefusedError("bad_request")
        if value != net.gateway and value in net.addresses and len(net.addresses) > 1:
            if net.version == 4 and value not in net.usable:
                raise RefusedError("bad_request")
            if value in net.held:
                raise RefusedError("address_conflict")
            if value in self.in_children(vrf, net):
                raise RefusedError("bad_request")
        net.gateway = value

    def _read_pools(self, net: Net, pools: list[tuple[str | None, int, int, int]]) -> list[Window]:
        wanted = []
        for name, version, first, last in pools:
            if version != net.version:
                raise RefusedError("pool_outside_subnet")
            if first > last:
                raise RefusedError("bad_request")
            wanted.append(Window(first, last, name or f"{first}-{last}"))
        return wanted

    def _replace_pools(self, net: Net, wanted: list[Window], *, force: bool) -> set[int]:
        reasons = set()
        for number, pool in enumerate(wanted):
            if not pool.addresses <= net.usable:
                reasons.add("pool_outside_subnet")
            if pool.addresses & net.blocked_gateway:
                reasons.add("gateway_in_pool")
            for other in wanted[:number]:
                if other.name == pool.name:
                    reasons.add("bad_request")
                if other.addresses & pool.addresses:
                    reasons.add("pool_overlap")
        if reasons:
            raise RefusedError(*reasons)
        stranded = (union(net.pools) - union(wanted)) & set(net.held)
        if stranded and not force:
            raise RefusedError("shrink_in_use")
        net.pools = wanted
        return stranded

    def ensure_pool(self, vrf: str, name: str, pool: Window, version: int, *, force: bool) -> set[int]:
        """Returns the held addresses that no pool covers any more."""
        net = self._the(vrf, name)
        if version != net.version:
            raise RefusedError("pool_outside_subnet")
        if pool.first > pool.last:
            raise RefusedError("bad_request")
        others = [] if net.generated else [one for one in net.pools if one.name != pool.name]
        before, was_generated = sorted(net.pools), net.generated
        stranded = self._replace_pools(net, [*others, pool], force=force)
        net.generated = was_generated and sorted(net.pools) == before
        return stranded

    def remove_pool(self, vrf: str, name: str, pool: str, *, force: bool) -> set[int]:
        net = self._the(vrf, name)
        before = sorted(net.pools)
        stranded = self._replace_pools(net, [one for one in net.pools if one.name != pool], force=force)
        net.generated = net.generated and sorted(net.pools) == before
        return stranded

    def remove(self, vrf: str, name: str, *, force: bool) -> tuple[set[str], set[int]]:
        """Returns the names of the inner subnets and the addresses that went with it."""
        net = self._the(vrf, name)
        inner = [
            one
            for one in self.nets[vrf]
            if one is not net and one.version == net.version and one.addresses < net.addresses
        ]
        if (inner or net.held) and not force:
            raise RefusedError("subnet_in_use")
        self.nets[vrf] = [one for one in self.nets[vrf] if one is not net and one not in inner]
        return {one.name for one in inner}, set(net.held).union(*(one.held for one in inner))

    def acquire(self, vrf: str, name: str, wanted: list[Wanted], *, force: bool) -> list[int]:
        """Returns the address of each request."""
        net = self._the(vrf, name)
        if len({one.holder for one in wanted}) < len(wanted):
            raise RefusedError("bad_request")
        for one in wanted:
            if one.value is not None and (one.version != net.version or one.value not in net.addresses):
                raise RefusedError("address_outside_subnet")
        certain = [one.value for one in wanted if one.value is not None]
        if len(set(certain)) < len(certain):
            raise RefusedError("bad_request")
        self._reap(net)
        if {one.pool for one in wanted} - {None} - {pool.name for pool in net.pools}:
            raise RefusedError("pool_missing")
        answers: dict[Holder, int] = {}
        for one in wanted:
            present = net.address_of(one.holder)
            if present is not None and one.value in (None, present):
                answers[one.holder] = present
            elif present is not None and not force:
                raise RefusedError("address_differs")
            elif present is not None:
                self._retire(net, present)  # all who move leave first, so two may change places
        for one in wanted:
            if one.holder not in answers and one.value is not None:
                value = self._take_certain(vrf, net, one)
                net.held[value] = one.holder
                answers[one.holder] = value
        rest = [one for one in wanted if one.holder not in answers]
        for pool in dict.fromkeys(one.pool for one in rest):
            self._take_any(vrf, net, pool, [one.holder for one in rest if one.pool == pool], answers)
        return [answers[one.holder] for one in wanted]

    def _take_certain(self, vrf: str, net: Net, one: Wanted) -> int:
        value = t.cast(int, one.value)
        if value in net.held:
            raise RefusedError("address_conflict")
        if value not in net.usable:
            if net.version == 6:
                raise RefusedError("subnet_router_address")
            raise RefusedError("network_address" if value == net.first else "broadcast_address")
        if value in net.blocked_gateway:
            raise RefusedError("gateway_address")
        if value in net.reserved:
            raise RefusedError("address_reserved")
        if value in self.in_children(vrf, net):
            raise RefusedError("address_in_child")
        until, holder = net.holds.get(value, (0, one.holder))
        if holder != one.holder and until > self.now:
            raise RefusedError("address_on_hold")
        net.holds.pop(value, None)
        return value

    def _take_any(
        self, vrf: str, net: Net, pool: str | None, holders: list[Holder], answers: dict[Holder, int]
    ) -> None:
        chosen = [one for one in sorted(net.pools) if pool in (None, one.name)]
        if not chosen:
            raise RefusedError("pool_missing")
        new = []
        for holder in holders:
            waiting = [(-until, value) for value, (until, whose) in net.holds.items() if whose == holder]
            value = min(waiting)[1] if waiting else None  # the newest hold of that holder
            if value is not None and value in union(chosen) - net.blocked:
                del net.holds[value]
                net.held[value] = holder
                answers[holder] = value
            else:
                new.append(holder)
        for holder in new:
            free = self.free(vrf, net)
            lowest = next((value for one in chosen for value in sorted(one.addresses & free)), None)
            if lowest is None:
                raise RefusedError("pool_exhausted")
            net.held[lowest] = holder
            answers[holder] = lowest

    def release(self, vrf: str, name: str, holder: Holder) -> int | None:
        net = self._the(vrf, name)
        value = net.address_of(holder)
        if value is not None:
            self._retire(net, value)
        return value

    def _retire(self, net: Net, value: int) -> None:
        holder = net.held.pop(value)
        if net.hold_down:
            net.holds[value] = (self.now + net.hold_down, holder)

    def _reap(self, net: Net) -> None:
        net.holds = {value: one for value, one in net.holds.items() if one[0] > self.now}

    def _the(self, vrf: str, name: str) -> Net:
        net = self.named(vrf, name)
        if net is None:
            raise RefusedError("subnet_missing")
        return net


def addresses_of(block: Block) -> set[int]:
    version, first, length = block
    return set(range(first, first + (1 << (BITS[version] - length))))


def union(pools: list[Window]) -> set[int]:
    return set().union(*(pool.addresses for pool in pools))


def runs(values: set[int]) -> list[tuple[int, int]]:
    """Maximal ranges, found address by address."""
    firsts = sorted(value for value in values if value - 1 not in values)
    lasts = sorted(value for value in values if value + 1 not in values)
    return list(zip(firsts, lasts, strict=True))
