# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a ledger file has to know of the file system that it is on.

SQLite's write-ahead log works on one machine only: its index is memory that processes share
(https://www.sqlite.org/wal.html), and two machines would each have their own.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import os
import re
import typing as t

_CLUSTERED: t.Final = ("beegfs", "ceph", "fuse.ceph", "fuse.glusterfs", "glusterfs", "gpfs", "lustre", "ocfs2")
_SHARED: t.Final = ("9p", "afs", "cifs", "coda", "fuse.sshfs", "ncpfs", "nfs", "nfs4", "smb2", "smb3", "smbfs")
NETWORK: t.Final = frozenset((*_CLUSTERED, *_SHARED, "vboxsf", "virtiofs"))
"""The types that another machine may be at too, as Linux calls them."""

MOUNTS = "/proc/self/mountinfo"

_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_type(path: str) -> str | None:
    """The type of the network file system that the path is on; None on any other, or where the system does not tell."""
    try:
        with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as handle:
            mounts = [_mount(line) for line in handle]
    except OSError:
        return None
    folder = os.path.realpath(os.path.dirname(path))
    around = [mount for mount in mounts if _covers(mount[0], folder)]
    # Of mounts in the same place the last one hides the others.
    _point, kind = max(reversed(around), key=lambda mount: len(mount[0]), default=("", ""))
    return kind if kind in NETWORK else None


def sync_folder(path: str) -> None:
    """Make a rename of the file survive a power cut."""
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _mount(line: str) -> tuple[str, str]:
    """Mount point and type, of a line as in proc_pid_mountinfo(5)."""
    before, _dash, after = line.partition(" - ")
    point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
    return point, after.split(" ")[0]


def _covers(point: str, folder: str) -> bool:
    return folder == point or folder.startswith(point.rstrip("/") + "/")
