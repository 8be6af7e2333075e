# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written is read again, all of it, in both languages and by both readers."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import typing as t
from pathlib import Path
from unittest import mock

import pytest
import yaml
from ansible_collections.netledger.ipam.plugins.module_utils._address.cidr import Network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import pools as pool_rules
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import (
    by_hand,
    fields,
    json_text,
    lines,
    memory,
    pools,
    reading,
    writing,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import (
    Document,
    Unread,
    escaped,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.records import Subnet
from ansible_collections.netledger.ipam.plugins.module_utils._store.tables import whole
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.unit.plugins.module_utils._store.file_format.filed import (
    Filed,
    tables,
    tables_in,
)
from hypothesis import given
from hypothesis import strategies as st

ODD_TEXT = 'a "b" \\ : # - {x}\n\ttab \u2028 \ufeff \U0001f600 Küche \ufffe'
SUBNETS: list[dict[str, t.Any]] = [
    {"name": "lan", "cidr": "10.0.0.0/16", "gateway": "10.0.0.1", "hold_down": "1h", "strategy": "rotate"},
    {"name": "kid", "parent": ["lan"], "prefix_length": 24, "min_prefix_length": 26, "max_prefix_length": 30},
    {"name": "grandkid", "parent": ["kid"], "prefix_length": 28, "gateway": "last", "tags": ["b", "a"]},
    {"name": "named", "cidr": "10.0.9.0/24", "pools": [
        {"start": "10.0.9.10", "end": "10.0.9.19", "name": "p", "strategy": "highest"},
        {"start": "10.0.9.20", "end": "10.0.9.29", "hold_down": "2d", "warn_below": 4},
    ]},
    {"name": "none", "cidr": "10.0.10.0/24", "pools": []},
    {"name": "like generated", "cidr": "10.0.11.0/30", "gateway": "10.1.0.1", "quota": 7},
    {"name": "lan", "cidr": "0.0.0.0/0", "vrf": "blue", "domain": "example.com", "vlan_id": 7, "mtu": 9000},
    {"name": "all", "cidr": "::/0", "vrf": "blue", "dns_servers": ["10.0.0.3", "2001:db8::3"]},
    {"name": "six", "cidr": "2001:db8::/64", "reserved": ["2001:db8::5", "2001:db8::10-2001:db8::1f"],
     "labels": {"k": "v", "ü": "1:2:3"}, "default_prefix_length": 80},
    {"name": "no", "cidr": "192.0.2.0/31", "vrf": "12:30"},
    {"name": "host", "cidr": "192.0.2.5/32", "vrf": "12:30", "description": "1.10"},
]  # fmt: skip
ADDRESSES: list[dict[str, t.Any]] = [
    {"name": "web", "subnet": "lan"},
    {"names": ["a", "b", "gone"], "subnet": "lan"},
    {"name": "web", "subnet": "lan", "interface": "eth1", "mac": "525400123456", "fqdn": "Web.example.com"},
    {"name": "many", "subnet": "named", "count": 3, "tags": ["z", "y"], "labels": {"n": "1"}},
    {"name": "lease", "subnet": "kid", "lease": "1h", "status": "dhcp"},
    {"name": "ever", "subnet": "kid", "expires": "9999-12-31T23:59:59Z"},
    {"name": "true", "subnet": "six", "address": "2001:db8::ffff:0:1"},
    {"name": "six", "subnet": "all", "address": "::1", "vrf": "blue"},
    {"name": "four", "subnet": "lan", "address": "0.0.0.1", "vrf": "blue"},
    {"name": "gone", "state": "absent"},
]


def fill(ledger: Filed | Ledger) -> None:
    """Put something of everything into a ledger, one task after the other and each at a time of its own."""
    steps = [
        *((ledger.subnet, wish) for wish in SUBNETS),
        *((ledger.address, wish) for wish in ADDRESSES),
        (ledger.pool, {"subnet": "lan", "name": "default", "hold_down": "30"}),
        (ledger.address, {"name": "noted", "subnet": "kid", "description": ODD_TEXT}),
    ]
    for now, (task, wish) in enumerate(steps, 1_000_000):
        with mock.patch.object(clock, "now", return_value=now):
            task(**wish)


@pytest.fixture(scope="module", params=["ipam.yml", "ipam.YAML", "ipam.json"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    filed = Filed(tmp_path_factory.mktemp("built") / request.param)
    fill(filed)
    return filed.path


@pytest.fixture
def full(built: Path, tmp_path: Path) -> Filed:
    """A file with something of everything."""
    return Filed(Path(shutil.copy(built, tmp_path)))


def read(filed: Filed) -> Document:
    return json_text.read(filed.text()) if filed.path.suffix == ".json" else lines.read(filed.text())


def test_all_tables_survive(full: Filed) -> None:
    """Each task read the file that the one before it wrote."""
    found = full.tables()
    assert [len(found[table]) for table in ("vrf", "subnet", "hold")] == [3, 11, 1]
    assert {row["ordinal"] for row in found["address"]} == {0, 1, 2}
    assert any(row["rotated"] for row in found["pool"])
    assert len({row["pools_generated"] for row in found["subnet"]}) == 2


def test_the_same_tasks_leave_the_same_in_sqlite(full: Filed, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other.db")
    fill(other)
    connection = sqlite3.connect(other.path)
    expected = tables(connection)
    connection.close()
    assert full.tables() == expected


def test_written_again_it_is_the_same_text(full: Filed) -> None:
    """A reader that sorts or fills in differently would show here, and make every change a large diff."""
    content, as_json = full.path.read_bytes(), full.path.suffix == ".json"
    ledger = memory.read(content, as_json=as_json, place="the test")
    assert ledger.written() == content
    ledger.execute("SELECT * FROM history")
    assert ledger.written() == content
    assert writing.write(ledger, as_json=as_json).encode() == content  # every entry of the history written anew
    ledger.close()


def test_a_task_changes_its_own_lines(full: Filed) -> None:
    before = full.text().replace(",\n", "\n").splitlines()
    full.address(name="one more", subnet="named")
    after = full.text().replace(",\n", "\n").splitlines()
    assert [line for line in before if line not in after] == []
    held, noted = (line for line in after if line not in before)
    assert held == '        "10.0.9.16": {"name": "one more"}'
    assert noted.endswith('"subnet": "named", "name": "one more", "address": "10.0.9.16", "new": {}}')


def test_both_readers_agree(full: Filed) -> None:
    text = full.text()
    fast = read(full)
    assert fast.unread is not None
    slow = (json_text.read_slowly if full.path.suffix == ".json" else by_hand.read)(text)
    assert {**fast.data, "history": fast.unread.entries()} == slow.data
    assert slow.unread is None


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_yaml_has_the_same_idea_of_it(full: Filed, loader: str) -> None:
    """Whatever other programs read the file with: every value is what it is here."""
    fast = read(full)
    assert fast.unread is not None
    found = yaml.load(full.text(), Loader=getattr(yaml, loader))
    assert found == {**fast.data, "history": fast.unread.entries()}


def test_json_has_the_same_idea_of_it(full: Filed) -> None:
    if full.path.suffix == ".json":
        fast = read(full)
        assert fast.unread is not None
        assert json.loads(full.text()) == {**fast.data, "history": fast.unread.entries()}


def test_both_readers_find_the_same_lines(full: Filed) -> None:
    fast = read(full)
    slow = (json_text.read_slowly if full.path.suffix == ".json" else by_hand.read)(full.text())
    written = full.text().splitlines()
    some = fast.lines()
    assert len(some) > 40
    for path, line in some.items():
        assert slow.line_of(path) == line
        if path[0] != "history" and not isinstance(path[-1], int):
            assert str(path[-1]) in written[line - 1]
    last = ("history", len(slow.data["history"]) - 1)
    assert fast.line_of((*last, "at")) == slow.line_of(last)
    assert '"noted"' in written[(fast.line_of(last) or 0) - 1]


def test_one_record_a_line(full: Filed) -> None:
    """Every address, hold, pool, subnet and entry stands on a line of its own."""
    found, text = full.tables(), full.text().splitlines()
    assert sum('"name": ' in line and line.startswith(" " * 8) for line in text) == len(found["address"]) + len(
        found["hold"]
    )
    assert sum('"actor": "tester"' in line for line in text) == len(found["history"])
    assert len(text) < sum(map(len, found.values())) + 60


def test_sorted_by_number_not_by_text(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "ipam.yml")
    for cidr in ("10.0.10.0/24", "10.0.9.0/24", "2001:db8::/64", "10.0.0.0/16"):
        filed.subnet(name=cidr, cidr=cidr)
    for last in (100, 20, 3):
        filed.address(name=f"h{last}", subnet="10.0.9.0/24", address=f"10.0.9.{last}")
    keys = [line.strip().split('"')[1] for line in filed.text().splitlines() if line.startswith('    "')]
    assert keys == ["10.0.0.0/16", "10.0.9.0/24", "10.0.10.0/24", "2001:db8::/64"]
    held = [line.strip().split('"')[1] for line in filed.text().splitlines() if line.startswith('        "')]
    assert held == ["10.0.9.3", "10.0.9.20", "10.0.9.100"]


def test_what_is_as_always_is_not_written(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "ipam.yml")
    assert filed.text().splitlines()[1:] == ['netledger.ipam: {"format": 1}']
    filed.subnet(name="lan", cidr="10.0.0.0/24")
    filed.address(name="web", subnet="lan")
    assert filed.text().splitlines()[1:-2] == [
        'netledger.ipam: {"format": 1}',
        "vrfs:",
        '  "default":',
        '    "10.0.0.0/24":',
        '      subnet: {"name": "lan"}',
        "      addresses:",
        '        "10.0.0.1": {"name": "web"}',
        "history:",
    ]


@pytest.mark.parametrize("name", ["ipam.yml", "ipam.json"])
def test_a_vrf_without_subnets_and_the_retention_stay(tmp_path: Path, name: str) -> None:
    filed = Filed(tmp_path / name)
    store = filed.open()

    def work(tx: Transaction) -> None:
        tx.execute("INSERT INTO vrf (name, rev) VALUES ('empty', 3)")
        tx.execute("UPDATE meta SET history_retention = 86400")

    store.run(work, Access.WRITE)
    store.close()
    assert [row["name"] for row in filed.tables()["vrf"]] == ["empty"]
    assert filed.tables()["meta"][0]["history_retention"] == 86400


def test_a_time_after_the_year_9999_is_a_number(tmp_path: Path) -> None:
    filed = Filed(tmp_path / "ipam.yml")
    filed.subnet(name="lan", cidr="10.0.0.0/24", hold_down="999999999w")
    filed.address(name="web", subnet="lan")
    filed.address(name="web", state="absent")
    ((until,),) = filed.rows("SELECT until FROM hold")
    assert f'"until": {until}' in filed.text()
    assert until > 253402300799


# What stands in another place as well


@pytest.mark.parametrize("gateway", [None, 1, 5, 254, 255])
@pytest.mark.parametrize("length", [24, 30, 31, 32])
def test_generated_pools_are_those_of_the_rules(length: int, gateway: int | None) -> None:
    network = Network(4, 10 << 24, length)
    value = None if gateway is None else network.first + gateway
    subnet = Subnet(1, 1, "default", 0, "lan", network, value)
    expected = {
        one.name: (subnet.key(one.span.first), subnet.key(one.span.last)) for one in pool_rules.generated(subnet)
    }
    assert pools.generated(network, value) == expected


def test_columns_of_records_are_those_of_the_tables() -> None:
    assert fields.SUBNET.keys == whole.SUBNET[9:]
    assert fields.ADDRESS.keys == whole.ADDRESS[3:]
    assert fields.HOLD.keys == whole.HOLD[2:]
    assert fields.POOL.keys[2:] == whole.POOL[4:]


# Any text


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(name=TEXTS, key=TEXTS)
def test_any_text_comes_back(name: str, key: str) -> None:
    """Whatever a rule may allow one day: writing, both readers and YAML itself know no text that they would change."""
    record = fields.write_json({key: name})
    text = 'netledger.ipam: {"format": 1}\nvrfs:\n  "default":\n    ' + f"{fields.quoted(key)}: {record}\n"
    text = escaped(text)
    expected = {"netledger.ipam": {"format": 1}, "vrfs": {"default": {key: {key: name}}}}
    assert lines.read(text).data == by_hand.read(text).data == yaml.safe_load(text) == expected


@given(st.one_of(st.integers(0, (1 << 128) - 1), st.integers(0, (1 << 48) - 1)))
def test_addresses_are_written_as_results_have_them(value: int) -> None:
    text = socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))
    assert fields.write_key(f"{value:032x}") == f'"{text}"'


def test_reading_nothing_but_tables_needs_no_history(full: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history of years costs a task nothing that does not ask for it."""
    calls: list[Unread] = []
    original = reading.rest_of_history

    def noted(content: bytes, unread: Unread, **options: t.Any) -> t.Any:
        calls.append(unread)
        return original(content, unread, **options)

    monkeypatch.setattr(reading, "rest_of_history", noted)
    full.address(name="web2", subnet="lan")
    assert calls == []
    assert len(full.rows("SELECT id FROM history")) == len(full.tables()["history"]) > 10
    assert calls != []


def test_tables_tells_ledgers_apart(full: Filed) -> None:
    before = full.tables()
    as_json = full.path.suffix == ".json"
    assert tables_in(full.path.read_bytes().replace(b'"name": "web"', b'"name": "wib"'), as_json=as_json) != before
