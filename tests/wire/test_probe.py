# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a real link who has an address."""

from __future__ import annotations

import pytest
from ansible_collections.netledger.ipam.tests.wire.conftest import Host


def test_arp_and_neighbour_discovery_say_who_answers(here: Host) -> None:
    asked = ("203.0.113.10", "203.0.113.11", "2001:db8:77::10", "2001:db8:77::11")
    mac = "02:00:00:00:00:02"
    assert here.asks("arp", *asked) == {"203.0.113.10": mac, "2001:db8:77::10": mac}


def test_what_the_machine_has_itself_is_in_use(here: Host) -> None:
    assert here.asks("arp", "203.0.113.1", "127.0.0.9", "2001:0DB8:77:0::1") == {
        "203.0.113.1": "",
        "127.0.0.9": "",
        "2001:0DB8:77:0::1": "",
    }


def test_a_whole_subnet_at_once(here: Host) -> None:
    found = here.asks("arp", *(f"203.0.113.{number}" for number in range(1, 255)))
    assert found == {"203.0.113.1": "", "203.0.113.10": "02:00:00:00:00:02"}


def test_ping_says_that_somebody_answers(here: Host) -> None:
    asked = ("203.0.113.10", "203.0.113.11", "2001:db8:77::10", "2001:db8:77::11")
    assert here.asks("ping", *asked) == {"203.0.113.10": "", "2001:db8:77::10": ""}


def test_arp_reaches_the_own_links_only(here: Host) -> None:
    here.ip("route", "add", "198.51.100.0/24", "via", "203.0.113.10")
    for far in ("198.51.100.7", "192.0.2.1", "2001:db8:99::1"):
        reason, message = here.asks("arp", "203.0.113.11", far)
        assert reason == "probe_unavailable"
        assert f"{far} lies on none of them" in message
        assert "delegate" in message.lower()
        assert "203.0.113.11" not in message


def test_ping_needs_a_way_there(here: Host) -> None:
    reason, message = here.asks("ping", "203.0.113.11", "192.0.2.1")
    assert reason == "probe_unavailable"
    assert "192.0.2.1" in message
    assert "unreachable" in message


@pytest.mark.parametrize(
    ("link", "kind", "why"),
    [
        ("vpn", "tuntap add vpn mode tun", "a link with MAC addresses, and vpn has none"),
        ("cut", "link add cut type veth peer name far", "cut is down or has no carrier"),
    ],
)
def test_a_link_that_cannot_be_asked_is_no_silence(here: Host, link: str, kind: str, why: str) -> None:
    here.ip(*kind.split())
    here.ip("link", "set", link, "up")
    here.ip("address", "add", "203.0.113.129/30", "dev", link)
    reason, message = here.asks("arp", "203.0.113.130")
    here.ip("link", "delete", link)
    assert reason == "probe_unavailable"
    assert why in message


def test_raw_packets_take_a_right(here: Host) -> None:
    reason, message = here.asks("arp", "203.0.113.11", raw=False)
    assert reason == "probe_unavailable"
    assert "CAP_NET_RAW" in message
    assert "probe: ping" in message
