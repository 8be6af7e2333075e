# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a link by neighbour solicitation who has an IPv6 address (RFC 4861 4.3, 4.4).

Private to the collection: may change in any release.
"""

from __future__ import annotations

import socket
import struct
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._wire.links import Link

_SOLICITATION: t.Final = 135
_ADVERTISEMENT: t.Final = 136
_SOURCE_MAC, _TARGET_MAC = 1, 2  # options, in units of 8 bytes
_HOPS: t.Final = 255  # what no router has passed on (RFC 4861 7.1.2)
_FILTER: t.Final = 1  # ICMP6_FILTER of RFC 3542 3.2: a bit for each type that is not wanted
_HEADER: t.Final = struct.Struct("!BBHI16s")
_SOLICITED_NODE: t.Final = bytes.fromhex("ff0200000000000000000001ff")  # and the last 24 bits (RFC 4291 2.7.1)


class Neighbors:
    """A conversation by ICMPv6 on one link. Raises OSError where this process may not send raw packets."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        # First of all, so that it hears no other link.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.name.encode())
        unwanted = [0xFFFFFFFF] * 8
        unwanted[_ADVERTISEMENT // 32] ^= 1 << _ADVERTISEMENT % 32
        self.socket.setsockopt(socket.IPPROTO_ICMPV6, _FILTER, struct.pack("=8I", *unwanted))
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, _HOPS)
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)

    def ask(self, address: str) -> None:
        """Send a solicitation to the group of those that may have the address."""
        target = socket.inet_pton(socket.AF_INET6, address)
        packet = _HEADER.pack(_SOLICITATION, 0, 0, 0, target) + bytes((_SOURCE_MAC, 1)) + self._link.mac
        group = socket.inet_ntop(socket.AF_INET6, _SOLICITED_NODE + target[-3:])
        self.socket.sendto(packet, (group, 0, 0, self._link.number))

    def heard(self) -> tuple[str, str] | None:
        """The address and MAC of whoever advertised itself next; None where the packet is not to be trusted."""
        packet, about, _flags, _sender = self.socket.recvmsg(1500, socket.CMSG_SPACE(4))
        hops = [value for level, kind, value in about if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT)]
        return (
            parsed(packet) if hops == [struct.pack("=i", _HOPS)] else None
        )  # what came before that was asked says none


def parsed(packet: bytes) -> tuple[str, str] | None:
    """The target of an advertisement and its MAC, which is empty where the packet does not say it."""
    if len(packet) < _HEADER.size or packet[:2] != bytes((_ADVERTISEMENT, 0)):
        return None
    target = _HEADER.unpack_from(packet)[4]
    return socket.inet_ntop(socket.AF_INET6, target), _mac(packet[_HEADER.size :])


def _mac(options: bytes) -> str:
    while len(options) >= 8 and options[1]:
        if options[:2] == bytes((_TARGET_MAC, 1)):
            return options[2:8].hex(":")
        options = options[options[1] * 8 :]
    return ""
