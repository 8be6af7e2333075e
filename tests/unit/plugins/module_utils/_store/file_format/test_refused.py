# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a hand or a merge may do to a ledger file: an error with the line, the value, the rule and what to do."""

from __future__ import annotations

import json
import typing as t

import pytest
import yaml
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import reading

BASE = """\
netledger.ipam: {"format": 1}
vrfs:
  "default":
    "10.0.0.0/24":
      subnet: {"name": "lan", "gateway": "10.0.0.1"}
      pools:
        "a": {"start": "10.0.0.10", "end": "10.0.0.19"}
        "b": {"start": "10.0.0.20", "end": "10.0.0.29"}
      addresses:
        "10.0.0.10": {"name": "web"}
        "10.0.0.11": {"name": "db", "interface": "eth0"}
      holds:
        "10.0.0.12": {"name": "old", "until": "2026-08-01T00:00:00Z"}
    "10.0.0.128/25":
      subnet: {"name": "kid"}
    "2001:db8::/64":
      subnet: {"name": "six"}
      addresses:
        "2001:db8::5": {"name": "v6"}
history:
  - {"at": "2026-07-01T00:00:00Z", "actor": "a@b", "subnet": "lan", "name": "web", "address": "10.0.0.10", "new": {}}
  - {"at": "2026-07-02T00:00:00Z", "actor": "a@b", "subnet": "lan", "name": "db", "address": "10.0.0.11", "new": {}}
"""
WEB = '        "10.0.0.10": {"name": "web"}\n'
SIX = '        "2001:db8::5": {"name": "v6"}\n'


class Case(t.NamedTuple):
    """``old`` of the file becomes ``new``; the line of the error is the last that has ``at`` in it."""

    old: str
    new: str
    at: str
    words: t.Sequence[str]


def after_web(line: str, *words: str) -> Case:
    return Case(WEB, f"{WEB}        {line}\n", line, words)


def in_web(fields: str, *words: str) -> Case:
    return Case('{"name": "web"}', fields, f'"10.0.0.10": {fields}', words)


def in_lan(fields: str, *words: str) -> Case:
    return Case('"gateway": "10.0.0.1"', fields, fields, words)


