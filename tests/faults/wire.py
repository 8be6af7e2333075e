# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wire between a client and a server that breaks, or does something else, at a certain statement."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import types
import typing as t

from ansible_collections.netledger.ipam.tests.services.processes import HOST

Act = t.Callable[["Link"], None]
_PATIENCE = 60  # seconds


class Wire:
    """Listens on a port of its own and passes on what it hears to the port of a server, and back.

    ``at`` sets a trap: when a client says these words for the first time, ``act`` decides what becomes of it.
    """

    def __init__(self, target: int, host: str = HOST) -> None:
        self._target = target
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._traps: list[tuple[re.Pattern[bytes], Act]] = []
        self._links: list[Link] = []
        self._countdown = 0
        self._at_zero: Act = Link.forward
        self.sprung = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> t.Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()
        for link in self._links:
            link.cut()

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):  # it is closed already
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def at(self, words: str, act: Act, times: int = 1) -> None:
        self._traps += [(re.compile(rf"\b{words}\b".encode()), act)] * times

    def after(self, count: int, act: Act) -> None:
        """The same for what a client says so many times from now on, whatever it says."""
        self._countdown, self._at_zero = count, act

    def spring(self, said: bytes) -> Act | None:
        """What is to be done about what a client said."""
        self._countdown -= 1
        if self._countdown == 0:
            self.sprung += 1
            return self._at_zero
        for trap in self._traps:
            if trap[0].search(said):
                self._traps.remove(trap)
                self.sprung += 1
                return trap[1]
        return None

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                client, _address = self._listener.accept()
                self._links.append(Link(self, client, socket.create_connection((HOST, self._target))))


class Link:
    """One connection."""

    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire = wire
        self._client = client
        self._server = server
        self.said = b""
        self._mute = threading.Event()
        self._answered = threading.Event()
        threading.Thread(target=self._talk, daemon=True).start()
        threading.Thread(target=self._answer, daemon=True).start()

    def forward(self) -> None:
        """Let the server have what was said."""
        self._server.sendall(self.said)

    def forward_and_lose_the_answer(self) -> None:
        """Let the server have it, wait until it has answered, and keep that."""
        self._answered.clear()
        self._mute.set()
        self.forward()
        assert self._answered.wait(_PATIENCE)

    def cut(self) -> None:
        """Break both ends."""
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):  # it was closed already
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _talk(self) -> None:
        with contextlib.suppress(OSError):
            while said := self._client.recv(65536):
                self.said = said
                (self._wire.spring(said) or Link.forward)(self)
        self.cut()

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            while answer := self._server.recv(65536):
                if self._mute.is_set():
                    self._answered.set()
                else:
                    self._client.sendall(answer)
        self.cut()


def cut_before(link: Link) -> None:
    """The server never hears of it."""
    link.cut()


def cut_after(link: Link) -> None:
    """The server does it, and nobody hears of that."""
    link.forward_and_lose_the_answer()
    link.cut()


def first(act: t.Callable[[], t.Any]) -> Act:
    """Do something, and only then let the server have what was said."""

    def then_forward(link: Link) -> None:
        act()
        link.forward()

    return then_forward
