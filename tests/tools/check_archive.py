#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fail when the archive of the collection holds anything that does not belong there.

galaxy.yml can only name what to leave out, so a stray file would be shipped unseen.
"""

from __future__ import annotations

import sys
import tarfile

EXPECTED = (
    "FILES.json",
    "MANIFEST.json",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "COPYING",
    "LICENSES/",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "docs/",
    "meta/",
    "playbooks/",
    "plugins/",
    "roles/",
    "tests/config.yml",
    "tests/sanity/",
)


def unexpected(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(EXPECTED) or "__pycache__" in name]


def main(archive: str) -> int:
    with tarfile.open(archive) as tar:
        names = sorted(member.name for member in tar if not member.isdir())
    strays = unexpected(names)
    for name in strays:
        print(f"does not belong into the archive (see build_ignore in galaxy.yml): {name}", file=sys.stderr)
    if not strays:
        print(f"{len(names)} files in the archive, all expected")
    return 1 if strays else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
