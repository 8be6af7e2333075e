# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of an allocation are the same in each run, and do not grow with what is held, on no kind of store."""

from __future__ import annotations

import random
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.bench import ledgers, steps
from ansible_collections.netledger.ipam.tests.bench.figures import failing
from ansible_collections.netledger.ipam.tests.bench.operations import Bench, Operation, Step
from ansible_collections.netledger.ipam.tests.bench.places import Store

SCAN = Operation(
    "scan", 1, lambda _bench: Step(lambda tx: tx.all("SELECT description FROM address"), lambda _rows: None)
)


@pytest.mark.parametrize(
    ("kind", "server"), [("sqlite", None), ("postgresql", "postgres_server"), ("mariadb", "mariadb_server")]
)
def test_they_do_not_grow_and_a_scan_is_seen(
    kind: str, server: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = Store(kind, tmp_path, request.getfixturevalue(server) if server else None)
    figures = steps.measure(store)
    assert len(figures) >= 8
    assert all(one.stable and one.median > 5 for one in figures)
    assert failing(figures) == []
    with store.fresh() as place:
        bench = Bench(ledgers.build_in(place, kind, 4, "dense", 500), random.Random())
        counts = steps.counted(SCAN, bench)
        bench.store.close()
    assert max(counts.values()) >= 500


def test_they_are_the_same_in_each_run(tmp_path: Path) -> None:
    """But for what is drawn at random: one that is held already is drawn again."""

    def medians() -> list[t.Any]:
        return [one.median for one in steps.measure(Store("sqlite", tmp_path, None))]

    assert medians() == pytest.approx(medians(), rel=0.15)


def test_a_text_file_has_none(tmp_path: Path) -> None:
    assert steps.measure(Store("file", tmp_path, None)) == []
