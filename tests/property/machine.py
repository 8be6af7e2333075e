# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger file beside a model: every step is done to both, and they have to answer the same."""

from __future__ import annotations

import contextlib
import copy
import enum
import random
import tempfile
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.property.model import BITS, Block, Net, RefusedError, cidr
from ansible_collections.netledger.ipam.tests.property.model_merging import MergingRules
from ansible_collections.netledger.ipam.tests.property.model_tasks import TaskRules
from ansible_collections.netledger.ipam.tests.services.access import Access as Server
from ansible_collections.netledger.ipam.tests.stores import fresh
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

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
FORCED = st.sampled_from([False, False, True])
PICK = st.integers(0, 31)


class Mode(enum.Enum):
    """How a step is done."""

    PLAIN = "plain"
    REHEARSED = "rehearsed"  # in a transaction that is rolled back, as in check mode
    UNDONE_FIRST = "undone first"  # once in a savepoint that is rolled back, and then again


MODES = st.sampled_from([Mode.PLAIN, Mode.PLAIN, Mode.PLAIN, Mode.REHEARSED, Mode.UNDONE_FIRST])


class Model(TaskRules, MergingRules):
    """All rules together."""


class _UndoneError(Exception):
    """Ends a savepoint."""


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    version, first, length = draw(st.sampled_from(REGIONS))
    longer = draw(st.integers(0, 5))
    size = 1 << (BITS[version] - length - longer)
    return version, first + size * draw(st.integers(0, (1 << longer) - 1)), length + longer


class LedgerMachine(RuleBasedStateMachine):
    model: Model

    def __init__(self, kind: str, server: Server | None) -> None:
        super().__init__()
        self.model = Model()
        self.ends = contextlib.ExitStack()
        folder = self.ends.enter_context(tempfile.TemporaryDirectory())
        self.ends.enter_context(mock.patch.object(clock, "now", side_effect=lambda: self.model.now))
        ledger = self.ends.enter_context(fresh(kind, Path(folder), server))
        self.store = open_store(ledger.place, Terms("tester", 5), create=True)
        self.ends.callback(self.store.close)
        self.steps = 0

    def teardown(self) -> None:
        self.ends.close()

    def compare(self, tx: Transaction) -> None:
        """Check that the ledger is in the state of the model."""
        raise NotImplementedError

    def both(
        self,
        work: t.Callable[[Transaction], T],
        expected: t.Callable[[Model, T | None], T],
        mode: Mode = Mode.PLAIN,
    ) -> None:
        """Do the same to the ledger and to the model: they answer the same, or both refuse for the same reason.

        The model is told the answer, because nobody else knows what was drawn at random.
        """
        self.steps += 1
        answer: T | None = None
        refusal: LedgerError | None = None
        try:
            answer = self.store.run(self._as(mode, work), Access.REHEARSE if mode is Mode.REHEARSED else Access.WRITE)
        except LedgerError as error:
            refusal = error
        trial = copy.deepcopy(self.model)
        try:
            right: T | RefusedError = expected(trial, answer)
        except RefusedError as error:
            right = error
        if isinstance(right, RefusedError):
            assert refusal is not None, f"{answer} was given, and {right.reasons} expected"
            assert refusal.reason in right.reasons, f"{right.reasons} expected: {refusal.message}"
            return
        if refusal is not None:
            pytest.fail(f"{refusal.reason}: {refusal.message}")
        assert answer == right
        if mode is not Mode.REHEARSED:
            self.model = trial

    def _as(self, mode: Mode, work: t.Callable[[Transaction], T]) -> t.Callable[[Transaction], T]:
        def seeded(tx: Transaction) -> T:
            tx.random = random.Random(self.steps)
            if mode is Mode.UNDONE_FIRST:
                with contextlib.suppress(_UndoneError, LedgerError), tx.savepoint():
                    work(tx)
                    raise _UndoneError
                self.compare(tx)
            return work(tx)

        return seeded

    def nets(self) -> list[tuple[str, Net]]:
        return [(vrf, net) for vrf, nets in self.model.nets.items() for net in nets]

    def a_net(self, number: int) -> tuple[str, Net]:
        nets = self.nets()
        return nets[number % len(nets)]

    @staticmethod
    def a_reference(net: Net, number: int) -> str:
        """Its name, and now and then its CIDR."""
        return cidr(net.block) if number % 5 == 4 else net.name

    @staticmethod
    def an_address(net: Net, number: int) -> int:
        return net.first + number % len(net.addresses)

    def a_notable_address(self, vrf: str, net: Net, number: int) -> int:
        """Half of the time one of which something is known: an edge, reserved, held, on hold, in a child."""
        if number < 32:
            return min(net.first + number, (1 << BITS[net.version]) - 1)
        edges = [net.first, max(net.addresses)] + [max(net.addresses) + 1] * (number % 8 == 7)
        known = [*edges, *net.blocked, *net.held, *net.holds, *sorted(self.model.in_children(vrf, net))[:3]]
        return min(known[number % len(known)], (1 << BITS[net.version]) - 1)
