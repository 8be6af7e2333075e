# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge finds what was done to a ledger behind its back, and nothing where nothing was."""

from __future__ import annotations

import json
import sqlite3
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.endurance import journal, worker
from ansible_collections.netledger.ipam.tests.endurance.journal import Journal, Question
from ansible_collections.netledger.ipam.tests.endurance.judge import judge
from ansible_collections.netledger.ipam.tests.ledger import Ledger

LAN = {"vrf": "default", "subnet": ["lan"]}


class Scene:
    """A ledger in which one worker has done something, and what it noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "journals"
        self.folder.mkdir()
        self.ledger = Ledger(folder / "ipam.db")
        self._journals: dict[str, Journal] = {}
        self.do("maker.1", "subnet", vrf="default", name="lan", cidr="10.0.0.0/24")
        self.do("maker.1", "subnet", vrf="default", name="far", cidr="10.0.1.0/24")
        self.do("w0.1", "address", **LAN, name="w0-a")
        self.do("w0.1", "address", **LAN, name="w0-b", description="the second")
        self.do("w1.1", "address", **LAN, names=["w1-a", "w1-b", "w1-c"])
        self.do("w1.1", "address", vrf="default", name="w1-b", state="absent")
        self.do("w1.1", "address_info", vrf="default", name="w1-a")

    def do(self, who: str, task: str, **options: t.Any) -> journal.Answer:
        """Let a worker ask, as workers do."""
        return worker.ask(self.journal(who), self.ledger.store, who, Question(task, options), 20)[1]

    def journal(self, who: str) -> Journal:
        if who not in self._journals:
            self._journals[who] = Journal(self.folder, who)
        return self._journals[who]

    def sql(self, *statements: str) -> None:
        """Do something behind the ledger's back."""
        connection = sqlite3.connect(self.ledger.path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def wrong(self) -> list[str]:
        return judge(self.ledger, self.folder, ()).wrong

    def finds(self, *texts: str) -> None:
        """The judge says all of these, each in a sentence of its own or not."""
        wrong = self.wrong()
        assert [text for text in texts if not any(text in one for one in wrong)] == [], wrong


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_nothing_is_wrong(scene: Scene) -> None:
    verdict = judge(scene.ledger, scene.folder, ())
    assert verdict.wrong == []
    assert (verdict.asked, verdict.met, verdict.unanswered, verdict.refused) == (7, 7, 0, {})


def test_an_acknowledged_address_is_gone(scene: Scene) -> None:
    """With its history and its free space, so that the ledger by itself is sound: as if a COMMIT had been lost."""
    scene.ledger.address(name="w0-b", state="absent")
    scene.sql("DELETE FROM history WHERE name = 'w0-b'")
    scene.finds(
        "10.0.0.2 of VRF default was promised to w0-b and is gone",
        "w0.1-2 was told changed: True, and the history has 0 entries of it",
        "w0.1-2 gave 10.0.0.2 to w0-b, and by the history it has [] after that",
    )


def test_an_acknowledged_address_is_somebody_elses(scene: Scene) -> None:
    scene.sql("UPDATE address SET name = 'w1-z' WHERE name = 'w0-a'")
    scene.finds(
        "10.0.0.1 of VRF default was promised to w0-a and is gone",
        "10.0.0.1 of VRF default is w1-z's, who was not promised it or freed it",
        "address 10.0.0.1 of VRF default: the history ends with",
    )


def test_an_address_has_two_holders(scene: Scene) -> None:
    """The unique key of the table has to be got round for that."""
    scene.sql(
        "INSERT INTO address SELECT 2, addr, -1, 'w1-z', interface, 0, status, expires, mac, fqdn, tags, labels, "
        "description FROM address WHERE name = 'w0-a'"
    )
    scene.finds("10.0.0.1 of VRF default has 2 holders: ['w0-a', 'w1-z']")


def test_a_freed_address_is_held_again(scene: Scene) -> None:
    scene.ledger.address(name="w1-b", subnet="lan")
    scene.finds("10.0.0.4 of VRF default is w1-b's, who was not promised it or freed it", "nobody asked for it")


def test_an_entry_of_the_history_is_missing(scene: Scene) -> None:
    scene.sql("DELETE FROM history WHERE name = 'w0-b'")
    scene.finds(
        "w0.1-2 was told changed: True, and the history has 0 entries of it",
        "address 10.0.0.2 of VRF default: the history ends with None",
    )


def test_the_end_of_a_holder_is_missing_in_the_history(scene: Scene) -> None:
    scene.sql("DELETE FROM history WHERE name = 'w1-b' AND new IS NULL")
    scene.finds(
        "w1.1-2 freed w1-b, and by the history it has ['10.0.0.4'] after that",
        "w1.1-2 was told changed: True, and the history has 0 entries of it",
    )


def test_the_end_of_a_subnet_is_missing_in_the_history(scene: Scene) -> None:
    scene.do("w0.1", "subnet", vrf="default", name="w0-s1", cidr="10.0.2.0/24")
    scene.do("w0.1", "subnet", vrf="default", name="w0-s1", state="absent")
    assert scene.wrong() == []
    scene.sql("DELETE FROM history WHERE name = 'w0-s1' AND new IS NULL")
    scene.finds(
        "w0.1-4 was told changed: True, and the history has 0 entries of it",
        "subnet w0-s1 of VRF default: the history ends with",
    )


def test_an_entry_tells_something_else(scene: Scene) -> None:
    scene.sql("UPDATE history SET new = '{}' WHERE name = 'w0-b'")
    scene.finds("address 10.0.0.2 of VRF default: the history ends with")


def test_an_address_is_given_twice_in_the_history(scene: Scene) -> None:
    columns = "at, actor, vrf, subnet, object, name, addr, old, new"
    scene.sql(f"INSERT INTO history SELECT 99, {columns} FROM history WHERE name = 'w0-a'")
    scene.finds("(address w0-a by w0.1-1) gives 10.0.0.1 away, which is w0-a's by then")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("UPDATE extent SET first = '0a000007' WHERE last = '0a0000ff'", "free and not stored as free: 10.0.0.6"),
        ("UPDATE extent SET first = '0a000005' WHERE last = '0a0000ff'", "stored as free and not free: 10.0.0.5"),
        ("DELETE FROM extent WHERE subnet_id = 2", "free and not stored as free: 10.0.1.0-10.0.1.255"),
    ],
)
def test_the_free_space_is_not_exact(scene: Scene, statement: str, text: str) -> None:
    scene.sql(statement)
    scene.finds("store verify: ledger_inconsistent", text, "the free space is another")


