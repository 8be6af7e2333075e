# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Torment stores while many processes work on them, and judge what is left; see docs/endurance.md.

Each store has its time, one after the other. That is cut into rounds, each on a ledger of its own that is judged at
the end of the round. The exit code is 1 if anything is wrong; the folder with the journals is kept then.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.tests.apart import can_mount, in_child, on_small_disk
from ansible_collections.netledger.ipam.tests.endurance import places
from ansible_collections.netledger.ipam.tests.endurance.judge import PATIENCE, Verdict, judge
from ansible_collections.netledger.ipam.tests.endurance.places import Place
from ansible_collections.netledger.ipam.tests.endurance.report import Report, table
from ansible_collections.netledger.ipam.tests.endurance.worker import Crew, Job, make_world
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.stores import KINDS

WORKER_KILLED = "worker killed"
_ROUND = 600.0  # seconds at most, so that a ledger and its journals stay small enough to be judged
_PAUSE = (0.2, 2.0)  # seconds between two torments


class Plan(t.NamedTuple):
    """``seconds`` is how long each store is tormented."""

    seconds: float
    processes: int
    seed: str
    folder: Path


def main() -> int:
    options = options_of()
    folder = Path(tempfile.mkdtemp(prefix="endurance-", dir=options.folder))
    plan = Plan(options.minutes * 60, options.processes, options.seed, folder)
    reports = []
    for kind in options.stores:
        _tell(f"{kind}: {options.minutes:g} minutes, seed {options.seed}, journals in {folder / kind}")
        reports.append(_report(kind, plan))
    _tell(table(reports))
    if any(report.wrong for report in reports):
        _tell(f"Something is wrong. The seed is {options.seed}, the journals are kept in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


def options_of(arguments: t.Sequence[str] | None = None) -> argparse.Namespace:
    """The options of a command line, or of this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=_kinds, default=KINDS, help=f"some of {','.join(KINDS)}; the default is all")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each store; 1 if not given")
    parser.add_argument("--processes", type=int, default=4, help="workers at a time; 4 if not given")
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)), help="what chance starts from")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the journals go")
    return parser.parse_args(arguments)


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(text.split(","))
    unknown = set(kinds) - set(KINDS)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no kind {unknown.pop()}")
    return kinds


def _report(kind: str, plan: Plan) -> Report:
    """What came out of a store; a run that breaks off counts as wrong, and the next store has its turn."""
    try:
        return torment(kind, plan)
    except Exception:
        report = Report(kind, can_fill=True)
        report.wrong.append(f"the run broke off\n{traceback.format_exc()}")
        return report


def torment(kind: str, plan: Plan) -> Report:
    """Torment a store of one kind for its time, on a disk of its own if that can be."""
    folder = plan.folder / kind
    folder.mkdir()
    size = places.DISK_SIZES.get(kind)
    if size is None or not can_mount():
        return t.cast(Report, in_child(_in_rounds, kind, plan, None))
    disk = Path(tempfile.mkdtemp(prefix="ipam-disk-", dir="/tmp"))
    disk.chmod(0o755)
    try:
        return t.cast(Report, on_small_disk(disk, size, lambda: _in_rounds(kind, plan, disk)))
    finally:
        disk.rmdir()


def _in_rounds(kind: str, plan: Plan, disk: Path | None) -> Report:
    folder = plan.folder / kind
    report = Report(kind, can_fill=disk is not None)
    with places.place(kind, disk, folder) as place:
        end = time.monotonic() + plan.seconds
        while not report.wrong and (left := end - time.monotonic()) > 0:
            number = report.rounds + 1
            _round(place, plan, folder / str(number), min(left, _ROUND), report)
        report.check_torments([WORKER_KILLED, *place.torments])
    if report.wrong:
        (folder / "wrong.txt").write_text("\n".join(report.wrong) + "\n")
    return report


def _round(place: Place, plan: Plan, folder: Path, seconds: float, report: Report) -> None:
    folder.mkdir()
    seed = f"{plan.seed} {report.kind} {report.rounds}"
    with place.urls() as urls:
        job = Job(urls, folder, seed)
        in_child(make_world, job)
        crew = Crew(job, plan.processes)
        try:
            crew.start()
            _torment_until(time.monotonic() + seconds, place, crew, random.Random(seed), report, folder)
            crew.stop()
        finally:
            crew.end()
        verdict: Verdict = in_child(judge, Ledger(urls[0], PATIENCE), folder, place.faults)
        wrong = [*crew.wrong, *verdict.wrong, *in_child(place.disagreements, urls)]
        report.add(verdict, wrong)
        idle.close_all()


def _torment_until(end: float, place: Place, crew: Crew, chance: random.Random, report: Report, folder: Path) -> None:
    """Kill workers again and again, and now and then do something else; what never happened yet comes first."""
    kinds, parent = place.torments, os.getppid()
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, chance.uniform(*_PAUSE)))
        if os.getppid() != parent:
            raise RuntimeError("the run was ended")  # leave nothing behind
        killed = chance.sample(range(len(crew)), chance.randint(1, len(crew)))
        crew.kill(killed)
        report.torments[WORKER_KILLED] += len(killed)
        lacking = [name for name in kinds if not report.torments[name]]
        if kinds and (lacking or chance.random() < 0.1):
            name = lacking[0] if lacking else chance.choice(list(kinds))
            report.torments[name] += kinds[name](chance, folder)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