BY_HAND_ONLY = {
    "an address twice": after_web(
        '"10.0.0.10": {"name": "other"}', "'10.0.0.10' stands here a second time, after line 10"
    ),
    "a subnet twice": Case(
        "history:",
        '    "10.0.0.0/24":\n      subnet: {"name": "x"}\nhistory:',
        '"10.0.0.0/24":',
        [
            "'10.0.0.0/24' stands here a second time, after line 4",
        ],
    ),
    "a VRF twice": Case("history:", '  "default": {}\nhistory:', '"default"', ["'default' stands here a second time"]),
    "a field twice": in_web('{"name": "web", "name": "db2"}', "'name' stands here a second time", "> 10.0.0.10"),
    "a key that YAML takes for an integer": Case(
        SIX, SIX + '        1:2:3:4:5:6:7:8: {"name": "x"}\n', "1:2:3", ["'1:2:3:4:5:6:7:8' without quotes is a number"]
    ),
    "a time": in_web("{name: web, expires: 2026-08-01T00:00:00Z}", "is a date or time to YAML. Put it in quotes."),
    "a date": in_web("{name: 2026-08-01}", "'2026-08-01' without quotes is a date or time"),
    "a name of sixties": in_web("{name: 12:34:56}", "'12:34:56' without quotes is a number"),
    "a name with a point": in_web("{name: 1.10}", "'1.10' without quotes is a number to YAML"),
    "a name that is no": in_web("{name: no}", "'no' without quotes is a boolean to YAML. Put it in quotes."),
    "a key that is no": Case("history:", "  no: {}\nhistory:", "  no:", ["'no' without quotes is a boolean"]),
    "an octal number": in_web("{name: 010}", "'010' without quotes is a number to YAML"),
    "a merge key": in_web("{<<: {a: b}, name: web}", "'<<' without quotes is a merge of mappings"),
    "a mark of a merge": Case(
        WEB, f"<<<<<<< HEAD\n{WEB}", "<<<<<<<", ["'<<<<<<<' is a mark of a merge conflict", "remove"]
    ),
    "a middle mark": Case(WEB, f"{WEB}=======\n", "=======", ["'=======' is a mark of a merge conflict"]),
    "a mark in the history": Case("history:\n", "history:\n<<<<<<< HEAD\n", "<<<<<<<", ["'<<<<<<<' is a mark"]),
    "an end mark at the end": Case(
        '"db", "address": "10.0.0.11", "new": {}}\n', '"db"}\n>>>>>>> b\n', ">>>>>>>", ["mark"]
    ),
    "an anchor": in_web('&x {"name": "web"}', "'x' is an anchor or alias. Write the value out."),
    "an alias": in_web("*x", "anchor or alias"),
    "a tag": in_web("!!python/object/apply:os.system {name: web}", "is a tag", "plain values only"),
    "a tag of a text": in_web("{name: !!str 5}", "'tag:yaml.org,2002:str' is a tag"),
    "a tab": Case('        "10.0.0.11"', '\t"10.0.0.11"', "\t", ["This is not YAML", "tab; YAML indents with spaces"]),
    "an indent": Case('        "10.0.0.11"', '         "10.0.0.11"', '"10.0.0.11": {', ["This is not YAML"]),
    "an open bracket": Case('{"name": "web"}', '{"name": "web"', '"10.0.0.11": {', ["This is not YAML"]),
    "a second document": Case("history:", "---\nhistory:", "---", ["A second document begins here"]),
    "a control character": in_web('{"name": "w\x07eb"}', "U+0007 is no text"),
    "too deep": in_web("[" * 40 + "a" + "]" * 40, "More than 12 mappings and lists"),
    "a list as a key": in_web("{[a]: b}", "A list or mapping stands where a key belongs."),
}
CASES = {
    **BY_HAND_ONLY,
    "a number as a name": in_web('{"name": 42}', "42, a number, stands where a text belongs: put it in quotes."),
    "a boolean as a name": in_web('{"name": true}', "true, a boolean, stands where a text belongs: put it in quotes."),
    "nothing as a name": in_web('{"name": null}', "nothing stands where a text belongs."),
    "no name": in_web("{}", "> 10.0.0.10: name is missing"),
    "a text as a record": in_web('"web"', "'web' stands where a mapping with name, interface, ordinal"),
    "an unknown key": in_web('{"name": "web", "nmae": "x"}', "'nmae' is no key of this record. It has name, interface"),
    "an unknown part": Case("      holds:", "      leases:", "leases", ["'leases' is no part of a subnet", "holds"]),
    "an unknown section": Case("history:", "extra: {}\nhistory:", "extra", ["'extra' is no part of a ledger", "vrfs"]),
    "no subnet record": Case('      subnet: {"name": "kid"}', "      pools: {}", '"10.0.0.128/25"', ["record subnet"]),
    "outside": after_web('"10.0.1.5": {"name": "x"}', "'10.0.1.5' does not lie in 10.0.0.0/24", "Move it"),
    "in a child": after_web('"10.0.0.129": {"name": "x"}', "'10.0.0.129' lies in a smaller subnet"),
    "of the other version": after_web('"2001:db8::6": {"name": "x"}', "'2001:db8::6' is not an IPv4 address"),
    "no address": after_web('"10.0.0.300": {"name": "x"}', "'10.0.0.300' is not an IPv4 address", "10.0.0.0/24"),
    "an octal address": after_web('"10.0.0.010": {"name": "x"}', "'10.0.0.010' is not an IPv4 address"),
    "two spellings": Case(SIX, SIX + '        "2001:DB8::0005": {"name": "x"}\n', "DB8", ["second time, after addr"]),
    "held and on hold": after_web('"10.0.0.12": {"name": "x"}', "'10.0.0.12' stands here a second time")._replace(
        at='"10.0.0.12"'
    ),
    "a holder twice": after_web('"10.0.0.13": {"name": "web"}', "'web' holds 10.0.0.10 with the same interface and"),
    "a holder with an interface twice": Case(
        WEB, f'        "10.0.0.13": {{"name": "db", "interface": "eth0"}}\n{WEB}', '"10.0.0.11": {', ["'db' holds 10"]
    ),
    "overlapping pools": Case('"10.0.0.20"', '"10.0.0.19"', '"b"', ["'b' and 'a' have addresses in common"]),
    "a pool outside": Case('"10.0.0.29"', '"10.0.1.29"', '"b"', ["'b' does not lie in 10.0.0.0/24"]),
    "a pool backwards": Case('"10.0.0.29"', '"10.0.0.2"', '"b"', ["'b' ends before it starts"]),
    "a pool without an end": Case(', "end": "10.0.0.29"', "", '"b"', ["'b' lacks its start or its end"]),
    "a pool of another version": Case('"10.0.0.29"', '"::1"', '"b"', ["> b > end: '::1' is not of IPv4"]),
    "the same network twice": Case(
        '"2001:db8::/64"', '"10.0.0.0/255.255.255.0"', "255.255", ["is the same network as"]
    ),
    "a name twice": Case('"kid"', '"lan"', 'subnet: {"name": "lan"}', ["'lan' is the name of 10.0.0.0/24 already"]),
    "host bits": Case('"10.0.0.128/25"', '"10.0.0.130/25"', ".130", ["is an address in 10.0.0.128/25. Write"]),
    "no network": Case('"10.0.0.128/25"', '"10.0.0.128"', '.128"', ["'10.0.0.128' is not a network in CIDR form"]),
    "an odd length": Case('"10.0.0.128/25"', '"10.0.0.128/2_5"', "2_5", ["is not a network in CIDR form"]),
    "a gateway that is none": in_lan('"gateway": "10.0.0"', "> gateway: '10.0.0' is not an IPv4 or IPv6 address"),
    "a reserved range outside": in_lan('"reserved": ["10.0.0.5", "10.0.1.5"]', "'10.0.1.5' does not lie in 10.0.0"),
    "a strategy": in_lan('"strategy": "best"', "'best' is not one of lowest, highest, random, rotate"),
    "a VLAN": in_lan('"vlan_id": 5000', "> vlan_id: 5000 must be from 1 to 4094"),
    "a VLAN in quotes": in_lan('"vlan_id": "5"', "'5' stands where a whole number belongs"),
    "a boolean VLAN": in_lan('"vlan_id": true', "true, a boolean, stands where a whole number belongs"),
    "a huge quota": in_lan('"quota": 9223372036854775808', "must be from 1 to 9223372036854775807"),
    "tags as a text": in_lan('"tags": "a"', "'a' stands where a list of texts belongs"),
    "a number as a tag": in_lan('"tags": [5]', "5, a number, stands where a text belongs: put it in quotes"),
    "labels that are a list": in_lan('"labels": ["a"]', "a list stands where a mapping of texts belongs"),
    "a number as a label": in_lan('"labels": {"a": 1}', "1, a number, stands where a text belongs"),
    "a MAC": in_web('{"name": "web", "mac": "zz"}', "> mac: 'zz' is not a MAC address"),
    "a status": in_web('{"name": "web", "status": "up"}', "'up' is not one of active, reserved"),
    "an end": in_web('{"name": "web", "expires": "soon"}', "> expires: 'soon' is not a time"),
    "an early end": in_web('{"name": "web", "expires": "1969-12-31"}', "lies before 1970"),
    "an ordinal": in_web('{"name": "web", "ordinal": -1}', "-1 must be from 0 to"),
    "a hold without end": Case(', "until": "2026-08-01T00:00:00Z"', "", '"10.0.0.12"', ["until is missing"]),
    "a name of spaces": in_web('{"name": " "}', "' ' is not a name: it must be printable text"),
    "no subnets": Case('"2001:db8::/64"', '"2001:db8::/64": 5\n    "2001:db8:1::/64"', ": 5", ["a mapping belongs"]),
    "no format": Case('{"format": 1}', "{}", "netledger.ipam", ["format is missing"]),
    "an entry without a time": Case('"at": "2026-07-02T00:00:00Z", ', "", '"10.0.0.11", "new"', ["> 2: at is missing"]),
}  # fmt: skip
# Of these only the shape of one address in another spelling is read by hand; the same values in JSON are as wrong.
JSON_CASES = {name: case for name, case in CASES.items() if name not in BY_HAND_ONLY and name != "an indent"}