def test_a_refused_task_has_left_something(scene: Scene) -> None:
    noted = scene.journal("w0.1")
    number = noted.ask(Question("address", {**LAN, "name": "w0-c"}))
    scene.ledger.address(name="w0-c", subnet="lan")
    scene.sql(f"UPDATE history SET actor = '{journal.actor('w0.1', number)}' WHERE name = 'w0-c'")
    noted.told(number, {"failed": True, "reason": "pool_exhausted", "msg": "full", "changed": False}, 0.1)
    scene.finds("it was refused with pool_exhausted, and not without a trace")


def test_a_question_without_an_answer_may_be_met_or_not(scene: Scene) -> None:
    """But by what was asked only."""
    noted = scene.journal("w0.1")
    number = noted.ask(Question("address", {**LAN, "name": "w0-c"}))
    assert scene.wrong() == []
    scene.ledger.address(name="w0-c", subnet="lan")
    scene.sql(f"UPDATE history SET actor = '{journal.actor('w0.1', number)}' WHERE name = 'w0-c'")
    assert scene.wrong() == []
    scene.ledger.address(name="w0-d", subnet="lan")
    scene.sql(f"UPDATE history SET actor = '{journal.actor('w0.1', number)}' WHERE name = 'w0-d'")
    scene.finds("is w0-d's, who was not promised it or freed it", "what was asked was")


def test_a_task_is_carried_out_by_half(scene: Scene) -> None:
    """Nobody was told anything, so all that is wrong is that one of two has its address."""
    number = scene.journal("w0.1").ask(Question("address", {**LAN, "names": ["w0-c", "w0-d"]}))
    scene.ledger.address(names=["w0-c"], subnet="lan")
    scene.sql(f"UPDATE history SET actor = '{journal.actor('w0.1', number)}' WHERE actor = 'tester'")
    (wrong,) = scene.wrong()
    assert wrong.startswith("w0.1-3 was carried out by half, 1 of 2")


def test_half_an_answer_is_none(scene: Scene) -> None:
    """The worker was killed while it wrote."""
    path = scene.folder / "w0.1.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    assert [step.answer is None for step in journal.read(scene.folder)["w0"]] == [False, True]
    assert scene.wrong() == []


def test_an_end_that_nobody_knows(scene: Scene) -> None:
    """The address may be there or not, and the other one of the worker has to be."""
    number = scene.journal("w0.1").ask(Question("address", {"vrf": "default", "name": "w0-b", "state": "absent"}))
    scene.ledger.address(name="w0-b", state="absent")
    scene.sql(f"UPDATE history SET actor = '{journal.actor('w0.1', number)}' WHERE actor = 'tester'")
    assert scene.wrong() == []


def test_what_a_worker_saw_is_not_what_there_was(scene: Scene) -> None:
    noted = scene.journal("w0.1")
    number = noted.ask(Question("address_info", {"vrf": "default", "name": "w0-a"}))
    noted.told(number, {"changed": False, "addresses": []}, 0.1)
    scene.finds("w0.1-3 saw [] of w0-a, which has ['10.0.0.1'] by the history")


def test_a_reason_that_nothing_explains(scene: Scene) -> None:
    answer = scene.do("w0.1", "address", vrf="default", name="w0-x", subnet=["lan"], lease="soon")
    assert answer["reason"] == "bad_request"
    scene.finds("w0.1-3 failed with bad_request")


def test_a_task_that_breaks_down(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> t.NoReturn:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(worker, "run_task", broken)
    scene.do("w0.1", "address", **LAN, name="w0-x")
    scene.finds("ZeroDivisionError: a defect")


def test_a_lease_that_is_over_may_be_gone(scene: Scene) -> None:
    """Whoever writes next sweeps it away, and that is nobody's fault."""
    scene.do("w0.1", "address", **LAN, name="w0-l", lease="1h")
    assert scene.wrong() == []
    past = "2020-01-01T00:00:00Z"
    scene.sql("UPDATE address SET expires = 1577836800 WHERE name = 'w0-l'")
    scene.sql(f"UPDATE history SET new = '{json.dumps({'expires': past})}' WHERE name = 'w0-l'")
    path = scene.folder / "w0.1.jsonl"
    *lines, last, _end = path.read_text().split("\n")
    answer = json.loads(last)
    answer["answer"]["addresses"][0]["expires"] = past
    path.write_text("\n".join([*lines, json.dumps(answer), ""]))
    scene.do("w1.1", "address", **LAN, name="w1-z")
    assert [name for (name,) in scene.ledger.rows("SELECT name FROM address WHERE name = 'w0-l'")] == []
    assert scene.wrong() == []
