# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking the network whether somebody has an address already.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._wire import links, ping
from ansible_collections.netledger.ipam.plugins.module_utils._wire.arp import Arp
from ansible_collections.netledger.ipam.plugins.module_utils._wire.neighbor import Neighbors

KINDS: t.Final = ("arp", "ping")
TIMES: t.Final = 3  # PROBE_NUM of RFC 5227 1.1
SECONDS: t.Final = 0.4  # after each; RFC 5227 waits longer, for hosts that have just been plugged in


def answering(kind: str, addresses: t.Sequence[str]) -> dict[str, str]:
    """Those of the addresses that somebody has, with the MAC, empty where it is not known.

    ``arp`` is ARP for IPv4 and neighbour solicitation for IPv6, ``ping`` is ICMP echo. All are asked at once. Raises
    ``probe_unavailable`` where this machine cannot ask.
    """
    written = {_canonical(address): address for address in addresses}
    if kind == "ping":
        found = ping.answering(list(written))
    else:
        places = links.places(list(written))
        with _conversations(places) as talks:
            found = {**dict.fromkeys(places.own, ""), **_ask(talks)}
    return {written[address]: mac for address, mac in found.items()}


def _canonical(address: str) -> str:
    """An address as the kernel writes it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_ntop(family, socket.inet_pton(family, address))


Conversation = t.Union[Arp, Neighbors]


@contextlib.contextmanager
def _conversations(places: links.Places) -> t.Iterator[list[tuple[Conversation, list[str]]]]:
    """A conversation for each link and IP version, with the addresses to ask for."""
    talks: list[tuple[Conversation, list[str]]] = []
    with contextlib.ExitStack() as open_sockets:
        for link, addresses in places.by_link.items():
            for make, asked in (
                (Arp, [one for one in addresses if ":" not in one]),
                (Neighbors, [one for one in addresses if ":" in one]),
            ):
                if asked:
                    talk = _opened(make, link)
                    open_sockets.enter_context(talk.socket)
                    talks.append((talk, asked))
        yield talks


def _opened(make: t.Callable[[links.Link], Conversation], link: links.Link) -> Conversation:
    try:
        talk = make(link)
    except PermissionError:
        raise links.unavailable(_NO_RIGHT) from None
    except OSError as error:
        raise links.unavailable(f"arp cannot use link {link.name}: {error.strerror}.") from None
    talk.socket.setblocking(False)
    return talk


_NO_RIGHT: t.Final = (
    "arp needs the right to send raw packets (CAP_NET_RAW), which this process does not have. Run Ansible as root, "
    "delegate the task with become: true to a host on that link, or use probe: ping."
)


def _ask(talks: t.Sequence[tuple[Conversation, list[str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted = {address for _talk, asked in talks for address in asked}
    for _time in range(TIMES):
        for talk, asked in talks:
            for address in asked:
                if address not in found:
                    _send(talk, address)
                    _listen([talk], wanted, found, 0.0)
        _listen([talk for talk, _asked in talks], wanted, found, SECONDS)
    return found


def _send(talk: Conversation, address: str) -> None:
    try:
        with contextlib.suppress(BlockingIOError):
            talk.ask(address)
            return
        select.select([], [talk.socket], [], SECONDS)
        talk.ask(address)
    except OSError as error:
        raise links.unavailable(f"arp could not ask for {address}: {error.strerror}.") from None


def _listen(talks: t.Sequence[Conversation], wanted: set[str], found: dict[str, str], seconds: float) -> None:
    """Hear who answers until the time is over, or until all have answered."""
    by_socket: dict[socket.socket, Conversation] = {talk.socket: talk for talk in talks}
    end = time.monotonic() + seconds
    while len(found) < len(wanted):
        ready, _writable, _broken = select.select(list(by_socket), [], [], max(0.0, end - time.monotonic()))
        for one in ready:
            with contextlib.suppress(BlockingIOError):  # a packet that was damaged counts as ready
                heard = by_socket[one].heard()
                if heard and heard[0] in wanted:
                    found.setdefault(*heard)
        if not ready or time.monotonic() > end:
            return
