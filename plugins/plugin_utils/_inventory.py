# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory base: one read of the ledger, or of the cache, becomes hosts with variables and groups.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import json
import os
import re
import typing as t

from ansible import constants
from ansible import template as ansible_template
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.collection_loader._collection_config import AnsibleCollectionConfig
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import (
    LedgerError,
    bad_request,
    shown,
    some_of,
    with_reason,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.location import without_secrets
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Access
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.inventory import FORMAT, FOUND, Request, look, read
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.run import Context, in_store
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import STORE_ARGUMENTS, Options, Result
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.validation import checked_keywords
from ansible_collections.netledger.ipam.plugins.plugin_utils._hosts import Host, Record, hosts_of, subnet_group
from ansible_collections.netledger.ipam.plugins.plugin_utils._options import plain
from ansible_collections.netledger.ipam.plugins.plugin_utils._settings import Settings, Sources, settle

SUFFIXES: t.Final = ("ipam.yml", "ipam.yaml")
_EXPRESSIONS: t.Final = ("compose", "groups", "hostname", "keyed_groups")
"""Options that are evaluated for each host."""
_PREFIX = re.compile(r"([^\W\d]\w*)?", re.ASCII)


class LedgerInventoryBase(BaseInventoryPlugin, Constructable, Cacheable):
    """An inventory over one read of the ledger."""

    NAME: str
    inventory: t.Any
    _vars: t.Any
    _path = ""
    _settings: Settings

    def verify_file(self, path: str) -> bool:
        """Whether the file is for this plugin, by its name; a word to those who named it otherwise."""
        if not super().verify_file(path):
            return False
        if path.endswith(SUFFIXES):
            return True
        if _names_plugin(path, self.NAME):
            self.display.warning(
                f"{path} says plugin: {self.NAME}, and the names of its files must end with {' or '.join(SUFFIXES)}. "
                "It is not read. Give it such a name."
            )
        return False

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the hosts of an inventory file; a failure's reason word stands at the end of its message."""
        super().parse(inventory, loader, path, cache)
        self._path = path
        try:
            require_netaddr()
            self._read_config_data(path)
            options = {name: plain(value) for name, value in self.get_options().items() if name not in _EXPRESSIONS}
            self._fill(_never_templates(self._found(read(options, self._settings.vrf), path, cache)), options)
        except LedgerError as error:
            raise AnsibleParserError(with_reason(error)) from None

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Take the keys of the file: ansible-core checks their types, and does not template them before."""
        direct = direct or {}
        checked_keywords(f"the inventory plugin {self.NAME}", direct, self.option_definitions)
        own = {name: value if name in _EXPRESSIONS else self._templated(name, value) for name, value in direct.items()}
        given = {name: own[name] for name in STORE_ARGUMENTS if name in own}
        self._settings = settle(Sources(given, self._vars, self._template, {}, _basedir(), self._path))
        own = {name: value for name, value in own.items() if value is not None}
        try:
            super().set_options(task_keys, None, own | self._settings.options())
        except AnsibleError as error:
            raise LedgerError("bad_request", str(error)) from None

    def _templated(self, option: str, value: t.Any) -> t.Any:
        try:
            return plain(self._template(value))
        except AnsibleError as error:
            raise LedgerError("bad_request", f"{option}: cannot be read: {error}", option=option) from None

    def _template(self, value: t.Any) -> t.Any:
        self.templar.available_variables = self._vars
        return self.templar.template(value)

    def _found(self, request: Request, path: str, cache: bool) -> Result:
        """What is in the ledger, or in the cache if that may be used and was asked the same.

        The cache keeps a text, so that nobody who works with the data changes what the next one gets.
        """
        place = self._settings.place
        if not self.get_option("cache"):
            return self._look(request)
        key = self.get_cache_key(path)
        asked = json.dumps([FORMAT, without_secrets(place.store), request], default=sorted)
        found = _kept(self._cache.get(key), asked) if cache else None
        if found:
            return found
        found = self._look(request)
        self._cache[key] = json.dumps({"asked": asked, "found": found})
        return found

    def _look(self, request: Request) -> Result:
        context = Context(self._settings.place, self._settings.lock_timeout, actor="inventory")
        return in_store(context, lambda tx: look(tx, request), access=Access.READ)

    def _fill(self, found: Result, options: Options) -> None:
        prefix = options["host_vars_prefix"]
        if not _PREFIX.fullmatch(prefix):
            raise bad_request("host_vars_prefix", prefix, "cannot begin the name of a variable.")
        hosts = hosts_of(found, self._name_of, prefix, options["groups_by"])
        nested = found["parents"] if "subnet" in options["groups_by"] else []
        subnets = [subnet_group(name) for _vrf, *pair in nested for name in pair]
        groups = {name: self._group(name) for name in [*(group for host in hosts for group in host.groups), *subnets]}
        self._warn_of_same_groups(groups)
        self._nest(nested, groups)
        for host in self._usable(hosts):
            self._add(host, groups)
            if any(self.get_option(name) for name in ("compose", "groups", "keyed_groups")):
                self._construct(host.name)

    def _name_of(self, record: Record) -> str:
        wanted = self.get_option("hostname")
        if wanted in ("name", "fqdn"):
            return t.cast(str, record[wanted] or record["name"])
        try:
            name = self._compose(wanted, record)
        except Exception as error:  # whatever an expression may raise
            raise LedgerError(
                "bad_request", f"hostname: '{wanted}' cannot be evaluated for {record['name']}: {error}"
            ) from None
        if not isinstance(name, str) or not name.strip():
            raise LedgerError("bad_request", f"hostname: '{wanted}' is {shown(name)} for {record['name']}, not a name.")
        return t.cast(str, _never_templates(str(name)))

    def _usable(self, hosts: t.Iterable[Host]) -> list[Host]:
        """The hosts that ansible-core takes for nothing else; a warning names the others."""
        usable: list[Host] = []
        odd: dict[str, list[str]] = {}
        for host in hosts:
            taken_for = self._taken_for(host.name)
            if taken_for:
                odd.setdefault(taken_for, []).append(shown(host.name))
            else:
                usable.append(host)
        for kind, names in odd.items():
            self.display.warning(
                f"{self._path}: these hosts are left out, because they would be taken for {kind}: {some_of(names)}. "
                "The option hostname can give them other names."
            )
        return usable

    def _taken_for(self, name: str) -> str:
        """What ansible-core would take a host of that name for.

        It reads files of that name, has a host for the machine itself, and asks groups first.
        """
        if "/" in name or name in (".", ".."):
            return "paths"
        if name in constants.LOCALHOST:
            return "the machine on which Ansible runs"
        return "groups" if name in self.inventory.groups else ""

    def _group(self, name: str) -> str:
        return t.cast(str, self.inventory.add_group(self._sanitize_group_name(name)))

    def _warn_of_same_groups(self, groups: t.Mapping[str, str]) -> None:
        names: dict[str, list[str]] = {}
        for name, group in groups.items():
            names.setdefault(group, []).append(name)
        same = [f"{' and '.join(sorted(several))} ({group})" for group, several in names.items() if len(several) > 1]
        if same:
            self.display.warning(
                f"{self._path}: these names make the same group: {some_of(same)}. Their hosts are all in it."
            )

    def _nest(self, parents: t.Iterable[t.Sequence[str]], groups: t.Mapping[str, str]) -> None:
        """Put the group of each subnet into that of the subnet around it.

        Subnets of several VRFs may have the same names and lie the other way round; what would close a loop is left.
        """
        for _vrf, subnet, around in parents:
            child, parent = (groups[subnet_group(name)] for name in (subnet, around))
            above = {group.name for group in self.inventory.groups[parent].get_ancestors()}
            if child not in (parent, *above):
                self.inventory.add_child(parent, child)

    def _add(self, host: Host, groups: t.Mapping[str, str]) -> None:
        self.inventory.add_host(host.name)
        for group in host.groups:
            self.inventory.add_host(host.name, group=groups[group])
        # inventory.set_variable would note of every text in them where it is from: for 10,000 hosts 10 s beside 2.
        self.inventory.hosts[host.name].vars.update(host.variables)

    def _construct(self, name: str) -> None:
        """What the options of ansible-core's ``constructed`` make of a host."""
        host, strict = self.inventory.hosts[name], self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), host.get_vars(), name, strict=strict)
        variables = host.get_vars()
        self._add_host_to_composed_groups(
            self.get_option("groups"), variables, name, strict=strict, fetch_hostvars=False
        )
        self._add_host_to_keyed_groups(
            self.get_option("keyed_groups"), variables, name, strict=strict, fetch_hostvars=False
        )


