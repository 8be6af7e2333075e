# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a function in a child process: to kill it, as another user, or with a file system of its own."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import traceback
import typing as t
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")
_CLONE_NEWNS = 0x00020000
_MS_REC_PRIVATE = (1 << 14) | (1 << 18)
_NOBODY = 65534


def in_child(function: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """What the function returns, from a fork of this process."""
    ours, theirs = FORK.Pipe(duplex=False)
    child = FORK.Process(target=answer_to, args=(ours, theirs, function, *arguments))
    child.start()
    theirs.close()
    try:
        failed, answer = ours.recv()
    except EOFError:
        failed, answer = True, "the child ended without an answer"
    child.join(60)
    assert not failed, answer
    return answer


def answer_to(ours: Connection, pipe: Connection, function: t.Callable[..., t.Any], *arguments: t.Any) -> None:
    """What a fork does: call the function, and send what it returns, or its traceback, to who reads ``ours``."""
    ours.close()  # or the answer to a process that is gone would wait for ever
    try:
        answer = (False, function(*arguments))
    except BaseException:
        answer = (True, traceback.format_exc())
    pipe.send(answer)


def as_nobody(function: t.Callable[..., t.Any]) -> t.Any:
    """Call it as a user whom permissions bind. Files that it needs must be readable by everybody."""
    return in_child(_unprivileged, function) if os.geteuid() == 0 else function()


def _unprivileged(function: t.Callable[..., t.Any]) -> t.Any:
    os.setgroups([])
    os.setgid(_NOBODY)
    os.setuid(_NOBODY)
    return function()


def with_small_disk(folder: Path, size: str, function: t.Callable[..., t.Any]) -> t.Any:
    """As ``on_small_disk``. Mounting takes root: in CI its absence is a failure, elsewhere a reason to skip."""
    if not can_mount() and not os.environ.get("CI"):
        pytest.skip("a file system of its own takes root")
    return on_small_disk(folder, size, function)


def can_mount() -> bool:
    """Whether this user may mount a file system that only its own processes see."""
    try:
        in_child(_own_mounts)
    except AssertionError:
        return False
    return True


def on_small_disk(folder: Path, size: str, function: t.Callable[..., t.Any]) -> t.Any:
    """Call it while ``folder`` is a file system of that size, which only the child sees and which ends with it."""
    return in_child(_mounted, folder, size, function)


def _own_mounts() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for result in (libc.unshare(_CLONE_NEWNS), libc.mount(b"none", b"/", None, _MS_REC_PRIVATE, None)):
        if result:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _mounted(folder: Path, size: str, function: t.Callable[..., t.Any]) -> t.Any:
    _own_mounts()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", bytes(folder), b"tmpfs", 0, f"size={size}".encode()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return function()
