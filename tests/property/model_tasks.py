# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model's rules of whole tasks: which subnets are asked, both IP versions at once, partial success, release."""

from __future__ import annotations

import copy
import itertools
import typing as t

from ansible_collections.netledger.ipam.tests.property.model import (
    BITS,
    Holder,
    Net,
    RefusedError,
    Window,
    refuse,
    union,
)
from ansible_collections.netledger.ipam.tests.property.model_addresses import (
    TAKEN,
    Drawn,
    How,
    Wanted,
    chosen_pools,
    refuse_repeated_holders,
)
from ansible_collections.netledger.ipam.tests.property.model_overflow import (
    Given,
    OverflowRules,
    everywhere,
    smallest_with,
)


class Answer(t.NamedTuple):
    """What a task gave, whether it changed anything, and with ``partial`` who got nothing and why."""

    given: list[Given]
    changed: bool
    failures: list[tuple[Holder, str]]


class TaskRules(OverflowRules):
    def acquire(self, vrf: str, wanted: t.Sequence[Wanted], how: How, drawn: Drawn) -> Answer:
        """All or, by an error, nothing; with ``partial`` one after the other where not all can have something."""
        wanted = [one._replace(strategy=how.strategy) for one in wanted]
        if how.same_host_part and any(one.is_derived for one in wanted):
            raise RefusedError("bad_request")  # such an address of IPv6 has no counterpart
        failures: dict[Holder, str] = {}
        while True:
            before = copy.deepcopy(self.nets)
            left = [one for one in wanted if one.holder not in failures]
            try:
                given, changed = self._give_all(vrf, left, how, drawn)
            except RefusedError as error:
                if not how.partial or not error.refused:
                    raise
                failures.update(error.refused)
            else:
                return Answer(given, changed, [(one.holder, failures[one.holder]) for one in wanted if one not in left])
            self.nets = before
            if len(failures) == len(wanted):
                raise RefusedError(failures[wanted[0].holder])

    def _give_all(self, vrf: str, wanted: list[Wanted], how: How, drawn: Drawn) -> tuple[list[Given], bool]:
        if not how.nets:
            return self._give_where_they_lie(vrf, wanted, how, drawn)
        nets = self._selected(vrf, how.nets, how.version)
        four, six = ([net for net in nets if net.version == version] for version in (4, 6))
        if how.dual_stack and not (four and six):
            raise RefusedError("bad_request")
        if how.dual_stack:
            return self._give_both(vrf, four, six, wanted, how, drawn)
        if four and six and any(one.at is None for one in wanted):
            raise RefusedError("bad_request")
        return self.acquire_in(vrf, nets, wanted, how, drawn)

    def _selected(self, vrf: str, references: t.Sequence[str], version: int | None) -> list[Net]:
        named: list[Net] = []
        for reference in references:
            net = self.the(vrf, reference)
            if net not in named and version in (None, net.version):
                named.append(net)
        if not named:
            raise RefusedError("subnet_missing")
        return named

    def _give_where_they_lie(self, vrf: str, wanted: list[Wanted], how: How, drawn: Drawn) -> tuple[list[Given], bool]:
        homes = [self._innermost(vrf, one.at) for one in wanted]
        refuse({one.holder: "address_outside_subnet" for one, home in zip(wanted, homes, strict=True) if not home})
        reasons: set[str] = set()
        refused: dict[Holder, str] = {}
        answers: dict[int, list[Given]] = {}
        changed = False
        for home in {id(home): home for home in homes}.values():
            numbers = [number for number, other in enumerate(homes) if other is home]
            try:
                given, moved = self.acquire_in(vrf, [t.cast(Net, home)], [wanted[one] for one in numbers], how, drawn)
                for number in numbers:
                    answers[number] = [one for one in given if one.holder == wanted[number].holder]
                changed |= moved
            except RefusedError as error:
                reasons.update(error.reasons)
                refused.update(error.refused)
        if reasons:
            # Which subnet comes first, only its number in the ledger says.
            raise RefusedError(*reasons, refused=refused)
        return [given for number in range(len(wanted)) for given in answers[number]], changed

    def _innermost(self, vrf: str, at: tuple[int, int] | None) -> Net | None:
        return None if at is None else self.smallest_around(vrf, (*at, BITS[at[0]]))

    # Both IP versions

    def _give_both(
        self, vrf: str, four: list[Net], six: list[Net], wanted: list[Wanted], how: How, drawn: Drawn
    ) -> tuple[list[Given], bool]:
        if not how.same_host_part:
            given4, changed4 = self.acquire_in(vrf, four, [of_four(one) for one in wanted], how, drawn)
            given6, changed6 = self.acquire_in(vrf, six, [of_six(one) for one in wanted], how, drawn)
            return given4 + given6, changed4 or changed6
        refuse_repeated_holders(wanted)
        changed = False
        answers: dict[Holder, tuple[list[Given], list[Given]]] = {}
        for one in sorted(wanted, key=lambda one: one.at is None):
            try:
                four_given, six_given, moved = self._give_pair(vrf, four, six, one, how, drawn)
            except RefusedError as error:
                if "bad_request" in error.reasons:
                    raise
                raise RefusedError(*error.reasons, refused={one.holder: error.reasons[0]}) from None
            answers[one.holder] = four_given, six_given
            changed |= moved
        return [given for side in (0, 1) for one in wanted for given in answers[one.holder][side]], changed

    def _give_pair(
        self, vrf: str, four: list[Net], six: list[Net], one: Wanted, how: How, drawn: Drawn
    ) -> tuple[list[Given], list[Given], bool]:
        """Two addresses of the same host part: that of what is asked for, else of what is held, else a free one."""
        homes = [home for home in (self.home(nets, one.holder) for nets in (four, six)) if home]
        nets = [*four, *six]
        if one.at is not None and not (homes and how.fallback):
            before = [copy.deepcopy(vars(net)) for net in nets]
            try:
                return self._give_named_pair(vrf, four, six, one, smallest_with(nets, one.at), one.at[1], how)
            except RefusedError as error:
                if not how.fallback or not set(error.reasons) <= TAKEN:
                    raise
            for net, state in zip(nets, before, strict=True):
                vars(net).update(state)
        if len(homes) == 2:
            given4, changed4 = self.acquire_in(vrf, four, [one.any], how, drawn)
            given6, changed6 = self.acquire_in(vrf, six, [one.any], how, drawn)
            return given4, given6, changed4 or changed6
        if homes:
            mine = homes[0].held_by(one.holder)
            value = next((value for value in mine if value in self.live(homes[0])), mine[0])
            return self._give_named_pair(vrf, four, six, one, homes[0], value, how, keeps=True)
        (net, other), host_part = self._free_pair(vrf, four, six, one.any, drawn)
        return self._give_named_pair(vrf, four, six, one, net, net.first + host_part, how, other)

    def _give_named_pair(
        self,
        vrf: str,
        four: list[Net],
        six: list[Net],
        one: Wanted,
        net: Net | None,
        value: int,
        how: How,
        other: Net | None = None,
        *,
        keeps: bool = False,
    ) -> tuple[list[Given], list[Given], bool]:
        """An address of a subnet, and the one with the same host part in the first subnet that is large enough.

        Where one ``keeps`` what it has on the side of the first, that is all of it.
        """
        if net is None:
            raise RefusedError("address_outside_subnet")
        others = six if net.version == 4 else four
        host_part = value - net.first
        other = other or next((other for other in others if host_part < len(other.addresses)), None)
        if other is None:
            raise RefusedError("address_outside_subnet")
        values = {net.version: value, other.version: other.first + host_part}
        asked = [one._replace(at=(version, values[version])) for version in (4, 6)]
        if keeps:
            asked[0 if net.version == 4 else 1] = one.any
        strictly = how._replace(fallback=False)
        given4, changed4 = self.acquire_in(vrf, four, asked[:1], strictly, {})
        given6, changed6 = self.acquire_in(vrf, six, asked[1:], strictly, {})
        return given4, given6, changed4 or changed6

    def _free_pair(
        self, vrf: str, four: list[Net], six: list[Net], one: Wanted, drawn: Drawn
    ) -> tuple[tuple[Net, Net], int]:
        """The first subnets that have a common free host part, and that; if need be what has ended counts as free."""
        reasons: list[str] = []
        for is_reaped in (False, True):
            reasons = []
            for pair in [(net4, net6) for net4 in four for net6 in six]:
                try:
                    host_part = self._host_part(vrf, pair, one, drawn)
                except RefusedError as error:
                    reasons += error.reasons
                    continue
                if host_part is not None:
                    return pair, host_part
                reasons.append("pool_exhausted")
            if is_reaped:
                break
            for net in (*four, *six):
                self.reap(net)
        raise RefusedError(everywhere(reasons))

    def _host_part(self, vrf: str, pair: tuple[Net, Net], one: Wanted, drawn: Drawn) -> int | None:
        """First what waits for the holder."""
        chosen = [chosen_pools(net, one.pools) for net in pair]
        free = [{value - net.first for value in self.free(vrf, net)} for net in pair]
        takeable = []
        for net, pools, left in zip(pair, chosen, free, strict=True):
            mine = {value for value, (_until, whose) in net.holds.items() if whose == one.holder} - net.blocked
            takeable.append(
                {value - net.first for value in union(pools)} & (left | {value - net.first for value in mine})
            )
        for net in pair:
            waiting = [(-until, value) for value, (until, whose) in net.holds.items() if whose == one.holder]
            for _until, value in sorted(waiting):
                if value - net.first in takeable[0] & takeable[1]:
                    return value - net.first
        for pool4, pool6 in itertools.product(*chosen):
            windows = [
                {value - net.first for value in pool.addresses} for net, pool in zip(pair, (pool4, pool6), strict=True)
            ]
            shared = windows[0] & windows[1] & free[0] & free[1]
            if shared:
                return self._one_of(pair[0], pool4, shared, one, drawn)
        return None

    def _one_of(self, four: Net, pool: Window, shared: set[int], one: Wanted, drawn: Drawn) -> int:
        """One of these host parts, by the strategy of IPv4."""
        strategy = one.strategy or pool.strategy or four.strategy
        known = next(iter(drawn.get((4, one.holder), ())), four.first) - four.first
        if strategy == "random" and known in shared:
            return known
        value = self.ordered(four, pool, {four.first + number for number in shared}, strategy)[0]
        if strategy == "rotate":
            four.rotated[pool.name] = value
        return value - four.first

    # No longer

    def release(
        self,
        vrf: str,
        name: str | None,
        interface: str | None,
        at: tuple[int, int] | None,
        references: t.Sequence[str],
        pools: tuple[str, ...],
    ) -> set[tuple[int, int]]:
        """Free what a name holds, or an address if that name holds it; returns what was freed."""
        freed: set[tuple[int, int]] = set()
        for net in self._concerned(vrf, name, at, references):
            if at and (at[0] != net.version or at[1] not in net.addresses):
                raise RefusedError("address_outside_subnet")
            windows = net.addresses if not pools else union(pool for pool in net.pools if pool.name in pools)
            for value, held in self.live(net).items():
                is_meant = name in (None, held.holder[0]) and interface in (None, held.holder[1])
                if is_meant and value in windows and at in (None, (net.version, value)):
                    self.retire(net, value)
                    freed.add((net.version, value))
        return freed

    def _concerned(
        self, vrf: str, name: str | None, at: tuple[int, int] | None, references: t.Sequence[str]
    ) -> list[Net]:
        if references:
            nets = self._selected(vrf, [one for one in references if self.find(vrf, one)], None)
            if not at or len(nets) == 1:
                return nets
            around = smallest_with(nets, at)
            if around is None:
                raise RefusedError("address_outside_subnet")
            return [around]
        if at:
            innermost = self._innermost(vrf, at)
            return [innermost] if innermost else []
        return self.nets.get(vrf, [])


def of_four(one: Wanted) -> Wanted:
    """What the IPv4 subnets are asked for."""
    asked = one if one.at and one.at[0] == 4 else one._replace(at=None)
    return asked._replace(strategy=None) if asked.is_derived else asked


def of_six(one: Wanted) -> Wanted:
    return one if one.at and one.at[0] == 6 else one._replace(at=None)
