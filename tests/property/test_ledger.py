# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any sequence of requests leaves a ledger file in the state of a model that knows only sets of addresses."""

from __future__ import annotations

import copy
import ipaddress
import shutil
import sqlite3
import tempfile
import types
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import Address
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find, pools, subnets, usage
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import derive
from ansible_collections.netledger.ipam.plugins.module_utils._store import sqlite
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as address_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.property.model import (
    BITS,
    Block,
    Model,
    Net,
    RefusedError,
    Wanted,
    Window,
    addresses_of,
    runs,
    union,
)
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

T = t.TypeVar("T")

# Both families at the bottom, in the middle and at the top; ::x and 0.0.0.x have the same numbers.
REGIONS: list[Block] = [
    (4, 0, 27),
    (6, 0, 123),
    (4, 10 << 24, 27),
    (6, 0x20010DB8 << 96, 123),
    (4, (1 << 32) - 32, 27),
    (6, (1 << 128) - 32, 123),
]
VRFS = st.sampled_from(["default", "default", "blue"])
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
HOLDERS = st.tuples(st.sampled_from(["web", "db", "vip", "ns"]), st.sampled_from(["", "", "eth1"]))
REHEARSED = st.sampled_from([False, False, False, True])
FORCED = st.sampled_from([False, False, True])
PICK = st.integers(0, 31)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    version, first, length = draw(st.sampled_from(REGIONS))
    longer = draw(st.integers(0, 5))
    size = 1 << (BITS[version] - length - longer)
    return version, first + size * draw(st.integers(0, (1 << longer) - 1)), length + longer


def text(version: int, value: int, spelling: int = 0) -> str:
    """An address, in one of its spellings."""
    address = ipaddress.IPv4Address(value) if version == 4 else ipaddress.IPv6Address(value)
    if version == 4:
        return f"::ffff:{address}" if spelling % 3 == 2 else str(address)
    return [str(address), address.exploded, str(address).upper()][spelling % 3]


def cidr(block: Block) -> str:
    return f"{text(block[0], block[1])}/{block[2]}"


