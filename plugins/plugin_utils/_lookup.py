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
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, in_store
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import checked_keywords, plain
from ansible_collections.netledger.ipam.plugins.plugin_utils._plan import journal
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import Settings, Sources, settle


class LedgerLookupBase(LookupBase):
    """A lookup over one read of the ledger; a subclass says what it reads."""

    name: t.ClassVar[str]

    @abc.abstractmethod
    def query(self, tx: Transaction, terms: list[str], options: Options, vrf: str) -> list[t.Any]:
        """What the lookup returns."""

    def fallback(self, error: LedgerError, terms: list[str], options: Options) -> list[t.Any]:
        """What the lookup returns where the query cannot be answered; by default that is an error."""
        raise error

    def run(self, terms: list[t.Any], variables: dict[str, t.Any] | None = None, **kwargs: t.Any) -> list[t.Any]:
        """Look up; a failure's reason word stands at the end of its message."""
        variables = variables or {}
        try:
            require_netaddr()
            settings, options = self._settle(kwargs, variables)
            names = [str(term) for term in plain(terms)]
            context = Context(settings.place, settings.lock_timeout, actor="lookup")
            try:
                return self._answer(context, variables, lambda tx: self.query(tx, names, options, settings.vrf))
            except LedgerError as error:
                return self.fallback(error, names, options)
        except LedgerError as error:
            raise AnsibleLookupError(f"{error.message} (reason: {error.reason})") from None

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
