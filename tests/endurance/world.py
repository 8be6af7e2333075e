# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subnets that all workers share, and what is each worker's own."""

from __future__ import annotations

from ansible_collections.netledger.ipam.tests.endurance.journal import Options, Question

_STRATEGIES = ("lowest", "highest", "random", "rotate")
_HOLD_DOWNS = ("0", "0", "2s")

LANS = [f"lan{number}" for number in range(12)]
TIGHT = [f"link{number}" for number in range(3)]
LANS6 = [f"six{number}" for number in range(4)]
BLUE = [f"lan{number}" for number in range(4)]
BLOCKS = ["site0", "site1"]
"""Children are carved out of these; the second one is soon full."""


def lan(number: int) -> str:
    """The first three bytes of a shared subnet; the networks are of /24 to /27."""
    return f"10.{number}.0"


def own_network(slot: str) -> str:
    """The first two bytes of a /16 in which only the workers of this slot make subnets."""
    return f"10.{100 + int(slot[1:])}"


def questions() -> list[Question]:
    """The tasks that make what all share."""
    made = [_lan("default", name, number) for number, name in enumerate(LANS)]
    made += [_lan("blue", name, number) for number, name in enumerate(BLUE)]
    for number, name in enumerate(TIGHT):
        made.append({"name": name, "cidr": f"10.20.{number}.0/{28 + number}", "hold_down": f"{number}s"})
    for number, name in enumerate(LANS6):
        made.append({"name": name, "cidr": f"2001:db8:{number}::/{64 if number % 2 else 120}", "tags": ["six"]})
    made.append({"name": BLOCKS[0], "cidr": "10.64.0.0/16", "min_prefix_length": 24, "max_prefix_length": 29})
    made.append({"name": BLOCKS[1], "cidr": "10.65.0.0/25", "quota": 96})
    return [Question("subnet", {"vrf": "default", **options}) for options in made]


def _lan(vrf: str, name: str, number: int) -> Options:
    base = lan(number)
    options: Options = {
        "vrf": vrf,
        "name": name,
        "cidr": f"{base}.0/{24 + number % 4}",
        "gateway": ("first", "last", "")[number % 3],
        "strategy": _STRATEGIES[number % 4],
        "hold_down": _HOLD_DOWNS[number % 3],
        "reserved": [f"{base}.9", f"{base}.12-{base}.13"],
    }
    if number % 4 == 0:
        options["pools"] = [
            {"name": "a", "start": f"{base}.14", "end": f"{base}.60"},
            {"name": "b", "start": f"{base}.100", "end": f"{base}.140", "strategy": "rotate", "hold_down": "1s"},
        ]
    return options
