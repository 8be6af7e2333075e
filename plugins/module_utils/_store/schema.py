# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of a ledger, as numbered steps from nothing to the newest.

A subnet's ``address`` and ``hold`` rows, its children, its reserved ranges and its gateway are the truth; its
``extent`` rows are the free space derived from them. Addresses are keys (see ``_address/keys.py``).

Private to the collection: may change in any release.
"""

from __future__ import annotations

import typing as t

from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._store.transaction import Connection

APPLICATION_ID: t.Final = 0x6E6C6970  # "nlip": marks a SQLite file as a ledger

_FIRST = (
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), schema_version INTEGER NOT NULL)",
    # rev: written by every transaction that makes or removes subnets in the VRF, to lock the row.
    "CREATE TABLE vrf (id INTEGER PRIMARY KEY, name VARCHAR(190) NOT NULL UNIQUE, rev BIGINT NOT NULL)",
    # parent_id: 0 for a subnet that lies in no other. rev: written to lock the row.
    """CREATE TABLE subnet (
      id INTEGER PRIMARY KEY, vrf_id INTEGER NOT NULL REFERENCES vrf (id), parent_id INTEGER NOT NULL,
      name VARCHAR(190) NOT NULL, version INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
      prefix_length INTEGER NOT NULL, gateway TEXT, domain TEXT, vlan_id INTEGER, mtu INTEGER,
      hold_down INTEGER NOT NULL, strategy VARCHAR(16) NOT NULL, min_prefix_length INTEGER,
      max_prefix_length INTEGER, default_prefix_length INTEGER, quota BIGINT, description TEXT NOT NULL,
      dns_servers TEXT NOT NULL, reserved TEXT NOT NULL, tags TEXT NOT NULL, labels TEXT NOT NULL,
      pools_generated INTEGER NOT NULL, rev BIGINT NOT NULL,
      UNIQUE (vrf_id, name), UNIQUE (vrf_id, version, first, prefix_length))""",
    "CREATE INDEX subnet_sibling ON subnet (vrf_id, parent_id, version, last)",
    # rotated: the address that strategy rotate gave last.
    """CREATE TABLE pool (
      subnet_id INTEGER NOT NULL REFERENCES subnet (id), name VARCHAR(190) NOT NULL,
      first TEXT NOT NULL, last TEXT NOT NULL, strategy VARCHAR(16), hold_down INTEGER, rotated TEXT,
      PRIMARY KEY (subnet_id, name)) WITHOUT ROWID""",
    # The last line of defence: an address has one holder in its VRF, a holder one address under its key; ordinal counts
    # those that a holder asked for together.
    """CREATE TABLE address (
      subnet_id INTEGER NOT NULL REFERENCES subnet (id), addr TEXT NOT NULL, vrf_id INTEGER NOT NULL,
      name VARCHAR(190) NOT NULL, interface VARCHAR(190) NOT NULL, ordinal INTEGER NOT NULL,
      status VARCHAR(16) NOT NULL, expires BIGINT, mac TEXT, fqdn TEXT,
      tags TEXT NOT NULL, labels TEXT NOT NULL, description TEXT NOT NULL,
      PRIMARY KEY (subnet_id, addr), UNIQUE (vrf_id, addr),
      UNIQUE (name, interface, subnet_id, ordinal)) WITHOUT ROWID""",
    "CREATE INDEX address_due ON address (subnet_id, expires) WHERE expires IS NOT NULL",
    """CREATE TABLE hold (
      subnet_id INTEGER NOT NULL REFERENCES subnet (id), addr TEXT NOT NULL, until BIGINT NOT NULL,
      name VARCHAR(190) NOT NULL, interface VARCHAR(190) NOT NULL,
      PRIMARY KEY (subnet_id, addr)) WITHOUT ROWID""",
    "CREATE INDEX hold_due ON hold (subnet_id, until)",
    "CREATE INDEX hold_holder ON hold (name, interface, subnet_id)",
    # Keyed by the last address: taking the lowest one then changes no key. run_key (subnet, size class, last) has one
    # column because no planner gets that wrong: with several, two of three engines chose a scan at a million rows.
    """CREATE TABLE extent (
      subnet_id INTEGER NOT NULL REFERENCES subnet (id), last TEXT NOT NULL, first TEXT NOT NULL,
      run_key VARCHAR(42) NOT NULL UNIQUE,
      PRIMARY KEY (subnet_id, last)) WITHOUT ROWID""",
    """CREATE TABLE history (
      id INTEGER PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, vrf TEXT NOT NULL, subnet TEXT NOT NULL,
      object TEXT NOT NULL, name TEXT NOT NULL, addr TEXT, before TEXT, after TEXT)""",
    "INSERT INTO meta (id, schema_version) VALUES (1, 0)",
)

MIGRATIONS: t.Final = (_FIRST,)
"""Step n brings a ledger from version n to n + 1; a released step is never changed."""


def migrate(connection: Connection, version: int) -> None:
    """Run the steps that a ledger of ``version`` lacks, inside the caller's transaction."""
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("UPDATE meta SET schema_version = ?", (number,))


def check_version(version: int, place: str) -> None:
    """Refuse a ledger that this release does not understand."""
    if version > len(MIGRATIONS):
        raise LedgerError(
            "store_schema",
            f"The ledger {place} has schema {version}, and this release knows schemas up to {len(MIGRATIONS)}. "
            "Use the release of the collection that wrote it, or a newer one.",
        )
