# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a link by ARP who has an IPv4 address (RFC 826), in the way of RFC 5227.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import socket
import struct
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._wire.links import Link

_PROTOCOL: t.Final = 0x0806
_BROADCAST: t.Final = b"\xff" * 6
_FORM: t.Final = struct.Struct("!HHBBH6s4s6s4s")
_ETHERNET_IPV4: t.Final = (1, 0x0800, 6, 4)
_REQUEST: t.Final = 1


class Arp:
    """A conversation by ARP on one link. Raises OSError where this process may not send raw packets."""

    def __init__(self, link: Link) -> None:
        self._link = link
        # Of protocol 0 it hears nothing before it is bound: then it would hear other links, too.
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.socket.bind((link.name, _PROTOCOL))

    def ask(self, address: str) -> None:
        """Send a probe; its sender is 0.0.0.0, so that no host learns a wrong address from it (RFC 5227 2.1.1)."""
        target = socket.inet_aton(address)
        packet = _FORM.pack(*_ETHERNET_IPV4, _REQUEST, self._link.mac, bytes(4), bytes(6), target)
        self.socket.sendto(packet, (self._link.name, _PROTOCOL, 0, 0, _BROADCAST))

    def heard(self) -> tuple[str, str] | None:
        """The address and MAC of whoever sent the next packet; None where it says nothing of that.

        Requests count as replies do: who sends from an address has it. A probe of another machine, which RFC 5227
        counts too, does not: that may be a controller that asks for the same, and then neither would get the address.
        """
        return parsed(self.socket.recv(1500))


def parsed(packet: bytes) -> tuple[str, str] | None:
    if len(packet) < _FORM.size:
        return None
    *kind, _operation, mac, sender, _target_mac, _target = _FORM.unpack_from(packet)
    if tuple(kind) != _ETHERNET_IPV4 or sender == bytes(4):
        return None
    return socket.inet_ntoa(sender), mac.hex(":")
