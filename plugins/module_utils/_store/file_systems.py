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
            mounts = handle.readlines()
    except OSError:
        return None
    if NETWORK.isdisjoint(map(_type, mounts)):
        return None  # as on most machines; each task asks this
    folder = os.path.realpath(os.path.dirname(path))
    around = [mount for mount in mounts if _covers(_point(mount), folder)]
    # Of mounts in the same place the last one hides the others.
    kind = _type(max(reversed(around), key=lambda mount: len(_point(mount)), default=""))
    return kind if kind in NETWORK else None


def sync_folder(path: str) -> None:
    """Make a rename of the file survive a power cut."""
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _type(mount: str) -> str:
    """That of the file system, of a line as in proc_pid_mountinfo(5)."""
    return mount.partition(" - ")[2].partition(" ")[0]


def _point(mount: str) -> str:
    """Where it is mounted."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), mount.split(" ")[4])


def _covers(point: str, folder: str) -> bool:
    return folder == point or folder.startswith(point.rstrip("/") + "/")
