# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with anything in them, ledgers and such as are imported: read or refused, never half of it, never changed."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, import_file, store, subnet_info
from ansible_collections.netledger.ipam.tests.examples import some
from ansible_collections.netledger.ipam.tests.ledger import Result
from ansible_collections.netledger.ipam.tests.safety.copies import Copies
from ansible_collections.netledger.ipam.tests.safety.odd import INJECTIONS, NUMBER_TEXTS
from ansible_collections.netledger.ipam.tests.safety.sound import asked, check_ledger, check_message, check_result
from hypothesis import given
from hypothesis import strategies as st

Edit = t.Callable[[bytes], bytes]

# What a reader of YAML or JSON may do too much with.
BOMBS = {
    "aliases": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)),
    "alias of itself": "a: &a [*a]\n",
    "merge of itself": "a: &a\n  <<: *a\n",
    "an object": "!!python/object/apply:os.system ['touch made']\n",
    "a name": "x: !!python/name:os.system\n",
    "an unsafe text": "x: !unsafe '{{ 1 }}'\n",
    "lists in lists": "[" * 100_000,
    "dicts in dicts": '{"a":' * 100_000,
    "lists by indent": "- " * 100_000,
    "dicts by indent": "".join(" " * n + "a:\n" for n in range(500)),
    "questions": "? " * 50_000,
    "a long number": "a: " + "9" * 100_000 + "\n",
    "a long number in JSON": '{"a": ' + "9" * 100_000 + "}",
    "a number of base 60": "a: " + "1:" * 50_000 + "1\n",
    "a large exponent": '{"a": 1e999999999}',
    "a long key": "? " + "k" * 200_000 + "\n: 1\n",
    "many documents": "---\n" * 2_000,
    "directives": "%YAML 99999999999999999999.1\n---\na: 1\n",
    "many tags": "%TAG ! tag:x,2000:\n" * 1_000 + "--- a\n",
    "quotes": '"' + "\\u0000" * 10_000 + '"',
    "half a surrogate": '{"a": "\\ud800"}',
    "null bytes": "\0" * 1_000,
    "commas": "," * 100_000,
    "quoted lines": '"a\n' * 20_000,
    "line ends": "\r\x0b" * 10_000,
}  # fmt: skip

