# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of a file: what each says of one subnet or address, checked as the options of a task are.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, plain
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import NAME_LENGTH, parse_number
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, subnet
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.address_options import MOST
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result, Task
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import unknown_option, validated

SUBNETS: t.Final = "subnets"
ADDRESSES: t.Final = "addresses"

_SUBNET: t.Final = subnet.TASK.arguments["argument_spec"]
_ADDRESS: t.Final = address.TASK.arguments["argument_spec"]
_NOT_OF_A_SUBNET: t.Final = {"new_name", "split", "split_names", "merge", "state", *STORE_ARGUMENTS} - {"vrf"}
_OF_AN_ADDRESS: t.Final = (*_ADDRESS["addresses"]["options"], "subnet", "vrf", "force")


class Row(t.NamedTuple):
    """What a file says on a line of one subnet or address; ``error`` is what keeps it from being read."""

    line: int
    values: t.Any
    error: LedgerError | None = None


class Entry(t.NamedTuple):
    """A row that was read: the request that it is for the task of its kind.

    ``places`` are the numbers of its subnets, once these are known.
    """

    line: int
    request: t.Any
    places: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Name and interface of a holder."""
        (wish,) = self.request.wishes
        return wish.name, wish.interface or ""

    @property
    def beside(self) -> int:
        """How many addresses the holder has, of which the row has one; 0 where it says nothing of others."""
        (wish,) = self.request.wishes
        return t.cast(int, wish.how.get("beside", 0))


class Kind(t.NamedTuple):
    """What the rows of one kind are; ``task`` has those options of its module that a row may have."""

    name: str
    task: Task

    @property
    def spec(self) -> Options:
        return t.cast(Options, self.task.arguments["argument_spec"])

    @property
    def owner(self) -> str:
        return f"a row of {self.name}"

    def options(self) -> dict[str, str]:
        """The options by their names and aliases."""
        return {alias: name for name, one in self.spec.items() for alias in (name, *one.get("aliases", ()))}

    def unknown(self, option: str) -> LedgerError:
        return unknown_option(self.owner, option, self.options())


KINDS: t.Final = {
    kind.name: kind
    for kind in (
        Kind(
            SUBNETS,
            subnet.TASK._replace(
                arguments={
                    **subnet.TASK.arguments,
                    "argument_spec": {name: one for name, one in _SUBNET.items() if name not in _NOT_OF_A_SUBNET},
                }
            ),
        ),
        Kind(
            ADDRESSES,
            address.TASK._replace(
                arguments={
                    "argument_spec": {
                        **{name: _ADDRESS[name] for name in _OF_AN_ADDRESS},
                        # What stands in a file is in use already.
                        "adopt": {"type": "bool", "default": True},
                    }
                }
            ),
        ),
    )
}
"""What can stand in a file, in the order in which it is written into the ledger."""


class Checked(t.NamedTuple):
    """The rows of one kind: those that ask for something, and what is wrong with the others."""

    entries: list[Entry]
    failures: list[Result]


def check_rows(kind: Kind, rows: t.Iterable[Row], defaults: Options) -> Checked:
    """Read each row; what it lacks is taken from the defaults that are options of its kind."""
    known = kind.options()
    shared = {known[name]: value for name, value in defaults.items() if name in known}
    checked = Checked([], [])
    for row in rows:
        row = _canonical(row, known)
        try:
            checked.entries.append(_entry(kind, row, shared))
        except LedgerError as error:
            checked.failures.append(failure(kind, row.line, _named(row), error))
    return checked


def failure(kind: Kind, line: int, key: tuple[str, str], error: LedgerError) -> Result:
    """What is said of a row that is not written."""
    interface = {"interface": key[1]} if kind.name == ADDRESSES else {}
    return {
        **error.details,
        "line": line,
        "name": key[0],
        **interface,
        "reason": error.reason,
        "msg": error.message,
    }


def _canonical(row: Row, known: dict[str, str]) -> Row:
    """The row without what it leaves open, each option by its name; one that is there twice stays, for its error."""
    if not isinstance(row.values, dict):
        return row
    given = {name: value for name, value in row.values.items() if value is not None}
    named = {known.get(name, name): value for name, value in given.items()}
    return row._replace(values=named if len(named) == len(given) else given)


def _entry(kind: Kind, row: Row, shared: Options) -> Entry:
    if row.error:
        raise row.error
    if not isinstance(row.values, dict):
        raise bad_request(kind.name, row.values, "is not a mapping of options.")
    values = {**shared, **row.values}
    if kind.name == ADDRESSES and isinstance(values.get("subnet"), str):
        values["subnet"] = [values["subnet"]]  # one name, whatever commas it has
    options = validated(kind.task, values, owner=kind.owner)
    if kind.name == ADDRESSES and options.get("address") and "count" in options:
        # Several rows of one holder, each with an address of its own: how many it holds is no request for more.
        beside = parse_number(options.pop("count"), "count", 1, MOST)
        request = kind.task.read(options)
        (wish,) = request.wishes
        return Entry(row.line, request._replace(wishes=[wish._replace(how={**wish.how, "beside": beside})]))
    return Entry(row.line, kind.task.read(options))


def _named(row: Row) -> tuple[str, str]:
    values = row.values if isinstance(row.values, dict) else {}
    name, interface = values.get("name") or values.get("cidr"), values.get("interface")
    return plain(str(name or ""), NAME_LENGTH), plain(str(interface or ""), NAME_LENGTH)
