# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model's rules of making, changing, moving and removing one subnet and its pools."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.tests.property.model import (
    BITS,
    Block,
    Net,
    RefusedError,
    Space,
    Window,
    addresses_of,
    block_called,
    cidr,
    text,
    union,
)


class PoolWish(t.NamedTuple):
    """A pool as asked for; ``settings`` has those of strategy and hold_down that are said."""

    name: str | None
    version: int
    first: int
    last: int
    settings: dict[str, t.Any] = {}


class NetWish(t.NamedTuple):
    """What is asked of a subnet; ``gateway`` is an address of a version, "first", "last" or "" for none."""

    block: Block | None = None
    parents: tuple[str, ...] = ()
    length: int | None = None
    new_name: str | None = None
    gateway: tuple[int, int] | str | None = None
    reserved: tuple[int, set[int]] | None = None
    pools: list[PoolWish] | None = None
    settings: dict[str, t.Any] = {}
    force: bool = False


class SubnetRules(Space):
    def ensure(self, vrf: str, name: str | None, wish: NetWish) -> Net:
        """Make or change a subnet."""
        found = self.at(vrf, wish.block) if name is None else self.named(vrf, name)
        if found is None and name is not None and wish.block is None:
            found = self.find(vrf, name)
        renamed = self.named(vrf, wish.new_name) if wish.new_name else None
        if found and renamed and found is not renamed:
            raise RefusedError("name_conflict")
        net = found or renamed
        if net is None:
            net = self._create(vrf, wish.new_name or name, wish)
        else:
            self._refuse_other(vrf, net, wish)
            refuse_misleading(wish.new_name or net.name, wish.block or net.block)
            if wish.block is not None and wish.block != net.block:
                self._resize(vrf, net, wish.block, keeps_gateway=wish.gateway is None, force=wish.force)
            net.name = wish.new_name or net.name
        self.apply(vrf, net, wish)
        return net

    def apply(self, vrf: str, net: Net, wish: NetWish) -> None:
        """What can be said of a subnet that stays where it is."""
        for setting, value in wish.settings.items():
            setattr(net, setting, value)
        self._check_lengths(net)
        if wish.gateway is not None:
            self._set_gateway(vrf, net, wish.gateway)
        if wish.reserved is not None:
            version, values = wish.reserved
            if version != net.version or not values <= net.addresses:
                raise RefusedError("bad_request")
            for value in values - net.reserved:
                if value in net.held and self.is_over(net.held[value]):
                    self.lapse(net, value)
            net.reserved = values
        wanted = net.pools
        if wish.pools is not None:
            wanted = self._read_pools(net, wish.pools)
        elif net.generated:
            wanted = net.default_pools()
        self.replace_pools(net, wanted, force=wish.force)

    @staticmethod
    def _check_lengths(net: Net) -> None:
        given = [net.min_prefix_length, net.default_prefix_length, net.max_prefix_length]
        lengths = [length for length in given if length is not None]
        if lengths != sorted(lengths) or max(lengths, default=0) > BITS[net.version]:
            raise RefusedError("bad_request")

    # A new one

    def _create(self, vrf: str, name: str | None, wish: NetWish) -> Net:
        if wish.block is not None:
            block = wish.block
            self._check_place(vrf, block, wish.parents)
        elif wish.parents:
            block = self._carve(vrf, wish.parents, wish.length)
        else:
            elsewhere = any(self.find(other, name or "") for other in self.nets if other != vrf)
            raise RefusedError("vrf_differs" if elsewhere else "subnet_missing")
        refuse_misleading(name, block)
        net = Net(name or cidr(block), *block)
        net.pools = net.default_pools()
        self.nets.setdefault(vrf, []).append(net)
        return net

    def _check_place(self, vrf: str, block: Block, parents: tuple[str, ...]) -> None:
        around = self.smallest_around(vrf, block)
        if around and around.block == block:
            raise RefusedError("overlap")
        named = [self.the(vrf, parent) for parent in parents]
        if named and around not in named:
            raise RefusedError("subnet_differs")
        if around:
            self.reap(around)
            reasons = self._limits_broken(vrf, around, block)
            if addresses_of(block) & (set(around.held) | set(around.holds) | around.blocked_gateway):
                reasons.add("subnet_in_use")
            if reasons:
                raise RefusedError(*reasons)

    def _limits_broken(self, vrf: str, around: Net, block: Block, instead: Net | None = None) -> set[str]:
        """Which limits a child breaks; the addresses of all children together count, each once."""
        low, high = around.min_prefix_length, around.max_prefix_length
        others = [addresses_of(one.block) for one in self.children(vrf, around) if one is not instead]
        after = set().union(addresses_of(block), *others)
        broken = set()
        if (low is not None and block[2] < low) or (high is not None and block[2] > high):
            broken.add("prefix_length_refused")
        if is_over_quota(around, len(after)):
            broken.add("quota_exceeded")
        return broken

    def _carve(self, vrf: str, parents: tuple[str, ...], length: int | None) -> Block:
        named = [self.the(vrf, parent) for parent in parents]
        if len({net.version for net in named}) > 1:
            raise RefusedError("version_mismatch")
        reasons = []
        for around in named:
            found = self._next_block(vrf, around, length)
            if isinstance(found, tuple):
                return found
            reasons.append(found)
        raise RefusedError(reasons[0] if len(set(reasons)) == 1 else "parent_exhausted")

    def _next_block(self, vrf: str, around: Net, asked: int | None) -> Block | str:
        """Of the maximal free CIDR blocks the smallest that is large enough, lowest first; its first part."""
        lengths = (asked, around.default_prefix_length, around.min_prefix_length)
        length = next((length for length in lengths if length is not None), None)
        if length is None or not around.length < length <= BITS[around.version]:
            return "bad_request"
        low, high = around.min_prefix_length, around.max_prefix_length
        if (low is not None and length < low) or (high is not None and length > high):
            return "prefix_length_refused"
        if is_over_quota(around, len(self.in_children(vrf, around)) + (1 << (BITS[around.version] - length))):
            return "quota_exceeded"
        self.reap(around)
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
        fits = sorted((-some, first) for _version, first, some in maximal if some <= length)
        return (around.version, fits[0][1], length) if fits else "parent_exhausted"

    # Another CIDR

    def _refuse_other(self, vrf: str, net: Net, wish: NetWish) -> None:
        if wish.block is None and wish.length not in (None, net.length):
            raise RefusedError("subnet_differs")
        version, *_rest = block = wish.block or net.block
        named = [self.the(vrf, parent) for parent in wish.parents]
        if named and not any(
            one is not net and one.version == version and addresses_of(block) <= one.addresses for one in named
        ):
            raise RefusedError("subnet_differs")

    def _resize(self, vrf: str, net: Net, block: Block, *, keeps_gateway: bool, force: bool) -> None:
        """Give a subnet another block around or inside its own."""
        new, inner = Net(net.name, *block), addresses_of(block)
        if block[0] != net.version or not (inner <= net.addresses or inner >= net.addresses):
            raise RefusedError("subnet_differs")
        grows = inner > net.addresses
        around = self.parent(vrf, net)
        reasons = set()
        if grows:
            if around and not inner < around.addresses:
                reasons.add("subnet_differs")
            others = [one for one in self.nets[vrf] if one.version == net.version and one.addresses <= inner]
            if any(not one.addresses <= net.addresses for one in others):
                reasons.add("overlap")
            if around:
                self.reap(around)
                if inner & (set(around.held) | set(around.holds) | around.blocked_gateway):
                    reasons.add("subnet_in_use")
        if around:
            reasons |= self._limits_broken(vrf, around, block, instead=net)
        self.reap(net)
        lost = net.addresses - new.usable
        no_gateway = keeps_gateway and net.gateway in (net.addresses - inner) | new.edge
        no_child = any(not one.addresses < inner for one in self.children(vrf, net))
        if lost & set(net.held) or no_gateway or no_child or (lost & set(net.holds) and not force):
            reasons.add("subnet_in_use" if grows else "shrink_in_use")
        if reasons:
            raise RefusedError(*reasons)
        was_blocked = net.blocked_gateway
        net.holds = {value: one for value, one in net.holds.items() if value not in lost}
        net.first, net.length = block[1:]
        net.reserved &= inner
        if keeps_gateway and (net.blocked_gateway - was_blocked) & set(net.held):
            raise RefusedError("address_conflict")
        if not keeps_gateway and not was_blocked:
            net.gateway = None

    def _set_gateway(self, vrf: str, net: Net, gateway: tuple[int, int] | str) -> None:
        if gateway == "":
            net.gateway = None
            return
        if isinstance(gateway, str):
            gateway = (net.version, min(net.usable) if gateway == "first" else max(net.usable))
        version, value = gateway
        if version != net.version:
            raise RefusedError("version_mismatch")
        if value != net.gateway:
            self.refuse_gateway(vrf, net, value)
        net.gateway = value

    def refuse_gateway(self, vrf: str, net: Net, value: int) -> None:
        """A gateway inside the subnet must be nobody's."""
        if value not in net.addresses or len(net.addresses) == 1:
            return
        if value in net.edge:
            raise RefusedError("bad_request")
        if value in self.live(net):
            raise RefusedError("address_conflict")
        if value in self.in_children(vrf, net):
            raise RefusedError("bad_request")
        if value in net.held:
            self.lapse(net, value)

    # Its pools

    def _read_pools(self, net: Net, wishes: list[PoolWish]) -> list[Window]:
        """What is not said of a pool is as it was for the one of that name."""
        present = {pool.name: pool for pool in net.pools}
        wanted = []
        for name, version, first, last, settings in wishes:
            if version != net.version:
                raise RefusedError("version_mismatch")
            if first > last:
                raise RefusedError("bad_request")
            named = pool_name(version, first, last) if name is None else name
            wanted.append(present.get(named, Window(first, last, named))._replace(first=first, last=last, **settings))
        return wanted

    def replace_pools(self, net: Net, wanted: list[Window], *, force: bool) -> set[int]:
        """Returns the held addresses that no pool covers any more."""
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
        stranded = (union(net.pools) - union(wanted)) & set(self.live(net))
        if stranded and not force:
            raise RefusedError("shrink_in_use")
        net.pools = wanted
        net.rotated = {name: last for name, last in net.rotated.items() if name in {pool.name for pool in wanted}}
        net.generated = net.generated and net.has_default_pools()
        return stranded

    def ensure_pool(self, vrf: str, name: str, wish: PoolWish, *, force: bool) -> set[int]:
        """Returns the held addresses that no pool covers any more."""
        net = self.the(vrf, name)
        (pool,) = self._read_pools(net, [wish])
        others = [] if net.generated else [one for one in net.pools if one.name != pool.name]
        return self.replace_pools(net, [*others, pool], force=force)

    def tune_pool(self, vrf: str, name: str, pool: str, settings: dict[str, t.Any]) -> set[int]:
        net = self.the(vrf, name)
        if pool not in [one.name for one in net.pools]:
            raise RefusedError("pool_missing")
        net.pools = [one._replace(**settings) if one.name == pool else one for one in net.pools]
        return set()

    def remove_pool(self, vrf: str, name: str, pool: str, *, force: bool) -> set[int]:
        net = self.the(vrf, name)
        return self.replace_pools(net, [one for one in net.pools if one.name != pool], force=force)

    # Gone

    def remove(self, vrf: str, name: str, *, force: bool) -> tuple[set[str], set[int]]:
        """Returns the names of the inner subnets and the addresses that went with it."""
        net = self.the(vrf, name)
        gone = [net, *self.inner(vrf, net)]
        held = set().union(*(self.live(one) for one in gone))
        if (len(gone) > 1 or held) and not force:
            raise RefusedError("subnet_in_use")
        self.nets[vrf] = [one for one in self.nets[vrf] if one not in gone]
        return {one.name for one in gone[1:]}, held


def refuse_misleading(name: str | None, block: Block) -> None:
    """No subnet is called by the CIDR of another one."""
    if block_called(name or "") not in (None, block):
        raise RefusedError("bad_request")


def is_over_quota(around: Net, taken: int) -> bool:
    """The quota counts addresses of IPv4 and networks of length 64 of IPv6."""
    unit = 1 if around.version == 4 else 1 << 64
    return around.quota is not None and taken > around.quota * unit


def pool_name(version: int, first: int, last: int) -> str:
    """A pool without a name is called after its range."""
    return text(version, first) if first == last else f"{text(version, first)}-{text(version, last)}"
