#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: check_published.sh PYTHON
# Does with the archive what Ansible Galaxy and ansible-builder do: imports it, and makes the context of an execution
# environment that has what the collection needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
tests/tools/make_venv.sh "$1" .venv-published requirements/published.txt
export VIRTUAL_ENV=$root/.venv-published PATH=$root/.venv-published/bin:$PATH

rm -rf build/published
mkdir -p build/published/context
ansible-galaxy collection build --output-path build/published .
archive=$(echo "$root"/build/published/*.tar.gz)
cd build/published

# The sanity tests are a check of their own, and 0.x is a release that may be tried.
cat >importer.cfg <<'EOF'
[galaxy-importer]
RUN_ANSIBLE_TEST = False
RUN_ANSIBLE_DOC = True
CHECK_REQUIRED_TAGS = True
REQUIRE_V1_OR_GREATER = False
EOF
GALAXY_IMPORTER_CONFIG=$PWD/importer.cfg python -m galaxy_importer.main "$archive" >importer.log 2>&1 ||
    { cat importer.log; exit 1; }
if grep -E 'WARNING|ERROR' importer.log; then
    echo "The importer of Ansible Galaxy complains about the archive." >&2
    exit 1
fi

cat >execution-environment.yml <<EOF
---
version: 3
images:
  base_image:
    name: quay.io/fedora/python-313-minimal:latest
dependencies:
  ansible_core:
    package_pip: ansible-core
  ansible_runner:
    package_pip: ansible-runner
  galaxy:
    collections:
      - name: $archive
        type: file
EOF
ansible-builder create --file execution-environment.yml --context context >builder.log 2>&1 ||
    { cat builder.log; exit 1; }
# Without the first setting it is the checkout that counts as installed already.
ANSIBLE_COLLECTIONS_SCAN_SYS_PATH=false ANSIBLE_COLLECTIONS_PATH=$PWD/installed \
    ansible-galaxy collection install --offline "$archive" >/dev/null
ansible-builder introspect installed >introspected.yml
grep -q "^ *- 'netaddr" introspected.yml
echo "The archive can be imported into Ansible Galaxy, and execution environments get what it needs."
