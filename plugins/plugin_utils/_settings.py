# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one chain of settings of modules, lookups and inventories: from the task down to ansible.cfg.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader
from ansible.utils.collection_loader._collection_config import AnsibleCollectionConfig
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import Place, Secret, is_path, is_possible
from ansible_collections.netledger.ipam.plugins.module_utils._store.open import preload
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS

MOST_SECONDS: t.Final = 86400

Found = tuple[t.Any, str, str]  # the value, where it came from in words, and the folder that a relative path starts at


class Settings(t.NamedTuple):
    """The settings of one task, lookup or inventory file."""

    place: Place
    lock_timeout: int
    vrf: str

    def options(self) -> dict[str, t.Any]:
        """As the options that the modules have for them."""
        password = {"store_password": str(self.place.password)} if self.place.password else {}
        return {"store": self.place.store, "lock_timeout": self.lock_timeout, "vrf": self.vrf, **password}


class Sources(t.NamedTuple):
    """Where the settings of one task, lookup or inventory file may stand, the strongest first.

    ``given`` are its own options (with module_defaults), ``variables`` those of the host, read with ``template``,
    ``environment`` the task's. ``basedir`` is the folder of the playbook, ``file`` the path of the file in which the
    options stand, if they stand in one of their own. ``elsewhere`` says that the task runs on another host.
    """

    given: t.Mapping[str, t.Any]
    variables: t.Mapping[str, t.Any]
    template: t.Callable[[t.Any], t.Any]
    environment: t.Mapping[str, str]
    basedir: str
    file: str = ""
    elsewhere: bool = False


def settle(sources: Sources) -> Settings:
    """Find each setting in the first source that has it; a wrong value is an error that names its source."""
    declared = lookup_loader.get("netledger.ipam.address")
    found = {option: _find(sources, option, declared) for option in STORE_ARGUMENTS}
    _value, origin, base = found["store"]
    store = _text("store", found)
    if not is_possible(store):
        raise bad_request("store", store, f"from {origin} is not a path.")
    if is_path(store):
        store = absolute(store, base, elsewhere=sources.elsewhere)
    place = Place(store, origin, Secret(_text("store_password", found)))
    return Settings(place, _seconds(*found["lock_timeout"][:2]), _text("vrf", found))


def load_store() -> None:
    """Import the driver, or other code, of the store that the process is configured for, so that its forks need not.

    Where it cannot be told or had, the task that needs it says so.
    """
    declared = lookup_loader.get("netledger.ipam.address")
    if declared is None or not context.CLIARGS:
        return  # not run by a command of Ansible, but looked at
    with contextlib.suppress(LedgerError):
        preload(str(_configured("store", declared)[0]))


def playbook_folder(basedir: str) -> str:
    """The folder at which relative paths of a play start; for a playbook of a collection that is the current one."""
    return os.getcwd() if AnsibleCollectionConfig.default_collection else os.path.abspath(basedir)


def absolute(path: str, folder: str, *, elsewhere: bool = False) -> str:
    """The path, which starts at the folder if it is relative; only another host itself knows its home folders."""
    if elsewhere and path.startswith("~"):
        return path
    return os.path.normpath(os.path.join(folder, os.path.expanduser(path)))


def _find(sources: Sources, option: str, declared: t.Any) -> Found:
    playbook = playbook_folder(sources.basedir)
    value = sources.given.get(option)
    if value not in (None, "") and sources.file:
        return value, f"the option {option} in {sources.file}", os.path.dirname(os.path.abspath(sources.file))
    if value not in (None, ""):
        return value, f"the option {option}", playbook
    variable = f"netledger_ipam_{option}"
    if variable in sources.variables:
        value = _templated(sources, variable)
        if value not in (None, ""):
            return value, f"the variable {variable}", playbook
    name = environment_variable(option)
    if sources.environment.get(name):
        return sources.environment[name], f"the task's environment variable {name}", os.getcwd()
    return _configured(option, declared)


def _templated(sources: Sources, variable: str) -> t.Any:
    """Plugin options that come from variables are not templated by ansible-core."""
    try:
        return sources.template(sources.variables[variable])
    except AnsibleError as error:
        raise LedgerError("bad_request", f"The variable {variable} cannot be read: {error}.") from error


def _configured(option: str, declared: t.Any) -> Found:
    """From the process's environment, ansible.cfg or the default, as the plugin that declares the settings says."""
    try:
        with _without_empty(environment_variable(option)):
            value, origin = declared.get_option_and_origin(option)
    except KeyError as error:  # how ansible-core reports a value of the wrong type
        raise LedgerError("bad_request", f"{option}: {error.__cause__ or error.__context__}", option=option) from None
    if value in (None, ""):
        return STORE_ARGUMENTS[option].get("default"), "the default", os.getcwd()
    if origin and os.path.isabs(origin):
        return value, origin, os.path.dirname(origin)
    where = "the default" if origin == "default" else f"the environment variable {environment_variable(option)}"
    return value, where, os.getcwd()


@contextlib.contextmanager
def _without_empty(name: str) -> t.Iterator[None]:
    """Hide an empty environment variable, which ansible-core would prefer to ansible.cfg."""
    empty = os.environ.get(name) == ""
    if empty:
        del os.environ[name]
    try:
        yield
    finally:
        if empty:
            os.environ[name] = ""


def environment_variable(option: str) -> str:
    """The environment variable of a setting."""
    return f"NETLEDGER_IPAM_{option.upper()}"


def _text(option: str, found: t.Mapping[str, Found]) -> str:
    """The setting as text; a list or dict is a mistake, and may be a secret that no message shows."""
    value, origin, _base = found[option]
    if isinstance(value, (list, tuple, t.Mapping)):
        kind = "dict" if isinstance(value, t.Mapping) else "list"
        raise LedgerError("bad_request", f"{option}: what {origin} says is a {kind}, not text.", option=option)
    return "" if value is None else str(value)


def _seconds(value: t.Any, origin: str) -> int:
    try:
        seconds = int(value)
    except (TypeError, ValueError, OverflowError):
        seconds = -1
    part = isinstance(value, float) and value != seconds
    if not 0 <= seconds <= MOST_SECONDS or isinstance(value, bool) or part:
        raise bad_request("lock_timeout", value, f"from {origin} is not a number of seconds up to {MOST_SECONDS}.")
    return seconds
