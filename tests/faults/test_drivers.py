# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python packages that speak with servers: none, or another one than usual."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.netledger.ipam.tests.faults.wire import Wire, cut_after
from ansible_collections.netledger.ipam.tests.services.access import PASSWORD, PASSWORD_USER, Database
from ansible_collections.netledger.ipam.tests.services.processes import HOST

WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None  # as if it were not installed
"""
ASK = """
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address
from ansible_collections.netledger.ipam.tests.ledger import Ledger
result = Ledger(sys.argv[2]).run(address.TASK, name="a", subnet="lan")
print(result["reason"], result["msg"])
"""
WORK = """
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store
from ansible_collections.netledger.ipam.tests.ledger import Ledger, succeeded
ledger = Ledger(sys.argv[2], password=sys.argv[3])
ledger.subnet(name="lan", cidr="10.0.0.0/16", tags=["öffice"])
assert ledger.address(name="a", subnet="lan")["address"] == "10.0.0.1"
assert ledger.address(names=[f"n{i}" for i in range(1200)], subnet="lan")["changed"]
assert ledger.address(name="a", subnet="lan")["changed"] is False
assert ledger.address(name="n7", subnet="lan", state="absent")["changed"] is True
assert len(ledger.address_info()["addresses"]) == 1200
assert succeeded(ledger.run(store.TASK, store=sys.argv[2], verify=True))["differences"] == []
assert ledger.run(address.TASK, name="a", subnet="gone")["reason"] == "subnet_missing"
wrong = Ledger(sys.argv[2], password="wrong").run(address.TASK, name="a", subnet="lan")
assert wrong["reason"] == "login_failed", wrong
gone = Ledger(sys.argv[4]).run(address.TASK, name="a", subnet="lan")
assert gone["reason"] == "store_missing", gone
broken = Ledger(sys.argv[5], password=sys.argv[3]).address(name="through", subnet="lan")
assert broken["changed"] is True
print(*sorted(name for name in ("psycopg", "psycopg2", "pymysql", "MySQLdb") if sys.modules.get(name)))
ledger.check()
"""


def python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", WITHOUT + code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("scheme", "modules", "package"),
    [("postgresql", "psycopg,psycopg2", "'psycopg[binary]'"), ("mariadb", "pymysql,MySQLdb", "PyMySQL")],
)
def test_no_driver_is_installed(scheme: str, modules: str, package: str) -> None:
    said = python(ASK, modules, f"{scheme}://ipam@{HOST}/ipam")
    assert said.startswith("driver_missing ")
    assert said.endswith(f"{sys.executable} -m pip install {package}")
    for module in modules.split(","):
        assert module in said


def test_psycopg2_will_do(postgres_database: Database) -> None:
    """All that psycopg does, with rows in portions and a connection that breaks in COMMIT."""
    url = postgres_database.url(PASSWORD_USER)
    port = postgres_database.server.ports[0]
    with Wire(port) as wire:
        wire.at("COMMIT", cut_after)
        broken = url.replace(f":{port}/", f":{wire.port}/")
        said = python(WORK, "psycopg", url, PASSWORD, postgres_database.server.url("ipam_gone"), broken)
        assert wire.sprung == 1
    assert said == "psycopg2"


REFUSE = """
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.tests.ledger import Ledger
ledger = Ledger(sys.argv[2])
ledger.subnet(name="lan", cidr="10.0.0.0/24")
try:
    # So many that the first is refused while the last ones are still to be sent.
    ledger.write(lambda tx: tx.many("UPDATE vrf SET rev = rev / ?", [(0,)] * 5000))
except LedgerError as error:
    print(error.reason, file=sys.stderr)
"""


def test_a_driver_writes_nothing_beside_what_ansible_shows(database: Database) -> None:
    """psycopg logs that it gave many rows up, which Python writes to stderr where nobody takes it."""
    command = [sys.executable, "-c", WITHOUT + REFUSE, "psycopg2", database.url()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "store_failed\n")
