# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets in every place that can have one: nobody finds them in what a run prints, returns, starts or leaves."""

from __future__ import annotations

import threading
import typing as t
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.plays.inventories import PLUGIN
from ansible_collections.netledger.ipam.tests.plays.project import BIN, CONFIG, Project, Result, Run
from ansible_collections.netledger.ipam.tests.services.access import Database
from ansible_collections.netledger.ipam.tests.services.processes import HOST

pytestmark = pytest.mark.stores("sqlite")

PLACES = (
    *("option", "variable", "default", "environment", "url", "lookup", "delegated", "source", "config", "file"),
    "inventory",
)
KEY = "planted-key-of-strategy-stable"


def secret(place: str) -> str:
    return f"planted-{place}-secret"


SECRETS = [KEY, *map(secret, PLACES)]


@pytest.fixture(params=["postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> t.Iterator[Database]:
    """A database with a ledger in it, and users each of whose passwords stands in a place of its own."""
    found: Database = request.getfixturevalue(
        "postgres_database" if request.param == "postgresql" else "mariadb_database"
    )
    Ledger(found.url()).subnet(name="lan", cidr="10.0.0.0/24")
    Ledger(found.url()).subnet(name="lan6", cidr="2001:db8::/64")
    for place in PLACES:
        found.server.create_user(user(found, place), secret(place))
        if request.param == "postgresql":
            found.admin(f"GRANT ipam TO {user(found, place)}")
        else:
            found.admin(f"GRANT ALL ON {found.name}.* TO {user(found, place)}@'{HOST}'")
    yield found
    idle.close_all()


def user(database: Database, place: str) -> str:
    return f"{database.name}_{place}"


def store(database: Database, place: str) -> str:
    return database.url(user(database, place))


def held(place: str, **more: t.Any) -> Result:
    """A task that reserves an address in the store of that place."""
    return {"name": place, "netledger.ipam.address": {"name": place, "subnet": "lan", **more}}


def variable(place: str) -> str:
    """What stands in a play: the password itself is in a file of variables, which could be a vault."""
    return f"{{{{ given_{place} }}}}"


def planted(database: Database) -> list[Result]:
    """Tasks, each of which has its secret from another place."""

    def at(place: str) -> str:
        return store(database, place)

    lookup = (
        f"lookup('netledger.ipam.address', 'option', default='', store={at('lookup')!r}, store_password=given_lookup)"
    )
    tasks: list[Result] = [
        held("option", store=at("option"), store_password=variable("option")),
        {
            **held("variable"),
            "vars": {"netledger_ipam_store": at("variable"), "netledger_ipam_store_password": variable("variable")},
        },
        {
            **held("default", store=at("default")),
            "module_defaults": {"group/netledger.ipam.all": {"store_password": variable("default")}},
        },
        {
            **held("environment"),
            "environment": {
                "NETLEDGER_IPAM_STORE": at("environment"),
                "NETLEDGER_IPAM_STORE_PASSWORD": variable("environment"),
            },
        },
        held("stable", store=at("config"), subnet="lan6", strategy="stable", secret_key=variable("key")),
        {"name": "lookup", "ansible.builtin.debug": {"msg": f"{{{{ {lookup} }}}}"}},
        {
            **held(
                "delegated",
                store=at("delegated"),
                store_password=variable("delegated"),
                secret_key=variable("key"),
                strategy="stable",
                subnet="lan6",
            ),
            "delegate_to": "mgmt",
            "vars": {"ansible_connection": "local"},
        },
        {
            "name": "source",
            "netledger.ipam.store": {
                "store": "copy.db",
                "copy_from": at("source"),
                "copy_from_password": variable("source"),
            },
        },
        held("config", store=at("config")),
        {"name": "info", "netledger.ipam.store_info": {"store": at("config")}},
        {"name": "what is wrong", "netledger.ipam.address": {"name": "x", "store_pasword": variable("option")}},
    ]
    return [{**task, "ignore_errors": True} for task in tasks]


class Watcher:
    """Looks at the processes of the machine until it is told to stop: who has a secret on its command line?"""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.looked = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            for path in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
                self.found |= {f"{one} in {path.name}" for one in SECRETS if one.encode() in content(path)}
            self.looked += 1


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def leftovers(project: Project, kept: t.Iterable[Path]) -> list[str]:
    """Files of the project, of the home folder and of the folder for temporary ones that hold a secret.

    But for those in which they were planted.
    """
    files = [path for folder in (project.folder, project.home) for path in folder.rglob("*") if path.is_file()]
    found = [path for path in files if any(one.encode() in content(path) for one in SECRETS)]
    return sorted(str(path) for path in found if path not in kept)


def environment(project: Project) -> dict[str, str]:
    """Temporary files go where they can be found."""
    return {"TMPDIR": str(project.home / "tmp")}


@pytest.fixture
def place(project: Project, database: Database) -> list[Path]:
    """The files of a project that have secrets."""
    (project.home / "tmp").mkdir()
    config = project.write("ansible.cfg", f"{CONFIG}[netledger.ipam]\nstore_password = {secret('config')}\n")
    inventory = project.write(
        "lab.ipam.yml",
        f"{PLUGIN}store: {store(database, 'inventory')}\nstore_password: {secret('inventory')}\n",
    )
    own = project.home / (".pgpass" if database.server.scheme == "postgresql" else ".my.cnf")
    variables = {"key": KEY, **{name: secret(name) for name in PLACES}}
    given = "".join(f"given_{name}: {value}\n" for name, value in variables.items())
    given += f"given_store: {store(database, 'url').replace('@', ':' + secret('url') + '@', 1)}\n"
    line = f"{HOST}:*:*:*:{secret('file')}\n" if own.name == ".pgpass" else f"[client]\npassword={secret('file')}\n"
    own.write_text(line)
    own.chmod(0o600)
    return [config, inventory, own, project.write("group_vars/all.yml", given)]


def check(project: Project, run: Run, watcher: Watcher, kept: list[Path]) -> None:
    assert watcher.looked > 2
    assert sorted(watcher.found) == []
    assert sorted(one for one in SECRETS if one in run.output) == []
    assert sorted(one for one in SECRETS if one in repr(run.tasks)) == []
    assert leftovers(project, kept) == []
    assert "Traceback" not in run.output


def test_nobody_finds_a_secret_that_opens_the_store(project: Project, database: Database, place: list[Path]) -> None:
    tasks = planted(database)
    check_mode = ["--check"] if database.server.scheme == "mariadb" else []
    with Watcher() as watcher:
        run = project.tasks(tasks, "-vvvv", "--diff", *check_mode, env=environment(project)).ok()
    results = {task["name"]: run[task["name"]] for task in tasks}
    assert [name for name, result in results.items() if result["failed"]] == ["what is wrong"], run.output[-3000:]
    check(project, run, watcher, place)


def test_nobody_finds_a_secret_that_does_not(project: Project, database: Database, place: list[Path]) -> None:
    for path in place:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("-secret", "-secret-wrong"), encoding="utf-8")
    tasks = planted(database)
    with Watcher() as watcher:
        run = project.tasks(tasks, "-vvvv", "--diff", env=environment(project)).ok()
    results = {task["name"]: run[task["name"]] for task in tasks}
    assert [name for name, result in results.items() if not result["failed"]] == []
    assert {results[name].get("reason") for name in PLACES if name in results and name != "lookup"} == {"login_failed"}
    check(project, run, watcher, place)


@pytest.mark.parametrize("where", ["file", "inventory", "process", "url"])
def test_nobody_finds_a_secret_beside_the_tasks(
    project: Project, database: Database, place: list[Path], where: str
) -> None:
    env = environment(project)
    with Watcher() as watcher:
        if where == "inventory":
            run = project.run(BIN / "ansible-inventory", "-vvvv", "-i", "lab.ipam.yml", "--list", env=env).ok()
        else:
            project.write("ansible.cfg", CONFIG)
            if where == "process":
                env["NETLEDGER_IPAM_STORE_PASSWORD"] = secret("option")
            stores = {"file": store(database, "file"), "process": store(database, "option"), "url": "{{ given_store }}"}
            run = project.tasks([held("a", store=stores[where])], "-vvvv", "--diff", env=env).ok()
    if where == "process":  # whoever puts it there has it there
        watcher.found.discard(f"{secret('option')} in environ")
    check(project, run, watcher, place)
