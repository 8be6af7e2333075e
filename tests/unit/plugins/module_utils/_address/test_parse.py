# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address import parse
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.ranges import Range

TEN = 10 << 24
DOC = 0x20010DB8 << 96
MAPPED = 0xFFFF << 32  # RFC 4291, 2.5.5.2

ADDRESSES = [
    ("10.0.0.1", None, (4, TEN + 1)),
    ("0.0.0.1", None, (4, 1)),
    ("::1", None, (6, 1)),
    ("2001:db8::1", None, (6, DOC + 1)),
    ("2001:DB8::1", None, (6, DOC + 1)),
    ("2001:0DB8:0000:0000:0000:0000:0000:0001", None, (6, DOC + 1)),
    ("::ffff:10.0.0.1", None, (4, TEN + 1)),
    ("::FFFF:A00:1", None, (4, TEN + 1)),
    ("::ffff:10.0.0.1", 4, (4, TEN + 1)),
    ("::ffff:10.0.0.1", 6, (6, MAPPED + TEN + 1)),
    ("::10.0.0.1", None, (6, TEN + 1)),  # RFC 4291, 2.5.5.1: deprecated, but an IPv6 address
    ("10.0.0.1", 6, (4, TEN + 1)),
]

NO_ADDRESSES = [
    "",
    " ",
    "10",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.1.1",
    "010.0.0.1",
    "0x0a000001",
    "167772161",
    "10.0.0.1/24",
    "10.0.0.1 ",
    "2001:db8",
    "2001:db8::1::",
    "fe80::1%eth0",
    ":::",
    "web01",
    "10.0.0.1\n",
    "\N{FULLWIDTH DIGIT ONE}0.0.0.1",
]

NETWORKS = [
    ("10.0.0.0/24", (4, TEN, 24)),
    ("10.0.0.1/24", (4, TEN, 24)),
    ("10.0.0.1/255.255.255.0", (4, TEN, 24)),
    ("10.0.0.1/32", (4, TEN + 1, 32)),
    ("0.0.0.0/0", (4, 0, 0)),
    ("::/0", (6, 0, 0)),
    ("2001:DB8::5/64", (6, DOC, 64)),
    ("2001:db8::5/128", (6, DOC + 5, 128)),
    ("::ffff:10.0.0.1/120", (4, TEN, 24)),
    ("::ffff:0:0/96", (4, 0, 0)),
    ("::ffff:0:0/95", (6, 0xFFFE << 32, 95)),
]

NO_NETWORKS = [
    "",
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "/24",
    "::/129",
    "lan",
    "10.0.0.0/24/24",
    "a/b",
]

RANGES = [
    ("10.0.0.5", 4, (TEN + 5, TEN + 5)),
    ("10.0.0.5-10.0.0.9", 4, (TEN + 5, TEN + 9)),
    ("10.0.0.5 - 10.0.0.9", 4, (TEN + 5, TEN + 9)),
    ("10.0.0.5/30", 4, (TEN + 4, TEN + 7)),
    ("::ffff:10.0.0.5-10.0.0.9", 4, (TEN + 5, TEN + 9)),
    ("2001:DB8::5-2001:db8::f", 6, (DOC + 5, DOC + 15)),
    ("2001:db8::/126", 6, (DOC, DOC + 3)),
    ("::ffff:10.0.0.5", 6, (MAPPED + TEN + 5, MAPPED + TEN + 5)),
]

NO_RANGES = [
    ("10.0.0.9-10.0.0.5", 4, "ends before it starts"),
    ("10.0.0.5", 6, "not of IPv6"),
    ("::5", 4, "not of IPv4"),
    ("10.0.0.5-::9", 4, "not of IPv4"),
    ("::/126", 4, "not of IPv4"),
    ("10.0.0.5-9", 4, "not an IPv4 or IPv6 address"),
    ("10.0.0.5-", 4, "not an IPv4 or IPv6 address"),
    ("-", 4, "not an IPv4 or IPv6 address"),
]

# The spellings of IEEE, Linux, Windows and Cisco.
MACS = ["52:54:00:aB:cD:eF", "52-54-00-AB-CD-EF", "5254.00ab.cdef", "525400abcdef", "5254:00ab:cdef"]
NO_MACS = ["", "52:54:00:ab:cd", "52:54:00:ab:cd:ef:01", "52:54:00:ab:cd:eg", "0x525400abcdef", "52 54 00 ab cd ef"]

# RFC 1035 2.3.4: a label has at most 63 octets, a name 253 as text. RFC 1123 2.1: may start with a digit.
DOMAINS = [
    ("example.com", "example.com"),
    ("Example.COM.", "example.com"),
    ("lan", "lan"),
    ("3com.example", "3com.example"),
    ("_ldap._tcp.example", "_ldap._tcp.example"),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("a" * 63 + ".example", "a" * 63 + ".example"),
    (".".join(["a" * 61] * 4 + ["b" * 5]), ".".join(["a" * 61] * 4 + ["b" * 5])),  # 253
]
NO_DOMAINS = [
    "",
    ".",
    "a..b",
    "-a.example",
    "a-.example",
    "a b",
    "a" * 64,
    "b\u00fccher.example",
    ".".join(["a" * 61] * 4 + ["b" * 6]),
]

DURATIONS = [
    ("0", 0),
    ("90", 90),
    ("90s", 90),
    ("10m", 600),
    ("2h", 7200),
    ("2 H", 7200),
    ("7d", 604800),
    ("1w", 604800),
]
NO_DURATIONS = ["", "h", "-1", "1.5h", "1y", "1h30m", "\N{ARABIC-INDIC DIGIT ONE}", "9999999999"]