PIECES = [
    *(text.encode("utf-8", "surrogatepass") for text in (*INJECTIONS, *NUMBER_TEXTS)),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\0", b"\r", b"\t", b'"', b"'", b"\\", b"{", b"}", b"["),
    *(b"]", b":", b",", b"#", b"- ", b"? ", b"&a ", b"*a", b"!!int ", b"| ", b"> ", b"%", b"---\n", b"...\n", b"null"),
    *(b"-1", b"1.5", b"true", b"99999999999999999999", b"<<<<<<< HEAD\n", b"10.0.0.1", b"2001:db8::1", b"ffffffff"),
]


def lines_dropped(first: int, count: int) -> Edit:
    return lambda content: b"".join(_without(content.splitlines(keepends=True), first, count))


def _without(lines: list[bytes], first: int, count: int) -> list[bytes]:
    first %= len(lines) or 1
    return lines[:first] + lines[first + count :]


def lines_doubled(first: int, count: int) -> Edit:
    def edit(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        start = first % (len(lines) or 1)
        return b"".join(lines[: start + count] + lines[start:])

    return edit


def replaced(at: int, count: int, piece: bytes) -> Edit:
    def edit(content: bytes) -> bytes:
        start = at % (len(content) + 1)
        return content[:start] + piece + content[start + count :]

    return edit


def cut(at: int) -> Edit:
    return lambda content: content[: at % (len(content) + 1)]


AT = st.integers(0, 10_000)
EDITS = st.one_of(
    st.builds(replaced, AT, st.integers(0, 5), st.sampled_from(PIECES)),
    st.builds(replaced, AT, st.just(1), st.binary(min_size=1, max_size=1)),
    st.builds(lines_dropped, AT, st.integers(1, 3)),
    st.builds(lines_doubled, AT, st.integers(1, 3)),
    st.builds(cut, AT),
)


def edited(content: bytes, edits: t.Iterable[Edit]) -> bytes:
    for edit in edits:
        content = edit(content)
    return content


# Ledgers


def check_store(copies: Copies, name: str, content: bytes) -> Result:
    """Read it, check it and write into it; where the last was refused, it is as it was."""
    ledger = copies.again(name)
    ledger.path.write_bytes(content)
    for task, arguments in ((subnet_info.TASK, {"vrf": "*"}), (store.TASK, {"verify": True})):
        check_result(asked(ledger, task, arguments))
        assert ledger.path.read_bytes() == content
    result = asked(ledger, address.TASK, {"name": "new", "subnet": "lan"})
    check_result(result)
    if result.get("failed"):
        assert ledger.path.read_bytes() == content
    assert {path.name for path in copies.folder.iterdir()} <= {name, f"{name}.lock"}
    return result


@pytest.mark.parametrize("name", ["ipam.yml", "ipam.json"])
def test_a_ledger_file_that_somebody_edited(copies: Copies, name: str) -> None:
    @some(150)
    @given(st.lists(EDITS, min_size=1, max_size=3))
    def checked(edits: list[Edit]) -> None:
        check_store(copies, name, edited(copies.kept[name], edits))

    checked()


@pytest.mark.parametrize("history", [b"1description", b'"x": 1, "x": 1', b'"x"]', b"1.5", b'"x": 1.5'])
def test_an_error_before_a_history_that_is_wrong_too(copies: Copies, history: bytes) -> None:
    """The history is read on its own, and not before its turn comes."""
    content = copies.kept["ipam.json"].replace(b'"10.0.0.0/24"', b'"10.0.0.0/99"', 1)
    before, mark, after = content.partition(b'"history": [\n  {')
    result = check_store(copies, "ipam.json", before + mark + history + b", " + after)
    assert result["reason"] == "file_invalid"
    assert "line" in result


@pytest.mark.parametrize("name", ["ipam.yml", "ipam.json"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_as_a_ledger(copies: Copies, name: str, bomb: str) -> None:
    text = BOMBS[bomb].encode()
    kept = copies.kept[name]
    for content in (text, kept + text, kept.replace(b"10.0.0.1", text, 1), kept.replace(b"[", b"[" + text, 1)):
        result = check_store(copies, name, content)
        assert result["reason"] in ("not_a_ledger", "file_invalid"), result
    assert not Path("made").exists()


# Files to import

FILES = {
    "in.csv": (
        "name,cidr,gateway,dns_servers,domain,vlan_id,mtu,reserved,pools,hold_down,tags,labels,description\n"
        'new,10.1.0.0/24,10.1.0.1,"10.1.0.2, 10.1.0.3",example.com,12,1500,10.1.0.2-10.1.0.9,'
        '"[{""name"": ""p"", ""start"": ""10.1.0.10"", ""end"": ""10.1.0.20""}]",1h,"a, b",site=a,\'=1+1\n'
        "other,10.2.0.0/24,,,,,,,,,,,\n"
    ),
    "hosts.csv": (
        "address;name;interface;count;subnet;status;expires;mac;fqdn;tags;labels;description\n"
        "10.0.0.50;a;eth0;1;lan;active;2099-01-01T00:00:00Z;52:54:00:00:00:01;a.example.com;x;u=1;text\n"
        ";b;;2;lan;;;;;;;\n"
    ),
    "in.yml": (
        "---\nsubnets:\n"
        "  - name: new\n    cidr: 10.1.0.0/24\n    vlan_id: 12\n"
        "    pools:\n      - {name: p, start: 10.1.0.10, end: 10.1.0.20}\n    labels: {site: a}\n"
        'addresses:\n  - {name: a, address: 10.1.0.12, mac: "52:54:00:00:00:01", count: 1}\n'
        "  - name: b\n    subnet: lan\n    tags: [x, y]\n    description: |\n      two\n      lines\n"
    ),
    "in.json": (
        '{"subnets": [{"name": "new", "cidr": "10.1.0.0/24", "vlan_id": 12, "reserved": ["10.1.0.9"]}],\n'
        ' "addresses": [{"name": "a", "address": "10.1.0.12", "labels": {"u": 1}},\n'
        '  {"name": "b", "subnet": "lan", "expires": "2099-01-01"}]}\n'
    ),
}


def check_import(copies: Copies, name: str, content: bytes, *, partial: bool) -> Result:
    ledger = copies.again("ipam.yml")
    path = copies.folder / name
    path.write_bytes(content)
    kind = {"kind": "addresses" if name == "hosts.csv" else "subnets"} if name.endswith(".csv") else {}
    result = asked(ledger, import_file.TASK, {"path": str(path), "partial": partial, **kind})
    check_result(result)
    for row in result.get("failures", []):
        check_message(row["msg"])
    assert path.read_bytes() == content
    assert {one.name for one in copies.folder.iterdir()} <= {name, "ipam.yml", "ipam.yml.lock"}
    if result.get("failed"):
        assert ledger.content() == copies.kept["ipam.yml"]
    else:
        check_ledger(ledger)
    return result


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_in_order(copies: Copies, name: str) -> None:
    """Else nothing would be led astray."""
    assert check_import(copies, name, FILES[name].encode(), partial=False)["changed"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_to_import_that_somebody_edited(copies: Copies, name: str) -> None:
    @some(100)
    @given(st.lists(EDITS, min_size=1, max_size=3), st.booleans())
    def checked(edits: list[Edit], partial: bool) -> None:
        check_import(copies, name, edited(FILES[name].encode(), edits), partial=partial)

    checked()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_to_import(copies: Copies, name: str, bomb: str) -> None:
    text, file = BOMBS[bomb].encode(), FILES[name].encode()
    for content in (text, file + text, file.replace(b"10.1.0.0/24", text, 1), file.replace(b"12", text, 1)):
        check_import(copies, name, content, partial=False)
    assert not Path("made").exists()


@pytest.mark.parametrize("text", NUMBER_TEXTS)
def test_a_cell_with_a_number_that_never_ends(copies: Copies, text: str) -> None:
    content = FILES["in.csv"].replace(",12,", f",{text},").encode()
    assert check_import(copies, "in.csv", content, partial=False)["reason"] == "bad_request"
