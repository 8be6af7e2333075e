# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes every task result and the final counts as lines of JSON into the file that RECORD_RESULTS names."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.executor.stats import AggregateStats
from ansible.executor.task_result import TaskResult
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record_results
type: aggregate
short_description: Record results for the tests
description:
  - Writes every task result and the final counts as lines of JSON.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record_results"

    def v2_runner_on_ok(self, result: TaskResult) -> None:
        self._task_ended(result)

    def v2_runner_on_failed(self, result: TaskResult, ignore_errors: bool = False) -> None:
        self._task_ended(result, failed=True)

    def v2_runner_on_skipped(self, result: TaskResult) -> None:
        self._task_ended(result)

    def v2_runner_on_unreachable(self, result: TaskResult) -> None:
        self._task_ended(result)

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        self._write({"stats": {host: stats.summarize(host) for host in stats.processed}})

    def _task_ended(self, result: TaskResult, *, failed: bool = False) -> None:
        values = {"failed": failed, "changed": False, **result._result}
        self._write({"task": result._task.get_name(), "host": result._host.get_name(), "result": values})

    def _write(self, record: dict[str, t.Any]) -> None:
        with open(os.environ["RECORD_RESULTS"], "a", encoding="utf-8") as handle:
            handle.write(json.dumps(record) + "\n")
