# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What filters check of the values and options that a template gives them, and how they tell that one is wrong.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    shown,
    some_of,
    with_reason,
)
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import is_whole_number

T = t.TypeVar("T")
Record = dict[str, t.Any]
Check = t.Callable[[t.Any], bool]


def filtered(work: t.Callable[[], T]) -> T:
    """The result of a filter; a failure's reason word stands at the end of its message."""
    try:
        require_netaddr()
        return work()
    except LedgerError as error:
        raise AnsibleFilterError(with_reason(error)) from None


def is_text(value: t.Any) -> bool:
    return isinstance(value, str)


def is_text_or_none(value: t.Any) -> bool:
    return value is None or is_text(value)


def is_number_or_none(value: t.Any) -> bool:
    return value is None or is_whole_number(value)


def is_version(value: t.Any) -> bool:
    return is_whole_number(value) and value in (4, 6)


def is_texts(value: t.Any) -> bool:
    return isinstance(value, (list, tuple)) and all(map(is_text, value))


def option(name: str, value: t.Any, check: Check, rule: str) -> None:
    """Refuse the value of an option that does not pass the check."""
    if not check(value):
        raise bad_request(name, value, rule)


def items(values: t.Any, name: str) -> t.Iterable[t.Any]:
    """The values, if they are a list."""
    if isinstance(values, (str, t.Mapping)) or not isinstance(values, t.Iterable):
        raise refused(name, values, "is not a list.")
    return values


def records(values: t.Any, name: str, fields: t.Mapping[str, Check]) -> list[Record]:
    """The values, if they are a list of dicts in which each of these fields passes its check."""
    found = list(items(values, name))
    for record in found:
        if not isinstance(record, t.Mapping):
            raise refused(name, record, "is not a dict.")
        for field, check in fields.items():
            if field not in record:
                raise refused(name, record, f"has no key '{field}'.")
            if not check(record[field]):
                raise refused(f"{name}: {field}", record[field], "is not what the ledger has there.")
    return found


def refused(name: str, value: t.Any, rule: str) -> LedgerError:
    """The value as it is; of a dict, which may be all variables of a host, only the keys."""
    described = f"a dict of {some_of(map(str, value))}" if isinstance(value, t.Mapping) else shown(value)
    return LedgerError("bad_request", f"{name}: {described} {rule}")
