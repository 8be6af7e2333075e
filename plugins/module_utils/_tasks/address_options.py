# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of task address, and what they ask for.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import DERIVED
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.request import Request as Ask
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import STATUSES, STRATEGIES
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import Reader
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options
from ansible_collections.netledger.ipam.plugins.module_utils._wire import probe

OFF: t.Final = "off"
_ONE: t.Final[Options] = {
    "name": {"type": "str"},
    "address": {"type": "str", "aliases": ["ip", "ip_address"]},
    "interface": {"type": "str"},
    "pool": {"type": "list", "elements": "str"},
    "count": {"type": "int"},
    "lease": {"type": "str"},
    "expires": {"type": "str"},
    "status": {"type": "str", "choices": list(STATUSES)},
    "mac": {"type": "str", "aliases": ["mac_address"]},
    "fqdn": {"type": "str"},
    "tags": {"type": "list", "elements": "str"},
    "labels": {"type": "dict"},
    "description": {"type": "str"},
}

ARGUMENTS: t.Final[Options] = {
    "argument_spec": {
        **_ONE,
        "names": {"type": "list", "elements": "str"},
        "addresses": {
            "type": "list",
            "elements": "dict",
            "options": {**_ONE, "name": {"type": "str", "required": True}},
        },
        "subnet": {"type": "list", "elements": "str"},
        "subnet_tags": {"type": "list", "elements": "str"},
        "subnet_labels": {"type": "dict"},
        "version": {"type": "int", "choices": [4, 6]},
        "dual_stack": {"type": "bool", "default": False},
        "same_host_part": {"type": "bool", "default": False},
        "strategy": {"type": "str", "choices": [*STRATEGIES, *DERIVED]},
        "secret_key": {"type": "str", "no_log": True},
        "fallback": {"type": "str", "choices": ["error", "next"], "default": "error"},
        "contiguous": {"type": "bool", "default": False},
        "align": {"type": "bool", "default": False},
        "adopt": {"type": "bool", "default": False},
        "partial": {"type": "bool", "default": False},
        "probe": {"type": "str", "choices": [OFF, *probe.KINDS], "default": OFF},
        "force": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **STORE_ARGUMENTS,
    },
    "mutually_exclusive": [["name", "names", "addresses"], ["address", "names", "addresses"]],
    "supports_check_mode": True,
}

_LONGEST: t.Final = 100 * 366 * 86400  # seconds of a lease: more than this is without end
MOST: t.Final = 65536  # addresses of one name
_SECRET: t.Final = 16  # bytes: the 128 bits that RFC 7217 section 5 asks for


class Wish(t.NamedTuple):
    """One entry; ``interface`` is None where it was not given. ``how`` has what else it says, for its request."""

    name: str | None
    interface: str | None
    address: str | None
    how: dict[str, t.Any]
    notes: dict[str, t.Any]

    def asks(self, silent: frozenset[str] | None = None) -> Ask:
        return Ask(self.name or "", self.interface or "", self.address, silent=silent, notes=self.notes, **self.how)


class Occupied(t.NamedTuple):
    """An address at which somebody answered a ``probe``, and the MAC, None where it is not known."""

    address: str
    mac: str | None
    probe: str


class Request(t.NamedTuple):
    """``wishes`` have a name, or for ``absent`` a name, an address or both.

    The subnets are those of ``subnets``, or those that have all of ``tags`` and ``labels``, of one IP ``version`` where
    that is given. Without any of these an address finds its own.

    With a ``probe`` the network is asked for new addresses. At the ``silent`` ones nobody answered; None is where it is
    not asked. At the ``occupied`` ones somebody did. ``ahead`` says for how many more to ask than are wanted, and
    ``final`` that it is too late to ask. ``seed`` is that of random choices.
    """

    vrf: str
    subnets: tuple[str, ...]
    tags: frozenset[str]
    labels: dict[str, str]
    version: int | None
    wishes: list[Wish]
    single: bool
    dual_stack: bool
    same_host_part: bool
    partial: bool
    force: bool
    absent: bool
    probe: str | None = None
    silent: frozenset[str] | None = None
    occupied: tuple[Occupied, ...] = ()
    ahead: int = 0
    final: bool = False
    seed: str = ""

    @property
    def selects(self) -> bool:
        """Whether the task says where to look."""
        return bool(self.subnets or self.tags or self.labels)


def read(options: Options) -> Request:
    reader = Reader(options)
    absent = options.get("state") == "absent"
    single = options.get("names") is None and options.get("addresses") is None
    request = Request(
        vrf=reader.value("vrf", parse.parse_vrf) or "default",
        subnets=reader.named_list("subnet"),
        tags=frozenset(reader.value("subnet_tags", parse.parse_tags) or ()),
        labels=reader.value("subnet_labels", parse.parse_labels) or {},
        version=options.get("version"),
        wishes=_wishes(reader, options),
        single=single,
        dual_stack=bool(options.get("dual_stack") or options.get("same_host_part")),
        same_host_part=bool(options.get("same_host_part")),
        partial=bool(options.get("partial")),
        force=bool(options.get("force")),
        absent=absent,
        probe=_probe(options, absent=absent),
        occupied=tuple(Occupied(**one) for one in options.get("occupied") or ()),
    )
    if single:
        _check_single(reader, options, absent=absent)
    if request.subnets and (request.tags or request.labels):
        reader.error("subnet", "cannot stand beside subnet_tags or subnet_labels: name the subnets or describe them.")
    if request.dual_stack and request.version:
        reader.error("version", "contradicts dual_stack, which asks for both.")
    if not absent:
        _check_wishes(reader, options, request)
    reader.finish()
    return request


