# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of this machine, and which addresses lie on them.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, some_of

SECONDS: t.Final = 10.0  # after which ``ip`` counts as one that hangs


class Link(t.NamedTuple):
    """A link with link-layer addresses; ``mac`` is that of this machine on it."""

    name: str
    number: int
    mac: bytes


class Places(t.NamedTuple):
    """``own`` are addresses that this machine has itself."""

    own: list[str]
    by_link: dict[Link, list[str]]


def unavailable(why: str) -> LedgerError:
    """The failure of a probe that cannot be made."""
    return LedgerError("probe_unavailable", f"probe: {why}")


def places(addresses: t.Sequence[str]) -> Places:
    """Where addresses lie; raises ``probe_unavailable`` if one lies on no link of this machine."""
    own: list[str] = []
    devices: dict[str, list[str]] = {}
    far: list[str] = []
    routes = {route["dst"]: route for route in _told([f"route get {address}" for address in addresses])}
    for address in addresses:
        route = routes.get(address, {})
        if route.get("type") == "local":
            own.append(address)
        elif "dev" not in route or "gateway" in route or "via" in route:
            far.append(address)
        else:
            devices.setdefault(route["dev"], []).append(address)
    if far:
        raise unavailable(
            f"arp reaches the links of {socket.gethostname()} only, and {some_of(far)} lies on none of them. Delegate "
            "the task to a host on that link, or use probe: ping."
        )
    links = (_link(about) for about in _told([f"link show dev {name}" for name in devices]))
    return Places(own, {link: devices[link.name] for link in links})


def _told(questions: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """What the kernel answers, as far as it does; /sys is of no use for that, a container may see another one's."""
    program = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise unavailable("arp needs the command ip of iproute2, which is not installed.")
    try:
        answer = subprocess.run(
            [program, "-json", "-force", "-batch", "-"],
            input="".join(f"{question}\n" for question in questions),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return [one for line in answer.stdout.splitlines() if line for one in json.loads(line)]
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise unavailable(f"arp could not ask {program} where the address lies: {error}.") from None


def _link(about: dict[str, t.Any]) -> Link:
    name = about["ifname"]
    if about["link_type"] != "ether":
        raise unavailable(f"arp needs a link with MAC addresses, and {name} has none. Use probe: ping.")
    if not {"UP", "LOWER_UP"} <= set(about["flags"]):
        raise unavailable(f"arp needs a link that is up, and {name} is down or has no carrier.")
    return Link(name, about["ifindex"], bytes.fromhex(about["address"].replace(":", "")))