def _kept(text: t.Any, asked: str) -> Result | None:
    """What the cache has to say to that question; None as well where something else put the text there."""
    try:
        kept = json.loads(text)
    except (TypeError, ValueError):
        return None
    found = kept.get("found") if isinstance(kept, dict) and kept.get("asked") == asked else None
    return found if isinstance(found, dict) and found.keys() == FOUND else None


def _names_plugin(path: str, plugin: str) -> bool:
    """Whether a file that is no folder or program says that it is for the plugin."""
    if not path.endswith((".yml", ".yaml")) or not os.path.isfile(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        return bool(re.search(rf"^plugin:\s*['\"]?{re.escape(plugin)}\b", file.read(4096), re.MULTILINE))


def _basedir() -> str:
    """The folder of the playbook, which ansible-core has not told its loader yet when it reads inventories."""
    folders = AnsibleCollectionConfig.playbook_paths  # for collections beside the playbooks
    return os.path.dirname(folders[0]) if folders else os.getcwd()


def _never_templates(value: t.Any) -> t.Any:
    """The value with a mark on each text in it that could be a template, where ansible-core takes all for templates.

    Since 2.19 it takes none for one that does not come from a file of the user.
    """
    if hasattr(ansible_template, "trust_as_template"):
        return value
    if isinstance(value, dict):
        return {name: _never_templates(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_never_templates(one) for one in value]
    if isinstance(value, str) and "{" in value:
        from ansible.utils.unsafe_proxy import wrap_var

        return wrap_var(value)
    return value
