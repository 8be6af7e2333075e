# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command while a server runs: ``python -m ...services.during KIND COMMAND [ARGUMENT...]``.

The command has the URL of an empty database as the store of its ledger, in NETLEDGER_IPAM_STORE. The server ends with
the command, whose exit status is that of this program.
"""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t

from ansible_collections.netledger.ipam.tests.services.shared import KINDS


def during(kind: str, command: t.Sequence[str]) -> int:
    """The exit status of the command. Nothing of the server outlives it, so it need not be durable."""
    with KINDS[kind](durable=False) as server:
        environment = {**os.environ, "NETLEDGER_IPAM_STORE": server.url()}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(during(sys.argv[1], sys.argv[2:]))
