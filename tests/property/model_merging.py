# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model's rules of splitting a subnet and of merging several."""

from __future__ import annotations

import copy

from ansible_collections.netledger.ipam.tests.property.model import (
    BITS,
    Block,
    Held,
    Net,
    RefusedError,
    Window,
    addresses_of,
    block_called,
    cidr,
)
from ansible_collections.netledger.ipam.tests.property.model_subnets import (
    NetWish,
    SubnetRules,
    pool_name,
    refuse_misleading,
)


class MergingRules(SubnetRules):
    def split(
        self, vrf: str, reference: str, count: int, names: tuple[str, ...] = (), *, force: bool = False
    ) -> list[tuple[str, Block]]:
        """Returns the names and blocks of the parts, also where they were made before."""
        whole = self.find(vrf, reference)
        done = self._parts_there(vrf, reference, count, names)
        if done and (whole is None or whole in done):
            return [(part.name, part.block) for part in done]
        if whole is None:
            raise RefusedError("subnet_missing")
        if whole.length + count.bit_length() - 1 > BITS[whole.version]:
            raise RefusedError("split_impossible")
        blocks = parts_of(whole.block, count)
        wanted = list(names) or part_names(whole.name, blocks)
        self.reap(whole)
        reasons = set()
        parts = [self._part(whole, *named) for named in zip(wanted, blocks, strict=True)]
        for part in parts:
            if block_called(part.name) not in (None, part.block):
                reasons.add("bad_request")
        if any(self.named(vrf, name) not in (None, whole) for name in wanted):
            reasons.add("split_impossible")
        around = self.parent(vrf, whole)
        if around:
            reasons |= self._limits_broken(vrf, around, blocks[0]) & {"prefix_length_refused"}
        lost = whole.addresses - set().union(*(part.usable for part in parts))
        if lost & set(whole.held) or (lost & set(whole.holds) and not force):
            reasons.add("split_impossible")
        if any(child.length <= parts[0].length for child in self.children(vrf, whole)):
            reasons.add("split_impossible")
        if any(part.gateway in part.edge for part in parts):
            reasons.add("split_impossible")
        if reasons:
            raise RefusedError(*reasons)
        for part in parts:
            self._give_pools(part, whole, is_first=part is parts[0])
            part.held = {value: held for value, held in whole.held.items() if value in part.addresses}
            part.holds = {value: one for value, one in whole.holds.items() if value in part.usable}
        self.nets[vrf] = [net for net in self.nets[vrf] if net is not whole] + parts
        return [(part.name, part.block) for part in parts]

    def _parts_there(self, vrf: str, reference: str, count: int, names: tuple[str, ...]) -> list[Net]:
        """The parts, if all are there, side by side and of equal size."""
        called = block_called(reference)
        if called and not names:
            found = [self.at(vrf, block) for block in parts_of(called, count)]
        else:
            found = [self.named(vrf, name) for name in names or part_names(reference, [(4, 0, 0)] * count)]
        parts = [net for net in found if net]
        if len(parts) < count or len({(net.version, net.length, id(self.parent(vrf, net))) for net in parts}) > 1:
            return []
        length = parts[0].length - (count.bit_length() - 1)
        whole = (parts[0].version, parts[0].first, length)
        if length < 0 or parts[0].first % (1 << (BITS[whole[0]] - length)):
            return []
        return parts if [net.block for net in parts] == parts_of(whole, count) else []

    @staticmethod
    def _part(whole: Net, name: str, block: Block) -> Net:
        """A part as the whole is; a gateway inside belongs to the part that it lies in, one outside to all."""
        part = copy.deepcopy(whole)
        part.name, (part.version, part.first, part.length) = name, block
        if whole.gateway in whole.addresses - part.addresses:
            part.gateway = None
        part.reserved = whole.reserved & part.addresses
        return part

    @staticmethod
    def _give_pools(part: Net, whole: Net, *, is_first: bool) -> None:
        """Cut the pools at the borders of the part; it goes on rotating where the whole was."""
        if part.generated:
            part.pools = part.default_pools()
        else:
            part.pools = [pool for pool in (clipped(part, pool) for pool in whole.pools) if pool]
        by_name = {pool.name: pool for pool in part.pools}
        part.rotated = {
            name: last
            for name, last in whole.rotated.items()
            if name in by_name and (is_first or last in by_name[name].addresses)
        }

    def merge(self, vrf: str, name: str, references: list[str], wish: NetWish) -> Block:
        """Returns the block of the whole, also where it was made before."""
        target = self.named(vrf, name)
        found = [self.find(vrf, reference) for reference in references]
        parts: list[Net] = []
        for part in found:
            if part and part not in parts:
                parts.append(part)
        if target and parts in ([], [target]):
            return self.ensure(vrf, name, wish).block
        if None in found:
            raise RefusedError("subnet_missing")
        if target and target not in parts:
            raise RefusedError("merge_impossible")
        block = self._union(vrf, parts)
        refuse_misleading(name, block)
        around = self.parent(vrf, parts[0])
        if around and "prefix_length_refused" in self._limits_broken(vrf, around, block):
            raise RefusedError("prefix_length_refused")
        for part in parts:
            self.reap(part)
        whole = self._joined(parts, name, block, wish)
        self.nets[vrf] = [net for net in self.nets[vrf] if net not in parts] + [whole]
        blocked_before = set().union(*(part.blocked_gateway for part in parts))
        if whole.gateway is not None and whole.gateway not in blocked_before:
            self.refuse_gateway(vrf, whole, whole.gateway)
        self.apply(vrf, whole, wish)
        return whole.block

    def _union(self, vrf: str, parts: list[Net]) -> Block:
        around = self.parent(vrf, parts[0])
        if any(part.version != parts[0].version or self.parent(vrf, part) is not around for part in parts):
            raise RefusedError("merge_impossible")
        every = set().union(*(part.addresses for part in parts))
        length = BITS[parts[0].version] - (len(every).bit_length() - 1)
        block = (parts[0].version, min(every), length)
        aligned = min(every) % (1 << (BITS[parts[0].version] - length)) == 0
        if not aligned or addresses_of(block) != every or (around and around.block == block):
            raise RefusedError("merge_impossible")
        return block

    def _joined(self, parts: list[Net], name: str, block: Block, wish: NetWish) -> Net:
        """The whole with what is in the parts; for the rest as the first of them."""
        whole = copy.deepcopy(parts[0])
        whole.name, (whole.version, whole.first, whole.length) = name, block
        whole.gateway = merged_gateway(parts, whole.addresses) if wish.gateway is None else None
        for part in parts[1:]:
            whole.reserved |= part.reserved
            whole.held.update(part.held)
            whole.holds.update(part.holds)
        whole.generated = all(part.generated for part in parts)
        lost = whole.addresses - whole.usable
        if has_doubles([part.held for part in parts]) or whole.gateway in whole.edge:
            raise RefusedError("merge_impossible")
        if lost & set(whole.held) or (lost & set(whole.holds) and not wish.force):
            raise RefusedError("merge_impossible")
        whole.holds = {value: one for value, one in whole.holds.items() if value not in lost}
        self._join_pools(whole, parts, wish)
        return whole

    @staticmethod
    def _join_pools(whole: Net, parts: list[Net], wish: NetWish) -> None:
        """Pools of the same name become one where no host's address lies between them."""
        said = {pool.name: pool for part in reversed(parts) for pool in part.pools}
        hosts = set().union(*(part.usable for part in parts))
        joined: dict[str, Window] = {}
        for pool in sorted(pool for part in parts for pool in part.pools):
            before = joined.get(pool.name)
            if before is None:
                joined[pool.name] = said[pool.name]._replace(first=pool.first, last=pool.last)
            elif wish.pools is not None or whole.generated:
                joined[f" {len(joined)}"] = pool  # so that what it covers counts as covered before
            elif hosts & set(range(before.last + 1, pool.first)):
                raise RefusedError("merge_impossible")
            else:
                joined[pool.name] = before._replace(last=pool.last)
        whole.pools = [pool._replace(name=name) for name, pool in joined.items()]
        whole.rotated = {name: last for name, last in whole.rotated.items() if name in joined}


