# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmark of copies measures every pair of stores."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.netledger.ipam.tests.bench import copies


def test_every_pair_is_copied_and_compared(tmp_path: Path) -> None:
    kinds = ["sqlite", "file"]
    found = dict(copies.measure(tmp_path, kinds, 30))
    assert list(found) == [(source, target) for source in kinds for target in kinds]
    assert all(seconds > 0 for seconds in found.values())
