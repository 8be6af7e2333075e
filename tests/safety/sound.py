# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of every answer, whatever was asked."""

from __future__ import annotations

import contextlib
import json
import signal
import types
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import REASONS, LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.verify import verify
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import failure
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import validated
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import plain
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result

_SETTINGS = ("store", "store_password", "lock_timeout")


@contextlib.contextmanager
def limited(seconds: int) -> t.Iterator[None]:
    """End what hangs with an error that says where it was."""

    def end(number: int, frame: types.FrameType | None) -> t.NoReturn:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def asked(ledger: Ledger, task: Task, arguments: t.Mapping[str, t.Any], plan: Plan | None = None) -> Result:
    """What the action of a task returns for these arguments, once the settings are found."""
    try:
        options = validated(task, {**plain(arguments), "store": ledger.store})
    except LedgerError as error:
        return failure(error)
    return ledger.run(task, plan, **{name: one for name, one in options.items() if name not in _SETTINGS[1:]})


def check_result(result: Result) -> None:
    """It can be sent and shown; a failure says why, in a word of the list and in one line that a terminal can show."""
    json.dumps(result)
    if result.get("failed"):
        assert result["reason"] in REASONS
        check_message(result["msg"])
        assert result["changed"] is False
    for warning in result.get("warnings", []):
        check_message(warning)


def check_message(text: str) -> None:
    assert text
    assert text.isprintable(), ascii(text)


def check_ledger(ledger: Ledger) -> None:
    """Nothing in the ledger contradicts anything else in it."""
    assert ledger.read(verify).first == []
