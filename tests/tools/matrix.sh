#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: PLAYS='PATH...' matrix.sh CORE...
# Runs these plays and ansible-test sanity on other releases of ansible-core than the one in .venv, each with a Python of this
# machine that it supports.
set -euo pipefail
cd "$(dirname "$0")/../.."

pythons_of() {
    case $1 in
        2.17) echo 3.11 3.12 ;;
        2.18 | 2.19) echo 3.11 3.12 3.13 ;;
        *) echo 3.12 3.13 3.14 ;;
    esac
}

here=$(.venv/bin/python -c 'from ansible.release import __version__; print(".".join(__version__.split(".")[:2]))')
for core in "$@"; do
    if [ "$core" = "$here" ]; then
        echo "matrix: ansible-core $core is in .venv, the other targets test it"
        continue
    fi
    supported=$(pythons_of "$core")
    # shellcheck disable=SC2086  # a list of versions
    mapfile -t pythons < <(tests/tools/find_pythons.sh $supported)
    if [ "${#pythons[@]}" -eq 0 ]; then
        echo "matrix: ansible-core $core left out, this machine has none of Python $supported"
        continue
    fi
    python=${pythons[0]} venv=.venv-$core
    tests/tools/make_venv.sh "$python" "$venv" requirements/test.txt "ansible-core ~= $core.0"
    echo "matrix: ansible-core $core on $("$python" --version)"
    (
        export VIRTUAL_ENV=$PWD/$venv PATH=$PWD/$venv/bin:$PATH
        export ANSIBLE_HOME=$VIRTUAL_ENV/ansible ANSIBLE_COLLECTIONS_PATH=$VIRTUAL_ENV/ansible/collections
        # shellcheck disable=SC2086  # a list of paths
        python -m pytest -n auto $PLAYS
        tests/tools/sanity.sh
    )
done
