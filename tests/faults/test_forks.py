# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has used the ledger forks, as Ansible does for each task: no connection is in two processes."""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.tests.apart import FORK
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import Database


def take(ledger: Ledger, name: str, answers: t.Any) -> None:
    try:
        answers.put([ledger.address(name=f"{name}-{number}", subnet="lan")["address"] for number in range(20)])
    except BaseException as error:
        answers.put([repr(error)])


def connections(database: Database) -> int:
    if database.server.scheme == "postgresql":
        sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'netledger.ipam'"
        ((count,),) = database.admin(f"{sql} AND datname = current_database()")
    else:
        ((count,),) = database.admin(
            "SELECT count(*) FROM information_schema.processlist WHERE user = 'ipam' AND db = DATABASE()"
        )
    return int(count)


def test_parent_and_children_work_at_the_same_time(lan: Ledger, database: Database) -> None:
    answers = FORK.Queue()
    lan.address(name="before", subnet="lan")
    assert connections(database) == 1
    children = [FORK.Process(target=take, args=(lan, f"child{number}", answers)) for number in range(3)]
    for child in children:
        child.start()
        lan.address(name=f"between{child.name}", subnet="lan")
    take(lan, "parent", answers)
    found = [address for _ in range(4) for address in answers.get(timeout=60)]
    for child in children:
        child.join(30)
    assert len(set(found)) == len(found) == 80
    assert [one for one in found if not one.startswith("10.0.0.")] == []
    assert lan.rows("SELECT count(*) FROM address") == [(84,)]
    lan.check()


def test_a_loop_keeps_its_connection(lan: Ledger, database: Database) -> None:
    """And not more than a few."""
    for number in range(3):
        lan.address(name=f"n{number}", subnet="lan")
        assert connections(database) == 1
    for seconds in range(10, 20):
        lan.impatient(seconds).address(name="n0", subnet="lan")
    assert connections(database) <= 4
    idle.close_all()
    lan.address(name="last", subnet="lan")
    assert connections(database) == 1
