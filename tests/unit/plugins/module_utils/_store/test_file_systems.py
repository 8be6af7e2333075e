# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store import file_systems
from ansible_collections.netledger.ipam.tests.ledger import Ledger

# As proc_pid_mountinfo(5) describes them; the second one hides the first.
LINES = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /srv rw shared:2 - ext4 /dev/vdb rw
31 22 0:41 / /srv rw shared:2 - nfs4 filer:/srv rw,vers=4.2
32 31 0:42 / /srv/local rw - xfs /dev/vdc rw
33 22 0:43 / /with\\040space rw - cifs //filer/x rw
34 22 0:44 / /srvx rw master:7 propagate_from:2 - tmpfs tmpfs rw
"""


@pytest.fixture(autouse=True)
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(LINES)
    monkeypatch.setattr(file_systems, "MOUNTS", str(path))
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ipam.db", None),
        ("/home/joe/ipam.db", None),
        ("/srv/ipam.db", "nfs4"),
        ("/srv/deep/er/ipam.db", "nfs4"),
        ("/srv/local/ipam.db", None),
        ("/srv/localx/ipam.db", "nfs4"),
        ("/srvx/ipam.db", None),
        ("/with space/ipam.db", "cifs"),
    ],
)
def test_the_innermost_mount_counts(path: str, kind: str | None) -> None:
    assert file_systems.network_type(path) == kind


def test_a_system_that_does_not_tell(mounts: Path) -> None:
    mounts.unlink()
    assert file_systems.network_type("/srv/ipam.db") is None


def journal(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        connection.close()


def test_no_write_ahead_log_on_a_network_and_a_warning(tmp_path: Path, mounts: Path) -> None:
    local, remote = Ledger(tmp_path / "local.db"), Ledger(tmp_path / "net" / "ipam.db")
    remote.path.parent.mkdir()
    mounts.write_text(f"{LINES}40 22 0:50 / {remote.path.parent} rw - nfs filer:/x rw\n")
    for ledger, expected in ((local, "wal"), (remote, "delete")):
        made = ledger.subnet(name="lan", cidr="10.0.0.0/24")
        given = ledger.address(name="a", subnet="lan")
        assert journal(ledger.path) == expected
        for result in (made, given):
            assert [text for text in result.get("warnings", []) if "network file system (nfs)" in text] == (
                [] if ledger is local else result["warnings"]
            )
    assert remote.address(name="a", subnet="lan")["warnings"]


def test_a_ledger_that_came_to_a_network_loses_its_log(tmp_path: Path, mounts: Path) -> None:
    ledger = Ledger(tmp_path / "ipam.db")
    ledger.subnet(name="lan", cidr="10.0.0.0/24")
    assert journal(ledger.path) == "wal"
    mounts.write_text(f"{LINES}40 22 0:50 / {tmp_path} rw - cifs //filer/x rw\n")
    assert ledger.address(name="a", subnet="lan")["address"] == "10.0.0.1"
    assert journal(ledger.path) == "delete"
    assert not list(tmp_path.glob("*-wal"))
    ledger.check()
