# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a worker asked for and was told, on disk before it goes on: the witness that outlives it.

Each line is a JSON object: first what the worker is about to ask, then, under the same number, the answer. A worker
that is killed leaves its last question without an answer, or with half a line of one, which counts as none.
"""

from __future__ import annotations

import collections
import enum
import json
import os
import typing as t
from pathlib import Path

Options = dict[str, t.Any]
Answer = dict[str, t.Any]

_ENDING = ".jsonl"
_UNCERTAIN = "may have been made"  # in the message of a task that does not know how its COMMIT ended


class Outcome(enum.Enum):
    """What is known of a question: it was met, it was refused without a trace, or it may have been met."""

    MET = "met"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Question(t.NamedTuple):
    """A task and its options."""

    task: str
    options: Options

    @property
    def names(self) -> list[str]:
        """Those who ask for or give up addresses."""
        return self.options["names"] if "names" in self.options else [self.options["name"]]

    @property
    def vrf(self) -> str:
        return str(self.options["vrf"])

    @property
    def absent(self) -> bool:
        return self.options.get("state") == "absent"


class Step(t.NamedTuple):
    """A question and its answer, None if the worker did not live to note one. ``seconds`` is how long that took.

    ``worker`` is a slot and which one it is in it, such as w3.2: whoever is killed has a successor, who knows what it
    noted and holds on to its addresses.
    """

    worker: str
    number: int
    question: Question
    answer: Answer | None = None
    seconds: float = 0.0

    @property
    def actor(self) -> str:
        """Who the history says it was: each question is somebody else."""
        return actor(self.worker, self.number)

    @property
    def slot(self) -> str:
        return self.worker.partition(".")[0]

    @property
    def reason(self) -> str:
        return "" if self.answer is None else str(self.answer.get("reason", ""))

    @property
    def outcome(self) -> Outcome:
        if self.answer is None or "crash" in self.answer or _UNCERTAIN in self.answer.get("msg", ""):
            return Outcome.UNKNOWN
        return Outcome.REFUSED if self.reason else Outcome.MET


def actor(worker: str, number: int) -> str:
    return f"{worker}-{number}"


class Journal:
    """The journal of one worker, a file of its own."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._file = (folder / f"{worker}{_ENDING}").open("xb")
        self._number = 0

    def ask(self, question: Question) -> int:
        """Note a question, and return its number."""
        self._number += 1
        self._write({"number": self._number, **question._asdict()})
        return self._number

    def told(self, number: int, answer: Answer, seconds: float) -> None:
        self._write({"number": number, "answer": answer, "seconds": round(seconds, 3)})

    def close(self) -> None:
        self._file.close()

    def _write(self, line: t.Mapping[str, t.Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def read(folder: Path, slot: str = "") -> dict[str, list[Step]]:
    """All steps of each slot, or of one, in their order."""
    found: dict[str, list[Step]] = collections.defaultdict(list)
    for path in sorted(folder.glob(f"{slot or '*'}.*{_ENDING}"), key=_order):
        steps = _steps(path)
        found[path.name.partition(".")[0]] += steps
    return dict(found)


def count(folder: Path, text: str) -> int:
    """How often a text stands in the journals by now."""
    return sum(path.read_bytes().count(text.encode()) for path in folder.glob(f"*{_ENDING}"))


def _order(path: Path) -> tuple[str, int]:
    slot, _dot, which = path.name.removesuffix(_ENDING).partition(".")
    return slot, int(which)


def _steps(path: Path) -> list[Step]:
    worker = path.name.removesuffix(_ENDING)
    steps: list[Step] = []
    *lines, _half = path.read_bytes().split(b"\n")
    for line in map(json.loads, lines):
        if "answer" in line:
            steps[-1] = steps[-1]._replace(answer=line["answer"], seconds=line["seconds"])
        else:
            steps.append(Step(worker, line["number"], Question(line["task"], line["options"])))
    return steps
