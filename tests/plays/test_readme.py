# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents do as they say: their files are written and their commands run, in order, in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.tests.plays.project import BIN, HERE, Project

pytestmark = pytest.mark.stores("sqlite")

ROOT = HERE.parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("roles/*/README.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
# What sets up the machine is checked by other means: make itself, tests/tools/check_dist.sh and check_published.sh. So
# are the commands of a checkout, which run for minutes or hours.
OF_A_CHECKOUT = "python -m ansible_collections.netledger.ipam.tests."
ELSEWHERE = ("make ", "ansible-galaxy collection ", "ansible-builder ", "python3 -m pip ", OF_A_CHECKOUT)


def files(document: Path) -> dict[str, str]:
    """The blocks that begin with the name of a file. CSV has no comments, so there that line is no part of the file."""
    blocks = BLOCK.findall(document.read_text(encoding="utf-8"))
    return {
        named[1]: text[named.end() :] if language == "csv" else text
        for language, text in blocks
        if (named := FILE.match(text))
    }


def commands(document: Path) -> list[str]:
    blocks = BLOCK.findall(document.read_text(encoding="utf-8"))
    lines = [line for language, text in blocks if language in ("shell", "console") for line in text.splitlines()]
    return [line for line in lines if not line.startswith(ELSEWHERE)]


def run_all(project: Project, document: Path) -> list[str]:
    """Run every command, and then the playbooks that no command names; return what each printed."""
    listed = commands(document)
    unnamed = [name for name, text in files(document).items() if "hosts:" in text and name.endswith(".yml")]
    listed += [
        f"ansible-playbook {name}"
        for name in unnamed
        if not any(name in one for one in listed) and name != "inventory.yml"
    ]
    return [project.run("sh", "-euc", command).ok().output for command in listed]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_does_as_it_says_and_again(project: Project, document: Path) -> None:
    for name in list(project.files()):
        (project.folder / name).unlink()
    for name, text in files(document).items():
        project.write(name, text)
    run_all(project, document)
    for path in project.folder.glob("backup.db"):
        path.unlink()
    run_all(project, document)


def test_the_way_of_a_project_of_ones_own(project: Project) -> None:
    """README's project has the results that its text tells of. Which of the hosts comes first is not fixed."""
    readme = ROOT / "README.md"
    for name, text in files(readme).items():
        project.write(name, text)
    command = next(one for one in commands(readme) if "site.yml" in one and "--check" not in one)
    first = project.run("sh", "-c", command).ok()
    shown = re.findall(r"(\w+)\.example\.com ([\d.]+)/24 via 10.20.0.1, DNS 10.20.0.2 10.20.0.3", first.output)
    held = {address: name for name, address in shown}
    assert sorted(held) == ["10.20.0.10", "10.20.0.11", "10.20.0.12"]
    assert sorted(held.values()) == ["web01", "web02", "web03"]
    second = project.run("sh", "-c", command).ok()
    assert set(re.findall(r"changed=(\d+)", second.output)) == {"0"}
    assert project.held() == held
    project.adhoc("localhost -m netledger.ipam.address -a 'name=vip1 subnet=lan pool=vips'").ok()
    project.run(BIN / "ansible-playbook", "zone.yml").ok()
    zone = (project.folder / "example.com.zone").read_text().splitlines()
    everybody = [*sorted(held.items()), ("10.20.0.200", "vip1")]
    assert [line for line in zone if line] == [f"{name}.example.com. IN A {address}" for address, name in everybody]


def test_readme_begins_with_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert BLOCK.findall(text)[0][1].splitlines() == ["make demo", "make test"]
