# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What servers report, in the words of the ledger.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import is_whole_number
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import store_in
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Fault

_ADVICE: t.Final = {
    "access_denied": "does not allow this to the user who asks. Let its owner give the right with readers or writers "
    "of netledger.ipam.store.",
    "bad_request": "has no such user. Make it there before it is named in readers or writers.",
    "lock_timeout": "stayed locked{holder} for {seconds:g} seconds. Try again, or raise lock_timeout.",
    "login_failed": "did not let the user in. Check the user, and store_password or the password file of the client.",
    "not_a_ledger": "holds tables that are no ledger of netledger.ipam. Give another database or schema; these were "
    "left as they are.",
    "store_corrupt": "is damaged. Restore it from a backup.",
    "store_failed": "reported an error. Nothing was changed.",
    "store_full": "could not be written: the disk of the server is full. Nothing was changed.",
    "store_missing": "does not exist. Create the database first, or correct the setting store.",
    "store_readonly": "takes no changes. Name the server that does, or all of them: one that does is looked for.",
    "store_unreachable": "does not answer. Check the host, the port and that the server runs.",
    "tls_failed": "could not be reached safely. Name the authority of its certificate with tls_ca in the URL.",
}
_UNCERTAIN: t.Final = (
    "The connection was lost while the change was made, so it may have been made. Run the task again: it sees what is "
    "there, and nothing is done twice."
)


class FaultError(Exception):
    """A fault that is known already."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def version_in(row: t.Sequence[t.Any] | None) -> int | None:
    """The schema version in a row of table meta; None without a row, ``not_a_ledger`` for anything but a number."""
    if row is None:
        return None
    if not is_whole_number(row[0]):
        raise FaultError(Fault("not_a_ledger", "the schema_version in table meta is not a number"))
    return row[0]


def server_error(fault: Fault, place: str, seconds: float, holder: str = "", *, uncertain: bool = False) -> LedgerError:
    """An error about the whole store, with what to do. ``uncertain``: whether anything was changed nobody knows."""
    advice = _ADVICE[fault.reason].format(seconds=seconds, holder=f" by {holder}" if holder else "")
    if uncertain:
        advice = advice.replace(" Nothing was changed.", "") + " " + _UNCERTAIN
    said = f" [{' '.join(fault.cause.split())}]" if fault.cause else ""
    named = {"holder": holder} if holder else {}
    return LedgerError(fault.reason, f"The store {place} {advice}{said}", store=store_in(place), **named)
