# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the plays: projects in temporary folders."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of one test."""
    return Project(tmp_path / "project")


@pytest.fixture(scope="module")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[], Project]:
    """Makes projects that several tests of a file look at."""
    return lambda: Project(tmp_path_factory.mktemp("shared") / "project")
