#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# Builds the site of the documents in build/site/html; any warning fails it.
set -euo pipefail
cd "$(dirname "$0")/../.."

rm -rf build/site
mkdir -p build/site/source/collections
cp docs/*.md docs/*.svg docs/site/* build/site/source/
antsibull-docs collection --use-current --squash-hierarchy --fail-on-error \
    --dest-dir build/site/source/collections netledger.ipam
sphinx-build --quiet --fail-on-warning --keep-going -b html build/site/source build/site/html
echo "The site is in build/site/html/index.html"
