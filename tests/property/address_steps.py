# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that ask for addresses and free them, as tasks do."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import format_time, parse_time
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_options
from ansible_collections.netledger.ipam.tests.property.machine import (
    FORCED,
    MODES,
    PICK,
    VRFS,
    LedgerMachine,
    Mode,
    Model,
)
from ansible_collections.netledger.ipam.tests.property.model import BITS, Holder, Net, text
from ansible_collections.netledger.ipam.tests.property.model_addresses import SECRET, End, How, Wanted
from ansible_collections.netledger.ipam.tests.property.model_overflow import Given
from ansible_collections.netledger.ipam.tests.property.model_tasks import Answer
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

Options = dict[str, t.Any]

HOLDERS = st.tuples(st.sampled_from(["web", "db", "vip", "ns"]), st.sampled_from(["", "", "eth1"]))
POOLS = st.sampled_from([()] * 7 + [("p",), ("default",), ("q", "p"), ("default-2", "default")])
STRATEGIES = st.sampled_from([None] * 4 + ["lowest", "highest", "random", "rotate"])
DERIVED = st.sampled_from(["stable", "stable", "stable", "eui64"])
MACS = st.sampled_from(["02:00:00:00:00:01", "02:00:00:00:00:02"])
COUNTS = st.sampled_from([1, 2, 3, 4, 5, 7])
ENDS = st.sampled_from([End()] * 5 + [End(20), End(50), End(0), End(expires=30), End(expires=0)])
SOMETIMES = st.sampled_from([False, False, False, True])


