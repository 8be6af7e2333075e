# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What docs/file_store.md says of git and of the format."""

from __future__ import annotations

import re
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format import entries, fields, reading, records
from ansible_collections.netledger.ipam.tests.unit.plugins.module_utils._store.file_format.filed import Filed

DOCUMENT = Path(__file__).parents[6] / "docs/file_store.md"
CONFLICT = re.compile(r"^<{7}.*?\n(.*?)^={7}\n(.*?)^>{7}.*?\n", re.MULTILINE | re.DOTALL)


class Branches(t.NamedTuple):
    base: Filed
    ours: Filed
    theirs: Filed

    def merge(self, *options: str) -> str:
        """What git makes of the two."""
        files = [str(one.path) for one in (self.ours, self.base, self.theirs)]
        return subprocess.run(["git", "merge-file", "-p", *options, *files], capture_output=True, text=True).stdout


@pytest.fixture
def branches(tmp_path: Path) -> Branches:
    base = Filed(tmp_path / "base.yml")
    base.subnet(name="lan", cidr="10.0.0.0/24")
    for number in range(1, 60, 2):
        base.address(name=f"h{number}", subnet="lan", address=f"10.0.0.{number}")
    copies = [Filed(Path(shutil.copy(base.path, tmp_path / name))) for name in ("ours.yml", "theirs.yml")]
    return Branches(base, *copies)


def keeping_both(merged: str) -> str:
    return CONFLICT.sub(lambda match: match[1] + match[2], merged)


def names(text: str) -> list[str]:
    return [row[3] for row in reading.contents(text.encode(), as_json=False, place="merged").rows.plain]


def test_only_the_history_conflicts(branches: Branches) -> None:
    branches.ours.address(name="new", subnet="lan", address="10.0.0.10")
    branches.theirs.address(name="h41", state="absent")
    merged = branches.merge()
    assert len(CONFLICT.findall(merged)) == 1
    assert merged.index("<<<<<<<") > merged.index("\nhistory:")
    with pytest.raises(LedgerError) as caught:
        reading.contents(merged.encode(), as_json=False, place="merged")
    assert caught.value.details["line"] == merged[: merged.index("<<<<<<<")].count("\n") + 1
    both = keeping_both(merged)
    assert set(names(both)) == {f"h{number}" for number in range(1, 60, 2)} - {"h41"} | {"new"}
    found = reading.contents(both.encode(), as_json=False, place="merged")
    assert found.unread is not None
    assert found.unread.length == 1 + 30 + 2


def test_both_took_the_same_address(branches: Branches) -> None:
    branches.ours.address(name="ours", subnet="lan", address="10.0.0.10")
    branches.theirs.address(name="theirs", subnet="lan", address="10.0.0.10")
    with pytest.raises(LedgerError, match=r"'10\.0\.0\.10' stands here a second time"):
        names(keeping_both(branches.merge()))


def test_union_brings_back_what_was_freed(branches: Branches) -> None:
    """Why the document warns of it."""
    branches.ours.address(name="new", subnet="lan", address="10.0.0.42")
    branches.theirs.address(name="h41", state="absent")
    assert "h41" in names(branches.merge("--union"))


# The document


def test_the_example_of_the_document_is_a_ledger() -> None:
    block = re.search(r"^```yaml\n(# A ledger.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block
    found = reading.contents(block[1].encode(), as_json=False, place="the document")
    assert [len(part) for part in found.rows[:6]] == [1, 2, 2, 1, 1, 1]


@pytest.mark.parametrize("kind", ["HEADER", "SUBNET", "POOL", "ADDRESS", "HOLD", "ENTRY"])
def test_the_document_names_every_field(kind: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    known = entries.ENTRY if kind == "ENTRY" else getattr(fields, kind)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    missing = [key for key in known.keys if not any(f"`{key}`" in row for row in rows)]
    assert missing == []
    assert all(any(f"`{part}`" in row for row in rows) for part in records.PARTS)
