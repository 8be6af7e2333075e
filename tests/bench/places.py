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
        """A place of which nobody made a ledger yet."""
        folder = self.folder()
        with fresh(self.kind, folder, self.server) as ledger:
            yield ledger

    def folder(self) -> Path:
        """A new folder on the disk that is measured."""
        folder = self._folder / f"{self.kind}-{next(self._numbers)}"
        folder.mkdir()
        return folder


def add_options(parser: argparse.ArgumentParser, default: str = ",".join(KINDS)) -> None:
    """What all parts of the benchmark are told."""
    parser.add_argument("--stores", default=default, help=f"with commas, of {','.join(KINDS)} (default: {default})")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="on the disk to measure")
    parser.add_argument("--json", type=Path, help="write the figures here, too")


@contextlib.contextmanager
def found(kinds: t.Sequence[str], folder: Path) -> t.Iterator[list[Store]]:
    """The stores of these kinds; one whose server is not installed is left out, and said so."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        own = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=folder.resolve())))
        stores = []
        for kind in kinds:
            try:
                server = t.cast(
                    "Access | None", stack.enter_context(shared.KINDS[kind]()) if kind in shared.KINDS else None
                )
            except ServiceMissing as error:
                tell(f"{kind} is left out: {error}")
            else:
                stores.append(Store(kind, own, server))
        yield stores


@functools.cache
def _started() -> float:
    return time.monotonic()


def tell(text: str) -> None:
    """Progress goes where it can be left away."""
    print(f"{time.monotonic() - _started():6.0f} s {text}", file=sys.stderr, flush=True)
