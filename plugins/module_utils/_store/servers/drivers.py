# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the driver of a database. To import one costs up to 0.15 s, so only the one that is needed is.

Private to the collection: may change in any release.
"""

from __future__ import annotations

import functools
import importlib
import logging
import sys
import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError

_MODULES: t.Final = {"postgresql": ("psycopg", "psycopg2"), "mariadb": ("pymysql", "MySQLdb")}
_PACKAGES: t.Final = {"postgresql": "'psycopg[binary]'", "mariadb": "PyMySQL"}


@functools.cache
def load(kind: str) -> t.Any:
    """The module of the first driver that is installed; ``driver_missing`` with what to install where."""
    found = next((module for module in map(_imported, _MODULES[kind]) if module), None)
    if found is None:
        raise LedgerError(
            "driver_missing",
            f"A store of kind {kind} needs the Python package {' or '.join(_MODULES[kind])}, and {sys.executable} has "
            f"neither. Install one there: {sys.executable} -m pip install {_PACKAGES[kind]}",
        )
    # What psycopg logs is in the errors that it raises; Python would write it to stderr, amid what Ansible shows.
    logging.getLogger(found.__name__).addHandler(logging.NullHandler())
    return found


def _imported(name: str) -> t.Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
