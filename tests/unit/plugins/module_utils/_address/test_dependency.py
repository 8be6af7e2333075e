# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

WITHOUT_NETADDR = """
import json, sys
sys.modules["netaddr"] = None  # import netaddr now raises ImportError
from pathlib import Path
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, address_info, pool
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import store, subnet, subnet_info
ledger = Ledger(Path(sys.argv[1]))
results = [ledger.run(one.TASK, name="lan", cidr="10.0.0.0/24", subnet="lan") for one in
           (subnet, pool, address, store, subnet_info, address_info)]
json.dump(results, sys.stdout)
"""


def test_every_task_says_that_netaddr_is_missing_and_touches_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ipam.db"
    child = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETADDR, path], check=False, capture_output=True, text=True, timeout=60
    )
    assert child.returncode == 0, child.stderr
    for result in json.loads(child.stdout):
        assert result["failed"] is True
        assert result["reason"] == "library_missing"
        assert result["library"] == "netaddr"
        assert f"{sys.executable} -m pip install netaddr" in result["msg"]
    assert list(tmp_path.iterdir()) == []