def parts_of(block: Block, count: int) -> list[Block]:
    version, first, length = block
    longer = length + count.bit_length() - 1
    size = 1 << max(BITS[version] - longer, 0)
    return [(version, first + number * size, longer) for number in range(count)]


def part_names(name: str, blocks: list[Block]) -> list[str]:
    """A subnet that is called by its CIDR has parts that are so too."""
    if block_called(name):
        return [cidr(block) for block in blocks]
    return [f"{name}-{number}" for number in range(1, len(blocks) + 1)]


def clipped(part: Net, pool: Window) -> Window | None:
    left = pool.addresses & part.usable
    if not left:
        return None
    first, last = min(left), max(left)
    is_unnamed = pool.name == pool_name(part.version, pool.first, pool.last)
    return pool._replace(first=first, last=last, name=pool_name(part.version, first, last) if is_unnamed else pool.name)


def merged_gateway(parts: list[Net], addresses: set[int]) -> int | None:
    """The one that lies inside, else that of the first part."""
    inside = {part.gateway for part in parts if part.gateway in addresses}
    if len(inside) > 1:
        raise RefusedError("merge_impossible")
    return next(iter(inside), parts[0].gateway)


def has_doubles(held: list[dict[int, Held]]) -> bool:
    """Whether anybody holds something in several subnets; what a split took apart has different ordinals."""
    places = [one[:2] for entries in held for one in entries.values()]
    return len(set(places)) < len(places)
