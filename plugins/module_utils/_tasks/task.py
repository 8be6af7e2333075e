# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task is to those who run it, and the options that all tasks share.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context

Options = dict[str, t.Any]
Result = dict[str, t.Any]


class Transact(t.Protocol):
    """Carries out a request in as many transactions as it needs; ``dry`` undoes them and leaves only the result."""

    def __call__(self, request: t.Any, *, dry: bool = False) -> Result: ...


STORE_ARGUMENTS: t.Final[Options] = {
    "store": {"type": "str", "default": "ipam.db"},
    "store_password": {"type": "str", "no_log": True},
    "lock_timeout": {"type": "int", "default": 30},
    "vrf": {"type": "str", "default": "default"},
}
"""The options of every task: where the ledger is and which address space is meant."""


class Task(t.NamedTuple):
    """One noun of the collection.

    ``arguments`` are the keyword arguments of its AnsibleModule. ``read`` checks the options and turns them into a
    request, or raises one ``LedgerError`` for all that is wrong with them. ``check`` does the same without a look at
    what the options refer to, such as a file, which may be on another host; None where ``read`` looks at nothing else.
    ``perform`` carries the request out in a transaction and returns the result of the task. ``creates`` says whether
    these options may make a missing store. ``only_reads`` says of a task that ``writes`` which requests do not.
    ``rest`` is what a request with that result leaves to a transaction of its own, so that others can write in between;
    None where it is done. ``settled`` are the options with all that they refer to outside of the ledger, read once: so
    a dry run can carry the task out again. ``repeated`` are those for doing so, once the result is known.

    ``around`` carries a request out with what has to be done before and after its transactions, which it is given as a
    function, or without any: where the store may be missing, of another schema or not the only one. In check mode
    (``context.plan``) it changes nothing.
    """

    name: str
    arguments: Options
    read: t.Callable[[Options], t.Any]
    perform: t.Callable[[Transaction, t.Any], Result] = lambda tx, request: {"changed": False}
    writes: bool = True
    creates: t.Callable[[Options], bool] = lambda options: False
    only_reads: t.Callable[[t.Any], bool] = lambda request: False
    rest: t.Callable[[t.Any, Result], t.Any] = lambda request, result: None
    settled: t.Callable[[Options], Options] = lambda options: options
    repeated: t.Callable[[Options, Result], Options] = lambda options, result: options
    check: t.Callable[[Options], t.Any] | None = None
    around: t.Callable[[t.Any, Context, Transact], Result] = lambda request, context, transact: transact(request)

    def perform_all(self, tx: Transaction, request: t.Any) -> Result:
        """Carry out a request with all that it leaves in one transaction."""
        while True:
            result = self.perform(tx, request)
            request = self.rest(request, result)
            if request is None:
                return result
