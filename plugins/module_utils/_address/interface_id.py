# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPv6 addresses that follow from who asks: the EUI-64 address of a MAC, and stable, opaque ones of a secret.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import hashlib
import hmac

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, usable
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS

LENGTH: int = 64  # of the prefix of an EUI-64 address, RFC 4291 2.5.1

_UNIVERSAL = 1 << 57  # the universal/local bit, which RFC 4291 2.5.1 inverts
_RESERVED = (
    (0, 0),
    (0x02005EFFFE000000, 0x02005EFFFEFFFFFF),
    (0xFDFFFFFFFFFFFF80, 0xFDFFFFFFFFFFFFFF),
)  # RFC 5453 and its IANA registry: subnet-router anycast, IANA's own Ethernet block, subnet anycast


def eui64(network: Network, mac: str) -> int:
    """The address of a MAC in a network of length 64 (RFC 4291 appendix A): ff:fe in the middle, one bit inverted."""
    digits = int(mac.replace(":", ""), 16)
    identifier = (digits >> 24) << 40 | 0xFFFE << 24 | digits & 0xFFFFFF
    return network.first + (identifier ^ _UNIVERSAL)


def stable(network: Network, interface: str, network_id: str, counter: int, secret: bytes) -> int | None:
    """The semantically opaque address of RFC 7217 section 5, or None where that identifier is reserved or unusable.

    F is HMAC-SHA-256 under the secret over prefix, interface, network and counter, each with its length in front; the
    identifier is as many of its lowest bits as the prefix leaves.
    """
    parts = (
        f"{network.first:032x}/{network.prefix_length}".encode(),
        interface.encode(),
        network_id.encode(),
        str(counter).encode(),
    )
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    bits = BITS[network.version] - network.prefix_length
    identifier = int.from_bytes(digest, "big") & ((1 << bits) - 1)
    value = network.first + identifier
    reserved = bits == LENGTH and any(first <= identifier <= last for first, last in _RESERVED)
    return None if reserved or value not in usable(network) else value
