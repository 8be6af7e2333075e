# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random questions without any torment: all kinds of them are asked, most are met, and the judge finds nothing."""

from __future__ import annotations

import random
from pathlib import Path

from ansible_collections.netledger.ipam.tests.endurance import operations, worker
from ansible_collections.netledger.ipam.tests.endurance.journal import Journal, Question, Step, actor, read
from ansible_collections.netledger.ipam.tests.endurance.judge import judge
from ansible_collections.netledger.ipam.tests.endurance.operations import Knowledge
from ansible_collections.netledger.ipam.tests.ledger import Ledger


def test_questions_of_all_kinds(tmp_path: Path) -> None:
    journals = tmp_path / "journals"
    journals.mkdir()
    ledger = Ledger(tmp_path / "ipam.db")
    worker.make_world(worker.Job([ledger.store], journals, "0"))
    noted, known = Journal(journals, "w0.1"), Knowledge("w0", random.Random(1))
    for number in range(1, 201):
        question = known.next()
        known.learn(Step("w0.1", number, question, worker.ask(noted, ledger.store, "w0.1", question, 20)[1]))
    steps = read(journals)["w0"]
    assert [step.actor for step in steps] == [actor("w0.1", number) for number in range(1, 201)]
    assert {step.question.task for step in steps} == {"address", "address_info", "pool", "subnet"}
    verdict = judge(ledger, journals, ())
    assert verdict.wrong == []
    assert verdict.met > 130


def test_each_kind_can_be_drawn() -> None:
    known = Knowledge("w0", random.Random(0))
    for kind in operations.KINDS:
        assert isinstance(getattr(known, f"_{kind}")(), Question)


def test_a_successor_knows_what_its_predecessor_was_told(tmp_path: Path) -> None:
    """And gives nobody the name of a holder that was there before."""
    ledger = Ledger(tmp_path / "ipam.db")
    ledger.subnet(name="lan0", cidr="10.0.0.0/24")
    noted, known = Journal(tmp_path, "w0.1"), Knowledge("w0", random.Random(0))
    number, answer = worker.ask(noted, ledger.store, "w0.1", known._address(name="w0-h0", subnet=["lan0"]), 20)
    step = Step("w0.1", number, Question("address", {"vrf": "default", "name": "w0-h0"}), answer)
    assert read(tmp_path, "w0")["w0"][0].answer == answer
    successor = Knowledge("w0", random.Random(1))
    successor.learn(step)
    assert successor._release().names == ["w0-h0"]
    assert successor._any().names == ["w0-h1"]
