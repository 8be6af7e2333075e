#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give ansible-test its get-pip.py from the package index.

ansible-test downloads that script from a host of its own unless its cache holds it, and this host is out of reach on
machines that may only talk to a package index. The script written here runs the same release of pip from its wheel.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_test._internal.host_configs import NativePythonConfig
from ansible_test._internal.python_requirements import get_venv_packages

SCRIPT = """\
import runpy
import sys

sys.path.insert(0, {wheel!r})
sys.argv = ["pip", "install", *(a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel"))]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def main() -> None:
    python = NativePythonConfig(version=".".join(map(str, sys.version_info[:2])), path=sys.executable)
    version = get_venv_packages(python)["pip"]
    cache = Path.home() / ".ansible/test/cache"
    script = cache / f"get_pip_{version.replace('.', '_')}.py"
    if script.exists():
        return
    cache.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "download", "--no-deps", "--dest", str(cache), f"pip=={version}"], check=True)
    script.write_text(SCRIPT.format(wheel=str(cache / f"pip-{version}-py3-none-any.whl")))


if __name__ == "__main__":
    main()
