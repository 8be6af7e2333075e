# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be asked of a ledger as a whole.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_duration
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import (
    Place,
    Secret,
    kind_of,
    without_secrets,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result

if t.TYPE_CHECKING:
    from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Store

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        "upgrade": {"type": "bool", "default": True},
        "verify": {"type": "bool", "default": False},
        "repair": {"type": "bool", "default": False},
        "reap": {"type": "bool", "default": False},
        "copy_from": {"type": "str"},
        "copy_from_password": {"type": "str", "no_log": True},
        "backup": {"type": "str"},
        "restore": {"type": "str"},
        "readers": {"type": "list", "elements": "str"},
        "writers": {"type": "list", "elements": "str"},
        "history_retention": {"type": "str"},
        "confirm": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "mutually_exclusive": [["copy_from", "restore"]],
    "supports_check_mode": True,
}

_NONE: t.Final = Secret("")
_ONLY_PRESENT: t.Final = (
    "verify", "repair", "reap", "copy_from", "backup", "restore", "readers", "writers", "history_retention",
)  # fmt: skip


class Request(t.NamedTuple):
    """``so_far`` is the result of the transactions before this one, ``source`` the open store to copy from.

    ``retention`` is in seconds, 0 for ever, None to leave it as it is.
    """

    location: str
    backend: str
    absent: bool = False
    confirm: str | None = None
    upgrade: bool = True
    verify: bool = False
    repair: bool = False
    reap: bool = False
    copy_from: Place | None = None
    restore: Place | None = None
    backup: Place | None = None
    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    retention: int | None = None
    so_far: Result | None = None
    source: Store | None = None
    tell: t.Callable[[str, int, int], None] = lambda table, done, total: None


def read(options: Options) -> Request:
    reader = Reader(options)
    absent = options.get("state") == "absent"
    for option in _ONLY_PRESENT if absent else ():
        if options.get(option):
            reader.refuse(option, "has no meaning with state: absent.")
    if options.get("confirm") and not absent:
        reader.refuse("confirm", "has a meaning with state: absent only.")
    retention = reader.value("history_retention", parse_duration)
    reader.finish()
    password = Secret(options.get("copy_from_password") or "")
    return Request(
        location=without_secrets(str(options.get("store"))),
        backend=kind_of(str(options.get("store"))),
        absent=absent,
        confirm=options.get("confirm"),
        upgrade=options.get("upgrade") is not False,
        verify=bool(options.get("verify")),
        repair=bool(options.get("repair")),
        reap=bool(options.get("reap")),
        copy_from=_place(options, "copy_from", password),
        restore=_place(options, "restore", _NONE),
        backup=_place(options, "backup", _NONE),
        readers=tuple(options.get("readers") or ()),
        writers=tuple(options.get("writers") or ()),
        retention=retention,
    )


def _place(options: Options, option: str, password: Secret) -> Place | None:
    return Place(str(options[option]), f"the option {option}", password, option) if options.get(option) else None
