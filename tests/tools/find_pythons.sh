#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: find_pythons.sh VERSION...
# Prints the path of one working Python for each of the versions that this machine has. A name on PATH is not enough:
# version managers put a command there for every Python that they know of, in use or not.
set -euo pipefail
for version in "$@"; do
    for candidate in "$(type -P "python$version" || :)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/"python$version"; do
        if [ -x "$candidate" ] && real=$("$candidate" -c 'import sys, venv, ensurepip; print(sys.executable)' 2>/dev/null); then
            echo "$real"
            break
        fi
    done
done