def edited(case: Case) -> tuple[str, int]:
    assert BASE.count(case.old) == 1 or case.old.startswith(('        "10.0.0.1', '"10.0.0.')), case.old
    text = BASE.replace(case.old, case.new, 1)
    (*_others, line) = (number for number, line in enumerate(text.splitlines(), 1) if case.at in line)
    return text, line


def refused(text: str, *, as_json: bool = False) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        reading.contents(text.encode(), as_json=as_json, place="ipam.yml")
    return caught.value


def test_the_base_is_right() -> None:
    found = reading.contents(BASE.encode(), as_json=False, place="ipam.yml")
    assert len(found.rows.subnets) == 3
    assert found.unread is not None


@pytest.mark.parametrize("name", CASES)
def test_refused_with_its_line(name: str) -> None:
    text, line = edited(CASES[name])
    error = refused(text)
    assert error.reason == "file_invalid", error.message
    for words in CASES[name].words:
        assert words in error.message
    assert error.details == {"store": "ipam.yml", "line": line}, error.message
    assert f"The ledger file ipam.yml cannot be read. Line {line}" in error.message


@pytest.mark.parametrize("name", BY_HAND_ONLY)
def test_refused_by_both_parsers_of_yaml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is not there, Python's own parser tells the same."""
    text, line = edited(CASES[name])
    first = refused(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    second = refused(text)
    assert (second.reason, second.details) == (first.reason, {"store": "ipam.yml", "line": line})


@pytest.mark.parametrize("name", JSON_CASES)
def test_refused_in_json_with_its_line(name: str) -> None:
    text, _line = edited(CASES[name])
    data = yaml.safe_load(text.replace("history:", "history:", 1))
    compact = json.dumps(data, indent=1)
    error = refused(compact, as_json=True)
    assert error.reason == "file_invalid", error.message
    for words in CASES[name].words:
        assert words in error.message
    assert 1 < error.details["line"] < len(compact.splitlines())


JSON_BASE = """\
{
"netledger.ipam": {"format": 1},
"vrfs": {
  "default": {
    "10.0.0.0/24": {
      "subnet": {"name": "lan"},
      "addresses": {
        "10.0.0.10": {"name": "web"}
      }
    }
  }
}
}
"""
ONLY_JSON = {
    "an address twice": (
        '{"name": "web"}',
        '{"name": "web"},\n"10.0.0.10": {"name": "x"}',
        9,
        "second time, after line 8",
    ),
    "a comma too much": ('{"name": "web"}', '{"name": "web"},', 9, "This is not JSON"),
    "a comma too few": ('"subnet": {"name": "lan"},', '"subnet": {"name": "lan"}', 7, "This is not JSON"),
    "a mark of a merge": ('      "subnet"', '<<<<<<< HEAD\n      "subnet"', 6, "'<<<<<<<' is a mark of a merge"),
    "a float": ('{"name": "web"}', '{"name": "web", "ordinal": 1.0}', 8, "'1.0' is no whole number"),
    "not a number": ('{"name": "web"}', '{"name": "web", "ordinal": NaN}', 8, "'NaN' is no whole number"),
    "an exponent": ('{"name": "web"}', '{"name": "web", "ordinal": 1e3}', 8, "'1e3' is no whole number"),
    "too deep": ('{"name": "web"}', "[" * 100000 + "]" * 100000, 8, "More than 12 mappings and lists"),
    "a huge number": ('{"name": "web"}', '{"name": "web", "ordinal": 1' + "0" * 40 + "}", 8, "must be from 0 to"),
    "a list twice deep": ('"subnet": {"name": "lan"}', '"subnet": {"name": "lan",\n"tags": ["a",\n5]}', 7, "> tags"),
}


@pytest.mark.parametrize("name", ONLY_JSON)
def test_what_only_json_can_have(name: str) -> None:
    old, new, line, words = ONLY_JSON[name]
    error = refused(JSON_BASE.replace(old, new), as_json=True)
    assert error.reason == "file_invalid"
    assert words in error.message
    assert error.details["line"] == line, error.message


def test_json_in_any_layout() -> None:
    expected = reading.contents(JSON_BASE.encode(), as_json=True, place="")
    for text in (json.dumps(json.loads(JSON_BASE)), json.dumps(json.loads(JSON_BASE), indent="\t") + "\n\n"):
        assert reading.contents(text.encode(), as_json=True, place="").rows == expected.rows


# As people write it


HAND_WRITTEN = """\
# Our addresses
---
history: []
vrfs:
  default:
    10.0.0.128/25: {subnet: {name: kid}}
    10.0.0.0/24:
      holds:
        10.0.0.12:
          name: old
          until: "2026-08-01T02:00:00+02:00"
      addresses:
        10.0.0.11: {interface: eth0, name: "db"}   # the database
        10.0.0.10:
          name: |-
            web
      subnet:
        name: lan
        gateway: 10.0.0.1

      pools:
        b: {start: 10.0.0.20, end: 10.0.0.29}
        a: {start: 10.0.0.10, end: 10.0.0.19}
    2001:0DB8::/64:
      subnet: {name: six}
      addresses: {"2001:DB8:0::5": {name: v6}}
netledger.ipam:
  format: 1
"""


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_another_layout_means_the_same(loader: str, end: str, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loader == "SafeLoader":
        monkeypatch.delattr(yaml, "CSafeLoader")
    text = start + HAND_WRITTEN.replace("\n", end)
    found = reading.contents(text.encode(), as_json=False, place="")
    expected = reading.contents(BASE.encode(), as_json=False, place="")
    assert {**found.rows._asdict(), "pools": set(found.rows.pools)} == {
        **expected.rows._asdict(),
        "pools": set(expected.rows.pools),
    }


def test_values_come_into_their_usual_form() -> None:
    text = BASE.replace('{"name": "web"}', '{"name": "web", "mac": "5254.0012.3456", "tags": ["b", "a", "b"], '
                        '"fqdn": "WEB.Example.com.", "expires": "2026-08-01"}')  # fmt: skip
    found = reading.contents(text.encode(), as_json=False, place="")
    # 2026-08-01 is 20,666 days after 1970-01-01.
    assert found.rows.addresses[0][7:11] == (20666 * 86400, "52:54:00:12:34:56", "web.example.com", '["a", "b"]')


def test_pools_follow_the_gateway_where_none_are_named() -> None:
    text = BASE.replace('      subnet: {"name": "kid"}', '      subnet: {"name": "kid", "gateway": "10.0.0.130"}')
    found = reading.contents(text.encode(), as_json=False, place="")
    assert [row[1:4] for row in found.rows.pools if row[0] == 2] == [
        ("default", "0a000081", "0a000081"),
        ("default-2", "0a000083", "0a0000fe"),
    ]


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        ('{"defualt": {"rotated": "10.0.0.130"}}', "'defualt' has neither start nor end", ),
        ('{"default": {}, "x": {"start": "10.0.0.130", "end": "10.0.0.130"}}', "'default' lacks its start or its end"),
    ],
)  # fmt: skip
def test_pools_without_bounds_are_those_of_the_subnet(pools: str, words: str) -> None:
    text = BASE.replace('      subnet: {"name": "kid"}', f'      subnet: {{"name": "kid"}}\n      pools: {pools}')
    assert words in refused(text).message