class AddressSteps(LedgerMachine):
    def acquire(self, vrf: str, wanted: list[Wanted], how: How, mode: Mode, spelling: int = 0) -> None:
        options = self._options(vrf, wanted, how, spelling)

        def work(tx: Transaction) -> Answer:
            request = address_options.read(options)
            answer = as_answer(address.perform(tx, request))
            if not (how.partial and how.force):  # else what one leaves is there for another one next time
                again = as_answer(address.perform(tx, request))
                assert again == answer._replace(changed=False), "twice is once"
            return answer

        def expected(model: Model, answer: Answer | None) -> Answer:
            drawn: dict[tuple[int, Holder], list[int]] = {}
            for one in answer.given if answer else ():
                drawn.setdefault((one.version, one.holder), []).append(one.value)
            return model.acquire(vrf, wanted, how, drawn)

        self.both(work, expected, mode)

    def _options(self, vrf: str, wanted: list[Wanted], how: How, spelling: int) -> Options:
        entries = [self._entry(one, spelling) for one in wanted]
        shared: Options = {
            "vrf": vrf,
            "subnet": list(how.nets) or None,
            "version": how.version,
            "strategy": how.strategy,
            "secret_key": SECRET.decode() if how.strategy == "stable" else None,
            "fallback": "next" if how.fallback else "error",
            "contiguous": how.contiguous,
            "align": how.align,
            "adopt": how.adopt,
            "dual_stack": how.dual_stack,
            "same_host_part": how.same_host_part,
            "force": how.force,
            "partial": how.partial,
        }
        return {**shared, **entries[0]} if len(entries) == 1 and spelling % 2 else {**shared, "addresses": entries}

    def _entry(self, one: Wanted, spelling: int) -> Options:
        lease, expires = one.end
        return {
            "name": one.holder[0],
            "interface": one.holder[1],
            "address": None if one.at is None else text(*one.at, spelling),
            "pool": list(one.pools) or None,
            "count": one.amount,
            "lease": f"{lease}s" if lease else as_empty(lease),
            "expires": format_time(expires) if expires else as_empty(expires),
            "mac": one.mac,
        }

    def _end(self, end: End) -> End:
        """A time from now on as one that is fixed."""
        return End(expires=self.model.now + end.expires) if end.expires else end

    @precondition(lambda self: self.nets())
    @rule(which=PICK, holder=HOLDERS, pools=POOLS, strategy=STRATEGIES, end=ENDS, mode=MODES)
    def acquire_any(
        self, which: int, holder: Holder, pools: tuple[str, ...], strategy: str | None, end: End, mode: Mode
    ) -> None:
        vrf, net = self.a_net(which)
        how = How((self.a_reference(net, which),), strategy=strategy)
        self.acquire(vrf, [Wanted(holder, pools=pools, end=self._end(end))], how, mode, which)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        holder=HOLDERS,
        at=st.integers(0, 63),
        family=st.sampled_from([None] * 9 + [4, 6]),
        is_placed=SOMETIMES.map(lambda one: not one),
        fallback=SOMETIMES,
        adopt=SOMETIMES,
        end=ENDS,
        force=FORCED,
        mode=MODES,
        spelling=PICK,
    )
    def acquire_certain(
        self,
        which: int,
        holder: Holder,
        at: int,
        family: int | None,
        is_placed: bool,
        fallback: bool,
        adopt: bool,
        end: End,
        force: bool,
        mode: Mode,
        spelling: int,
    ) -> None:
        vrf, net = self.a_net(which)
        version = family or net.version
        value = min(self.a_notable_address(vrf, net, at), (1 << BITS[version]) - 1)
        how = How((net.name,) if is_placed else (), fallback=fallback, adopt=adopt, force=force)
        self.acquire(vrf, [Wanted(holder, (version, value), end=self._end(end))], how, mode, spelling)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        holder=HOLDERS,
        count=COUNTS,
        contiguous=st.booleans(),
        align=st.booleans(),
        pools=POOLS,
        strategy=STRATEGIES,
        end=ENDS,
        force=FORCED,
        mode=MODES,
    )
    def acquire_several(
        self,
        which: int,
        holder: Holder,
        count: int,
        contiguous: bool,
        align: bool,
        pools: tuple[str, ...],
        strategy: str | None,
        end: End,
        force: bool,
        mode: Mode,
    ) -> None:
        vrf, net = self.a_net(which)
        how = How(
            (net.name,),
            strategy=None if contiguous else strategy,
            contiguous=contiguous,
            align=align and contiguous,
            force=force,
        )
        self.acquire(vrf, [Wanted(holder, pools=pools, amount=count, end=self._end(end))], how, mode, which)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        holders=st.lists(st.tuples(HOLDERS, MACS | st.none()), min_size=1, max_size=3),
        strategy=DERIVED,
        fallback=st.booleans(),
        force=FORCED,
        mode=MODES,
    )
    def acquire_derived(
        self,
        which: int,
        holders: list[tuple[Holder, str | None]],
        strategy: str,
        fallback: bool,
        force: bool,
        mode: Mode,
    ) -> None:
        vrf, net = self.a_net(which)
        wanted = [
            Wanted(holder, mac=mac or "02:00:00:00:00:03" * (strategy == "eui64") or None) for holder, mac in holders
        ]
        how = How((net.name,), strategy=strategy, fallback=fallback, force=force)
        self.acquire(vrf, wanted, how, mode, which)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        others=st.lists(PICK, max_size=2),
        wishes=st.lists(st.tuples(HOLDERS, st.none() | st.none() | st.integers(0, 63), POOLS, ENDS), max_size=7),
        strategy=STRATEGIES,
        fallback=SOMETIMES,
        force=FORCED,
        partial=SOMETIMES,
        is_placed=SOMETIMES.map(lambda one: not one),
        mode=MODES,
        spelling=PICK,
    )
    def acquire_many(
        self,
        which: int,
        others: list[int],
        wishes: list[tuple[Holder, int | None, tuple[str, ...], End]],
        strategy: str | None,
        fallback: bool,
        force: bool,
        partial: bool,
        is_placed: bool,
        mode: Mode,
        spelling: int,
    ) -> None:
        """In one subnet, in several in order, or each where its address lies."""
        vrf, net = self.a_net(which)
        nets = [net, *self._others(vrf, others)]
        wanted = [
            Wanted(holder, self._at(vrf, nets, at if is_placed else at or 0), pools, end=self._end(end))
            for holder, at, pools, end in wishes
        ]
        names = tuple(one.name for one in nets) if is_placed else ()
        how = How(names, strategy=strategy, fallback=fallback, force=force, partial=partial)
        self.acquire(vrf, wanted, how, mode, spelling)

    def _others(self, vrf: str, numbers: list[int]) -> list[Net]:
        nets = self.model.nets[vrf]
        return [nets[number % len(nets)] for number in numbers]

    def _at(self, vrf: str, nets: list[Net], number: int | None) -> tuple[int, int] | None:
        if number is None:
            return None
        net = nets[number % len(nets)]
        return net.version, self.a_notable_address(vrf, net, number)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        others=st.lists(PICK, min_size=1, max_size=3),
        version=st.sampled_from([None, None, 4, 6]),
        holders=st.lists(HOLDERS, min_size=1, max_size=3),
        count=st.none() | COUNTS,
        pools=POOLS,
        strategy=STRATEGIES | DERIVED,
        contiguous=st.booleans(),
        force=FORCED,
        partial=SOMETIMES,
        mode=MODES,
    )
    def acquire_in_order(
        self,
        which: int,
        others: list[int],
        version: int | None,
        holders: list[Holder],
        count: int | None,
        pools: tuple[str, ...],
        strategy: str | None,
        contiguous: bool,
        force: bool,
        partial: bool,
        mode: Mode,
    ) -> None:
        vrf, net = self.a_net(which)
        nets = [net, *self._others(vrf, others)]
        is_derived = strategy in ("stable", "eui64")
        contiguous = contiguous and count is not None and not is_derived
        wanted = [
            Wanted(
                holder,
                pools=pools,
                amount=None if is_derived else count,
                mac="02:00:00:00:00:03" if strategy == "eui64" else None,
            )
            for holder in holders
        ]
        how = How(
            tuple(self.a_reference(one, which + number) for number, one in enumerate(nets)),
            version,
            None if contiguous else strategy,
            contiguous=contiguous,
            force=force,
            partial=partial,
        )
        self.acquire(vrf, wanted, how, mode, which)

    @precondition(lambda self: len({net.version for _vrf, net in self.nets()}) > 1)
    @rule(
        vrf=VRFS,
        which=st.lists(PICK, min_size=2, max_size=4),
        holders=st.lists(HOLDERS, min_size=1, max_size=2),
        at=st.none() | st.none() | st.integers(0, 63),
        pools=POOLS,
        strategy=STRATEGIES | DERIVED,
        same=st.booleans(),
        fallback=SOMETIMES,
        end=ENDS,
        force=FORCED,
        partial=SOMETIMES,
        mode=MODES,
    )
    def acquire_both(
        self,
        vrf: str,
        which: list[int],
        holders: list[Holder],
        at: int | None,
        pools: tuple[str, ...],
        strategy: str | None,
        same: bool,
        fallback: bool,
        end: End,
        force: bool,
        partial: bool,
        mode: Mode,
    ) -> None:
        """An address of each IP version."""
        if not self.model.nets.get(vrf):
            return
        nets = self._others(vrf, which)
        wanted = [
            Wanted(holder, pools=pools, mac="02:00:00:00:00:03" if strategy == "eui64" else None, end=self._end(end))
            for holder in holders
        ]
        if at is not None:
            wanted[0] = wanted[0]._replace(at=self._at(vrf, nets, at))
        how = How(
            tuple(net.name for net in nets),
            strategy=strategy,
            fallback=fallback,
            dual_stack=True,
            same_host_part=same,
            force=force,
            partial=partial,
        )
        self.acquire(vrf, wanted, how, mode, which[0])

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        count=st.integers(1, 40),
        first=st.integers(0, 100),
        strategy=STRATEGIES,
        end=ENDS,
        partial=SOMETIMES,
    )
    def fill(self, which: int, count: int, first: int, strategy: str | None, end: End, partial: bool) -> None:
        """Many at once, often more than there is room for."""
        vrf, net = self.a_net(which)
        wanted = [Wanted((f"host{number}", ""), end=self._end(end)) for number in range(first, first + count)]
        self.acquire(vrf, wanted, How((net.name,), strategy=strategy, partial=partial), Mode.PLAIN)

    @precondition(lambda self: any(net.holds or net.reserved for _vrf, net in self.nets()))
    @rule(which=PICK, holder=HOLDERS, at=PICK, adopt=SOMETIMES, mode=MODES)
    def ask_for_what_waits(self, which: int, holder: Holder, at: int, adopt: bool, mode: Mode) -> None:
        nets = [(vrf, net) for vrf, net in self.nets() if net.holds or net.reserved]
        vrf, net = nets[which % len(nets)]
        known = [*net.holds, *net.reserved]
        wanted = Wanted(holder, (net.version, known[at % len(known)]))
        self.acquire(vrf, [wanted], How((net.name,), adopt=adopt, force=True), mode, at)

    @precondition(lambda self: any(net.held for _vrf, net in self.nets()))
    @rule(which=PICK, whose=PICK, end=ENDS, mode=MODES)
    def ask_for_one_that_is_held(self, which: int, whose: int, end: End, mode: Mode) -> None:
        """By itself, for longer or shorter than the others under its key."""
        nets = [(vrf, net) for vrf, net in self.nets() if net.held]
        vrf, net = nets[which % len(nets)]
        value = sorted(net.held)[whose % len(net.held)]
        wanted = Wanted(net.held[value].holder, (net.version, value), end=self._end(end))
        self.acquire(vrf, [wanted], How((net.name,)), mode, whose)

    @precondition(lambda self: any(net.held for _vrf, net in self.nets()))
    @rule(
        which=PICK,
        whose=PICK,
        name=st.sampled_from([True] * 5 + [False]),
        interface=st.booleans(),
        quoted=st.none() | st.none() | PICK,
        others=st.none() | st.lists(PICK, max_size=2),
        pools=POOLS,
        mode=MODES,
    )
    def release(
        self,
        which: int,
        whose: int,
        name: bool,
        interface: bool,
        quoted: int | None,
        others: list[int] | None,
        pools: tuple[str, ...],
        mode: Mode,
    ) -> None:
        """What a holder has, or the address that it quotes, which somebody else may have by now."""
        nets = [(vrf, net) for vrf, net in self.nets() if net.held]
        vrf, net = nets[which % len(nets)]
        value = sorted(net.held)[whose % len(net.held)]
        holder = net.held[value].holder
        if quoted is not None:
            value = [*net.held, *net.holds][quoted % (len(net.held) + len(net.holds))]
        within = [] if others is None else [net, *self._others(vrf, others)]
        is_quoted = quoted is not None or not name
        at = (net.version, value) if is_quoted else None
        asked = (holder[0] if name else None, holder[1] if interface and name else None)
        options = {
            "vrf": vrf,
            "state": "absent",
            "name": asked[0],
            "interface": asked[1],
            "address": text(*at, whose) if at else None,
            "subnet": [one.name for one in within],
            "pool": list(pools),
        }

        def work(tx: Transaction) -> set[tuple[int, int]]:
            request = address_options.read(options)
            result = address.perform(tx, request)
            freed = {(one.version, one.value) for one in as_answer(result).given}
            assert result["changed"] is bool(freed)
            assert address.perform(tx, request)["addresses"] == [], "twice is once"
            return freed

        self.both(
            work, lambda model, _answer: model.release(vrf, *asked, at, [one.name for one in within], pools), mode
        )

    @rule(seconds=st.sampled_from([1, 10, 30, 60, 1000]))
    def wait(self, seconds: int) -> None:
        self.model.now += seconds


def as_answer(result: dict[str, t.Any]) -> Answer:
    given = [
        Given(
            (one["name"], one["interface"]),
            one["version"],
            int(ipaddress.ip_address(one["address"])),
            None if one["expires"] is None else parse_time(one["expires"], "expires"),
        )
        for one in result["addresses"]
    ]
    failures = [((one["name"], one["interface"]), one["reason"]) for one in result.get("failures", ())]
    return Answer(given, result["changed"], failures)


def as_empty(value: int | None) -> str | None:
    """Empty text for what is not to be."""
    return None if value is None else ""
