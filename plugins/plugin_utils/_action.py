# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action base: a task runs in the controller's own process, and on another host only when delegated there.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import is_path, without_secrets
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.module import SENT
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.plan import Plan, tasks
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, failure, run_task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import validated
from ansible_collections.netledger.ipam.plugins.plugin_utils._actor import actor
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import plain
from ansible_collections.netledger.ipam.plugins.plugin_utils._plan import joined
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import (
    Settings,
    Sources,
    absolute,
    load_store,
    playbook_folder,
    settle,
)

# The lookup's documentation is where the settings are declared. ansible-core imports an action before it forks its
# workers: what is loaded here is paid for once a play, and otherwise once a task (measured: 9 ms, and 30 to 150 ms for
# the driver of a database).
lookup_loader.get("netledger.ipam.address")
load_store()
tasks()


_HIDDEN: t.Final = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # as AnsibleModule has it


class LedgerActionBase(ActionBase):
    """An action whose work is a ``Task``; a subclass names it, and those of its options that are paths or stores."""

    TRANSFERS_FILES = False
    _requires_connection = False
    task: t.ClassVar[Task]
    paths: t.ClassVar[tuple[str, ...]] = ()

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Run the task and return its result; foreseen failures are results, not exceptions with the arguments."""
        result: Result = super().run(tmp, task_vars)
        variables = task_vars or {}
        try:
            options, settings = self._settle(variables)
            outcome = self._planned(options, settings, variables)
            outcome["invocation"] = {"module_args": self._shown(options)}
        except LedgerError as error:
            outcome = failure(error)
        result.update(outcome)
        return result

    def _settle(self, variables: dict[str, t.Any]) -> tuple[Options, Settings]:
        arguments = {name: value for name, value in plain(self._task.args).items() if value is not None}
        arguments = self._resolved(self.defaults(arguments, variables) | arguments)
        try:
            settings = settle(self._sources(arguments, variables))
        except LedgerError as error:
            arguments.pop(error.details.get("option", ""), None)
            validated(self.task, arguments, also=[error])
            raise
        return validated(self.task, arguments | settings.options()), settings

    def _shown(self, options: Options) -> Options:
        """The options as a result may have them."""
        specification = self.task.arguments["argument_spec"]
        secret = {name: _HIDDEN for name in options if options[name] and specification[name].get("no_log")}
        return {**options, **secret, "store": without_secrets(options["store"])}

    def defaults(self, arguments: Options, variables: dict[str, t.Any]) -> Options:
        """Options that follow from the host of the task."""
        return {}

    @staticmethod
    def named_by_host(variables: dict[str, t.Any]) -> Options:
        """The name of the host of the task, if that is a real one: the implicit localhost is in no inventory."""
        host = variables.get("inventory_hostname")
        return {"name": str(host)} if host in variables.get("groups", {}).get("all", ()) else {}

    def tell(self, table: str, done: int, total: int) -> None:
        """Say how far a long copy is."""
        self._display.display(
            f"netledger.ipam.{self.task.name}: {done:,} of {total:,} rows of table {table} are copied."
        )

    def _resolved(self, arguments: Options) -> Options:
        """The options with paths that begin at the playbook's folder, as that of the ledger does."""
        folder = playbook_folder(self._loader.get_basedir())
        texts = {name: arguments[name] for name in self.paths if isinstance(arguments.get(name), str)}
        return arguments | {
            name: absolute(text, folder, elsewhere=self._is_delegated)
            for name, text in texts.items()
            if text and is_path(text)
        }

    def _sources(self, arguments: Options, variables: dict[str, t.Any]) -> Sources:
        environment: dict[str, str] = {}
        self._compute_environment_string(environment)
        return Sources(
            arguments,
            variables,
            self._templar.template,
            environment,
            self._loader.get_basedir(),
            elsewhere=self._is_delegated,
        )

    @property
    def _is_delegated(self) -> bool:
        """Whether the task is delegated to another host than the controller."""
        return self._task.delegate_to not in (None, *constants.LOCALHOST)

    def _planned(self, options: Options, settings: Settings, variables: dict[str, t.Any]) -> Result:
        """The result of the task; in check mode after what the plan of this run has so far, which it then joins."""
        context = Context(settings.place, settings.lock_timeout, actor(variables), tell=self.tell)
        run, store = self._here, settings.place.store
        if self._is_delegated:
            run, store = self._elsewhere, f"{store} on {self._task.delegate_to}"
        if not self._task.check_mode:
            return run(options, context, variables)
        if not variables.get("ansible_check_mode"):
            # A single dry task in a real run: what it would do is not part of what the others really do.
            return run(options, context._replace(plan=Plan()), variables)
        if run == self._here:
            options = self.task.settled(options)
        return joined(store, self.task, options, lambda plan: run(options, context._replace(plan=plan), variables))

    def _here(self, options: Options, context: Context, variables: dict[str, t.Any]) -> Result:
        return run_task(self.task, options, context)

    def _elsewhere(self, options: Options, context: Context, variables: dict[str, t.Any]) -> Result:
        """Run the module on the host that the task is delegated to."""
        plan = context.plan or Plan()
        sent = {SENT: {"actor": context.actor, "steps": plan.steps, "seed": plan.seed}}
        return t.cast(
            Result,
            self._execute_module(
                module_name=f"netledger.ipam.{self.task.name}", module_args=options | sent, task_vars=variables
            ),
        )
