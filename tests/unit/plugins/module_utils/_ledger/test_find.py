# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a subnet, an address or a VRF that is not there, and what there is instead."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._address.parse import parse_network
from ansible_collections.netledger.ipam.plugins.module_utils._ledger import find, subnets
from ansible_collections.netledger.ipam.plugins.module_utils._ledger.wish import Wish
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Transaction


def made(tx: Transaction, name: str, cidr: str, vrf: str = "default") -> None:
    subnets.ensure(tx, Wish(vrf, name, parse_network(cidr, "cidr")))


def refused(look: t.Callable[[], object]) -> tuple[str, str, dict[str, t.Any]]:
    with pytest.raises(LedgerError) as caught:
        look()
    return caught.value.reason, caught.value.message, caught.value.details


SUBNETS: list[tuple[str, str, str]] = [
    ("default", "lna", "There is no subnet 'lna' in VRF 'default'. Did you mean 'lan'?"),
    ("default", "10.9.0.0/24", "There is no subnet '10.9.0.0/24' in VRF 'default'. It has: lan, yard."),
    ("red", "lan", "There is no subnet 'lan' in VRF 'red'. It has no subnets. There are subnets in VRF default."),
]


@pytest.mark.parametrize(("vrf", "asked", "message"), SUBNETS)
def test_a_subnet_that_is_not_there(tx: Transaction, vrf: str, asked: str, message: str) -> None:
    made(tx, "lan", "10.0.0.0/24")
    made(tx, "yard", "10.0.1.0/24")
    assert refused(lambda: find.subnet(tx, vrf, asked)) == ("subnet_missing", message, {"subnet": asked, "vrf": vrf})


def test_one_that_goes_away_before_it_is_locked(tx: Transaction) -> None:
    made(tx, "yard", "10.0.1.0/24")
    made(tx, "lan", "10.0.0.0/24")
    lan = find.locked_by_name(tx, "default", "10.0.0.0/24")
    assert lan == find.locked_by_name(tx, "default", "lan") == find.locked(tx, lan)
    subnets.remove(tx, lan, force=False)
    message = "There is no subnet 'lan' in VRF 'default'. It has: yard."
    for look in (lambda: find.locked(tx, lan), lambda: find.locked_by_name(tx, "default", "lan")):
        assert refused(look) == ("subnet_missing", message, {"subnet": "lan", "vrf": "default"})


def test_an_address_that_lies_in_none(tx: Transaction) -> None:
    made(tx, "lan", "10.0.0.0/24")
    message = "192.0.2.1 lies in no subnet of VRF 'default'. It has: lan."
    assert refused(lambda: find.subnet_around(tx, "default", "192.0.2.1")) == ("address_outside_subnet", message, {})


def test_of_an_empty_ledger_the_default_vrf_is_known(tx: Transaction) -> None:
    find.check_vrf(tx, "default")
    message = "Nothing is known of VRF 'red'. It has no subnets."
    assert refused(lambda: find.check_vrf(tx, "red")) == ("subnet_missing", message, {"vrf": "red"})


def test_of_others_those_that_have_subnets(tx: Transaction) -> None:
    made(tx, "lan", "10.0.0.0/24", vrf="red")
    find.check_vrf(tx, "red")
    message = "Nothing is known of VRF 'default'. It has no subnets. There are subnets in VRF red."
    assert refused(lambda: find.check_vrf(tx, "default")) == ("subnet_missing", message, {"vrf": "default"})
