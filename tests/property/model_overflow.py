# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model's rules of giving addresses in several subnets in order."""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.netledger.ipam.tests.property.model import BITS, Holder, Net, refuse, union
from ansible_collections.netledger.ipam.tests.property.model_addresses import (
    AddressRules,
    Drawn,
    End,
    How,
    Served,
    Wanted,
    chosen_pools,
    refuse_repeated_holders,
)


class Given(t.NamedTuple):
    """One address that a holder has now."""

    holder: Holder
    version: int
    value: int
    expires: int | None


class Placed(t.NamedTuple):
    """An entry, the one subnet that can serve it where there is just one, and whether it left another one for that."""

    wanted: Wanted
    home: Net | None
    moved: bool


class OverflowRules(AddressRules):
    def acquire_in(
        self, vrf: str, nets: list[Net], wanted: t.Sequence[Wanted], how: How, drawn: Drawn
    ) -> tuple[list[Given], bool]:
        """What each has now, in the order of asking, and whether anything changed."""
        if len(nets) == 1:
            served = self.serve(vrf, nets[0], wanted, how, drawn)
            refuse(served.lacking)
            return [one for entry in wanted for one in given_to(entry, nets[0], served)], served.changed
        refuse_repeated_holders(wanted)
        placed = self._place(vrf, nets, wanted, how)
        changed = any(one.moved for one in placed)
        answers, refused, more = self._serve_in_order(vrf, nets, placed, how, drawn)
        changed |= more
        if how.fallback:
            others = [one._replace(wanted=one.wanted.any, home=None) for one in placed if one.home]
            others = [one for one in others if one.wanted.holder in refused]
            found, refused_again, more = self._serve_in_order(vrf, nets, others, how, drawn)
            answers.update(found)
            changed |= more
            refused.update(refused_again)
            refused = {holder: reasons for holder, reasons in refused.items() if holder not in found}
        refuse({holder: everywhere(reasons) for holder, reasons in refused.items()})
        return [given for one in wanted for given in answers[one.holder]], changed

    def _serve_in_order(
        self, vrf: str, nets: list[Net], placed: list[Placed], how: How, drawn: Drawn
    ) -> tuple[dict[Holder, list[Given]], dict[Holder, list[str]], bool]:
        """Who got what, why others were refused by each subnet, and whether anything changed."""
        answers: dict[Holder, list[Given]] = {}
        refused: dict[Holder, list[str]] = {}
        changed = False
        for net in nets:
            mine = [one.wanted for one in placed if one.wanted.holder not in answers and one.home in (None, net)]
            served = self._serve_those_it_can(vrf, net, mine, how, drawn)
            changed |= served.changed
            answers.update({one.holder: given_to(one, net, served) for one in mine if one.holder in served.given})
            for holder, reason in served.lacking.items():
                refused.setdefault(holder, []).append(reason)
        return answers, {one: reasons for one, reasons in refused.items() if one not in answers}, changed

    def home(self, nets: list[Net], holder: Holder) -> Net | None:
        """Where a holder has something already; where its time is over only if it has nothing else."""
        for held in (self.live, lambda net: net.held):
            for net in nets:
                if any(one.holder == holder for one in held(net).values()):
                    return net
        return None

    def _place(self, vrf: str, nets: list[Net], wanted: t.Sequence[Wanted], how: How) -> list[Placed]:
        placed = []
        refused: dict[Holder, str] = {}
        for one in wanted:
            place = self._place_of(nets, one, how)
            if isinstance(place, str):
                refused[one.holder] = place
            else:
                placed.append(place)
        refuse(refused)
        return placed

    def _place_of(self, nets: list[Net], one: Wanted, how: How) -> Placed | str:
        home = self.home(nets, one.holder)
        there = None
        if one.at is not None:
            there = smallest_with(nets, one.at)
            if there is None:
                return "address_outside_subnet"
        if home is None:
            return Placed(one, there or self._waiting_in(nets, one), moved=False)
        if there in (None, home):
            return Placed(one, home, moved=False)
        if how.fallback:
            return Placed(one.any, home, moved=False)
        live = [value for value in home.held_by(one.holder) if value in self.live(home)]
        if not live:
            for value in home.held_by(one.holder):
                self.lapse(home, value)
            return Placed(one, there, moved=False)
        if not how.force:
            return "address_differs"
        old = home.held[live[0]]
        for value in live:
            self.retire(home, value)
        end = End(expires=old.expires) if one.end == End() else one.end
        noted = one._replace(mac=one.mac or old.mac, end=end)
        return Placed(noted, there, moved=True)

    def _waiting_in(self, nets: list[Net], one: Wanted) -> Net | None:
        """Where an address waits for a holder that wants but one."""
        for net in nets if one.amount in (None, 1) else ():
            if not net.pools or set(one.pools) - {pool.name for pool in net.pools}:
                continue
            windows = union(chosen_pools(net, one.pools)) - net.blocked
            if any(whose == one.holder and value in windows for value, (_until, whose) in net.holds.items()):
                return net
        return None

    def _serve_those_it_can(self, vrf: str, net: Net, wanted: list[Wanted], how: How, drawn: Drawn) -> Served:
        without: dict[Holder, str] = {}
        for one in wanted:
            names = {pool.name for pool in net.pools}
            holds_some = bool(net.held_by(one.holder))
            if set(one.pools) - names or (not names and one.at is None and not holds_some):
                without[one.holder] = "pool_missing"
        while True:
            before = copy.deepcopy(vars(net))
            served = self.serve(vrf, net, [one for one in wanted if one.holder not in without], how, drawn)
            if not served.lacking:
                served.lacking = without
                return served
            vars(net).update(before)
            without.update(served.lacking)


def given_to(one: Wanted, net: Net, served: Served) -> list[Given]:
    return [
        Given(one.holder, net.version, value, net.held[value].expires) for value in served.given.get(one.holder, ())
    ]


def smallest_with(nets: t.Sequence[Net], at: tuple[int, int]) -> Net | None:
    around = [net for net in nets if net.version == at[0] and at[1] in net.addresses]
    return min(around, key=lambda net: BITS[net.version] - net.length, default=None)


def everywhere(reasons: list[str]) -> str:
    """The reason where several subnets were tried."""
    return reasons[0] if len(reasons) == 1 else "pool_exhausted"
