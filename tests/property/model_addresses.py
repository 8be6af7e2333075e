# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model's rules of giving addresses in one subnet."""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import interface_id
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.tests.property.model import (
    Held,
    Holder,
    Net,
    RefusedError,
    Space,
    Window,
    refuse,
    union,
)

SECRET = b"sixteen bytes or more"

TAKEN = {
    "address_conflict",
    "address_in_child",
    "address_on_hold",
    "address_reserved",
    "broadcast_address",
    "gateway_address",
    "network_address",
    "subnet_router_address",
}
"""Why a holder cannot have an address of the subnet."""

Drawn = t.Mapping[tuple[int, Holder], t.Sequence[int]]
"""The addresses that a holder got of an IP version: what ``random`` drew, nobody else can know."""


class End(t.NamedTuple):
    """For how many seconds from now, or until when; 0 is without end, None leaves it as it is."""

    lease: int | None = None
    expires: int | None = None


class Wanted(t.NamedTuple):
    """What one entry of a task asks for; ``at`` is an IP version and an address of it."""

    holder: Holder
    at: tuple[int, int] | None = None
    pools: tuple[str, ...] = ()
    amount: int | None = None
    end: End = End()
    mac: str | None = None
    strategy: str | None = None

    @property
    def is_derived(self) -> bool:
        return self.strategy in ("eui64", "stable")

    @property
    def any(self) -> Wanted:
        return self._replace(at=None, strategy=None if self.is_derived else self.strategy)


class How(t.NamedTuple):
    """What holds for all entries of a task; ``nets`` names subnets by name or CIDR."""

    nets: tuple[str, ...] = ()
    version: int | None = None
    strategy: str | None = None
    fallback: bool = False
    contiguous: bool = False
    align: bool = False
    adopt: bool = False
    dual_stack: bool = False
    same_host_part: bool = False
    force: bool = False
    partial: bool = False


class Served:
    """What became of the entries in one subnet: addresses by holder, why others lack some, whether anything moved."""

    def __init__(self) -> None:
        self.given: dict[Holder, list[int]] = {}
        self.lacking: dict[Holder, str] = {}
        self.moving: dict[Holder, dict[int, Held]] = {}
        self.changed = False


