# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup base: reads the ledger in the controller's process, or in check mode the ledger as it would be.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import abc
import typing as t

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, with_reason
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, in_store, run_task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Result, Task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import checked_keywords, validated
from ansible_collections.netledger.ipam.plugins.plugin_utils._actor import actor
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import plain
from ansible_collections.netledger.ipam.plugins.plugin_utils._plan import joined, journal
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import Settings, Sources, settle

CarryOut = t.Callable[[Task, Options], Result]


class LedgerLookupBase(LookupBase):
    """A lookup over one read of the ledger; a subclass says what it reads."""

    name: t.ClassVar[str]

    @abc.abstractmethod
    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        """What the lookup returns."""

    def fallback(self, error: LedgerError, terms: list[str], options: Options) -> list[t.Any]:
        """What the lookup returns where the query cannot be answered; by default that is an error."""
        raise error

    def completed(self, found: list[t.Any], terms: list[str], options: Options, carry_out: CarryOut) -> list[t.Any]:
        """What the lookup returns after a query that found this; by default just that.

        ``carry_out`` runs a task with these options, or in check mode adds it to the plan, and returns its result.
        """
        return found

    def run(self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Look up; a failure's reason word stands at the end of its message."""
        variables = variables or {}
        try:
            require_netaddr()
            settings, options = self._settle(kwargs, variables)
            names = [str(term) for term in plain(terms)]
            context = Context(settings.place, settings.lock_timeout, actor="lookup")
            try:
                found = self._answer(context, variables, lambda tx: self.query(tx, names, options, settings.vrf))
            except LedgerError as error:
                return self.fallback(error, names, options)
            return self.completed(found, names, options, self._carry_out(context, settings, variables))
        except LedgerError as error:
            raise AnsibleLookupError(with_reason(error)) from None

    def _carry_out(self, context: Context, settings: Settings, variables: dict[str, t.Any]) -> CarryOut:
        known = context._replace(actor=actor(variables, lookup=self.name))

        def carry_out(task: Task, wanted: Options) -> Result:
            options = validated(task, wanted | settings.options())
            if variables.get("ansible_check_mode"):
                store = context.place.store
                result = joined(store, task, options, lambda plan: run_task(task, options, known._replace(plan=plan)))
            else:
                result = run_task(task, options, known)
            if result.get("failed"):
                raise LedgerError(result["reason"], result["msg"])
            return result

        return carry_out

    def _settle(self, keywords: dict[str, t.Any], variables: dict[str, t.Any]) -> tuple[Settings, Options]:
        try:
            self.set_options(direct=keywords)
        except AnsibleError as error:
            raise LedgerError("bad_request", str(error)) from None
        given = {name: value for name, value in plain(keywords).items() if value is not None}
        checked_keywords(f"the lookup netledger.ipam.{self.name}", given, self.get_options())
        template, loader = t.cast(t.Any, self._templar).template, t.cast(t.Any, self._loader)
        settings = settle(Sources(given, variables, template, {}, loader.get_basedir()))
        return settings, {name: plain(value) for name, value in self.get_options().items()}

    def _answer(
        self, context: Context, variables: dict[str, t.Any], work: t.Callable[[Transaction], list[t.Any]]
    ) -> list[t.Any]:
        if not variables.get("ansible_check_mode"):
            return in_store(context, work, access=Access.READ)
        with journal(context.place.store) as plan:
            return in_store(context._replace(plan=plan), work, access=Access.READ)