NAMES = ["web01", "web 01", "b\u00fccher", "\u5730\u5740", "a" * 190, "{{ 1 + 1 }}", "10.0.0.0/24"]
NO_NAMES = ["", " web", "web ", "we\nb", "we\tb", "a" * 191, "\x00", "we\x1bb"]

# Persian is written with a zero-width non-joiner, many emoji with a zero-width joiner.
TEXTS = [
    "",
    "two\nlines\r\n",
    "a\ttab",
    "{{ 1 + 1 }}",
    "{% raw %}",
    "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\U0001f469\u200d\U0001f4bb",
    "co\u00adoperate",
    "\ue000",
]
NO_TEXTS = ["\x00", "a\x1b[31m", "\x7f", "\ud800", "\x9b", "\x1c"]

LABELS = [
    ({}, {}),
    ({"rack": "r1"}, {"rack": "r1"}),
    (
        {"unit": 7, "weight": 1.5, "spare": True, "old": False},
        {"unit": "7", "weight": "1.5", "spare": "true", "old": "false"},
    ),
    ({1: "one"}, {"1": "one"}),
]
NO_LABELS: list[dict[t.Any, t.Any]] = [{"a": None}, {"a": []}, {"a": {}}, {"": "x"}, {"a": "\x00"}]


def refusal(function: t.Callable[..., t.Any], *arguments: t.Any) -> str:
    with pytest.raises(LedgerError) as caught:
        function(*arguments)
    assert caught.value.reason == "bad_request"
    assert caught.value.details["option"].partition(".")[0] == "opt"
    assert caught.value.message.startswith("opt")
    return caught.value.message


@pytest.mark.parametrize(("text", "version", "expected"), ADDRESSES)
def test_parse_address(text: str, version: int | None, expected: tuple[int, int]) -> None:
    assert parse.parse_address(text, "opt", version) == expected


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_no_address(text: str) -> None:
    refusal(parse.parse_address, text, "opt")


@pytest.mark.parametrize(("text", "expected"), NETWORKS)
def test_parse_network(text: str, expected: tuple[int, int, int]) -> None:
    assert parse.parse_network(text, "opt") == Network(*expected)


@pytest.mark.parametrize("text", NO_NETWORKS)
def test_no_network(text: str) -> None:
    refusal(parse.parse_network, text, "opt")


@pytest.mark.parametrize(("text", "version", "expected"), RANGES)
def test_parse_range(text: str, version: int, expected: tuple[int, int]) -> None:
    assert parse.parse_range(text, "opt", version) == Range(*expected)


@pytest.mark.parametrize(("text", "version", "rule"), NO_RANGES)
def test_no_range(text: str, version: int, rule: str) -> None:
    assert rule in refusal(parse.parse_range, text, "opt", version)


@pytest.mark.parametrize("text", MACS)
def test_every_spelling_of_a_mac_is_one_text(text: str) -> None:
    assert parse.parse_mac(text, "opt") == "52:54:00:ab:cd:ef"


@pytest.mark.parametrize("text", NO_MACS)
def test_no_mac(text: str) -> None:
    refusal(parse.parse_mac, text, "opt")


@pytest.mark.parametrize(("text", "expected"), DOMAINS)
def test_parse_domain(text: str, expected: str) -> None:
    assert parse.parse_domain(text, "opt") == expected


@pytest.mark.parametrize("text", NO_DOMAINS)
def test_no_domain(text: str) -> None:
    refusal(parse.parse_domain, text, "opt")


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_parse_duration(text: str, seconds: int) -> None:
    assert parse.parse_duration(text, "opt") == seconds


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_no_duration(text: str) -> None:
    refusal(parse.parse_duration, text, "opt")


@pytest.mark.parametrize("text", NAMES)
def test_parse_name(text: str) -> None:
    assert parse.parse_name(text, "opt") == text


@pytest.mark.parametrize("text", NO_NAMES)
def test_no_name(text: str) -> None:
    refusal(parse.parse_name, text, "opt")


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_went_in(text: str) -> None:
    assert parse.parse_text(text, "opt") == text


@pytest.mark.parametrize("text", NO_TEXTS)
def test_no_text(text: str) -> None:
    refusal(parse.parse_text, text, "opt")


@pytest.mark.parametrize(("labels", "expected"), LABELS)
def test_parse_labels(labels: dict[t.Any, t.Any], expected: dict[str, str]) -> None:
    assert parse.parse_labels(labels, "opt") == expected


@pytest.mark.parametrize("labels", NO_LABELS)
def test_no_labels(labels: dict[t.Any, t.Any]) -> None:
    refusal(parse.parse_labels, labels, "opt")


def test_tags_are_a_set() -> None:
    assert parse.parse_tags(["b", "a", "b"], "opt") == ("a", "b")
    refusal(parse.parse_tags, ["a", ""], "opt")


def test_numbers_have_bounds() -> None:
    assert parse.parse_number(68, "opt", 68, 70) == 68
    assert parse.parse_number(70, "opt", 68, 70) == 70
    assert "from 68 to 70" in refusal(parse.parse_number, 71, "opt", 68, 70)
    assert "from 68 to 70" in refusal(parse.parse_number, 67, "opt", 68, 70)


def test_one_canonical_spelling() -> None:
    assert parse.canonical_address("2001:0DB8:0::0001:0", "opt") == "2001:db8::1:0"
    assert parse.canonical_address("::ffff:10.0.0.1", "opt") == "10.0.0.1"


def test_a_long_wrong_value_does_not_flood_the_message() -> None:
    assert len(refusal(parse.parse_address, "x" * 5000, "opt")) < 200