def _probe(options: Options, *, absent: bool) -> str | None:
    """How to ask the network; not for what is in use already, nor again where it has been asked."""
    kind = options.get("probe")
    return None if kind == OFF or absent or options.get("adopt") or "occupied" in options else kind


def _check_single(reader: Reader, options: Options, *, absent: bool) -> None:
    if not absent and not options.get("name"):
        reader.error("name", "is missing. Say who gets the address: name, names or addresses.")
    if absent and not (options.get("name") or options.get("address")):
        reader.error("name", "is missing. Say whose address to free, or which address.")


def _check_wishes(reader: Reader, options: Options, request: Request) -> None:
    if not request.selects and not _addresses_given(options):
        reader.error("subnet", "is missing. Say where the address is to come from.")
    if request.dual_stack and not request.selects:
        reader.error("subnet", "is missing. Say which subnets of both IP versions are meant.")
    strategy = options.get("strategy")
    if strategy == "eui64" and any(not wish.notes.get("mac") for wish in request.wishes):
        reader.error("mac", "is missing. Strategy eui64 makes the address of it.")
    if strategy == "stable" and not options.get("secret_key"):
        reader.error("secret_key", "is missing. Strategy stable makes the address of it (RFC 7217).")
    if options.get("contiguous"):
        if any(not wish.how["amount"] for wish in request.wishes):
            reader.error("count", "is missing. Say how many addresses contiguous is for.")
        if strategy not in (None, "lowest"):
            reader.refuse("strategy", "does not go with contiguous: a run lies where it fits first.")
    elif options.get("align"):
        reader.error("align", "needs contiguous: single addresses are not aligned to anything.")
    for wish in request.wishes:
        if wish.how["amount"] and (wish.address or strategy in DERIVED):
            reader.error("count", "cannot stand beside address or a strategy that names one certain address.")
        if request.same_host_part and strategy in DERIVED:
            reader.refuse("strategy", "names an IPv6 address, which has no counterpart: it contradicts same_host_part.")
            break
        if request.same_host_part and (wish.how["amount"] or 1) > 1:
            reader.error("count", "must be 1 with same_host_part.")
        if wish.how["lease"] is not None and wish.how["expires"] is not None:
            reader.error("lease", "cannot stand beside expires: both say when the address ends.")


def _addresses_given(options: Options) -> bool:
    """Whether each entry names an address, be it a wrong one, which is reported as such."""
    entries = [options] if options.get("addresses") is None else options["addresses"]
    return all(isinstance(entry, dict) and entry.get("address") for entry in entries)


def _wishes(reader: Reader, options: Options) -> list[Wish]:
    """The entries of the task; what stands beside ``names`` or ``addresses`` holds for each that does not say it."""
    shared = _wish(reader, _how_all(reader, options))
    if options.get("names") is not None:
        reader.refuse_repeated("names")
        names = reader.value("names", lambda value, option: [parse.parse_name(one, option) for one in value]) or []
        return [shared._replace(name=name) for name in names]
    if options.get("addresses") is not None:
        items = reader.items("addresses")
        for item in items:
            item.require("name")
        return [_with_defaults(_wish(item, {}), shared) for item in items]
    return [shared]


def _with_defaults(wish: Wish, shared: Wish) -> Wish:
    given = {field: value for field, value in wish.how.items() if value not in (None, ())}
    if "lease" in given or "expires" in given:
        shared = shared._replace(how={**shared.how, "lease": None, "expires": None})
    return wish._replace(
        interface=shared.interface if wish.interface is None else wish.interface,
        how={**shared.how, **given},
        notes={**shared.notes, **wish.notes},
    )


def _wish(reader: Reader, how: dict[str, t.Any]) -> Wish:
    return Wish(
        name=reader.named("name"),
        interface=reader.value("interface", parse.parse_interface),
        address=reader.value("address", parse.checked_host),
        how={
            **how,
            "pools": reader.named_list("pool"),
            "amount": reader.value("count", lambda value, option: parse.parse_number(value, option, 1, MOST)),
            "lease": reader.value("lease", _lease),
            "expires": reader.value("expires", _expires),
        },
        notes={
            **reader.cleared("mac", parse.parse_mac),
            **reader.cleared("fqdn", parse.parse_domain),
            **reader.given_only("tags", parse.parse_tags),
            **reader.given_only("labels", parse.parse_labels),
            **reader.given_only("description", parse.parse_text),
            **reader.given_only("status", lambda value, option: value),
        },
    )


def _how_all(reader: Reader, options: Options) -> dict[str, t.Any]:
    """What is said once for all entries."""
    return {
        "strategy": options.get("strategy"),
        "fallback": options.get("fallback") == "next",
        "adopt": bool(options.get("adopt")),
        "contiguous": bool(options.get("contiguous")),
        "align": bool(options.get("align")),
        "secret": reader.value("secret_key", _secret) or b"",
    }


def _lease(text: str, option: str) -> int:
    """How long in seconds; nothing is without end."""
    return parse.parse_number(parse.parse_duration(text, option), option, 0, _LONGEST) if text else 0


def _expires(text: str, option: str) -> int:
    """Until when in seconds since 1970; nothing is without end."""
    return parse.parse_number(parse.parse_time(text, option), option, 1, parse.LAST_SECOND) if text else 0


def _secret(text: object, option: str) -> bytes:
    """The bytes of a secret, which no error may quote."""
    secret = text.encode(errors="replace") if isinstance(text, str) and text.isprintable() else b""
    if len(secret) < _SECRET:
        raise LedgerError(
            "bad_request",
            f"{option}: must be text of at least {_SECRET} bytes, which RFC 7217 asks for.",
            option=option,
        )
    return secret
