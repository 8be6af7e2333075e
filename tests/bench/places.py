# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stores that are measured: files in a folder, and servers that are started for it.

The servers are durable, unlike those of the tests: they sync their disks as the stores in files do.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import os
import signal
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services import shared
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.services.processes import ServiceMissing
from ansible_collections.netledger.ipam.tests.stores import KINDS, fresh


class Store:
    """One kind of store, in which any number of ledgers can be made."""

    def __init__(self, kind: str, folder: Path, server: Access | None) -> None:
        self.kind = kind
        self.server = server
        self._folder = folder
        self._numbers = itertools.count(1)

    @contextlib.contextmanager
    def fresh(self) -> t.Iterator[Ledger]:
        """A place of which nobody made a ledger yet, and which goes with it."""
        with (
            tempfile.TemporaryDirectory(dir=self._folder) as folder,
            fresh(self.kind, Path(folder), self.server) as ledger,
        ):
            yield ledger

    def folder(self) -> Path:
        """A new folder on the disk that is measured."""
        folder = self._folder / f"{self.kind}-{next(self._numbers)}"
        folder.mkdir()
        return folder


def add_options(parser: argparse.ArgumentParser, default: str = ",".join(KINDS)) -> None:
    """What all parts of the benchmark are told."""
    text = f"with commas, of {','.join(KINDS)} (default: {default})"
    parser.add_argument("--stores", type=_kinds, default=default, help=text)
    parser.add_argument("--folder", type=Path, default=Path("build"), help="on the disk to measure")
    parser.add_argument("--json", type=_writable, help="write the figures here, too")


def _kinds(text: str) -> str:
    unknown = set(text.split(",")) - set(KINDS)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no kind {min(unknown)!r}; the kinds are {', '.join(KINDS)}")
    return text


def _writable(text: str) -> Path:
    """A path to write to in the end, hours later perhaps."""
    path = Path(text)
    if not os.access(path.parent, os.W_OK) or path.is_dir():
        raise argparse.ArgumentTypeError(f"nothing can be written to {text}")
    return path


@contextlib.contextmanager
def found(kinds: t.Sequence[str], folder: Path) -> t.Iterator[t.Iterator[Store]]:
    """The stores of these kinds, each server of which runs while it is its turn.

    One whose server is not installed is left out, and said so. Who is asked to end (SIGTERM) ends the servers, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        before = signal.signal(signal.SIGTERM, lambda *_unused: sys.exit(1))
        stack.callback(signal.signal, signal.SIGTERM, before)
        own = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=folder.resolve())))
        yield stack.enter_context(contextlib.closing(_each(kinds, own)))


def _each(kinds: t.Sequence[str], folder: Path) -> t.Generator[Store, None, None]:
    for kind in kinds:
        with contextlib.ExitStack() as stack:
            server: t.Any = None
            if kind in shared.KINDS:
                try:
                    server = stack.enter_context(shared.KINDS[kind]())
                except ServiceMissing as error:
                    tell(f"{kind} is left out: {error}")
                    continue
            yield Store(kind, folder, server)


@functools.cache
def _started() -> float:
    return time.monotonic()


def tell(text: str) -> None:
    """Progress goes where it can be left away."""
    print(f"{time.monotonic() - _started():6.0f} s {text}", file=sys.stderr, flush=True)
