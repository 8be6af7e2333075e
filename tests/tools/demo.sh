#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# The demonstration: the quick start, then a real address plan with new addresses out of it, each on a ledger that is
# thrown away.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/tools/on_scratch_ledger.sh netledger.ipam.quickstart
tests/tools/on_scratch_ledger.sh tests/data/real_plan.yml --extra-vars "load_netbox_pages='$PWD/tests/data/netbox-demo'"
