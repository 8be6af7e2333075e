# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much hypothesis tries: the same examples every time, or with NETLEDGER_PROPERTY=deep many more and new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

STEADY = 60


def load() -> None:
    """Take the examples of the environment for the tests of a folder."""
    settings.register_profile(
        "steady", derandomize=True, deadline=None, max_examples=STEADY, stateful_step_count=40, database=None
    )
    settings.register_profile(
        "deep",
        deadline=None,
        max_examples=1000,
        stateful_step_count=80,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )
    settings.load_profile(os.environ.get("NETLEDGER_PROPERTY", "steady"))


def some(number: int) -> settings:
    """So many examples of a test that is dear, and as many more as the environment wants more of all."""
    return settings(max_examples=number * settings().max_examples // STEADY)