class AddressRules(Space):
    def next_in(self, vrf: str, net: Net, names: tuple[str, ...] = ()) -> list[tuple[set[int], int]]:
        """What "any" would get, in order, if it reaped what is due first: each time a set and how many of it."""
        after = copy.copy(net)
        after.held, after.holds = dict(net.held), dict(net.holds)
        self.reap(after)
        free = net.addresses - set(after.held) - set(after.holds) - net.blocked - self.in_children(vrf, net)
        found: list[tuple[set[int], int]] = []
        for pool in chosen_pools(net, names):
            there = pool.addresses & free
            if (pool.strategy or net.strategy) == "random":
                found.append((there, len(there)))
            else:
                found += [({value}, 1) for value in self.ordered(net, pool, there, None)]
        return found

    def ordered(self, net: Net, pool: Window, free: set[int], strategy: str | None) -> list[int]:
        """Free addresses of a pool in the order in which they are given."""
        strategy = strategy or pool.strategy or net.strategy
        last = net.rotated.get(pool.name)
        if strategy == "rotate" and last is not None:
            return sorted(free, key=lambda value: (value <= last, value))
        return sorted(free, reverse=strategy == "highest")

    # In one subnet

    def serve(self, vrf: str, net: Net, wanted: t.Sequence[Wanted], how: How, drawn: Drawn) -> Served:
        refuse_wrong(net, wanted)
        if any(set(one.pools) - {pool.name for pool in net.pools} for one in wanted):
            raise RefusedError("pool_missing")
        named = [self._candidates(vrf, net, one) for one in wanted]
        served = Served()
        refuse(
            {
                one.holder: "address_differs"
                for one, values in zip(wanted, named, strict=True)
                if not self._keep(net, one, values, how, served)
            }
        )
        self.reap(net)
        refused: dict[Holder, str] = {}
        for one, values in zip(wanted, named, strict=True):
            if values and one.holder not in served.given:
                refused.update(self._give_certain(vrf, net, one, values, how, served))
        refuse(refused)
        for one in lacking(wanted, served):
            if not wants_run(one, how):
                self._reclaim(net, one, served)
        self._give_any(vrf, net, lacking(wanted, served), how, served, drawn)
        return served

    def _candidates(self, vrf: str, net: Net, one: Wanted) -> list[int]:
        """The certain addresses that are asked for, the first that can be had is meant."""
        if one.at is not None:
            return [one.at[1]]
        if not one.is_derived:
            return []
        if net.version == 4 or one.strategy == "eui64":
            raise RefusedError("bad_request")  # no subnet here has the length of 64 that EUI-64 needs
        interface = one.mac or "\0".join(one.holder)
        # Which address a secret leads to is nobody's rule; unit tests check that it depends on all it has to.
        tries = [interface_id.stable(Network(*net.block), interface, vrf, number, SECRET) for number in range(4)]
        values = [value for value in tries if value is not None]
        if not values:
            raise RefusedError("bad_request")
        return values

    def _keep(self, net: Net, one: Wanted, values: list[int], how: How, served: Served) -> bool:
        """Who holds something keeps it, or with ``force`` leaves it where it does not fit.

        What is over stands in nobody's way, and comes back as far as the amount has room.
        """
        mine = net.held_by(one.holder)
        live = [value for value in mine if not self.is_over(net.held[value])]
        over = [value for value in mine if value not in live]
        if one.amount and not how.contiguous:
            over = over[: max(one.amount - len(live), 0)]
        either = [value for value in mine if value in [*live, *over]], live
        kept = next((kept for kept in (fitting(one, values, had, how) for had in either) if kept is not None), [])
        if all(fitting(one, values, had, how) is None for had in either):
            if not how.force:
                return False
            kept = [] if values or wants_run(one, how) else live[: one.amount]
            leaving = {value: net.held[value] for value in live if value not in kept}
            if not kept:
                served.moving[one.holder] = leaving
            for value in leaving:
                if wants_run(one, how):
                    del net.held[value]  # the run may lie where it was
                else:
                    self.retire(net, value)
            served.changed = True
        for value in kept:
            held = net.held[value]
            net.held[value] = held._replace(expires=self._end(one, held.expires), mac=one.mac or held.mac)
            served.changed |= net.held[value] != held
        if kept:
            served.given[one.holder] = kept
        return True

    def _end(self, one: Wanted, current: int | None) -> int | None:
        """When the address ends: a lease is renewed once half of it is over, or where another one is asked for."""
        lease, expires = one.end
        if expires is not None:
            return expires or None
        left = None if current is None or current <= self.now else current - self.now
        if lease is None:
            return current if left is not None else None
        if left is not None and lease < 2 * left <= 2 * lease:
            return current
        return self.now + lease if lease else None

    def _give(self, net: Net, one: Wanted, values: t.Sequence[int], served: Served) -> None:
        """What moves takes its notes along, and what lies where it was keeps its own."""
        moving = served.moving.pop(one.holder, {}) if values else {}
        others = iter([held for value, held in moving.items() if value not in values])
        for value in values:
            old = moving[value] if value in moving else next(others, None)
            taken = {net.held[other].ordinal for other in net.held_by(one.holder)}
            ordinal = max(taken, default=-1) + 1
            net.held[value] = Held(
                one.holder, ordinal, self._end(one, old and old.expires), one.mac or (old and old.mac)
            )
            served.given.setdefault(one.holder, []).append(value)
            served.changed = True

    def _give_certain(
        self, vrf: str, net: Net, one: Wanted, values: list[int], how: How, served: Served
    ) -> dict[Holder, str]:
        """Returns who is refused and why, if so."""
        refusals = [self._refusal(vrf, net, one, value, how) for value in values]
        if all(refusals):
            return {} if how.fallback else {one.holder: str(refusals[0])}
        value = values[refusals.index(None)]
        net.holds.pop(value, None)
        self._give(net, one, [value], served)
        return {}

    def _refusal(self, vrf: str, net: Net, one: Wanted, value: int, how: How) -> str | None:
        """Why this holder cannot have the address."""
        if value in net.held:
            return "address_conflict"
        if value not in net.usable:
            if net.version == 6:
                return "subnet_router_address"
            return "network_address" if value == net.first else "broadcast_address"
        if value in net.blocked_gateway and not how.adopt:
            return "gateway_address"
        if value in net.reserved and not how.adopt:
            return "address_reserved"
        if value in self.in_children(vrf, net):
            return "address_in_child"
        if value in net.holds and net.holds[value][1] != one.holder and not how.adopt:
            return "address_on_hold"
        return None

    def _reclaim(self, net: Net, one: Wanted, served: Served) -> None:
        """What waits for a holder in the pools that it asks for goes back to it, the newest first."""
        windows = union(chosen_pools(net, one.pools)) - net.blocked
        waiting = [(-until, value) for value, (until, whose) in net.holds.items() if whose == one.holder]
        back = [value for _until, value in sorted(waiting) if value in windows][: lack(one, served)]
        for value in back:
            del net.holds[value]
        self._give(net, one, back, served)

    def _give_any(self, vrf: str, net: Net, wanted: list[Wanted], how: How, served: Served, drawn: Drawn) -> None:
        for asked in dict.fromkeys((one.pools, one.any.strategy) for one in wanted):
            chosen = chosen_pools(net, asked[0])
            group = [one for one in wanted if (one.pools, one.any.strategy) == asked]
            for one in (one for one in group if wants_run(one, how)):
                run = self._lowest_run(vrf, net, chosen, t.cast(int, one.amount), align=how.align)
                if run:
                    self._give_run(vrf, net, one, run, served)
                else:
                    served.lacking[one.holder] = "pool_exhausted"
            self._share(vrf, net, chosen, [one for one in group if not wants_run(one, how)], served, drawn)

    def _give_run(self, vrf: str, net: Net, one: Wanted, run: list[int], served: Served) -> None:
        """What it had elsewhere waits for it, unless somebody got that meanwhile."""
        for value, held in served.moving.get(one.holder, {}).items():
            if value in self.free(vrf, net) - set(run):
                self.put_on_hold(net, value, held.holder, self.now)
        self._give(net, one, run, served)

    def _lowest_run(self, vrf: str, net: Net, chosen: list[Window], size: int, *, align: bool) -> list[int] | None:
        """The lowest run within one pool, of the first pool that has one."""
        step = 1
        while align and step < size:
            step *= 2
        for pool in chosen:
            free = pool.addresses & self.free(vrf, net)
            for first in sorted(free):
                if first % step == 0 and set(range(first, first + size)) <= free:
                    return list(range(first, first + size))
        return None

    def _share(
        self, vrf: str, net: Net, chosen: list[Window], wanted: list[Wanted], served: Served, drawn: Drawn
    ) -> None:
        """Take as many as all of them lack, and hand them out in their order."""
        known = [
            value
            for one in wanted
            for value in drawn.get((net.version, one.holder), ())
            if value not in served.given.get(one.holder, ())
        ]
        free = self.free(vrf, net)
        taken: list[int] = []
        for number in range(sum(lack(one, served) for one in wanted)):
            pool = next((pool for pool in chosen if pool.addresses & free), None)
            if pool is None:
                break
            strategy = (wanted[0].any.strategy if wanted else None) or pool.strategy or net.strategy
            value = self.ordered(net, pool, pool.addresses & free, strategy)[0]
            if strategy == "random" and number < len(known) and known[number] in pool.addresses & free:
                value = known[number]
            if strategy == "rotate":
                net.rotated[pool.name] = value
            taken.append(value)
            free.remove(value)
        for one in wanted:
            count = lack(one, served)
            if count > len(taken):
                served.lacking[one.holder] = "pool_exhausted"
            else:
                self._give(net, one, taken[:count], served)
                taken = taken[count:]


