# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What attacks are made of, in every field: refused with a reason, or the same text wherever it comes out again."""

from __future__ import annotations

import ipaddress
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.transfer import fingerprint
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import (
    address,
    export_file,
    history_info,
    import_file,
    pool,
    store,
    subnet,
)
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Task
from ansible_collections.netledger.ipam.tests.ledger import Ledger, Result, succeeded
from ansible_collections.netledger.ipam.tests.safety.odd import INJECTIONS
from ansible_collections.netledger.ipam.tests.safety.sound import check_ledger, check_result

Options = dict[str, t.Any]

# Not the name of anything: nothing at all, space around it, what does not print, more than 190 characters.
NO_NAMES = [text for text in INJECTIONS if text != text.strip() or not text.isprintable() or not 0 < len(text) <= 190]
NAMES = [text for text in INJECTIONS if text not in NO_NAMES]
# No text: control characters that are neither line end nor tab, and half of a surrogate pair.
NO_TEXTS = ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\0b", "a\u2028b\u2029c\x85d", "\ud800", "\udcff"]
TEXTS = [text for text in INJECTIONS if text not in NO_TEXTS]
DOMAINS = ["None", "null", "true", "1e999", "0x7f000001"]  # that are DNS names


def test_the_lists_are_of_something() -> None:
    assert set(NO_TEXTS) < set(NO_NAMES)
    assert len(NAMES) > 30


def accepted(ledger: Ledger, task: Task, options: Options, option: str, value: t.Any) -> bool:
    """Whether a dry run takes the value; where it does not, it says why."""
    result = ledger.rehearse(task, **{**options, option: value})
    check_result(result)
    return not result.get("failed")


@pytest.fixture
def lan(ledger: Ledger) -> Ledger:
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    ledger.address(name="web01", subnet="lan")
    return ledger


def test_names_that_are_none_are_refused_in_every_field(lan: Ledger) -> None:
    new = {"name": "new", "cidr": "10.1.0.0/24"}
    held = {"name": "a", "subnet": "lan"}
    before = lan.content()
    for text in filter(None, NO_NAMES):
        pools = [{"name": text, "start": "10.1.0.1", "end": "10.1.0.9"}]
        refused = [
            *((subnet.TASK, new, *one) for one in (("name", text), ("vrf", text), ("tags", [text]), ("pools", pools))),
            *((subnet.TASK, {"name": "lan"}, *one) for one in (("new_name", text), ("labels", {text: "x"}))),
            *((address.TASK, held, *one) for one in (("name", text), ("interface", text), ("subnet", text))),
            *((address.TASK, held, *one) for one in (("pool", text), ("tags", [text]), ("labels", {text: "x"}))),
            (pool.TASK, {"subnet": "lan", "start": "10.0.0.9", "end": "10.0.0.19"}, "name", text),
        ]
        assert [one for one in refused if accepted(lan, *one)] == []
    for text in NO_TEXTS:
        for option, value in (("description", text), ("labels", {"x": text})):
            assert not accepted(lan, subnet.TASK, {"name": "lan"}, option, value)
            assert not accepted(lan, address.TASK, held, option, value)
    assert lan.content() == before


def test_only_dns_names_addresses_and_numbers_are_such(lan: Ledger) -> None:
    held = {"name": "a", "subnet": "lan"}
    for text in filter(None, INJECTIONS):
        assert accepted(lan, address.TASK, held, "fqdn", text) == (text in DOMAINS), ascii(text)
        assert accepted(lan, subnet.TASK, {"name": "lan"}, "domain", text) == (text in DOMAINS), ascii(text)
        for option in ("address", "mac", "lease", "expires"):
            assert not accepted(lan, address.TASK, held, option, text) or (option, text) == ("lease", "true")
        for option, value in (("gateway", text), ("dns_servers", [text]), ("reserved", [text]), ("cidr", text)):
            assert not accepted(lan, subnet.TASK, {"name": "lan"}, option, value), (option, ascii(text))


def written(ledger: Ledger) -> list[Result]:
    """Give every text to every field that takes it; what was asked of the addresses."""
    asked = []
    for number, name in enumerate(NAMES):
        text = TEXTS[number % len(TEXTS)]
        notes = {"tags": [name], "labels": {name: text}, "description": text}
        network = ipaddress.ip_network(f"10.{number}.0.0/24")
        start, end = str(network[10]), str(network[19])
        vrf = name if name != "*" else "default"
        given = ledger.subnet(name=name, vrf=vrf, cidr=str(network), **notes)["subnet"]
        assert {field: given[field] for field in notes} == notes
        assert (given["name"], given["vrf"]) == (name, vrf)
        made = ledger.pool(subnet=name, vrf=vrf, name=name, start=start, end=end)
        assert made["pool"]["name"] == name
        wish = {"name": name, "interface": name, **notes}
        held = ledger.address(subnet=[name], vrf=vrf, pool=[name], **wish)
        asked.append({**wish, "address": start, "subnet": name, "vrf": vrf, "pool": name})
        assert {field: held[field] for field in asked[-1]} == asked[-1]
    return asked


def found(ledger: Ledger, asked: list[Result]) -> None:
    """All of it is there, and every text finds its own."""
    vrfs = sorted({one["vrf"] for one in asked})
    everything = [one for vrf in vrfs for one in ledger.address_info(vrf=vrf)["addresses"]]
    by_place = {(one["vrf"], one["address"]): one for one in everything}
    assert len(by_place) == len(asked)
    for one in asked:
        record = by_place[one["vrf"], one["address"]]
        assert {field: record[field] for field in one} == one
        for option in ("name", "interface", "subnet", "pool"):
            asks = {option: one[option], "vrf": one["vrf"], **({"subnet": one["subnet"]} if option == "pool" else {})}
            assert record in ledger.address_info(**asks)["addresses"], asks
        assert record in ledger.address_info(tags=one["tags"], labels=one["labels"], vrf=one["vrf"])["addresses"]


def test_every_text_comes_back_from_every_field(ledger: Ledger) -> None:
    asked = written(ledger)
    found(ledger, asked)
    check_ledger(ledger)
    for one in asked:
        entries = succeeded(ledger.run(history_info.TASK, name=one["name"], vrf=one["vrf"]))["entries"]
        assert [entry["after"]["description"] for entry in entries if entry["object"] == "address"] == [
            one["description"]
        ]


@pytest.mark.stores("sqlite", "file")
def test_every_text_comes_back_from_files_and_copies(ledger: Ledger, tmp_path: Path) -> None:
    asked = written(ledger)
    for ending in ("csv", "json", "yml"):
        again = Ledger(tmp_path / f"{ending}.db")
        for vrf in sorted({one["vrf"] for one in asked}):
            for objects in ("subnets", "addresses"):
                file: Options = {"path": str(tmp_path / f"file.{ending}"), "vrf": vrf}
                succeeded(ledger.run(export_file.TASK, **file, objects=[objects]))
                kind: Options = {"kind": objects} if ending == "csv" else {}
                succeeded(again.run(import_file.TASK, **file, **kind))
        found(again, asked)
        check_ledger(again)
    copy = Ledger(tmp_path / "copy.json")
    succeeded(copy.run(store.TASK, copy_from=ledger.store, store=copy.store))
    assert copy.read(fingerprint) == ledger.read(fingerprint)