# What is no ledger, or none of this release


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "- a\n", "a: b\n", "5\n", "{}", "x: [", "\t\n", "[1, 2"])
@pytest.mark.parametrize("as_json", [False, True])
def test_something_else(text: str, as_json: bool) -> None:
    error = refused(text, as_json=as_json)
    assert error.reason == "not_a_ledger"
    assert "ipam.yml" in error.message


@pytest.mark.parametrize("text", [
    BASE.replace('"format": 1', '"format": 2'),
    'netledger.ipam: {"format": 99, "new": [1.5]}\nother: {}\n'.replace("1.5", "1"),
    "netledger.ipam:\n  format: 3\nvrfs: 5\n",
])  # fmt: skip
def test_a_newer_format(text: str) -> None:
    error = refused(text)
    assert error.reason == "store_schema"
    assert "formats up to 1" in error.message
    assert error.reason == refused(json.dumps(yaml.safe_load(text)), as_json=True).reason


@pytest.mark.parametrize("as_json", [False, True])
def test_another_encoding(as_json: bool) -> None:
    content = BASE.replace("web", "Küche").encode("latin-1")
    with pytest.raises(LedgerError) as caught:
        reading.contents(content, as_json=as_json, place="ipam.yml")
    assert caught.value.details["line"] == 10
    assert "is not UTF-8" in caught.value.message


def test_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file as the collection writes it needs no PyYAML, and an error in it has its line all the same."""
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    reading.contents(BASE.encode(), as_json=False, place="")
    assert refused(BASE.replace('{"name": "web"}', '{"name": 5}')).details["line"] == 10
    error = refused(HAND_WRITTEN)
    assert error.reason == "library_missing"
    assert error.details == {"library": "PyYAML"}
    assert "-m pip install PyYAML" in error.message


def test_no_code_is_run(tmp_path: t.Any) -> None:
    mark = tmp_path / "mark"
    refused(BASE.replace('{"name": "web"}', f"!!python/object/apply:os.mkdir ['{mark}']"))
    assert not mark.exists()
