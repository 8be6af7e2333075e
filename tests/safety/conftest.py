# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much hypothesis tries, and an end to what would go on for ever."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.tests import examples
from ansible_collections.netledger.ipam.tests.plays.conftest import new_project, project
from ansible_collections.netledger.ipam.tests.safety.copies import Copies, made
from ansible_collections.netledger.ipam.tests.safety.sound import limited

__all__ = ["new_project", "project"]

examples.load()
LONGEST = 240  # seconds of one test; all take a few


@pytest.fixture(autouse=True)
def no_hang() -> t.Iterator[None]:
    with limited(LONGEST):
        yield


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return made(tmp_path_factory.mktemp("copies"))
