#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Builds the archive, looks at what is in it, installs it into an empty path and runs the main job from there.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/tests/tools
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ansible-galaxy collection build --output-path "$folder/archive" .
archive=$(echo "$folder"/archive/*.tar.gz)
python "$tools/check_archive.py" "$archive"

# With this setting Ansible looks for collections nowhere but in the path below, so not at the checkout.
export ANSIBLE_COLLECTIONS_SCAN_SYS_PATH=false
export ANSIBLE_COLLECTIONS_PATH="$folder/installed"
mkdir "$folder/installed" "$folder/elsewhere"
cd "$folder/elsewhere"
if "$tools/on_scratch_ledger.sh" netledger.ipam.quickstart --syntax-check >before.log 2>&1; then
    echo "The checkout was found although only an empty path should be: this check would prove nothing." >&2
    exit 1
fi
ansible-galaxy collection install --offline "$archive"
ansible-galaxy collection list netledger.ipam
"$tools/on_scratch_ledger.sh" netledger.ipam.quickstart
