#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: LAB=FOLDER NETLEDGER_IPAM_STORE=URL two_controllers.sh
# Runs controller.yml for two inventories at once, then verify_wire.yml for both. Each run has a home of its own, an
# empty configuration, and nothing of the caller's environment but what says where things are.
set -euo pipefail
cd "$(dirname "$0")/.."

playbook() {
    local home=$LAB/$1
    shift
    mkdir -p "$home"
    : >"$home/ansible.cfg"
    env -i "PATH=$PATH" LC_ALL=C.UTF-8 "HOME=$home" "ANSIBLE_CONFIG=$home/ansible.cfg" \
        "ANSIBLE_COLLECTIONS_PATH=$ANSIBLE_COLLECTIONS_PATH" "NETLEDGER_IPAM_STORE=$NETLEDGER_IPAM_STORE" \
        "MOLECULE_EPHEMERAL_DIRECTORY=$MOLECULE_EPHEMERAL_DIRECTORY" \
        "MOLECULE_SCENARIO_DIRECTORY=$MOLECULE_SCENARIO_DIRECTORY" \
        ansible-playbook "$@"
}

playbook first -i inventory/first_controller.yml controller.yml &
first=$!
playbook second -i inventory/second_controller.yml controller.yml &
second=$!
ended=0
wait "$first" || ended=$?
wait "$second" || ended=$?
[ "$ended" = 0 ] || exit "$ended"
playbook both -i inventory/first_controller.yml -i inventory/second_controller.yml verify_wire.yml
