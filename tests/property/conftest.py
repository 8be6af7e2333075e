# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much hypothesis tries."""

from __future__ import annotations

from ansible_collections.netledger.ipam.tests import examples

examples.load()
