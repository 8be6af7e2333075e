# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import getpass
import os
import pwd
import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import this_user


def test_a_user_with_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "joe")
    assert this_user().startswith("joe@")


def fails(error: type[Exception]) -> t.Callable[..., t.Any]:
    def fail(*_arguments: object) -> t.NoReturn:
        raise error("uid not found")

    return fail


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """Python raises KeyError, from 3.13 on OSError."""
    monkeypatch.setattr(getpass, "getuser", fails(error))
    assert this_user().startswith(f"uid {os.getuid()}@")


def test_a_user_that_the_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", fails(KeyError))
    assert this_user().startswith(f"uid {os.getuid()}@")
