# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link of its own between two hosts, in network namespaces that nothing outside of the test sees."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import typing as t

import pytest

HERE = ("02:00:00:00:00:01", ("203.0.113.1/24", "2001:db8:77::1/64"))
THERE = ("02:00:00:00:00:02", ("203.0.113.10/24", "2001:db8:77::10/64"))


class Host:
    """A network namespace, which lives as long as the process in it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid

    @property
    def inside(self) -> list[str]:
        """What to put before a command to run it here."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net"]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command here, and return it whatever became of it."""
        return subprocess.run(
            [*self.inside, *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def ip(self, *arguments: str) -> None:
        done = self.run("ip", *arguments)
        assert done.returncode == 0, (arguments, done.stderr)

    def asks(self, kind: str, *addresses: str, raw: bool = True) -> t.Any:
        """What ``probe.answering`` returns here, or the reason and the message with which it fails.

        ``raw`` is the right to send packets of one's own making.
        """
        without = [] if raw else ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"]
        done = self.run(*without, sys.executable, "-c", _ASK, kind, *addresses)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


_ASK = """
import json, sys
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._wire import probe
try:
    found = probe.answering(sys.argv[1], sys.argv[2:])
except LedgerError as error:
    found = [error.reason, error.message]
print(json.dumps(found))
"""


@contextlib.contextmanager
def _namespace() -> t.Iterator[Host]:
    process = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "echo there; exec sleep infinity"], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == b"there\n"
        yield Host(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def here() -> t.Iterator[Host]:
    """The machine that asks. On its link is another one that has ``THERE``."""
    if os.geteuid() != 0:
        pytest.fail("A network of its own for the test takes root. Run the tests as root.")
    with _namespace() as one, _namespace() as other:
        one.ip("link", "add", "lan", "type", "veth", "peer", "name", "eth0", "netns", str(other.pid))
        for host, link, (mac, addresses) in ((one, "lan", HERE), (other, "eth0", THERE)):
            host.ip("link", "set", "lo", "up")
            host.ip("link", "set", link, "address", mac, "up")
            for address in addresses:
                host.ip("address", "add", address, "dev", link, *(["nodad"] if ":" in address else []))
        yield one
