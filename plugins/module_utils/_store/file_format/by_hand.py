# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML as people write it, read with PyYAML, event by event.

Only plain data is read. Whatever YAML would silently take for something else is refused with its line: values without
quotes that are no text to it, keys that stand twice, tags, anchors and aliases.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import re
import sys
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, shown
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.document import (
    DEEPEST,
    Document,
    Lines,
    refuse_conflict,
)
from ansible_collections.netledger.ipam.plugins.module_utils._store.file_format.invalid import (
    InvalidError,
    Path,
    repeated,
)

_INTEGER: t.Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_WORDS: t.Final[dict[str, t.Any]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_KINDS: t.Final = {
    "bool": "a boolean",
    "float": "a number",
    "int": "a number",
    "merge": "a merge of mappings",
    "timestamp": "a date or time",
}
_NO_TEXT: t.Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_TEXT: t.Final = "tag:yaml.org,2002:str"


def read(text: str) -> Document:
    """Read the file; ``InvalidError`` tells the line of what is not YAML or more than plain data."""
    refuse_conflict(text)
    odd = _NO_TEXT.search(text)
    if odd:
        said = f"The character U+{ord(odd[0]):04X} is no text. Remove it."
        raise InvalidError(said, line=text.count("\n", 0, odd.start()) + 1)
    yaml = _pyyaml()
    lines: Lines = {}
    try:
        data = _Builder(yaml, lines).read(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        raise _not_yaml(text, error) from None
    return Document(data, None, lambda: lines)


def _pyyaml() -> t.Any:
    """PyYAML, which comes with ansible-core, but not with every host to which a task may be delegated."""
    try:
        import yaml
    except ImportError:
        raise LedgerError(
            "library_missing",
            "To read YAML that the collection did not write itself, the Python library PyYAML is needed, which is not "
            f"installed for {sys.executable}. Install it there: {sys.executable} -m pip install PyYAML",
            library="PyYAML",
        ) from None
    return yaml


def _not_yaml(text: str, error: t.Any) -> InvalidError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else None
    problem = getattr(error, "problem", None) or "it cannot be read"
    said = text.split("\n")[mark.line : mark.line + 1] if mark else ()
    hint = " It has a tab; YAML indents with spaces." if said and "\t" in said[0] else ""
    return InvalidError(f"This is not YAML: {problem}.{hint}", line=line)


class _Open(t.NamedTuple):
    """A mapping or list whose end has not come yet; ``keys`` has the key whose value is awaited, or nothing."""

    value: t.Any
    path: Path
    keys: list[str]


class _Builder:
    """Makes plain values of events and notes the lines of all keys."""

    def __init__(self, yaml: t.Any, lines: Lines) -> None:
        self._yaml = yaml
        self._lines = lines
        self._open: list[_Open] = []
        self._documents = 0
        self._result: t.Any = None
        # The core of YAML 1.1: what a value without quotes is taken for.
        self._resolve = yaml.resolver.Resolver().resolve

    def read(self, events: t.Iterable[t.Any]) -> t.Any:
        yaml = self._yaml
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_extras(event)
                self._add(self._scalar(event), event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._refuse_extras(event)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._open.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._refuse_extras(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise self._wrong(event, "A second document begins here, and only one is read.")
        return self._result

    def _refuse_extras(self, event: t.Any) -> None:
        if event.__class__ is self._yaml.AliasEvent or event.anchor:
            raise self._wrong(event, f"{shown(event.anchor)} is an anchor or alias. Write the value out.")
        if event.tag:
            raise self._wrong(event, f"{shown(event.tag)} is a tag, and files have plain values only. Remove it.")

    def _scalar(self, event: t.Any) -> t.Any:
        """A text in quotes, or what it is without; as a key of a mapping only a text will do."""
        value = event.value
        if not event.implicit[0]:
            return value
        tag = self._resolve(self._yaml.ScalarNode, value, (True, False))
        if tag == _TEXT:
            return value
        if value in _WORDS and not self._is_key():
            return _WORDS[value]
        if _INTEGER.fullmatch(value) and not self._is_key():
            return int(value)
        raise self._mistyped(event, tag)

    def _mistyped(self, event: t.Any, tag: str) -> InvalidError:
        kind = _KINDS.get(tag.rpartition(":")[2], "no text")
        return self._wrong(event, f"{shown(event.value)} without quotes is {kind} to YAML. Put it in quotes.")

    def _is_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._open[-1].keys

    def _begin(self, value: t.Any, event: t.Any) -> None:
        if self._is_key():
            raise self._wrong(event, "A list or mapping stands where a key belongs.")
        path = self._add(value, event)
        self._open.append(_Open(value, path, []))
        if len(self._open) > DEEPEST:
            raise self._wrong(event, f"More than {DEEPEST} mappings and lists lie in each other here.")

    def _add(self, value: t.Any, event: t.Any) -> Path:
        """Put a value where it belongs and return its path."""
        if not self._open:
            self._result = value
            return ()
        holder, path, keys = self._open[-1]
        line = event.start_mark.line + 1
        if isinstance(holder, list):
            holder.append(value)
            self._lines[(*path, len(holder) - 1)] = line
            return (*path, len(holder) - 1)
        if not keys:
            if value in holder:
                raise repeated(value, path, line, self._lines[(*path, value)])
            keys.append(value)
            self._lines[(*path, value)] = line
            holder[value] = None
            return path
        key = keys.pop()
        holder[key] = value
        return (*path, key)

    def _wrong(self, event: t.Any, text: str) -> InvalidError:
        path = (*self._open[-1].path, *self._open[-1].keys) if self._open else ()
        return InvalidError(text, path, event.start_mark.line + 1)
