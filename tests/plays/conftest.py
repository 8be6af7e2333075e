# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the plays: projects in temporary folders."""

from __future__ import annotations

import contextlib
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.stores import fresh


@pytest.fixture
def project(store_kind: str, store_server: Access | None, tmp_path: Path) -> t.Iterator[Project]:
    """A project of one test."""
    with fresh(store_kind, tmp_path / "project", store_server) as ledger:
        yield Project(tmp_path / "project", ledger)


@pytest.fixture(scope="module")
def new_project(
    store_kind: str, store_server: Access | None, tmp_path_factory: pytest.TempPathFactory
) -> t.Iterator[t.Callable[[], Project]]:
    """Makes projects that several tests of a file look at."""
    with contextlib.ExitStack() as ledgers:

        def new() -> Project:
            folder = tmp_path_factory.mktemp("shared") / "project"
            return Project(folder, ledgers.enter_context(fresh(store_kind, folder, store_server)))

        yield new
