# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packets as they come from a link, put together by hand from RFC 826 and RFC 4861."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._wire import arp, neighbor

ARP = "0001 0800 06 04 {operation} 020000000001 {sender} 020000000002 0a140002"
TARGET = "20010db8000000000000000000000010"
ADVERTISEMENT = f"88 00 1234 60000000 {TARGET}"


@pytest.mark.parametrize("operation", ["0001", "0002"], ids=["request", "reply"])
def test_who_sends_arp_from_an_address_has_it(operation: str) -> None:
    packet = bytes.fromhex(ARP.format(operation=operation, sender="0a140001"))
    assert arp.parsed(packet) == ("10.20.0.1", "02:00:00:00:00:01")
    assert arp.parsed(packet + bytes(18)) == ("10.20.0.1", "02:00:00:00:00:01"), "Ethernet pads what is short"


@pytest.mark.parametrize(
    "packet",
    [
        ARP.format(operation="0001", sender="00000000"),  # a probe of somebody else
        ARP.format(operation="0002", sender="0a140001").replace("0800", "86dd"),
        ARP.format(operation="0002", sender="0a140001").replace("0001", "0006", 1),
        ARP.format(operation="0002", sender="0a140001")[:-2],
        "",
    ],
)
def test_other_packets_say_nothing(packet: str) -> None:
    assert arp.parsed(bytes.fromhex(packet)) is None


@pytest.mark.parametrize(
    ("options", "mac"),
    [
        ("02 01 020000000001", "02:00:00:00:00:01"),
        ("0e 02 000000000000 0000000000000000 02 01 020000000001", "02:00:00:00:00:01"),  # after a nonce
        ("", ""),
        ("01 01 020000000001", ""),  # the MAC of a source is none of an advertisement
        ("02 00 020000000001", ""),  # RFC 4861 4.6: an option of length 0 ends the reading
        ("02 01 0200", ""),
    ],
)
def test_an_advertisement_says_who_has_its_target(options: str, mac: str) -> None:
    assert neighbor.parsed(bytes.fromhex(f"{ADVERTISEMENT} {options}")) == ("2001:db8::10", mac)


@pytest.mark.parametrize("packet", [ADVERTISEMENT.replace("88", "87", 1), ADVERTISEMENT[:-2], ""])
def test_other_icmpv6_says_nothing(packet: str) -> None:
    assert neighbor.parsed(bytes.fromhex(packet)) is None
