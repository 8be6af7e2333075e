# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger in a database server: transactions that are run again where another one, or a dead server, came between.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import random
import time
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import clock
from ansible_collections.netledger.ipam.plugins.module_utils._store.schema import VERSION, check_version, removal
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.engine import Engine, Fault, Session
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.faults import (
    FaultError,
    server_error,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.rights import Account, Rights
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access, Transaction

T = t.TypeVar("T")

_ALONE: t.Final = 5.0  # seconds to wait for a server that has no other beside it: enough for a restart
_LONGEST: t.Final = 0.5  # seconds between two tries
_SILENT: t.Final = 10.0  # seconds to wait for a host that says nothing
_SILENT_FIRST: t.Final = 3.0  # the same where others have not been asked yet
_DOUBLES: t.Final = 10  # tries where a row is there already: whoever made it is done by then


class ServerStore:
    """A ledger in a server. It connects when it is needed, and to another host when one is lost."""

    def __init__(self, engine: Engine, *, place: str, lock_timeout: float, actor: str, affinity: str = "") -> None:
        """``affinity`` names what is to be changed: who changes the same asks the hosts in the same order."""
        self._engine = engine
        self._place = place
        self._lock_timeout = lock_timeout
        self._actor = actor
        self._affinity = affinity
        self._session: Session | None = None
        self._made = False

    def run(self, work: t.Callable[[Transaction], T], access: Access) -> T:
        """Run ``work`` in one transaction and return what it returns; any error undoes everything it wrote.

        It is run again from its start where the server asks for that or was lost. After a COMMIT that nobody knows the
        end of, it finds by its keys what there is: if nothing is left to do, the first result was the right one.
        """
        uncertain: list[T] = []
        return self._repeated(lambda deadline: self._transact(work, access, deadline, uncertain), uncertain)

    def version(self) -> int | None:
        """The schema version of the ledger; None where there is none."""
        return self._repeated(lambda deadline: self._engine.version_of(self._connected(Access.READ, deadline)))

    def make(self) -> None:
        """Make the tables where there are none."""
        made = self._migrated(None)
        self._made = made or self._made
        check_version(self.version() or 0, self._place)

    def upgrade(self) -> bool:
        """Bring an older schema to the newest; False where there is none, or others were faster."""
        version = self.version()
        return version is not None and version < VERSION and self._migrated(version)

    def _migrated(self, version: int | None) -> bool:
        """Whether it was us who brought it to the newest schema, as far as a connection that broke lets us know."""
        broken = False

        def migrate(deadline: float) -> bool:
            nonlocal broken
            session = self._connected(Access.WRITE, deadline)
            try:
                return self._engine.migrate(session, version) or broken
            except BaseException as error:
                fault = self._fault(error)
                broken = broken or (fault is not None and fault.lost)
                raise

        return self._at_one_host(migrate)

    def remove(self) -> None:
        """Take the ledger away with all that it knows."""

        def drop(deadline: float) -> None:
            session = self._connected(Access.WRITE, deadline)
            session.begin(Access.WRITE)
            for statement in removal():
                session.execute(statement)
            session.commit()

        self._at_one_host(drop)

    def _at_one_host(self, attempt: t.Callable[[float], T]) -> T:
        """Tables are made and removed at the same host by all, while it is there.

        Nodes of a Galera cluster that make the same view at the same moment block each other for good.
        """
        affinity = self._affinity
        self.close()
        self._affinity = ""
        try:
            return self._repeated(attempt)
        finally:
            self.close()
            self._affinity = affinity

    def allow(self, account: Account, rights: Rights) -> bool:
        """Give a user exactly these rights on the ledger; False where it had them.

        ``bad_request`` where there is no such user. MariaDB shows the rights of others to administrators only: for
        everybody else they are always given anew.
        """

        def give(deadline: float) -> bool:
            session = self._connected(Access.WRITE, deadline)
            session.begin(Access.WRITE)
            changed = self._engine.rights.give(session, account, rights)
            session.commit()
            return changed

        return self._repeated(give)

    def facts(self) -> dict[str, t.Any]:
        """What kind of server it is, and which version."""
        session = self._repeated(lambda deadline: self._connected(Access.READ, deadline))
        return {"backend": session.kind, "engine_version": session.version}

    def holder(self) -> str | None:
        """Who writes now; empty for nobody, None where the server does not tell this user."""
        self._repeated(lambda deadline: self._connected(Access.READ, deadline))
        return self._holder()

    def close(self) -> None:
        session, self._session = self._session, None
        if session and session.is_standby and self._engine.hosts > 1:
            session.close()  # the next reader looks whether there is a better one again
        elif session:
            idle.keep(session)

    def _repeated(self, attempt: t.Callable[[float], T], uncertain: t.Sequence[t.Any] = ()) -> T:
        """What an attempt returns; it is made again, up to the time limit, where that can help.

        ``uncertain`` has something in it once nobody knows whether an attempt has changed anything.
        """
        deadline = time.monotonic() + self._lock_timeout
        number = 0
        while True:
            try:
                return attempt(deadline)
            except BaseException as error:  # noqa: PERF203  # it is about to sleep
                fault = self._fault(error)
                if fault is None:
                    self._roll_back()
                    raise
                self._leave(fault)
                left = deadline - time.monotonic()
                if not fault.again or left <= 0 or (fault.double and number >= _DOUBLES):
                    raise self._error(fault, uncertain) from None
                # A random pause parts those who met, and a growing one gives a server time.
                longest = _LONGEST if number > 5 else 0.01 * 2**number
                time.sleep(min(left, random.SystemRandom().uniform(0, longest)))
                number += 1

    def _error(self, fault: Fault, uncertain: t.Sequence[t.Any]) -> LedgerError:
        holder = self._holder() if fault.reason == "lock_timeout" else None
        return server_error(fault, self._place, self._lock_timeout, holder or "", uncertain=bool(uncertain))

    def _transact(self, work: t.Callable[[Transaction], T], access: Access, deadline: float, uncertain: list[T]) -> T:
        session = self._connected(access, deadline)
        session.begin(access)
        engine = "mariadb" if session.kind == "mysql" else session.kind
        now = int(clock.now() + session.ahead)
        transaction = Transaction(session, now, self._actor, made=self._made, engine=engine)
        transaction.steady = access is Access.READ
        result = work(transaction)
        if access is not Access.WRITE or not transaction.changed:
            session.rollback()
            return uncertain[-1] if uncertain and not transaction.changed else result
        try:
            session.commit()
        except BaseException as error:
            fault = self._fault(error)
            if fault is None or fault.lost:
                uncertain.append(result)
            raise
        return result

    def _connected(self, access: Access, deadline: float) -> Session:
        if self._session is None:
            self._session = idle.take(self._engine, self._affinity)
        if self._session and self._session.is_standby and access is not Access.READ:
            self._drop()
        if self._session is None:
            self._session = self._connect(access, deadline)
        return self._session

    def _connect(self, access: Access, deadline: float) -> Session:
        """Connect to the first host that takes changes; each is asked again until the time is over.

        A reader is content with a standby where no other answers: it may lag behind.
        """
        if self._engine.hosts == 1:
            deadline = min(deadline, time.monotonic() + _ALONE)
        patience = _SILENT if self._engine.hosts == 1 else _SILENT_FIRST
        while True:
            session, faults = self._first(access, patience, deadline)
            if session:
                return session
            over = time.monotonic() >= deadline
            if over or not all(fault.again for fault in faults):
                raise FaultError(_of_all(faults))
            patience = _SILENT
            time.sleep(min(0.1, max(0.0, deadline - time.monotonic())))

    def _first(self, access: Access, patience: float, deadline: float) -> tuple[Session | None, list[Fault]]:
        """The session that will do, or what each host had against it."""
        faults: list[Fault] = []
        standby: Session | None = None
        for number in range(self._engine.hosts):
            session, fault = self._try(number, min(patience, deadline - time.monotonic()))
            if session and not session.is_standby:
                if standby:
                    standby.close()
                return session, []
            if session and access is Access.READ and standby is None:
                standby = session
            elif session:
                session.close()
            faults.append(fault)
        return standby, faults

    def _try(self, number: int, seconds: float) -> tuple[Session | None, Fault]:
        try:
            session = self._engine.connect(number, self._affinity, max(1.0, seconds))
        except Exception as error:
            fault = self._fault(error)
            if fault is None:
                raise
            return None, fault
        return session, Fault("store_readonly", "the server is a standby, or set to read only", again=True)

    def _fault(self, error: BaseException) -> Fault | None:
        """What an error of this store means; None for any other, also for one of another store with the same driver."""
        if isinstance(error, FaultError):
            return error.fault
        if self._session and self._session.error is not error:
            return None
        return self._engine.fault(error)

    def _leave(self, fault: Fault) -> None:
        """End the transaction that failed; a connection that is gone is thrown away."""
        if fault.lost:
            self._drop()
        else:
            self._roll_back()

    def _roll_back(self) -> None:
        if self._session is None:
            return
        try:
            self._session.rollback()
        except Exception as error:
            if self._fault(error) is None:
                raise
            self._drop()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            session.close()

    def _holder(self) -> str | None:
        if self._session is None:
            return None
        try:
            return self._engine.holder(self._session)
        except Exception as error:
            if self._fault(error) is None:
                raise
            return None  # whoever may not see others' connections is not told


def _of_all(faults: list[Fault]) -> Fault:
    """What keeps a store from being used: what waiting does not mend goes first, then a server that does not answer."""
    final = [fault for fault in faults if not fault.again]
    silent = [fault for fault in faults if fault.reason != "store_readonly"]
    causes = dict.fromkeys(fault.cause for fault in final or faults)
    return (final or silent or faults)[0]._replace(cause="; ".join(causes), again=False)
