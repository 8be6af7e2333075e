# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store import location
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place

SECRETS = [
    ("ipam.db", "ipam.db"),
    ("postgresql://db.example/ipam", "postgresql://db.example/ipam"),
    ("postgresql://joe@db.example/ipam", "postgresql://joe@db.example/ipam"),
    ("postgresql://joe:hush@db.example/ipam", "postgresql://joe:***@db.example/ipam"),
    ("postgresql://joe:hu@sh@db.example/ipam", "postgresql://joe:***@db.example/ipam"),
    ("postgresql://joe:hu/sh@db.example/ipam", "postgresql://joe:***@db.example/ipam"),
    ("postgresql://joe:hu sh@db.example/ipam", "postgresql://joe:***@db.example/ipam"),
    ("postgresql://:hush@db.example/ipam", "postgresql://:***@db.example/ipam"),
    ("mariadb://joe:hush@n1,n2,n3/ipam", "mariadb://joe:***@n1,n2,n3/ipam"),
    ("mariadb://n1/ipam?user=joe&password=hush", "mariadb://n1/ipam?user=joe&password=***"),
    ("mariadb://n1/ipam?password=hush&tls=1", "mariadb://n1/ipam?password=***&tls=1"),
    ("postgresql://me@here:hush@h/d", "postgresql://me@here:***@h/d"),
    ("postgresql://me:hu\nsh@h/d", "postgresql://me:***@h/d"),
    ("postgresql://a/b:hush@h/d", "postgresql://a/b:***@h/d"),
    ("postgresql://me@h:5432/d", "postgresql://me@h:5432/d"),
]

UNSUPPORTED = [
    ("oracle://joe:hush@db.example/ipam", "oracle"),
    ("sqlite:///ipam.db", "sqlite"),
]

KINDS = [
    ("ipam.db", "sqlite"),
    ("/srv/yml", "sqlite"),
    ("inventory/ipam.YAML", "file"),
    ("ipam.yml", "file"),
    ("ipam.json", "file"),
    ("postgres://h/d", "postgresql"),
    ("postgresql://h/d.yml", "postgresql"),
    ("mariadb://h/d", "mariadb"),
    ("MySQL://h/d", "mariadb"),
]

NO_PATHS = ["", "a\0b", "\ud800"]


@pytest.mark.parametrize(("store", "shown"), SECRETS)
def test_no_secret_is_shown(store: str, shown: str) -> None:
    assert location.without_secrets(store) == shown
    assert str(Place(store, "the task")) == f"{shown} (from the task)"
    assert location.store_in(str(Place(store, "the task"))) == shown


@pytest.mark.parametrize(("store", "kind"), UNSUPPORTED)
def test_other_kinds_of_stores_are_refused(store: str, kind: str) -> None:
    with pytest.raises(LedgerError, match=f"'{kind}'") as caught:
        location.kind_of(store)
    assert caught.value.reason == "store_unsupported"
    assert "hush" not in caught.value.message + str(caught.value.details)


@pytest.mark.parametrize(("store", "kind"), KINDS)
def test_kinds_of_stores(store: str, kind: str) -> None:
    assert location.kind_of(store) == kind


@pytest.mark.parametrize("store", NO_PATHS)
def test_what_is_no_path_is_refused(store: str) -> None:
    with pytest.raises(LedgerError) as caught:
        location.real_path(store)
    assert caught.value.reason == "bad_request"


def test_links_lead_to_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("real.db")
    assert location.real_path(str(tmp_path / "link.db")) == os.path.realpath(tmp_path / "real.db")


def test_a_tilde_is_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert location.real_path("~/ipam.db") == os.path.realpath(tmp_path / "ipam.db")


def test_a_path_is_no_url() -> None:
    assert location.is_path("a/b:c.db")
    assert not location.is_path("sqlite:///x")
