# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next question of a worker, drawn at random out of what it knows.

What it knows decides only which questions are worth asking, such as to free what it holds. Nothing is judged by it.
"""

from __future__ import annotations

import random
import typing as t

from ansible_collections.netledger.ipam.tests.endurance import world
from ansible_collections.netledger.ipam.tests.endurance.journal import Options, Outcome, Question, Step

_MANY = 60  # holders, from which on every other question frees one


class Holder(t.NamedTuple):
    """Somebody who holds addresses as far as the worker knows; ``subnet`` is one in which it does."""

    vrf: str
    name: str
    interface: str
    subnet: str
    addresses: tuple[str, ...]


class Knowledge:
    """What a slot holds, learned of its steps. Names of holders and subnets start with that of the slot."""

    def __init__(self, slot: str, chance: random.Random) -> None:
        self._slot = slot
        self._chance = chance
        self._number = 0
        self._holders: dict[tuple[str, str], Holder] = {}
        self._subnets: dict[str, str] = {}
        """The CIDRs of the subnets that are the slot's own."""

    def learn(self, step: Step) -> None:
        """Take in what a question has brought. Of one without an answer anything may be, so it counts as met."""
        question = step.question
        self._number += 1
        if step.outcome is Outcome.REFUSED or step.answer is None:
            return
        if question.task == "subnet":
            self._learn_subnet(question, step.answer)
        elif question.task == "address":
            if question.absent:
                for name in question.names:
                    self._holders.pop((question.vrf, name), None)
            for one in [] if question.absent else step.answer.get("addresses", []):
                self._learn_address(question.vrf, one)

    def _learn_subnet(self, question: Question, answer: Options) -> None:
        options = question.options
        name = options["name"]
        now = str(options.get("new_name", name))
        if question.absent or "split" in options:
            self._leave(name)
        for one in (name, *options.get("merge", ())):
            if one != now:
                self._rename(one, now)
        if not question.absent:
            self._subnets.update({one["name"]: one["cidr"] for one in answer.get("subnets", [])})

    def _leave(self, subnet: str) -> None:
        self._subnets.pop(subnet, None)
        for key in [key for key, holder in self._holders.items() if holder.subnet == subnet]:
            del self._holders[key]

    def _rename(self, old: str, new: str) -> None:
        self._subnets.pop(old, None)
        for key, holder in self._holders.items():
            if holder.subnet == old:
                self._holders[key] = holder._replace(subnet=new)

    def _learn_address(self, vrf: str, one: Options) -> None:
        key = (vrf, one["name"])
        held = self._holders[key].addresses if key in self._holders else ()
        addresses = tuple(dict.fromkeys([*held, one["address"]]))
        self._holders[key] = Holder(vrf, one["name"], one["interface"], one["subnet"], addresses)

    def next(self) -> Question:
        """The next question; a holder that is new gets a name that nobody had before."""
        if len(self._holders) > _MANY and self._chance.random() < 0.5:
            return self._release()
        draw = self._chance.choices(list(KINDS), list(KINDS.values()))[0]
        return t.cast(Question, getattr(self, f"_{draw}")())

    # Addresses

    def _address(self, vrf: str = "default", **options: t.Any) -> Question:
        return Question("address", {"vrf": vrf, **options})

    def _new(self) -> str:
        """A name that the slot has not used: each question counts, and each name has one of its own."""
        return f"{self._slot}-h{self._number}"

    def _some(self) -> Holder | None:
        return self._chance.choice(list(self._holders.values())) if self._holders else None

    def _where(self) -> str:
        return self._chance.choice([*world.LANS, *world.LANS6, *world.TIGHT, *self._subnets])

    def _any(self) -> Question:
        options: Options = {"name": self._new(), "subnet": [self._where()]}
        if self._chance.random() < 0.2:
            options["interface"] = f"eth{self._chance.randrange(3)}"
        if self._chance.random() < 0.2:
            options |= {"strategy": self._chance.choice(["lowest", "highest", "random", "rotate"])}
        return self._address(**options)

    def _blue(self) -> Question:
        """The same networks once more, in a VRF of their own."""
        return self._address("blue", name=self._new(), subnet=[self._chance.choice(world.BLUE)])

    def _overflow(self) -> Question:
        return self._address(name=self._new(), subnet=[*world.TIGHT, *self._chance.sample(world.LANS, 2)])

    def _certain(self) -> Question:
        """One of the first addresses of a shared subnet, which others want too."""
        number = self._chance.randrange(len(world.LANS))
        wanted = f"{world.lan(number)}.{self._chance.randrange(32)}"
        fallback = self._chance.choice(["error", "next"])
        return self._address(name=self._new(), subnet=[world.LANS[number]], address=wanted, fallback=fallback)

    def _bulk(self) -> Question:
        names = [f"{self._new()}-{number}" for number in range(self._chance.randint(2, 9))]
        partial = self._chance.random() < 0.3
        return self._address(names=names, subnet=[self._where()], partial=partial)

    def _run(self) -> Question:
        count = self._chance.randint(2, 8)
        contiguous, align = self._chance.choice([(True, True), (True, False), (False, False)])
        subnet = self._chance.choice([*world.LANS, *world.LANS6])
        return self._address(name=self._new(), subnet=[subnet], count=count, contiguous=contiguous, align=align)

    def _dual_stack(self) -> Question:
        subnets = [self._chance.choice(world.LANS), self._chance.choice(world.LANS6)]
        options: Options = {self._chance.choice(["dual_stack", "same_host_part"]): True}
        return self._address(name=self._new(), subnet=subnets, **options)

    def _lease(self) -> Question:
        lease = self._chance.choice(["1s", "2s", "3s", "1h"])
        return self._address(name=self._new(), subnet=[self._where()], lease=lease)

    def _again(self, **options: t.Any) -> Question:
        """The same holder asks once more, for other notes or another end, or as it is."""
        known = self._some()
        if known is None:
            return self._any()
        if known.interface:
            options["interface"] = known.interface
        return self._address(known.vrf, name=known.name, subnet=[known.subnet], **options)

    def _renew(self) -> Question:
        return self._again(lease=self._chance.choice(["2s", "1h", "0"]))

    def _notes(self) -> Question:
        text = f"note {self._chance.randrange(10**6)}: {{{{ é }}}} '\"\\ ; --"
        return self._again(description=text, tags=[f"t{self._chance.randrange(9)}"], labels={"rack": "r1"})

    def _move(self) -> Question:
        """A holder goes to another address, if that is free."""
        number = self._chance.randrange(len(world.LANS))
        mine = [one for one in self._holders.values() if one.vrf == "default" and one.subnet == world.LANS[number]]
        if not mine:
            return self._any()
        known = self._chance.choice(mine)
        options: Options = {"interface": known.interface} if known.interface else {}
        wanted = f"{world.lan(number)}.{self._chance.randrange(1, 32)}"
        return self._address(name=known.name, subnet=[known.subnet], address=wanted, force=True, **options)

    def _release(self) -> Question:
        known = self._some()
        if known is None:
            return self._any()
        options: Options = {}
        if known.interface and self._chance.random() < 0.5:
            options["interface"] = known.interface
        elif self._chance.random() < 0.2:
            options["address"] = self._chance.choice(known.addresses)
        return self._address(known.vrf, name=known.name, state="absent", **options)

    def _release_many(self) -> Question:
        mine = [one.name for one in self._holders.values() if one.vrf == "default"]
        if len(mine) < 5:
            return self._any()
        return self._address(names=self._chance.sample(mine, 5), state="absent")

    def _look(self) -> Question:
        known = self._some()
        if known is None:
            return self._any()
        return Question("address_info", {"vrf": known.vrf, "name": known.name})

    # Pools and subnets

    def _pool(self) -> Question:
        """Pools of shared subnets grow and shrink under those who ask there; some are refused."""
        number = self._chance.choice([0, 4, 8])
        base, name = world.lan(number), self._chance.choice(["a", "b", "c"])
        first = {"a": 14, "b": 100, "c": 170}[name]
        if name == "c" and self._chance.random() < 0.3:
            return Question("pool", {"vrf": "default", "subnet": world.LANS[number], "name": name, "state": "absent"})
        options: Options = {"start": f"{base}.{first}", "end": f"{base}.{first + self._chance.randint(20, 60)}"}
        options |= {"force": self._chance.random() < 0.5, "warn_below": self._chance.randint(0, 5)}
        return Question("pool", {"vrf": "default", "subnet": world.LANS[number], "name": name, **options})

    def _new_subnet(self) -> str:
        return f"{self._slot}-s{self._number}"

    def _subnet(self, name: str, **options: t.Any) -> Question:
        return Question("subnet", {"vrf": "default", "name": name, **options})

    def _carve(self) -> Question:
        length = self._chance.randint(26, 29)
        parent = self._chance.choice([[world.BLOCKS[0]], [world.BLOCKS[1]], world.BLOCKS])
        return self._subnet(self._new_subnet(), parent=parent, prefix_length=length, hold_down="0")

    def _make(self) -> Question:
        base, length = world.own_network(self._slot), self._chance.randint(24, 28)
        cidr = f"{base}.{self._chance.randrange(16)}.{self._chance.randrange(4) * 64}/{length}"
        return self._subnet(self._new_subnet(), cidr=cidr)

    def _resize(self) -> Question:
        """An own subnet becomes twice or half as large, where that is possible."""
        base = world.own_network(self._slot)
        mine = [(name, cidr) for name, cidr in self._subnets.items() if cidr.startswith(f"{base}.")]
        if not mine:
            return self._make()
        name, cidr = self._chance.choice(mine)
        network, _slash, length = cidr.partition("/")
        return self._subnet(name, cidr=f"{network}/{min(30, max(22, int(length) + self._chance.choice([-1, 1])))}")

    def _rename_one(self) -> Question:
        if not self._subnets:
            return self._make()
        return self._subnet(self._chance.choice(list(self._subnets)), new_name=self._new_subnet())

    def _split(self) -> Question:
        if not self._subnets:
            return self._make()
        return self._subnet(self._chance.choice(list(self._subnets)), split=2)

    def _merge(self) -> Question:
        """The two halves of one that was split."""
        halves = [name for name in self._subnets if name.endswith("-1") and f"{name[:-2]}-2" in self._subnets]
        if not halves:
            return self._split()
        half = self._chance.choice(halves)
        return self._subnet(self._new_subnet(), merge=[half, f"{half[:-2]}-2"])

    def _describe(self) -> Question:
        if not self._subnets:
            return self._make()
        name = self._chance.choice(list(self._subnets))
        return self._subnet(name, description=f"{self._number}", dns_servers=["192.0.2.1"])

    def _remove(self) -> Question:
        if not self._subnets:
            return self._make()
        name = self._chance.choice(list(self._subnets))
        return self._subnet(name, state="absent", force=self._chance.random() < 0.5)


KINDS = {
    "any": 25,
    "blue": 4,
    "overflow": 4,
    "certain": 8,
    "bulk": 8,
    "run": 6,
    "dual_stack": 3,
    "lease": 8,
    "renew": 5,
    "notes": 7,
    "move": 3,
    "again": 3,
    "release": 22,
    "release_many": 2,
    "look": 6,
    "pool": 5,
    "carve": 5,
    "make": 3,
    "resize": 3,
    "rename_one": 1,
    "split": 2,
    "merge": 2,
    "describe": 2,
    "remove": 5,
}
"""How often each kind of question is asked."""
