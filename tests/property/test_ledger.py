# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any sequence of requests leaves a ledger file in the state of a model that knows only sets of addresses."""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, format_address, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import Address, parse_time
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import addresses, find, usage
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.history import before_and_after
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._space.derive import derive
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import address as address_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import history as history_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import pool as pool_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import subnet as subnet_rows
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.property.address_steps import AddressSteps
from ansible_collections.netledger.ipam.tests.property.machine import REGIONS, VRFS, blocks
from ansible_collections.netledger.ipam.tests.property.model import (
    BITS,
    Block,
    Held,
    Net,
    Window,
    addresses_of,
    runs,
    union,
)
from ansible_collections.netledger.ipam.tests.property.model_subnets import NetWish
from ansible_collections.netledger.ipam.tests.property.subnet_steps import SubnetSteps
from ansible_collections.netledger.ipam.tests.services.access import Access as Server
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test


class WholeLedger(AddressSteps, SubnetSteps):
    def __init__(self, kind: str, server: Server | None) -> None:
        super().__init__(kind, server)
        self.entries = 0  # of the history that were read
        self.told: dict[tuple[str, str], Held] = {}  # who holds what, by what the history says

    @initialize(
        region=st.sampled_from(REGIONS),
        other=blocks(),
        hold_down=st.sampled_from([0, 30]),
        strategy=st.sampled_from(["lowest", "highest", "random", "rotate"]),
        gateway=st.integers(1, 9),
    )
    def begin(self, region: Block, other: Block, hold_down: int, strategy: str, gateway: int) -> None:
        said = {"hold_down": hold_down, "strategy": strategy}
        asked = NetWish(block=region, gateway=(region[0], region[1] + gateway), settings=said)
        self.ensure("default", "a", asked)
        self.ensure("default", "b", NetWish(block=other, parents=("a",) if gateway % 2 else ()))

    @rule(vrf=VRFS, block=blocks())
    def look_for_the_innermost(self, vrf: str, block: Block) -> None:
        single = (block[0], block[1], BITS[block[0]])
        around = self.model.smallest_around(vrf, single)
        found = self.store.run(lambda tx: find.innermost(tx, vrf, Address(*block[:2])), Access.READ)
        assert (found and found.name) == (around and around.name)

    # What always holds

    @invariant()
    def the_ledger_is_the_model(self) -> None:
        self.store.run(self.compare, Access.READ)
        self.store.run(self._compare_history, Access.READ)

    def compare(self, tx: Transaction) -> None:
        stored = {(one.vrf, one.name): one for one in subnet_rows.every(tx, None)}
        assert sorted(stored) == sorted((vrf, net.name) for vrf, net in self.nets())
        names = {one.id: one.name for one in stored.values()}
        for vrf, net in self.nets():
            subnet = stored[vrf, net.name]
            assert (subnet.version, subnet.network.first, subnet.network.prefix_length) == net.block
            parent = self.model.parent(vrf, net)
            assert names.get(subnet.parent_id) == (parent and parent.name)
            said = ("gateway", "hold_down", "strategy", "quota")
            lengths = ("min_prefix_length", "max_prefix_length", "default_prefix_length")
            for option in (*said, *lengths):
                assert getattr(subnet, option) == getattr(net, option), option
            assert [(span.first, span.last) for span in subnet.reserved] == runs(net.reserved)
            self._compare_pools(tx, subnet, net)
            self._compare_addresses(tx, subnet, net)
            self._compare_free(tx, subnet, vrf, net)
        assert tx.all("SELECT vrf_id, addr FROM address GROUP BY vrf_id, addr HAVING count(*) > 1") == []
        assert verify(tx).first == []

    def _compare_pools(self, tx: Transaction, subnet: Subnet, net: Net) -> None:
        assert subnet.pools_generated == net.generated
        pools = [Window(*pool.span, pool.name, pool.strategy, pool.hold_down) for pool in pool_rows.of(tx, subnet)]
        assert pools == sorted(net.pools, key=lambda pool: pool.first)
        rotated = {pool.name: pool_rows.rotated(tx, subnet, pool.name) for pool in pools}
        assert {name: last for name, last in rotated.items() if last is not None} == net.rotated

    def _compare_addresses(self, tx: Transaction, subnet: Subnet, net: Net) -> None:
        held = list(address_rows.within(tx, subnet, subnet.network.range))
        assert {
            one.value: Held((one.name, one.interface), one.ordinal, one.expires, one.mac) for one in held
        } == net.held
        assert len(held) == len({(one.name, one.interface, one.ordinal) for one in held})
        rows = tx.all("SELECT addr, until, name, interface FROM hold WHERE subnet_id = ?", subnet.id)
        assert {int(key, 16): (until, (name, interface)) for key, until, name, interface in rows} == net.holds

    def _compare_free(self, tx: Transaction, subnet: Subnet, vrf: str, net: Net) -> None:
        rows = tx.all("SELECT first, last FROM extent WHERE subnet_id = ? ORDER BY last", subnet.id)
        extents = [(int(first, 16), int(last, 16)) for first, last in rows]
        assert extents == runs(self.model.free(vrf, net))
        assert [tuple(span) for span in derive(tx, subnet, subnet.network.range)] == extents
        assert {len(key) for row in rows for key in row} <= {BITS[net.version] // 4}
        if net.pools:
            count = 3 if self.steps % 2 else 40
            self._compare_preview(addresses.preview(tx, subnet, [], count), self.model.next_in(vrf, net), count)
        for pool in net.pools:
            self._compare_usage(tx, subnet, vrf, net, pool.addresses)
        self._compare_usage(tx, subnet, vrf, net, net.usable)

    @staticmethod
    def _compare_preview(shown: list[int], expected: list[tuple[set[int], int]], count: int) -> None:
        """Of a pool that is drawn from at random any of its free addresses may be shown."""
        assert len(shown) == len(set(shown)) == min(count, sum(number for _free, number in expected))
        rest = iter(shown)
        for free, number in expected:
            assert set(itertools.islice(rest, number)) <= free

    def _compare_usage(self, tx: Transaction, subnet: Subnet, vrf: str, net: Net, window: set[int]) -> None:
        counted = usage.of_window(tx, subnet, Range(min(window), max(window)))
        held, waiting = set(self.model.live(net)), self.model.waiting(net)
        children = self.model.in_children(vrf, net)
        reserved = net.blocked - held - set(waiting) - children
        assert counted == (
            len(window),
            len(window & held),
            len(window & set(waiting)),
            len(window & reserved),
            len(window & children),
            len(window - held - set(waiting) - reserved - children),
            min((until for value, until in waiting.items() if value in window), default=None),
        )

    def _compare_history(self, tx: Transaction) -> None:
        """Who reads nothing but the history knows who holds what."""
        for noted in history_rows.since(tx, self.entries):
            self.entries = noted.number
            if noted.entry.object != "address":
                continue
            vrf = noted.entry.vrf
            before, after = before_and_after(noted.entry)
            if before and self.told.get((vrf, before["address"])) == as_held(before):
                del self.told[vrf, before["address"]]
            if after:
                self.told[vrf, after["address"]] = as_held(after)
        held = {
            (vrf, format_address(value, net.version)): one._replace(ordinal=0)
            for vrf, net in self.nets()
            for value, one in net.held.items()
        }
        assert self.told == held


def as_held(record: dict[str, t.Any]) -> Held:
    end = None if record["expires"] is None else parse_time(record["expires"], "expires")
    return Held((record["name"], record["interface"]), expires=end, mac=record["mac"])


def test_the_regions_lie_where_they_can_be_confused() -> None:
    assert addresses_of(REGIONS[0]) == addresses_of(REGIONS[1])
    assert usable(Network(*REGIONS[5])).last == (1 << 128) - 1
    assert union([Window(1, 2, ""), Window(2, 4, "")]) == {1, 2, 3, 4}


def test_any_sequence_of_requests(store_kind: str, store_server: Server | None) -> None:
    """Where a step costs a way to a server, or a whole file, a few of the sequences have to do."""
    profile = settings()
    tried = profile if store_kind == "sqlite" else settings(profile, max_examples=profile.max_examples // 6)
    machine = t.cast("type[WholeLedger]", lambda: WholeLedger(store_kind, store_server))
    run_state_machine_as_test(machine, settings=tried)
