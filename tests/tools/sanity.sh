#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs ansible-test sanity on what the archive holds: in a real ansible_collections/netledger/ipam, which ansible-test insists on.
# Arguments go to ansible-test, for example: --test pylint
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD

rm -rf build/sanity
mkdir -p build/sanity
ansible-galaxy collection build --output-path build/sanity .
# Without the first setting it is the checkout that counts as installed already.
ANSIBLE_COLLECTIONS_SCAN_SYS_PATH=false ANSIBLE_COLLECTIONS_PATH=$root/build/sanity \
    ansible-galaxy collection install --offline build/sanity/*.tar.gz
cd build/sanity/ansible_collections/netledger/ipam
git init --quiet
git add --all

# The tests that look at many Pythons (compile, import) take every supported one that is found on PATH. So the ones that
# work are put there, and folders go in which one does not: a version manager's commands for Pythons that are not in use.
pythons=$root/build/sanity/pythons
mkdir "$pythons"
"$root/tests/tools/find_pythons.sh" 3.9 3.10 3.11 3.12 3.13 3.14 | while read -r python; do
    ln -s "$python" "$pythons/python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
done
works() {
    local python
    for python in "$1"/python3.[0-9]*; do
        case $python in *-config | *\*) continue ;; esac
        "$python" -c '' 2>/dev/null || return 1
    done
}
path=$VIRTUAL_ENV/bin:$pythons
while read -r -d : folder; do
    if works "$folder"; then path=$path:$folder; fi
done <<<"$PATH:"
export PATH=$path

python "$root/tests/tools/seed_ansible_test_pip.py"
# By way of python, because 2.17 and 2.18 install it as a script that does not start from a path with a space.
python "$VIRTUAL_ENV/bin/ansible-test" sanity --local --color no "$@"
