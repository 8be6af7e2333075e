# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a task as they were written, checked against its argument spec: all errors at once.

ansible-core's own check stops at the first error and shows the arguments with their values; this one does neither.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import decimal
import difflib
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.netledger.ipam.plugins.module_utils._address.dependency import require_netaddr
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError, bad_request, plain
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.reader import combined
from ansible_collections.netledger.ipam.plugins.module_utils._tasks.task import Options, Task

_SAID: t.Final = 300  # characters of a message of ansible-core, which has the value in it
_COMPARED: t.Final = 100  # characters of a name that nobody has, in search of the one that was meant
_DIGITS: t.Final = 40  # of a whole number; 2**128 has 39
_TYPES: t.Final = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict, "raw": object}


def validated(task: Task, arguments: Options, also: t.Sequence[LedgerError] = (), owner: str = "") -> Options:
    """The options of a task with their types, aliases and defaults; one error names everything that is wrong.

    ``also`` are errors found earlier, which belong into the same report. ``owner`` is what messages say has the
    options, if that is not the module.
    """
    require_netaddr()
    spec = task.arguments["argument_spec"]
    errors = [*also]
    result = ArgumentSpecValidator(
        spec,
        mutually_exclusive=task.arguments.get("mutually_exclusive"),
        required_one_of=task.arguments.get("required_one_of"),
    ).validate(_known(owner or f"netledger.ipam.{task.name}", spec, arguments, errors))
    said = (plain(message, _SAID) for message in result.error_messages)
    errors += [LedgerError("bad_request", f"{message[:1].upper()}{message[1:]}.") for message in said]
    found = result.validated_parameters
    options = {name: found[name] for name in spec if found.get(name) is not None}
    if errors:
        errors += _errors_of_values(task, options)
        raise errors[0] if len(errors) == 1 else combined(errors)
    return options


def checked_keywords(plugin: str, keywords: t.Iterable[str], known: t.Iterable[str]) -> None:
    """Refuse a keyword that a plugin does not have; ansible-core would ignore it."""
    names = {name: name for name in known}
    errors = [unknown_option(plugin, keyword, names) for keyword in keywords if keyword not in names]
    if errors:
        raise combined(errors)


def _known(owner: str, spec: Options, arguments: Options, errors: list[LedgerError], prefix: str = "") -> Options:
    """The arguments that the spec has, at every depth. Notes an error for each other one.

    And one for each list or dict where text belongs: ansible-core would turn it into text such as ``['a', 'b']``.
    """
    names = {alias: name for name, option in spec.items() for alias in (name, *option.get("aliases", ()))}
    kept: Options = {}
    for name, value in arguments.items():
        if name not in names:
            errors.append(unknown_option(owner, prefix + name, names))
            continue
        twin = next((one for one in kept if names[one] == names[name]), None)
        if twin:
            errors.append(
                LedgerError("bad_request", f"{prefix}{name}: is the same option as {twin}. Give one of them.")
            )
        option = spec[names[name]]
        if option["type"] == "list" and isinstance(value, list):
            entries = {f"{prefix}{name}[{number}]": one for number, one in enumerate(value)}
            kept[name] = [_entry(owner, option, option["elements"], *entry, errors) for entry in entries.items()]
        else:
            kept[name] = _entry(owner, option, option["type"], f"{prefix}{name}", value, errors)
    return kept


def _entry(owner: str, option: Options, kind: str, where: str, value: t.Any, errors: list[LedgerError]) -> t.Any:
    """One value of an option, without what the spec does not have in it."""
    if kind == "str" and isinstance(value, (list, dict)):
        errors.append(LedgerError("bad_request", f"{where}: is a {type(value).__name__}, not text."))
    if kind == "dict" and isinstance(value, dict) and "options" in option:
        return _known(owner, option["options"], value, errors, f"{where}.")
    if kind == "int" and _is_beyond_counting(value):
        errors.append(bad_request(where, value, f"is not a whole number of at most {_DIGITS} digits."))
        return None
    return value


def _is_beyond_counting(value: t.Any) -> bool:
    """Whether it is a number, but infinite, none, or of so many digits that ansible-core takes for ever over it.

    Of ``1e999999999`` it makes an integer, with all of its digits. On infinity it fails.
    """
    try:
        number = decimal.Decimal(value)
    except (decimal.DecimalException, TypeError, ValueError):
        return False  # ansible-core says so
    except OverflowError:  # a list, which Decimal takes for sign, digits and exponent
        return True
    return not number.is_finite() or number.adjusted() >= _DIGITS


def unknown_option(owner: str, option: str, known: dict[str, str]) -> LedgerError:
    """The error where there is no such option; ``known`` has the options by their names and aliases."""
    close = difflib.get_close_matches(option.rpartition(".")[2][:_COMPARED], known, 1)
    hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(sorted(set(known.values())))}."
    said = plain(option)
    return LedgerError("bad_request", f"{said}: is not an option of {owner}. {hint}", option=said)


def _errors_of_values(task: Task, options: Options) -> list[LedgerError]:
    """What is wrong with the options that have the right type and are among their choices."""
    spec = task.arguments["argument_spec"]
    check = task.check or task.read
    try:
        check({name: value for name, value in options.items() if _fits(spec[name], value)})
    except LedgerError as error:
        return [LedgerError("bad_request", message) for message in error.details.get("errors", [error.message])]
    return []


def _fits(option: Options, value: t.Any) -> bool:
    if not isinstance(value, _TYPES[option["type"]]):
        return False
    choices = option.get("choices")
    return not choices or all(one in choices for one in (value if isinstance(value, list) else [value]))
