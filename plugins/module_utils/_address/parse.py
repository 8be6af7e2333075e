# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the text that people write to values, and one canonical spelling back.

Every function names the option and the value in its error (``bad_request``), because that is what its user sees.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import datetime
import re
import typing as t
import unicodedata

from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network, format_address
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._address.keys import BITS
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range

NAME_LENGTH: t.Final = 190  # the longest text that a unique key of every engine takes
_MAPPED: t.Final = 0xFFFF << 32  # ::ffff:0:0/96, RFC 4291 2.5.5.2
_MAPPED_LENGTH: t.Final = 96
LAST_SECOND: t.Final = 253402300799  # of the year 9999, the last that ISO 8601 writes with four digits
_LENGTH = re.compile(r"[0-9]{1,3}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_MAC = re.compile(r"[0-9a-f]{12}")
_DURATION = re.compile(r"(\d{1,9})\s*([smhdw]?)", re.ASCII)
_SECONDS: t.Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Address(t.NamedTuple):
    """One address: IP version and number."""

    version: int
    value: int


def parse_address(text: str, option: str, version: int | None = None) -> Address:
    """Read an address.

    An IPv4-mapped IPv6 address is read as the IPv4 address it stands for (RFC 4291 2.5.5.2), unless ``version`` says
    that an IPv6 address is meant.
    """
    address = _literal(text, option, "is not an IPv4 or IPv6 address.")
    mapped = address.version == 6 and address.value >> 32 == 0xFFFF
    return Address(4, address.value - _MAPPED) if mapped and version != 6 else address


def parse_host(text: str, option: str, version: int | None = None) -> tuple[Address, int | None]:
    """Read an address that may have a prefix length or netmask behind it, and return that length too."""
    written, slash, _mask = text.partition("/")
    address = parse_address(written, option, version)
    if not slash:
        return address, None
    network = _network(text, option)
    return address, network.prefix_length - (0 if network.version == address.version else _MAPPED_LENGTH)


def checked_host(text: str, option: str) -> str | None:
    """The address as written, if it is one; its subnet decides later how an IPv4-mapped one is read. Empty is none."""
    if text:
        parse_host(text, option)
    return text or None


def parse_network(text: str, option: str) -> Network:
    """Read a CIDR; host bits are cut off, a netmask is as good as a length, and a length must be there."""
    version, first, length = _network(text, option)
    if version == 6 and length >= _MAPPED_LENGTH and first >> 32 == 0xFFFF:
        return Network(4, first - _MAPPED, length - _MAPPED_LENGTH)
    return Network(version, first, length)


def _network(text: str, option: str) -> Network:
    """A CIDR in the family in which it is written."""
    rule = "is not a network in CIDR form, such as 10.0.0.0/24 or 2001:db8::/64."
    address, _slash, mask = text.partition("/")
    version, value = _literal(address, option, rule, text)
    length = int(mask) if _LENGTH.fullmatch(mask) else _mask_length(_literal(mask, option, rule, text), version)
    if not 0 <= length <= BITS[version]:
        raise bad_request(option, text, rule)
    host_bits = BITS[version] - length
    return Network(version, value >> host_bits << host_bits, length)


def _literal(text: str, option: str, rule: str, shown: str | None = None) -> Address:
    """One address in the strict forms only: what ``10.1`` and ``010.0.0.1`` mean depends on who reads them."""
    try:
        parsed = netaddr.IPAddress(text, flags=netaddr.INET_PTON)
    except (ValueError, TypeError, netaddr.AddrFormatError):
        raise bad_request(option, text if shown is None else shown, rule) from None
    return Address(parsed.version, int(parsed))


def _mask_length(mask: Address, version: int) -> int:
    """The prefix length of a netmask of that IP version, or -1 for an address that is none."""
    inverted = mask.value ^ ((1 << BITS[version]) - 1)
    is_mask = mask.version == version and inverted & (inverted + 1) == 0
    return BITS[version] - inverted.bit_length() if is_mask else -1


def parse_range(text: str, option: str, version: int) -> Range:
    """Read one address, ``first-last`` or a CIDR, all of the given IP version."""
    if "/" in text:
        network = parse_network(text, option)
        found, span = network.version, network.range
    else:
        ends = [parse_address(end.strip(), option, version) for end in text.split("-", 1)]
        found = ends[0].version if ends[0].version == ends[-1].version else 0
        span = Range(ends[0].value, ends[-1].value)
    if found != version:
        raise bad_request(option, text, f"is not of IPv{version}, the version of the subnet.")
    if span.first > span.last:
        raise bad_request(option, text, "ends before it starts.")
    return span


def parse_mac(text: str, option: str) -> str:
    """Read a MAC address in any usual spelling; canonical is lower case with colons."""
    digits = re.sub(r"[:.-]", "", text).lower()
    if not _MAC.fullmatch(digits):
        hint = " YAML takes one of decimal digits for a number: put it in quotes." if text.isdecimal() else ""
        raise bad_request(option, text, f"is not a MAC address, such as 52:54:00:12:34:56.{hint}")
    return str(netaddr.EUI(int(digits, 16), version=48, dialect=netaddr.mac_unix_expanded))


def parse_domain(text: str, option: str) -> str:
    """Read a DNS name (RFC 1123 2.1); canonical is lower case without the closing dot."""
    name = text.lower().rstrip(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise bad_request(
            option, text, "is not a DNS name (letters, digits, hyphens, underscores; labels of at most 63)."
        )
    return name


def parse_name(text: str, option: str) -> str:
    """Read the name of something: printable text without space around it."""
    if not text or text != text.strip() or not text.isprintable():
        raise bad_request(option, text, "is not a name: it must be printable text without space around it.")
    if len(text) > NAME_LENGTH:
        raise bad_request(option, text, f"is longer than {NAME_LENGTH} characters.")
    return text


def parse_interface(text: str, option: str) -> str:
    """Read the name of an interface; empty text is the one interface of a holder that has no other."""
    return parse_name(text, option) if text else ""


def parse_vrf(text: str, option: str) -> str:
    """Read the name of one VRF; ``*`` stands for all of them where something is only read."""
    if text == "*":
        raise bad_request(option, text, "stands for all VRFs, and here one is needed.")
    return parse_name(text, option)


def parse_text(text: str, option: str) -> str:
    """Read free text: anything that UTF-8 can hold, except control characters other than line ends and tabs."""
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t" for char in text):
        raise bad_request(option, text, "holds characters that are not text.")
    return text


def parse_tags(tags: t.Iterable[str], option: str = "tags") -> tuple[str, ...]:
    """Read tags; they are a set, so their order and repetition mean nothing."""
    return tuple(sorted({parse_name(tag, option) for tag in tags}))


def parse_labels(labels: t.Mapping[t.Any, t.Any], option: str = "labels") -> dict[str, str]:
    """Read labels: names with short texts. Numbers and booleans become the text that YAML writes for them."""
    return {
        parse_name(str(key), option): parse_text(_label_text(labels[key], f"{option}.{key}"), f"{option}.{key}")
        for key in sorted(labels, key=str)
    }


def _label_text(value: object, option: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise bad_request(option, value, "is not a text, number or boolean.")


def parse_duration(text: str, option: str) -> int:
    """Read a time span in seconds: a number, or one with a unit such as 90s, 10m, 2h, 7d, 1w."""
    match = _DURATION.fullmatch(text.strip().lower())
    if not match:
        raise bad_request(option, text, "is not a time span, such as 90s, 10m, 2h, 7d or a number of seconds.")
    return int(match[1]) * _SECONDS[match[2]]


def parse_time(text: str, option: str) -> int:
    """Read a point in time (ISO 8601, without a zone UTC) as seconds since 1970; a date is its first second."""
    try:
        moment = datetime.datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text.strip()))
    except ValueError:
        raise bad_request(option, text, "is not a time, such as 2030-12-31T18:00:00Z.") from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    return int(zoned.timestamp())


def format_time(seconds: int) -> str:
    """Write a point in time in ISO 8601, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_whole_number(value: object) -> t.TypeGuard[int]:
    """Whether it is one for a reader too: for Python, true and false are numbers."""
    return isinstance(value, int) and not isinstance(value, bool)


def parse_number(value: int, option: str, low: int, high: int) -> int:
    if not low <= value <= high:
        raise bad_request(option, value, f"must be from {low} to {high}.")
    return value


def canonical_address(text: str, option: str) -> str:
    """Read an address and write it in its canonical form."""
    version, value = parse_address(text, option)
    return format_address(value, version)
