# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files themselves: their format, their text, and a new one in the place of an old one.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, whole
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import is_possible
from ansible_collections.netledger.ipam.plugins.module_utils._store.sqlite_errors import REASONS_OF_FILES
from ansible_collections.netledger.ipam.plugins.module_utils._store.whole_file import kept_mode, moved_into_place

FORMATS: t.Final = ("csv", "json", "yaml")
LARGEST: t.Final = 1 << 25  # bytes; a CSV file of 500,000 addresses

_ENDINGS: t.Final = {".csv": "csv", ".tsv": "csv", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def parse_path(text: str, option: str) -> str:
    """The path, with the home folder of the user who runs the task on this host for ``~``."""
    if not is_possible(text):
        raise bad_request(option, text, "is not the path of a file.")
    return os.path.expanduser(text)


def format_of(path: str, option: str | None) -> str:
    """The format that the task says, else what the path ends in."""
    found = option or _ENDINGS.get(os.path.splitext(path)[1].lower())
    if found is None:
        raise bad_request("path", path, f"ends in none of {', '.join(_ENDINGS)}: say which format it has.")
    return found


def read_text(path: str) -> str:
    """The text of a regular file in UTF-8, without a byte order mark."""
    with _said_of(path):
        # Without O_NONBLOCK a pipe would keep us waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise bad_request("path", path, "is not a file.")
            content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise bad_request("path", path, f"has more than {LARGEST} bytes. Import it in parts.")
    return _decoded(content, path)


def _decoded(content: bytes, path: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise _invalid(path, "is a workbook or another archive. Save the sheet as CSV (UTF-8).")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _invalid(path, "is UTF-16. Save it as UTF-8.")
    if b"\0" in content:
        raise _invalid(path, "is not text: it has a zero byte.", content.index(b"\0"), content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _invalid(path, "is not UTF-8. Save it as UTF-8.", error.start, content) from None


def _invalid(path: str, rule: str, at: int | None = None, content: bytes = b"") -> LedgerError:
    if at is None:
        return LedgerError("file_invalid", f"{whole(path)} {rule}", path=path)
    line = content.count(b"\n", 0, at) + 1
    return LedgerError("file_invalid", f"{whole(path)}, line {line}: the file {rule}", path=path, line=line)


def current(path: str, most: int) -> bytes | None:
    """What stands in the file now, cut one byte after the most that matters; None where there is none."""
    with _said_of(path), contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise bad_request("path", path, "is not a file.")
        with open(path, "rb") as file:
            return file.read(most + 1)
    return None


def mode_of(path: str) -> int | None:
    """The permissions of the file; None where there is none."""
    with _said_of(path), contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(path).st_mode)
    return None


def replace(path: str, content: bytes, mode: int | None) -> None:
    """Put the content there in one step: whoever reads the file finds the old or the new one.

    Links are followed. Without a mode the file keeps its own, and a new one is its owner's only.
    """
    path = os.path.realpath(path)
    folder, name = os.path.split(path)
    with _said_of(path):
        if os.path.exists(path) and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        descriptor, beside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        with moved_into_place(beside, path), os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            own = kept_mode(descriptor, os.stat(path)) if os.path.exists(path) else 0o600
            os.fchmod(descriptor, own if mode is None else mode)
            os.fsync(descriptor)


def set_mode(path: str, mode: int) -> None:
    with _said_of(path):
        os.chmod(path, mode)


@contextlib.contextmanager
def _said_of(path: str) -> t.Iterator[None]:
    """Turn errors of the system into a ``LedgerError`` about the file."""
    try:
        yield
    except OSError as error:
        reason = REASONS_OF_FILES.get(error.errno or 0, "bad_request")
        cause = error.strerror or str(error)
        raise LedgerError(reason, f"path: '{whole(path)}' cannot be used: {cause}.", option="path") from error
