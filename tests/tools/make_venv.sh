#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: make_venv.sh PYTHON VENV REQUIREMENTS [MORE PIP ARGUMENTS]
# Makes a virtual environment in which this checkout is the collection netledger.ipam. Quick when it is there already.
set -euo pipefail
python=$1 venv=$2 requirements=$3
shift 3
cd "$(dirname "$0")/../.."

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$python is missing or too old: Python 3.11 or later is needed. Name one: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
# With .venv/bin on PATH, as the Makefile has it, that may be the very environment which has to make room.
# Its links are followed, because the first run and later ones may find it by different ones.
python=$("$python" -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))')

# pip writes the path into its scripts as "...", and Ansible separates paths by colons.
case $PWD in
    *[\$\`\"\\:]*)
        echo "The path of the checkout may hold any character but these five: \$ \` \" \\ : It is $PWD" >&2
        exit 1
        ;;
esac

# All that the environment depends on. A checkout that was moved gets a new one: its scripts name the old place.
wanted=$(echo "$PWD/$venv $python $*"; "$python" -VV; cat requirements/*.txt)
stamp=$venv/.made-from
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit
fi

echo "Setting up $venv with $("$python" --version); this takes a minute or two, once."
rm -rf "$venv"
if ! "$python" -m venv "$venv"; then
    echo "$python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
"$venv/bin/python" -m pip install -qq --disable-pip-version-check -r "$requirements" "$@"

# Ansible and Python want a path that ends in ansible_collections/netledger/ipam, the checkout may be called anything:
# a link leads to it, and a .pth file (its path is relative to itself) makes the tree importable.
mkdir -p "$venv/tree/ansible_collections/netledger" "$venv/ansible/collections"
ln -s ../../../.. "$venv/tree/ansible_collections/netledger/ipam"
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo ../../../tree > "$site/netledger_ipam.pth"
"$venv/bin/python" -c 'from importlib.util import find_spec; assert find_spec("ansible_collections.netledger.ipam")'

echo "$wanted" > "$stamp"
