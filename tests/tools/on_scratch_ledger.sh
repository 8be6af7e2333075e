#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: on_scratch_ledger.sh PLAYBOOK [ARGUMENT...]
# Runs a playbook on a ledger that is thrown away.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ansible-playbook "$@" --extra-vars "netledger_ipam_store='$folder/ipam.db'"
