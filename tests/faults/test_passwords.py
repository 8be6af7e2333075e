# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where passwords come from, and that they stay there."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, Secret
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, server_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers import idle
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.mariadb_connect import own_settings
from ansible_collections.netledger.ipam.plugins.module_utils._tasks import address, store
from ansible_collections.netledger.ipam.tests.faults.raw import connected
from ansible_collections.netledger.ipam.tests.ledger import Ledger
from ansible_collections.netledger.ipam.tests.services.access import PASSWORD, PASSWORD_USER, Database
from ansible_collections.netledger.ipam.tests.services.mariadb import program
from ansible_collections.netledger.ipam.tests.services.processes import HOST, run

NOT_LATIN = "pässwörd-пароль"


def make(database: Database) -> None:
    Ledger(database.url()).subnet(name="lan", cidr="10.0.0.0/24")


def write_file(home: Path, database: Database, password: str) -> None:
    """The password file of the client that comes with the server."""
    if database.server.scheme == "postgresql":
        path = home / ".pgpass"
        escaped = password.replace("\\", "\\\\").replace(":", "\\:")
        path.write_text(f"{HOST}:{database.server.ports[0]}:*:{PASSWORD_USER}:{escaped}\n")
    else:
        path = home / ".my.cnf"
        escaped = password.replace('"', '\\"')
        path.write_text(f'# mine\n[mysqldump]\npassword = no\n[client]\nport=1\npassword = "{escaped}" # secret\n')
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_the_file_of_the_client(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(database)
    monkeypatch.setenv("HOME", str(tmp_path))
    ledger = Ledger(database.url(PASSWORD_USER))
    assert ledger.run(address.TASK, name="a", subnet="lan")["reason"] == "login_failed"
    write_file(tmp_path, database, PASSWORD)
    assert ledger.address(name="a", subnet="lan")["address"] == "10.0.0.1"
    idle.close_all()
    write_file(tmp_path, database, "wrong")
    assert ledger.run(address.TASK, name="b", subnet="lan")["reason"] == "login_failed"


def test_the_setting_goes_before_the_file(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(database)
    monkeypatch.setenv("HOME", str(tmp_path))
    write_file(tmp_path, database, "wrong")
    assert Ledger(database.url(PASSWORD_USER), password=PASSWORD).address(name="a", subnet="lan")["changed"] is True


def test_the_file_leads_to_no_other_server(
    mariadb_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be for the server of this machine, of which it names the socket."""
    make(mariadb_database)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".my.cnf").write_text("[client]\nsocket=/nowhere\nhost=nowhere\ndatabase=other\nuser=other\nport=1\n")
    assert Ledger(mariadb_database.url()).address(name="a", subnet="lan")["address"] == "10.0.0.1"


@pytest.mark.parametrize(
    "text",
    [
        "[client]\nuser=joe\npassword=a b",
        '[client]\nuser = "joe" # me\npassword="a # b"\n',
        "[client]\npassword='a\"b'\n[mysql]\npassword=no\n[client-mariadb]\nuser=joe",
        "[client]\npassword=a#b\n;user=x\n#user=y\nuser=joe",
        '[client]\npassword=a\\sb\\\\c\\"d\\x\nuser=',
        "[client]\nskip-ssl\npassword=\nuser=joe",
        '[client]\npassword="a\\"b#c" # d',
        "[client-server]\nuser=joe\n[client]\nuser=jane",
    ],
)
def test_the_file_is_read_as_the_client_reads_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "my.cnf"
    path.write_text(text)
    command = [program("my_print_defaults"), f"--defaults-file={path}", "client", "client-server", "client-mariadb"]
    theirs = dict(line[2:].split("=", 1) for line in run(command).splitlines() if "=" in line)
    assert own_settings(str(path)) == theirs


def test_a_password_that_is_not_latin(database: Database) -> None:
    make(database)
    name = f"{database.name}_far"
    database.server.create_user(name, NOT_LATIN)
    if database.server.scheme == "postgresql":
        database.admin(f"GRANT ipam TO {name}")
    else:
        database.admin(f"GRANT ALL ON {database.name}.* TO {name}@'{HOST}'")
    url = database.url(name)
    assert Ledger(url, password=NOT_LATIN).address(name="a", subnet="lan")["changed"] is True
    idle.close_all()
    assert Ledger(url, password="пароль").run(address.TASK, name="b", subnet="lan")["reason"] == "login_failed"


def test_nothing_shows_a_password(database: Database) -> None:
    """Neither what is said, nor what a debugger or the list of processes shows."""
    make(database)
    secret = "s3cret-nobody-knows"
    inside = database.url(PASSWORD_USER).replace("@", f":{secret}@", 1)
    for ledger in (Ledger(database.url(PASSWORD_USER), password=secret), Ledger(inside)):
        for task, options in ((address.TASK, {"name": "a", "subnet": "lan"}), (store.TASK, {"store": ledger.store})):
            result = ledger.run(task, None, **options)
            assert result["reason"] == "login_failed"
            assert secret not in str(result)
        place = Place(ledger.store, "the test", Secret(ledger.place.password))
        opened = server_store(place, Terms("tester", 10))
        shown = [repr(parse_server(ledger.store, secret)), repr(place.password), str(place)]
        shown += [repr(vars(opened)), repr(vars(vars(opened)["_engine"]))]
        assert [one for one in shown if secret in one] == []


def test_the_list_of_processes_shows_no_password(database: Database) -> None:
    make(database)
    ledger = Ledger(database.url(PASSWORD_USER), password=PASSWORD)
    with connected(database) as other:
        other("BEGIN")
        other("UPDATE subnet SET rev = rev + 1")
        task = threading.Thread(target=ledger.run, args=(address.TASK,), kwargs={"name": "a", "subnet": "lan"})
        task.start()
        time.sleep(0.3)
        found = [path for path in Path("/proc").glob("[0-9]*/cmdline") if PASSWORD.encode() in _bytes(path)]
        mine = [path for path in Path("/proc/self").glob("environ") if PASSWORD.encode() in _bytes(path)]
        other("ROLLBACK")
        task.join(30)
    assert (found, mine) == ([], [])
    assert PASSWORD not in os.environ.values()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""
