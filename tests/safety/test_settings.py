# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The store setting with anything in it: a place or an error in one line, and no password in what is shown of it."""

from __future__ import annotations

import functools
import typing as t
from pathlib import Path

import pytest
from ansible.plugins.loader import lookup_loader
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import REASONS, LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import (
    Place,
    Secret,
    is_path,
    kind_of,
    real_path,
    without_secrets,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import Terms, open_store
from ansible_collections.netledger.ipam.plugins.module_utils._store.servers.location import parse_server
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import Settings, Sources, settle
from ansible_collections.netledger.ipam.tests.examples import some
from ansible_collections.netledger.ipam.tests.safety.odd import ANYTHING, INJECTIONS, TEXTS
from ansible_collections.netledger.ipam.tests.safety.sound import check_message
from hypothesis import given
from hypothesis import strategies as st

SECRET = "s3cretpass"
SCHEMES = ("postgresql", "postgres", "mariadb", "mysql", "MySQL")
MARKS = ("ipam", "", "/", "//", "@", ":", "?", "#", "%", "%zz", "%00", "%2f", "..", "[::1]", "me@here")
PARTS = st.sampled_from((*INJECTIONS, *MARKS))
HOSTS = PARTS | st.sampled_from(("db", "db:5432", "db:0", "db:99999", "[::1]:1", "[::1", "a,b", "a,,b", "db:\u0661"))
OPTIONS = st.sampled_from(("tls", "tls_ca", "schema", "socket", "password", "x"))
QUERIES = st.lists(st.tuples(OPTIONS, PARTS), max_size=3)


def answer(work: t.Callable[[], t.Any]) -> t.Any:
    """What comes of it, or the error that says what is wrong with the setting."""
    try:
        return work()
    except LedgerError as error:
        check_message(error.message)
        return error


@st.composite
def urls(draw: st.DrawFn) -> str:
    """URLs of servers; each has a password, written as it should be or not."""
    user, before, behind = draw(PARTS), draw(PARTS), draw(PARTS)
    query = "&".join(f"{name}={value}" for name, value in draw(QUERIES))
    address = f"{draw(st.sampled_from(SCHEMES))}://{user}:{before}{SECRET}{behind}@{draw(HOSTS)}/{draw(PARTS)}"
    return f"{address}?{query}" if query else address


@some(600)
@given(urls())
def test_a_url_is_read_or_refused_without_its_password(url: str) -> None:
    shown = [without_secrets(url), str(Place(url, "the option store", Secret("")))]
    found = answer(lambda: parse_server(url, ""))
    shown += [found.message, repr(found.details)] if isinstance(found, LedgerError) else [repr(found)]
    assert [one for one in shown if SECRET in one] == []


@some(300)
@given(TEXTS)
def test_a_text_is_a_kind_of_store_or_refused(text: str) -> None:
    for one in (text, f"x://{text}", f"postgresql://{text}"):
        check_message(without_secrets(one) or "-")
        if not isinstance(answer(functools.partial(kind_of, one)), LedgerError):
            answer(functools.partial(real_path, one) if is_path(one) else functools.partial(parse_server, one, ""))


@some(150)
@given(TEXTS)
def test_a_path_that_is_no_ledger(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Nothing is made where something is only read."""
    folder = tmp_path_factory.getbasetemp() / "paths"
    folder.mkdir(exist_ok=True)
    store = f"{folder}/{text.replace('/', '').replace('..', '')}x"
    with pytest.raises(LedgerError) as caught:
        open_store(Place(store, "the test"), Terms("tester", 1), create=False)
    assert caught.value.reason in REASONS
    check_message(caught.value.message)
    assert list(folder.iterdir()) == []


class Unset:
    """The plugin that declares the settings, where nothing configures them."""

    def get_option_and_origin(self, _option: str) -> tuple[None, str]:
        return None, "default"


@some(200)
@given(st.dictionaries(st.sampled_from(("store", "store_password", "lock_timeout", "vrf")), ANYTHING))
def test_settings_of_any_kind(values: dict[str, t.Any]) -> None:
    """From options and from variables they are settled, or refused without a traceback."""
    variables = {f"netledger_ipam_{name}": value for name, value in values.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup_loader, "get", lambda _name: Unset())
        for given_values, others in ((values, {}), ({}, variables)):
            sources = Sources(given_values, others, lambda value: value, {}, str(Path.cwd()))
            found = answer(functools.partial(settle, sources))
            if isinstance(found, Settings):
                assert 0 <= found.lock_timeout <= 86400
                check_message(str(found.place))
