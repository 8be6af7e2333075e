# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that make, change, move and remove subnets and pools."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, merge, split, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import pool as pool_task
from ansible_collections.netledger.ipam.tests.property.machine import (
    FORCED,
    MODES,
    NAMES,
    PICK,
    VRFS,
    LedgerMachine,
    Mode,
    Model,
    blocks,
)
from ansible_collections.netledger.ipam.tests.property.model import BITS, Block, Net, text
from ansible_collections.netledger.ipam.tests.property.model_subnets import NetWish, PoolWish
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

Settings = dict[str, t.Any]

POOL_NAMES = st.sampled_from(["p", "q", "default", "default-2"])
HOLD_DOWNS = st.sampled_from([0, 10, 60])
STRATEGIES = st.sampled_from(["lowest", "highest", "random", "rotate"])
POOL_SETTINGS = st.fixed_dictionaries(
    {}, optional={"strategy": st.none() | STRATEGIES, "hold_down": st.none() | HOLD_DOWNS}
)
NEW_NAMES = st.sampled_from([None] * 5 + ["a", "b", "f"])


class SubnetSteps(LedgerMachine):
    def ensure(self, vrf: str, name: str | None, asked: NetWish, mode: Mode = Mode.PLAIN, spelling: int = 0) -> None:
        wish = as_wish(vrf, name, asked, spelling)

        def work(tx: Transaction) -> tuple[str, Block]:
            change = subnets.ensure(tx, wish)
            assert change.subnet is not None
            again = subnets.ensure(tx, wish)
            assert again.before == again.after == change.after, "twice is once"
            return named_block(change.subnet)

        def expected(model: Model, _answer: t.Any) -> tuple[str, Block]:
            net = model.ensure(vrf, name, asked)
            return net.name, net.block

        self.both(work, expected, mode)

    @rule(
        vrf=VRFS,
        name=NAMES | st.none(),
        block=blocks(),
        parents=st.lists(NAMES, max_size=2) | st.just([]),
        new_name=NEW_NAMES,
        mode=MODES,
    )
    def create(
        self, vrf: str, name: str | None, block: Block, parents: list[str], new_name: str | None, mode: Mode
    ) -> None:
        self.ensure(vrf, name, NetWish(block=block, parents=tuple(parents), new_name=new_name), mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        others=st.lists(PICK, max_size=2),
        name=NAMES,
        longer=st.none() | st.integers(0, 6),
        gateway=st.sampled_from([None, None, "first", "last"]),
        mode=MODES,
    )
    def carve(
        self, which: int, others: list[int], name: str, longer: int | None, gateway: str | None, mode: Mode
    ) -> None:
        """Out of one parent, or several in order; of a given length, or of the one that parents give by default."""
        vrf, net = self.a_net(which)
        siblings = self.model.nets[vrf]
        parents = [net, *(siblings[number % len(siblings)] for number in others)]
        asked = NetWish(
            parents=tuple(self.a_reference(one, which + number) for number, one in enumerate(parents)),
            length=None if longer is None else net.length + longer,
            gateway=gateway,
        )
        self.ensure(vrf, name, asked, mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        bits=st.integers(-3, 3),
        upper=st.booleans(),
        new_name=NEW_NAMES,
        gateway=st.sampled_from([None] * 4 + ["", "first", "last"]),
        force=FORCED,
        mode=MODES,
    )
    def resize(
        self, which: int, bits: int, upper: bool, new_name: str | None, gateway: str | None, force: bool, mode: Mode
    ) -> None:
        """Grow around what it was, or shrink into one of its ends."""
        vrf, net = self.a_net(which)
        length = min(max(net.length + bits, BITS[net.version] - 6), BITS[net.version])
        size = 1 << (BITS[net.version] - length)
        first = max(net.addresses) + 1 - size if upper and bits > 0 else net.first
        block = (net.version, first // size * size, length)
        self.ensure(vrf, net.name, NetWish(block=block, new_name=new_name, gateway=gateway, force=force), mode)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, new_name=NAMES, mode=MODES)
    def rename(self, which: int, new_name: str, mode: Mode) -> None:
        vrf, net = self.a_net(which)
        self.ensure(vrf, self.a_reference(net, which), NetWish(new_name=new_name), mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        settings=st.fixed_dictionaries(
            {},
            optional={
                "hold_down": HOLD_DOWNS,
                "strategy": STRATEGIES,
                "min_prefix_length": st.none() | st.integers(-3, 5),
                "max_prefix_length": st.none() | st.integers(-1, 6),
                "default_prefix_length": st.none() | st.integers(-1, 5),
                "quota": st.none() | st.integers(1, 32),
            },
        ),
        mode=MODES,
    )
    def change_settings(self, which: int, settings: Settings, mode: Mode) -> None:
        vrf, net = self.a_net(which)
        for option, value in settings.items():
            if option.endswith("_length") and value is not None:
                settings = {**settings, option: net.length + value}
        self.ensure(vrf, net.name, NetWish(settings=settings), mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        at=st.integers(-1, 32) | st.sampled_from(["", "first", "last"]),
        family=st.sampled_from([None] * 9 + [4, 6]),
        mode=MODES,
        spelling=PICK,
    )
    def change_gateway(self, which: int, at: int | str, family: int | None, mode: Mode, spelling: int) -> None:
        vrf, net = self.a_net(which)
        version = family or net.version
        gateway: str | tuple[int, int] = str(at)
        if isinstance(at, int):
            gateway = version, max(0, min(net.first + at, (1 << BITS[version]) - 1))
        # ::ffff:... is IPv6 to an IPv6 subnet
        self.ensure(vrf, net.name, NetWish(gateway=gateway), mode, spelling if version == net.version else 0)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, numbers=st.sets(st.integers(0, 63), max_size=6), mode=MODES, spelling=PICK)
    def change_reserved(self, which: int, numbers: set[int], mode: Mode, spelling: int) -> None:
        vrf, net = self.a_net(which)
        values = {self.a_notable_address(vrf, net, one) for one in numbers}
        self.ensure(vrf, net.name, NetWish(reserved=(net.version, values)), mode, spelling)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        wishes=st.lists(st.tuples(POOL_NAMES | st.none(), PICK, PICK, POOL_SETTINGS), max_size=3),
        force=FORCED,
        mode=MODES,
        spelling=PICK,
    )
    def set_pools(
        self,
        which: int,
        wishes: list[tuple[str | None, int, int, Settings]],
        force: bool,
        mode: Mode,
        spelling: int,
    ) -> None:
        vrf, net = self.a_net(which)
        wanted = [
            PoolWish(name, net.version, *a_span(self.an_address(net, one), self.an_address(net, other)), settings)
            for name, one, other, settings in wishes
        ]
        self.ensure(vrf, net.name, NetWish(pools=wanted, force=force), mode, spelling)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, name=POOL_NAMES, one=PICK, other=PICK, settings=POOL_SETTINGS, force=FORCED, mode=MODES)
    def set_pool(
        self, which: int, name: str, one: int, other: int, settings: Settings, force: bool, mode: Mode
    ) -> None:
        vrf, net = self.a_net(which)
        wish = PoolWish(name, net.version, self.an_address(net, one), self.an_address(net, other), settings)
        bounds: dict[str, t.Any] = {"start": text(net.version, wish.first)}
        if one % 2 and wish.last >= wish.first:
            bounds["size"] = wish.last - wish.first + 1
        else:
            bounds["end"] = text(net.version, wish.last)
        self._pool_task(
            {"vrf": vrf, "subnet": net.name, "name": name, "force": force, **bounds, **as_options(settings)},
            lambda model, _answer: model.ensure_pool(vrf, net.name, wish, force=force),
            mode,
        )

    @precondition(lambda self: self.nets())
    @rule(which=PICK, name=POOL_NAMES, settings=POOL_SETTINGS.filter(bool), mode=MODES)
    def tune_pool(self, which: int, name: str, settings: Settings, mode: Mode) -> None:
        vrf, net = self.a_net(which)
        self._pool_task(
            {"vrf": vrf, "subnet": net.name, "name": name, **as_options(settings)},
            lambda model, _answer: model.tune_pool(vrf, net.name, name, settings),
            mode,
        )

    @precondition(lambda self: self.nets())
    @rule(which=PICK, name=POOL_NAMES, force=FORCED, mode=MODES)
    def remove_pool(self, which: int, name: str, force: bool, mode: Mode) -> None:
        vrf, net = self.a_net(which)
        self._pool_task(
            {"vrf": vrf, "subnet": self.a_reference(net, which), "name": name, "force": force, "state": "absent"},
            lambda model, _answer: model.remove_pool(vrf, net.name, name, force=force),
            mode,
        )

    def _pool_task(
        self, options: Settings, expected: t.Callable[[Model, set[int] | None], set[int]], mode: Mode
    ) -> None:
        """Run the task and compare which held addresses no pool covers any more."""

        def work(tx: Transaction) -> set[int]:
            request = pool_task.read(options)
            stranded = pool_task.perform(tx, request)["stranded"]
            assert pool_task.perform(tx, request)["changed"] is False, "twice is once"
            return {int(ipaddress.ip_address(one["address"])) for one in stranded}

        self.both(work, expected, mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        bits=st.integers(1, 3),
        names=st.none() | st.permutations(["a", "b", "c", "d", "e", "f", "g", "h"]),
        force=FORCED,
        mode=MODES,
    )
    def split(self, which: int, bits: int, names: list[str] | None, force: bool, mode: Mode) -> None:
        vrf, net = self.a_net(which)
        reference, count = self.a_reference(net, which), 1 << bits
        chosen = tuple(names[:count]) if names else ()

        def work(tx: Transaction) -> list[tuple[str, Block]]:
            done = split.split(tx, vrf, reference, count, chosen, force=force)
            again = split.split(tx, vrf, reference, count, chosen, force=force)
            assert (again.before, again.after) == (None, done.after), "twice is once"
            return [named_block(part) for part in done.parts]

        self.both(work, lambda model, _answer: model.split(vrf, reference, count, chosen, force=force), mode)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        bits=st.integers(1, 3),
        turned=st.booleans(),
        left_out=st.sampled_from([None] * 5 + [0, 1]),
        name=NAMES | st.none(),
        gateway=st.sampled_from([None] * 3 + ["", "first", "last"]),
        pools=st.none() | st.none() | st.lists(st.tuples(POOL_NAMES, PICK, PICK, POOL_SETTINGS), max_size=2),
        force=FORCED,
        mode=MODES,
    )
    def merge(
        self,
        which: int,
        bits: int,
        turned: bool,
        left_out: int | None,
        name: str | None,
        gateway: str | None,
        pools: list[tuple[str, int, int, Settings]] | None,
        force: bool,
        mode: Mode,
    ) -> None:
        """Those that fill a block around one of them, now and then without one of these."""
        vrf, net = self.a_net(which)
        size = len(net.addresses) << bits
        first = net.first // size * size
        siblings = [one for one in self._siblings(vrf, net) if first <= one.first < first + size]
        parts = sorted(siblings, key=lambda one: one.first, reverse=turned)
        references = [self.a_reference(one, which) for number, one in enumerate(parts) if number != left_out]
        if not references:
            return
        asked = NetWish(
            gateway=gateway,
            pools=None
            if pools is None
            else [
                PoolWish(one, net.version, *a_span(first + low % size, first + high % size), settings)
                for one, low, high, settings in pools
            ],
            force=force,
        )
        called = name or parts[0].name
        wish = as_wish(vrf, called, asked, which)

        def work(tx: Transaction) -> Block:
            done = merge.merge_into(tx, wish, references)
            again = merge.merge_into(tx, wish, references)
            assert (list(again.before.values()), again.after) == ([done.after], done.after), "twice is once"
            return named_block(done.subnet)[1]

        self.both(work, lambda model, _answer: model.merge(vrf, called, references, asked), mode)

    def _siblings(self, vrf: str, net: Net) -> list[Net]:
        around = self.model.parent(vrf, net)
        return [
            one for one in self.model.nets[vrf] if one.version == net.version and self.model.parent(vrf, one) is around
        ]

    @precondition(lambda self: self.nets())
    @rule(which=PICK, force=FORCED, mode=MODES)
    def remove(self, which: int, force: bool, mode: Mode) -> None:
        vrf, net = self.a_net(which)

        def work(tx: Transaction) -> tuple[set[str], set[int]]:
            gone = subnets.remove(tx, find.subnet(tx, vrf, net.name), force=force)
            return set(gone.subnets), {int(ipaddress.ip_address(one)) for one in gone.addresses}

        self.both(work, lambda model, _answer: model.remove(vrf, net.name, force=force), mode)


def a_span(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def as_wish(vrf: str, name: str | None, asked: NetWish, spelling: int) -> Wish:
    """The same wish to the ledger; what it reads as text is written in some spelling."""
    gateway, reserved = asked.gateway, asked.reserved
    return Wish(
        vrf=vrf,
        name=name,
        network=Network(*asked.block) if asked.block else None,
        parents=asked.parents,
        prefix_length=asked.length,
        new_name=asked.new_name,
        gateway=text(*gateway, spelling) if isinstance(gateway, tuple) else gateway,
        reserved=None if reserved is None else [text(reserved[0], one, spelling) for one in reserved[1]],
        pools=None
        if asked.pools is None
        else [
            {
                "start": text(one.version, one.first, spelling),
                "end": text(one.version, one.last),
                **({"name": one.name} if one.name else {}),
                **one.settings,
            }
            for one in asked.pools
        ],
        settings=asked.settings,
        force=asked.force,
    )


def as_options(settings: Settings) -> Settings:
    """Settings as a task has them: empty text for none."""
    return {option: "" if value is None else str(value) for option, value in settings.items()}


def named_block(subnet: Subnet) -> tuple[str, Block]:
    return subnet.name, (subnet.version, subnet.network.first, subnet.network.prefix_length)
