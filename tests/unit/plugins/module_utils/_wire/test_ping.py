# SPDX-FileCopyrightText: 2026 The netledger.ipam contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ping says by its end, with programs in its place that end in each way. tests/wire has the real one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.netledger.ipam.plugins.module_utils._address.errors import LedgerError
from ansible_collections.netledger.ipam.plugins.module_utils._wire import ping

INTERRUPTED = "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: sys.exit({}))\ntime.sleep(60)\n"
DEAF = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)\n"


def answering(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> dict[str, str]:
    (folder / "program.py").write_text(program, encoding="utf-8")
    path = folder / "ping"
    path.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{folder}/program.py'\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setattr(ping, "command", lambda: str(path))
    return ping.answering(["192.0.2.1"])


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("", {"192.0.2.1": ""}),
        ("import sys; sys.exit(1)", {}),
        (INTERRUPTED.format(0), {"192.0.2.1": ""}),  # one answer came, the second did not
        (INTERRUPTED.format(1), {}),
        (DEAF, {}),
    ],
    ids=["answered", "silent", "answered once", "silent for long", "deaf"],
)
def test_how_ping_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, found: dict[str, str]) -> None:
    assert answering(monkeypatch, tmp_path, program) == found


@pytest.mark.parametrize("said", ["connect: no way", ""])
def test_an_error_is_no_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str) -> None:
    program = f"import sys\nprint({said!r}, file=sys.stderr)\nsys.exit(2)\n"
    with pytest.raises(LedgerError) as caught:
        answering(monkeypatch, tmp_path, program)
    assert caught.value.reason == "probe_unavailable"
    assert f"192.0.2.1: {said or 'it ended with 2'}." in caught.value.message


def test_no_ping_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(LedgerError, match="not installed"):
        ping.answering(["192.0.2.1"])
