# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interface identifiers: expected values from RFC 4291, RFC 5453 and RFC 7217, or worked out here from their text."""

from __future__ import annotations

import hashlib
import hmac
import types
import typing as t

import netaddr
import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import interface_id
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network

PREFIX = 0x20010DB8 << 96
LAN = Network(6, PREFIX, 64)
SECRET = b"0123456789abcdef"
TOP = (1 << 64) - 1

EUI64 = [
    ("34:56:78:9a:bc:de", "3656:78ff:fe9a:bcde"),  # RFC 4291 appendix A
    ("00:00:00:00:00:00", "200:ff:fe00:0"),
    ("ff:ff:ff:ff:ff:ff", "fdff:ffff:feff:ffff"),
    ("02:00:00:00:00:01", "0:ff:fe00:1"),  # a local one: the bit is inverted, not set
    ("00:00:5e:00:53:01", "200:5eff:fe00:5301"),
]


@pytest.mark.parametrize(("mac", "identifier"), EUI64)
def test_rule_41_eui64(mac: str, identifier: str) -> None:
    assert interface_id.eui64(LAN, mac) == int(netaddr.IPAddress(f"2001:db8:0:0:{identifier}"))


def by_hand(prefix: str, interface: str, network: str, counter: int, secret: bytes, bits: int) -> int:
    """F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key) of RFC 7217 section 5, its lowest bits."""
    first, length = prefix.split("/")
    message = b""
    for part in (f"{int(netaddr.IPAddress(first)):032x}/{length}", interface, network, str(counter)):
        message += len(part.encode()).to_bytes(4, "big") + part.encode()
    digest = hmac.new(secret, message, hashlib.sha256).hexdigest()
    return int(netaddr.IPAddress(first)) + int(digest, 16) % (1 << bits)


STABLE = [
    ("2001:db8::/64", "web/eth0", "default", 0, SECRET, 64),
    ("2001:db8::/64", "web/eth0", "default", 3, SECRET, 64),
    ("2001:db8::/64", "52:54:00:12:34:56", "blue", 1, b"another key of more than one block" * 3, 64),
    ("2001:db8:0:1::/64", "w\u00e9b/", "default", 0, "schl\u00fcssel-schl\u00fcssel".encode(), 64),
    ("2001:db8::/32", "web/", "default", 0, SECRET, 96),
    ("2001:db8::/48", "web/", "default", 0, SECRET, 80),
    ("2001:db8::/80", "web/", "default", 0, SECRET, 48),
    ("2001:db8::a:0/112", "web/", "default", 0, SECRET, 16),
    ("2001:db8::a0/124", "web/", "default", 0, SECRET, 4),
]


@pytest.mark.parametrize(("prefix", "interface", "network", "counter", "secret", "bits"), STABLE)
def test_stable(prefix: str, interface: str, network: str, counter: int, secret: bytes, bits: int) -> None:
    parsed = netaddr.IPNetwork(prefix)
    lan = Network(6, parsed.first, parsed.prefixlen)
    expected = by_hand(prefix, interface, network, counter, secret, bits)
    assert interface_id.stable(lan, interface, network, counter, secret) == expected
    assert parsed.first < expected <= parsed.last


def test_stable_depends_on_everything() -> None:
    same: tuple[t.Any, ...] = (LAN, "web/", "default", 0, SECRET)
    others: list[tuple[t.Any, ...]] = [
        (Network(6, PREFIX + (1 << 64), 64), *same[1:]),
        (LAN, "web/eth1", *same[2:]),
        (LAN, "web/", "blue", *same[3:]),
        (LAN, "web/", "default", 1, SECRET),
        (LAN, "web/", "default", 0, b"0123456789abcdeg"),
    ]
    found = [interface_id.stable(*parts) for parts in (same, *others)]
    hosts = {None if value is None else value & TOP for value in found}
    assert None not in hosts
    assert len(hosts) == 6


def test_stable_does_not_run_parts_into_each_other() -> None:
    """Two parts written after each other say which ends where, so that nobody can choose a name to meet another's."""
    one, other = (interface_id.stable(LAN, *pair, 0, SECRET) for pair in (("web", "blue"), ("webb", "lue")))
    assert one != other


# RFC 5453 and its registry: what is no identifier, and its neighbours that are.
RESERVED = [0, 0x02005EFFFE000000, 0x02005EFFFE005212, 0x02005EFFFE005213, 0x02005EFFFE005214, 0x02005EFFFEFFFFFF,
            0xFDFFFFFFFFFFFF80, 0xFDFFFFFFFFFFFFFE, 0xFDFFFFFFFFFFFFFF]  # fmt: skip
FINE = [1, 0x02005EFFFDFFFFFF, 0x02005EFFFF000000, 0xFDFFFFFFFFFFFF7F, 0xFE00000000000000, TOP]


@pytest.fixture
def digest(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[int], None]:
    """Lets HMAC-SHA-256 return what a test says."""

    def returns(value: int) -> None:
        made = types.SimpleNamespace(digest=lambda: value.to_bytes(32, "big"))
        monkeypatch.setattr(hmac, "new", lambda *_arguments: made)

    return returns


@pytest.mark.parametrize("identifier", RESERVED)
def test_reserved_identifiers_are_skipped(digest: t.Callable[[int], None], identifier: int) -> None:
    digest((0xABCDEF << 64) + identifier)
    assert interface_id.stable(LAN, "web", "default", 0, SECRET) is None


@pytest.mark.parametrize("identifier", FINE)
def test_their_neighbours_are_not(digest: t.Callable[[int], None], identifier: int) -> None:
    digest((0xABCDEF << 64) + identifier)
    assert interface_id.stable(LAN, "web", "default", 0, SECRET) == PREFIX + identifier


@pytest.mark.parametrize("length", [32, 48, 65, 96, 112, 126])
def test_the_first_address_is_the_routers_in_any_length(digest: t.Callable[[int], None], length: int) -> None:
    """RFC 4291 2.6.1; the last one is a host's, IPv6 having no broadcast."""
    bits = 128 - length
    digest(1 << bits)
    assert interface_id.stable(Network(6, PREFIX, length), "web", "default", 0, SECRET) is None
    digest((1 << bits) - 1)
    assert interface_id.stable(Network(6, PREFIX, length), "web", "default", 0, SECRET) == PREFIX + (1 << bits) - 1


@pytest.mark.parametrize("value", [0, 1])
def test_both_addresses_of_a_point_to_point_link(digest: t.Callable[[int], None], value: int) -> None:
    """RFC 6164."""
    digest(2 + value)
    assert interface_id.stable(Network(6, PREFIX, 127), "web", "default", 0, SECRET) == PREFIX + value


def test_a_network_of_one_address() -> None:
    assert interface_id.stable(Network(6, PREFIX + 7, 128), "web", "default", 0, SECRET) == PREFIX + 7
