# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wish for addresses, as the rules understand it.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Address

Key = tuple[str, str]

_NOTES: t.Final = ("mac", "fqdn", "tags", "labels", "description", "status")

DERIVED: t.Final = ("eui64", "stable")
"""Strategies that name certain addresses."""


def refuse_repeated(requests: t.Iterable[Request]) -> None:
    """Refuse two requests under one key: nobody could tell which of them counts."""
    keys: set[Key] = set()
    for request in requests:
        if request.key in keys:
            raise bad_request("names", request.name, "is asked for twice in one task.")
        keys.add(request.key)


class Request(t.NamedTuple):
    """A wish for addresses: whose (the key), which or how chosen, for how long, and what to note about them.

    ``address`` names a certain one, and so do the strategies ``eui64`` (of ``mac``) and ``stable`` (of ``secret``);
    with ``fallback`` any other will do where nobody can have it. ``adopt`` takes it although it is reserved, on hold
    or the gateway, because it is in use already. ``beside`` adds a certain address to those that are held under the
    key, as long as they are fewer than that. ``pools`` are used in their order, none means all. ``amount`` is None for
    as many as are held, or one. ``lease`` and ``expires`` are in seconds, the one from now and the other since
    1970, 0 for without end; None leaves the end as it is. ``silent`` are the addresses, as text, at which nobody
    answered when the network was asked: others that are newly given are noted in the transaction. None is where it is
    not asked. ``notes`` has those of mac, fqdn, tags, labels, description and status that were given; the others stay
    as they are.
    """

    name: str
    interface: str = ""
    address: str | None = None
    pools: tuple[str, ...] = ()
    strategy: str | None = None
    fallback: bool = False
    adopt: bool = False
    beside: int = 0
    amount: int | None = None
    contiguous: bool = False
    align: bool = False
    lease: int | None = None
    expires: int | None = None
    secret: bytes = b""
    silent: frozenset[str] | None = None
    notes: dict[str, t.Any] = {}

    @property
    def key(self) -> Key:
        return self[:2]

    @property
    def names_certain(self) -> bool:
        """Whether the wish is for certain addresses, not for any."""
        return self.address is not None or self.strategy in DERIVED

    @property
    def any(self) -> Request:
        """The same wish for whichever address is free."""
        if not self.names_certain:
            return self
        return self._replace(address=None, strategy=None if self.strategy in DERIVED else self.strategy)

    def like(self, held: Address) -> Request:
        """The same wish, with what is noted about an address that its holder leaves for it."""
        noted = {field: getattr(held, field) for field in _NOTES}
        again = self._replace(notes={**noted, **self.notes})
        return again if self.lease is not None or self.expires is not None else again._replace(expires=held.expires)

    def noted(self, held: Address, now: int, ordinal: int | None = None) -> Address:
        """The address with what the request says about it, and perhaps another ordinal."""
        number = held.ordinal if ordinal is None else ordinal
        end = self._end(held.expires, now)
        if not self.notes and (number, end) == (held.ordinal, held.expires):
            return held
        return held._replace(**self.notes, expires=end, ordinal=number)

    def _end(self, held: int | None, now: int) -> int | None:
        """When the address ends (seconds since 1970) or None.

        As with DHCP (RFC 2131 4.4.5), a lease is renewed once half of it is over; before that, asking again changes
        nothing. Who comes back after the end without a word about time has the address without end.
        """
        if self.expires is not None:
            return self.expires or None
        if self.lease is None:
            return held if held is not None and held > now else None
        if held is not None and self.lease / 2 < held - now <= self.lease:
            return held
        return now + self.lease if self.lease else None