def wants_run(one: Wanted, how: How) -> bool:
    return how.contiguous and one.amount is not None


def lack(one: Wanted, served: Served) -> int:
    """How many addresses an entry still lacks."""
    got = len(served.given.get(one.holder, ()))
    return max((one.amount or max(got, 1)) - got, 0)


def lacking(wanted: t.Sequence[Wanted], served: Served) -> list[Wanted]:
    return [one for one in wanted if lack(one, served)]


def chosen_pools(net: Net, names: tuple[str, ...]) -> list[Window]:
    """The pools of these names in that order, or all by address."""
    by_name = {pool.name: pool for pool in net.pools}
    if not by_name or set(names) - set(by_name):
        raise RefusedError("pool_missing")
    return [by_name[name] for name in dict.fromkeys(names)] or sorted(net.pools)


def fitting(one: Wanted, values: list[int], had: list[int], how: How) -> list[int] | None:
    """What of the addresses that a holder has it keeps, or None where they are not what it asks for."""
    if not had:
        return []
    if values:
        return [value for value in had if value in values] or (had if how.fallback else None)
    if wants_run(one, how):
        first, size = min(had), t.cast(int, one.amount)
        aligned = not how.align or first % (1 << (size - 1).bit_length()) == 0
        return had if aligned and sorted(had) == list(range(first, first + size)) else None
    return None if one.amount and len(had) > one.amount else had


def refuse_repeated_holders(wanted: t.Sequence[Wanted]) -> None:
    if len({one.holder for one in wanted}) < len(wanted):
        raise RefusedError("bad_request")


def refuse_wrong(net: Net, wanted: t.Sequence[Wanted]) -> None:
    """What can be said of the entries without looking at what is held."""
    refuse_repeated_holders(wanted)
    inside = [one.at for one in wanted if one.at and one.at[0] == net.version and one.at[1] in net.addresses]
    if len(set(inside)) < len(inside):
        raise RefusedError("bad_request")
    refuse({one.holder: "address_outside_subnet" for one in wanted if one.at and one.at not in inside})