class LedgerMachine(RuleBasedStateMachine):
    model: Model

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.folder = Path(tempfile.mkdtemp())
        self.path = str(self.folder / "ipam.db")
        self.clock = mock.patch.object(sqlite, "time", types.SimpleNamespace(time=lambda: self.model.now))
        self.clock.start()
        sqlite.create(self.path, place="the test", lock_timeout=5)
        self.store = sqlite.SqliteStore(self.path, place="the test", lock_timeout=5, actor="tester")

    def teardown(self) -> None:
        self.store.close()
        self.clock.stop()
        shutil.rmtree(self.folder)

    def both(
        self, work: t.Callable[[Transaction], T], expected: t.Callable[[Model], T], *, rehearse: bool = False
    ) -> None:
        """Do the same to the ledger and to the model: they answer the same, or both refuse for the same reason."""
        trial = copy.deepcopy(self.model)
        try:
            answer: T | RefusedError = expected(trial)
        except RefusedError as error:
            answer = error
        access = Access.REHEARSE if rehearse else Access.WRITE
        if isinstance(answer, RefusedError):
            with pytest.raises(LedgerError) as caught:
                self.store.run(work, access)
            assert caught.value.reason in answer.reasons, caught.value.message
            return
        assert self.store.run(work, access) == answer
        if not rehearse:
            self.model = trial

    def nets(self) -> list[tuple[str, Net]]:
        return [(vrf, net) for vrf, nets in self.model.nets.items() for net in nets]

    def a_net(self, number: int) -> tuple[str, Net]:
        nets = self.nets()
        return nets[number % len(nets)]

    def an_address(self, net: Net, number: int) -> int:
        return net.first + number % len(net.addresses)

    def a_notable_address(self, vrf: str, net: Net, number: int) -> int:
        """Half of the time one of which something is known: an edge, reserved, held, on hold, in a child."""
        if number < 32:
            return net.first + number
        edges = [net.first, max(net.addresses)] + [max(net.addresses) + 1] * (number % 8 == 7)
        known = [*edges, *net.blocked, *net.held, *net.holds, *sorted(self.model.in_children(vrf, net))[:3]]
        return known[number % len(known)]

    def ensure(self, vrf: str, name: str | None, *, rehearse: bool, spelling: int = 0, **asked: t.Any) -> None:
        """The same wish to both; what the ledger reads as text is written in some spelling."""
        block, gateway, reserved = asked.get("block"), asked.get("gateway"), asked.get("reserved")
        wished_pools = asked.get("pools")
        wish = subnets.Wish(
            vrf=vrf,
            name=name,
            network=Network(*block) if block else None,
            parent=asked.get("parent"),
            prefix_length=asked.get("length"),
            gateway=text(gateway[0], gateway[1], spelling) if isinstance(gateway, tuple) else gateway,
            reserved=None if reserved is None else [text(reserved[0], one, spelling) for one in reserved[1]],
            pools=None
            if wished_pools is None
            else [
                {"start": text(version, first, spelling), "end": text(version, last), **({"name": one} if one else {})}
                for one, version, first, last in wished_pools
            ],
            settings={} if asked.get("hold_down") is None else {"hold_down": asked["hold_down"]},
            force=asked.get("force", False),
        )

        def work(tx: Transaction) -> Block:
            change = subnets.ensure(tx, wish)
            assert change.subnet is not None
            again = subnets.ensure(tx, wish)
            assert again.before == again.after == change.after, "twice is once"
            return change.subnet.version, change.subnet.network.first, change.subnet.network.prefix_length

        def expected(model: Model) -> Block:
            made = model.ensure(vrf, name, **asked)
            net = model.at(vrf, made)
            assert net is not None
            net.name = net.name or cidr(made)
            net.pools = [self._pool_name(net.version, pool) for pool in net.pools]
            return made

        self.both(work, expected, rehearse=rehearse)

    @staticmethod
    def _pool_name(version: int, pool: Window) -> Window:
        """The ledger calls a pool without a name after its range."""
        if pool.name != f"{pool.first}-{pool.last}":
            return pool
        ends = text(version, pool.first), text(version, pool.last)
        return pool._replace(name=ends[0] if ends[0] == ends[1] else "-".join(ends))

    def acquire(self, vrf: str, name: str, wanted: list[Wanted], *, force: bool, rehearse: bool, spelling: int) -> None:
        requests = [
            addresses.Request(
                *one.holder,
                None if one.value is None else text(t.cast(int, one.version), one.value, spelling),
                one.pool,
            )
            for one in wanted
        ]

        def work(tx: Transaction) -> list[int]:
            subnet = find.locked(tx, find.subnet(tx, vrf, name))
            changes = addresses.acquire(tx, subnet, requests, force=force)
            again = addresses.acquire(tx, subnet, requests, force=force)
            assert all(change.before == change.after for change in again), "twice is once"
            return [change.after.value for change in changes if change.after]

        self.both(work, lambda model: model.acquire(vrf, name, wanted, force=force), rehearse=rehearse)

    # The rules

    @initialize(
        region=st.sampled_from(REGIONS), other=blocks(), hold_down=st.sampled_from([0, 30]), gateway=st.integers(1, 9)
    )
    def begin(self, region: Block, other: Block, hold_down: int, gateway: int) -> None:
        version, first, _length = region
        self.ensure(
            "default", "a", rehearse=False, block=region, hold_down=hold_down, gateway=(version, first + gateway)
        )
        self.ensure("default", "b", rehearse=False, block=other, parent="a" if gateway % 2 else None)

    @rule(vrf=VRFS, name=NAMES | st.none(), block=blocks(), parent=st.none() | st.none() | NAMES, rehearse=REHEARSED)
    def create(self, vrf: str, name: str | None, block: Block, parent: str | None, rehearse: bool) -> None:
        self.ensure(vrf, name, rehearse=rehearse, block=block, parent=parent)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, name=NAMES, longer=st.integers(0, 6), rehearse=REHEARSED)
    def carve(self, which: int, name: str, longer: int, rehearse: bool) -> None:
        vrf, net = self.a_net(which)
        self.ensure(vrf, name, rehearse=rehearse, parent=net.name, length=net.length + longer)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, force=FORCED, rehearse=REHEARSED)
    def remove(self, which: int, force: bool, rehearse: bool) -> None:
        vrf, net = self.a_net(which)
        name = net.name

        def work(tx: Transaction) -> tuple[set[str], set[int]]:
            gone = subnets.remove(tx, find.subnet(tx, vrf, name), force=force)
            return set(gone.subnets), {int(ipaddress.ip_address(one)) for one in gone.addresses}

        self.both(work, lambda model: model.remove(vrf, name, force=force), rehearse=rehearse)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        at=st.integers(-1, 32),
        family=st.sampled_from([4, 6]),
        same=st.sampled_from([True] * 9 + [False]),
        clear=st.sampled_from([False, False, True]),
        rehearse=REHEARSED,
        spelling=PICK,
    )
    def change_gateway(
        self, which: int, at: int, family: int, same: bool, clear: bool, rehearse: bool, spelling: int
    ) -> None:
        vrf, net = self.a_net(which)
        version = net.version if same else family
        value = max(0, min(net.first + at, (1 << BITS[net.version]) - 1))
        inside = value < 1 << BITS[version]
        self.ensure(
            vrf,
            net.name,
            rehearse=rehearse,
            spelling=spelling if version == net.version else 0,  # ::ffff:... is IPv6 to an IPv6 subnet
            gateway="" if clear or not inside else (version, value),
        )

    @precondition(lambda self: self.nets())
    @rule(which=PICK, numbers=st.sets(st.integers(0, 63), max_size=6), rehearse=REHEARSED, spelling=PICK)
    def change_reserved(self, which: int, numbers: set[int], rehearse: bool, spelling: int) -> None:
        vrf, net = self.a_net(which)
        values = {min(self.a_notable_address(vrf, net, one), (1 << BITS[net.version]) - 1) for one in numbers}
        self.ensure(vrf, net.name, rehearse=rehearse, spelling=spelling, reserved=(net.version, values))

    @precondition(lambda self: self.nets())
    @rule(which=PICK, hold_down=st.sampled_from([0, 10, 60]), rehearse=REHEARSED)
    def change_hold_down(self, which: int, hold_down: int, rehearse: bool) -> None:
        vrf, net = self.a_net(which)
        self.ensure(vrf, net.name, rehearse=rehearse, hold_down=hold_down)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        bounds=st.lists(st.tuples(st.sampled_from(["p", "q", "default", None]), PICK, PICK), max_size=3),
        force=FORCED,
        rehearse=REHEARSED,
        spelling=PICK,
    )
    def set_pools(
        self, which: int, bounds: list[tuple[str | None, int, int]], force: bool, rehearse: bool, spelling: int
    ) -> None:
        vrf, net = self.a_net(which)
        wanted = [
            (name, net.version, self.an_address(net, min(one, other)), self.an_address(net, max(one, other)))
            for name, one, other in bounds
        ]
        self.ensure(vrf, net.name, rehearse=rehearse, spelling=spelling, pools=wanted, force=force)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK, name=st.sampled_from(["p", "q", "default"]), one=PICK, other=PICK, force=FORCED, rehearse=REHEARSED
    )
    def set_pool(self, which: int, name: str, one: int, other: int, force: bool, rehearse: bool) -> None:
        vrf, net = self.a_net(which)
        window = Window(self.an_address(net, one), self.an_address(net, other), name)

        def work(tx: Transaction) -> set[int]:
            subnet = find.locked(tx, find.subnet(tx, vrf, net.name))
            pool = pools.parse_pool(subnet, text(net.version, window.first), text(net.version, window.last), name)
            return {one.value for one in subnets.ensure_pool(tx, subnet, pool, force=force)}

        self.both(
            work, lambda model: model.ensure_pool(vrf, net.name, window, net.version, force=force), rehearse=rehearse
        )

    @precondition(lambda self: self.nets())
    @rule(which=PICK, name=st.sampled_from(["p", "q", "default", "default-2"]), force=FORCED, rehearse=REHEARSED)
    def remove_pool(self, which: int, name: str, force: bool, rehearse: bool) -> None:
        vrf, net = self.a_net(which)

        def work(tx: Transaction) -> set[int]:
            subnet = find.locked(tx, find.subnet(tx, vrf, net.name))
            return {one.value for one in subnets.remove_pool(tx, subnet, name, force=force)}

        self.both(work, lambda model: model.remove_pool(vrf, net.name, name, force=force), rehearse=rehearse)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, holder=HOLDERS, pool=st.sampled_from([None] * 6 + ["p", "default"]), rehearse=REHEARSED)
    def acquire_any(self, which: int, holder: tuple[str, str], pool: str | None, rehearse: bool) -> None:
        vrf, net = self.a_net(which)
        self.acquire(vrf, net.name, [Wanted(holder, pool=pool)], force=False, rehearse=rehearse, spelling=0)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        holder=HOLDERS,
        at=st.integers(0, 63),
        family=st.sampled_from([4, 6]),
        same=st.sampled_from([True] * 9 + [False]),
        force=FORCED,
        rehearse=REHEARSED,
        spelling=PICK,
    )
    def acquire_certain(
        self,
        which: int,
        holder: tuple[str, str],
        at: int,
        family: int,
        same: bool,
        force: bool,
        rehearse: bool,
        spelling: int,
    ) -> None:
        vrf, net = self.a_net(which)
        version = net.version if same else family
        value = min(self.a_notable_address(vrf, net, at), (1 << BITS[version]) - 1)
        self.acquire(vrf, net.name, [Wanted(holder, version, value)], force=force, rehearse=rehearse, spelling=spelling)

    @precondition(lambda self: self.nets())
    @rule(
        which=PICK,
        wishes=st.lists(
            st.tuples(HOLDERS, st.none() | st.none() | PICK, st.sampled_from([None] * 6 + ["p", "default"])),
            max_size=7,
        ),
        force=FORCED,
        rehearse=REHEARSED,
        spelling=PICK,
    )
    def acquire_many(
        self,
        which: int,
        wishes: list[tuple[tuple[str, str], int | None, str | None]],
        force: bool,
        rehearse: bool,
        spelling: int,
    ) -> None:
        vrf, net = self.a_net(which)
        wanted = [
            Wanted(holder, net.version, None if at is None else self.an_address(net, at), pool)
            for holder, at, pool in wishes
        ]
        self.acquire(vrf, net.name, wanted, force=force, rehearse=rehearse, spelling=spelling)

    @precondition(lambda self: self.nets())
    @rule(which=PICK, count=st.integers(1, 40), first=st.integers(0, 100))
    def fill(self, which: int, count: int, first: int) -> None:
        """Many at once, often more than there is room for."""
        vrf, net = self.a_net(which)
        wanted = [Wanted((f"host{number}", "")) for number in range(first, first + count)]
        self.acquire(vrf, net.name, wanted, force=False, rehearse=False, spelling=0)

    @precondition(lambda self: any(net.held for _vrf, net in self.nets()))
    @rule(which=PICK, whose=PICK, rehearse=REHEARSED)
    def release(self, which: int, whose: int, rehearse: bool) -> None:
        nets = [(vrf, net) for vrf, net in self.nets() if net.held]
        vrf, net = nets[which % len(nets)]
        holder = sorted(net.held.values())[whose % len(net.held)]

        def work(tx: Transaction) -> int | None:
            subnet = find.locked(tx, find.subnet(tx, vrf, net.name))
            held = address_rows.of_holder(tx, subnet, *holder)
            assert held is not None
            addresses.release(tx, subnet, held)
            return held.value

        self.both(work, lambda model: model.release(vrf, net.name, holder), rehearse=rehearse)

    @precondition(lambda self: any(net.holds or net.reserved for _vrf, net in self.nets()))
    @rule(which=PICK, holder=HOLDERS, at=PICK, rehearse=REHEARSED)
    def ask_for_what_waits(self, which: int, holder: tuple[str, str], at: int, rehearse: bool) -> None:
        nets = [(vrf, net) for vrf, net in self.nets() if net.holds or net.reserved]
        vrf, net = nets[which % len(nets)]
        known = [*net.holds, *net.reserved]
        wanted = [Wanted(holder, net.version, known[at % len(known)])]
        self.acquire(vrf, net.name, wanted, force=True, rehearse=rehearse, spelling=at)

    @rule(seconds=st.sampled_from([1, 10, 30, 60, 1000]))
    def wait(self, seconds: int) -> None:
        self.model.now += seconds

    @rule(vrf=VRFS, block=blocks())
    def look_for_the_innermost(self, vrf: str, block: Block) -> None:
        single = (block[0], block[1], BITS[block[0]])
        around = self.model.smallest_around(vrf, single)
        found = self.store.run(lambda tx: find.innermost(tx, vrf, Address(*block[:2])), Access.READ)
        assert (found and found.name) == (around and around.name)

    # What always holds

    @invariant()
    def the_ledger_is_the_model(self) -> None:
        self.store.run(self._compare, Access.READ)
        connection = sqlite3.connect(self.path)
        double = "SELECT vrf_id, addr FROM address GROUP BY vrf_id, addr HAVING count(*) > 1"
        assert connection.execute(double).fetchall() == []
        connection.close()

    def _compare(self, tx: Transaction) -> None:
        stored = {(one.vrf, one.name): one for one in subnet_rows.every(tx, None)}
        assert sorted(stored) == sorted((vrf, net.name) for vrf, net in self.nets())
        names = {one.id: one.name for one in stored.values()}
        for vrf, net in self.nets():
            subnet = stored[vrf, net.name]
            assert (subnet.version, subnet.network.first, subnet.network.prefix_length) == net.block
            parent = self.model.parent(vrf, net)
            assert names.get(subnet.parent_id) == (parent and parent.name)
            assert subnet.gateway == net.gateway
            assert subnet.hold_down == net.hold_down
            assert [(span.first, span.last) for span in subnet.reserved] == runs(net.reserved)
            assert subnet.pools_generated == net.generated
            assert [(*pool.span, pool.name) for pool in pool_rows.of(tx, subnet)] == sorted(net.pools)
            self._compare_addresses(tx, subnet, net)
            self._compare_free(tx, subnet, vrf, net)

    def _compare_addresses(self, tx: Transaction, subnet: t.Any, net: Net) -> None:
        held = list(address_rows.within(tx, subnet, subnet.network.range))
        assert {one.value: (one.name, one.interface) for one in held} == net.held
        assert len(held) == len(net.held) == len(set(net.held.values()))
        rows = tx.all("SELECT addr, until, name, interface FROM hold WHERE subnet_id = ?", subnet.id)
        assert {int(key, 16): (until, (name, interface)) for key, until, name, interface in rows} == net.holds

    def _compare_free(self, tx: Transaction, subnet: t.Any, vrf: str, net: Net) -> None:
        rows = tx.all("SELECT first, last FROM extent WHERE subnet_id = ? ORDER BY last", subnet.id)
        extents = [(int(first, 16), int(last, 16)) for first, last in rows]
        assert extents == runs(self.model.free(vrf, net))
        assert [tuple(span) for span in derive(tx, subnet, subnet.network.range)] == extents
        assert {len(key) for row in rows for key in row} <= {BITS[net.version] // 4}
        expected = self.model.next_in(vrf, net)
        if net.pools:
            assert addresses.preview(tx, subnet, None, 3) == expected[:3]
            assert addresses.preview(tx, subnet, None, 100) == expected
        for pool in net.pools:
            self._compare_usage(tx, subnet, vrf, net, pool.addresses)
        self._compare_usage(tx, subnet, vrf, net, net.usable)

    def _compare_usage(self, tx: Transaction, subnet: t.Any, vrf: str, net: Net, window: set[int]) -> None:
        counted = usage.of_window(tx, subnet, Range(min(window), max(window)))
        waiting = {value: until for value, (until, _holder) in net.holds.items() if until > self.model.now}
        children = self.model.in_children(vrf, net)
        reserved = net.blocked - set(net.held) - set(waiting) - children
        taken = set(net.held) | set(waiting) | reserved | children
        assert counted == (
            len(window),
            len(window & set(net.held)),
            len(window & set(waiting)),
            len(window & reserved),
            len(window & children),
            len(window - taken),
            min((until for value, until in waiting.items() if value in window), default=None),
        )


def test_the_regions_lie_where_they_can_be_confused() -> None:
    assert addresses_of(REGIONS[0]) == addresses_of(REGIONS[1])
    assert usable(Network(*REGIONS[5])).last == (1 << 128) - 1
    assert union([Window(1, 2, ""), Window(2, 4, "")]) == {1, 2, 3, 4}


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=settings().max_examples * 4)
