# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure how long a copy of a large ledger takes, from every kind of store into every kind.

    python -m ansible_collections.netledger.ipam.tests.bench.copies

Each copy is one task ``store`` with ``copy_from``, history included. The servers are started for it, as for the tests,
and do not sync their disks.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.netledger.ipam.plugins.module_utils._ledger import transfer
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import store
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded
from ansible_collections.netledger.ipam.tests.services.access import Access
from ansible_collections.netledger.ipam.tests.services.shared import shared_server
from ansible_collections.netledger.ipam.tests.stores import KINDS, SERVERS, fresh

_AT_ONCE: t.Final = 10_000  # addresses that are reserved in one task


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=100_000)
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of stores, with commas")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copies-") as folder:
        for (source, target), seconds in measure(Path(folder), options.kinds.split(","), options.addresses):
            print(f"{source} to {target}: {seconds:.1f} s", flush=True)
    return 0


def measure(folder: Path, kinds: t.Sequence[str], addresses: int) -> t.Iterator[tuple[tuple[str, str], float]]:
    """The kinds of source and target of each copy, and its seconds; every copy is compared with its source."""
    folder.chmod(0o755)  # servers run as another user
    with contextlib.ExitStack() as stack:
        servers = {kind: stack.enter_context(shared_server(kind, folder)) for kind in kinds if kind in SERVERS}
        first = filled(folder / "filled", addresses)
        for source in kinds:
            with _place(folder, servers, source, "source") as there:
                copy(first, there)
                for target in kinds:
                    with _place(folder, servers, target, f"{source}-target") as here:
                        yield (source, target), copy(there, here)
                        assert here.read(transfer.fingerprint) == there.read(transfer.fingerprint)


def filled(folder: Path, addresses: int) -> Ledger:
    """A SQLite ledger of one subnet with so many held addresses."""
    folder.mkdir()
    ledger = Ledger(folder / "ipam.db")
    ledger.subnet(name="lan", cidr="10.0.0.0/8")
    names = iter(range(addresses))
    while batch := [f"host{number}" for number in itertools.islice(names, _AT_ONCE)]:
        ledger.address(names=batch, subnet="lan", tags=["linux"])
    return ledger


def copy(source: Ledger, target: Ledger) -> float:
    before = time.perf_counter()
    succeeded(target.run(store.TASK, copy_from=str(source.store)))
    return time.perf_counter() - before


def _place(
    folder: Path, servers: t.Mapping[str, Access], kind: str, name: str
) -> contextlib.AbstractContextManager[Ledger]:
    own = folder / f"{name}-{kind}"
    own.mkdir()
    return fresh(kind, own, servers.get(kind))


if __name__ == "__main__":
    sys.exit(main())
