# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark measures legal ledgers, leaves them as they were, and tells what is over its bar."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.tests.bench import ledgers, measuring, report
from ansible_collections.netledger.ipam.tests.bench.operations import OPERATIONS
from ansible_collections.netledger.ipam.tests.ledger import Ledger


@pytest.mark.parametrize("version", ledgers.NETWORKS)
@pytest.mark.parametrize("layout", ledgers.LAYOUTS)
def test_a_built_file_is_a_ledger(tmp_path: Path, layout: str, version: int) -> None:
    for cell in ledgers.build(tmp_path, version, layout, 300):
        ledger = Ledger(cell.path)
        ledger.check()
        assert ledger.rows("SELECT count(*), count(DISTINCT name) FROM address") == [(300, 300)]
        (subnet,) = ledger.subnet_info(name=ledgers.SUBNET)
        assert subnet["used"] == 300


@pytest.mark.parametrize(("layout", "extents"), [("dense", 2), ("fragmented", 301)])
def test_the_free_space_is_as_the_layout_says(tmp_path: Path, layout: str, extents: int) -> None:
    """The network address, which is nobody's, and what lies behind each held address but those with neighbours."""
    plain, analyzed = ledgers.build(tmp_path, 4, layout, 300)
    assert Ledger(plain.path).rows("SELECT count(*) FROM extent") == [(extents,)]
    with pytest.raises(LedgerError, match="sqlite_stat1"):
        Ledger(plain.path).rows("SELECT * FROM sqlite_stat1")
    assert Ledger(analyzed.path).rows("SELECT stat FROM sqlite_stat1 WHERE idx = 'hold_due'") == []
    assert Ledger(analyzed.path).rows("SELECT count(*) > 0 FROM sqlite_stat1") == [(1,)]


def test_churn_leaves_holes_and_is_the_same_in_every_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    cell, again = (ledgers.build(tmp_path_factory.mktemp("run"), 4, "churn", 300)[0] for _run in range(2))
    assert list(cell.offsets) == list(again.offsets)
    near = [offset for offset in cell.offsets if offset <= 300]
    assert len(near) == 150
    assert max(cell.offsets) > 1_000_000


def test_measuring_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    cells = [
        cell
        for version in ledgers.NETWORKS
        for layout, held in (("churn", 0), ("churn", 40))
        for cell in ledgers.build(tmp_path, version, layout, held)
    ]
    before = [Ledger(cell.path).rows("SELECT addr, name FROM address") for cell in cells]
    pairs = measuring.measure(cells, 1)
    assert len(pairs) == len(cells) * len(OPERATIONS)
    assert [Ledger(cell.path).rows("SELECT addr, name FROM address") for cell in cells] == before
    for cell in cells:
        Ledger(cell.path).check()
    lines = report.of_pairs(pairs)
    assert [line.to_empty is None for line in lines] == [not pair.cell.held for pair in pairs]
    assert len(report.table(lines).splitlines()) == 1 + len(lines)
    assert len(report.worst(lines).splitlines()) == 1 + len(OPERATIONS)


def test_a_ratio_over_its_bar_is_seen() -> None:
    line = report.Line("lowest", "dense", "IPv4", 10, False, 2.0, 3.0, 1.0, 1.0, 2.0, 2.0, 1.3, 1.3)
    assert not line.is_over
    assert line._replace(ratio=2.01).is_over
    assert line._replace(to_empty=1.31).is_over
