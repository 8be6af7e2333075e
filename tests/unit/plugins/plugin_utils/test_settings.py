# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings that are none: what is said of them, and what is not."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.plugins.loader import lookup_loader
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import Settings, Sources, settle


class Unset:
    """The plugin that declares the settings, where nothing configures them."""

    def get_option_and_origin(self, _option: str) -> tuple[None, str]:
        return None, "default"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup_loader, "get", lambda _name: Unset())


def settled(folder: Path, variables: dict[str, t.Any] | None = None, **given: t.Any) -> Settings:
    return settle(Sources(given, variables or {}, lambda value: value, {}, str(folder)))


def refused(folder: Path, variables: dict[str, t.Any] | None = None, **given: t.Any) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        settled(folder, variables, **given)
    assert caught.value.reason == "bad_request"
    return caught.value


@pytest.mark.parametrize(("value", "kind"), [(["hunter2"], "list"), ({"a": "hunter2"}, "dict")])
@pytest.mark.parametrize("option", ["store", "vrf", "store_password"])
def test_a_list_or_dict_is_no_text(tmp_path: Path, option: str, value: t.Any, kind: str) -> None:
    by_option = refused(tmp_path, **{option: value})
    assert by_option.message == f"{option}: what the option {option} says is a {kind}, not text."
    assert by_option.details == {"option": option}
    variable = f"netledger_ipam_{option}"
    said = refused(tmp_path, {variable: value}).message
    assert said == f"{option}: what the variable {variable} says is a {kind}, not text."


def test_a_home_folder_of_another_host_is_known_there_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    sources = Sources({"store": "~/a.db"}, {}, lambda value: value, {}, str(tmp_path))
    assert settle(sources).place.store == str(tmp_path / "home/a.db")
    assert settle(sources._replace(elsewhere=True)).place.store == "~/a.db"
    relative = sources._replace(given={"store": "a.db"}, elsewhere=True)
    assert settle(relative).place.store == str(tmp_path / "a.db")


def test_a_number_is_its_text(tmp_path: Path) -> None:
    assert settled(tmp_path, vrf=7, store_password=1234).options()["vrf"] == "7"
    assert settled(tmp_path, store_password=1234).options()["store_password"] == "1234"


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1.9, -1, 86401, True, "soon"])
def test_what_is_no_number_of_seconds(tmp_path: Path, value: t.Any) -> None:
    said = refused(tmp_path, lock_timeout=value).message
    assert said.startswith("lock_timeout: ")
    assert said.endswith(" from the option lock_timeout is not a number of seconds up to 86400.")


@pytest.mark.parametrize(("value", "seconds"), [(0, 0), ("30", 30), (2.0, 2), (86400, 86400)])
def test_a_number_of_seconds(tmp_path: Path, value: t.Any, seconds: int) -> None:
    assert settled(tmp_path, lock_timeout=value).lock_timeout == seconds
