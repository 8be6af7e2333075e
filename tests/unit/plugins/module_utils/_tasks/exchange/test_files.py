# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files themselves: what is no text, and how a new one comes into the place of an old one."""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.exchange import files

FORMATS = [
    ("a.csv", "csv"), ("a.TSV", "csv"), ("a.json", "json"), ("a.yml", "yaml"), ("a.b.yaml", "yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "found"), FORMATS)
def test_the_ending_says_the_format(path: str, found: str) -> None:
    assert files.format_of(path, None) == found
    assert files.format_of(path, "json") == "json"


@pytest.mark.parametrize("path", ["a.txt", "a", "csv", "a.xlsx"])
def test_another_ending_says_nothing(path: str) -> None:
    assert files.format_of(path, "csv") == "csv"
    with pytest.raises(LedgerError, match="say which format"):
        files.format_of(path, None)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfn\xc3\xa4me\n", b"n\xc3\xa4me\n"])
def test_text_in_utf8_with_and_without_a_mark(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert files.read_text(str(path)) == "n\u00e4me\n"


# content, what the message says, the line
NO_TEXT: dict[str, tuple[bytes, str, int | None]] = {
    "a workbook": (b"PK\x03\x04\x14\x00", "Save the sheet as CSV", None),
    "UTF-16": ("name".encode("utf-16"), "is UTF-16", None),
    "a zero byte": (b"name\nweb\x0001\n", "a zero byte", 2),
    "Latin-1": (b"name\nweb01\nK\xf6ln\n", "is not UTF-8", 3),
}


@pytest.mark.parametrize(("content", "said", "line"), NO_TEXT.values(), ids=NO_TEXT)
def test_what_is_no_text(tmp_path: Path, content: bytes, said: str, line: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    error = refused(lambda: files.read_text(str(path)), "file_invalid")
    assert said in error.message
    assert str(path) in error.message
    assert error.details.get("line") == line


def test_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x" * 100)
    monkeypatch.setattr(files, "LARGEST", 100)
    assert len(files.read_text(str(path))) == 100
    path.write_text("x" * 101)
    assert "more than 100 bytes" in refused(lambda: files.read_text(str(path)), "bad_request").message


@pytest.mark.parametrize("name", ["", "pipe", "missing", "no/folder"])
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = tmp_path / name
    assert str(path) in refused(lambda: files.read_text(str(path)), "bad_request").message


@pytest.mark.parametrize("text", ["", "a\0b", "a\ud800b"])
def test_what_is_no_path(text: str) -> None:
    assert "is not the path of a file" in refused(lambda: files.parse_path(text, "path"), "bad_request").message


def test_where_no_file_can_be_written(tmp_path: Path) -> None:
    assert "is not a file" in refused(lambda: files.current(str(tmp_path), 9), "bad_request").message
    path = str(tmp_path / "no" / "a.csv")
    assert path in refused(lambda: files.replace(path, b"", None), "bad_request").message


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    path = str(tmp_path / "a.csv")
    assert (files.current(path, 9), files.mode_of(path)) == (None, None)


def test_no_more_is_read_than_matters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 100)
    assert files.current(str(path), 9) == b"x" * 10


def test_a_new_file_is_its_owners_and_another_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    files.replace(str(path), b"one", None)
    assert (path.read_bytes(), mode(path)) == (b"one", 0o600)
    path.chmod(0o664)
    files.replace(str(path), b"two", None)
    assert (path.read_bytes(), mode(path)) == (b"two", 0o664)
    files.replace(str(path), b"three", 0o640)
    assert (files.current(str(path), 9), files.mode_of(str(path))) == (b"three", 0o640)
    files.set_mode(str(path), 0o600)
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    path.write_text("one")
    link.symlink_to(path)
    files.replace(str(link), b"two", None)
    assert link.is_symlink()
    assert path.read_text() == "two"


def test_a_reader_has_the_old_file_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with path.open() as reader:
        files.replace(str(path), b"new", None)
        assert reader.read() == "old"


def test_what_fails_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")

    def full(_descriptor: int) -> t.NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in refused(lambda: files.replace(str(path), b"new", None), "store_full").message
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(work: t.Callable[[], t.Any], reason: str) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        work()
    assert caught.value.reason == reason
    return caught.value
