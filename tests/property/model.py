# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger as simple as can be: sets of single addresses, every rule written once more and nothing stored twice.

Here is what there is. The rules of asking are in ``model_addresses``, ``model_overflow``, ``model_tasks``,
``model_subnets`` and ``model_merging``.
"""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass, field

BITS = {4: 32, 6: 128}

Holder = tuple[str, str]  # name and interface
Block = tuple[int, int, int]  # IP version, first address, prefix length


class RefusedError(Exception):
    """The request cannot be met, for any of these reasons; ``refused`` says it by holder where it is about some."""

    def __init__(self, *reasons: str, refused: dict[Holder, str] | None = None) -> None:
        super().__init__(*reasons)
        self.reasons = reasons
        self.refused = refused or {}


def refuse(refused: dict[Holder, str]) -> None:
    """Fail if anybody is refused, with what is said of the first."""
    for reason in refused.values():
        raise RefusedError(reason, refused=refused)


class Window(t.NamedTuple):
    """A pool: inclusive bounds, a name, and how it is used where that is not as the subnet says."""

    first: int
    last: int
    name: str
    strategy: str | None = None
    hold_down: int | None = None

    @property
    def addresses(self) -> set[int]:
        return set(range(self.first, self.last + 1))


class Held(t.NamedTuple):
    holder: Holder
    ordinal: int = 0
    expires: int | None = None
    mac: str | None = None


@dataclass
class Net:
    name: str
    version: int
    first: int
    length: int
    gateway: int | None = None
    reserved: set[int] = field(default_factory=set)
    hold_down: int = 0
    strategy: str = "lowest"
    min_prefix_length: int | None = None
    max_prefix_length: int | None = None
    default_prefix_length: int | None = None
    quota: int | None = None
    generated: bool = True
    pools: list[Window] = field(default_factory=list)
    rotated: dict[str, int] = field(default_factory=dict)  # what rotate gave last, by pool
    held: dict[int, Held] = field(default_factory=dict)
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
    def edge(self) -> set[int]:
        """Where no gateway may be: a router of IPv6 may have any address."""
        return self.addresses - self.usable if self.version == 4 else set()

    @property
    def blocked_gateway(self) -> set[int]:
        single = len(self.addresses) == 1
        return {self.gateway} if self.gateway in self.addresses and not single and self.gateway is not None else set()

    @property
    def blocked(self) -> set[int]:
        return self.reserved | self.blocked_gateway

    def default_pools(self) -> list[Window]:
        """All usable addresses around the gateway; what was said of a pool stays with its name."""
        said = {pool.name: pool for pool in self.pools}
        found = []
        for number, (first, last) in enumerate(runs(self.usable - self.blocked_gateway), 1):
            name = "default" if number == 1 else f"default-{number}"
            found.append(said.get(name, Window(first, last, name))._replace(first=first, last=last))
        return found

    def has_default_pools(self) -> bool:
        return sorted(pool[:3] for pool in self.pools) == sorted(pool[:3] for pool in self.default_pools())

    def held_by(self, holder: Holder) -> list[int]:
        """What a holder has here, in the order in which it got it."""
        return sorted((value for value, one in self.held.items() if one.holder == holder), key=self._ordinal)

    def _ordinal(self, value: int) -> int:
        return self.held[value].ordinal


class Space:
    """The subnets of all VRFs and what lies in them."""

    def __init__(self) -> None:
        self.nets: dict[str, list[Net]] = {}
        self.now = 1_000_000

    def named(self, vrf: str, name: str | None) -> Net | None:
        return next((net for net in self.nets.get(vrf, []) if net.name == name), None)

    def at(self, vrf: str, block: Block | None) -> Net | None:
        return next((net for net in self.nets.get(vrf, []) if net.block == block), None)

    def find(self, vrf: str, reference: str) -> Net | None:
        """The subnet of that name or CIDR."""
        return self.named(vrf, reference) or self.at(vrf, block_called(reference))

    def the(self, vrf: str, reference: str) -> Net:
        net = self.find(vrf, reference)
        if net is None:
            raise RefusedError("subnet_missing")
        return net

    def smallest_around(self, vrf: str, block: Block) -> Net | None:
        """The smallest subnet that covers the block, which may be the block itself."""
        around = [
            net for net in self.nets.get(vrf, []) if net.version == block[0] and addresses_of(block) <= net.addresses
        ]
        return min(around, key=lambda net: len(net.addresses), default=None)

    def parent(self, vrf: str, net: Net) -> Net | None:
        around = [one for one in self.nets[vrf] if is_inside(net, one)]
        return min(around, key=lambda one: len(one.addresses), default=None)

    def inner(self, vrf: str, net: Net) -> list[Net]:
        """All subnets that lie in this one, at any depth."""
        return [one for one in self.nets[vrf] if is_inside(one, net)]

    def children(self, vrf: str, net: Net) -> list[Net]:
        return [one for one in self.inner(vrf, net) if self.parent(vrf, one) is net]

    def in_children(self, vrf: str, net: Net) -> set[int]:
        return set().union(*(child.addresses for child in self.inner(vrf, net)))

    def free(self, vrf: str, net: Net) -> set[int]:
        return net.addresses - set(net.held) - set(net.holds) - net.blocked - self.in_children(vrf, net)

    def is_over(self, held: Held) -> bool:
        return held.expires is not None and held.expires <= self.now

    def live(self, net: Net) -> dict[int, Held]:
        """What is held by somebody whose time is not over."""
        return {value: held for value, held in net.held.items() if not self.is_over(held)}

    def waiting(self, net: Net) -> dict[int, int]:
        """What is on hold now, and until when."""
        return {value: until for value, (until, _holder) in net.holds.items() if until > self.now}

    def reap(self, net: Net) -> None:
        """What a writer finds ended: addresses whose time is over, and then holds."""
        for value, held in list(net.held.items()):
            if self.is_over(held):
                self.lapse(net, value)
        net.holds = {value: one for value, one in net.holds.items() if one[0] > self.now}

    def lapse(self, net: Net, value: int) -> None:
        held = net.held.pop(value)
        self.put_on_hold(net, value, held.holder, t.cast(int, held.expires))

    def retire(self, net: Net, value: int) -> None:
        held = net.held.pop(value)
        self.put_on_hold(net, value, held.holder, self.now)

    def put_on_hold(self, net: Net, value: int, holder: Holder, since: int) -> None:
        pool = next((pool for pool in net.pools if value in pool.addresses), None)
        seconds = net.hold_down if pool is None or pool.hold_down is None else pool.hold_down
        if since + seconds > self.now:
            net.holds[value] = (since + seconds, holder)


def is_inside(net: Net, other: Net) -> bool:
    return net is not other and net.version == other.version and net.addresses < other.addresses


def addresses_of(block: Block) -> set[int]:
    version, first, length = block
    return set(range(first, first + (1 << (BITS[version] - length))))


def union(pools: t.Iterable[Window]) -> set[int]:
    return set().union(*(pool.addresses for pool in pools))


def runs(values: set[int]) -> list[tuple[int, int]]:
    """Maximal ranges, found address by address."""
    firsts = sorted(value for value in values if value - 1 not in values)
    lasts = sorted(value for value in values if value + 1 not in values)
    return list(zip(firsts, lasts, strict=True))


def text(version: int, value: int, spelling: int = 0) -> str:
    """An address, in one of its spellings."""
    address = ipaddress.IPv4Address(value) if version == 4 else ipaddress.IPv6Address(value)
    if version == 4:
        return f"::ffff:{address}" if spelling % 3 == 2 else str(address)
    return [str(address), address.exploded, str(address).upper()][spelling % 3]


def cidr(block: Block) -> str:
    return f"{text(block[0], block[1])}/{block[2]}"


def block_called(name: str) -> Block | None:
    """The block whose CIDR the name is."""
    try:
        network = ipaddress.ip_network(name)
    except ValueError:
        return None
    return network.version, int(network.network_address), network.prefixlen
